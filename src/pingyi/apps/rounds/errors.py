"""What can be wrong with a meeting."""

from __future__ import annotations

from pingyi.base.errors import Conflict


class Stale(Conflict):
    """Somebody else has taken the meeting on since this console last looked."""
