"""Windows come and go; guesses are slowed down; a clock that is set back changes nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from tests.apps.ballots.hall import PUBLIC, Vote, checker, vote
from tests.apps.ballots.office import Officer, text
from tests.apps.ballots.server import line_to, post, serving
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import actions, clock, clock_actions, intake_app, opening_actions, windows
from pingyi.apps.ballots.models import Opening
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.people.enums import Role
from pingyi.apps.polls import ruling_actions, rulings
from pingyi.apps.polls.enums import PollState, RulingKind
from pingyi.apps.polls.models import Channel, Poll, Ruling
from pingyi.base.errors import Conflict
from pingyi.proofs.codes import RANDOM_BYTES, code_of

pytestmark = pytest.mark.django_db


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


def hours(number: float) -> float:
    return number * 3600


def voting_until(now: datetime, until: datetime) -> Vote:
    town = vote()
    Channel.objects.filter(poll=town.poll, input_key="online").update(opens_at=now, closes_at=until)
    assert windows.tick(now) == 1
    return town


def state_of(town: Vote) -> str:
    return town.items("online")[0].state


def test_a_clock_that_jumps_locks_nothing_and_raises_an_alarm() -> None:
    now = timezone.now()
    town = voting_until(now, now + timedelta(hours=8))
    watch = clock.Watch()
    assert windows.follow(watch, now, 0) == 0
    # A minute passed, and the clock shows tomorrow: nothing is locked.
    for seconds in (60.0, 65.0):
        assert windows.follow(watch, now + timedelta(days=1, seconds=seconds), seconds) == 0
    assert state_of(town) == "open"
    (alarm,) = clock.alarms()  # one jump, one alarm
    assert alarm.off == 86_400
    chair = Officer(Role.CHAIR)
    assert "服务器时钟跳动了" in text(chair.get("ballots:console", town.poll.slug))
    assert "向前跳了 24 小时 0 分" in text(chair.get("desk"))
    assert "时钟" not in text(Officer(Role.CHECKER).get("desk"))
    # The clock is set right: windows follow it again, to the end.
    assert windows.follow(watch, now + timedelta(hours=1), hours(1)) == 0
    assert not clock.alarms()
    assert "时钟" not in text(chair.get("desk"))
    assert windows.follow(watch, now + timedelta(hours=8), hours(8)) == 1
    assert state_of(town) == "locked"


def test_a_clock_that_was_wrong_before_is_accepted() -> None:
    now = timezone.now()
    town = voting_until(now, now + timedelta(hours=8))
    watch, chair = clock.Watch(), Officer(Role.CHAIR)
    windows.follow(watch, now, 0)
    after = now + timedelta(hours=9)
    assert windows.follow(watch, after, 60.0) == 0
    assert chair.post("ballots:accept_clock", town.poll.slug).status_code == 302
    assert chair.post("ballots:accept_clock", town.poll.slug).status_code == 409
    assert windows.follow(watch, after, 60.0) == 1
    assert state_of(town) == "locked"
    # Another jump is another matter.
    assert not watch.trusts(after + timedelta(hours=9), 120.0)
    # What somebody said of another run of the server doesn't bind this one.
    later = clock.Watch()
    assert later.trusts(now, 0)
    assert not later.trusts(after, 60.0)


@pytest.mark.parametrize("off", [-170, 170])
def test_small_corrections_of_the_clock_are_none_of_its_business(off: int) -> None:
    watch, now = clock.Watch(), timezone.now()
    assert watch.trusts(now, 0)
    assert watch.trusts(now + timedelta(seconds=3600 + off), 3600.0)
    assert not clock.alarms()


def reopened(town: Vote) -> Ruling:
    (case,) = [c for c in rulings.cases_of(town.fresh()) if c.kind == RulingKind.REOPENED]
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=town.poll, case=case, reason="时钟有误", basis="云办〔2026〕8号"
    )
    return ruling_actions.approve(by=checker(), ruling=ruling)


def test_what_a_wrong_clock_locked_is_opened_again_by_two() -> None:
    now = timezone.now()
    town = voting_until(now, now + timedelta(hours=8))
    (item,) = town.items("online")
    first, second = town.slips[PUBLIC][:2]
    intake = town.intake()
    assert intake.take([town.casting(first, item)]) == [Answer.COUNTED]
    # The server was started with a wrong clock: no jump is to be seen.
    assert windows.tick(now + timedelta(days=1)) == 1
    for hall in town.items("hall"):
        actions.lock_item(by=organiser(), item=hall)
    assert town.fresh().state == "closed"
    opening_actions.inspect_item(by=organiser(), item=item)
    with pytest.raises(Conflict, match="两人裁定"):
        clock_actions.reopen_item(by=organiser(), item=item)
    reopened(town)
    assert state_of(town) == "open"
    assert town.fresh().state == "voting"
    assert not Opening.objects.exists()
    intake = town.intake()
    told = intake.take([town.casting(first, item), town.casting(second, item)])
    assert told == [Answer.SPENT, Answer.COUNTED]
    intake.box.close()
    assert windows.tick(now + timedelta(hours=8)) == 1
    town.open_boxes()
    assert town.fresh().state == "counted"


@pytest.mark.parametrize("why", ["by hand", "window over", "confirmed"])
def test_other_locks_stay(why: str) -> None:
    now = timezone.now()
    town = voting_until(now, now + timedelta(hours=8))
    (item,) = town.items("online")
    if why == "by hand":
        actions.lock_item(by=organiser(), item=item)
    else:
        assert windows.tick(now + timedelta(days=1)) == 1
    if why == "window over":
        Channel.objects.filter(poll=town.poll).update(
            closes_at=now + timedelta(seconds=-1), opens_at=None
        )
    if why == "confirmed":
        opening_actions.inspect_item(by=organiser(), item=item)
        opening_actions.confirm_inspection(by=checker(), item=item)
    assert RulingKind.REOPENED not in {case.kind for case in rulings.cases_of(town.fresh())}


@pytest.mark.django_db(transaction=True)
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
    # In a thread of its own: a browser test before may have left a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    return statuses[0]


@pytest.mark.django_db(transaction=True)
def test_formal_polls_need_tls_and_rehearsals_do_not() -> None:
    formal, trial = vote(), vote(rehearsal=True)
    app = intake_app.IntakeApp()
    assert ask(app, formal.poll.slug, "10.0.0.9") == 403
    assert ask(app, formal.poll.slug, "10.0.0.9", "https") == 200
    assert ask(app, formal.poll.slug, "127.0.0.1") == 200
    assert ask(app, trial.poll.slug, "10.0.0.9") == 200
    assert ask(app, "nosuch", "10.0.0.9") == 404
    # A poll opened right after somebody asked for another that does not exist.
    later = vote(rehearsal=True)
    polls = Poll.objects.filter(pk=later.poll.pk)
    polls.update(state=PollState.READY)
    assert ask(app, later.poll.slug, "10.0.0.9") == 404
    polls.update(state=PollState.VOTING)
    assert ask(app, later.poll.slug, "10.0.0.9") == 200
    app._thread.submit(connections.close_all).result()
    app._thread.stop()
