"""Nodes that bring values in: ballots, counted sheets, supplied figures."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.fields import Exact, Key, Label, Part, Ruled, refuse


class Missing(StrEnum):
    """What becomes of a dimension without a score."""

    RENORMALISE = "renormalise"
    ZERO = "zero"
    LEAVE_OUT = "leave_out"
    """The sheet (over totals) or the node (over dimensions) is left without a value."""


class Method(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"
    SHARE = "share"


class Over(StrEnum):
    DIMENSION = "dimension"
    TOTAL = "total"


class Trim(Part):
    """Drop the ``high`` highest and ``low`` lowest where more than ``above`` have scored.

    With ``share`` the numbers are that share of those who scored, rounded down, at each end.
    """

    high: int = Field(1, ge=0)
    low: int = Field(1, ge=0)
    above: int = Field(ge=0)
    share: Exact | None = None

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if self.share is None and self.above < self.high + self.low:
            raise refuse("trim_too_much")
        if self.share is not None and not 0 <= self.share < Fraction(1, 2):
            raise refuse("trim_too_much")
        return self

    def cut(self, number: int) -> tuple[int, int]:
        """How many lowest and highest of ``number`` are dropped."""
        if number <= self.above:
            return 0, 0
        if self.share is not None:
            each = int(number * self.share)
            return each, each
        return self.low, self.high


class Node(Ruled):
    """A named column of values over the targets of a peer group."""

    full: Exact | None = None
    """Full marks; worked out from the operation where not given."""


class Counted(Node):
    """What ``ballots`` and ``tally`` have in common."""

    input: Key
    paper: Key
    classes: tuple[Key, ...] = Field(min_length=1)
    dimensions: tuple[Key, ...] | dict[Key, Exact] | None = None
    """Which dimensions, and with which weights; all of the paper, equally, when not given."""
    method: Method = Method.MEAN
    trim: Trim | None = None
    missing: Missing = Missing.RENORMALISE
    count_abstained: bool = False
    """Abstained answers stand in the denominator, with the value 0."""
    grades: tuple[Label, ...] = ()
    """For ``share``: the grades whose share is taken; the value is that share times ``full``."""

    @model_validator(mode="after")
    def _fits_method(self) -> Self:
        if (self.method is Method.TRIMMED) != (self.trim is not None):
            raise refuse("trim_and_method")
        if (self.method is Method.SHARE) != bool(self.grades):
            raise refuse("share_and_grades")
        return self


class Ballots(Counted):
    """Score from the valid ballots of some rater classes on one paper.

    ``over: dimension`` (default) takes each dimension by itself and then their weighted mean;
    ``over: total`` takes the weighted mean of each sheet first.
    """

    op: Literal["ballots"]
    over: Over = Over.DIMENSION

    @model_validator(mode="after")
    def _over_fits(self) -> Self:
        if self.over is Over.TOTAL and (self.method is Method.SHARE or self.count_abstained):
            raise refuse("over_total_refused")
        return self


class Tally(Counted):
    """The same from counted sheets. Rules and methods over whole sheets are refused."""

    op: Literal["tally"]


class FigureNode(Node):
    """A supplied number. ``class`` takes one respondent class; without it, where the figure has
    classes, their mean weighted by sample size."""

    op: Literal["figure"]
    figure: Key
    class_: Key | None = Field(None, alias="class")
