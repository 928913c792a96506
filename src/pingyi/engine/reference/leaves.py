"""The nodes at the bottom: ballots, tallies, figures, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.nodes import (
    Ballots,
    Counted,
    EventPoints,
    Events,
    FigureNode,
    Method,
    Missing,
    Over,
    Tally,
)
from pingyi.engine.grammar.papers import Paper
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.reference.voting import Answer, Box, Sheet
from pingyi.engine.tables.inputs import Event, RoundInput, Special

ZERO = Fraction(0)


def bounded(value: Fraction, floor: Fraction | None, cap: Fraction | None) -> Fraction:
    if floor is not None:
        value = max(value, floor)
    return value if cap is None else min(value, cap)


def ballots_value(scheme: Scheme, box: Box, node: Ballots, target: str) -> Fraction | None:
    paper = scheme.papers[node.paper]
    sheets = [
        sheet
        for rater_class in node.classes
        for sheet in box.sheets.get((node.input, rater_class, node.paper, target), [])
    ]
    weights = _weights(node, paper)
    if node.over is Over.TOTAL:
        totals = [_sheet_total(node, paper, weights, sheet) for sheet in sheets]
        return _typical(node, [total for total in totals if total is not None])
    answers = {name: [sheet.answers[name] for sheet in sheets] for name in weights}
    return _over_dimensions(node, paper, weights, answers)


def tally_value(scheme: Scheme, data: RoundInput, node: Tally, target: str) -> Fraction | None:
    paper = scheme.papers[node.paper]
    weights = _weights(node, paper)
    answers: dict[str, list[Answer]] = {name: [] for name in weights}
    for line in data.tallies:
        is_asked = (
            line.input == node.input
            and line.paper == node.paper
            and line.rater_class in node.classes
            and line.target == target
            and line.dimension in weights
        )
        if is_asked:
            answers[line.dimension] += [line.answer] * line.count
    return _over_dimensions(node, paper, weights, answers)


def _weights(node: Counted, paper: Paper) -> dict[str, Fraction]:
    if isinstance(node.dimensions, dict):
        return dict(node.dimensions)
    return dict.fromkeys(node.dimensions or paper.dimensions, Fraction(1))


def _over_dimensions(
    node: Counted,
    paper: Paper,
    weights: Mapping[str, Fraction],
    answers: Mapping[str, Sequence[Answer]],
) -> Fraction | None:
    values = {name: _dimension_value(node, paper, answers[name]) for name in weights}
    return _weighted(node.missing, weights, values)


def _dimension_value(node: Counted, paper: Paper, answers: Sequence[Answer]) -> Fraction | None:
    scored = [answer for answer in answers if not isinstance(answer, Special)]
    abstained = [answer for answer in answers if answer is Special.ABSTAINED]
    zeros = len(abstained) if node.count_abstained else 0
    if node.method is Method.SHARE:
        chosen = [index for index in scored if paper.answers[index] in node.grades]
        number = len(scored) + zeros
        full = node.full if node.full is not None else Fraction(1)
        return full * len(chosen) / number if number else None
    return _typical(node, [paper.values[index] for index in scored] + [ZERO] * zeros)


def _sheet_total(
    node: Counted, paper: Paper, weights: Mapping[str, Fraction], sheet: Sheet
) -> Fraction | None:
    values: dict[str, Fraction | None] = {}
    for name in weights:
        answer = sheet.answers[name]
        values[name] = None if isinstance(answer, Special) else paper.values[answer]
    return _weighted(node.missing, weights, values)


def _weighted(
    missing: Missing, weights: Mapping[str, Fraction], values: Mapping[str, Fraction | None]
) -> Fraction | None:
    """The weighted mean of the dimensions' values, by the policy for those without one."""
    present = {name: value for name, value in values.items() if value is not None}
    if not present or (missing is Missing.LEAVE_OUT and len(present) < len(values)):
        return None
    counted = values if missing is Missing.ZERO else present
    divisor = sum((weights[name] for name in counted), ZERO)
    return sum((weights[name] * value for name, value in present.items()), ZERO) / divisor


def _typical(node: Counted, values: Iterable[Fraction]) -> Fraction | None:
    """Mean, median or trimmed mean."""
    ordered = sorted(values)
    if node.method is Method.MEDIAN:
        half = len(ordered) // 2
        ordered = ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1]
    elif node.trim is not None:
        low, high = node.trim.cut(len(ordered))
        ordered = ordered[low : len(ordered) - high]
    return sum(ordered, ZERO) / len(ordered) if ordered else None


def figure_value(
    scheme: Scheme, data: RoundInput, node: FigureNode, target: str
) -> Fraction | None:
    classes = scheme.figures[node.figure].classes
    if node.class_ is not None or not classes:
        found = data.figures.get((node.figure, target, node.class_))
        return found.value if found is not None else None
    rows = [data.figures.get((node.figure, target, rater_class)) for rater_class in classes]
    given = [row for row in rows if row is not None]
    if not given:
        return None
    samples = [row.sample for row in given if row.sample is not None]
    if len(samples) < len(given) or sum(samples) == 0:
        raise Blocked(Problem.of("sample_missing"))
    weighted = [row.value * sample for row, sample in zip(given, samples, strict=True)]
    return sum(weighted, ZERO) / sum(samples)


def events_value(data: RoundInput, node: Events, target: str) -> Fraction:
    mine = [event for event in data.events if event.target == target and event.kind in node.kinds]
    counted = [event for event in mine if event.honour is None]
    for honour in {event.honour for event in mine if event.honour is not None}:
        rivals = [event for event in mine if event.honour == honour]
        rivals.sort(key=lambda event: (-node.kinds[event.kind].points * event.number, event.kind))
        counted.append(rivals[0])
    total = node.base
    for kind, points in node.kinds.items():
        number = sum((event.number for event in counted if event.kind == kind), ZERO)
        total += _kind_points(points, number)
    return bounded(total, node.floor, node.cap)


def _kind_points(points: EventPoints, number: Fraction) -> Fraction:
    moved = points.points * number
    return moved if points.cap is None else bounded(moved, -points.cap, points.cap)


def happened(data: RoundInput, kind: str, target: str) -> Fraction:
    """How often a kind of event happened to a target; one honour counts once, at its greatest."""
    events = [event for event in data.events if (event.kind, event.target) == (kind, target)]
    plain = [event.number for event in events if event.honour is None]
    return sum((*plain, *_honours(events).values()), ZERO)


def _honours(events: Sequence[Event]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for event in events:
        if event.honour is not None:
            found[event.honour] = max(event.number, found.get(event.honour, event.number))
    return found
