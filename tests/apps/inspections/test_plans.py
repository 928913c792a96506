"""The plan, its approval by another, teams and recusal, the sample, and the end."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.apps.inspections.hands import Town, facts, now, place_of, sent, today
from tests.apps.people.ground import account, unit

from pingyi.apps.inspections import actions, queries
from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Conclusion, Inspection
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import PostKind, Role
from pingyi.apps.people.models import Grant, Person, Post, Tenure
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def told(one: Inspection) -> list[str]:
    rows = AuditEntry.objects.filter(subject_kind="inspections.inspection", subject_id=str(one.pk))
    return [row.verb.rpartition(".")[2] for row in rows.order_by("number")]


def test_from_the_plan_to_its_end(town: Town) -> None:
    one = town.circulated()
    Conclusion.objects.update(object_by=today() - timedelta(days=1))
    actions.close(by=town.organiser, inspection=one)
    assert now(one).state == InspectionState.CLOSED
    assert told(one) == [
        "drafted",
        "approved",
        "member_added",
        "member_added",
        "started",
        "visited",
        "concluded",
        "circular_drafted",
        "circulated",
        "closed",
    ]
    assert set(Notice.objects.values_list("account__username", "kind")) == {
        ("inspector", "inspections.inspection.started"),
        ("walker", "inspections.inspection.started"),
        ("handler", "inspections.inspection.circulated"),
        ("head", "inspections.inspection.circulated"),
    }


def test_the_author_never_approves(town: Town) -> None:
    one = town.drafted()
    how: dict[str, Any] = {"approver_name": "江照野", "approval_document": "批示"}
    with pytest.raises(Refused, match="拟定方案的人"):
        actions.approve(by=town.organiser, inspection=one, **how)
    for who in (town.handler, town.walker, town.stranger):
        with pytest.raises(Refused):
            actions.approve(by=who, inspection=one, **how)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=one.pk).update(
            state=InspectionState.APPROVED, approved_by=town.organiser
        )
    assert now(one).state == InspectionState.DRAFTED


@pytest.mark.parametrize("missing", ["approver_name", "approval_document"])
def test_an_approval_names_who_and_where(town: Town, missing: str) -> None:
    with pytest.raises(Invalid):
        town.approve(town.drafted(), **{missing: " "})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"basis": ""}, "basis"),
        ({"ends_on": today() - timedelta(days=9)}, "ends_on"),
        ({"methods": []}, "methods"),
        ({"checklist": ["", " "]}, "checklist"),
        ({"categories": [str(n) for n in range(31)]}, "categories"),
        ({"sample_size": 2}, "sample_size"),
    ],
)
def test_plans_that_are_refused(town: Town, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        town.drafted(**more)
    assert error.value.field == field
    assert not Inspection.objects.exists()


def test_a_plan_changes_until_it_is_approved(town: Town) -> None:
    one = town.drafted()
    wanted = facts(title="改了名的督查")
    actions.save_plan(by=town.inspector, facts=wanted, units=[town.health], inspection=one)
    one = now(one)
    assert (one.title, one.author) == ("改了名的督查", town.inspector)
    assert [place.title for place in one.places.all()] == ["云州市卫生计生委"]
    town.approve(one)
    with pytest.raises(Conflict):
        actions.save_plan(by=town.inspector, facts=wanted, units=[town.roads], inspection=one)


def test_a_unit_inspected_twice_needs_a_reason_and_names_the_other(town: Town) -> None:
    first = town.approved()
    later = {"title": "综合督查", "starts_on": today() + timedelta(days=100)}
    later["ends_on"] = today() + timedelta(days=105)
    second = town.drafted(town.water, town.health, **later)
    (found,) = queries.repeats_of(town.organiser, second)
    assert (found.place.title, found.other) == ("云州市水利局", first)
    with pytest.raises(Invalid, match=first.title):
        town.approve(second)
    second = town.approve(second, repeat_reason="市领导批示")
    assert (second.state, second.repeat_reason) == (InspectionState.APPROVED, "市领导批示")
    noted = AuditEntry.objects.filter(verb="inspections.inspection.approved").latest("number")
    assert noted.details["repeats"] == [f"云州市水利局：{first.title}"]


def test_no_warning_beyond_the_window_nor_of_drafts(town: Town) -> None:
    town.drafted()
    second = town.drafted(title="二")
    assert queries.repeats_of(town.organiser, second) == []
    town.approve(second)
    starts_on = today() + timedelta(days=60)
    third = town.drafted(window_months=1, starts_on=starts_on, ends_on=starts_on)
    assert queries.repeats_of(town.organiser, third) == []


def test_nobody_plans_or_runs_an_inspection_of_the_own_unit(town: Town) -> None:
    """By a role there, by a post there or in a station below it."""
    Grant.objects.create(account=town.inspector, role=Role.UNIT_HANDLER, unit=town.water)
    person = Person.objects.create(code="P9", name="沈知远")
    post = Post.objects.create(unit=town.water, kind=PostKind.TEAM_MEMBER, title="副局长")
    Tenure.objects.create(post=post, person=person, since=today())
    seated = account("seated", Role.INSPECTOR, person=person)
    station = unit("00101", "水利管理站", town.water)
    below = Post.objects.create(unit=station, kind=PostKind.UNIT_HEAD, title="站长")
    deputy = Person.objects.create(code="P10", name="许青禾")
    Tenure.objects.create(post=below, person=deputy, since=today())
    posted = account("posted", Role.ORGANISER, person=deputy)
    one = town.manned()
    for by in (town.inspector, seated, posted):
        with pytest.raises(Refused, match="水利局"):
            actions.save_plan(by=by, facts=facts(), units=[town.water])
        with pytest.raises(Refused):
            actions.start(by=by, inspection=one)
        assert not queries.of_office(by).exists()


def test_a_county_sees_its_own_alone(town: Town) -> None:
    county = account("county", Role.ORGANISER, unit=town.health)
    below = town.drafted(town.water)
    assert not queries.of_office(county).filter(pk=below.pk).exists()
    with pytest.raises(Refused):
        actions.save_plan(by=county, facts=facts(), units=[town.water])


def test_a_team_has_one_leader_and_each_member_once(town: Town) -> None:
    one = town.manned()
    add: dict[str, Any] = {"by": town.organiser, "inspection": one, "team": "第一组"}
    with pytest.raises(Conflict, match="已有组长"):
        actions.add_member(**add, account=town.second, leads=True)
    with pytest.raises(Conflict, match="已在督导组"):
        actions.add_member(**add, account=town.walker)
    actions.add_member(**{**add, "team": "第二组"}, account=town.second, leads=True)
    with pytest.raises(Refused):
        actions.add_member(**{**add, "by": town.handler}, account=town.handler)


def test_without_a_leader_nobody_sets_out(town: Town) -> None:
    with pytest.raises(Conflict, match="组长"):
        actions.start(by=town.organiser, inspection=town.approved())


def test_members_stay_away_from_their_own_unit_and_from_recorded_ones(town: Town) -> None:
    one = town.running()
    own = place_of(one, town.roads)
    with pytest.raises(Refused, match="回避"):
        actions.receive(by=town.walker, inspection=one, sent=sent(one, place=own.pk))
    town.visit(one, by=town.walker)
    water = place_of(one, town.water)
    actions.recuse(by=town.inspector, place=water, account=town.inspector, reason="亲属在该局")
    with pytest.raises(Refused, match="回避"):
        town.visit(one, by=town.inspector)
    with pytest.raises(Refused):
        actions.recuse(by=town.handler, place=water, account=town.walker, reason="换人")
    with pytest.raises(Conflict):
        actions.recuse(by=town.organiser, place=water, account=town.second, reason="不在组里")


def test_the_seed_stands_before_the_draw_and_the_draw_is_made_once(town: Town) -> None:
    units = (town.water, town.health, town.roads)
    one = town.approved(*units, sample_size=2)
    assert len(one.seed) == 32
    assert one.candidates_digest == hashlib.sha256(b"001\n002\n003\n").hexdigest()
    assert not one.places.filter(chosen=True).exists()
    with pytest.raises(Conflict, match="样本还没有抽取"):
        actions.start(by=town.organiser, inspection=one)
    with pytest.raises(Conflict, match="已经公布"):
        actions.enter_seed(by=town.organiser, inspection=one, seed="我想要的")
    actions.draw(by=town.organiser, inspection=one)
    lots = {
        c: hashlib.sha256(f"{one.seed}\n{c}".encode()).hexdigest() for c in ("001", "002", "003")
    }
    wanted = set(sorted(lots, key=lambda code: lots[code])[:2])
    assert set(one.places.filter(chosen=True).values_list("code", flat=True)) == wanted
    with pytest.raises(Conflict):
        actions.draw(by=town.organiser, inspection=one)


def test_a_public_value_is_waited_for(town: Town) -> None:
    one = town.approved(sample_size=1, seed_source="上证综指收盘点位")
    assert one.seed == ""
    with pytest.raises(Conflict, match="种子还没有公布"):
        actions.draw(by=town.organiser, inspection=one)
    for wrong in ("", "1'; rm x '", "1\n2"):
        with pytest.raises(Invalid):
            actions.enter_seed(by=town.organiser, inspection=one, seed=wrong)
    actions.enter_seed(by=town.inspector, inspection=one, seed=" 3373.23 ")
    assert actions.draw(by=town.organiser, inspection=one).seed == "3373.23"
    lots = {c: hashlib.sha256(f"3373.23\n{c}".encode()).hexdigest() for c in ("001", "003")}
    assert one.places.get(chosen=True).code == min(lots, key=lambda code: lots[code])
