"""Counting days: natural days, working days and months from a start, and how the end came about.

Civil Code (民法典) art. 200 to 204: the day on which a period starts is not counted; a period of
months ends on the day with the same number, or on the last day of a month that has none; where the
last day is a day of rest (法定休假日: statutory holiday or weekend, unless worked in exchange), the
period ends on the next working day. Working days are never computed from customs: they come from
the table of the year (``Calendar``), and years without one are told.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 3_660
"""Days or working days that a period may have: ten years."""
_DAY = timedelta(days=1)
_FRIDAY = 4


class DayKind(StrEnum):
    """How a day differs from the week: a holiday, or a day worked in exchange (调休上班)."""

    OFF = "off"
    WORK = "work"


class TermUnit(StrEnum):
    """What a period is counted in."""

    NATURAL = "natural"
    WORKING = "working"
    MONTHS = "months"


@dataclass(frozen=True)
class Special:
    """A day that differs from the week, and the holiday that it belongs to."""

    kind: DayKind
    name: str


@dataclass(frozen=True)
class Calendar:
    """The days that differ from the week, and the years whose arrangement is known."""

    specials: Mapping[date, Special]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Is it a working day? In a year that is not known: Monday to Friday."""
        special = self.specials.get(day)
        return special.kind == DayKind.WORK if special else day.weekday() <= _FRIDAY

    def next_working(self, day: date) -> date:
        """That day if it is worked, else the first one after it."""
        while not self.works(day):
            day += _DAY
        return day


@dataclass(frozen=True)
class Due:
    """The last day of a period, and what led to it."""

    start: date
    amount: int
    unit: TermUnit
    nominal: date
    """The last day before it was moved off a day of rest; for working days the same as ``day``."""
    day: date
    rests: tuple[tuple[str, int], ...]
    """Days of rest that were skipped: name of the holiday (empty: weekend), how many."""
    worked: tuple[date, ...]
    """Days worked in exchange that counted, or to which the end was moved."""
    unknown: tuple[int, ...]
    """Years that had a say and whose holidays nobody has entered."""


def add_working_days(start: date, amount: int, calendar: Calendar) -> Due:
    """The ``amount``-th working day after ``start``."""
    _need(amount)
    day = start
    for _ in range(amount):
        day = calendar.next_working(day + _DAY)
    return _due(start, amount, TermUnit.WORKING, day, day, calendar)


def add_days(start: date, amount: int, calendar: Calendar) -> Due:
    """``amount`` natural days after ``start``, moved to a working day."""
    _need(amount)
    nominal = start + amount * _DAY
    day = calendar.next_working(nominal)
    return _due(start, amount, TermUnit.NATURAL, nominal, day, calendar)


def add_months(start: date, amount: int, calendar: Calendar) -> Due:
    """The same-numbered day ``amount`` months later, or that month's last, moved to a working
    day."""
    _need(amount)
    years, month = divmod(start.month - 1 + amount, 12)
    year, month = start.year + years, month + 1
    nominal = date(year, month, min(start.day, monthrange(year, month)[1]))
    day = calendar.next_working(nominal)
    return _due(start, amount, TermUnit.MONTHS, nominal, day, calendar)


ADD = {
    TermUnit.NATURAL: add_days,
    TermUnit.WORKING: add_working_days,
    TermUnit.MONTHS: add_months,
}


def _need(amount: int) -> None:
    if not 1 <= amount <= LONGEST:
        raise ValueError(f"a period of {amount}: 1 to {LONGEST}")


def _due(
    start: date, amount: int, unit: TermUnit, nominal: date, day: date, calendar: Calendar
) -> Due:
    first = start + _DAY if unit == TermUnit.WORKING else nominal
    rests: dict[str, int] = {}
    worked: list[date] = []
    years: set[int] = set()
    for one in _from_to(first, day):
        years.add(one.year)
        special = calendar.specials.get(one)
        if not calendar.works(one):
            name = special.name if special else ""
            rests[name] = rests.get(name, 0) + 1
        elif special:
            worked.append(one)
    unknown = tuple(sorted(years - calendar.years))
    return Due(start, amount, unit, nominal, day, tuple(rests.items()), tuple(worked), unknown)


def _from_to(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
