"""How far an opening has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OpeningState(models.TextChoices):
    """The steps of an opening; each is durable, and a crash resumes behind the last one."""

    INSPECTED = "inspected", _("已清点")
    CONFIRMED = "confirmed", _("已确认")
    COUNTED = "counted", _("已计票")
    KEY_GONE = "key_gone", _("密钥已销毁")
    CLEARED = "cleared", _("票箱已清空")
