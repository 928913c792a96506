"""Full marks of nodes, worked out from their operations."""

from __future__ import annotations

from fractions import Fraction

from pingyi.engine.grammar.nodes import (
    Choose,
    Collect,
    Combining,
    Counted,
    Events,
    FigureNode,
    From,
    Greatest,
    How,
    Least,
    Linear,
    LinearPart,
    Mean,
    Method,
    Node,
    RankPoints,
    Ratio,
    Round,
    Tiers,
    Whose,
)
from pingyi.engine.grammar.scheme import Scheme

Fulls = dict[str, Fraction | None]
"""Full marks by node, as far as they are worked out: a node that many read is worked out once."""


def full_of(scheme: Scheme, name: str, fulls: Fulls | None = None) -> Fraction | None:
    """Full marks of a node, or None where they cannot be known. Cycles give None."""
    fulls = {} if fulls is None else fulls
    if name not in fulls:
        fulls[name] = None  # what a circle comes back to
        node = scheme.nodes.get(name)
        if node is not None:
            fulls[name] = node.full if node.full is not None else _full(scheme, node, fulls)
    return fulls[name]


def _full(scheme: Scheme, node: Node, inner: Fulls) -> Fraction | None:
    if isinstance(node, Combining):
        return _combined(scheme, node, inner)
    match node:
        case Counted():
            paper = scheme.papers.get(node.paper)
            if node.method is Method.SHARE:
                return Fraction(1)
            return paper.full() if paper else None
        case FigureNode():
            figure = scheme.figures.get(node.figure)
            return figure.most if figure else None
        case Ratio():
            return node.cap if node.cap is not None else node.times
        case Tiers():
            return max(band.value for band in node.bands)
        case RankPoints():
            return node.points_of(1)
        case Events():
            return Fraction(0)
        case Round():
            return full_of(scheme, node.of, inner)
        case Collect():
            return None if node.how is How.SUM else full_of(scheme, node.of, inner)
        case Choose():
            return _same(_choices(scheme, node, inner))
        case From():
            is_here = node.prior is None and node.node is not None and node.whose is not Whose.SELF
            return full_of(scheme, str(node.node), inner) if is_here else None
        case _:
            return None


def part_full(scheme: Scheme, part: LinearPart, fulls: Fulls | None = None) -> Fraction | None:
    """Full marks that a part of ``linear`` brings to the sum: coefficient × full."""
    full = part.full if part.full is not None else full_of(scheme, part.node, fulls)
    return None if full is None else part.coefficient() * full


def part_fulls(scheme: Scheme, node: Linear, known: Fulls | None = None) -> list[Fraction]:
    """coefficient × full of every part, in order.

    Weighted parts whose full marks are unknown are taken to have equal ones; an unknown full of
    any other part is 0, so that dropping it only takes its own contribution away.
    """
    found = [part_full(scheme, part, known) for part in node.parts]
    if node.parts and node.parts[0].weight is not None and None in found:
        return [part.coefficient() for part in node.parts]
    return [full if full is not None else Fraction(0) for full in found]


def _combined(scheme: Scheme, node: Node, fulls: Fulls) -> Fraction | None:
    match node:
        case Linear():
            total: Fraction | None = node.constant
            for part in node.parts:
                full = part.full if part.full is not None else full_of(scheme, part.node, fulls)
                if total is None or full is None:
                    total = None
                else:  # a deduction takes nothing from what can be reached
                    total += max(Fraction(0), part.coefficient() * full)
            if node.cap is not None:
                return node.cap if total is None else min(total, node.cap)
            return total
        case Mean() | Least() | Greatest():
            found = [full_of(scheme, name, fulls) for name in node.parts]
            known = [full for full in found if full is not None]
            if len(known) != len(found):
                return None
            if isinstance(node, Mean):
                return sum(known, Fraction(0)) / len(known)
            return min(known) if isinstance(node, Least) else max(known)
        case _:
            return None


def _choices(scheme: Scheme, node: Choose, fulls: Fulls) -> list[Fraction | None]:
    found = [
        case.value if case.then is None else full_of(scheme, case.then, fulls)
        for case in node.cases
    ]
    if node.otherwise is not None:
        found.append(full_of(scheme, node.otherwise, fulls))
    return found


def _same(values: list[Fraction | None]) -> Fraction | None:
    return values[0] if values and len(set(values)) == 1 else None
