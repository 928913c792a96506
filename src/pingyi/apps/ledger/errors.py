"""What can be wrong with an entry."""

from __future__ import annotations

from pingyi.base.errors import Conflict


class Stale(Conflict):
    """Somebody else has changed the entry since this page was opened."""
