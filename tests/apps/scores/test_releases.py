"""Results on the screen of the hall: only what was checked, only while the chair wants it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.office import Officer, text
from tests.apps.rounds.hands import meeting_of, now
from tests.apps.schemes.hands import account, organiser
from tests.apps.scores.hands import SCORES, chair, checker, closed_round, computed, voted

from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.actions import meetings
from pingyi.apps.rounds.models import Meeting, Round
from pingyi.apps.rounds.wall import scene_of
from pingyi.apps.scores import actions, releases
from pingyi.apps.scores.models import Release
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    """A meeting that goes on while its round is closed, computed, checked."""
    town = voted()
    town.open_boxes()
    found = closed_round(town)
    Round.objects.filter(pk=found.pk).update(state="collecting")
    made = meeting_of(found)
    meetings.start(by=organiser(), meeting=made, seen=0)
    Round.objects.filter(pk=found.pk).update(state="closed")
    return now(made)


def test_from_the_release_to_its_end(meeting: Meeting) -> None:
    found = meeting.round
    with pytest.raises(Conflict, match="核对过"):
        releases.release(by=chair(), meeting=meeting, scope="all")
    one = computed(found)
    with pytest.raises(Conflict, match="核对过"):
        releases.release(by=chair(), meeting=meeting, scope="all")
    actions.check(by=checker(), computation=one)
    assert scene_of(meeting).results is None
    releases.release(by=chair(), meeting=meeting, scope="all")
    board = scene_of(meeting).results
    assert board is not None
    assert board.scores
    codes = {target.title: target.code for target in found.targets.all()}
    assert {codes[row.title]: (row.score, row.grade, row.rank) for row in board.rows} == SCORES
    assert [row.rank for row in board.rows] == [1, 2, 3]
    # Grades alone, in the running order: nothing tells who is first.
    releases.release(by=organiser(), meeting=meeting, scope="grades")
    board = scene_of(meeting).results
    assert board is not None
    assert not board.scores
    assert {(row.rank, row.score) for row in board.rows} == {(None, None)}
    assert [codes[row.title] for row in board.rows] == list(SCORES)
    releases.withdraw(by=chair(), meeting=meeting)
    assert scene_of(meeting).results is None
    with pytest.raises(Conflict, match="没有公布"):
        releases.withdraw(by=chair(), meeting=meeting)
    verbs = AuditEntry.objects.filter(verb__startswith="scores.result").order_by("number")
    assert [verb.rpartition(".")[2] for verb in verbs.values_list("verb", flat=True)] == [
        "released",
        "withdrawn",
        "released",
        "withdrawn",
    ]
    assert Release.objects.filter(withdrawn_by=chair()).count() == 1


def test_what_is_sent_back_leaves_the_screen(meeting: Meeting) -> None:
    one = actions.check(by=checker(), computation=computed(meeting.round))
    releases.release(by=chair(), meeting=meeting, scope="all")
    actions.send_back(by=checker(), computation=one, opinion="有误")
    assert scene_of(meeting).results is None


def test_the_database_keeps_one_release_of_known_scope(meeting: Meeting) -> None:
    one = actions.check(by=checker(), computation=computed(meeting.round))
    made = releases.release(by=chair(), meeting=meeting, scope="all")
    facts = {"meeting": meeting, "computation": one, "released_by": chair()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(scope="all", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=made.pk).update(scope="internal")
    with pytest.raises(Invalid, match="不能上大屏"):
        releases.release(by=chair(), meeting=meeting, scope="internal")


@pytest.mark.parametrize("role", [Role.CHECKER, Role.UNIT_HEAD, None])
def test_only_chair_and_organiser_release(role: Role | None) -> None:
    with pytest.raises(Refused):
        releases.release(by=account(role), meeting=Meeting(), scope="all")


def test_through_the_pages(meeting: Meeting) -> None:
    officer, reader, found = Officer(Role.CHAIR), Officer(Role.CHECKER), meeting.round
    actions.check(by=checker(), computation=computed(found))
    assert "公布全部得分" in text(officer.get("scores:screen", found.slug))
    asked = {"meeting": meeting.pk, "scope": "all"}
    assert reader.post("scores:screen", found.slug, **asked).status_code == 403
    assert officer.post("scores:screen", found.slug, **asked).status_code == 302
    assert "大屏正在显示" in text(officer.get("scores:screen", found.slug))
    wall: object = Client().get(reverse("rounds:wall", args=[meeting.wall]))
    assert "95.00" in text(wall)  # type: ignore[arg-type]
    asked["what"] = "withdraw"
    assert officer.post("scores:screen", found.slug, **asked).status_code == 302
    wall = Client().get(reverse("rounds:wall", args=[meeting.wall]))
    assert "95.00" not in text(wall)  # type: ignore[arg-type]
