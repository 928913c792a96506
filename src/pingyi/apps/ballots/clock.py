"""Does the clock of this server run as time passes? A jump must not open or lock a vote."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from pingyi.apps.ballots.models import ClockAlarm
from pingyi.base import audit

MOST_OFF = 180
"""Seconds by which the clock may be set while the server runs; corrections are smaller."""

_log = logging.getLogger(__name__)


def passed() -> float:
    """Seconds that passed on this machine, also while it slept; nobody can set them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Watch:
    """From the start of a server: the clock against the time that has passed."""

    def __init__(self) -> None:
        self._start: tuple[datetime, float] | None = None
        self._alarms_before = 0
        self._alarm: ClockAlarm | None = None

    def trusts(self, now: datetime, passed: float) -> bool:
        """May windows follow the clock? Raises an alarm where it jumped, and ends it."""
        if self._start is None:
            self._start = (now, passed)
            newest = ClockAlarm.objects.order_by("-pk").first()
            self._alarms_before = newest.pk if newest else 0
        began, began_passed = self._start
        off = round((now - began).total_seconds() - (passed - began_passed))
        if abs(off) <= MOST_OFF:
            self._end()
            return True
        accepted = self._accepted(off)
        if accepted is not None:
            # From here on; the same jump once more is another one.
            self._start, self._alarms_before, self._alarm = (now, passed), accepted.pk, None
            return True
        self._raise(off)
        return False

    def _accepted(self, off: int) -> ClockAlarm | None:
        near = ClockAlarm.objects.filter(pk__gt=self._alarms_before, over=False).exclude(
            accepted_by=""
        )
        return near.filter(off__range=(off - MOST_OFF, off + MOST_OFF)).order_by("-pk").first()

    def _raise(self, off: int) -> None:
        if self._alarm is not None and abs(self._alarm.off - off) <= MOST_OFF:
            return
        self._end()
        self._alarm = ClockAlarm.objects.create(off=off)
        _log.error("the clock jumped by %s seconds: windows rest", off)
        audit.record(by=None, verb="ballots.clock.jumped", off=off)

    def _end(self) -> None:
        if self._alarm is not None:
            ClockAlarm.objects.filter(pk=self._alarm.pk).update(over=True)
            self._alarm = None


def alarms() -> list[ClockAlarm]:
    """Jumps that nobody has dealt with yet."""
    return list(ClockAlarm.objects.filter(over=False, accepted_by="").order_by("-pk"))
