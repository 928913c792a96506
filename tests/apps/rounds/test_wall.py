"""The big screen: what changes it, and what never comes there."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, vote
from tests.apps.ballots.office import HOSTILE, text
from tests.apps.rounds.hands import begun, collecting, now, take_on, with_targets
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.actions import opinions
from pingyi.apps.rounds.actions.remarks import save_comment, save_question
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Meeting, Opinion, Round
from pingyi.apps.rounds.rules import in_view
from pingyi.apps.rounds.wall import find, scene_of
from pingyi.base.errors import Missing

pytestmark = pytest.mark.django_db


def without_vote() -> Meeting:
    found = with_targets()
    Round.objects.filter(pk=found.pk).update(state=RoundState.COLLECTING)
    found.refresh_from_db()
    return begun(found)


def said(meeting: Meeting, words: str, code: str | None = None) -> Opinion:
    target = meeting.round.targets.get(code=code) if code else None
    return Opinion.objects.create(
        round=meeting.round,
        target=target,
        category="其他",
        speaker="public",
        text=words,
        day=date(2017, 7, 25),
    )


@pytest.mark.parametrize(
    ("total", "place", "shown"),
    [
        (3, 0, [0, 1, 2]),
        (3, 3, [0, 1, 2]),
        (8, 7, [0, 1, 2, 3, 4, 5, 6, 7]),
        (14, 0, [0, 1, 2, 3]),
        (14, 1, [0, 1, 2, 3]),
        (14, 2, [1, 2, 3, 4]),
        (14, 12, [10, 11, 12, 13]),
        (14, 14, [10, 11, 12, 13]),
    ],
)
def test_who_is_on_stage_is_always_in_view(total: int, place: int, shown: list[int]) -> None:
    most = 8 if total == 8 else 4
    assert list(range(total))[in_view(total, place, most)] == shown


def digest(meeting: Meeting) -> str:
    return scene_of(find(meeting.wall)).digest


def test_every_change_and_nothing_else_changes_the_screen() -> None:
    meeting = without_vote()
    seen = [digest(meeting)]
    assert digest(meeting) == seen[-1]
    for code, verb in (("SLJ", "begin"), ("SLJ", "comment"), ("SWJ", "absent")):
        take_on(meeting, code, verb)
        assert digest(meeting) not in seen
        seen.append(digest(meeting))
    waiting = said(meeting, "待审的意见")
    assert digest(meeting) == seen[-1]
    opinions.relay(by=organiser(), round=meeting.round, opinions=[waiting.pk])
    assert digest(meeting) not in seen
    opinions.hold(by=organiser(), opinion=waiting, reason="撤回")
    assert digest(meeting) == seen[-1]


def test_opinions_on_who_is_on_stage_and_on_nobody() -> None:
    meeting = without_vote()
    all_of_them = [
        said(meeting, "水利", "SLJ"),
        said(meeting, "商务", "SWJ"),
        said(meeting, "总的"),
    ]
    keys = [one.pk for one in all_of_them]
    opinions.relay(by=organiser(), round=meeting.round, opinions=keys)
    take_on(meeting, "SLJ", "begin")
    assert {words for _target, words in scene_of(now(meeting)).opinions} == {"水利", "总的"}
    take_on(meeting, "SLJ", "comment", "ask", "finish")
    assert {words for _target, words in scene_of(now(meeting)).opinions} == {"水利", "商务", "总的"}


def test_nothing_internal_comes_to_the_screen() -> None:
    meeting = without_vote()
    secrets = ("内部备注", "点评原话", "提问原话", "未审意见", "扣下的话", "扣下的理由")
    held = said(meeting, secrets[4])
    opinions.hold(by=organiser(), opinion=held, reason=secrets[5])
    said(meeting, secrets[3])
    shown = said(meeting, HOSTILE)
    opinions.relay(by=organiser(), round=meeting.round, opinions=[shown.pk])
    take_on(meeting, "SLJ", "begin")
    item = meeting.agenda.select_related("target", "meeting__round").get(target__code="SLJ")
    item.note = secrets[0]
    item.save()
    by = account(Role.CHAIR)
    save_comment(by=by, item=item, leader_name="顾长河", praise=secrets[1], problems="", hope="")
    save_question(by=by, item=item, asker="甲", question=secrets[2], answer="")
    page: object = Client().get(reverse("rounds:wall", args=[meeting.wall]))
    words = text(page)  # type: ignore[arg-type]
    assert "市水利局" in words
    for secret in (*secrets, by.username, by.name, "顾长河", "rounds/" + meeting.round.slug):
        assert secret not in words


def test_the_turnout_of_small_classes_is_withheld() -> None:
    town = vote({LEADERS: 6, DELEGATES: 6, SERVICE: 6, PUBLIC: 1}, casting="sheet")
    meeting = begun(collecting(town))
    assert scene_of(now(meeting)).vote is None
    take_on(meeting, "SLJ", "begin", "comment", "ask", "vote")
    (item,) = [one for one in town.items("hall") if one.target and one.target.code == "SLJ"]
    seen = digest(meeting)
    codes = [code for key in (LEADERS, DELEGATES, SERVICE) for code in town.slips[key]]
    town.intake().take([town.casting(code, item) for code in codes[:7]])
    shown = scene_of(now(meeting)).vote
    assert shown is not None
    assert (shown.open, shown.turnout.spent, shown.turnout.given_out) == (True, 7, 18)
    assert shown.turnout.classes == ()  # one of a class of delegates has voted
    assert digest(meeting) != seen
    take_on(meeting, "SLJ", "lock")
    shown = scene_of(now(meeting)).vote
    assert shown is not None
    assert (shown.open, shown.turnout.spent) == (False, 7)


def test_a_wall_that_shows_it_already_gets_nothing() -> None:
    meeting = without_vote()
    client, address = Client(), reverse("rounds:wall_now", args=[meeting.wall])
    page = client.get(address).content.decode()
    assert digest(meeting) in page
    assert client.get(address, {"seen": digest(meeting)}).status_code == 204
    take_on(meeting, "SLJ", "begin")
    assert client.get(address, {"seen": page[:24]}).status_code == 200


def test_an_address_that_is_guessed_shows_nothing() -> None:
    meeting = without_vote()
    assert len(meeting.wall) == 16
    with pytest.raises(Missing):
        find(meeting.wall[:-1] + ("2" if meeting.wall[-1] != "2" else "3"))
    assert Client().get(reverse("rounds:wall", args=["2" * 16])).status_code == 404
