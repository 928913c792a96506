"""Scores from counts: means, medians, trimmed means and shares, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import starmap
from operator import itemgetter, mul

import numpy as np
from numpy.typing import NDArray

from pingyi.engine.grammar.nodes import Ballots, Counted, Method, Missing, Over
from pingyi.engine.grammar.papers import Paper

Ints = NDArray[np.int64]

TotalsKey = tuple[str, ...]
"""Dimensions and weights of a total, as text."""


@dataclass(frozen=True)
class ChannelCounts:
    """Counts of one input, class and paper.

    ``answers`` (targets, dimensions, answers + 2): the last two are abstained and not informed.
    ``totals``: per kind of total, per target index: (bits of scored dimensions, Σ w·v) → sheets.
    """

    answers: Ints
    totals: Mapping[TotalsKey, Sequence[Mapping[tuple[int, Fraction], int]]] = field(
        default_factory=dict
    )


CountBook = Mapping[tuple[str, str, str], ChannelCounts]
"""By (input, class, paper)."""

Weighted = list[tuple[int | Fraction, int]]
"""(value, how many), in any order."""


def totals_key(paper: Paper, node: Counted) -> TotalsKey:
    return tuple(f"{name}:{weight}" for name, weight in weights_of(paper, node).items())


def weights_of(paper: Paper, node: Counted) -> dict[str, Fraction]:
    """The dimensions that a node reads, with their weights, in the order of the paper."""
    if isinstance(node.dimensions, dict):
        given = node.dimensions
        return {name: given[name] for name in paper.dimensions if name in given}
    chosen = node.dimensions or tuple(paper.dimensions)
    return {name: Fraction(1) for name in paper.dimensions if name in chosen}


def pooled(book: CountBook, node: Counted, target: int) -> Ints | None:
    """(dimensions, width) counts of a node's classes together; None where none was counted."""
    found = [
        book[key].answers[target]
        for rater_class in node.classes
        if (key := (node.input, rater_class, node.paper)) in book
    ]
    return sum(found[1:], found[0]) if found else None


def node_value(book: CountBook, paper: Paper, node: Counted, target: int) -> Fraction | None:
    """The value of a ``ballots`` or ``tally`` node for one target (by index)."""
    if isinstance(node, Ballots) and node.over is Over.TOTAL:
        return settle(node, sheet_totals(book, paper, node, target))
    counts = pooled(book, node, target)
    if counts is None:
        return None
    return dimensions_value(paper, node, counts)


def dimensions_value(paper: Paper, node: Counted, counts: Ints) -> Fraction | None:
    """Weighted mean over dimensions of (dimensions, width) counts."""
    order = list(paper.dimensions)
    values = {
        name: dimension_value(paper, node, counts[order.index(name)])
        for name in weights_of(paper, node)
    }
    return over_dimensions(node, weights_of(paper, node), values)


def over_dimensions(
    node: Counted, weights: Mapping[str, Fraction], values: Mapping[str, Fraction | None]
) -> Fraction | None:
    """Weighted mean of dimension values under the node's policy for missing ones."""
    known = {name: value for name, value in values.items() if value is not None}
    if not known or (node.missing is Missing.LEAVE_OUT and len(known) < len(values)):
        return None
    counted = values if node.missing is Missing.ZERO else known
    total = sum((weights[name] * value for name, value in known.items()), Fraction(0))
    return total / sum(weights[name] for name in counted)


def dimension_value(paper: Paper, node: Counted, counts: Ints) -> Fraction | None:
    """The value of one dimension from its (width) counts."""
    numbers = counts.tolist()
    abstained = numbers[len(paper.values)] if node.count_abstained else 0
    scale, values = paper.scaled
    if node.method is Method.MEAN:
        number = sum(numbers[: len(values)]) + abstained
        return Fraction(sum(map(mul, values, numbers)), scale * number) if number else None
    if node.method is Method.SHARE:
        number = sum(numbers[: len(values)]) + abstained
        chosen = sum(
            n for n, text in zip(numbers, paper.answers, strict=False) if text in node.grades
        )
        full = node.full if node.full is not None else Fraction(1)
        return full * Fraction(chosen, number) if number else None
    if node.trim is not None and not abstained:
        number = sum(numbers[: len(values)])
        low, high = node.trim.cut(number)
        if low + high >= number:
            return None
        kept = sum(map(mul, values, numbers))
        kept -= _of_ends(paper.ascending, values, numbers, low)
        kept -= _of_ends(paper.ascending[::-1], values, numbers, high)
        return Fraction(kept, scale * (number - low - high))
    weighted: Weighted = [(v, n) for v, n in zip(values, numbers, strict=False) if n]
    if abstained:
        weighted.append((0, abstained))
    settled = settle(node, weighted)
    return None if settled is None else settled / scale


def sheet_totals(book: CountBook, paper: Paper, node: Ballots, target: int) -> Weighted:
    """Weighted means of the sheets of a node's classes under its policy for missing dimensions."""
    weights = list(weights_of(paper, node).values())
    key = totals_key(paper, node)
    found: Weighted = []
    shares: dict[int, Fraction | None] = {}
    for rater_class in node.classes:
        channel = book.get((node.input, rater_class, node.paper))
        if channel is None:
            continue
        for (bits, total), number in channel.totals[key][target].items():
            if bits not in shares:
                shares[bits] = _share_of_weights(weights, bits, node.missing)
            if (share := shares[bits]) is not None:
                found.append((total * share, number))
    return found


def _share_of_weights(weights: list[Fraction], bits: int, missing: Missing) -> Fraction | None:
    """1 ÷ the weights that a sheet's total is divided by; None for a sheet that is left out."""
    scored = [w for i, w in enumerate(weights) if bits >> i & 1]
    if not scored or (missing is Missing.LEAVE_OUT and len(scored) < len(weights)):
        return None
    return 1 / sum(weights if missing is Missing.ZERO else scored, Fraction(0))


def settle(node: Counted, weighted: Weighted) -> Fraction | None:
    """Mean, median or trimmed mean of weighted values; None of none."""
    number = sum(map(itemgetter(1), weighted))
    if not number:
        return None
    match node.method:
        case Method.MEDIAN:
            order = sorted(weighted)
            middle = _at(order, (number - 1) // 2) + _at(order, number // 2)
            return Fraction(1, 2) * middle
        case Method.TRIMMED:
            assert node.trim is not None
            return _trimmed(sorted(weighted), number, *node.trim.cut(number))
        case _:
            whole: int | Fraction = sum(starmap(mul, weighted))
            return Fraction(1, number) * whole


def _at(order: Weighted, index: int) -> int | Fraction:
    for value, number in order:
        if index < number:
            return value
        index -= number
    raise IndexError(index)


def _trimmed(order: Weighted, number: int, low: int, high: int) -> Fraction | None:
    left = number - low - high
    if left <= 0:
        return None
    total: int | Fraction = sum(starmap(mul, order))
    kept: Fraction = Fraction(total - _of_first(order, low) - _of_first(order[::-1], high))
    return kept / left


def _of_ends(
    order: Sequence[int], values: Sequence[int], numbers: Sequence[int], number: int
) -> int:
    """Sum of the first ``number`` values in an order of codes."""
    total = 0
    for code in order:
        if not number:
            break
        taken = min(numbers[code], number)
        total += values[code] * taken
        number -= taken
    return total


def _of_first(order: Weighted, number: int) -> int | Fraction:
    """Sum of the first ``number`` values."""
    total: int | Fraction = 0
    for value, n in order:
        taken = min(n, number)
        total += value * taken
        number -= taken
        if not number:
            break
    return total
