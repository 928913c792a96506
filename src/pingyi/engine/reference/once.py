"""Working something out once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from pingyi.engine.errors import Blocked, Problem

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Once(Generic[Key, Found]):
    """Remembers results, also that one was blocked; asking in a circle is blocked."""

    def __init__(self, work_out: Callable[[Key], Found]) -> None:
        self._work_out = work_out
        self._known: dict[Key, Found | Blocked] = {}
        self._open: set[Key] = set()

    def get(self, key: Key) -> Found:
        if key in self._open:
            raise Blocked(Problem.of("group_cycle", node=key))
        if key not in self._known:
            self._open.add(key)
            try:
                self._known[key] = self._work_out(key)
            except Blocked as blocked:
                self._known[key] = blocked
            finally:
                self._open.discard(key)
        found = self._known[key]
        if isinstance(found, Blocked):
            raise found
        return found
