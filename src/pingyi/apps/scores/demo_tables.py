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


OPINIONS: dict[str, tuple[str, ...]] = {
    "班子建设": (
        "{town}班子学习安排多，联系实际少",
        "{town}班子成员下村蹲点的时间偏短",
        "建议{town}把村干部培训排进全年计划",
        "{town}重大事项征求意见的范围可以再宽一些",
        "{town}年轻干部压担子不够",
        "{town}党务公开栏更新不及时",
    ),
    "重点工作": (
        "{town}通村公路养护责任没有落实到人",
        "{town}产业扶持项目进度要定期公布",
        "{town}土地流转合同不够规范",
        "{town}集镇排水改造拖了两年",
        "{town}扶贫项目后期管护缺人",
        "{town}防汛沙石料储备点要补足",
    ),
    "服务群众": (
        "{town}便民大厅中午没有人值班",
        "{town}办证材料没有一次说清",
        "{town}农技服务下乡次数偏少",
        "{town}卫生院夜间急诊缺少药品",
        "{town}安全饮水有的村时断时续",
        "{town}电话打不通，意见箱很少开",
    ),
    "工作作风": (
        "{town}有的干部上班时间找不到人",
        "{town}会议多、表格多，基层填报重复",
        "{town}答应的事隔了很久没有回音",
        "{town}个别村务公开流于形式",
        "{town}对信访事项的答复过于简单",
        "{town}检查多、指导少",
    ),
    "其他": (
        "{town}集镇垃圾清运要定时定点",
        "{town}路灯坏了两个月没有修",
        "{town}文化活动室平时不开门",
        "{town}集市占道影响通行",
        "{town}农忙时校车接送要调整时间",
        "{town}危旧房排查要把结果告诉住户",
    ),
}
"""Six opinions in each of the five categories, of each township: 14 × 30 = 420 (RY: over 400)."""
