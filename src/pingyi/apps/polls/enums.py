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


class PollState(models.TextChoices):
    DRAFT = "draft", _("筹备")
    READY = "ready", _("已封定")
    VOTING = "voting", _("投票中")
    CLOSED = "closed", _("已截止")
    COUNTED = "counted", _("已开箱")
    PURGED = "purged", _("已清除")


class ItemState(models.TextChoices):
    WAITING = "waiting", _("未开始")
    OPEN = "open", _("投票中")
    LOCKED = "locked", _("已锁定")
    COUNTED = "counted", _("已开箱")


class KeyHolding(models.TextChoices):
    """Who holds the private keys."""

    SPLIT = "split", _("三人分持，两人开箱")
    SITE = "site", _("由服务器保管")
