"""The value of one node for one target, and how much it counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction


class State(Enum):
    OK = "ok"
    MISSING = "missing"
    DROPPED = "dropped"
    """A protection ruling took it away; the value is kept for others' best and rank lists."""
    TOLERATED = "tolerated"
    """A tolerance ruling: it counts only where it does no harm."""


@dataclass(frozen=True)
class Cell:
    state: State
    value: Fraction | None

    @property
    def counting(self) -> Fraction | None:
        """The value, where it counts for the target itself."""
        return self.value if self.state in (State.OK, State.TOLERATED) else None

    def with_value(self, value: Fraction | None) -> Cell:
        """The same standing with another value; without one only a dropped cell keeps it."""
        if value is None and self.state is not State.DROPPED:
            return MISSING
        return replace(self, value=value)


MISSING = Cell(State.MISSING, None)
GONE = Cell(State.DROPPED, None)


def ok(value: Fraction) -> Cell:
    return Cell(State.OK, value)


def ok_or_missing(value: Fraction | None) -> Cell:
    return MISSING if value is None else ok(value)
