"""Conclusions, the circular, objections; and what the inspected units can't see before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from tests.apps.inspections.hands import Town, found, place_of, sent, today
from tests.apps.people.ground import account

from pingyi.apps.inspections import actions, queries
from pingyi.apps.inspections.access import find, finding_rights, inspection_rights, sides
from pingyi.apps.inspections.desk import on_desk
from pingyi.apps.inspections.enums import InspectionState, Outcome
from pingyi.apps.inspections.models import Circular, Conclusion, Finding, Objection
from pingyi.apps.inspections.workflow import INSPECTION
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.base.errors import Conflict, Invalid, Missing, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def notes(by: Account) -> list[str]:
    return [f"{place}: {item.title} {item.note}" for place, item in on_desk(by)]


def test_the_circular_lists_every_problem_by_category(town: Town) -> None:
    one = town.running()
    rows = (found("无人值守", "懒"), found("互相推诿", "拖"), found("迟到", "懒"))
    actions.receive(by=town.inspector, inspection=one, sent=sent(one, findings=rows))
    actions.conclude(by=town.organiser, inspection=one, text="完")
    how: dict[str, Any] = {"title": "通报", "number": "1号", "text": "现通报如下。"}
    actions.save_circular(by=town.organiser, inspection=one, **how)
    with pytest.raises(Refused, match="起草通报的人"):
        actions.issue_circular(by=town.organiser, inspection=one)
    for who in (town.handler, town.walker):
        with pytest.raises(Refused):
            actions.issue_circular(by=who, inspection=one)
    got = actions.issue_circular(by=town.checker, inspection=one)
    water = "云州市水利局"
    assert got.sections == [
        ["懒", [[water, "无人值守"], [water, "迟到"]]],
        ["拖", [[water, "互相推诿"]]],
    ]
    Finding.objects.update(text="改了")
    assert Circular.objects.get().sections == got.sections
    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.update(issued_by=town.organiser)


def test_no_circular_no_issue(town: Town) -> None:
    with pytest.raises(Conflict, match="还没有起草"):
        actions.issue_circular(by=town.checker, inspection=town.concluded())


def test_each_visited_unit_has_a_conclusion_of_its_own(town: Town) -> None:
    one = town.concluded()
    sent_one = Conclusion.objects.get()
    assert sent_one.place.unit == town.water
    assert "懒：窗口无人值守" in sent_one.text
    given = {"by": town.inspector, "conclusion": sent_one}
    sent_one = actions.write_conclusion(**given, text="改写的结论")
    assert (sent_one.text, sent_one.written_by) == ("改写的结论", town.inspector)
    actions.save_circular(by=town.organiser, inspection=one, title="通报", number="", text="如下")
    actions.issue_circular(by=town.checker, inspection=one)
    with pytest.raises(Conflict):
        actions.write_conclusion(by=town.inspector, conclusion=sent_one, text="又改")


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_thirty_days_to_object_and_thirty_to_decide(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day of sending isn't counted; a last day of rest moves to the next working day."""
    one = town.drafted_circular()
    # 12 November 2037 is a Thursday; 30 days on is Saturday, 12 December.
    at(monkeypatch, date(2037, 11, 12))
    actions.issue_circular(by=town.checker, inspection=one)
    got = Conclusion.objects.get()
    assert (got.sent_on, got.object_by) == (date(2037, 11, 12), date(2037, 12, 14))
    assert "30" in got.object_words
    assert got.object_words.endswith("依据：《政府督查工作条例》第十七条。")
    at(monkeypatch, date(2037, 12, 15))
    with pytest.raises(Conflict, match="已经过了"):
        actions.object_to(by=town.handler, conclusion=got, text="事实有出入")
    at(monkeypatch, date(2037, 12, 14))
    asked = actions.object_to(by=town.handler, conclusion=got, text="事实有出入")
    assert asked.due_on == date(2038, 1, 13)
    with pytest.raises(Conflict, match="已经申请过"):
        actions.object_to(by=town.head, conclusion=got, text="再申请")


def test_only_the_unit_objects(town: Town) -> None:
    town.circulated()
    got = Conclusion.objects.get()
    for who in (town.stranger, town.organiser, town.walker):
        with pytest.raises(Refused):
            actions.object_to(by=who, conclusion=got, text="不服")
    with pytest.raises(Invalid):
        actions.object_to(by=town.handler, conclusion=got, text=" ")


def test_who_wrote_or_visited_does_not_decide(town: Town) -> None:
    one = town.circulated()
    got = Conclusion.objects.get()
    asked = actions.object_to(by=town.handler, conclusion=got, text="事实有出入")
    how: dict[str, Any] = {"objection": asked, "outcome": Outcome.CHANGED, "opinion": "改为一般"}
    for who in (town.organiser, town.inspector, town.walker, town.handler):
        with pytest.raises(Refused):
            actions.decide(by=who, **how)
    with pytest.raises(Conflict, match="复核申请"):
        actions.close(by=town.organiser, inspection=one)
    made = actions.decide(by=town.second, **how)
    assert (made.outcome, made.decided_by, made.decided_on) == ("changed", town.second, today())
    with pytest.raises(Conflict):
        actions.decide(by=town.second, **how)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.update(decided_by=None)


def test_it_is_not_closed_while_units_may_object(town: Town) -> None:
    with pytest.raises(Conflict, match="期限内"):
        actions.close(by=town.organiser, inspection=town.circulated())


# What the inspected see.

UP_TO_THE_CIRCULAR = ("drafted", "approved", "manned", "running", "concluded", "drafted_circular")


@pytest.mark.parametrize("state", UP_TO_THE_CIRCULAR)
def test_of_a_covert_visit_the_unit_learns_nothing_before_the_circular(
    town: Town, state: str
) -> None:
    how = {"covert": True} if state in ("concluded", "drafted_circular") else {}
    one = getattr(town, state)(**how)
    boss = account("boss", Role.LEADER, unit=town.water)
    for who in (town.handler, town.head, boss, town.stranger):
        assert not queries.visible(who).exists()
        assert sides(who, one) == frozenset()
        assert notes(who) == []
        with pytest.raises(Missing):
            find(who, one.pk)
        assert not inspection_rights(who, str(one.pk)).see
        for row in Finding.objects.all():
            assert not finding_rights(who, str(row.pk)).see


def test_the_circular_opens_it_to_the_units_that_were_visited(town: Town) -> None:
    one = town.circulated(covert=True)
    assert sides(town.handler, one) == {"unit"}
    assert find(town.head, one.pk) == one
    with pytest.raises(Missing):
        find(town.stranger, one.pk)
    assert any("可在" in note for note in notes(town.handler))
    assert not finding_rights(town.handler, str(Finding.objects.get().pk)).see


def test_an_open_visit_is_known_to_the_unit_at_once(town: Town) -> None:
    one = town.visited()
    assert sides(town.handler, one) == {"unit"}
    assert notes(town.handler) == []


def test_an_officer_of_an_inspected_unit_is_of_the_unit(town: Town) -> None:
    """However many roles it has: it neither reads, approves nor decides."""
    both = account("both", Role.CHECKER)
    one = town.drafted()
    assert "office" in sides(both, one)
    town.second.grants.update(unit=town.water)
    both.grants.create(role=Role.UNIT_HANDLER, unit=town.water)
    for who in (both, town.second):
        assert sides(who, one) == frozenset()
        with pytest.raises(Refused):
            actions.approve(by=who, inspection=one, approver_name="江", approval_document="批")


def test_a_member_sees_no_visit_to_the_own_unit(town: Town) -> None:
    one = town.running()
    town.visit(one, place=place_of(one, town.roads).pk, covert=True)
    town.visit(one, by=town.walker)
    seen = {visit.place.unit for visit in queries.visits_for(town.walker, one)}
    assert seen == {town.water}
    hidden = Finding.objects.get(visit__place__unit=town.roads)
    assert not finding_rights(town.walker, str(hidden.pk)).see
    assert finding_rights(town.inspector, str(hidden.pk)).add
    assert not finding_rights(town.organiser, str(hidden.pk)).add


def test_references_to_nothing_lead_nowhere(town: Town) -> None:
    for key in ("", "abc", "0", "99", "0" * 32):
        assert queries.find_finding(key) is None
        assert queries.find_inspection(key) is None
    one = town.visited()
    found = Finding.objects.get()
    shown = queries.find_finding(str(found.pk))
    assert shown is not None
    assert shown.title == "窗口无人值守"
    assert queries.find_inspection(str(one.pk)) is not None


def test_desks(town: Town) -> None:
    one = town.drafted()
    assert notes(town.organiser) == []
    assert any("待批准" in note for note in notes(town.checker))
    town.approve(one)
    assert any("已批准" in note for note in notes(town.inspector))
    running = town.running(title="另一项", repeat_reason="批示")
    assert any("还有2个单位" in note for note in notes(town.walker))
    town.visit(running)
    assert any("还有1个单位" in note for note in notes(town.walker))


def test_an_objection_stands_on_the_desk_until_it_is_late(town: Town) -> None:
    town.circulated()
    asked = actions.object_to(by=town.head, conclusion=Conclusion.objects.get(), text="有出入")
    assert any(note.startswith("waiting") and "复核" in note for note in notes(town.second))
    Objection.objects.filter(pk=asked.pk).update(due_on=today() - timedelta(days=1))
    assert any(note.startswith("late") for note in notes(town.second))


def test_states_are_all_reached_by_the_table() -> None:
    reached = {one.target for one in INSPECTION.transitions}
    assert reached == set(InspectionState)
