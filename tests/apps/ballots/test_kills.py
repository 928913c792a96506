"""The server is killed under load: nothing that was acknowledged is lost, nothing counts twice."""

from __future__ import annotations

import http.client
import os
import random
import secrets
import threading
import time
from contextlib import closing, suppress

import pytest
from tests.apps.ballots.hall import PUBLIC, Vote, vote
from tests.apps.ballots.server import Server, line_to, post, serving

from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import ClassCount, Leaves
from pingyi.apps.ballots.wire import Answer, Casting, write_casting

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 3
DEVICES = 8
PER_KILL = 120


class Device(threading.Thread):
    """Casts its ballots one after another until the server is gone."""

    def __init__(self, server: Server, slug: str, castings: list[Casting]) -> None:
        super().__init__()
        self._server, self._slug = server, slug
        self.castings = castings
        self.told: dict[str, Answer] = {}

    def run(self) -> None:
        with closing(line_to(self._server)) as line, suppress(OSError, http.client.HTTPException):
            for casting in self.castings:
                answer = post(line, self._slug, casting)
                if answer is not None:
                    self.told[casting.code] = answer


def cast_until_killed(server: Server, town: Vote, castings: list[Casting]) -> dict[str, Answer]:
    """What the devices were told before the server died."""
    devices = [Device(server, town.poll.slug, castings[i::DEVICES]) for i in range(DEVICES)]
    for device in devices:
        device.start()
    while not any(device.told for device in devices):
        time.sleep(0.001)
    time.sleep(random.random() * 0.05)
    server.kill()
    for device in devices:
        device.join()
    return {code: answer for device in devices for code, answer in device.told.items()}


def confirm(server: Server, town: Vote, castings: list[Casting]) -> None:
    """After a kill: every ballot may be sent again and counts once; another tag is refused."""
    with closing(line_to(server)) as line:
        for casting in castings:
            assert post(line, town.poll.slug, casting) is Answer.COUNTED
            other = casting._replace(tag=secrets.token_bytes(16))
            assert post(line, town.poll.slug, other) is Answer.SPENT


def test_kills_under_load() -> None:
    town = vote({PUBLIC: KILLS * PER_KILL})
    town.open("online")
    (item,) = town.items("online")
    codes = town.slips[PUBLIC]
    made = {code: town.casting(code, item, [place % 3] * 3) for place, code in enumerate(codes)}
    castings = list(made.values())
    interrupted = 0
    part: list[Casting] = []
    for i in range(KILLS + 1):
        with serving() as server:
            confirm(server, town, part)
            part = castings[i * PER_KILL : (i + 1) * PER_KILL]
            if not part:
                break
            told = cast_until_killed(server, town, part)
        assert set(told.values()) == {Answer.COUNTED}
        interrupted += len(told) < len(part)
        spent = set(box_of(town.poll.slug).serials(item.number))
        assert len(spent) >= len(told)
    assert interrupted, "no kill met the server at work"
    town.lock_all()
    town.open_boxes()
    count = ClassCount.objects.get(item=item)
    assert (count.returned, count.valid) == (len(codes), len(codes))
    stored = bytes(Leaves.objects.get(item=item).data)
    assert {stored[i : i + 32] for i in range(0, len(stored), 32)} == set(town.leaves)


def test_a_client_that_goes_away_disturbs_nobody() -> None:
    town = vote({PUBLIC: 40})
    town.open("online")
    (item,) = town.items("online")
    castings = [town.casting(code, item) for code in town.slips[PUBLIC]]
    with serving() as server:
        for casting in castings[::2]:
            with closing(line_to(server)) as line:
                line.request("POST", f"/cast/{town.poll.slug}/", write_casting(casting))
        with closing(line_to(server)) as line:
            for casting in castings:
                assert post(line, town.poll.slug, casting) is Answer.COUNTED
    assert len(list(box_of(town.poll.slug).serials(item.number))) == 40
