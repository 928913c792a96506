"""Bands: a table from ranges of a number to values or grades, proved free of holes and overlaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.fields import Exact, Label, Part, refuse, refuse_all

ZERO = Fraction(0)


class Range(Part):
    """A range; ``from`` and ``to`` belong to it (及以上, 及以下), ``above``, ``below`` do not."""

    from_: Exact | None = Field(None, alias="from")
    above: Exact | None = None
    to: Exact | None = None
    below: Exact | None = None

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if (self.from_ is not None and self.above is not None) or (
            self.to is not None and self.below is not None
        ):
            raise refuse("band_two_ends")
        low, high = self.low(), self.high()
        if low and high:
            closed = self.from_ is not None and self.to is not None
            if low.at > high.at or (low.at == high.at and not closed):
                raise refuse("band_empty")
        return self

    def low(self) -> Edge | None:
        """The lower end; None is open-ended."""
        if self.from_ is not None:
            return Edge(self.from_, 0)
        return Edge(self.above, 1) if self.above is not None else None

    def high(self) -> Edge | None:
        """The upper end; None is open-ended."""
        if self.to is not None:
            return Edge(self.to, 1)
        return Edge(self.below, 0) if self.below is not None else None

    def holds(self, value: Fraction) -> bool:
        return not (
            (self.from_ is not None and value < self.from_)
            or (self.above is not None and value <= self.above)
            or (self.to is not None and value > self.to)
            or (self.below is not None and value >= self.below)
        )

    def text(self) -> str:
        low = "(-∞" if self.low() is None else f"[{self.from_}" if self.above is None else None
        high = "+∞)" if self.high() is None else f"{self.to}]" if self.below is None else None
        return f"{low or f'({self.above}'}, {high or f'{self.below})'}"


@dataclass(frozen=True, order=True)
class Edge:
    """A cut between numbers: before ``at`` (side 0) or just after it (side 1)."""

    at: Fraction
    side: int


class ValueBand(Range):
    value: Exact


class GradeBand(Range):
    grade: Label


def prove_bands(bands: Sequence[Range], step: Fraction | None) -> Iterator[tuple[str, str]]:
    """Yield ``(code, text)`` of every hole and overlap of the whole number line.

    With ``step`` only multiples of it can occur, so a gap that holds none of them is no hole.
    """
    order = sorted(bands, key=lambda band: (band.low() is not None, band.low() or Edge(ZERO, 0)))
    if not order:
        return
    if order[0].low() is not None:
        yield "band_hole", f"(-∞, {_edge_text(order[0].low(), upper=True)}"
    reach = order[0].high()
    for before, band in pairwise(order):
        low, high = band.low(), band.high()
        if reach is None or low is None or low < reach:
            if not _is_empty(low, _nearer(high, reach), step):
                yield "band_overlap", f"{before.text()} {band.text()}"
        elif low > reach and not _is_empty(reach, low, step):
            yield "band_hole", f"{_edge_text(reach)}, {_edge_text(low, upper=True)}"
        reach = None if reach is None or high is None else max(reach, high)
    if reach is not None:
        yield "band_hole", f"{_edge_text(reach)}, +∞)"


def check_bands(bands: Sequence[Range], step: Fraction | None) -> None:
    """Refuse bands with holes or overlaps, all of them told at once."""
    if faults := list(prove_bands(bands, step)):
        raise refuse_all([(code, {"text": text}) for code, text in faults])


def _nearer(first: Edge | None, second: Edge | None) -> Edge | None:
    """The lower of two upper ends; None is open-ended."""
    if first is None or second is None:
        return first if second is None else second
    return min(first, second)


def _is_empty(low: Edge | None, high: Edge | None, step: Fraction | None) -> bool:
    """Does no multiple of ``step`` (no number at all without a step) lie between two edges?"""
    if low is None or high is None:
        return False
    if step is None:
        return low >= high
    first = -(-low.at // step) * step
    if first == low.at and low.side == 1:
        first += step
    return Edge(first, 0) >= high


def _edge_text(edge: Edge | None, upper: bool = False) -> str:
    if edge is None:
        return "∞"
    if upper:
        return f"{edge.at}{']' if edge.side else ')'}"
    return f"{'(' if edge.side else '['}{edge.at}"
