"""Who computes, checks, signs, publishes and objects."""

from __future__ import annotations

from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.access import (
    EDITORS,
    READERS,
    OfficeRequest,
    find,
    member_page,
    page,
)

__all__ = [
    "CHECKERS",
    "EDITORS",
    "OBJECTORS",
    "READERS",
    "SIGNERS",
    "OfficeRequest",
    "find",
    "member_page",
    "page",
]

CHECKERS = (Role.CHECKER,)
SIGNERS = (Role.ORGANISER, Role.CHAIR)
OBJECTORS = (Role.UNIT_HANDLER, Role.UNIT_HEAD)
