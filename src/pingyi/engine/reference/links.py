"""Taking from elsewhere: from the parent, another target, or a prior result."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import TYPE_CHECKING

from pingyi.engine.grammar.nodes import From, Take, Whose
from pingyi.engine.reference.cells import Cell, State, ok_or_missing
from pingyi.engine.reference.leaves import ZERO

if TYPE_CHECKING:
    from pingyi.engine.reference.tree import Tree


def from_cell(tree: Tree, node: From, target: str) -> Cell:
    other = _whose(tree, node, target)
    if node.prior is not None:
        return ok_or_missing(_else(node, _prior_value(tree, node, node.prior, other)))
    if other is None or other not in tree.targets:
        return ok_or_missing(node.otherwise)
    if node.take is Take.VALUE:
        cell = tree.cell(str(node.node), other)
        if cell.state is State.DROPPED:
            return cell
        return ok_or_missing(_else(node, cell.value))
    found = tree.outcome(other)
    return ok_or_missing(_else(node, _taken(node, found.grade, found.awards, found.rank)))


def _whose(tree: Tree, node: From, target: str) -> str | None:
    match node.whose:
        case Whose.SELF:
            return target
        case Whose.PARENT:
            return tree.targets[target].parent
        case Whose.TARGET:
            return node.target


def _prior_value(tree: Tree, node: From, prior: str, other: str | None) -> Fraction | None:
    result = tree.data.priors.get(prior)
    found = result.targets.get(other) if result is not None and other is not None else None
    if found is None:
        return None
    if node.take is Take.VALUE:
        return found.score if node.node is None else found.nodes.get(node.node)
    return _taken(node, found.grade, found.awards, found.rank)


def _taken(
    node: From, grade: str | None, awards: Collection[str], rank: int | None
) -> Fraction | None:
    """A grade by the map, an award as 1 or 0, a rank as a number."""
    if node.take is Take.GRADE:
        return (node.map or {}).get(grade) if grade is not None else None
    if node.take is Take.AWARD:
        return Fraction(1) if node.award in awards else ZERO
    return None if rank is None else Fraction(rank)


def _else(node: From, value: Fraction | None) -> Fraction | None:
    return node.otherwise if value is None else value
