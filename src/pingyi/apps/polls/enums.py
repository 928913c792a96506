"""Ways in, and the states of polls and items."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How ballots of a channel come in."""

    HALL = "hall", _("会场投票")
    PUBLIC = "public", _("网络投票")
    FILE = "file", _("文件导入")
    NONE = "none", _("不在这次投票")


CAST = (Way.HALL, Way.PUBLIC)
"""The ways of ballots that are cast; the others have no codes and no box."""


class Casting(models.TextChoices):
    """What one casting covers."""

    WHOLE = "whole", _("一次投完整张票")
    SHEET = "sheet", _("每个对象单独投")


class Admission(models.TextChoices):
    """Who may cast in a channel."""

    CODE = "code", _("凭投票码")
    OPEN = "open", _("开放投票，不用投票码")


class PollState(models.TextChoices):
    DRAFT = "draft", _("筹备")
    READY = "ready", _("已封定")
    VOTING = "voting", _("投票中")
    CLOSED = "closed", _("已截止")
    COUNTED = "counted", _("已开箱")
    PURGED = "purged", _("已清除")
    CALLED_OFF = "called_off", _("已作废")


OVER = frozenset({PollState.PURGED, PollState.CALLED_OFF})
"""Nothing more is done with a poll in these."""


class ItemState(models.TextChoices):
    WAITING = "waiting", _("未开始")
    OPEN = "open", _("投票中")
    LOCKED = "locked", _("已锁定")
    COUNTED = "counted", _("已开箱")


class KeyHolding(models.TextChoices):
    """Who holds the private keys."""

    SPLIT = "split", _("三人分持，两人开箱")
    SITE = "site", _("由服务器保管")


class RulingKind(models.TextChoices):
    """What two people may let go on (ADR 0013). Each kind is told by a remedy: ``rulings``."""

    ENVELOPES_ASIDE = "envelopes_aside", _("打不开的信封整批不计")
    FOREIGN_REFUSED = "foreign_refused", _("拒收来历不明的信封")
    UNBALANCED = "unbalanced", _("账目不符，注明后公布")
    REOPENED = "reopened", _("到时误锁的场次重新开放")
    SLOT_ASIDE = "slot_aside", _("开放投票的整个时段不计")
    CALLED_OFF = "called_off", _("作废本次投票")


class RulingState(models.TextChoices):
    APPLIED = "applied", _("待批准")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("不予批准")
