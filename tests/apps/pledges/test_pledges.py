"""A pledge's whole way, who may do what on it, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.apps.ledger.hands import today
from tests.apps.people.ground import account
from tests.apps.pledges.hands import OUTCOMES, WORK, Town, after_window, facts, now

from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.enums import EntryKind
from pingyi.apps.ledger.models import Campaign as LedgerCampaign
from pingyi.apps.ledger.models import Entry
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant
from pingyi.apps.pledges import actions, queries, statistics
from pingyi.apps.pledges.access import find, rights_at
from pingyi.apps.pledges.actions import Giver, Outcome, Told
from pingyi.apps.pledges.daily import remind
from pingyi.apps.pledges.desk import on_desk
from pingyi.apps.pledges.enums import First, Manner, PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.base.days import TermUnit
from pingyi.base.errors import Conflict, Invalid, Missing, Refused
from pingyi.base.models import AuditEntry, CalendarYear

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def told(pledge: Pledge) -> list[str]:
    """What the audit log says of it, oldest first."""
    rows = AuditEntry.objects.filter(subject_kind="pledges.pledge", subject_id=str(pledge.pk))
    return [row.verb.rpartition(".")[2] for row in rows.order_by("number")]


def kinds(by: Account) -> list[str]:
    notices = Notice.objects.filter(account=by, kind__startswith="pledges")
    return [one.kind.rpartition(".")[2] for one in notices.order_by("pk")]


def test_from_the_call_to_the_settlement(town: Town) -> None:
    pledge = town.published()
    assert pledge.state == PledgeState.PUBLISHED
    said = {1: Told(Decimal(126), "完成投资126亿元"), 2: Told(None, "居全省第一")}
    actions.account(by=town.head, pledge=pledge, said=said)
    actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    pledge = actions.close(by=town.checker, pledge=pledge)
    assert pledge.state == PledgeState.CLOSED
    item = pledge.items.get(number=1)
    assert (item.claimed, item.done, item.result) == (126, 126, Result.NOT_MET)
    assert told(pledge) == [
        "written",
        "item_saved",
        "item_saved",
        "handed_in",
        "published",
        "accounted",
        "settled",
        "closed",
    ]
    assert kinds(town.handler) == ["announced", "published", "settled", "closed"]
    actions.close(by=town.checker, pledge=town_other(town))
    actions.end(by=town.organiser, campaign=town.pledges)


def town_other(town: Town) -> Pledge:
    """The pledge of the health department, settled."""
    other = Pledge.objects.get(campaign=town.pledges, unit=town.health)
    giver = Giver("沈知远", "主任", Manner.HOUSEHOLD, "")
    actions.write(by=town.stranger, pledge=other, giver=giver)
    town.handler, mine = town.stranger, town.handler
    town.promised(other)
    town.handler = mine
    actions.hand_in(by=town.stranger, pledge=other)
    actions.publish(by=town.organiser, pledge=other)
    met = {1: Outcome(Result.MET, Decimal(150))}
    return actions.settle(by=town.inspector, pledge=other, outcomes=met)


def test_whom_a_campaign_calls_up(town: Town) -> None:
    water = town.pledges.pledges.get(unit=town.water)
    assert (water.head_name, water.head_post) == ("余行之", "局长")
    actions.save_campaign(
        by=town.organiser, campaign=town.pledges, facts=facts(), units=[town.water]
    )
    assert list(town.pledges.pledges.values_list("unit", flat=True)) == [town.water.pk]
    town.written()
    with pytest.raises(Invalid, match="已填写承诺"):
        actions.save_campaign(
            by=town.organiser, campaign=town.pledges, facts=facts(), units=[town.health]
        )


def test_ten_days_from_27_september_end_after_the_holiday(town: Town) -> None:
    """HD-17 in 2010: the tenth day is 7 October, the last of the holiday of that year."""
    assert CalendarYear.objects.filter(year=2010).exists()
    made = actions.save_campaign(
        by=town.organiser,
        facts=facts("2010年公开承诺", opens_on=date(2010, 9, 27), settle_on=date(2010, 12, 31)),
        units=[town.water],
    )
    assert made.closes_on == date(2010, 10, 8)
    assert "国庆节" in made.closes_words


def test_aspects_are_never_invented(town: Town) -> None:
    titles = [one.title for one in town.pledges.aspects.all()]
    assert titles[4:] == ["", ""]
    pledge = town.announced()
    with pytest.raises(Invalid, match="承诺方面"):
        town.promised(pledge, aspect=5)
    named = [*titles[:4], "党风廉政建设", ""]
    actions.save_campaign(
        by=town.organiser,
        campaign=town.pledges,
        facts=facts(),
        units=[town.water, town.health],
        aspects=named,
    )
    town.promised(pledge, aspect=5)
    with pytest.raises(Invalid, match="不能去掉"):
        actions.save_campaign(
            by=town.organiser,
            campaign=town.pledges,
            facts=facts(),
            units=[town.water, town.health],
            aspects=titles,
        )


@pytest.mark.parametrize(
    ("amount", "unit"), [(10, TermUnit.NATURAL), (5, TermUnit.WORKING), (2, TermUnit.MONTHS)]
)
def test_terms_count_from_the_end_of_the_window(town: Town, amount: int, unit: TermUnit) -> None:
    pledge = town.announced()
    town.promised(pledge, term=Term(amount=amount, unit=unit))
    item = pledge.items.get()
    assert item.due_on > town.pledges.closes_on
    start = town.pledges.closes_on
    assert f"自{start.year}年{start.month}月{start.day}日起" in item.due_words


def test_late_only_by_a_ruling_with_a_reason(town: Town) -> None:
    pledge = town.written()
    with pytest.raises(Conflict, match="无须准予"):
        actions.admit(by=town.organiser, pledge=pledge, reason="出差")
    after_window(town.pledges)
    with pytest.raises(Conflict, match="现在不能提交"):
        actions.hand_in(by=town.handler, pledge=pledge)
    with pytest.raises(Invalid):
        actions.admit(by=town.organiser, pledge=pledge, reason=" ")
    for by in (town.handler, town.checker, town.inspector):
        with pytest.raises(Refused):
            actions.admit(by=by, pledge=pledge, reason="出差")
    actions.admit(by=town.organiser, pledge=pledge, reason="主要负责人住院")
    assert kinds(town.handler)[-1] == "admitted"
    assert actions.hand_in(by=town.handler, pledge=pledge).state == PledgeState.HANDED_IN


def test_too_early_is_not_in_time_either(town: Town) -> None:
    pledge = town.written()
    tomorrow = today() + timedelta(days=1)
    Campaign.objects.update(opens_on=tomorrow)
    with pytest.raises(Conflict, match="现在不能提交"):
        actions.hand_in(by=town.handler, pledge=pledge)


def test_what_comes_back_to_be_mended_is_not_late(town: Town) -> None:
    pledge = town.handed_in()
    after_window(town.pledges)
    with pytest.raises(Invalid):
        actions.give_back(by=town.organiser, pledge=pledge, reason="")
    actions.give_back(by=town.organiser, pledge=pledge, reason="目标不可计量")
    assert now(pledge).returned_reason == "目标不可计量"
    actions.hand_in(by=town.handler, pledge=pledge)
    assert now(pledge).state == PledgeState.HANDED_IN


def test_what_is_handed_in_stands(town: Town) -> None:
    pledge = town.handed_in()
    with pytest.raises(Conflict):
        town.promised(pledge, "又一条")
    with pytest.raises(Conflict):
        actions.drop_item(by=town.handler, pledge=pledge, number=1, seen=1)


def test_an_empty_or_stale_pledge_is_not_handed_in(town: Town) -> None:
    pledge = town.announced()
    with pytest.raises(Invalid, match="没有承诺事项"):
        actions.hand_in(by=town.handler, pledge=pledge)
    town.promised(pledge)
    pledge.items.update(due_on=today() - timedelta(days=1))
    with pytest.raises(Invalid, match="已经过去"):
        actions.hand_in(by=town.handler, pledge=pledge)


@pytest.mark.parametrize("who", ["handler", "head", "stranger", "boss"])
def test_units_and_leaders_never_publish_settle_or_close(town: Town, who: str) -> None:
    by, pledge = getattr(town, who), town.handed_in()
    with pytest.raises(Refused):
        actions.publish(by=by, pledge=pledge)
    actions.publish(by=town.organiser, pledge=pledge)
    with pytest.raises(Refused):
        actions.settle(by=by, pledge=pledge, outcomes=OUTCOMES)
    actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    with pytest.raises(Refused):
        actions.close(by=by, pledge=pledge)
    with pytest.raises(Refused):
        actions.send_back(by=by, pledge=pledge, reason="再看")


def test_an_officer_who_is_of_the_unit_settles_nothing_of_it(town: Town) -> None:
    pledge = town.published()
    both = account("both", Role.INSPECTOR)
    Grant.objects.create(account=both, role=Role.UNIT_HANDLER, unit=town.water)
    within = account("within", Role.INSPECTOR, unit=town.water)
    for by in (both, within):
        with pytest.raises(Refused, match="自己的承诺"):
            actions.settle(by=by, pledge=pledge, outcomes=OUTCOMES)


def test_who_settled_does_not_close_and_who_handed_in_does_not_settle(town: Town) -> None:
    pledge = town.published()
    Grant.objects.filter(account=town.handler).delete()
    Grant.objects.create(account=town.handler, role=Role.INSPECTOR)
    with pytest.raises(Refused, match="提交承诺书的人"):
        actions.settle(by=town.handler, pledge=pledge, outcomes=OUTCOMES)
    actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    with pytest.raises(Refused, match="核实交账的人"):
        actions.close(by=town.inspector, pledge=pledge)
    actions.send_back(by=town.checker, pledge=pledge, reason="缺少验收单")
    assert now(pledge).state == PledgeState.PUBLISHED


@pytest.mark.parametrize(
    "broken",
    [
        {"settled_by": "handed_in_by"},
        {"published_by": "handed_in_by"},
        {"closed_by": "settled_by"},
    ],
)
def test_the_database_itself_keeps_the_two_apart(town: Town, broken: dict[str, str]) -> None:
    pledge = town.settled()
    for name, other in broken.items():
        setattr(pledge, name, getattr(pledge, other))
    with pytest.raises(IntegrityError), transaction.atomic():
        pledge.save()


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (Outcome(Result.MET, Decimal(126)), "不一致"),
        (Outcome(Result.NOT_MET, Decimal(150), "说明"), "不一致"),
        (Outcome(Result.FORCE_MAJEURE, Decimal(150), "洪水"), "不属不可抗力"),
        (Outcome(Result.FORCE_MAJEURE, Decimal(126)), "说明"),
        (Outcome(Result.NOT_MET, Decimal(126)), "说明"),
        (Outcome(Result.MET), "完成数量"),
        (Outcome(Result.NOT_MET, Decimal(-1), "说明"), "不能为负"),
        (None, "还没有核实"),
    ],
)
def test_a_settlement_says_what_its_numbers_say(
    town: Town, outcome: Outcome | None, problem: str
) -> None:
    pledge = town.published()
    outcomes = {2: Outcome(Result.MET)} | ({1: outcome} if outcome else {})
    with pytest.raises(Invalid, match=problem):
        actions.settle(by=town.inspector, pledge=pledge, outcomes=outcomes)
    assert not Item.objects.exclude(result="").exists(), "all or nothing"
    assert now(pledge).state == PledgeState.PUBLISHED


def test_each_item_becomes_an_entry_once(town: Town) -> None:
    pledge = town.published()
    entries = list(Entry.objects.order_by("due_on", "pk"))
    assert [(one.title, one.kind, one.category, one.lead_unit) for one in entries] == [
        (item.text, EntryKind.PLEDGE, item.aspect.title, town.water)
        for item in pledge.items.order_by("due_on", "number")
    ]
    assert {one.due_on for one in entries} == {today() + timedelta(days=60)}
    assert {one.source_title for one in entries} == {str(pledge)}
    assert (
        LedgerCampaign.objects.get(title=town.pledges.title).document_number == "云办〔2026〕27号"
    )
    with pytest.raises(Conflict):
        actions.publish(by=town.organiser, pledge=pledge)
    assert Entry.objects.count() == 2
    found = queries.items_with_entries(pledge)
    assert [entry in entries for _item, entry in found] == [True, True]


def test_the_ledgers_campaign_is_the_one_that_was_chosen(town: Town) -> None:
    chosen = facts(ledger=town.campaign)
    units = [town.water, town.health]
    actions.save_campaign(by=town.organiser, campaign=town.pledges, facts=chosen, units=units)
    town.published()
    assert set(Entry.objects.values_list("campaign", flat=True)) == {town.campaign.pk}


def test_who_sees_what(town: Town) -> None:
    mine = Pledge.objects.get(campaign=town.pledges, unit=town.water)
    with pytest.raises(Missing):
        find(town.handler, mine.pk)
    town.announced()
    seen = {
        who: set(queries.visible(getattr(town, who)).values_list("unit__code", flat=True))
        for who in ("handler", "stranger", "boss", "checker", "organiser")
    }
    both = {"001", "002"}
    assert seen == {
        "handler": {"001"},
        "stranger": {"002"},
        "boss": both,
        "checker": both,
        "organiser": both,
    }


def test_who_attaches_the_letter_and_evidence(town: Town) -> None:
    pledge = town.written()

    def rights(who: str) -> str:
        found = rights_at(getattr(town, who), str(pledge.pk))
        return "".join(k[0] for k in ("see", "add", "remove") if getattr(found, k))

    assert [rights(who) for who in ("handler", "inspector", "stranger")] == ["sar", "sa", ""]
    actions.hand_in(by=town.handler, pledge=pledge)
    assert rights("handler") == "s"
    actions.publish(by=town.organiser, pledge=pledge)
    assert rights("handler") == "sa"
    actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    assert [rights(who) for who in ("handler", "checker")] == ["s", "sa"]
    actions.close(by=town.checker, pledge=pledge)
    assert rights("checker") == "s"


def test_units_are_reminded_once_before_the_end(town: Town) -> None:
    town.announced()
    closes = town.pledges.closes_on
    assert remind(closes - timedelta(days=4)) == 0
    assert remind(closes - timedelta(days=2)) == 1
    assert remind(closes - timedelta(days=1)) == 0
    assert kinds(town.handler) == ["announced", "reminded"]


def test_desks(town: Town) -> None:
    def titles(who: str) -> list[str]:
        return [item.title for _place, item in on_desk(getattr(town, who))]

    town.announced()
    assert titles("handler") == ["公开承诺：2026年一把手公开承诺"]
    pledge = Pledge.objects.get(unit=town.water)
    town.promised(pledge)
    actions.hand_in(by=town.handler, pledge=pledge)
    assert titles("handler") == []
    assert titles("organiser") == ["1份承诺书待公布"]
    actions.publish(by=town.organiser, pledge=pledge)
    Campaign.objects.update(settle_on=today(), closes_on=today())
    assert titles("inspector") == ["1份承诺书待核实交账"]
    assert titles("handler") == ["公开承诺：2026年一把手公开承诺"]
    met = {1: Outcome(Result.MET, Decimal(150))}
    actions.settle(by=town.inspector, pledge=pledge, outcomes=met)
    assert titles("inspector") == []
    assert titles("checker") == ["1份承诺书待办结"]


def test_nothing_ends_that_is_not_settled(town: Town) -> None:
    pledge = town.settled()
    with pytest.raises(Conflict, match="没有办结"):
        actions.end(by=town.organiser, campaign=town.pledges)
    actions.close(by=town.checker, pledge=pledge)
    actions.end(by=town.organiser, campaign=town.pledges)
    other = Pledge.objects.get(unit=town.health)
    with pytest.raises(Conflict, match="已结束"):
        actions.write(by=town.stranger, pledge=other, giver=Giver("沈知远", "主任"))


def test_claims_are_counted_as_in_the_source(town: Town) -> None:
    """HD-07: 155 to be the first of the city, 112 of the province or nation."""
    pledge = town.announced()
    aspect = town.pledges.aspects.get(number=3)
    levels = [First.CITY] * 155 + [First.PROVINCE] * 100 + [First.NATION] * 12 + [First.NONE] * 3
    Item.objects.bulk_create(
        Item(pledge=pledge, number=n, aspect=aspect, text=WORK, measure="yes_no", first=level,
             due_on=today())
        for n, level in enumerate(levels, start=1)
    )  # fmt: skip
    rows = Item.objects.all()
    assert statistics.claims(rows) == (155, 112)
    lines = statistics.lines_of(rows, "first", dict(First.choices))
    assert {line.title: line.all for line in lines} == {
        "全市第一": 155,
        "全省第一": 100,
        "全国第一": 12,
        "不争第一": 3,
    }
    assert statistics.total(lines).left == 270


def test_statistics_by_aspect(town: Town) -> None:
    town.settled()
    lines = statistics.lines_of(Item.objects.all(), "aspect__title", {})
    found = {line.title: (line.all, line.met, line.not_met, line.share) for line in lines}
    assert found == {
        "争做全国全省全市第一的工作": (1, 1, 0, 1),
        "为民办实事": (1, 0, 1, 0),
    }
    assert statistics.chart_of(lines) is not None


def test_figures_of_closed_pledges_only(town: Town) -> None:
    town.settled()
    assert list(statistics.figures_of(town.pledges, "承诺")) == []
    actions.close(by=town.checker, pledge=Pledge.objects.get(unit=town.water))
    found = [(one.target, one.value) for one in statistics.figures_of(town.pledges, "承诺")]
    assert found == [("001", "50")]
    assert statistics.without_figure(town.pledges) == ["云州市卫生计生委"]
