"""The plain arithmetic of the combining operations."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pingyi.engine.evaluate.cells import PartCell
from pingyi.engine.evaluate.rounds import Frame
from pingyi.engine.grammar.nodes import (
    Collect,
    Events,
    Greatest,
    How,
    Least,
    Linear,
    Mean,
)
from pingyi.engine.tables.inputs import Event

ZERO = Fraction(0)


def linear_value(node: Linear, total_full: Fraction, parts: Sequence[PartCell]) -> Fraction | None:
    """``constant`` + Σ, with what the absent parts would have brought shared out in proportion.

    Only parts with full marks share; a bonus (full 0) is added as it is. None where parts with
    full marks exist but none is present.
    """
    scored = sum((p.coefficient * _number(p) for p in parts if p.full > 0), ZERO)
    plain = sum((p.coefficient * _number(p) for p in parts if p.full <= 0), ZERO)
    present_full = sum((p.full for p in parts if p.full > 0), ZERO)
    if total_full > 0 and present_full == 0:
        return None
    if present_full:
        scored *= total_full / present_full
    return bounded(node.constant + scored + plain, node.floor, node.cap)


def plain_value(
    node: Mean | Least | Greatest | Collect, parts: Sequence[PartCell]
) -> Fraction | None:
    """Mean, sum, least or greatest of what is there."""
    values = [_number(part) for part in parts]
    if not values:
        return None
    match node:
        case Mean() | Collect(how=How.MEAN):
            found = sum(values, ZERO) / len(values)
        case Least() | Collect(how=How.LEAST):
            found = min(values)
        case Greatest() | Collect(how=How.GREATEST):
            found = max(values)
        case _:
            found = sum(values, ZERO)
    return found if isinstance(node, Collect) else bounded(found, node.floor, node.cap)


def events_value(frame: Frame, node: Events, code: str) -> Fraction:
    """``base`` and points of all occurrences, capped per kind, then in total."""
    total = node.base
    for kind, events in counted_events(frame, node, code).items():
        rule = node.kinds[kind]
        moved = sum((rule.points * event.number for event in events), ZERO)
        if rule.cap is not None:
            moved = max(-rule.cap, min(rule.cap, moved))
        total += moved
    return bounded(total, node.floor, node.cap)


def counted_events(frame: Frame, node: Events, code: str) -> dict[str, list[Event]]:
    """The occurrences that count, by kind: of those with the same honour, in whatever kind, only
    the one of most points (of equal ones, that of the first kind by name)."""
    events = [(kind, e) for kind in sorted(node.kinds) for e in frame.events.get((code, kind), [])]
    best: dict[str, Fraction] = {}
    for kind, event in events:
        if event.honour is not None:
            points = node.kinds[kind].points * event.number
            best[event.honour] = max(points, best.get(event.honour, points))
    counted: dict[str, list[Event]] = {kind: [] for kind in node.kinds}
    for kind, event in events:
        points = node.kinds[kind].points * event.number
        if event.honour is None or best.get(event.honour) == points:
            counted[kind].append(event)
            if event.honour is not None:
                del best[event.honour]
    return counted


def _number(part: PartCell) -> Fraction:
    assert part.cell.value is not None
    return part.cell.value


def bounded(value: Fraction, floor: Fraction | None, cap: Fraction | None) -> Fraction:
    """Not below floor, not above cap."""
    if floor is not None and value < floor:
        return floor
    return cap if cap is not None and value > cap else value
