"""Nodes, layer by layer, each made of those before it."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.strategies.conditions import condition
from tests.engine.strategies.maker import SHARES, VALUES, Data, Maker, as_bool

EMPTY = ("renormalise", "renormalise", "renormalise", "zero", "zero", "block")
MODES = ("half_up", "truncate", "half_even")
FIGURE_STEP = "0.25"
"""All generated figures are multiples of this."""


def make_nodes(m: Maker) -> None:
    """Some leaves, then operations over what is there; the score is one of the last.

    Now and then only one kind of leaf and little above it, so that more is seen of what comes
    before or after the tree.
    """
    m.scheme["nodes"] = {}
    leaves = m.one((_LEAVES, _LEAVES, (_figure,), (_counted,)))
    for i in range(m.number(2, 5)):
        _add(m, f"n{i}", m.one(leaves))
    first = len(m.scheme["nodes"])
    for i in range(first, first + (m.number(2, 7) if leaves is _LEAVES else m.number(1, 3))):
        _add(m, f"n{i}", m.one(_INNER))
    m.scheme["score"] = m.one(m.keys("nodes")[first:])


def _add(m: Maker, name: str, make: Callable[[Maker, str], Data]) -> None:
    node = m.ruled(f"项{name}") | make(m, name)
    if m.chance(35):
        node["full"] = m.one(("0", "1", "10", "100"))
        m.fulls.add(name)
    m.scheme["nodes"][name] = node


def _of(m: Maker) -> str:
    """A node that is there already, the later the likelier."""
    names = m.keys("nodes")
    return names[max(m.number(0, len(names) - 1), m.number(0, len(names) - 1))]


def _bounds(m: Maker, node: Data, percent: int = 25) -> Data:
    """A floor and a cap, the floor never above the cap."""
    m.maybe(node, percent, "floor", lambda: m.one(("0", "-2", "1", "1/3")))
    m.maybe(node, percent, "cap", lambda: m.one(("1", "5", "10", "100", "7/3")))
    return node


# -- leaves --------------------------------------------------------------------------------------


def _counted(m: Maker, name: str) -> Data:
    source_key = m.one(m.keys("inputs"))
    source = m.scheme["inputs"][source_key]
    is_ballots = source.get("kind", "ballots") == "ballots"
    paper_key = m.one(source["papers"])
    paper = m.scheme["papers"][paper_key]
    node: Data = {"op": "ballots" if is_ballots else "tally", "input": source_key}
    node |= {"paper": paper_key, "classes": m.some(source["classes"])}
    if m.chance(50):
        chosen = m.shuffled(m.some(list(paper["dimensions"])))
        weights = {dimension: m.one(("1", "2", "0.5", "1/3", "60%")) for dimension in chosen}
        node["dimensions"] = m.one((chosen, weights))
    methods = ["mean", "median", "trimmed"] + (["share", "share"] if "grades" in paper else [])
    m.maybe(node, 80, "method", lambda: m.one(methods))
    if node.get("method") == "trimmed":
        node["trim"] = _trim(m)
    if node.get("method") == "share":
        node["grades"] = m.some(list(paper["grades"]))
    m.maybe(node, 60, "missing", lambda: m.one(("renormalise", "zero", "leave_out")))
    if is_ballots and node.get("method") != "share" and m.chance(55):
        node["over"] = m.one(("total", "total", "dimension"))
    if node.get("over") != "total":
        m.maybe(node, 50, "count_abstained", lambda: as_bool(m.chance(70)))
    m.fulls.add(name)
    return node


def _trim(m: Maker) -> Data:
    trim: Data = {"above": str(m.number(2, 5))}
    m.maybe(trim, 30, "high", lambda: m.one(("0", "1", "2")))
    m.maybe(trim, 30, "low", lambda: m.one(("0", "1")))
    if int(trim["above"]) < int(trim.get("high", "1")) + int(trim.get("low", "1")):
        trim["above"] = "3"
    m.maybe(trim, 30, "share", lambda: m.one(("0", "10%", "1/3", "49%")))
    return trim


def _figure(m: Maker, name: str) -> Data:
    key = m.one(("f0", "f0", "f1", "f2"))
    node: Data = {"op": "figure", "figure": key}
    if key == "f2" and m.chance(40):
        node["class"] = m.one(m.scheme["figures"]["f2"]["classes"])
    if key != "f2":
        m.steps[name] = FIGURE_STEP
    if key == "f0":
        m.fulls.add(name)
    return node


def _events(m: Maker, name: str) -> Data:
    kinds = {}
    for kind in m.some(("e0", "e1")):
        points: Data = {"points": m.value()}
        m.maybe(points, 40, "cap", lambda: m.one(("0", "1", "5")))
        kinds[kind] = points
    node: Data = {"op": "events", "kinds": kinds}
    m.maybe(node, 40, "base", m.value)
    m.fulls.add(name)
    return _bounds(m, node)


def _from(m: Maker, name: str) -> Data:
    """Mostly such that it is no circle: grades and ranks are taken where the levels are apart."""
    whose = m.one(("self", "parent", "parent", "target"))
    if whose == "self" and "priors" not in m.scheme:
        whose = "parent"
    node: Data = {"op": "from", "whose": whose}
    if whose == "target":
        node["target"] = m.one(("t0", "t0", "t1", "nobody"))
    if whose == "self" or ("priors" in m.scheme and m.chance(40)):
        node["prior"] = "y"
    groups = m.scheme.get("peer_groups", [])
    is_apart = "level" in groups or "parent" in groups
    takes = ["value", "grade", "award", "rank"]
    if "prior" not in node and not m.keys("nodes"):
        takes.remove("value")
    if "prior" not in node and not is_apart and m.chance(80) and m.keys("nodes"):
        takes = ["value"]
    return _taken(m, name, node, m.one(takes))


def _taken(m: Maker, name: str, node: Data, take: str) -> Data:
    node["take"] = take
    if take == "value" and "prior" not in node:
        node["node"] = name if m.chance(3) else _of(m)
    elif take == "value":
        m.maybe(node, 60, "node", lambda: m.one(("n0", "n1", "n9")))
    elif take == "grade":
        labels = ["甲", "乙"] if "prior" not in node else ["甲", "乙", "丙"]
        node["map"] = {label: m.value() for label in m.some(labels)}
        m.scheme["_wants_grades"] = True
    elif take == "award":
        node["award"] = m.one(("w0", "w1"))
        m.scheme["_wants_awards"] = True
    m.maybe(node, 50, "otherwise", m.value)
    return node


# -- operations over other nodes ------------------------------------------------------------------


def _linear(m: Maker, name: str) -> Data:
    node: Data = {"op": "linear"}
    m.maybe(node, 90, "empty", lambda: m.one(EMPTY))
    m.maybe(node, 40, "constant", m.value)
    number = m.one((0, 1, 2, 2, 3, 3, 4))
    parts = [{"node": _of(m)} for _ in range(number)]
    if parts and m.chance(50):
        weights = {1: [["1"]], 2: [["0.6", "0.4"], ["1/3", "2/3"], ["1", "0"], ["0", "1"]]}
        weights[3] = [["50%", "30%", "20%"], ["1/3", "1/3", "1/3"], ["0", "0.5", "0.5"]]
        weights[4] = [["0.25", "0.25", "0.25", "0.25"], ["0.4", "0.3", "0.2", "0.1"]]
        for part, weight in zip(parts, m.one(weights[number]), strict=True):
            part["weight"] = weight
    else:
        for part in parts:
            m.maybe(part, 60, "times", m.value)
    needs = node.get("empty") == "renormalise" and not ("weight" in str(parts) and m.chance(15))
    for part in parts:
        if needs and part.get("times", "1").startswith("-"):
            part["times"] = part["times"].removeprefix("-")
        if m.chance(30) or (needs and part["node"] not in m.fulls):
            part["full"] = m.one(("0", "1", "10", "100"))
    if parts or m.chance(50):
        node["parts"] = parts
    return _bounds(m, node)


def _plain(op: str) -> Callable[[Maker, str], Data]:
    def make(m: Maker, name: str) -> Data:
        parts = [_of(m) for _ in range(m.number(1, 3))]
        return _bounds(m, {"op": op, "parts": parts, "empty": m.one(EMPTY)})

    return make


def _ratio(m: Maker, name: str) -> Data:
    zero = m.one(("missing", "zero", "full", "full", "zero", "block"))
    node: Data = {"op": "ratio", "of": _of(m), "zero": zero}
    match m.one(("to_node", "to_number", "to_best", "to_best")):
        case "to_node":
            node["to_node"] = _of(m)
        case "to_number":
            node["to_number"] = m.one(("0", "0", *VALUES))
        case _:
            node["to_best"] = "true"
    m.maybe(node, 50, "times", m.value)
    m.maybe(node, 10, "to_best", lambda: "true" if "to_best" in node else "false")
    return _bounds(m, node)


def _tiers(m: Maker, name: str) -> Data:
    node: Data = {"op": "tiers", "of": _of(m)}
    if m.steps and m.chance(40):
        node["of"] = m.one(list(m.steps))
        node["step"] = m.steps[node["of"]]
    elif m.chance(5):
        node["step"] = "1"
    cuts = m.cuts(("-1", "0", "1", "2.25", "5", "10", "60"), 4)
    ranges = m.shuffled(m.bands(cuts, node.get("step")))
    bare = m.number(1, len(ranges) - 1) if m.chance(40) else 0
    if bare:
        node["undefined"] = ranges[:bare]
    node["bands"] = [band | {"value": m.value()} for band in ranges[bare:]]
    return node


def _rank_points(m: Maker, name: str) -> Data:
    node: Data = {"op": "rank_points", "of": _of(m)}
    if m.chance(50):
        node["points"] = [m.value() for _ in range(m.number(1, 4))]
    else:
        node |= {"first": m.one(("100", "10", "7/3")), "step": m.one(("1", "2", "0.5", "0"))}
    m.maybe(node, 50, "least", m.value)
    m.maybe(node, 50, "lowest_first", lambda: as_bool(m.chance(70)))
    m.maybe(node, 70, "ties", lambda: m.one(("skip", "dense")))
    return node


def _choose(m: Maker, name: str) -> Data:
    cases = []
    for _ in range(m.number(1, 3)):
        case: Data = {"when": condition(m, m.keys("nodes"), graded=False)}
        case |= {"then": _of(m)} if m.chance(60) else {"value": m.value()}
        cases.append(case)
    node: Data = {"op": "choose", "cases": cases}
    match m.one(("node", "value", "none")):
        case "node":
            node["otherwise"] = _of(m)
        case "value":
            node["otherwise_value"] = m.value()
    return node


def _collect(m: Maker, name: str) -> Data:
    of = name if m.chance(5) else _of(m)
    how = m.one(("mean", "sum", "least", "greatest"))
    return {"op": "collect", "of": of, "how": how, "empty": m.one(EMPTY)}


def _round(m: Maker, name: str) -> Data:
    places = m.one((0, 0, 1, 2))
    node: Data = {"op": "round", "of": _of(m), "places": str(places)}
    m.maybe(node, 70, "mode", lambda: m.one(MODES))
    m.steps[name] = ("1", "0.1", "0.01")[places]
    return node


def make_share(m: Maker) -> str:
    """A node that is the same share for everyone, for quotas; now and then it is not."""
    if m.chance(15):
        return _of(m)
    m.scheme["nodes"]["share"] = m.ruled("比例", op="linear", constant=m.one(SHARES))
    return "share"


_LEAVES = (_counted, _counted, _counted, _counted, _figure, _figure, _figure, _events, _from)
_INNER = (
    _linear,
    _linear,
    _linear,
    _plain("mean"),
    _plain("least"),
    _plain("greatest"),
    _ratio,
    _ratio,
    _tiers,
    _rank_points,
    _choose,
    _choose,
    _collect,
    _round,
    _round,
    _from,
)
