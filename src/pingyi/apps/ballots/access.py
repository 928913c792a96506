"""Who works at the box: organisers, checkers, and the chair at the console."""

from __future__ import annotations

from pingyi.apps.people.enums import Role
from pingyi.apps.polls.access import may

KEEPERS = (Role.ORGANISER, Role.CHECKER)
"""Who brings in keys and shares, exchanges codes for paper, enters tallies."""
PRESIDERS = (Role.ORGANISER, Role.CHAIR)
"""Who opens and locks items."""
ORGANISERS = (Role.ORGANISER,)
CHECKERS = (Role.CHECKER,)
READERS = (Role.ORGANISER, Role.CHECKER, Role.CHAIR)

__all__ = ["CHECKERS", "KEEPERS", "ORGANISERS", "PRESIDERS", "READERS", "may"]
