"""Where programmes begin: figures and triggers as a source gives them. What a source leaves open
is marked as the system's own default, never told as a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pingyi.apps.talks.enums import Preset

OURS = _("系统默认值")
FOLLOW_UP = "跟踪走访"
SECTIONS = (
    "认识和态度",
    "整改组织情况",
    "逐项整改情况",
    "存在问题和原因",
    "下一步打算",
)
"""CX-11 names five aspects of the report and not their titles: these are the system's default."""
TRIGGERS_NAMED = (
    "重点工作、重大项目、重要阶段性工作推进落实不力，且主要经济发展指标持续负增长",
    "落实“八项规定”不力，存在“四风”方面严重问题",
    "不能按时完成过剩产能化解、控煤减煤任务",
    "大气环境质量排名靠后",
)
"""TS-38: four of ten. The other six are in no source: an authority writes its own."""
UNKNOWN_TRIGGERS = 6
TS_SOURCE = "唐山《重大决策部署贯彻落实情况约谈办法（试行）》"


@dataclass(frozen=True)
class Start:
    """``facts`` are fields of a programme; ``ours`` says of which of them no source tells."""

    source: object
    facts: Mapping[str, Any]
    ours: tuple[str, ...]


STARTS: dict[str, Start] = {
    Preset.CIXI: Start(
        _("慈溪2015年“党建月月谈、书记考书记”：每月一轮、每轮3至4个单位，20分钟汇报、40分钟提问，两个月内整改到位并汇报，后续活动每半月一次。"),
        {
            "interviewees": "市级部门党委（党组）书记，镇党委、街道党工委书记",
            "interviewer_posts": "市委书记、纪委书记、组织部长",
            "least": 3,
            "most": 4,
            "report_minutes": 20,
            "question_minutes": 40,
            "rectify_months": 2,
            "follow_up_days": 15,
            "topics": [
                "履行党建工作责任制",
                "履行党风廉政建设第一责任人职责",
                "领导班子自身建设",
                "干部队伍建设",
                "基层组织和党员队伍建设",
            ],
            "triggers": [],
        },
        ("apart_days", "sections", "follow_up_title"),
    ),
    Preset.TANGSHAN: Start(
        _("唐山2015年重大决策部署贯彻落实情况约谈办法（试行）：10种情形，来源只写明4种，其余6种由本级自行规定。"),
        {
            "interviewees": "县（市、区）、市直部门主要负责人",
            "interviewer_posts": "市委、市政府领导",
            "least": 0,
            "most": 4,
            "report_minutes": 20,
            "question_minutes": 40,
            "rectify_months": 2,
            "follow_up_days": 0,
            "topics": ["重大决策部署贯彻落实情况"],
            "triggers": [[text, TS_SOURCE] for text in TRIGGERS_NAMED],
        },
        (
            "interviewees",
            "interviewer_posts",
            "least",
            "most",
            "report_minutes",
            "question_minutes",
            "rectify_months",
            "follow_up_days",
            "apart_days",
            "sections",
            "follow_up_title",
        ),
    ),
}  # fmt: skip
