"""What rooms plan with a unit in some days, told across rooms that may not import each other: who
schedules a talk learns of an inspection of the unit in the same month, and the other way round
(no double burden).

A room says once, in its ``AppConfig.ready``, what it plans: ``register("talks", planned)``. Each
tells an account only what that account may know there.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Engagement:
    """Something planned with a unit (its key), from one day to another, both within."""

    unit: int
    kind: object
    title: str
    first: date
    last: date
    address: str


Planned = Callable[[Any, Collection[int], date, date], Iterable[Engagement]]
"""What a room plans with some units in some days, as far as an account may know."""

_rooms: dict[str, Planned] = {}


def register(room: str, planned: Planned) -> None:
    _rooms[room] = planned


def whole_months(first: date, last: date) -> tuple[date, date]:
    """The calendar months that some days touch. Two plans come together where they share one; no
    source gives a length."""
    end = last.replace(day=monthrange(last.year, last.month)[1])
    return first.replace(day=1), end


def elsewhere(
    room: str, account: Any, units: Collection[int], first: date, last: date
) -> dict[int, list[Engagement]]:
    """By unit, what rooms other than ``room`` plan in the months of these days."""
    found: dict[int, list[Engagement]] = {}
    for other, planned in _rooms.items():
        if other != room:
            for one in planned(account, units, *whole_months(first, last)):
                found.setdefault(one.unit, []).append(one)
    return found
