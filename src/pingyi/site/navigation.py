"""What stands in the menu, by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pingyi.apps.notices.queries import unread_of
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.scope import SEES_UNITS, grants_today
from pingyi.site.tours import tour_bar, tours


@dataclass(frozen=True)
class Entry:
    """A line of the menu. ``name`` is that of its address; ``icon`` is Tabler's; ``roles`` are who
    sees it, everyone when empty. What an account may do there is up to the room's ``access``."""

    name: str
    title: object
    icon: str
    roles: frozenset[Role] = frozenset()
    for_all: bool = False
    """Is it for those who hold the role for all units only?"""


OFFICE_AND_UNITS = frozenset(
    {
        Role.ORGANISER,
        Role.CHECKER,
        Role.INSPECTOR,
        Role.LEADER,
        Role.UNIT_HEAD,
        Role.UNIT_HANDLER,
    }
)

MENU = (
    Entry("desk", _("工作台"), "home"),
    Entry("schemes:index", _("评议方案"), "scale", frozenset({Role.ORGANISER, Role.CHECKER})),
    Entry(
        "rounds:index",
        _("评议轮次"),
        "calendar-event",
        frozenset(
            {
                Role.ORGANISER,
                Role.CHECKER,
                Role.CHAIR,
                Role.LEADER,
                Role.UNIT_HEAD,
                Role.UNIT_HANDLER,
            }
        ),
    ),
    Entry(
        "polls:index",
        _("投票"),
        "checkbox",
        frozenset({Role.ORGANISER, Role.CHECKER, Role.CHAIR}),
        for_all=True,
    ),
    Entry(
        "ledger:index",
        _("台账"),
        "notebook",
        OFFICE_AND_UNITS,
    ),
    Entry(
        "pledges:index",
        _("公开承诺"),
        "file-certificate",
        OFFICE_AND_UNITS,
    ),
    Entry(
        "inspections:index",
        _("督查"),
        "search",
        OFFICE_AND_UNITS,
    ),
    Entry(
        "talks:index",
        _("约谈"),
        "messages",
        frozenset({Role.ORGANISER, Role.INSPECTOR, Role.LEADER, Role.UNIT_HEAD, Role.UNIT_HANDLER}),
    ),
    Entry("calendar:index", _("工作日历"), "calendar"),
    Entry("people:units", _("单位"), "building-bank", frozenset(SEES_UNITS)),
    Entry("people:persons", _("人员"), "users", frozenset(SEES_UNITS)),
    Entry(
        "people:accounts",
        _("账号"),
        "user-cog",
        frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    ),
    Entry("people:audit", _("审计记录"), "history", frozenset({Role.AUDIT_ADMIN})),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the menu, how many notices are unread, whose installation this is,
    whether it is a demo, and the demo's guided tours."""
    return {
        "menu": partial(_menu, request),
        "unread": partial(_unread, request),
        "authority": settings.AUTHORITY,
        "demo": settings.DEMO,
        "tour": partial(tour_bar, request),
        "tours": partial(tours, request),
    }


def _unread(request: HttpRequest) -> int:
    return unread_of(request.user).count()


def _menu(request: HttpRequest) -> list[dict[str, object]]:
    """Worked out only where a template asks for it: error pages and the public's don't."""
    return [
        {"title": e.title, "icon": e.icon, "address": a, "active": request.path.startswith(a)}
        for e, a in _open_to(request)
    ]


def _open_to(request: HttpRequest) -> Iterator[tuple[Entry, str]]:
    account = request.user
    if not isinstance(account, Account):
        return
    grants = grants_today(account)
    roles = {grant.role for grant in grants}
    for_all = {grant.role for grant in grants if grant.unit is None}
    for entry in MENU:
        if not entry.roles or entry.roles & (for_all if entry.for_all else roles):
            yield entry, reverse(entry.name)
