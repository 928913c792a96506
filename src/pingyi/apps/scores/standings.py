"""Lines of the table of results."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pingyi.base.figures import number


@dataclass(frozen=True)
class PartValue:
    """A channel's value of one target, as it is shown; ``withheld``: it would tell a small cell;
    ``note``: why there is none, in words."""

    shown: Fraction | None
    rank: int | None
    withheld: bool
    note: str = ""

    @property
    def value(self) -> str:
        return number(self.shown, 2)


@dataclass(frozen=True)
class Standing:
    """A line of the table of results."""

    code: str
    title: str
    score: str | None
    grade: str | None
    rank: int | None
    awards: tuple[str, ...]
    """Titles: the best of a class, the lowest that are to be talked to (RY-08)."""
    vetoes: tuple[str, ...]
    parts: tuple[PartValue, ...]
    before: int | None
    """Rank in the round before; None where there was none."""
    without: Standing | None
    """As if there were no determinations, where it differs."""
    note: str = ""
    """Why there is no score, in words."""

    @property
    def moved(self) -> int | None:
        """Ranks gained (up) or lost since the round before."""
        return None if self.before is None or self.rank is None else self.before - self.rank


@dataclass(frozen=True)
class Table:
    """A result as the office sees it."""

    parts: tuple[str, ...]
    standings: tuple[Standing, ...]
    warnings: tuple[str, ...]
    """What is to be told with the result: the engine's warnings, and which parts lack what."""
    has_before: bool
    has_withheld: bool
    overlaid: bool
    """Do determinations change anything?"""


@dataclass(frozen=True)
class Compared:
    """A channel's value of one target beside the mean of all, both as they are shown."""

    title: str
    own: Fraction | None
    mean: Fraction | None
    withheld: bool
    note: str

    @property
    def own_text(self) -> str:
        return number(self.own, 2) or "—"

    @property
    def mean_text(self) -> str:
        return number(self.mean, 2) or "—"
