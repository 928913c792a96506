"""From the counts of answers to the values of dimensions, many at once, exactly.

Everything is whole numbers until the one fraction at the end: fractions cost fifty times as much.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pingyi.engine.grammar.nodes import Counted, Method, Missing
from pingyi.engine.grammar.papers import Paper

Ints = NDArray[np.int64]

Ratio = tuple[int, int]
"""Part and whole, not reduced; a whole of 0: there is no value."""

_MOST = 1 << 62
"""Sums below this fit into 64 bits, and so do values (see ``counted.layout``)."""


def weights_of(paper: Paper, node: Counted) -> dict[str, Fraction]:
    """The dimensions that a node reads, with their weights, in the order of the paper."""
    if isinstance(node.dimensions, dict):
        given = node.dimensions
        return {name: given[name] for name in paper.dimensions if name in given}
    chosen = node.dimensions or tuple(paper.dimensions)
    return {name: Fraction(1) for name in paper.dimensions if name in chosen}


class DimensionReader:
    """How a node reads the counts of its paper; made once for many counts.

    Counts of a dimension are (width): the answers, then abstained and not informed.
    """

    def __init__(self, paper: Paper, node: Counted) -> None:
        self.node = node
        weights = weights_of(paper, node)
        order = list(paper.dimensions)
        self._rows = [order.index(name) for name in weights]
        unit = lcm(*(weight.denominator for weight in weights.values()))
        self._weights = [int(weight * unit) for weight in weights.values()]
        self._scale, values = paper.scaled
        # An abstained answer that counts is a 0; its code follows those of the answers.
        worth = [*values, 0] if node.count_abstained else list(values)
        codes = sorted(range(len(worth)), key=worth.__getitem__)
        self._codes = np.array(codes)
        values_up = np.array([worth[code] for code in codes], object)
        steps = np.append(values_up[:-1] - values_up[1:], values_up[-1:])
        self._large = values_up, steps
        """The values, ascending; from each down from the next one, the last one from nothing."""
        self._small = values_up.astype(np.int64), steps.astype(np.int64)
        self._largest = 3 * len(worth) * max(1, *map(abs, worth))
        self._chosen = [i for i, text in enumerate(paper.answers) if text in node.grades]
        self._full = node.full if node.full is not None else Fraction(1)

    def values(self, counts: Ints) -> list[Fraction | None]:
        """The value of each target, from (targets, dimensions of the paper, width) counts."""
        number = len(self._rows)
        ratios = self._ratios(counts.take(self._rows, axis=1).reshape(-1, counts.shape[-1]))
        return [self._weighted(ratios[i : i + number]) for i in range(0, len(ratios), number)]

    def of_dimension(self, counts: Ints) -> Fraction | None:
        """The value of one dimension, from (width) counts."""
        ((part, whole),) = self._ratios(counts[np.newaxis])
        return Fraction(part, whole) if whole else None

    def _weighted(self, ratios: list[Ratio]) -> Fraction | None:
        """Weighted mean over dimensions under the node's policy for missing ones."""
        known = [
            (weight, part, whole)
            for weight, (part, whole) in zip(self._weights, ratios, strict=True)
            if whole
        ]
        missing = self.node.missing
        if not known or (missing is Missing.LEAVE_OUT and len(known) < len(ratios)):
            return None
        common = lcm(*(whole for _, _, whole in known))
        total = sum(weight * part * (common // whole) for weight, part, whole in known)
        counted = self._weights if missing is Missing.ZERO else [weight for weight, _, _ in known]
        return Fraction(total, common * sum(counted))

    def _ratios(self, counts: Ints) -> list[Ratio]:
        """Values of (dimensions, width) counts."""
        if self.node.method is Method.SHARE:
            return self._shares(counts)
        counted: Any = counts.take(self._codes, axis=1)
        if int(counted.max(initial=0)) * self._largest < _MOST:
            values, steps = self._small
        else:  # slow, but exact
            counted, (values, steps) = counted.astype(object), self._large
        if self.node.method is Method.MEAN:
            sums, numbers = counted @ values, counted.sum(axis=1).tolist()
        else:
            sums, numbers = self._cut_sums(counted, values[0], steps)
        scale = self._scale
        return [(part, whole * scale) for part, whole in zip(sums.tolist(), numbers, strict=True)]

    def _shares(self, counts: Ints) -> list[Ratio]:
        """How many of the chosen grades there are, of all."""
        chosen = counts[:, self._chosen].astype(object).sum(axis=1).tolist()
        numbers = counts[:, self._codes].astype(object).sum(axis=1).tolist()
        part, whole = self._full.numerator, self._full.denominator
        return [(a * part, b * whole) for a, b in zip(chosen, numbers, strict=True)]

    def _cut_sums(self, counted: Any, least: int, steps: Any) -> tuple[Any, list[int]]:
        """Sums of what the cuts leave, and of how many values.

        Summed by parts: how many are left of a value and all below it, times the step from it down
        from the next one. ``least`` is the least value.
        """
        so_far = counted.cumsum(axis=1)
        numbers = so_far[:, -1]
        cuts = [self._cut(number) for number in numbers.tolist()]
        low, high = (np.array(ends, counted.dtype) for ends in zip(*cuts, strict=True))
        upper = numbers - high
        reached = np.minimum(np.maximum(so_far, low[:, np.newaxis]), upper[:, np.newaxis])
        return reached @ steps - low * least, np.maximum(upper - low, 0).tolist()

    def _cut(self, number: int) -> tuple[int, int]:
        """How many lowest and highest are left out; a median is what remains in the middle."""
        if self.node.method is Method.MEDIAN:
            half = max(0, number - 1) // 2
            return half, half
        assert self.node.trim is not None
        return self.node.trim.cut(number)
