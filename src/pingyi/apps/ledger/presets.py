"""Presets of lights and urging, each with where it is from. What a source leaves open is marked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.enums import Light, LightKind, UrgeTo
from pingyi.apps.ledger.rules import LightRule, UrgeRule

DEFAULT = "default"


@dataclass(frozen=True)
class Preset:
    title: object
    source: object
    lights: tuple[LightRule, ...]


PRESETS: dict[str, Preset] = {
    DEFAULT: Preset(
        _("通用"),
        _(
            "系统默认值：到期前7天蓝灯；落后10个百分点或1个月无进展黄灯；逾期或落后超过30个百分点红灯。"
        ),
        (
            LightRule(Light.BLUE, LightKind.DUE_WITHIN, 7),
            LightRule(Light.YELLOW, LightKind.BEHIND, 10),
            LightRule(Light.YELLOW, LightKind.IDLE, 1),
            LightRule(Light.RED, LightKind.BEHIND, 31),
            LightRule(Light.RED, LightKind.OVERDUE, 1),
        ),
    ),
    "yinchuan": Preset(
        _("银川2025"),
        _(
            "银川市2025年项目亮灯：落后10至30个百分点黄灯，超过30个百分点红灯；连续未动1个月黄灯，3个月红灯。逾期红灯为系统默认值。"
        ),
        (
            LightRule(Light.YELLOW, LightKind.BEHIND, 10),
            LightRule(Light.RED, LightKind.BEHIND, 31),
            LightRule(Light.YELLOW, LightKind.IDLE, 1),
            LightRule(Light.RED, LightKind.IDLE, 3),
            LightRule(Light.RED, LightKind.OVERDUE, 1),
        ),
    ),
    "suqian": Preset(
        _("蓝黄红三灯"),
        _(
            "宿迁产发：临近到期蓝灯，滞后黄灯，逾期红灯。临近取3天（西安市纪委），滞后取1个百分点，为系统默认值。"
        ),
        (
            LightRule(Light.BLUE, LightKind.DUE_WITHIN, 3),
            LightRule(Light.YELLOW, LightKind.BEHIND, 1),
            LightRule(Light.RED, LightKind.OVERDUE, 1),
        ),
    ),
    "tri_colour": Preset(
        _("三色督查单"),
        _(
            "三明市2017年三色督查单：交办即发蓝单，逾期转橙，再不办转红。转红取逾期15天，为系统默认值。"
        ),
        (
            LightRule(Light.BLUE, LightKind.UNCLAIMED, 0),
            LightRule(Light.ORANGE, LightKind.OVERDUE, 1),
            LightRule(Light.RED, LightKind.OVERDUE, 15),
        ),
    ),
}

URGING: tuple[UrgeRule, ...] = (
    UrgeRule(UrgeTo.HANDLER, -3),
    UrgeRule(UrgeTo.HEAD, 1),
    UrgeRule(UrgeTo.LEADER, 10),
    UrgeRule(UrgeTo.TALK, 30),
)
"""System's default: three days before it is due the handler, then upwards."""
