"""The operations. Each is a small frozen description; what it means is said in its docstring and
carried out twice, by ``engine.reference`` and by ``engine.evaluate``."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.bands import Range, ValueBand, check_bands
from pingyi.engine.grammar.conditions import Condition
from pingyi.engine.grammar.fields import Exact, Key, Label, Part, refuse
from pingyi.engine.grammar.votes import (
    Ballots,
    Counted,
    FigureNode,
    Method,
    Missing,
    Node,
    Over,
    Tally,
    Trim,
)
from pingyi.engine.numbers import RoundingMode


class Empty(StrEnum):
    """What becomes of a part without a value."""

    RENORMALISE = "renormalise"
    """The other parts share its full marks in proportion."""
    ZERO = "zero"
    BLOCK = "block"
    """No result until it is there."""


class LinearPart(Part):
    node: Key
    times: Exact | None = None
    weight: Exact | None = None
    full: Exact | None = None
    """Full marks of the part; 0 for a bonus or a deduction. Known from the node when not given."""

    def coefficient(self) -> Fraction:
        if self.weight is not None:
            return self.weight
        return self.times if self.times is not None else Fraction(1)


class Combining(Node):
    floor: Exact | None = None
    cap: Exact | None = None
    empty: Empty

    @model_validator(mode="after")
    def _floor_below_cap(self) -> Self:
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise refuse("floor_above_cap")
        return self


class Linear(Combining):
    """``constant`` + Σ coefficient × node, with floor and cap. Weights must total 1.

    A part of weight 0 is shown beside the others and never blocks.
    """

    op: Literal["linear"]
    constant: Exact = Fraction(0)
    parts: tuple[LinearPart, ...] = ()
    empty: Empty = Empty.BLOCK

    @model_validator(mode="after")
    def _weights_total(self) -> Self:
        weights = [part.weight for part in self.parts if part.weight is not None]
        if weights and (
            len(weights) != len(self.parts) or any(p.times is not None for p in self.parts)
        ):
            raise refuse("weights_mixed")
        if weights and (total := sum(weights)) != 1:
            raise refuse("weights_total", total=total)
        if weights and min(weights) < 0:
            raise refuse("weights_negative")
        return self


class Mean(Combining):
    """Mean of the parts' values."""

    op: Literal["mean"]
    parts: tuple[Key, ...] = Field(min_length=1)


class Least(Combining):
    """The least of the parts' values."""

    op: Literal["least"]
    parts: tuple[Key, ...] = Field(min_length=1)


class Greatest(Combining):
    """The greatest of the parts' values."""

    op: Literal["greatest"]
    parts: tuple[Key, ...] = Field(min_length=1)


class ZeroDivisor(StrEnum):
    MISSING = "missing"
    ZERO = "zero"
    FULL = "full"
    """As if the target were met: the cap, or 1."""
    BLOCK = "block"


class Ratio(Node):
    """``of`` ÷ a divisor: a node, a number, or the best value of ``of`` in the peer group."""

    op: Literal["ratio"]
    of: Key
    to_node: Key | None = None
    to_number: Exact | None = None
    to_best: bool = False
    times: Exact = Fraction(1)
    floor: Exact | None = None
    cap: Exact | None = None
    zero: ZeroDivisor

    @model_validator(mode="after")
    def _one_divisor(self) -> Self:
        given = (self.to_node is not None, self.to_number is not None, self.to_best)
        if sum(given) != 1:
            raise refuse("ratio_divisor")
        return self


class Tiers(Node):
    """A table of bands. A value in an ``undefined`` band has no result, and that is said."""

    op: Literal["tiers"]
    of: Key
    bands: tuple[ValueBand, ...] = Field(min_length=1)
    undefined: tuple[Range, ...] = ()
    step: Exact | None = Field(None, gt=0)
    """The values of ``of`` are multiples of this; a value that is not one is refused."""

    @model_validator(mode="after")
    def _proved(self) -> Self:
        check_bands((*self.bands, *self.undefined), self.step)
        return self


class RankTies(StrEnum):
    SKIP = "skip"
    """1-1-3"""
    DENSE = "dense"
    """1-1-2"""


class RankPoints(Node):
    """Points for the rank in the peer group by ``of``: a list, or first, step and least."""

    op: Literal["rank_points"]
    of: Key
    points: tuple[Exact, ...] = ()
    first: Exact | None = None
    step: Exact | None = None
    least: Exact = Fraction(0)
    lowest_first: bool = False
    ties: RankTies = RankTies.SKIP

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if bool(self.points) == (self.first is not None and self.step is not None):
            raise refuse("rank_points_table")
        return self

    def points_of(self, rank: int) -> Fraction:
        if self.points:
            return self.points[rank - 1] if rank <= len(self.points) else self.least
        first, step = self.first or Fraction(0), self.step or Fraction(0)
        return max(self.least, first - step * (rank - 1))


class ChooseCase(Part):
    when: Condition
    then: Key | None = None
    value: Exact | None = None

    @model_validator(mode="after")
    def _one_result(self) -> Self:
        if (self.then is None) == (self.value is None):
            raise refuse("choose_result")
        return self


class Choose(Node):
    """The first case whose condition holds; else ``otherwise`` (a node), else ``otherwise_value``,
    else no value. Conditions on nodes compare exact values."""

    op: Literal["choose"]
    cases: tuple[ChooseCase, ...] = Field(min_length=1)
    otherwise: Key | None = None
    otherwise_value: Exact | None = None

    @model_validator(mode="after")
    def _one_otherwise(self) -> Self:
        if self.otherwise is not None and self.otherwise_value is not None:
            raise refuse("choose_result")
        return self


class Whose(StrEnum):
    SELF = "self"
    PARENT = "parent"
    TARGET = "target"


class Take(StrEnum):
    VALUE = "value"
    GRADE = "grade"
    AWARD = "award"
    RANK = "rank"


class From(Node):
    """Value, grade, award or rank of the parent, of a named target, or of the target itself in a
    prior result. A grade is turned into a number by ``map``; an award is 1 or 0."""

    op: Literal["from"]
    whose: Whose
    target: Label | None = None
    prior: Key | None = None
    take: Take
    node: Key | None = None
    award: Key | None = None
    map: dict[Label, Exact] | None = None
    otherwise: Exact | None = None
    """Used where there is nothing to take; without it the node has no value there."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.whose is Whose.TARGET) != (self.target is not None):
            raise refuse("from_target")
        if self.whose is Whose.SELF and self.prior is None:
            raise refuse("from_self")
        wants = {Take.VALUE: (), Take.GRADE: ("map",), Take.AWARD: ("award",), Take.RANK: ()}
        for name in ("map", "award"):
            if (getattr(self, name) is not None) != (name in wants[self.take]):
                raise refuse("from_take", take=self.take, name=name)
        if self.node is not None and self.take is not Take.VALUE:
            raise refuse("from_take", take=self.take, name="node")
        return self


class How(StrEnum):
    MEAN = "mean"
    SUM = "sum"
    LEAST = "least"
    GREATEST = "greatest"


class Collect(Node):
    """Mean, sum, least or greatest of ``of`` over the children of the target."""

    op: Literal["collect"]
    of: Key
    how: How
    empty: Empty


class EventPoints(Part):
    points: Exact
    cap: Exact | None = Field(None, ge=0)
    """The kind moves the score by at most this much."""


class Events(Node):
    """``base`` plus points for every occurrence, capped per kind and in total, never below floor.

    Occurrences with the same honour, in whatever kinds, count once, at the highest points.
    """

    op: Literal["events"]
    kinds: dict[Key, EventPoints] = Field(min_length=1)
    base: Exact = Fraction(0)
    cap: Exact | None = None
    floor: Exact | None = None


class Round(Node):
    """``of``, rounded here."""

    op: Literal["round"]
    of: Key
    places: int = Field(ge=0, le=12)
    mode: RoundingMode = RoundingMode.HALF_UP


AnyNode = Annotated[
    Ballots
    | Tally
    | FigureNode
    | Linear
    | Mean
    | Least
    | Greatest
    | Ratio
    | Tiers
    | RankPoints
    | Choose
    | From
    | Collect
    | Events
    | Round,
    Field(discriminator="op"),
]


class Operations:
    """All operations by name, for messages and for the test that every one was generated."""

    ALL: ClassVar[tuple[type[Node], ...]] = (
        Ballots,
        Tally,
        FigureNode,
        Linear,
        Mean,
        Least,
        Greatest,
        Ratio,
        Tiers,
        RankPoints,
        Choose,
        From,
        Collect,
        Events,
        Round,
    )


def node_inputs(node: Node) -> tuple[str, ...]:
    """Names of the nodes read for the *same* target or its peers (not of parents or children)."""
    match node:
        case Linear():
            return tuple(part.node for part in node.parts)
        case Mean() | Least() | Greatest():
            return node.parts
        case Ratio():
            return (node.of, *([node.to_node] if node.to_node else []))
        case Tiers() | RankPoints() | Round():
            return (node.of,)
        case Choose():
            inner = [name for case in node.cases for name in case.when.node_names()]
            thens = [case.then for case in node.cases if case.then]
            return (*inner, *thens, *([node.otherwise] if node.otherwise else []))
        case _:
            return ()


__all__ = [
    "AnyNode",
    "Ballots",
    "Choose",
    "ChooseCase",
    "Collect",
    "Combining",
    "Counted",
    "Empty",
    "EventPoints",
    "Events",
    "FigureNode",
    "From",
    "Greatest",
    "How",
    "Least",
    "Linear",
    "LinearPart",
    "Mean",
    "Method",
    "Missing",
    "Node",
    "Operations",
    "Over",
    "RankPoints",
    "RankTies",
    "Ratio",
    "Round",
    "Take",
    "Tally",
    "Tiers",
    "Trim",
    "Whose",
    "ZeroDivisor",
    "node_inputs",
]
