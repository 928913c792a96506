"""Who may read schemes, and who may edit and seal them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pingyi.apps.people.access import require, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.base.errors import Refused

EDITORS = (Role.ORGANISER,)
READERS = (Role.ORGANISER, Role.CHECKER)


def require_reader(by: Account | AnonymousUser) -> None:
    require(by, *READERS)


def require_editor(by: Account | AnonymousUser) -> None:
    """A scheme binds every unit: an organiser of one unit alone neither edits nor seals."""
    require_for_all(by, *EDITORS)


def may_edit(by: Account | AnonymousUser) -> bool:
    try:
        require_editor(by)
    except Refused:
        return False
    return True
