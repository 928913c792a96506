"""Lights, plans and urging: pure functions of what an entry is and of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pingyi.apps.ledger.enums import Light, LightKind, UrgeTo

FULL = 100
SEVERITY = (Light.NONE, Light.GREEN, Light.BLUE, Light.YELLOW, Light.ORANGE, Light.RED)
DAYS_OF = {LightKind.DUE_WITHIN, LightKind.OVERDUE, LightKind.UNCLAIMED}


@dataclass(frozen=True)
class LightRule:
    """``light`` where what ``kind`` looks at is ``number`` or more; for ``DUE_WITHIN``, or less."""

    light: Light
    kind: LightKind
    number: int


@dataclass(frozen=True)
class UrgeRule:
    """Urge ``to`` whom, so many days ``after`` the last day (negative: before it)."""

    to: UrgeTo
    after: int


@dataclass(frozen=True)
class Part:
    """A milestone: by when, and how many parts of the whole it is."""

    due: date
    weight: int


@dataclass(frozen=True)
class Standing:
    """What the lights look at."""

    registered: date
    claimed: date | None
    due: date | None
    progress: int
    """Of 100."""
    moved: date
    """When progress was last reported; the claim, or the registration, where it never was."""
    parts: tuple[Part, ...] = ()


def planned(standing: Standing, today: date) -> int:
    """How far (of 100) the entry should be when the day begins: the milestones that are past, by
    their weights; without milestones, the share of the days gone by from claim to due, rounded
    down. 0 without a due date. A day counts as gone when it is over."""
    if standing.parts:
        whole = sum(part.weight for part in standing.parts)
        past = sum(part.weight for part in standing.parts if part.due < today)
        return FULL * past // whole
    start = standing.claimed or standing.registered
    if standing.due is None:
        return 0
    if today > standing.due:
        return FULL
    length = (standing.due - start).days + 1
    gone = (today - start).days
    return FULL * max(0, gone) // length if length > 0 else 0


def months_between(start: date, end: date) -> int:
    """Whole months gone by: from 31 January to 28 February it is none, to 1 March one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months - (end.day < start.day))


def measured(kind: LightKind, standing: Standing, today: date) -> int | None:
    """What a rule of this kind compares; None where there is nothing to look at."""
    match kind:
        case LightKind.BEHIND:
            return max(0, planned(standing, today) - standing.progress)
        case LightKind.IDLE:
            return months_between(standing.moved, today)
        case LightKind.UNCLAIMED:
            return None if standing.claimed else (today - standing.registered).days
        case LightKind.OVERDUE:
            return None if standing.due is None else max(0, (today - standing.due).days)
        case LightKind.DUE_WITHIN:
            left = None if standing.due is None else (standing.due - today).days
            return left if left is not None and left >= 0 else None


def holds(rule: LightRule, standing: Standing, today: date) -> bool:
    """Is the rule fulfilled?"""
    number = measured(rule.kind, standing, today)
    if number is None:
        return False
    return number <= rule.number if rule.kind == LightKind.DUE_WITHIN else number >= rule.number


def light_of(
    rules: Iterable[LightRule], standing: Standing, today: date
) -> tuple[Light, LightRule | None]:
    """The most severe light whose rule holds, and that rule; green where none does."""
    found, why = Light.GREEN, None
    for rule in rules:
        if SEVERITY.index(rule.light) > SEVERITY.index(found) and holds(rule, standing, today):
            found, why = rule.light, rule
    return found, why


def urges_reached(
    rules: Sequence[UrgeRule], due: date, today: date
) -> Iterator[tuple[UrgeRule, date]]:
    """The rules whose day has come, each with that day: the same whenever it is asked, so that
    days on which nobody asked are made up for."""
    for rule in sorted(rules, key=lambda one: one.after):
        on = due + timedelta(days=rule.after)
        if on <= today:
            yield rule, on


def numbered(year: int, serial: int) -> str:
    """The number of an entry: ``2026-00042``."""
    return f"{year}-{serial:05d}"
