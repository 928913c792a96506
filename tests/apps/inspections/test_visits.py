"""What comes in from the field: once, however often it is sent, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.apps.inspections.hands import ITEMS, Town, found, now, place_of, sent, today
from tests.apps.ledger.hands import BASIS

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.incoming import Sent, read_sent
from pingyi.apps.inspections.models import Finding, Inspection, Upload, Visit
from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.base.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def campaign(town: Town) -> Campaign:
    return ledger.save_campaign(by=town.organiser, facts=BASIS)


def texts() -> set[str]:
    return set(Finding.objects.values_list("text", flat=True))


def test_sent_twice_it_is_there_once(town: Town) -> None:
    one = town.running()
    once = sent(one, findings=(found("甲"), found("乙", "散")))
    for _time in range(3):
        got = actions.receive(by=town.inspector, inspection=one, sent=once)
        assert (got.visit.version, got.diverged) == (1, False)
    assert (Visit.objects.count(), Finding.objects.count(), Upload.objects.count()) == (1, 2, 1)


def test_an_answer_that_was_lost_comes_again_after_another_ones_change(town: Town) -> None:
    """The retry of a first version says that it came in, and doesn't undo the second."""
    one = town.running()
    first = sent(one, note="第一稿")
    actions.receive(by=town.inspector, inspection=one, sent=first)
    second = replace(first, base=1, note="第二稿")
    actions.receive(by=town.walker, inspection=one, sent=second)
    again = actions.receive(by=town.inspector, inspection=one, sent=first)
    assert (again.diverged, again.visit.note, again.visit.version) == (False, "第二稿", 2)


def test_two_devices_at_once_lose_nothing(town: Town) -> None:
    one = town.running()
    start = sent(one, findings=(found("甲"),))
    actions.receive(by=town.inspector, inspection=one, sent=start)
    mine = replace(start, base=1, note="我的", findings=(*start.findings, found("乙")))
    theirs = replace(start, base=1, note="他的", findings=(*start.findings, found("丙")))
    assert not actions.receive(by=town.inspector, inspection=one, sent=mine).diverged
    got = actions.receive(by=town.walker, inspection=one, sent=theirs)
    assert (got.diverged, got.visit.note) == (True, "我的")
    assert texts() == {"甲", "乙", "丙"}
    kept = Upload.objects.get(taken=False)
    assert (kept.content["note"], kept.by) == ("他的", town.walker)
    # Sent again it is the same; then, on top of what stands, it is taken.
    assert actions.receive(by=town.walker, inspection=one, sent=theirs).diverged
    assert Upload.objects.filter(taken=False).count() == 1
    mended = replace(theirs, base=2)
    assert not actions.receive(by=town.walker, inspection=one, sent=mended).diverged
    assert Visit.objects.get().note == "他的"
    assert {one.content["note"] for one in Upload.objects.all()} == {"", "我的", "他的"}


def test_a_finding_is_changed_and_taken_back_until_it_is_entered(town: Town) -> None:
    one = town.running()
    start = sent(one, findings=(found("甲"), found("乙")))
    actions.receive(by=town.inspector, inspection=one, sent=start)
    first, second = start.findings
    changed = replace(first, text="甲，改过", category="拖")
    actions.receive(
        by=town.inspector, inspection=one, sent=replace(start, base=1, findings=(changed,))
    )
    assert texts() == {"甲，改过"}
    kept = list(Finding.objects.all())
    actions.enter_findings(
        by=town.organiser,
        inspection=one,
        findings=kept,
        campaign=campaign(town),
        term=Term(amount=30),
    )
    for wrong in ((), (replace(changed, text="没事"),)):
        with pytest.raises(Conflict, match="已转入台账"):
            actions.receive(
                by=town.inspector, inspection=one, sent=replace(start, base=2, findings=wrong)
            )
    more = replace(start, base=2, findings=(changed, second))
    actions.receive(by=town.inspector, inspection=one, sent=more)
    assert texts() == {"甲，改过", "乙"}


@pytest.mark.parametrize(
    "more",
    [
        {"answers": ()},
        {"findings": (found("甲", "没有这一类"),)},
        {"day": today() + timedelta(days=1)},
        {"day": today() - timedelta(days=3)},
        {"place": 0},
    ],
)
def test_what_does_not_fit_the_plan(town: Town, more: dict[str, Any]) -> None:
    one = town.running()
    with pytest.raises(Invalid):
        town.visit(one, **more)
    assert not Visit.objects.exists()


def test_only_the_team_reports_and_only_while_it_runs(town: Town) -> None:
    one = town.manned()
    with pytest.raises(Conflict, match="不能“走访”"):
        town.visit(one)
    actions.start(by=town.organiser, inspection=one)
    for who in (town.organiser, town.handler, town.checker, town.second):
        with pytest.raises(Refused):
            town.visit(one, by=who)
    first = sent(one)
    actions.receive(by=town.inspector, inspection=one, sent=first)
    actions.conclude(by=town.organiser, inspection=one, text="完")
    assert not actions.receive(by=town.inspector, inspection=one, sent=first).diverged
    with pytest.raises(Conflict):
        town.visit(one)


def test_a_unit_that_was_not_drawn_is_not_visited(town: Town) -> None:
    one = town.running(town.water, town.health)
    one.places.filter(unit=town.health).update(chosen=False)
    with pytest.raises(Invalid, match="名单"):
        town.visit(one, place=place_of(one, town.health).pk)


def test_keys_of_other_visits_open_nothing(town: Town) -> None:
    one, other = town.running(), town.running(title="二", repeat_reason="批示")
    mine = sent(one)
    actions.receive(by=town.inspector, inspection=one, sent=mine)
    with pytest.raises(Conflict, match="另一次走访"):
        town.visit(other, id=mine.id, base=1)
    with pytest.raises(Conflict, match="另一次走访"):
        town.visit(other, findings=mine.findings)
    with pytest.raises(Conflict, match="服务器上没有"):
        town.visit(one, base=3)


def test_findings_are_entered_once_with_unit_category_and_term(town: Town) -> None:
    one = town.visited()
    rows = list(Finding.objects.all())
    how: dict[str, Any] = {"campaign": campaign(town), "term": Term(amount=30)}
    for _time in range(2):
        actions.enter_findings(by=town.organiser, inspection=one, findings=rows, **how)
    entry = Entry.objects.get()
    assert (entry.title, entry.kind, entry.category) == ("窗口无人值守", "problem", "懒")
    assert (entry.lead_unit, entry.source_kind) == (town.water, "inspections.finding")
    assert entry.source_title == one.title
    assert entry.due_on is not None
    with pytest.raises(Refused):
        actions.enter_findings(by=town.checker, inspection=one, findings=rows, **how)


def test_what_was_found_covertly_is_entered_after_the_circular(town: Town) -> None:
    one = town.drafted_circular(covert=True)
    rows = list(Finding.objects.all())
    how: dict[str, Any] = {"campaign": campaign(town), "term": Term(amount=30)}
    with pytest.raises(Conflict, match="暗访"):
        actions.enter_findings(by=town.organiser, inspection=one, findings=rows, **how)
    assert not Entry.objects.exists()
    actions.issue_circular(by=town.checker, inspection=one)
    assert len(actions.enter_findings(by=town.organiser, inspection=one, findings=rows, **how)) == 1


def wire(**more: Any) -> bytes:
    given: dict[str, Any] = {
        "id": str(uuid4()),
        "place": 1,
        "base": 0,
        "day": "2015-07-03",
        "covert": True,
        "note": "",
        "answers": [["good", ""], ["", "未看"]],
        "findings": [{"id": str(uuid4()), "category": "懒", "severity": "grave", "text": " 迟到 "}],
    }
    return json.dumps(given | more).encode()


def test_what_a_device_sends_is_read() -> None:
    got = read_sent(wire())
    assert isinstance(got, Sent)
    assert (got.covert, got.answers[1], got.findings[0].text) == (True, ("", "未看"), "迟到")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        wire(id="1"),
        wire(day="7.3"),
        wire(note=5),
        wire(note="长" * 3001),
        wire(note="\0"),
        wire(answers=[["perhaps", ""]]),
        wire(answers=["good"]),
        wire(findings=[{"id": str(uuid4()), "category": "懒", "severity": "x", "text": "y"}]),
        wire(findings=[{"id": str(uuid4()), "category": "懒", "severity": "light", "text": " "}]),
        wire(findings=[{"text": "y"}]),
        wire(findings=[{"id": "0" * 32, "category": "懒", "severity": "light", "text": "y"}] * 2),
    ],
)
def test_what_is_no_visit(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_sent(body)


def test_a_plan_of_the_past_takes_no_visit_of_today(town: Town) -> None:
    one = town.running()
    Inspection.objects.filter(pk=one.pk).update(ends_on=today() - timedelta(days=1))
    with pytest.raises(Invalid):
        town.visit(now(one), day=timezone.localdate())
    town.visit(now(one), day=today() - timedelta(days=1))
    assert len(Visit.objects.get().answers) == ITEMS
