"""The master of a poll's keys, once two shares were entered: in this process's memory only."""

from __future__ import annotations

import threading
import time

KEPT_SECONDS = 4 * 3600
"""For a session of the hall; then the shares are asked for again."""

_lock = threading.Lock()
_masters: dict[str, tuple[bytes, float]] = {}


def keep(slug: str, master: bytes) -> None:
    """Keep the master of a poll for a while."""
    with _lock:
        _masters[slug] = (master, time.monotonic() + KEPT_SECONDS)


def find(slug: str) -> bytes | None:
    """The master, if it was entered and is not too old."""
    with _lock:
        master, until = _masters.get(slug, (None, 0.0))
        if master is not None and time.monotonic() > until:
            del _masters[slug]
            return None
        return master


def forget(slug: str) -> None:
    with _lock:
        _masters.pop(slug, None)
