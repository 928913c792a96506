"""When nobody wants to be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from pingyi.base.days import Calendar


@dataclass(frozen=True)
class Wishes:
    """How an account wants to be written to."""

    by_mail: bool = True
    night: tuple[time, time] | None = (time(22), time(7))
    """Quiet from and until, over midnight where the end is before the beginning."""
    quiet_rest_days: bool = True
    by_sms: bool = False
    mobile: str = ""


def is_quiet(now: datetime, wishes: Wishes, calendar: Calendar) -> bool:
    """Is it a time (of the place) at which the account is left in peace? The beginning of the
    night belongs to it, its end does not."""
    if wishes.quiet_rest_days and not calendar.works(now.date()):
        return True
    if wishes.night is None:
        return False
    begin, end = wishes.night
    clock = now.time()
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end
