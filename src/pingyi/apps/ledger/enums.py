"""What stands in the ledger, where it stands, and how it is lit and urged."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """What is owed."""

    PROBLEM = "problem", _("问题")
    TASK = "task", _("任务")
    PLEDGE = "pledge", _("承诺")
    REQUIREMENT = "requirement", _("要求")
    OPINION = "opinion", _("意见")


class EntryState(models.TextChoices):
    """From 挂账 to 销号 (TS-28, JZ-25)."""

    REGISTERED = "registered", _("挂账")
    RETURNED = "returned", _("退回待分派")
    ACCEPTED = "accepted", _("已认领")
    RECTIFYING = "rectifying", _("整改中")
    APPLIED = "applied", _("申请销号")
    VERIFIED = "verified", _("已验收")
    CLOSED = "closed", _("已销号")
    SUSPENDED = "suspended", _("中止")
    MERGED = "merged", _("已并案")


COURSE = (
    EntryState.REGISTERED,
    EntryState.ACCEPTED,
    EntryState.RECTIFYING,
    EntryState.APPLIED,
    EntryState.VERIFIED,
    EntryState.CLOSED,
)
"""The way of an entry to which nothing happens beside it."""
WORKING = (EntryState.ACCEPTED, EntryState.RECTIFYING)
"""The unit is at work."""
WITH_UNIT = (EntryState.REGISTERED, *WORKING)
"""The unit has to do something."""
OPEN = (*WITH_UNIT, EntryState.RETURNED, EntryState.APPLIED, EntryState.VERIFIED)
"""Neither over nor suspended: lights are lit."""
OVER = (EntryState.CLOSED, EntryState.MERGED)


class Light(models.TextChoices):
    """From calm to late. Blue and orange are those of the tri-colour orders."""

    NONE = "none", _("无")
    GREEN = "green", _("绿灯")
    BLUE = "blue", _("蓝灯")
    YELLOW = "yellow", _("黄灯")
    ORANGE = "orange", _("橙灯")
    RED = "red", _("红灯")


class LightKind(models.TextChoices):
    """What a light looks at."""

    BEHIND = "behind", _("落后计划（百分点）")
    DUE_WITHIN = "due_within", _("距到期（天）")
    OVERDUE = "overdue", _("逾期（天）")
    IDLE = "idle", _("无进展（月）")
    UNCLAIMED = "unclaimed", _("未认领（天）")


class UrgeTo(models.TextChoices):
    """Who is urged, from the clerk upwards."""

    HANDLER = "handler", _("经办人")
    HEAD = "head", _("单位主要负责人")
    LEADER = "leader", _("分管领导")
    TALK = "talk", _("提请约谈")


class ExtensionState(models.TextChoices):
    APPLIED = "applied", _("待批")
    GRANTED = "granted", _("同意")
    REFUSED = "refused", _("不同意")


class CheckResult(models.TextChoices):
    PASSED = "passed", _("合格")
    FAILED = "failed", _("不合格")


class ColumnKind(models.TextChoices):
    """What a campaign's own column holds."""

    TEXT = "text", _("文字")
    NUMBER = "number", _("数字")
    DAY = "day", _("日期")
    CHOICE = "choice", _("选项")
