"""What stands in the menu, by role."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

MENU = (("desk", _("工作台"), "home"),)
"""(name of the address, title, icon of Tabler)"""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the menu, and whether this is a demo."""
    from django.conf import settings  # noqa: PLC0415 - settings names this module

    return {"menu": MENU, "demo": settings.DEMO}
