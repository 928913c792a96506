"""Who works at the box: organisers, checkers, and the chair at the console."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

KEEPERS = (Role.ORGANISER, Role.CHECKER)
"""Who brings in keys and shares, exchanges codes for paper, enters tallies."""
PRESIDERS = (Role.ORGANISER, Role.CHAIR)
"""Who opens and locks items."""
ORGANISERS = (Role.ORGANISER,)
CHECKERS = (Role.CHECKER,)
READERS = (Role.ORGANISER, Role.CHECKER, Role.CHAIR)


def may(by: Account | AnonymousUser, *roles: Role) -> bool:
    return has_role(by, *roles)
