"""Inspections of the invented city: two rounds that are over, one that is under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.enums import Method
from pingyi.apps.inspections.incoming import Sent, SentFinding
from pingyi.apps.inspections.models import Circular, Conclusion, Finding, Inspection, Place
from pingyi.apps.inspections.presets import CATEGORIES, FIVE_LOOKS, review_term
from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.actions import Term
from pingyi.apps.people.models import Account, Unit
from pingyi.base.terms import derivation, due_after

ASPECTS = ("重点工作", "政策落实", "窗口服务", "工作纪律", "整改台账", "群众诉求", "项目资金")
"""Seven aspects, as in TS-33; what they are called there is not told."""
JULY = (
    ("重点工作", "年度任务分解到科室，没有分解到人"),
    ("重点工作", "上半年两项任务没有完成节点"),
    ("窗口服务", "办事指南没有更新，缺两项材料说明"),
    ("工作纪律", "上班时间两个岗位无人，无去向登记"),
    ("整改台账", "台账只列问题，没有责任人和时限"),
    ("整改台账", "已报完成的一项，现场没有做"),
    ("群众诉求", "热线转办件超期五天没有答复"),
    ("项目资金", "到位资金三个月没有拨付"),
)
NOVEMBER = (
    ("重点工作", "河道清淤只完成一半，没有赶工计划"),
    ("重点工作", "改造工程停工两个月，没有报告"),
    ("重点工作", "进度表与现场不符"),
    ("重点工作", "牵头单位没有开过一次协调会"),
    ("政策落实", "惠企政策没有制定实施细则"),
    ("政策落实", "下放事项仍要求到市里盖章"),
    ("政策落实", "文件转发了事，没有落实措施"),
    ("窗口服务", "叫号机停用，没有说明"),
    ("窗口服务", "一次性告知单缺项，群众跑了三趟"),
    ("窗口服务", "午间没有安排值班"),
    ("工作纪律", "抽查当天四人不在岗"),
    ("工作纪律", "工作时间看视频"),
    ("工作纪律", "会议请假没有手续"),
    ("整改台账", "七月督查的问题销号没有佐证"),
    ("整改台账", "整改时限一改再改"),
    ("整改台账", "同一问题两本台账说法不同"),
    ("群众诉求", "答复套话，没有解决问题"),
    ("群众诉求", "重复信访没有专人盯办"),
    ("群众诉求", "回访时群众说没有人联系过"),
    ("项目资金", "验收资料补签日期"),
    ("项目资金", "质保金逾期没有退还"),
    ("项目资金", "两个项目没有公示"),
)
"""Twenty-two problems in seven aspects (TS-33: 7大方面20多个问题)."""
DRAWN = 5


@dataclass(frozen=True)
class Office:
    """Who makes the demo's inspections, and of whom."""

    organiser: Account
    checker: Account
    inspector: Account
    member: Account
    """Seconded."""
    owner: Account
    """Of the first department; it objects."""
    departments: Sequence[Unit]
    townships: Sequence[Unit]


@transaction.atomic
def make_inspections(office: Office) -> None:
    """July and November as in TS-30, each over by now; and a random sample on the way."""
    today = timezone.localdate()
    july = _round(office, "七月重点工作督导", _last(today, 7), JULY)
    _tell(office, july, 1)
    november = _round(office, "十一月重点工作督导", _last(today, 11), NOVEMBER)
    _tell(office, november, 2)
    for one in sorted((july, november), key=lambda each: each.starts_on):
        _enter(office, one)
        _as_then(one)
    older, newer = sorted((july, november), key=lambda each: each.starts_on)
    conclusion = Conclusion.objects.filter(place__inspection=newer).earliest("place__unit__path")
    if conclusion.object_by is not None and conclusion.object_by >= today:
        text = "清淤进度以水务台账为准，至督查当日已完成七成，请复核。"
        actions.object_to(by=office.owner, conclusion=conclusion, text=text)
    if not Conclusion.objects.filter(place__inspection=older, object_by__gte=today).exists():
        actions.close(by=office.organiser, inspection=older)
    _sampled(office, today)


def _last(today: date, month: int) -> date:
    """The first of that month, when its first ten days were last over."""
    this = date(today.year, month, 1)
    return this if today > this + timedelta(days=14) else date(today.year - 1, month, 1)


def _facts(title: str, start: date, end: date, methods: Iterable[Method]) -> dict[str, Any]:
    return {
        "title": title,
        "kind": "comprehensive",
        "basis": f"云办〔{start.year}〕18号《重点工作督导方案》",
        "filing_number": f"督备〔{start.year}〕{start.month}号",
        "starts_on": start,
        "ends_on": end,
        "methods": [method.value for method in methods],
        "checklist": list(FIVE_LOOKS),
        "categories": list(ASPECTS),
        "sample_size": None,
        "seed_source": "",
        "window_months": 6,
        "repeat_reason": "年度督导方案安排分两次进行",
    }


def _begun(office: Office, facts: dict[str, Any], units: Sequence[Unit]) -> Inspection:
    """Planned, approved, manned; the sample is drawn, and the team has set out."""
    by = office.organiser
    one = actions.save_plan(by=by, facts=facts, units=units)
    document = f"云政督〔{one.starts_on.year}〕{one.starts_on.month}号"
    actions.approve(
        by=office.checker, inspection=one, approver_name="江照野", approval_document=document
    )
    team: dict[str, Any] = {"by": by, "inspection": one, "team": "第一组"}
    actions.add_member(**team, account=office.inspector, leads=True)
    actions.add_member(**team, account=office.member, seconded_from="柳林镇")
    if one.samples:
        actions.enter_seed(by=by, inspection=one, seed="04 11 15 22 27 30 08")
        actions.draw(by=by, inspection=one)
    return actions.start(by=by, inspection=one)


def _round(
    office: Office, title: str, start: date, problems: Sequence[tuple[str, str]]
) -> Inspection:
    methods = (Method.CONCENTRATED, Method.OPEN, Method.COVERT)
    facts = _facts(title, start, start + timedelta(days=9), methods)
    one = _begun(office, facts, office.departments)
    places = list(one.places.order_by("unit__path"))
    for number, place in enumerate(places):
        mine = problems[number :: len(places)]
        day = start + timedelta(days=number)
        _visit(office, one, place, day, mine, covert=number == len(places) - 1)
    actions.conclude(
        by=office.organiser,
        inspection=one,
        text="总体推进有力，但部分单位存在落实不到位、台账不实、服务不优的问题。",
    )
    return one


def _visit(
    office: Office,
    one: Inspection,
    place: Place,
    day: date,
    problems: Sequence[tuple[str, str]],
    *,
    covert: bool = False,
) -> None:
    marks = ["bad" if number < len(problems) else "good" for number in range(len(FIVE_LOOKS))]
    sent = Sent(
        id=uuid4(),
        place=place.pk,
        base=0,
        day=day,
        covert=covert,
        note="查阅台账，走访服务对象。",
        answers=tuple((mark, "") for mark in marks),
        findings=tuple(
            SentFinding(uuid4(), name, "grave" if number == 0 else "light", text)
            for number, (name, text) in enumerate(problems)
        ),
    )
    actions.receive(by=office.inspector, inspection=one, sent=sent)


def _tell(office: Office, one: Inspection, place: int) -> None:
    text = (
        f"{one.starts_on.month}月上旬，督导组对{len(office.departments)}个单位进行了督导，"
        "查找出一批问题。现通报如下，责令有关单位及时整改。"
    )
    title = f"关于{one.title}情况的通报"
    number = f"云督通〔{one.starts_on.year}〕{place}号"
    how = {"title": title, "number": number, "text": text}
    actions.save_circular(by=office.organiser, inspection=one, **how)
    actions.issue_circular(by=office.checker, inspection=one)


def _enter(office: Office, one: Inspection) -> None:
    """Its findings stand in the ledger."""
    one.refresh_from_db()
    year = one.starts_on.year
    facts = {
        "title": f"{one.title}问题整改（{year}年）",
        "document_title": "重点工作督导方案",
        "document_number": f"云办〔{year}〕18号",
        "filing_number": one.filing_number,
        "ended": False,
    }
    campaign = ledger.save_campaign(by=office.organiser, facts=facts, categories=ASPECTS)
    rows = list(Finding.objects.filter(visit__inspection=one).select_related("visit__place__unit"))
    term = Term(amount=60)
    actions.enter_findings(
        by=office.organiser, inspection=one, findings=rows, campaign=campaign, term=term
    )


def _as_then(one: Inspection) -> None:
    """The dates of that time, in place of today's."""
    approved, issued = one.starts_on - timedelta(days=10), one.ends_on + timedelta(days=4)
    rows = Inspection.objects.filter(pk=one.pk)
    rows.update(approved_on=approved, concluded_on=one.ends_on)
    Circular.objects.filter(inspection=one).update(issued_on=issued)
    rule = review_term(issued)
    due = due_after(issued, rule.amount, rule.unit)
    Conclusion.objects.filter(place__inspection=one).update(
        sent_on=issued, object_by=due.day, object_words=derivation(due) + rule.basis_words
    )


def _sampled(office: Office, today: date) -> None:
    """Five of the townships, drawn from a public value."""
    start = today - timedelta(days=3)
    methods = (Method.RANDOM, Method.ON_SITE, Method.COVERT)
    facts = _facts("“为官不为”专项随机抽查", start, start + timedelta(days=11), methods) | {
        "kind": "special",
        "categories": list(CATEGORIES),
        "sample_size": DRAWN,
        "repeat_reason": "",
        "seed_source": "批准后第一期“云州福彩”开奖号码（演示）",
    }
    one = _begun(office, facts, office.townships)
    Inspection.objects.filter(pk=one.pk).update(approved_on=start - timedelta(days=2))
    places = list(one.places.filter(chosen=True).order_by("unit__path"))
    mine = (("懒", "便民大厅两个窗口无人值守"), ("拖", "低保申请压了二十天没有答复"))
    _visit(office, one, places[0], today - timedelta(days=1), mine)
    _visit(office, one, places[1], today, mine[:1], covert=True)
