"""Windows come and go; guesses are slowed down; a clock that is set back changes nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import MutableMapping
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from tests.apps.ballots.hall import PUBLIC, vote
from tests.apps.ballots.server import line_to, post, serving

from pingyi.apps.ballots import intake_app, windows
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.polls.models import Channel
from pingyi.proofs.codes import RANDOM_BYTES, code_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_window_of_a_channel_opens_and_locks_once() -> None:
    town = vote()
    now = timezone.now()
    online = Channel.objects.filter(poll=town.poll, input_key="online")
    online.update(opens_at=now, closes_at=now + timedelta(hours=1))
    assert windows.tick(now - timedelta(seconds=1)) == 0
    assert windows.tick(now) == 1
    (item,) = town.items("online")
    assert item.state == "open"
    intake = town.intake()
    assert intake.take([town.casting(town.slips[PUBLIC][0], item)]) == [Answer.COUNTED]
    assert windows.tick(now + timedelta(minutes=59)) == 0
    assert windows.tick(now + timedelta(hours=1)) == 1
    # The clock is set back: what is locked stays locked.
    assert windows.tick(now + timedelta(minutes=30)) == 0
    assert town.items("online")[0].state == "locked"
    assert intake.take([town.casting(town.slips[PUBLIC][1], item)]) == [Answer.NOT_OPEN]
    assert {item.state for item in town.items("hall")} == {"waiting"}


def test_a_server_that_was_off_catches_up() -> None:
    town = vote()
    now = timezone.now()
    Channel.objects.filter(poll=town.poll, input_key="online").update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
    )
    assert windows.tick(now) == 1
    assert town.items("online")[0].state == "locked"


def test_guessed_codes_are_slowed_down_and_right_ones_are_not() -> None:
    town = vote()
    town.open("online")
    (item,) = town.items("online")
    with serving() as server, closing(line_to(server)) as line:
        seen = []
        for _ in range(intake_app.MOST_UNKNOWN + 5):
            guess = code_of(secrets.token_bytes(RANDOM_BYTES))
            line.request("POST", f"/cast/{town.poll.slug}/look", b"\1" + guess.encode())
            answer = line.getresponse()
            answer.read()
            seen.append(answer.status)
        # A new minute may begin in between; then there are a few more.
        assert 429 in seen or seen.count(200) <= 2 * intake_app.MOST_UNKNOWN
        assert seen[: intake_app.MOST_UNKNOWN].count(200) >= intake_app.MOST_UNKNOWN // 2
        casting = town.casting(town.slips[PUBLIC][0], item)
        assert post(line, town.poll.slug, casting) is Answer.COUNTED


def ask(app: intake_app.IntakeApp, slug: str, address: str, scheme: str = "http") -> int:
    """The status of a request for the form, from an address."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/cast/{slug}/form",
        "headers": [],
        "client": (address, 40_000),
        "scheme": scheme,
    }
    asyncio.run(app(scope, receive, send))
    return statuses[0]


def test_formal_polls_need_tls_and_rehearsals_do_not() -> None:
    formal, trial = vote(), vote(rehearsal=True)
    app = intake_app.IntakeApp()
    assert ask(app, formal.poll.slug, "10.0.0.9") == 403
    assert ask(app, formal.poll.slug, "10.0.0.9", "https") == 200
    assert ask(app, formal.poll.slug, "127.0.0.1") == 200
    assert ask(app, trial.poll.slug, "10.0.0.9") == 200
    assert ask(app, "nosuch", "10.0.0.9") == 404
    app._thread.submit(connections.close_all).result()
    app._thread.shutdown()
