"""Scores from counts: means, medians, trimmed means and shares, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import starmap
from math import lcm
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


class TotalsReader:
    """How a ``ballots`` node over totals reads sheets; made once for many counts."""

    def __init__(self, paper: Paper, node: Ballots) -> None:
        self.node = node
        self._key = totals_key(paper, node)
        self._weights = list(weights_of(paper, node).values())
        self._shares: dict[int, Fraction | None] = {}

    def value(self, book: CountBook, target: int) -> Fraction | None:
        """The node's value for one target (by index)."""
        return settle(self.node, self.sheets(book, target))

    def sheets(self, book: CountBook, target: int) -> Weighted:
        """Weighted means of the sheets of the node's classes under its policy for missing
        dimensions."""
        found: Weighted = []
        for rater_class in self.node.classes:
            channel = book.get((self.node.input, rater_class, self.node.paper))
            if channel is None:
                continue
            for (bits, total), number in channel.totals[self._key][target].items():
                if (share := self._share_of_weights(bits)) is not None:
                    found.append((total * share, number))
        return found

    def _share_of_weights(self, bits: int) -> Fraction | None:
        """1 ÷ the weights that a sheet's total is divided by; None for a sheet that is left out."""
        if bits not in self._shares:
            missing = self.node.missing
            scored = [weight for i, weight in enumerate(self._weights) if bits >> i & 1]
            is_out = missing is Missing.LEAVE_OUT and len(scored) < len(self._weights)
            divisor = sum(self._weights if missing is Missing.ZERO else scored, Fraction(0))
            self._shares[bits] = None if is_out or not scored else 1 / divisor
        return self._shares[bits]


def settle(node: Counted, weighted: Weighted) -> Fraction | None:
    """Mean, median or trimmed mean of weighted values; None of none."""
    number = sum(map(itemgetter(1), weighted))
    if not number:
        return None
    # Whole numbers until the one fraction at the end: fractions cost many times as much.
    unit = lcm(*(value.denominator for value, _ in weighted))
    order = sorted((v.numerator * (unit // v.denominator), count) for v, count in weighted)
    match node.method:
        case Method.MEDIAN:
            middle = _at(order, (number - 1) // 2) + _at(order, number // 2)
            return Fraction(middle, 2 * unit)
        case Method.TRIMMED:
            assert node.trim is not None
            low, high = node.trim.cut(number)
        case _:
            low = high = 0
    left = number - low - high
    if left <= 0:
        return None
    total = sum(starmap(mul, order)) - _of_first(order, low) - _of_first(order[::-1], high)
    return Fraction(total, left * unit)


def _at(order: list[tuple[int, int]], index: int) -> int:
    for value, number in order:
        if index < number:
            return value
        index -= number
    raise IndexError(index)


def _of_first(order: list[tuple[int, int]], number: int) -> int:
    """Sum of the first ``number`` values."""
    total = 0
    for value, n in order:
        taken = min(n, number)
        total += value * taken
        number -= taken
        if not number:
            break
    return total
