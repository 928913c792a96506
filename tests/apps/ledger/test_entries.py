"""An entry's whole way, who may do what on it, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.ledger.hands import Town, now, past, today
from tests.apps.people.ground import account

from pingyi.apps.ledger import actions, queries
from pingyi.apps.ledger.access import find
from pingyi.apps.ledger.actions import Facts, Owner, Term
from pingyi.apps.ledger.actions.working import Step
from pingyi.apps.ledger.enums import CheckResult, EntryState, Light, UrgeTo
from pingyi.apps.ledger.models import Entry
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import PostKind, Role
from pingyi.apps.people.models import Grant, Person, Post, Tenure
from pingyi.base.days import TermUnit, add_working_days
from pingyi.base.errors import Conflict, Invalid, Missing, Refused, Stale
from pingyi.base.models import AuditEntry, CalendarDay, CalendarYear
from pingyi.base.terms import load_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def told(entry: Entry) -> list[str]:
    """What the audit log says of it, oldest first."""
    rows = AuditEntry.objects.filter(subject_kind="ledger.entry", subject_id=str(entry.pk))
    return [row.verb.rpartition(".")[2] for row in rows.order_by("number")]


def test_from_registration_to_a_second_look(town: Town) -> None:
    entry = town.registered()
    year = today().year
    assert (entry.number, entry.state) == (f"{year}-00001", EntryState.REGISTERED)
    assert entry.leader_name == "顾长河"
    entry = actions.claim(by=town.handler, entry=entry, person_name="余行之")
    assert (entry.state, entry.claimed_on) == (EntryState.ACCEPTED, today())
    entry = town.planned(entry)
    assert entry.state == EntryState.RECTIFYING
    actions.report(by=town.head, entry=entry, percent=60, text="完成两段")
    assert now(entry).progress == 60
    actions.apply_close(by=town.handler, entry=entry, text="已清淤12公里")
    assert now(entry).state == EntryState.APPLIED
    checked = actions.verify(by=town.checker, entry=entry, passed=True, opinion="属实")
    assert (checked.result, now(entry).state) == (CheckResult.PASSED, EntryState.VERIFIED)
    entry = actions.close(by=town.checker, entry=entry)
    assert (entry.state, entry.closed_on) == (EntryState.CLOSED, today())
    assert entry.look_back_on is not None
    assert entry.look_back_on >= today() + timedelta(days=89)
    actions.look_back(by=town.inspector, entry=entry, passed=True, text="没有反弹")
    assert now(entry).look_back_on is None
    assert told(entry) == [
        "registered",
        "claimed",
        "planned",
        "reported",
        "close_applied",
        "verified",
        "closed",
        "looked_back",
    ]


def test_what_is_found_wanting_goes_back_to_work(town: Town) -> None:
    entry = town.applied()
    actions.verify(by=town.inspector, entry=entry, passed=False, opinion="第三段没有清")
    assert now(entry).state == EntryState.RECTIFYING
    actions.apply_close(by=town.handler, entry=entry, text="已补清")
    actions.verify(by=town.inspector, entry=entry, passed=True, opinion="属实")
    entry = actions.close(by=town.inspector, entry=entry)
    actions.look_back(by=town.inspector, entry=entry, passed=False, text="又淤了")
    entry = now(entry)
    assert (entry.state, entry.closed_on, entry.progress) == (EntryState.RECTIFYING, None, 0)


@pytest.mark.parametrize("who", ["handler", "head", "stranger", "boss"])
def test_units_and_leaders_never_verify_close_or_rule(town: Town, who: str) -> None:
    by, entry = getattr(town, who), town.applied()
    with pytest.raises(Refused):
        actions.verify(by=by, entry=entry, passed=True, opinion="好")
    actions.verify(by=town.checker, entry=entry, passed=True, opinion="好")
    with pytest.raises(Refused):
        actions.close(by=by, entry=entry)
    assert now(entry).state == EntryState.VERIFIED


def test_a_supervisor_of_the_responsible_unit_is_its_own_judge_no_more(town: Town) -> None:
    """By a role there, by a post there, by having applied: each bars."""
    entry = town.applied()
    both = account("both", Role.ORGANISER)
    Grant.objects.create(account=both, role=Role.UNIT_HANDLER, unit=town.water)
    within = account("within", Role.ORGANISER, unit=town.water)
    person = Person.objects.create(code="P9", name="沈知远")
    post = Post.objects.create(unit=town.water, kind=PostKind.TEAM_MEMBER, title="副局长")
    Tenure.objects.create(post=post, person=person, since=date(2020, 1, 1))
    seated = account("seated", Role.ORGANISER, person=person)
    for by in (both, within, seated):
        with pytest.raises(Refused):
            actions.verify(by=by, entry=entry, passed=True, opinion="好")
    above = account("above", Role.ORGANISER, unit=town.root)
    actions.verify(by=above, entry=entry, passed=True, opinion="好")


def test_who_applied_does_not_verify_after_moving_to_the_office(town: Town) -> None:
    entry = town.applied()
    Grant.objects.filter(account=town.handler).delete()
    Grant.objects.create(account=town.handler, role=Role.INSPECTOR)
    with pytest.raises(Refused, match="申请销号的人"):
        actions.verify(by=town.handler, entry=entry, passed=True, opinion="好")


def test_the_database_itself_refuses_a_verifier_who_applied(town: Town) -> None:
    asked = town.applied().close_outs.get()
    asked.verified_by = asked.applied_by
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


@pytest.mark.parametrize("state", [s for s in EntryState if s != EntryState.VERIFIED])
def test_nothing_closes_that_was_not_verified(town: Town, state: str) -> None:
    entry = town.applied()
    facts: dict[str, object] = {"state": state}
    if state == EntryState.CLOSED:
        facts["closed_on"] = today()
    if state == EntryState.MERGED:
        facts["merged_into"] = town.registered()
    Entry.objects.filter(pk=entry.pk).update(**facts)
    with pytest.raises(Conflict):
        actions.close(by=town.checker, entry=entry)


def test_only_the_unit_works_on_its_entry(town: Town) -> None:
    entry = town.registered()
    for by in (town.stranger, town.organiser, town.boss):
        with pytest.raises(Refused):
            actions.claim(by=by, entry=entry)
    entry = town.rectifying()
    for by in (town.stranger, town.checker):
        with pytest.raises(Refused):
            actions.report(by=by, entry=entry, percent=100, text="完成")
        with pytest.raises(Refused):
            actions.apply_close(by=by, entry=entry, text="完成")


def test_who_sees_what(town: Town) -> None:
    mine = town.registered()
    helped = town.registered(unit=town.health)
    actions.assign(
        by=town.organiser, entry=helped, owner=Owner(town.health, [town.water]), term=None
    )
    other = town.registered(unit=town.health)
    loose = town.registered(unit=None)
    seen = {
        who: set(queries.visible(getattr(town, who)).values_list("pk", flat=True))
        for who in ("handler", "stranger", "boss", "checker")
    }
    assert seen["handler"] == {mine.pk, helped.pk}
    assert seen["stranger"] == {helped.pk, other.pk}
    assert seen["boss"] == {mine.pk, helped.pk, other.pk}
    assert seen["checker"] == {mine.pk, helped.pk, other.pk, loose.pk}
    with pytest.raises(Missing):
        find(town.handler, other.number)


def test_giving_back_needs_a_reason_and_reassigning_too(town: Town) -> None:
    entry = town.registered()
    with pytest.raises(Invalid):
        actions.give_back(by=town.handler, entry=entry, reason=" ")
    actions.give_back(by=town.handler, entry=entry, reason="属卫计委职责")
    assert now(entry).state == EntryState.RETURNED
    assert Notice.objects.filter(account=town.organiser, kind="ledger.entry.returned").exists()
    with pytest.raises(Invalid, match="理由"):
        actions.assign(by=town.organiser, entry=entry, owner=Owner(town.health))
    moved = actions.assign(
        by=town.organiser, entry=entry, owner=Owner(town.health), reason="职责划转"
    )
    assert (moved.state, moved.lead_title) == (EntryState.REGISTERED, "云州市卫生计生委")
    with pytest.raises(Refused):
        actions.claim(by=town.handler, entry=entry)
    actions.claim(by=town.stranger, entry=entry)


def test_a_dissolved_unit_gets_nothing_new(town: Town) -> None:
    entry = town.registered()
    town.water.abolished_on = today()
    town.water.save()
    assert list(Entry.objects.filter(queries.orphaned())) == [entry]
    with pytest.raises(Invalid, match="已撤销"):
        town.registered()
    actions.assign(by=town.organiser, entry=entry, owner=Owner(town.health), reason="机构改革")
    assert now(entry).lead_title == "云州市卫生计生委"


def test_an_extension_is_asked_for_in_time_and_ruled_on_by_another(town: Town) -> None:
    entry = town.rectifying()
    later = today() + timedelta(days=60)
    asked = actions.apply_extension(
        by=town.handler, entry=entry, due_after=later, reason="汛期不能施工"
    )
    assert now(entry).due_on == today() + timedelta(days=30)
    with pytest.raises(Conflict, match="待批"):
        actions.apply_extension(by=town.head, entry=entry, due_after=later, reason="再请")
    with pytest.raises(Conflict, match="待批"):
        actions.apply_close(by=town.handler, entry=entry, text="完成")
    with pytest.raises(Refused):
        actions.rule_extension(by=town.head, extension=asked, granted=True, opinion="同意")
    actions.rule_extension(by=town.checker, extension=asked, granted=True, opinion="同意")
    assert now(entry).due_on == later
    with pytest.raises(Conflict, match="已经审批"):
        actions.rule_extension(by=town.checker, extension=asked, granted=False, opinion="否")


def test_after_expiry_no_extension_even_by_sql(town: Town) -> None:
    entry = past(town.rectifying(), 1)
    later = today() + timedelta(days=30)
    with pytest.raises(Conflict, match="届满"):
        actions.apply_extension(by=town.handler, entry=entry, due_after=later, reason="忘了")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.extensions.create(
            due_before=entry.due_on,
            due_after=later,
            reason="忘了",
            applied_by=town.handler,
            applied_on=today(),
        )
    due_today = past(town.rectifying(), 0)
    actions.apply_extension(by=town.handler, entry=due_today, due_after=later, reason="汛期")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        # 2026-11-30 + 3 months: February has no 30th, the 28th is a Sunday, so Monday.
        (date(2026, 11, 30), 3, TermUnit.MONTHS, date(2027, 3, 1)),
        # Friday + 3 working days: Monday, Tuesday, Wednesday.
        (date(2026, 11, 27), 3, TermUnit.WORKING, date(2026, 12, 2)),
        # Ten natural days end on Sunday the 6th of December: Monday.
        (date(2026, 11, 26), 10, TermUnit.NATURAL, date(2026, 12, 7)),
    ],
)
def test_terms_are_counted_and_explained(
    town: Town, start: date, amount: int, unit: TermUnit, due: date
) -> None:
    from pingyi.apps.ledger.actions.entries import set_term  # noqa: PLC0415

    entry = Entry()
    set_term(entry, Term(amount=amount, unit=unit, start=start))
    assert entry.due_on == due
    assert f"{due.year}年{due.month}月{due.day}日" in entry.due_words


def test_a_calendar_that_changes_is_told_and_moves_nothing(town: Town) -> None:
    start = today()
    entry = town.registered(term=Term(amount=5, unit=TermUnit.WORKING, start=start))
    due = now(entry).due_on
    assert due is not None
    year, _new = CalendarYear.objects.get_or_create(year=due.year, defaults={"source": "国办发"})
    CalendarDay.objects.create(day=due, year=year, kind="off", name="台风停工")
    entry = now(entry)
    found = queries.due_anew(entry)
    assert entry.due_on == due
    assert found is not None
    assert found.day > due
    moved = actions.move_to_calendar(by=town.organiser, entry=entry)
    assert moved.due_on == found.day
    assert "台风停工" in moved.due_words
    with pytest.raises(Conflict):
        actions.move_to_calendar(by=town.organiser, entry=entry)


def test_two_who_edit_at_once_are_told(town: Town) -> None:
    entry = town.registered()
    seen = entry.version
    actions.edit(by=town.organiser, entry=entry, seen=seen, facts=Facts("河道清淤严重滞后"))
    with pytest.raises(Stale, match="刚刚改过"):
        actions.edit(by=town.inspector, entry=entry, seen=seen, facts=Facts("另一种写法"))
    assert now(entry).title == "河道清淤严重滞后"


def test_two_reports_at_once_both_stand(town: Town) -> None:
    entry = town.rectifying()
    actions.report(by=town.handler, entry=entry, percent=30, text="一段")
    actions.report(by=town.head, entry=entry, percent=40, text="又一段")
    assert [one.percent for one in entry.reports.all()] == [40, 30]
    assert now(entry).progress == 40


def test_milestones_lie_within_the_term(town: Town) -> None:
    entry = town.registered()
    actions.claim(by=town.handler, entry=entry)
    late = Step("扫尾", today() + timedelta(days=31))
    with pytest.raises(Invalid, match="扫尾"):
        town.planned(entry, steps=[late])
    steps = [
        Step("一段", today() + timedelta(days=10), 2),
        Step("二段", today() + timedelta(days=30)),
    ]
    planned = town.planned(entry, steps=steps)
    assert [(one.title, one.weight) for one in planned.milestones.all()] == [
        ("一段", 2),
        ("二段", 1),
    ]


def test_suspended_entries_are_neither_lit_nor_late(town: Town) -> None:
    entry = past(town.rectifying(), 40)
    actions.suspend(by=town.organiser, entry=entry, reason="等待省里批复")
    entry = now(entry)
    assert (entry.state, entry.light) == (EntryState.SUSPENDED, Light.NONE)
    assert not Entry.objects.filter(queries.overdue()).exists()
    with pytest.raises(Conflict):
        actions.report(by=town.handler, entry=entry, percent=10, text="x")
    with pytest.raises(Invalid, match="新的完成期限"):
        actions.resume(by=town.organiser, entry=entry, term=Term())
    again = actions.resume(by=town.organiser, entry=entry, term=Term(amount=10))
    assert again.state == EntryState.RECTIFYING


def test_splitting_and_merging_keep_every_trace(town: Town) -> None:
    entry = town.registered("清淤滞后，护坡破损")
    part, other = actions.split(by=town.organiser, entry=entry, titles=["清淤滞后", "护坡破损"])
    assert (part.split_from, part.lead_unit, part.due_on) == (entry, town.water, entry.due_on)
    one = actions.merge(by=town.organiser, entry=other, into=part, reason="同一工程")
    assert (one.state, one.merged_into) == (EntryState.MERGED, part)
    with pytest.raises(Conflict):
        actions.merge(by=town.organiser, entry=part, into=other, reason="反过来")
    with pytest.raises(Invalid):
        actions.merge(by=town.organiser, entry=part, into=part, reason="自己")
    with pytest.raises(Conflict):
        actions.claim(by=town.handler, entry=other)
    assert told(other)[-1] == "merged"
    assert told(part)[-1] == "took_in"


def test_urging_reaches_the_unit_and_higher_up_its_leader(town: Town) -> None:
    entry = town.rectifying()
    actions.urge(by=town.organiser, entry=entry, to=UrgeTo.HANDLER, text="请加快")
    actions.urge(by=town.organiser, entry=entry, to=UrgeTo.LEADER, text="请过问")
    reached = Notice.objects.filter(kind="ledger.entry.urged").values_list(
        "account__username", "title"
    )
    assert sorted(name for name, _title in reached) == ["boss", "handler", "handler", "head"]
    with pytest.raises(Refused):
        actions.urge(by=town.head, entry=entry, to=UrgeTo.HANDLER, text="自己催自己")


def test_a_campaign_that_ended_takes_nothing_new(town: Town) -> None:
    town.campaign.ended = True
    town.campaign.save()
    with pytest.raises(Conflict, match="已结束"):
        town.registered()


def test_a_past_day_is_no_term(town: Town) -> None:
    with pytest.raises(Invalid, match="已经过去"):
        town.registered(term=Term(day=today() - timedelta(days=1)))


def test_the_usual_term_is_that_of_the_rule_in_force(town: Town) -> None:
    """A rule that changed; one that begins tomorrow holds for nothing yet; a term that is given
    goes before."""
    tomorrow = today() + timedelta(days=1)
    town.campaign.terms = [
        ["2020-01-01", 90, "natural", "旧办法"],
        ["2021-01-01", 10, "working", "云办〔2021〕3号"],
        [tomorrow.isoformat(), 5, "natural", "新办法"],
    ]
    town.campaign.save()
    usual = town.registered(term=Term())
    assert usual.due_on == add_working_days(today(), 10, load_calendar()).day
    assert usual.due_words.endswith("依据：云办〔2021〕3号。")
    given = town.registered(term=Term(day=tomorrow))
    assert (given.due_on, given.due_words) == (tomorrow, "指定日期。")


def test_what_is_opened_again_after_its_term_needs_a_new_one(town: Town) -> None:
    entry = past(town.closed(), 5)
    with pytest.raises(Invalid, match="已过"):
        actions.look_back(by=town.checker, entry=entry, passed=False, text="反弹")
    assert now(entry).state == EntryState.CLOSED
    assert not entry.look_backs.exists(), "nothing is kept by halves"
    term = Term(amount=15)
    actions.look_back(by=town.checker, entry=entry, passed=False, text="反弹", term=term)
    due = now(entry).due_on
    assert due is not None
    assert due >= today() + timedelta(days=15)
