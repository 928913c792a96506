"""Kinds of talks, where a talk stands, and what is noted beside it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TalkKind(models.TextChoices):
    """Kinds in use (rules section 6)."""

    REMINDER = "reminder", _("提醒约谈")
    ADMONITION = "admonition", _("告诫约谈")
    ACCOUNTABILITY = "accountability", _("问责约谈")


class TalkState(models.TextChoices):
    PLANNED = "planned", _("拟约谈")
    NOTICED = "noticed", _("已通知")
    HELD = "held", _("已约谈")
    CONFIRMED = "confirmed", _("备忘录已确认")
    RECTIFYING = "rectifying", _("整改中")
    CLOSED = "closed", _("已办结")
    CANCELLED = "cancelled", _("已取消")


COURSE = (
    TalkState.PLANNED,
    TalkState.NOTICED,
    TalkState.HELD,
    TalkState.CONFIRMED,
    TalkState.RECTIFYING,
    TalkState.CLOSED,
)
"""The way of a talk to which nothing happens beside it."""
AHEAD = (TalkState.PLANNED, TalkState.NOTICED)
"""It has not been held yet."""
AFTER = (TalkState.HELD, TalkState.CONFIRMED, TalkState.RECTIFYING)
"""It has been held, and something is left to do."""


class Way(models.TextChoices):
    """How something was found out before a talk (CX-06)."""

    OPEN_CHECK = "open_check", _("明察")
    COVERT_CHECK = "covert_check", _("暗访")
    DOCUMENTS = "documents", _("查阅资料")
    OPINION = "opinion", _("群众反映")
    OTHER = "other", _("其他途径")


class Secrecy(models.TextChoices):
    """Nothing graded as a state secret can be chosen: this is no system for secrets."""

    PUBLIC = "public", _("公开")
    INTERNAL = "internal", _("内部")
    WORK_SECRET = "work_secret", _("工作秘密")


class Ground(models.TextChoices):
    """Why a talk is escalated (TS-42)."""

    ATTITUDE = "attitude", _("约谈态度消极")
    RECTIFICATION = "rectification", _("整改不力")


class Preset(models.TextChoices):
    """Where a programme's figures begin."""

    CIXI = "cixi-monthly", _("慈溪：党建月月谈")
    TANGSHAN = "tangshan-decisions", _("唐山：重大决策部署落实约谈")
