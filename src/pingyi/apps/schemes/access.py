"""Who may read schemes, and who may edit and seal them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pingyi.apps.people.access import has_role, require
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

EDITORS = (Role.ORGANISER,)
READERS = (Role.ORGANISER, Role.CHECKER)


def require_reader(by: Account | AnonymousUser) -> None:
    require(by, *READERS)


def require_editor(by: Account | AnonymousUser) -> None:
    require(by, *EDITORS)


def may_edit(by: Account | AnonymousUser) -> bool:
    return has_role(by, *EDITORS)
