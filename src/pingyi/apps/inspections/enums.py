"""Kinds, states and results of inspections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InspectionKind(models.TextChoices):
    """The five of the State Council's regulation on government inspection (2021), art. 14."""

    COMPREHENSIVE = "comprehensive", _("综合督查")
    SPECIAL = "special", _("专项督查")
    INCIDENT = "incident", _("事件调查")
    ROUTINE = "routine", _("日常督办")
    CLUE = "clue", _("线索核查")


class Method(models.TextChoices):
    """How it is gone about (TS-31, and 明察暗访)."""

    CONCENTRATED = "concentrated", _("集中检查")
    RANDOM = "random", _("随机抽查")
    ON_SITE = "on_site", _("现场测试")
    OPEN = "open", _("明察")
    COVERT = "covert", _("暗访")


class InspectionState(models.TextChoices):
    """From the plan to its end."""

    DRAFTED = "drafted", _("拟定方案")
    APPROVED = "approved", _("已批准")
    RUNNING = "running", _("督查中")
    CONCLUDED = "concluded", _("已形成结论")
    CIRCULATED = "circulated", _("已通报")
    CLOSED = "closed", _("已办结")


TOLD = (InspectionState.CIRCULATED, InspectionState.CLOSED)
"""The units have been told everything."""


class Mark(models.TextChoices):
    """The answer to an item of the checklist."""

    GOOD = "good", _("合格")
    BAD = "bad", _("不合格")
    NONE = "none", _("不适用")


class Severity(models.TextChoices):
    LIGHT = "light", _("一般")
    GRAVE = "grave", _("较重")
    WORST = "worst", _("严重")


class Outcome(models.TextChoices):
    """What became of an objection."""

    UPHELD = "upheld", _("维持原结论")
    CHANGED = "changed", _("变更结论")
    REVOKED = "revoked", _("撤销结论")
