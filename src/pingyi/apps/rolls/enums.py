"""What may have become of a code before voting."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeState(models.TextChoices):
    VALID = "valid", _("可用")
    LEFT_OVER = "left_over", _("剩余作废")
    SPOILED = "spoiled", _("损毁作废")
