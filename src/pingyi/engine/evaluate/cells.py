"""One value of one node for one target, and how rulings travel with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import product

from pingyi.engine.grammar.nodes import Empty


class State(StrEnum):
    OK = "ok"
    MISSING = "missing"
    """There is nothing to take."""
    DROPPED = "dropped"
    """Not counted, by a ruling (保护条款); the value still counts as another unit's best."""
    TOLERATED = "tolerated"
    """Counted as the better of with and without, by a ruling (容错)."""


@dataclass(frozen=True)
class Cell:
    value: Fraction | None
    state: State

    @property
    def counts(self) -> bool:
        """Is there a value that may be combined?"""
        return self.state in (State.OK, State.TOLERATED)

    def then(self, change: Callable[[Fraction], Fraction | None]) -> Cell:
        """The value changed, the state kept; a change to None is missing, unless it is dropped."""
        if self.value is None:
            return self
        value = change(self.value)
        is_missing = value is None and self.state is not State.DROPPED
        return MISSING if is_missing else Cell(value, self.state)


MISSING = Cell(None, State.MISSING)


def cell_of(value: Fraction | None) -> Cell:
    return MISSING if value is None else Cell(value, State.OK)


@dataclass(frozen=True)
class PartCell:
    """A part of a combination."""

    cell: Cell
    coefficient: Fraction = Fraction(1)
    full: Fraction = Fraction(0)
    """coefficient × full marks; only read when renormalising."""


class EmptyPart(Exception):
    """Part number ``index`` is empty and the policy is block."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


Combine = Callable[[Sequence[PartCell]], Fraction | None]
"""Combines parts that all count; None where nothing can be made of them."""


def combine(parts: Sequence[PartCell], empty: Empty, how: Combine) -> Cell:
    """Apply policy and rulings, then ``how``.

    Dropped parts leave, whatever the policy; a missing part of coefficient 0 never blocks.
    Tolerated parts may leave if that is better for the target; where nothing would remain without
    them, the result is itself tolerated.
    """
    present: list[PartCell] = []
    any_dropped = False
    for index, part in enumerate(parts):
        if part.cell.counts:
            present.append(part)
        elif part.cell.state is State.DROPPED:
            any_dropped = True
        elif empty is Empty.BLOCK:
            if part.coefficient:
                raise EmptyPart(index)
        elif empty is Empty.ZERO:
            present.append(PartCell(Cell(Fraction(0), State.OK), part.coefficient, part.full))
    choices = [(True, False) if part.cell.state is State.TOLERATED else (True,) for part in present]
    results = [
        how([part for part, keep in zip(present, kept, strict=True) if keep])
        for kept in product(*choices)
    ]
    values = [value for value in results if value is not None]
    if not values:
        return Cell(None, State.DROPPED) if any_dropped else MISSING
    return Cell(max(values), State.TOLERATED if len(values) < len(results) else State.OK)
