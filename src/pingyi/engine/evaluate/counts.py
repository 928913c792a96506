"""Scores from counts: means, medians, trimmed means and shares, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import starmap
from operator import itemgetter, mul

from pingyi.engine.evaluate.dimensions import Ints, weights_of
from pingyi.engine.grammar.nodes import Ballots, Counted, Method, Missing
from pingyi.engine.grammar.papers import Paper

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


def pooled(book: CountBook, node: Counted, targets: int | slice) -> Ints | None:
    """Counts of a node's classes together, (dimensions, width) for one target, for several
    (targets, dimensions, width); None where none was counted."""
    found = [
        book[key].answers[targets]
        for rater_class in node.classes
        if (key := (node.input, rater_class, node.paper)) in book
    ]
    return sum(found[1:], found[0]) if found else None


def total_value(book: CountBook, paper: Paper, node: Ballots, target: int) -> Fraction | None:
    """The value of a ``ballots`` node over totals for one target (by index)."""
    return settle(node, sheet_totals(book, paper, node, target))


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
