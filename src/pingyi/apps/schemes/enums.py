"""States of scheme versions and of trials."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SEALED = "sealed", _("已封存")


class TrialKind(models.TextChoices):
    FIGURES = "figures", _("往年数据试算")
    SYNTHETIC = "synthetic", _("模拟选票试算")


class TrialState(models.TextChoices):
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("计算中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未完成")
