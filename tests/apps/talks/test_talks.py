"""A talk's whole way, who may do what on it, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.people.ground import account
from tests.apps.talks.hands import ANSWERED, PREPARED, REQUIRED, Town, now, seated, today

from pingyi.apps.ledger.enums import EntryState
from pingyi.apps.ledger.models import Entry
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import PostKind, Role
from pingyi.apps.people.models import Grant, Tenure, Unit
from pingyi.apps.talks import queries
from pingyi.apps.talks.actions import meeting, memos, preparing, programmes, rectifying, talks
from pingyi.apps.talks.actions.talks import Meeting
from pingyi.apps.talks.enums import Ground, TalkState
from pingyi.apps.talks.models import Memo, Question, Requirement, Talk
from pingyi.base.days import TermUnit
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.references import Reference, Rights, rights_of
from pingyi.base.terms import due_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def told(talk: Talk) -> list[str]:
    """What the audit log says of it, oldest first."""
    rows = AuditEntry.objects.filter(subject_kind="talks.talk", subject_id=str(talk.pk))
    return [row.verb.rpartition(".")[2] for row in rows.order_by("number")]


def test_from_the_schedule_to_its_close(town: Town) -> None:
    talk = town.rectifying()
    assert (talk.number, talk.state) == (f"{today().year}-T001", TalkState.RECTIFYING)
    assert (talk.interviewee_name, talk.interviewee_post) == ("余行之", "局长")
    entry = Entry.objects.get()
    assert (entry.title, entry.lead_unit, entry.kind) == (REQUIRED, town.water, "requirement")
    assert entry.due_on == due_after(today(), 2, TermUnit.MONTHS).day, "CX-10: two months"
    assert (entry.due_start, entry.due_amount) == (today(), 2)
    with pytest.raises(Conflict, match=entry.number):
        talks.close(by=town.organiser, talk=talk)
    assert town.close_entry().state == EntryState.CLOSED
    with pytest.raises(Conflict, match="整改情况汇报"):
        talks.close(by=town.organiser, talk=talk)
    town.handed_in(talk)
    talk = talks.close(by=town.organiser, talk=talk)
    assert (talk.state, talk.closed_on) == (TalkState.CLOSED, today())
    assert told(talk) == [
        "planned",
        "arranged",
        "noticed",
        "begun",
        "questioned",
        "required",
        "held",
        "memo_drafted",
        "memo_offered",
        "memo_confirmed",
        "memo_confirmed",
        "rectifying",
        "reported",
        "closed",
    ]


def test_requirements_enter_the_ledger_once(town: Town) -> None:
    talk = town.rectifying()
    with pytest.raises(Conflict):
        rectifying.rectify(by=town.organiser, talk=talk)
    assert Entry.objects.count() == 1
    ((asked, entry),) = queries.entries_of(talk)
    assert entry is not None
    assert (asked.text, entry.title) == (REQUIRED, REQUIRED)


def test_what_is_split_from_a_requirement_keeps_the_talk_open(town: Town) -> None:
    from pingyi.apps.ledger import actions as ledger  # noqa: PLC0415 - here alone

    talk = town.rectifying()
    (part,) = ledger.split(by=town.organiser, entry=Entry.objects.get(), titles=["第三支部"])
    Entry.objects.exclude(pk=part.pk).update(state=EntryState.CLOSED, closed_on=today())
    assert queries.open_entries(talk) == [part]
    town.handed_in(talk)
    with pytest.raises(Conflict, match=part.number):
        talks.close(by=town.organiser, talk=talk)


def test_a_talk_without_requirements_closes_at_once(town: Town) -> None:
    talk = town.confirmed(requires=False)
    with pytest.raises(Conflict, match="没有提出"):
        rectifying.rectify(by=town.organiser, talk=talk)
    assert talks.close(by=town.organiser, talk=talk).state == TalkState.CLOSED


def test_confirmed_requirements_must_go_to_the_ledger_first(town: Town) -> None:
    with pytest.raises(Conflict, match="转入台账"):
        talks.close(by=town.organiser, talk=town.confirmed())


# The schedule


def test_a_month_takes_no_more_than_the_most(town: Town) -> None:
    plan = {"by": town.organiser, "programme": town.programme, "month": today()}
    programmes.schedule(**plan, units=town.units[:4])  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="每月最多"):
        programmes.schedule(**plan, units=town.units[4:])  # type: ignore[arg-type]
    assert [
        place.unit for place in queries.next_units(queries.places_of(town.programme), 4)
    ] == town.units[4:]


def test_nobody_is_scheduled_twice_in_a_cycle(town: Town) -> None:
    town.planned()
    with pytest.raises(Conflict, match="本周期已安排"):
        town.planned()
    talk = Talk.objects.get()
    talk.pk, talk.number = None, "2026-T999"
    with pytest.raises(IntegrityError, match=r"talk_once_a_cycle|cycle"), transaction.atomic():
        talk.save(force_insert=True)


def test_who_was_cancelled_comes_again(town: Town) -> None:
    talks.cancel(by=town.organiser, talk=town.planned(), reason="换届")
    assert queries.next_units(queries.places_of(town.programme), 1)[0].unit == town.water
    assert town.planned().number.endswith("T002")


def test_the_next_cycle_begins_when_all_had_their_turn(town: Town) -> None:
    for place in town.units[:4]:
        town.planned(place)
    with pytest.raises(Conflict, match="还有1个单位"):
        programmes.begin_cycle(by=town.organiser, programme=town.programme)
    Talk.objects.update(month=today() - timedelta(days=40))
    town.planned(town.units[4])
    one = programmes.begin_cycle(by=town.organiser, programme=town.programme)
    assert one.cycle == 2
    # All are still before their talks: nobody is free of hindrance, the order is the programme's.
    assert [p.unit for p in queries.next_units(queries.places_of(one), 5)] == town.units


def test_a_unit_that_was_talked_to_comes_last_in_the_next_cycle(town: Town) -> None:
    for place in town.units:
        Talk.objects.update(month=None)
        town.planned(place)
    long_ago = timezone.now() - timedelta(days=90)
    Talk.objects.update(
        state=TalkState.CLOSED,
        interviewer=town.secretary,
        noticed_at=long_ago,
        starts_at=long_ago,
        ended_at=long_ago,
        planned_on=today() - timedelta(days=90),
    )
    Talk.objects.filter(unit=town.health).update(planned_on=today() - timedelta(days=95))
    one = programmes.begin_cycle(by=town.organiser, programme=town.programme)
    assert [p.unit for p in queries.next_units(queries.places_of(one), 2)] == [
        town.health,
        town.water,
    ]


def test_a_unit_of_the_cycle_stays_in_the_programme(town: Town) -> None:
    town.planned()
    with pytest.raises(Conflict, match="不能移出"):
        programmes.save_programme(
            by=town.organiser,
            programme=town.programme,
            facts={"title": "党建月月谈"},
            interviewers=[town.secretary],
            units=town.units[1:],
        )


def test_dissolved_units_are_not_proposed(town: Town) -> None:
    Unit.objects.filter(pk=town.water.pk).update(abolished_on=today())
    assert queries.next_units(queries.places_of(town.programme), 1)[0].unit == town.health


def test_one_person_is_in_one_talk_at_a_time(town: Town) -> None:
    first = town.arranged()
    assert first.starts_at is not None
    other = town.planned(town.health)
    meanwhile = first.starts_at + timedelta(minutes=59)
    with pytest.raises(Invalid, match="俞明德另有约谈"):
        town.arranged(other, starts_at=meanwhile)
    assert town.arranged(other, starts_at=meanwhile + timedelta(minutes=1)).starts_at is not None


def test_an_interviewee_is_in_one_talk_at_a_time(town: Town) -> None:
    first = town.arranged()
    assert first.starts_at is not None
    again = programmes.add_talk(
        by=town.organiser, programme=town.programme, unit=town.water, reason="信访突出"
    )
    chair = seated("S2", "戚守正", town.root, "纪委书记", PostKind.TEAM_MEMBER)
    at = Meeting(first.starts_at, chair)
    with pytest.raises(Invalid, match="余行之另有约谈"):
        talks.arrange(by=town.organiser, talk=again, meeting=at, facts={})
    assert [one.pk for one in queries.earlier_talks(again)] == [first.pk]


def test_nobody_talks_to_himself(town: Town) -> None:
    talk = town.planned()
    with pytest.raises(Invalid, match="同一人"):
        talks.arrange(by=town.organiser, talk=talk, meeting=Meeting(None, town.heads[0]), facts={})


def test_a_notice_lacks_nothing(town: Town) -> None:
    talk = town.planned()
    with pytest.raises(Invalid, match="约谈时间、地点、约谈人、事由"):
        talks.notify(by=town.organiser, talk=talk)
    talk = town.noticed(talk)
    kinds = Notice.objects.values_list("account__username", "kind")
    assert set(kinds) == {
        ("head", "talks.talk.noticed"),
        ("handler", "talks.talk.noticed"),
    }


def test_a_notice_that_was_recalled_is_told_again(town: Town) -> None:
    talk = town.noticed()
    talks.recall(by=town.organiser, talk=talk, reason="会议冲突")
    assert not queries.visible(town.head).exists()
    talks.notify(by=town.organiser, talk=talk)
    mine = Notice.objects.filter(account=town.head).order_by("pk")
    assert [one.kind.rpartition(".")[2] for one in mine] == ["noticed", "recalled", "noticed"]


def test_a_talk_that_has_begun_is_neither_recalled_nor_cancelled(town: Town) -> None:
    talk = meeting.begin_report(by=town.organiser, talk=town.noticed())
    for undo in (talks.recall, talks.cancel):
        with pytest.raises(Conflict, match="已经开始"):
            undo(by=town.organiser, talk=talk, reason="改期")


# The meeting


def test_both_clocks_are_the_servers(town: Town) -> None:
    talk = town.noticed()
    with pytest.raises(Conflict):
        meeting.begin_questions(by=town.organiser, talk=talk)
    with pytest.raises(Conflict, match="还没有开始"):
        meeting.end(by=town.organiser, talk=talk)
    began = meeting.begin_report(by=town.interviewer, talk=talk).report_began_at
    with pytest.raises(Conflict, match="已经开始"):
        meeting.begin_report(by=town.organiser, talk=talk)
    asked = meeting.begin_questions(by=town.organiser, talk=talk)
    assert asked.report_began_at == began
    ended = meeting.end(by=town.organiser, talk=talk)
    assert began is not None
    assert asked.questions_began_at is not None
    assert ended.ended_at is not None
    assert began <= asked.questions_began_at <= ended.ended_at


def test_a_prepared_question_is_asked_once(town: Town) -> None:
    talk = town.noticed()
    (kept,) = queries.bank_of(talk.unit)
    meeting.ask(by=town.organiser, talk=talk, prepared=kept, answer=ANSWERED)
    with pytest.raises(Conflict, match="已经记过"):
        meeting.ask(by=town.second, talk=talk, prepared=kept)
    one = Question.objects.get()
    meeting.note_answer(by=town.second, question=one, answer="改了")
    one.refresh_from_db()
    assert one.answer == "改了"


def test_a_question_of_another_unit_is_no_question_here(town: Town) -> None:
    other = town.planned(town.health)
    kept = preparing.keep_question(by=town.organiser, talk=other, text="别家的问题")
    talk = town.noticed()
    with pytest.raises(Invalid, match="不属于"):
        meeting.ask(by=town.organiser, talk=talk, prepared=kept)
    with pytest.raises(Invalid, match="不属于"):
        preparing.drop_question(by=town.organiser, talk=talk, question=kept)


@pytest.mark.parametrize("months", [0, 25])
def test_a_term_is_within_two_years(town: Town, months: int) -> None:
    with pytest.raises(Invalid, match="1至24"):
        meeting.require_of(by=town.organiser, talk=town.noticed(), text="改", months=months)


# The memo


def test_a_memo_is_drafted_from_what_was_said(town: Town) -> None:
    talk = town.held()
    memo = memos.draft(by=town.organiser, talk=talk)
    assert "问题在哪里？" in memo.points
    assert ANSWERED in memo.points
    assert PREPARED not in memo.points + memo.problems, "what was prepared stays inside"
    assert (memo.interviewers, memo.recorder) == ("俞明德", "方允中")
    assert "余行之" in memo.interviewees
    assert memos.draft(by=town.second, talk=talk).pk == memo.pk


def test_a_memo_is_confirmed_by_two_sides_and_freezes(town: Town) -> None:
    talk = town.offered()
    memos.confirm(by=town.organiser, talk=talk, seen=1)
    with pytest.raises(Refused):
        memos.confirm(by=town.handler, talk=talk, seen=1)
    assert now(talk).state == TalkState.HELD
    assert memos.confirm(by=town.head, talk=talk, seen=1).frozen
    talk = now(talk)
    assert talk.state == TalkState.CONFIRMED
    facts = dict.fromkeys(memos.FIELDS, "改")
    with pytest.raises(Conflict, match="不能再改"):
        memos.edit(by=town.organiser, talk=talk, seen=1, facts=facts)
    with pytest.raises(Conflict):
        meeting.require_of(by=town.organiser, talk=talk, text="再加一条", months=1)


def test_one_person_never_confirms_for_both(town: Town) -> None:
    talk = town.offered()
    memos.confirm(by=town.organiser, talk=talk, seen=1)
    town.head.name = town.organiser.name
    town.head.save()
    with pytest.raises(Refused, match="双方各一人"):
        memos.confirm(by=town.head, talk=talk, seen=1)
    memo = Memo.objects.get()
    memo.unit_confirmed_by = memo.office_confirmed_by
    with pytest.raises(IntegrityError), transaction.atomic():
        memo.save()


@pytest.mark.parametrize("who", ["inspector", "checker", "leader", "stranger", "agency"])
def test_others_confirm_nothing(town: Town, who: str) -> None:
    with pytest.raises(Refused):
        memos.confirm(by=getattr(town, who), talk=town.offered(), seen=1)


def test_what_was_confirmed_is_confirmed_anew_after_a_change(town: Town) -> None:
    talk = town.offered()
    memos.confirm(by=town.head, talk=talk, seen=1)
    facts = dict.fromkeys(memos.FIELDS, "改过") | {"secrecy": "internal"}
    memo = memos.edit(by=town.organiser, talk=talk, seen=1, facts=facts)
    assert (memo.offered_at, memo.unit_confirmed_by) == (None, None)
    with pytest.raises(Conflict, match="没有提交"):
        memos.confirm(by=town.head, talk=talk, seen=2)
    memos.offer(by=town.organiser, talk=talk, seen=2)
    with pytest.raises(Conflict, match="刚刚被改过"):
        memos.confirm(by=town.head, talk=talk, seen=1)


def test_the_head_may_say_no(town: Town) -> None:
    talk = town.offered()
    with pytest.raises(Refused):
        memos.object_to(by=town.handler, talk=talk, seen=1, reason="不对")
    memo = memos.object_to(by=town.head, talk=talk, seen=1, reason="第二条没有说过")
    assert memo.offered_at is None
    assert Notice.objects.filter(account=town.organiser, kind="talks.talk.memo_objected").exists()


def test_requirements_stand_still_while_the_memo_is_out(town: Town) -> None:
    talk = town.offered()
    with pytest.raises(Conflict, match="已提交双方确认"):
        meeting.drop_requirement(by=town.organiser, requirement=Requirement.objects.get())
    assert talk.requirements.count() == 1


# What comes after


def test_follow_ups_are_laid_down_every_half_month(town: Town) -> None:
    talk = town.rectifying()
    planned = list(talk.follow_ups.values_list("planned_on", flat=True))
    last = due_after(today(), 2, TermUnit.MONTHS).day
    assert planned == [
        day for turn in range(1, 6) if (day := today() + timedelta(days=15 * turn)) <= last
    ]
    one = talk.follow_ups.first()
    assert one is not None
    with pytest.raises(Invalid, match="今天以前"):
        rectifying.record_follow_up(
            by=town.handler, follow_up=one, done_on=today() + timedelta(days=1), text="夜谈"
        )
    rectifying.record_follow_up(by=town.handler, follow_up=one, done_on=today(), text="夜谈")
    with pytest.raises(Conflict):
        rectifying.record_follow_up(by=town.handler, follow_up=one, done_on=today(), text="再填")


def test_a_report_has_all_its_sections(town: Town) -> None:
    talk = town.rectifying()
    some = {town.programme.sections[0]: "已统一思想"}
    rectifying.write_report(by=town.handler, talk=talk, texts=some)
    with pytest.raises(Invalid, match=town.programme.sections[4]):
        rectifying.write_report(by=town.handler, talk=talk, texts=some, hand_in=True)
    town.handed_in(talk)
    with pytest.raises(Conflict, match="已经报送"):
        rectifying.write_report(by=town.handler, talk=talk, texts=some)
    rectifying.return_report(by=town.organiser, talk=talk, reason="太笼统")
    town.handed_in(talk)


def test_the_unit_records_its_own_meeting(town: Town) -> None:
    talk = town.held()
    facts = {"title": "局党委会", "participants": "全体班子成员", "minutes": "逐条认领"}
    with pytest.raises(Invalid):
        rectifying.record_meeting(
            by=town.handler, talk=talk, held_on=today() - timedelta(days=1), **facts
        )
    made = rectifying.record_meeting(by=town.handler, talk=talk, held_on=today(), **facts)
    assert made.talk == talk
    with pytest.raises(Refused):
        rectifying.record_meeting(by=town.organiser, talk=talk, held_on=today(), **facts)


def test_an_escalation_is_decided_by_another(town: Town) -> None:
    talk = town.rectifying()
    facts = {"ground": Ground.ATTITUDE, "basis": "云委〔2026〕3号第九条", "text": "拒不到场"}
    with pytest.raises(Refused):
        rectifying.escalate(by=town.head, talk=talk, **facts)  # type: ignore[arg-type]
    one = rectifying.escalate(by=town.organiser, talk=talk, **facts)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="提请的人"):
        rectifying.decide(by=town.organiser, escalation=one, decision="诫勉谈话")
    with pytest.raises(Refused):
        rectifying.decide(by=town.insiders()["both"], escalation=one, decision="不予追究")
    done = rectifying.decide(by=town.second, escalation=one, decision="诫勉谈话")
    assert done.decided_by == town.second


def test_an_organiser_of_the_unit_organises_no_talk_with_it(town: Town) -> None:
    talk = town.arranged()
    for who, by in town.insiders().items():
        with pytest.raises(Refused):
            talks.notify(by=by, talk=talk)
        with pytest.raises(Refused):
            programmes.add_talk(
                by=by, programme=town.programme, unit=town.water, reason=f"{who}自己安排"
            )
    assert now(talk).state == TalkState.PLANNED


def test_an_organiser_of_one_unit_organises_talks_below_it(town: Town) -> None:
    county = account("county", Role.ORGANISER, unit=town.root)
    talk = town.arranged()
    assert talks.notify(by=county, talk=talk).state == TalkState.NOTICED


def test_what_the_unit_attached_stays_once_its_report_is_in(town: Town) -> None:
    talk = town.rectifying()
    reference = Reference("talks.talk", str(talk.pk))
    assert rights_of(town.handler, reference) == Rights(see=True, add=True, remove=True)
    assert rights_of(town.organiser, reference) == Rights(see=True)
    assert rights_of(town.stranger, reference) == Rights()
    town.handed_in(talk)
    assert rights_of(town.handler, reference) == Rights(see=True, add=True)


@pytest.mark.parametrize("state", ["prepared", "noticed", "offered", "rectifying"])
def test_nobody_of_the_unit_is_inside(town: Town, state: str) -> None:
    """By a role there or below, by a post there or below, by acting for it from above, by a name:
    whatever else they are."""
    talk = getattr(town, state)()
    for who, by in town.insiders().items():
        assert not queries.inner(by).exists(), who
        assert rights_of(by, Reference("talks.previsit", str(talk.pk))) == Rights(), who
        assert not {"office", "organiser", "interviewer"} & queries.sides(by, talk), who
    others = (town.organiser, town.second, town.inspector)
    assert all(queries.inner(by).get() == talk for by in others)


def test_an_interviewee_who_moved_away_is_still_no_insider_of_the_office(town: Town) -> None:
    """The head of then is an organiser now."""
    talk = town.noticed()
    Grant.objects.filter(account=town.head).delete()
    Tenure.objects.filter(person=town.heads[0]).delete()
    Grant.objects.create(account=town.head, role=Role.ORGANISER)
    assert not queries.inner(town.head).exists()
    assert not queries.visible(town.head).exists()
    assert queries.inner(town.organiser).get() == talk
