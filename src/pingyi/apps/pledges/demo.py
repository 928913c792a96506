"""Pledges of the invented city: last year's settled, this year's published, and one window that is
open. The figures are those that the practice reports (HD: 126 of 150, 40 places, 30 villages, 140
projects); who gives them is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice

from django.db import transaction
from django.utils import timezone

from pingyi.apps.ledger.actions import Term
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.pledges import actions
from pingyi.apps.pledges.actions import CampaignFacts, Giver, Promise, Told
from pingyi.apps.pledges.enums import CampaignState, First, Manner, Medium, PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.base import audit

OWN = "201"
"""The department for which ``handler`` acts."""
SECRETARIES = {
    "310": ("宁致远", "县委书记"),
    "320": ("岳临川", "县委书记"),
    "330": ("柏听涛", "区委书记"),
}
"""Of the counties, whose posts the demo does not fill."""
EACH = 3
OUTLETS = "《云州日报》、云州电视台、阳光热线直播间"


@dataclass(frozen=True)
class Cast:
    """Who runs the campaigns, settles, closes, and acts for the department ``OWN``."""

    organiser: Account
    checker: Account
    inspector: Account
    handler: Account


@dataclass(frozen=True)
class Kept:
    """A promise, and what came of it last year; without a target it is kept or not."""

    aspect: int
    text: str
    target: int | None = None
    measured_in: str = ""
    done: int | None = None
    first: First = First.NONE
    benchmark: str = ""
    result: Result = Result.MET
    reason: str = ""


NAMED = {
    "103": (
        Kept(4, "13个方面62件实事完成投资150亿元", 150, "亿元", 126,
             result=Result.NOT_MET, reason="已达126亿元，其余项目跨年实施"),
        Kept(1, "列入省重点项目140个以上", 140, "个", 143, First.PROVINCE, "邻省青川市132个"),
        Kept(2, "省级考核力争全省第三位", benchmark="上年全省第五位"),
    ),
    "205": (Kept(4, "国庆节前建成便民服务场所40个", 40, "个", 40),),
    "310": (Kept(1, "11月底前整顿转化后进村30个", 30, "个", 30, First.CITY),),
}  # fmt: skip
"""By code of the unit: the figures of the practice."""
PROMISES = (
    Kept(4, "审批事项平均办结时间压缩到5个工作日以内", benchmark="邻市金川市7个工作日"),
    Kept(3, "窗口单位群众满意率居全市第一", first=First.CITY),
    Kept(1, "联系服务重点项目12个，全部按期开工", 12, "个", 12),
    Kept(2, "省级考核本系统指标进入全省前五位", benchmark="上年全省第八位"),
    Kept(4, "培训基层干部群众2000人次", 2_000, "人次", 2_360),
    Kept(3, "本系统工作争做全省第一，在全省现场会上作介绍", first=First.PROVINCE,
         result=Result.NOT_MET, reason="列全省第二位"),
    Kept(1, "单位能耗同比下降5%", 5, "%", 6, First.CITY),
    Kept(4, "为联系村办实事20件", 20, "件", 17,
         result=Result.FORCE_MAJEURE, reason="七月洪水，三件实事停工四十天"),
    Kept(3, "争创全国先进，排位居全国同类城市第一", first=First.NATION,
         result=Result.NOT_MET, reason="本届为提名，未获命名"),
)  # fmt: skip


@transaction.atomic
def make_pledges(by: Cast, units: Sequence[Unit]) -> None:
    """Three campaigns of the same units."""
    today = timezone.localdate()
    year = today.year
    _last_year(by, _campaign(by, units, year - 1, today - timedelta(days=420)))
    published = _campaign(by, units, year, today - timedelta(days=56))
    actions.announce(by=by.organiser, campaign=published)
    _published(by, published)
    _open(by, _campaign(by, units[10:], year, today - timedelta(days=3), "（第二批）"))
    audit.record(by=None, verb="pledges.demo.made", pledges=Pledge.objects.count())


def _campaign(by: Cast, units: Sequence[Unit], year: int, opens: date, batch: str = "") -> Campaign:
    facts = CampaignFacts(
        title=f"{year}年一把手公开承诺{batch}",
        year=year,
        opens_on=opens,
        settle_on=opens + timedelta(days=95),
        document_title="关于在市直部门和县（市、区）开展一把手公开承诺的通知",
        document_number=f"云办〔{year}〕27号",
        filing_number=f"备〔{year}〕9号",
        outlets=OUTLETS,
    )
    return actions.save_campaign(by=by.organiser, facts=facts, units=units)


def _shares(campaign: Campaign) -> Iterator[tuple[Pledge, list[Kept]]]:
    """A few promises to each pledge, in turn, each in another manner."""
    promises, manners = cycle(PROMISES), cycle(Manner)
    media = cycle(Medium)
    for pledge in campaign.pledges.select_related("unit").order_by("unit__path"):
        if pledge.unit.code in SECRETARIES:
            pledge.head_name, pledge.head_post = SECRETARIES[pledge.unit.code]
        pledge.manner = next(manners)
        pledge.medium = next(media) if pledge.manner == Manner.MEDIA else ""
        own = NAMED.get(pledge.unit.code, ())
        yield pledge, [*own, *islice(promises, EACH - len(own))]


def _item(pledge: Pledge, number: int, kept: Kept, due: date) -> Item:
    return Item(
        pledge=pledge,
        number=number,
        aspect=pledge.campaign.aspects.get(number=kept.aspect),
        text=kept.text,
        measure="number" if kept.target else "yes_no",
        target=kept.target,
        measured_in=kept.measured_in,
        benchmark=kept.benchmark,
        first=kept.first,
        due_on=due,
        due_words="指定日期。",
    )


def _last_year(by: Cast, campaign: Campaign) -> None:
    """Settled and closed, as the practice reports it."""
    for pledge, promises in _shares(campaign):
        pledge.state = PledgeState.CLOSED
        pledge.handed_in_on = campaign.opens_on + timedelta(days=6)
        pledge.published_by, pledge.published_on = by.organiser, campaign.closes_on
        pledge.settled_by, pledge.settled_on = by.inspector, campaign.settle_on
        pledge.closed_by, pledge.closed_on = by.checker, campaign.settle_on + timedelta(days=7)
        pledge.save()
        for number, kept in enumerate(promises, start=1):
            item = _item(pledge, number, kept, campaign.settle_on)
            item.claimed = item.done = kept.done if kept.done is None else Decimal(kept.done)
            item.account = "年底自查填报"
            item.result, item.reason = kept.result, kept.reason
            item.save()
    campaign.state = CampaignState.ENDED
    campaign.save()


def _published(by: Cast, campaign: Campaign) -> None:
    """Handed in and published through the actions, so that the items stand in the ledger; three
    units wait, and the department ``OWN`` has accounted for a part."""
    for place, (pledge, promises) in enumerate(_shares(campaign)):
        pledge.state = PledgeState.HANDED_IN
        pledge.handed_in_on = campaign.opens_on + timedelta(days=4)
        own = pledge.unit.code == OWN
        pledge.handed_in_by = by.handler if own else None
        pledge.save()
        for number, kept in enumerate(promises, start=1):
            _item(pledge, number, kept, campaign.settle_on).save()
        if own or place % 8 != 7:
            actions.publish(by=by.organiser, pledge=pledge)
        if own:
            said = {1: Told(None, "正在推进，进度过半")}
            actions.account(by=by.handler, pledge=pledge, said=said)


def _open(by: Cast, campaign: Campaign) -> None:
    """The department ``OWN`` has begun to write."""
    actions.announce(by=by.organiser, campaign=campaign)
    mine = campaign.pledges.filter(unit__code=OWN).first()
    if mine is None:
        return
    giver = Giver(mine.head_name, mine.head_post, Manner.MEDIA, Medium.LIVE)
    actions.write(by=by.handler, pledge=mine, giver=giver)
    promise = Promise(
        campaign.aspects.get(number=4),
        "年底前解决12个村3.6万人饮水安全",
        Decimal(12),
        "个村",
        term=Term(day=campaign.settle_on),
    )
    actions.save_item(by=by.handler, pledge=mine, promise=promise)
