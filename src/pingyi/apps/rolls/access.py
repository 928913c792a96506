"""Who works on rolls: organisers make them, checkers sign and count."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

MAKERS = (Role.ORGANISER,)
SIGNERS = (Role.CHECKER,)
TELLERS = (Role.ORGANISER, Role.CHECKER)


def may_make(by: Account | AnonymousUser) -> bool:
    return has_role(by, *MAKERS)


def may_sign(by: Account | AnonymousUser) -> bool:
    return has_role(by, *SIGNERS)
