"""Where a computation stands, how far a result is told, and what is asked of it afterwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ComputationState(models.TextChoices):
    COMPUTED = "computed", _("待核对")
    CHECKED = "checked", _("待签发")
    SIGNED = "signed", _("已签发")
    RETURNED = "returned", _("已退回")


class Stage(models.TextChoices):
    """What a computation is at."""

    SCORE = "score", _("汇总票数，计算得分")
    VALIDITY = "validity", _("检验各名次是否稳固")
    BUNDLE = "bundle", _("写结果报告单和结果包")


class Scope(models.TextChoices):
    """How much of a result is told, and to whom."""

    ALL = "all", _("公布全部得分、等次和位次")
    GRADES = "grades", _("只公布等次")
    OWN = "own", _("各单位只看本单位")
    INTERNAL = "internal", _("内部掌握，不公布")


class TermUnit(models.TextChoices):
    """What the days of a public notice are counted in."""

    WORKING = "working", _("工作日")
    NATURAL = "natural", _("自然日")


class ObjectionState(models.TextChoices):
    RAISED = "raised", _("待处理")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


class DeterminationKind(models.TextChoices):
    """What a determination does to a part of the score (TS-25, TS-26)."""

    TOLERANCE = "tolerance", _("容错：该项取计与不计中较好的")
    PROTECTION = "protection", _("担当保护：该项不计，其余按比例折算")


class DeterminationState(models.TextChoices):
    APPLIED = "applied", _("待审核")
    REVIEWED = "reviewed", _("待认定")
    GRANTED = "granted", _("已认定")
    REFUSED = "refused", _("不予认定")
