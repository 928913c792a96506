"""Who works on rolls: organisers make them, checkers sign and count."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import may

MAKERS = (Role.ORGANISER,)
SIGNERS = (Role.CHECKER,)
TELLERS = (Role.ORGANISER, Role.CHECKER)


def may_make(by: Account | AnonymousUser) -> bool:
    return may(by, *MAKERS)


def may_sign(by: Account | AnonymousUser) -> bool:
    return may(by, *SIGNERS)
