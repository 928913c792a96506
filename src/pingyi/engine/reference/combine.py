"""Making one value of several: linear, mean, least, greatest, collect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.fulls import part_fulls
from pingyi.engine.grammar.nodes import (
    Collect,
    Combining,
    Empty,
    Greatest,
    How,
    Least,
    Linear,
    Mean,
    Node,
)
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import round_exact
from pingyi.engine.reference.cells import GONE, MISSING, Cell, State, ok
from pingyi.engine.reference.leaves import ZERO, bounded

Values = Sequence[Fraction | None]
"""The value of every part, in order; None where the part has left."""
Maker = Callable[[Values], Fraction | None]


def combine(scheme: Scheme, node: Combining, cells: Sequence[Cell], names: Sequence[str]) -> Cell:
    """The cell of ``node`` from the cells of its parts."""
    values = _by_policy(node.empty, cells, _with_a_say(node, names))
    tolerated = [i for i, cell in enumerate(cells) if cell.state is State.TOLERATED]
    results = []
    for choice in product((True, False), repeat=len(tolerated)):
        left_out = {i for i, stays in zip(tolerated, choice, strict=True) if not stays}
        kept = [None if i in left_out else value for i, value in enumerate(values)]
        results.append(_made(scheme, node, kept))
    found = [result for result in results if result is not None]
    if not found:
        return _nothing(cells)
    is_tolerated = len(found) < len(results)
    return Cell(State.TOLERATED if is_tolerated else State.OK, max(found))


def collect(node: Collect, cells: Sequence[Cell], names: Sequence[str]) -> Cell:
    """The cell of ``node`` from the children's cells."""
    values = [value for value in _by_policy(node.empty, cells, names) if value is not None]
    if not values:
        return _nothing(cells)
    match node.how:
        case How.MEAN:
            return ok(sum(values, ZERO) / len(values))
        case How.SUM:
            return ok(sum(values, ZERO))
        case How.LEAST:
            return ok(min(values))
        case How.GREATEST:
            return ok(max(values))


def rounded(scheme: Scheme, cell: Cell) -> Cell:
    """The cell with its value rounded as the scheme rounds."""
    if cell.value is None:
        return cell
    return Cell(cell.state, round_exact(cell.value, scheme.rounding.places, scheme.rounding.mode))


def _nothing(cells: Sequence[Cell]) -> Cell:
    return GONE if any(cell.state is State.DROPPED for cell in cells) else MISSING


def _with_a_say(node: Combining, names: Sequence[str]) -> Sequence[str | None]:
    """The names of the parts, without those of coefficient 0: they never block."""
    if not isinstance(node, Linear):
        return names
    return [part.node if part.coefficient() != 0 else None for part in node.parts]


def _by_policy(
    empty: Empty, cells: Sequence[Cell], names: Sequence[str | None]
) -> list[Fraction | None]:
    missing = [name for cell, name in zip(cells, names, strict=True) if cell.state is State.MISSING]
    lacking = [name for name in missing if name is not None]
    if lacking and empty is Empty.BLOCK:
        raise Blocked(Problem.of("part_empty", part="、".join(lacking)))
    nothing = ZERO if empty is Empty.ZERO else None
    return [nothing if cell.state is State.MISSING else cell.counting for cell in cells]


def _made(scheme: Scheme, node: Node, values: Values) -> Fraction | None:
    present = [value for value in values if value is not None]
    result: Fraction | None
    match node:
        case Linear():
            result = _linear(scheme, node, values)
        case Mean():
            result = sum(present, ZERO) / len(present) if present else None
        case Least():
            result = min(present, default=None)
        case Greatest():
            result = max(present, default=None)
        case _:
            raise TypeError(type(node))
    return None if result is None else bounded(result, node.floor, node.cap)


def _linear(scheme: Scheme, node: Linear, values: Values) -> Fraction | None:
    """The present parts that have full marks share the full marks of all that have some."""
    fulls = part_fulls(scheme, node)
    total = sum((full for full in fulls if full > 0), ZERO)
    present = ZERO
    shared = ZERO
    plain = ZERO
    for part, full, value in zip(node.parts, fulls, values, strict=True):
        if value is None:
            continue
        if full > 0:
            present += full
            shared += part.coefficient() * value
        else:
            plain += part.coefficient() * value
    if present == 0:
        return None if total > 0 else node.constant + plain
    return node.constant + shared * total / present + plain
