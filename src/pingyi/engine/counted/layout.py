"""Where everything is counted: channels, codes of answers, rules and totals as integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.nodes import Ballots, Counted, Over
from pingyi.engine.grammar.papers import BallotRule, InputKind, Paper
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.inputs import Target

FOLDS = 32
"""Hashed folds of the ballots of a class, for resampling."""
SMALL_CLASS = 1_000
"""Classes of at most this many ballots are kept ballot by ballot, for resampling."""
_MOST = 1 << 62


@dataclass(frozen=True)
class TotalSpec:
    """Weighted totals of a sheet, as integers.

    A sheet's total is Σ weight × value over its scored dimensions, kept together with the set of
    those dimensions (as bits), so that every policy for missing ones can be applied afterwards.
    """

    dimensions: tuple[int, ...]
    weights: tuple[int, ...]
    base: int
    """Sums run from 0 to ``base - 1`` after ``offset`` is taken off."""
    offset: int

    def weight_of(self, paper: PaperLayout, dimension: str) -> int:
        return self.weights[self.dimensions.index(paper.dimensions.index(dimension))]


@dataclass(frozen=True)
class PaperLayout:
    """A paper as integers: answer codes 0…n-1, then abstained, then not informed."""

    key: str
    paper: Paper
    dimensions: tuple[str, ...]
    answers: int
    scale: int
    """Values × scale are integers."""
    values: tuple[int, ...]
    mean_scale: int
    """Least common multiple of 1…number of dimensions: means of a sheet × this are integers."""
    totals: tuple[TotalSpec, ...]

    @property
    def width(self) -> int:
        return self.answers + 2

    @property
    def abstained(self) -> int:
        return self.answers

    @property
    def not_informed(self) -> int:
        return self.answers + 1

    @property
    def rules(self) -> tuple[BallotRule, ...]:
        return self.paper.rules


@dataclass(frozen=True)
class Channel:
    """One input, class and paper: ballots of different channels never mix."""

    input: str
    rater_class: str
    paper: PaperLayout

    @property
    def key(self) -> tuple[str, str, str]:
        """(input, class, paper)"""
        return self.input, self.rater_class, self.paper.key


@dataclass(frozen=True)
class Layout:
    scheme: Scheme
    targets: tuple[str, ...]
    papers: Mapping[str, PaperLayout]
    channels: tuple[Channel, ...]

    def channel_index(self) -> dict[tuple[str, str, str], int]:
        return {channel.key: i for i, channel in enumerate(self.channels)}


def make_layout(scheme: Scheme, targets: Sequence[Target]) -> Layout:
    """Lay out the counting of a scheme over some targets."""
    papers = {key: _paper_layout(scheme, key) for key in scheme.papers}
    channels = tuple(
        Channel(key, rater_class, papers[paper])
        for key, source in scheme.inputs.items()
        if source.kind is InputKind.BALLOTS
        for rater_class, paper in product(source.classes, source.papers)
    )
    return Layout(scheme, tuple(target.code for target in targets), papers, channels)


def dimension_weights(paper: Paper, node: Counted) -> dict[str, Fraction]:
    """The dimensions that a node reads, with their weights."""
    if isinstance(node.dimensions, dict):
        return dict(node.dimensions)
    return {name: Fraction(1) for name in node.dimensions or tuple(paper.dimensions)}


def integer_weights(weights: Mapping[str, Fraction]) -> dict[str, int]:
    """The weights in proportion, as the smallest integers that need no rounding."""
    scale = lcm(*(weight.denominator for weight in weights.values()))
    return {name: int(weight * scale) for name, weight in weights.items()}


def total_spec(layout: PaperLayout, weights: Mapping[str, Fraction]) -> TotalSpec:
    """How the totals for these weights are counted."""
    whole = integer_weights(weights)
    names = [name for name in layout.dimensions if name in whole]
    low = sum(whole[name] * min(0, *layout.values) for name in names)
    high = sum(whole[name] * max(0, *layout.values) for name in names)
    base = high - low + 1
    if base << len(names) >= _MOST:
        raise Blocked(Problem.of("too_big"))
    indices = tuple(layout.dimensions.index(name) for name in names)
    return TotalSpec(indices, tuple(whole[name] for name in names), base, low)


def _paper_layout(scheme: Scheme, key: str) -> PaperLayout:
    paper = scheme.papers[key]
    values = paper.values
    scale, scaled = paper.scaled
    bare = PaperLayout(
        key,
        paper,
        tuple(paper.dimensions),
        len(values),
        scale,
        scaled,
        lcm(*range(1, len(paper.dimensions) + 1)),
        (),
    )
    specs: dict[TotalSpec, None] = {}
    for node in scheme.nodes.values():
        if isinstance(node, Ballots) and node.paper == key and node.over is Over.TOTAL:
            specs[total_spec(bare, dimension_weights(paper, node))] = None
    biggest = max(abs(value) for value in bare.values)
    if biggest * bare.mean_scale * len(bare.dimensions) >= _MOST:
        raise Blocked(Problem.of("too_big"))
    return PaperLayout(**{**bare.__dict__, "totals": tuple(specs)})
