"""What the tables become: the input of a round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from pingyi.engine.errors import Place

if TYPE_CHECKING:
    from pingyi.engine.tables.ballots import BallotSource


def _row() -> int | None:
    """A field for the row that something was read from: for messages, no part of what it is."""
    return field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Target:
    code: str
    title: str
    parent: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    row: int | None = _row()


@dataclass(frozen=True)
class Roll:
    """Heads and ballots of one class on one paper; ``target`` only for papers of scope own."""

    input: str
    rater_class: str
    paper: str
    target: str | None = None
    expected: int | None = None
    present: int | None = None
    issued: int | None = None
    returned: int | None = None
    valid: int | None = None
    invalid: int | None = None
    population: int | None = None
    row: int | None = _row()


class Special(StrEnum):
    """Answers that are no score."""

    ABSTAINED = "abstained"
    NOT_INFORMED = "not_informed"


SPECIAL_WORDS = {"": Special.ABSTAINED, "弃权": Special.ABSTAINED, "不了解": Special.NOT_INFORMED}


@dataclass(frozen=True)
class TallyLine:
    """``count`` sheets gave ``answer`` (an answer of the paper, or a special one)."""

    input: str
    rater_class: str
    paper: str
    target: str
    dimension: str
    answer: int | Special
    """Index into the paper's ``answers()``."""
    count: int


@dataclass(frozen=True)
class FigureValue:
    value: Fraction
    sample: int | None = None
    row: int | None = _row()


@dataclass(frozen=True)
class Event:
    kind: str
    target: str
    number: Fraction = Fraction(1)
    honour: str | None = None
    evidence: str | None = None
    date: str | None = None
    title: str | None = None


class RulingKind(StrEnum):
    PROTECTION = "protection"
    """TS-26 保护条款: the item is dropped and the rest renormalised."""
    TOLERANCE = "tolerance"
    """TS-25 容错: the item counts as the better of with and without."""


@dataclass(frozen=True)
class Ruling:
    ruling: str
    kind: RulingKind
    target: str
    node: str
    reason: str
    authority: str
    signed_by: str
    date: str | None = None


@dataclass(frozen=True)
class PriorTarget:
    """What a prior result says of one target."""

    score: Fraction | None
    grade: str | None
    rank: int | None
    awards: frozenset[str]
    nodes: Mapping[str, Fraction | None]


@dataclass(frozen=True)
class PriorResult:
    scheme: str
    digest: str
    awards: frozenset[str]
    """All awards that its scheme gives, also the vacant ones."""
    targets: Mapping[str, PriorTarget]


FigureKey = tuple[str, str, str | None]
"""(figure, target, respondent class or None)"""


@dataclass(frozen=True)
class RoundInput:
    """Everything that a scheme is applied to."""

    targets: tuple[Target, ...]
    rolls: tuple[Roll, ...] = ()
    ballots: tuple[BallotSource, ...] = ()
    tallies: tuple[TallyLine, ...] = ()
    figures: Mapping[FigureKey, FigureValue] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    priors: Mapping[str, PriorResult] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """Table → the file that it was read from, for messages."""

    def place(self, table: str, row: int | None = None) -> Place | None:
        """The file of a table, with the row; None if the table was not handed in."""
        return Place(file=self.files[table], row=row) if table in self.files else None

    def children(self) -> dict[str, list[str]]:
        """Codes of the children of every target, in the order of the targets."""
        found: dict[str, list[str]] = {target.code: [] for target in self.targets}
        for target in self.targets:
            if target.parent is not None:
                found[target.parent].append(target.code)
        return found
