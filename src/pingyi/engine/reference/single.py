"""Making one value of another: ratio, tiers, rank points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.nodes import RankPoints, RankTies, Ratio, Tiers, ZeroDivisor
from pingyi.engine.reference.cells import GONE, Cell, State, ok, ok_or_missing
from pingyi.engine.reference.leaves import ZERO, bounded

if TYPE_CHECKING:
    from pingyi.engine.reference.tree import Tree


def ratio_cell(tree: Tree, node: Ratio, target: str) -> Cell:
    """Dropped if numerator or divisor is dropped, whatever else is missing."""
    of, to = tree.cell(node.of, target), _divisor(tree, node, target)
    if to.state is State.DROPPED:
        return GONE
    if of.value is None or to.value is None:
        return of.with_value(None)
    return of.with_value(_quotient(node, of.value, to.value))


def _divisor(tree: Tree, node: Ratio, target: str) -> Cell:
    if node.to_node is not None:
        return tree.cell(node.to_node, target)
    if node.to_number is not None:
        return ok(node.to_number)
    return ok_or_missing(max(tree.peer_values(node.of, target), default=None))


def _quotient(node: Ratio, value: Fraction, divisor: Fraction) -> Fraction | None:
    if divisor != 0:
        return bounded(node.times * value / divisor, node.floor, node.cap)
    match node.zero:
        case ZeroDivisor.MISSING:
            return None
        case ZeroDivisor.ZERO:
            return bounded(ZERO, node.floor, node.cap)
        case ZeroDivisor.FULL:
            return node.cap if node.cap is not None else node.times
        case ZeroDivisor.BLOCK:
            raise Blocked(Problem.of("zero_divisor", node=node.title))


def tiers_value(node: Tiers, value: Fraction | None) -> Fraction | None:
    """The value of the band that holds ``value``; None in an undefined one."""
    if value is None:
        return None
    if node.step is not None and (value / node.step).denominator != 1:
        raise Blocked(Problem.of("off_step", node=node.title, value=value, step=node.step))
    return next((band.value for band in node.bands if band.holds(value)), None)


def rank_points_value(node: RankPoints, value: Fraction, listed: Sequence[Fraction]) -> Fraction:
    """Points for the place of ``value`` among the values of the peer group."""
    ahead = [other for other in listed if (other < value if node.lowest_first else other > value)]
    before = len(ahead) if node.ties is RankTies.SKIP else len(set(ahead))
    return node.points_of(before + 1)
