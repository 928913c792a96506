"""Conditions, for ``choose``, vetoes and awards."""

from __future__ import annotations

from collections.abc import Sequence

from tests.engine.strategies.frame import BOUNDS, KINDS, LEVELS
from tests.engine.strategies.maker import Data, Maker


def condition(m: Maker, nodes: Sequence[str], *, graded: bool, depth: int = 1) -> Data:
    """A condition over ``nodes``; over the grade too where there is one by then."""
    kinds = ["attribute", "attribute", "event"]
    kinds += ["node", "node"] if nodes else []
    kinds += ["grade"] if graded and "grades" in m.scheme else []
    kinds += ["all", "any", "none"] if depth else []
    match m.one(kinds):
        case "node":
            return {"node": m.one(nodes)} | _bounds(m, ("0", "1", "2", "5", "10", "60", "1/3"))
        case "event":
            found: Data = {"event": m.one(("e0", "e1"))}
            return found | (_bounds(m, ("0", "1", "2", "3/2")) if m.chance(50) else {})
        case "grade":
            labels = [band["grade"] for band in m.scheme["grades"]["bands"]]
            return {"grade": m.some(labels)}
        case "attribute":
            return _attribute(m)
        case group:
            parts = [
                condition(m, nodes, graded=graded, depth=depth - 1) for _ in range(m.number(1, 2))
            ]
            return {group: parts}


def _bounds(m: Maker, values: Sequence[str]) -> Data:
    return {bound: m.one(values) for bound in m.some(BOUNDS, 1, 2)}


def _attribute(m: Maker) -> Data:
    words = {"level": list(LEVELS), "kind": list(KINDS), "zone": ["东", "西"]}
    name = m.one(list(words))
    if m.chance(60):
        return {"attribute": name, "is": m.one(words[name])}
    return {"attribute": name, "in": m.some(words[name])}
