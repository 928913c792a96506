"""How often somebody tried in this minute. In memory only, in this process."""

from __future__ import annotations

import threading
import time
from collections import Counter


class PerMinute:
    """Lets ``most`` tries of each address pass in a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = 0
        self._tried: Counter[str] = Counter()
        self._lock = threading.Lock()

    def too_many(self, address: str) -> bool:
        """Note one more; is it too many?"""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._tried.clear()
            self._tried[address] += 1
            return self._tried[address] > self._most
