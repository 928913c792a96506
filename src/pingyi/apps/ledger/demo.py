"""The ledger of the invented city: some six hundred entries over a year, in three campaigns. They
come in as in life: opinions and problems from the rounds, an old ledger by Excel, and a few go all
their way through real actions of the demo's accounts. Days cannot be lived in a demo: how far most
of the opinions have come since is set at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from itertools import product

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from pingyi.apps.ledger import actions, daily, sources
from pingyi.apps.ledger.actions import Term, imports
from pingyi.apps.ledger.demo_stories import TOWN, Cast, go_on_in_the_town, tell_stories
from pingyi.apps.ledger.demo_texts import (
    FUNDS,
    PLACES,
    TOPICS,
    VILLAGE_MATTERS,
)
from pingyi.apps.ledger.enums import ColumnKind, EntryState
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.apps.ledger.presets import PRESETS
from pingyi.apps.people.actions import changes, units
from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import UnitKind
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.rounds.enums import OPINION_PRESET
from pingyi.apps.rounds.models import Round
from pingyi.base.days import TermUnit
from pingyi.base.terms import derivation, due_after, load_calendar

HEAD = (
    *("事项", "内容", "分类", "牵头单位", "配合单位", "责任人", "整改措施", "挂账日期"),
    *("完成期限", "进度", "状态", "销号日期", "来源"),
)
GONE = "905"
Line = list[str]


@transaction.atomic
@override("zh-hans")
def make_ledger(accounts: Mapping[str, Account], towns: Round, meeting: Round) -> None:
    """``towns``: the round whose opinions all go into the ledger (RY-19); ``meeting``: the one in
    which a leader has named problems (JZ-25). In Chinese, whatever language the demo is made in:
    it is data."""
    cast = Cast(**{one.name: accounts[one.name] for one in fields(Cast)})
    review, key_work, opinions = _campaigns(cast.organiser)
    _bring_in(cast, review, _review_lines())
    _bring_in(cast, key_work, _key_work_lines())
    _dissolve(cast, key_work)
    _bring_in(cast, opinions, _village_lines(), ("所在村", "涉及户数", "资金来源"))
    _enter_opinions(cast, opinions, towns)
    problems = _enter_problems(cast, review, meeting)
    tell_stories(cast, review, problems)
    go_on_in_the_town(cast)
    _due_again()
    daily.sweep(timezone.localdate())


def _campaigns(by: Account) -> tuple[Campaign, Campaign, Campaign]:
    review = actions.save_campaign(
        by=by,
        facts={
            "title": "述职评议问题整改",
            "document_title": "关于开展述职评议问题集中整改的通知",
            "document_number": "云办〔2026〕12号",
            "filing_number": "云督考备〔2026〕5号",
        },
        categories=("班子建设", "重点工作", "服务群众", "工作作风"),
    )
    key_work = actions.save_campaign(
        by=by,
        facts={
            "title": "重点工作督办",
            "document_title": "2026年重点工作督办实施方案",
            "document_number": "云政办〔2026〕4号",
            "filing_number": "云督考备〔2026〕6号",
        },
        lights=PRESETS["tri_colour"].lights,
    )
    opinions = actions.save_campaign(
        by=by,
        facts={
            "title": "县乡村意见整改",
            "document_title": "双向述职评议意见整改办法",
            "document_number": "云组〔2026〕18号",
            "filing_number": "云督考备〔2026〕7号",
        },
        categories=OPINION_PRESET,
        columns=(
            OwnColumn("所在村", "所在村"),
            OwnColumn("涉及户数", "涉及户数", ColumnKind.NUMBER),
            OwnColumn("资金来源", "资金来源", ColumnKind.CHOICE, FUNDS),
        ),
    )
    return review, key_work, opinions


# The old ledgers, by Excel


def _bring_in(
    cast: Cast, campaign: Campaign, lines: Sequence[Line], own: Sequence[str] = ()
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([(*HEAD, *own), *lines])
    draft = imports.upload_entries(
        by=cast.organiser,
        campaign=campaign,
        file_name=f"{campaign.title}（演示）.csv",
        content=stream.getvalue().encode("gb18030"),
    )
    imports.commit_entries(by=cast.organiser, draft=draft)


def _line(title: str, unit: str, registered: int, term: int, **more: str) -> Line:
    """An entry of so many days ago, with so many days to do it."""
    today = timezone.localdate()
    begun = today - timedelta(days=registered)
    cells = {
        "事项": title,
        "牵头单位": unit,
        "挂账日期": begun.isoformat(),
        "完成期限": (begun + timedelta(days=term)).isoformat(),
        **more,
    }
    return [cells.get(name, "") for name in HEAD]


def _course(number: int, registered: int, term: int) -> dict[str, str]:
    """How far an entry has come: those of long ago are closed, one of six of them too late."""
    if registered <= term:
        if number % 5 == 0:
            return {"状态": "已认领"}
        gone = 100 * registered // term
        return {"状态": "整改中", "进度": str(min(95, max(0, gone + (number * 17) % 40 - 25)))}
    if number % 7 == 3:
        return {"状态": "整改中", "进度": str(40 + number % 50)}
    took = term + 12 if number % 6 == 1 else term - number % 15
    closed = timezone.localdate() - timedelta(days=max(0, registered - took))
    return {"状态": "已销号", "进度": "100", "销号日期": closed.isoformat()}


def _review_lines() -> list[Line]:
    """Three problems of each department, from the meetings of the year."""
    categories = ("班子建设", "重点工作", "服务群众", "工作作风")
    lines = []
    rows = [(code, topic) for code, topics in TOPICS.items() for topic in topics]
    for number, (code, topic) in enumerate(rows):
        registered, term = 350 - (number * 53) % 340, 60 + 30 * (number % 3)
        lines.append(
            _line(
                f"{topic}：{PLACES[number % len(PLACES)]}整改不到位",
                code,
                registered,
                term,
                分类=categories[number % 4],
                来源="市直机关领导班子述职评议点评",
                内容=f"点评指出：{topic}推进不平衡，要举一反三，逐项销号。",
                整改措施="一、摸清底数，逐项列表；\n二、倒排工期，专人负责；\n三、按月报告进度。",
                **_course(number, registered, term),
            )
        )
    return lines


def _key_work_lines() -> list[Line]:
    """Two pieces of key work of each department, half of them helped with by another."""
    codes = list(TOPICS)
    lines = []
    for number, code in enumerate((*codes, *codes)):
        registered, term = 300 - (number * 41) % 295, 90 + 15 * (number % 5)
        course = _course(number, registered, term)
        if number % 9 == 4 and registered < term:
            course = {"状态": "挂账"}
        if number % 9 == 7:  # just late: the orange order
            registered, course = term + number % 12 + 1, {"状态": "整改中", "进度": "80"}
        lines.append(
            _line(
                f"{PLACES[(number * 5) % len(PLACES)]}{TOPICS[code][number % 3]}攻坚任务",
                code,
                registered,
                term,
                配合单位=codes[(number + 4) % len(codes)] if number % 2 else "",
                来源="市政府常务会议重点工作分解",
                **course,
            )
        )
    return lines


def _village_lines() -> list[Line]:
    """What four villages of each township asked for half a year ago, with the campaign's own
    columns: nearly all done."""
    lines = []
    for number, (place, matter) in enumerate(product(range(14), VILLAGE_MATTERS)):
        town, village = f"31{place + 1:02}", f"第{number % 6 + 1}村"
        registered, term = 190 - number % 30, 90
        line = _line(
            f"{village}{matter}",
            town,
            registered,
            term,
            分类="服务群众",
            来源="上一轮双向述职评议意见",
            **_course(number, registered, term),
        )
        lines.append([*line, village, str(20 + number), FUNDS[number % 3]])
    return lines


def _dissolve(cast: Cast, campaign: Campaign) -> None:
    """An office that is no more, with two entries left open."""
    above = Unit.objects.get(code="1")
    made = units.create_unit(
        by=cast.organiser,
        code=GONE,
        title="云州市城市管理办公室",
        kind=UnitKind.MUNICIPAL_DEPARTMENT,
        parent=above,
    )
    lines = [
        _line(title, GONE, 70, 120, 状态="整改中", 进度="30", 来源="市政府督查通报")
        for title in ("占道经营集中治理", "户外广告牌清理")
    ]
    _bring_in(cast, campaign, lines)
    ground = Ground(timezone.localdate(), "云机编〔2026〕11号", "职能并入")
    into = Unit.objects.get(code="207")
    changes.merge_units(by=cast.organiser, units=[made], into=into, ground=ground)


# What the rounds have found

_WAVES = ((64, 60), (75, 90), (40, 45), (25, 60), (8, 30))
"""Of each category: entered so many days ago, with so many days to do it."""


def _enter_opinions(cast: Cast, campaign: Campaign, found: Round) -> None:
    """All of them (RY-19), category by category."""
    wanted = [one.finding for one in sources.of_round(cast.organiser, found) if one.entry is None]
    calendar = load_calendar()
    for category, (ago, amount) in zip(OPINION_PRESET, _WAVES, strict=True):
        some = [one for one in wanted if one.facts.category == category]
        term = Term(amount=amount, unit=TermUnit.NATURAL)
        made = actions.register_findings(
            by=cast.organiser, campaign=campaign, findings=some, term=term
        )
        start = timezone.localdate() - timedelta(days=ago)
        due = due_after(start, amount, TermUnit.NATURAL, calendar)
        for number, entry in enumerate(made):
            entry.registered_on = entry.due_start = start
            entry.due_on, entry.due_words = due.day, derivation(due)
            _go_on(entry, number, ago, amount)
        Entry.objects.bulk_update(made, _MOVED, batch_size=50)
    moved = Entry.objects.filter(campaign=campaign, source_kind=sources.OPINION)
    assert moved.count() > 400, "RY reports more than four hundred"


_MOVED = (
    *("registered_on", "due_start", "due_on", "due_words", "moved_on", "claimed_on"),
    *("person_name", "state", "progress", "measures"),
)


def _go_on(entry: Entry, number: int, ago: int, amount: int) -> None:
    """As the weeks would have left it; those of the town whose account is there stay."""
    today = timezone.localdate()
    entry.moved_on = today - timedelta(days=min(ago, number % 24))
    if entry.lead_unit is None or entry.lead_unit.code == TOWN or number % 6 == 0:
        return
    entry.claimed_on = entry.registered_on + timedelta(days=1 + number % 5)
    entry.person_name = "包村干部"
    entry.state = EntryState.ACCEPTED
    if number % 6 > 1:
        gone = 100 * min(ago, amount) // amount
        entry.state = EntryState.RECTIFYING
        entry.progress = min(100, max(0, gone + 10 - (number * 13) % 48))
        entry.measures = "逐条梳理，包村干部负责，办结后向提意见的代表反馈。"


def _enter_problems(cast: Cast, campaign: Campaign, found: Round) -> list[Entry]:
    """What the leaders named in the meeting that goes on; its opinions are left to be entered."""
    all_of_them = sources.of_round(cast.organiser, found)
    problems = [one.finding for one in all_of_them if one.finding.kind == sources.PROBLEM]
    term = Term(amount=2, unit=TermUnit.MONTHS)
    return actions.register_findings(
        by=cast.organiser, campaign=campaign, findings=problems, term=term
    )


def _due_again() -> None:
    """The second look at some that were closed some three months ago."""
    closed = Entry.objects.filter(state=EntryState.CLOSED, look_back_on=None)
    keys = list(closed.order_by("-closed_on", "pk").values_list("pk", flat=True)[:8])
    Entry.objects.filter(pk__in=keys).update(look_back_on=timezone.localdate())
