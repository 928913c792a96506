"""Who may change the calendar: it counts for all units alike. Seeing it is open to everyone."""

from __future__ import annotations

from pingyi.apps.people.access import User, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.scope import reach_of

KEEPERS = (Role.ORGANISER, Role.SYSTEM_ADMIN)


def may_change(account: User) -> bool:
    """Is it the system administrator, or an organiser for all units?"""
    return reach_of(account, *KEEPERS).everything


def require_keeper(by: User) -> Account:
    """The account. Raises ``Refused`` for others."""
    return require_for_all(by, *KEEPERS)
