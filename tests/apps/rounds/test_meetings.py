"""Meetings: their order, the phases of a presenter, the votes, two consoles, who is absent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, vote
from tests.apps.ballots.office import Officer, text
from tests.apps.rounds.hands import begun, collecting, meeting_of, now, take_on, with_targets
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import meetings as actions
from pingyi.apps.rounds.enums import ON_STAGE, Direction, Phase, RoundState
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round
from pingyi.apps.rounds.rules import at_the_end, timer_of, verb_of
from pingyi.base.errors import Conflict, Invalid, Refused, Stale
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


def sheets() -> Vote:
    return vote({LEADERS: 1, DELEGATES: 1, SERVICE: 1, PUBLIC: 1}, casting="sheet")


def without_vote() -> Round:
    """A round that collects, for meetings at which nobody votes."""
    found = with_targets()
    Round.objects.filter(pk=found.pk).update(state=RoundState.COLLECTING)
    found.refresh_from_db()
    return found


def order(meeting: Meeting) -> list[str]:
    return list(meeting.agenda.values_list("target__code", flat=True))


def states(town: Vote) -> dict[str, str]:
    items = town.poll.items.filter(channel__input_key="hall")
    return dict(items.values_list("target__code", "state"))


@pytest.mark.parametrize(
    ("state", "asks", "votes", "verb"),
    [
        (Phase.WAITING, True, True, "begin"),
        (Phase.REPORTING, True, True, "comment"),
        (Phase.COMMENTING, True, True, "ask"),
        (Phase.COMMENTING, False, True, "vote"),
        (Phase.COMMENTING, False, False, "finish"),
        (Phase.ASKING, True, True, "vote"),
        (Phase.ASKING, True, False, "finish"),
        (Phase.VOTING, True, True, "lock"),
        (Phase.DONE, True, True, None),
        (Phase.ABSENT, True, True, None),
    ],
)
def test_what_comes_next(state: Phase, asks: bool, votes: bool, verb: str | None) -> None:
    assert verb_of(state, asks=asks, votes=votes) == verb


NOON = datetime(2026, 7, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "used", "after", "gone", "planned"),
    [
        (Phase.REPORTING, {}, 75, 75, 1200),
        (Phase.REPORTING, {"reporting": 100}, 75, 175, 1200),
        # Comments and questions share their minutes.
        (Phase.COMMENTING, {"reporting": 1200}, 60, 60, 2400),
        (Phase.ASKING, {"reporting": 1200, "commenting": 600}, 60, 660, 2400),
        (Phase.VOTING, {"reporting": 1200}, 60, 60, None),
        (Phase.REPORTING, {"reporting": 100}, -3600, 100, 1200),  # the clock was set back
    ],
)
def test_the_timer(
    state: Phase, used: dict[str, int], after: int, gone: int, planned: int | None
) -> None:
    timer = timer_of(state, NOON, used, NOON + timedelta(seconds=after), (20, 40))
    assert timer is not None
    assert (timer.gone, timer.planned) == (gone, planned)
    assert timer_of(Phase.WAITING, None, used, NOON, (20, 40)) is None


def test_at_the_end() -> None:
    assert at_the_end([3, 1, 2], 1) == [3, 2, 1]


def test_a_meeting_takes_the_order_of_the_round() -> None:
    meeting = meeting_of(with_targets())
    assert order(meeting) == ["SLJ", "SWJ", "MZJ"]
    actions.set_agenda(by=organiser(), meeting=meeting, how="strokes")
    assert order(meeting) == ["SWJ", "SLJ", "MZJ"]
    actions.set_agenda(by=organiser(), meeting=meeting, how="hand", codes=["MZJ", "SWJ"])
    assert order(meeting) == ["MZJ", "SWJ"]
    actions.set_agenda(by=organiser(), meeting=meeting, how="lot")
    assert sorted(order(meeting)) == ["MZJ", "SWJ"]
    actions.set_agenda(by=organiser(), meeting=meeting, how="round")
    assert order(meeting) == ["SLJ", "SWJ", "MZJ"]
    with pytest.raises(Invalid, match="至少"):
        actions.set_agenda(by=organiser(), meeting=meeting, how="hand", codes=[])
    assert order(meeting) == ["SLJ", "SWJ", "MZJ"]


def test_no_meeting_before_collecting() -> None:
    meeting = meeting_of(with_targets())
    with pytest.raises(Conflict, match="没有开始评议"):
        actions.start(by=organiser(), meeting=meeting, seen=0)
    assert now(meeting).stamp == 0


def test_one_presenter_from_report_to_locked_vote() -> None:
    town = sheets()
    found = collecting(town)
    meeting = begun(found)
    take_on(meeting, "SLJ", "begin")
    with pytest.raises(Conflict, match="还没有结束"):
        take_on(meeting, "SWJ", "begin")
    take_on(meeting, "SLJ", "comment", "ask", "back", "ask")
    with pytest.raises(Conflict, match="先开放投票"):
        take_on(meeting, "SLJ", "finish")
    assert set(states(town).values()) == {ItemState.WAITING}
    take_on(meeting, "SLJ", "vote")
    assert states(town)["SLJ"] == ItemState.OPEN
    with pytest.raises(Conflict, match="不能“退回"):
        take_on(meeting, "SLJ", "back")
    item = take_on(meeting, "SLJ", "lock")
    assert states(town) == {"SLJ": "locked", "SWJ": "waiting", "MZJ": "waiting"}
    assert (item.state, set(item.used)) == (Phase.DONE, set(ON_STAGE))
    # The round's file tells of the meeting, the meeting's of each of its acts.
    office = Officer(Role.ORGANISER)
    whole = text(office.get("rounds:round", found.slug))
    assert "会议开始" in whole
    assert "转入点评" not in whole
    assert "转入点评" in text(office.get("rounds:meeting", found.slug, meeting.pk))
    told = AuditEntry.objects.filter(subject_kind="rounds.agendaitem").values_list(
        "verb", flat=True
    )
    assert {"rounds.agenda.vote", "rounds.agenda.lock"} <= set(told)


def test_whole_papers_are_opened_and_locked_for_the_meeting() -> None:
    town = vote({LEADERS: 1, DELEGATES: 1, SERVICE: 1, PUBLIC: 1})
    meeting = begun(collecting(town))
    take_on(meeting, "SLJ", "begin", "comment", "ask")
    with pytest.raises(Conflict, match="没有对这一位的投票"):
        take_on(meeting, "SLJ", "vote")
    take_on(meeting, "SLJ", "finish")
    actions.open_vote(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    for code in ("SWJ", "MZJ"):
        take_on(meeting, code, "absent")
    with pytest.raises(Conflict, match="开放着"):
        actions.end(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    actions.lock_vote(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    assert states(town) == {None: "locked"}
    actions.end(by=organiser(), meeting=meeting, seen=now(meeting).stamp)


def test_of_two_consoles_the_second_is_refused() -> None:
    meeting = begun(without_vote())
    target = meeting.round.targets.get(code="SLJ")
    seen = now(meeting).stamp
    chair, other = account(Role.CHAIR), organiser()
    actions.take_on(by=chair, meeting=meeting, target=target, verb="begin", seen=seen)
    for verb in ("begin", "comment", "absent"):  # a double click, and another mind
        with pytest.raises(Stale, match="没有办理"):
            actions.take_on(by=other, meeting=meeting, target=target, verb=verb, seen=seen)
    item = meeting.agenda.get(target=target)
    assert (item.state, now(meeting).stamp) == (Phase.REPORTING, seen + 1)
    # Another console takes over with what it sees now.
    actions.take_on(by=other, meeting=meeting, target=target, verb="comment", seen=seen + 1)


def test_what_is_refused_leaves_the_stamp() -> None:
    meeting = begun(without_vote())
    before = now(meeting).stamp
    with pytest.raises(Conflict):
        take_on(meeting, "SLJ", "lock")
    assert now(meeting).stamp == before


def test_the_database_holds_one_presenter_on_stage() -> None:
    meeting = begun(without_vote())
    take_on(meeting, "SLJ", "begin")
    other = AgendaItem.objects.get(meeting=meeting, target__code="SWJ")
    other.state, other.phase_began_at = Phase.REPORTING, NOON
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_who_is_not_there_comes_last_or_not_at_all() -> None:
    meeting = begun(without_vote(), asks=False)
    item = take_on(meeting, "SLJ", "postpone")
    assert (item.note, order(meeting)) == ("未到场，移到最后", ["SWJ", "MZJ", "SLJ"])
    take_on(meeting, "SLJ", "absent")
    take_on(meeting, "SWJ", "begin", "comment", "finish")
    take_on(meeting, "MZJ", "begin", "postpone")  # called, and not there
    assert order(meeting) == ["SWJ", "SLJ", "MZJ"]
    take_on(meeting, "SLJ", "arrive")
    assert order(meeting) == ["SWJ", "MZJ", "SLJ"]
    with pytest.raises(Conflict, match="还有没有结束的"):
        actions.end(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    take_on(meeting, "MZJ", "begin", "comment", "finish")
    take_on(meeting, "SLJ", "absent")
    actions.end(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    verbs = AuditEntry.objects.filter(subject_kind="rounds.agendaitem").values_list(
        "verb", flat=True
    )
    assert {"rounds.agenda.postpone", "rounds.agenda.absent", "rounds.agenda.arrive"} <= set(verbs)


def test_votes_on_the_absent_are_locked_at_the_end() -> None:
    town = sheets()
    meeting = begun(collecting(town), asks=False)
    take_on(meeting, "SLJ", "begin", "comment", "vote", "lock")
    for code in ("SWJ", "MZJ"):
        take_on(meeting, code, "absent")
    actions.end(by=organiser(), meeting=meeting, seen=now(meeting).stamp)
    assert set(states(town).values()) == {ItemState.LOCKED}
    actions.resume(by=organiser(), meeting=meeting, seen=now(meeting).stamp)


def test_downward_comes_before_upward() -> None:
    found = without_vote()
    down = meeting_of(found, title="向下述职会", direction=Direction.DOWN)
    up = meeting_of(found, title="向上述职会", direction=Direction.UP)
    with pytest.raises(Invalid, match="向下述职会") as error:
        actions.start(by=organiser(), meeting=up, seen=0)
    assert error.value.field == "reason"
    early = actions.start(by=organiser(), meeting=up, seen=0, reason="汛期提前")
    assert early.early_reason == "汛期提前"
    entry = AuditEntry.objects.filter(verb="rounds.meeting.started").latest("number")
    assert entry.details["early_reason"] == "汛期提前"
    actions.start(by=organiser(), meeting=down, seen=0)
    for code in order(down):
        take_on(down, code, "absent")
    actions.end(by=organiser(), meeting=down, seen=now(down).stamp)
    later = meeting_of(found, title="再一场", direction=Direction.UP)
    assert actions.start(by=organiser(), meeting=later, seen=0, reason="无").early_reason == ""


@pytest.mark.parametrize("role", [Role.CHECKER, Role.UNIT_HEAD, Role.LEADER, None])
def test_only_organiser_and_chair_preside(role: Role | None) -> None:
    meeting = meeting_of(without_vote())
    with pytest.raises(Refused):
        actions.start(by=account(role), meeting=meeting, seen=0)


def test_a_meeting_that_ran_keeps_its_vote_and_order() -> None:
    found = without_vote()
    meeting = begun(found)
    other = rounds.hold_poll(by=organiser(), round=found, title="现场", inputs=["hall"])
    facts = {"title": "改名", "vote": other.round_vote}
    with pytest.raises(Conflict, match="不能再换投票"):
        actions.plan_meeting(by=organiser(), round=found, meeting=meeting, facts=facts)
    with pytest.raises(Conflict, match="不能重排"):
        actions.set_agenda(by=organiser(), meeting=meeting, how="lot")
