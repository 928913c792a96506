"""Where a campaign and a pledge stand, how a pledge is given, and what an item promises."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("准备中")
    ANNOUNCED = "announced", _("已部署")
    ENDED = "ended", _("已结束")


class PledgeState(models.TextChoices):
    """From the draft to the year-end settlement (HD-07 年底交账)."""

    DRAFTED = "drafted", _("起草")
    HANDED_IN = "handed_in", _("已提交")
    PUBLISHED = "published", _("已公布")
    SETTLED = "settled", _("已交账")
    CLOSED = "closed", _("已办结")


TOLD = (PledgeState.PUBLISHED, PledgeState.SETTLED, PledgeState.CLOSED)
"""Everybody may read it."""


class Manner(models.TextChoices):
    """How it is given (HD-20, HD-21)."""

    MEDIA = "media", _("媒体公开承诺")
    HOUSEHOLD = "household", _("入户承诺")
    FACE_TO_FACE = "face_to_face", _("当面承诺")


class Medium(models.TextChoices):
    """Where it is told, for pledges by media (HD-20)."""

    NEWSPAPER = "newspaper", _("报纸")
    TELEVISION = "television", _("电视")
    LIVE = "live", _("直播间")


class Signature(models.TextChoices):
    """What makes the letter good (HD-20)."""

    SEAL = "seal", _("加盖公章")
    FINGERPRINT = "fingerprint", _("摁红指印")


class Measure(models.TextChoices):
    """How one sees that an item was kept."""

    NUMBER = "number", _("数量目标")
    YES_NO = "yes_no", _("做到或没做到")


class First(models.TextChoices):
    """Of what an item claims to become the first (HD-07)."""

    NONE = "none", _("不争第一")
    CITY = "city", _("全市第一")
    PROVINCE = "province", _("全省第一")
    NATION = "nation", _("全国第一")


class Result(models.TextChoices):
    MET = "met", _("完成")
    NOT_MET = "not_met", _("未完成")
    FORCE_MAJEURE = "force_majeure", _("不可抗力")
