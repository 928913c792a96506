"""Who is next, how long it still takes, when follow-ups are due: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Candidate:
    """A unit of a programme: its place in the order, and when it was last talked to (of a talk
    that is only planned, the day on which it was planned)."""

    unit: int
    number: int
    last: date | None = None
    in_cycle: bool = False
    """Has it had, or is it to have, a talk in this cycle?"""
    hindered: bool = False
    """Does something speak against a talk now? It comes behind those of whom nothing is said."""


def proposed(candidates: Iterable[Candidate], how_many: int) -> list[Candidate]:
    """The units to be talked to next: none that had its talk in this cycle; whoever waited longest
    first (never before all others), then in the order of the programme. The same candidates in any
    order give the same answer."""
    left = [one for one in candidates if not one.in_cycle]
    left.sort(key=lambda one: (one.hindered, one.last or date.min, one.number, one.unit))
    return left[: max(0, how_many)]


def months_left(units: int, a_month: int) -> int:
    """Months for so many units (CX-12): 38 at three a month are thirteen, at four ten."""
    if a_month < 1:
        raise ValueError("at least one talk a month")
    return -(-units // a_month)


@dataclass(frozen=True)
class Slot:
    """When a talk takes up its people."""

    start: datetime
    minutes: int

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


def overlap(one: Slot, other: Slot) -> bool:
    """Do they share a moment? One may begin as the other ends."""
    return one.start < other.end and other.start < one.end


def follow_up_days(start: date, rhythm: int, until: date) -> list[date]:
    """The days of follow-ups: every ``rhythm`` days after ``start``, up to ``until`` (CX-15)."""
    if rhythm < 1:
        return []
    span = max(0, (until - start).days)
    return [start + timedelta(days=rhythm * turn) for turn in range(1, span // rhythm + 1)]


def follow_up_late(planned: date, done: date | None, today: date) -> bool:
    """Was it done after its day, or is its day over?"""
    return (done or today) > planned


def numbered(year: int, serial: int) -> str:
    """The number of a talk: ``2026-T012``."""
    return f"{year}-T{serial:03d}"


def used(began: datetime | None, ended: datetime | None, now: datetime) -> int | None:
    """Seconds that a part of the meeting has taken; None before it begins."""
    if began is None:
        return None
    return max(0, int(((ended or now) - began).total_seconds()))


def missing_titles(titles: Sequence[str], texts: dict[str, str]) -> list[str]:
    """Sections of a report that are not written yet."""
    return [title for title in titles if not texts.get(title, "").strip()]
