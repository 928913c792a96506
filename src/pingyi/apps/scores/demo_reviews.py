"""The second and third of the three reviews (三评, JZ-02) in the invented city: party organisations
and the members of two branches, mostly counted by hand. Each stands at another step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import Table, count, enter_tallies, hold, prepare
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.enums import Review
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.scores import actions
from pingyi.apps.scores.demo_blocks import City, announce, compute_and_check, make_vote

HEADS_OF_ORGANISATIONS = (
    "温不器", "盛问津", "凌霄汉", "霍知返", "骆临川", "窦清源", "宁致远", "甘棠荫", "褚怀仁",
    "靳守常", "樊若水",
)  # fmt: skip
SUPERIORS = 7
PEERS, MASSES = 9, 6
MEMBERS = (
    ("纪春山", "庞一川", "邹晚舟", "柯望岳", "祝青岚", "蒲听雨", "戚长庚", "单知秋", "荀怀远"),
    ("汤立夏", "蓝亭序", "费思源", "岑观澜", "路遥知", "安如磐", "齐云生", "虞清和", "晏初阳"),
)
"""Of two branches, nine members each."""
_DIMENSIONS = ("领导班子", "骨干队伍", "服务场所", "服务载体", "制度机制", "服务业绩")


def hold_reviews(city: City, programme: Programme) -> None:
    """Organisations: checked, to be signed. Members: of one branch signed, to be told; of the
    other closed, to be computed."""
    compute_and_check(city, _organisations(city, programme))
    signed, _closed = (_branch(city, programme, place) for place in (0, 1))
    actions.sign(by=city.chair, computation=compute_and_check(city, signed))


def _organisations(city: City, programme: Programme) -> Round:
    """Of the first departments; their superiors rate all of them, members and masses their own."""
    targets = [
        {
            "code": unit.code,
            "title": _("%(unit)s机关党总支") % {"unit": unit.title},
            "presenter": presenter,
        }
        for unit, presenter in zip(city.first, HEADS_OF_ORGANISATIONS, strict=True)
    ]
    found = _round(city, programme, Review.ORGANISATION, _("2026年机关党组织评议"), targets)
    poll = prepare(city.by, make_vote(city, found, "superior", "own_tally"))
    rounds.start(by=city.by.organiser, round=announce(city, found, "云组通〔2026〕25号", -12))
    hold(city.by, poll, {"superior_team": SUPERIORS}, turnout=1)
    channel = ("党员群众测评汇总", "党员群众测评表", _DIMENSIONS, ("好", "较好", "一般", "较差"))
    places = [target["code"] for target in targets]
    enter_tallies(city.by, poll, *_counted(*channel, {"本组织党员": 31, "群众代表": 12}, places))
    count(city.by, poll)
    return rounds.close(by=city.by.organiser, round=found)


def _branch(city: City, programme: Programme, place: int) -> Round:
    """The members of a branch; the unit of the branch may read its result."""
    unit = city.second[4 * place]
    targets = [
        {"code": f"{unit.code}-{number:02}", "title": name, "unit": unit}
        for number, name in enumerate(MEMBERS[place], 1)
    ]
    title = _("%(unit)s第一党支部2026年党员评议") % {"unit": unit.title}
    found = _round(city, programme, Review.MEMBER, title, targets)
    poll = prepare(city.by, make_vote(city, found, "assembly_tally"))
    number = f"云组通〔2026〕{26 + place}号"
    rounds.start(by=city.by.organiser, round=announce(city, found, number, -5 + place))
    channel = (
        "党员大会测评汇总",
        "党员测评表",
        ("总体评价",),
        ("优秀", "合格", "基本合格", "不合格"),
    )
    codes = [str(target["code"]) for target in targets]
    classes = {"本支部党员": PEERS, "群众代表": MASSES}
    enter_tallies(city.by, poll, *_counted(*channel, classes, codes, whole=True))
    count(city.by, poll)
    return rounds.close(by=city.by.organiser, round=found)


def _round(
    city: City,
    programme: Programme,
    review: Review,
    title: str,
    targets: Sequence[Mapping[str, Any]],
) -> Round:
    schemes = city.schemes
    found = rounds.create_round(
        by=city.by.organiser,
        programme=programme,
        version=schemes.organisation if review is Review.ORGANISATION else schemes.member,
        title=title,
        period=_("2026年"),
        review=review,
    )
    return rounds.set_targets(by=city.by.organiser, round=found, targets=targets)


def _counted(
    source: str,
    paper: str,
    dimensions: Sequence[str],
    grades: Sequence[str],
    classes: Mapping[str, int],
    codes: Sequence[str],
    *,
    whole: bool = False,
) -> tuple[Table, Table]:
    """Counted sheets and heads of some targets; ``whole``: one sheet rates them all."""
    draw = random.Random(f"{paper}{codes[0]}")
    rows: list[tuple[object, ...]] = [
        ("渠道", "票种", "测评表", "对象编码", "测评内容", "选项", "票数")
    ]
    heads: list[tuple[object, ...]] = [
        ("渠道", "票种", "测评表", "对象编码", "应到", "实到", "发出", "收回", "有效", "无效")
    ]
    for rater_class, number in classes.items():
        for code in [""] if whole else codes:
            heads.append((source, rater_class, paper, code, *(number,) * 5, 0))
        for code in codes:
            merit = draw.uniform(0.3, 0.8)
            for dimension in dimensions:
                given = Counter(
                    grades[min(3, int(draw.expovariate(1) * (1.3 - merit)))] for _ in range(number)
                )
                rows += [
                    (source, rater_class, paper, code, dimension, grade, given[grade])
                    for grade in grades
                ]
    return rows, heads
