"""Reading the calendar: a year as twelve months, its days as a list, and what a table changes."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from pingyi.apps.calendar.rules import Entry, wrong_with
from pingyi.base.days import Calendar, DayKind, Special
from pingyi.base.models import CalendarDay, CalendarYear
from pingyi.base.sheets.reading import Row


@dataclass(frozen=True)
class Cell:
    """A day of a month; without ``day`` it belongs to the month beside."""

    day: date | None
    special: Special | None = None
    works: bool = True

    @property
    def css(self) -> str:
        if self.day is None:
            return ""
        if self.special:
            return f"day-{self.special.kind}"
        return "" if self.works else "day-rest"


@dataclass(frozen=True)
class Month:
    first: date
    rows: Sequence[Sequence[Cell]]


def months_of(year: int, calendar: Calendar) -> Iterator[Month]:
    """The twelve months of a year in weeks from Monday."""
    for month in range(1, 13):
        rows = [
            [
                Cell(day, calendar.specials.get(day), calendar.works(day))
                if day.month == month
                else Cell(None)
                for day in week
            ]
            for week in weeks.Calendar().monthdatescalendar(year, month)
        ]
        yield Month(date(year, month, 1), rows)


@dataclass(frozen=True)
class Span:
    """Days in a row with one arrangement."""

    first: CalendarDay
    last: CalendarDay

    @property
    def length(self) -> int:
        return (self.last.day - self.first.day).days + 1


def spans_of(year: int) -> list[Span]:
    """The days of a year that differ from the week, those in a row together."""
    spans: list[Span] = []
    for day in CalendarDay.objects.filter(year=year):
        before = spans[-1] if spans else None
        if before and _follows(before.last, day):
            spans[-1] = Span(before.first, day)
        else:
            spans.append(Span(day, day))
    return spans


def _follows(before: CalendarDay, day: CalendarDay) -> bool:
    same = (before.kind, before.name, before.source) == (day.kind, day.name, day.source)
    return same and (day.day - before.day).days == 1


@dataclass(frozen=True)
class Planned:
    """A row of an uploaded table and what it would do: new, changed, same or error."""

    row: Row
    state: str
    entry: Entry | None


def plan_days(rows: Sequence[Row]) -> list[Planned]:
    """What a table would change. Writes nothing; problems are told on the rows."""
    there = {
        day.day: Entry(day.day, DayKind(day.kind), day.name, day.source)
        for day in CalendarDay.objects.all()
    }
    seen: dict[str, int] = {}
    planned = []
    for row in rows:
        entry = None if row.problems else _entry(row)
        if entry and (problem := wrong_with(entry)):
            row.tell("day", *problem)
        if entry and (earlier := seen.setdefault(row.get("day"), row.number)) != row.number:
            row.tell("day", _("与第%(row)s行重复。") % {"row": earlier}, _("请删去一行。"))
        planned.append(_planned(row, entry, there))
    return planned


def _entry(row: Row) -> Entry:
    cells = {key: row.get(key) for key in ("name", "source")}
    return Entry(date.fromisoformat(row.get("day")), DayKind(row.get("kind")), **cells)


def _planned(row: Row, entry: Entry | None, there: dict[date, Entry]) -> Planned:
    if entry is None or row.problems:
        return Planned(row, "error", None)
    before = there.get(entry.day)
    if before is None:
        return Planned(row, "new", entry)
    if not entry.source:
        # An empty cell leaves what is there.
        entry = replace(entry, source=before.source)
    return Planned(row, "same" if entry == before else "changed", entry)


def new_years(entries: Sequence[Entry]) -> list[int]:
    """Years of these days that nobody has entered so far."""
    known = CalendarYear.objects.values_list("year", flat=True)
    return sorted({entry.day.year for entry in entries} - set(known))
