"""What is filled in, and by whom: papers, ballot rules, rater classes, inputs, figures, events."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.conditions import Comparison
from pingyi.engine.grammar.fields import Basis, Exact, Key, Label, Part, Ruled, Title, refuse

MOST_STEPS = 10_000
"""A points scale may have at most this many different values."""


class Scope(StrEnum):
    ALL = "all"
    """One ballot rates many targets."""
    OWN = "own"
    """One ballot rates one target (a village's members rate their own village)."""


class Recusal(StrEnum):
    NONE = "none"
    DROP = "drop"
    """The sheet on the rater's own unit is left out."""
    VOID = "void"
    """A ballot that rates the rater's own unit is void."""


class Points(Part):
    """Scores from ``least`` to ``most`` in steps."""

    least: Exact = Fraction(0)
    most: Exact
    step: Exact = Fraction(1)

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if self.step <= 0 or self.most <= self.least:
            raise refuse("scale_empty")
        steps = (self.most - self.least) / self.step
        if steps.denominator != 1 or steps > MOST_STEPS:
            raise refuse("scale_steps", most=MOST_STEPS)
        return self

    @cached_property
    def values(self) -> tuple[Fraction, ...]:
        """All values that may be given, ascending."""
        steps = int((self.most - self.least) / self.step)
        return tuple(self.least + self.step * i for i in range(steps + 1))


class RuleCount(StrEnum):
    SCORES = "scores"
    SHEETS = "sheets"


class RuleOver(StrEnum):
    SHEET = "sheet"
    BALLOT = "ballot"


class ScoreTest(Comparison):
    """What is counted: scores (or sheets, by the mean of their scores) within bounds or equal to
    a grade; or how many ``distinct`` values there are (all equal is one)."""

    grade: Label | None = None
    distinct: bool = False

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = (self.has_bound(), self.grade is not None, self.distinct)
        if sum(tests) != 1:
            raise refuse("rule_test")
        return self


class BallotRule(Ruled):
    """How many scores of a sheet (or ballot), or sheets of a ballot, may or must fulfil a test.

    ``least`` and ``most`` are numbers; ``least_share`` and ``most_share`` shares of those rated.
    A rule looks at the ballot as it was cast, after recusal and before any other rule.
    """

    count: RuleCount
    over: RuleOver
    where: ScoreTest
    least: int | None = None
    most: int | None = None
    least_share: Exact | None = None
    most_share: Exact | None = None
    from_number: int = Field(1, ge=1)
    """The rule is asked only where at least this many are rated."""
    void: RuleOver

    @model_validator(mode="after")
    def _sane(self) -> Self:
        bounds = (self.least, self.most, self.least_share, self.most_share)
        if all(bound is None for bound in bounds):
            raise refuse("rule_without_bound")
        if self.count is RuleCount.SHEETS and self.over is RuleOver.SHEET:
            raise refuse("rule_sheets_over_sheet")
        if self.over is RuleOver.BALLOT and self.void is RuleOver.SHEET:
            raise refuse("rule_void_sheet")
        return self


class Dimension(Part):
    title: Title
    help: str | None = None


class Paper(Ruled):
    """A ballot form: dimensions, and either points or grades with their coefficients."""

    dimensions: dict[Key, Dimension] = Field(min_length=1)
    points: Points | None = None
    grades: dict[Label, Exact] | None = None
    abstain: bool = True
    not_informed: bool = False
    scope: Scope = Scope.ALL
    recusal: Recusal = Recusal.NONE
    rules: tuple[BallotRule, ...] = ()

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if (self.points is None) == (self.grades is None):
            raise refuse("paper_scale")
        if self.grades is not None and len(self.grades) < 2:
            raise refuse("scale_empty")
        for rule in self.rules:
            grade = rule.where.grade
            if grade is not None and grade not in (self.grades or {}):
                raise refuse("unknown_grade", name=grade, allowed="、".join(self.grades or {}))
            if grade is not None and rule.count is RuleCount.SHEETS and len(self.dimensions) > 1:
                raise refuse("rule_grade_of_sheet")
        return self

    @cached_property
    def values(self) -> tuple[Fraction, ...]:
        """The distinct values behind the answers: points ascending, or the grades as listed."""
        if self.points is not None:
            return self.points.values
        return tuple((self.grades or {}).values())

    @cached_property
    def scaled(self) -> tuple[int, tuple[int, ...]]:
        """``(scale, values × scale)``: the values as integers, for fast exact sums."""
        scale = lcm(*(value.denominator for value in self.values))
        return scale, tuple(int(value * scale) for value in self.values)

    @cached_property
    def ascending(self) -> tuple[int, ...]:
        """Indices of the answers from the least value to the greatest."""
        return tuple(sorted(range(len(self.values)), key=lambda i: self.values[i]))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The texts of the answers, parallel to ``values``."""
        if self.grades is not None:
            return tuple(self.grades)
        return tuple(str(value) for value in self.values)

    def full(self) -> Fraction:
        return self.values[self.ascending[-1]]


class RaterClass(Part):
    title: Title
    help: str | None = None


class InputKind(StrEnum):
    BALLOTS = "ballots"
    TALLY = "tally"


class Otherwise(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class QuorumOf(StrEnum):
    EXPECTED = "expected"
    PRESENT = "present"
    ISSUED = "issued"


class QuorumCount(StrEnum):
    PRESENT = "present"
    RETURNED = "returned"
    VALID = "valid"


class Quorum(Ruled):
    """``count`` ÷ ``of`` must reach (达到, ≥) or exceed (超过, >) ``least``."""

    least: Exact
    exceed: bool = False
    of: QuorumOf = QuorumOf.EXPECTED
    count: QuorumCount = QuorumCount.RETURNED
    otherwise: Otherwise = Otherwise.BLOCK


class Input(Ruled):
    """A channel through which ballots or counted sheets arrive."""

    kind: InputKind = InputKind.BALLOTS
    papers: tuple[Key, ...] = Field(min_length=1)
    classes: tuple[Key, ...] = Field(min_length=1)
    quorum: Quorum | None = None


class Figure(Ruled):
    """A supplied number per target (and, for agency scores, per respondent class)."""

    least: Exact | None = None
    most: Exact | None = None
    unit: Label | None = None
    classes: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise refuse("scale_empty")
        return self


class EventKind(Ruled):
    """A kind of event: an honour, an accident, a missing report."""

    evidence: bool = True
    """Every occurrence must name its evidence."""


class Parameter(Ruled):
    """A named value that an office may change; used as ``$name``."""

    value: str | tuple[str, ...] | None = None
    warning: str | None = None
    """Shown when the value is changed to something that brings harm."""


class Attribute(Part):
    """An attribute of targets; with ``values`` only these are allowed."""

    title: Title
    values: dict[Label, Title] | None = None


class Prior(Ruled):
    """An earlier result that this scheme reads (``--prior NAME=RESULT``)."""

    scheme: Key | None = None
    """Key of the scheme that the result must come from."""
    required: bool = True


__all__ = [
    "Attribute",
    "BallotRule",
    "Basis",
    "Dimension",
    "EventKind",
    "Figure",
    "Input",
    "InputKind",
    "Otherwise",
    "Paper",
    "Parameter",
    "Points",
    "Prior",
    "Quorum",
    "QuorumCount",
    "QuorumOf",
    "RaterClass",
    "Recusal",
    "RuleCount",
    "RuleOver",
    "Scope",
    "ScoreTest",
]
