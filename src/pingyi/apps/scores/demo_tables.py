"""Tables that officers bring in for the rounds of the invented city: what an agency found, what was
counted by hand. All figures are invented."""

from __future__ import annotations

import random
from collections.abc import Mapping

from pingyi.apps.ballots.demo import Table
from pingyi.apps.polls.models import Poll

_SURVEYED = (("受访市场主体", 51), ("受访服务对象", 127), ("受访基层群众", 212))
_GRADES = ("好", "较好", "一般", "较差")


def survey(poll: Poll) -> Table:
    draw = random.Random(7)
    rows: list[tuple[object, ...]] = [("指标", "对象编码", "应答人类别", "数值", "样本量")]
    for target in poll.targets.all():
        base = draw.uniform(82, 94)
        rows += [
            ("第三方调查机构评分", target.code, kind, f"{base + draw.uniform(-3, 3):.1f}", size)
            for kind, size in _SURVEYED
        ]
    return rows


def downward(poll: Poll, own_team: int, seed: int) -> tuple[Table, Table]:
    """The own team of each and its members and masses."""
    draw = random.Random(13 + seed)
    names = ("渠道", "票种", "测评表", "对象编码")
    rows: list[tuple[object, ...]] = [(*names, "测评内容", "选项", "票数")]
    heads: list[tuple[object, ...]] = [(*names, "应到", "实到", "发出", "收回", "有效", "无效")]
    for target in poll.targets.all():
        for title, expected in (("本级班子成员", own_team), ("党员群众", draw.randint(60, 90))):
            present = round(expected * draw.uniform(0.86, 1))
            place = ("向下述职测评汇总", title, "向下述职测评表", target.code)
            heads.append((*place, expected, present, present, present, present, 0))
            good = round(present * draw.uniform(0.5, 0.8))
            fairly = min(present - good, round(present * draw.uniform(0.1, 0.3)))
            fair = min(present - good - fairly, round(present * 0.1))
            numbers: Mapping[str, int] = dict(
                zip(_GRADES, (good, fairly, fair, present - good - fairly - fair), strict=True)
            )
            rows += [(*place, "总体评价", grade, number) for grade, number in numbers.items()]
    return rows, heads


def quantitative(poll: Poll, seed: int) -> Table:
    draw = random.Random(17 + seed)
    rows: list[tuple[object, ...]] = [("指标", "对象编码", "数值")]
    for target in poll.targets.all():
        rows.append(("量化考评得分", target.code, f"{draw.uniform(78, 96):.1f}"))
    return rows
