"""What must hold between the parts of a scheme: every name is known, nothing goes in circles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter

from pingyi.engine.grammar.conditions import Condition
from pingyi.engine.grammar.document import Path
from pingyi.engine.grammar.finals import Effect
from pingyi.engine.grammar.fulls import Fulls, full_of, part_full
from pingyi.engine.grammar.nodes import (
    Ballots,
    Choose,
    Collect,
    Counted,
    Empty,
    Events,
    FigureNode,
    From,
    Linear,
    Node,
    Take,
    Tally,
    node_inputs,
)
from pingyi.engine.grammar.papers import InputKind
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.grammar.words import value_phrase

MOST_NODES = 5_000
MOST_CHAIN = 40
"""Nodes upon nodes: no published rule has ten, and every one costs a part of Python's stack."""

Finding = tuple[str, Path, dict[str, object]]


def check_scheme(scheme: Scheme) -> Iterator[Finding]:
    """Yield ``(code, path, facts)`` for everything that does not hold."""
    if len(scheme.nodes) > MOST_NODES:
        facts: dict[str, object] = {"number": len(scheme.nodes), "most": MOST_NODES}
        yield "too_many_nodes", ("nodes",), facts
        return
    yield from _check_frame(scheme)
    for name, node in scheme.nodes.items():
        yield from _check_node(scheme, node, ("nodes", name))
    yield from _check_finals(scheme)
    yield from _check_cycles(scheme)
    chain = longest_chain(scheme)
    if len(chain) > MOST_CHAIN:
        facts = {"number": len(chain), "most": MOST_CHAIN, "name": chain[-1]}
        yield "chain_too_long", ("nodes", chain[0]), facts
        return  # what follows goes from node to node, as deep as the chain is long
    fulls: Fulls = {}
    for name, node in scheme.nodes.items():
        if isinstance(node, Linear) and node.empty is Empty.RENORMALISE:
            yield from _check_fulls(scheme, node, ("nodes", name), fulls)


def longest_chain(scheme: Scheme) -> list[str]:
    """The longest way from a node to what it is made of, without circles."""
    below: dict[str, list[str]] = {}
    state: dict[str, bool] = {}
    for start in scheme.nodes:
        stack = [start]
        while stack:
            name = stack[-1]
            inner = [n for n in _read_by(scheme.nodes[name]) if n in scheme.nodes]
            if name not in state:
                state[name] = False
                stack += [n for n in inner if n not in state]
                continue
            stack.pop()
            if not state[name]:
                state[name] = True
                chains = (below[n] for n in inner if n in below)
                # one more than it takes to be refused is enough to know
                below[name] = [name, *max(chains, key=len, default=[])][: MOST_CHAIN + 1]
    return max(below.values(), key=len, default=[])


def _read_by(node: Node) -> tuple[str, ...]:
    """Nodes that a node reads, of this target or of others."""
    match node:
        case Collect():
            return (node.of,)
        case From() if node.prior is None and node.node is not None:
            return (node.node,)
        case _:
            return node_inputs(node)


def known(name: str, names: Collection[str], code: str, path: Path) -> Iterator[Finding]:
    """A finding unless ``name`` is one of ``names``."""
    if name not in names:
        yield code, path, {"name": name, "allowed": "、".join(names) or "—"}


def _check_frame(scheme: Scheme) -> Iterator[Finding]:
    for i, name in enumerate(scheme.peer_groups):
        allowed = (*scheme.attributes, PARENT)
        yield from known(name, allowed, "unknown_attribute", ("peer_groups", i))
    for key, source in scheme.inputs.items():
        for i, paper in enumerate(source.papers):
            path: Path = ("inputs", key, "papers", i)
            yield from known(paper, scheme.papers, "unknown_paper", path)
            form = scheme.papers.get(paper)
            if source.kind is InputKind.TALLY and form is not None and form.rules:
                yield "tally_with_rules", path, {"name": paper}
        for i, name in enumerate(source.classes):
            yield from known(name, scheme.classes, "unknown_class", ("inputs", key, "classes", i))
    for reserved in (PARENT, "target", "title"):
        if reserved in scheme.attributes:
            yield "reserved_name", ("attributes", reserved), {"name": reserved}


def _check_node(scheme: Scheme, node: Node, path: Path) -> Iterator[Finding]:
    for name in node_inputs(node):
        yield from known(name, scheme.nodes, "undefined_node", path)
    match node:
        case Counted():
            yield from _check_counted(scheme, node, path)
        case FigureNode():
            yield from known(node.figure, scheme.figures, "unknown_figure", (*path, "figure"))
            figure = scheme.figures.get(node.figure)
            if node.class_ is not None and figure is not None:
                yield from known(node.class_, figure.classes, "unknown_class", (*path, "class"))
        case Events():
            for kind in node.kinds:
                yield from known(kind, scheme.events, "unknown_event", (*path, "kinds", kind))
        case Choose():
            for i, case in enumerate(node.cases):
                yield from _check_condition(scheme, case.when, (*path, "cases", i, "when"), False)
        case From():
            yield from _check_from(scheme, node, path)
        case Collect():
            yield from known(node.of, scheme.nodes, "undefined_node", (*path, "of"))


def _check_counted(scheme: Scheme, node: Counted, path: Path) -> Iterator[Finding]:
    yield from known(node.input, scheme.inputs, "unknown_input", (*path, "input"))
    source = scheme.inputs.get(node.input)
    if source is not None:
        wanted = InputKind.BALLOTS if isinstance(node, Ballots) else InputKind.TALLY
        if source.kind is not wanted:
            yield (
                "input_kind",
                (*path, "input"),
                {"name": node.input, "wants": value_phrase(wanted.value)},
            )
        yield from known(node.paper, source.papers, "unknown_paper", (*path, "paper"))
        for i, name in enumerate(node.classes):
            yield from known(name, source.classes, "unknown_class", (*path, "classes", i))
    if len(set(node.classes)) != len(node.classes):
        yield "class_twice", (*path, "classes"), {}
    paper = scheme.papers.get(node.paper)
    if paper is None:
        return
    for name in node.dimensions or ():
        yield from known(name, paper.dimensions, "unknown_dimension", (*path, "dimensions"))
    if isinstance(node.dimensions, dict):
        for name, weight in node.dimensions.items():
            if weight <= 0:
                yield "weights_negative", (*path, "dimensions", name), {}
    for i, grade in enumerate(node.grades):
        yield from known(grade, paper.grades or (), "unknown_grade", (*path, "grades", i))
    if isinstance(node, Tally) and scheme.inputs.get(node.input) is None:
        return


def _check_from(scheme: Scheme, node: From, path: Path) -> Iterator[Finding]:
    if node.prior is not None:
        yield from known(node.prior, scheme.priors, "unknown_prior", (*path, "prior"))
        return
    if node.take is Take.VALUE:
        if node.node is None:
            yield "missing_key", (*path, "node"), {"name": "node"}
        else:
            yield from known(node.node, scheme.nodes, "undefined_node", (*path, "node"))
    if node.award is not None:
        yield from known(node.award, scheme.awards, "unknown_award", (*path, "award"))
    for grade in node.map or ():
        yield from known(grade, scheme.grade_labels(), "unknown_grade", (*path, "map"))


def _check_fulls(scheme: Scheme, node: Linear, path: Path, known: Fulls) -> Iterator[Finding]:
    """Renormalising needs the full marks of every part."""
    found = [part_full(scheme, part, known) for part in node.parts]
    if node.parts and node.parts[0].weight is not None and set(found) == {None}:
        return
    for i, (part, full) in enumerate(zip(node.parts, found, strict=True)):
        if part.node in scheme.nodes and (full is None or full < 0):
            yield "full_unknown", (*path, "parts", i), {"name": part.node}


def _check_condition(
    scheme: Scheme, condition: Condition, path: Path, graded: bool
) -> Iterator[Finding]:
    for part in condition.walk():
        if part.node is not None:
            yield from known(part.node, scheme.nodes, "undefined_node", path)
        if part.event is not None:
            yield from known(part.event, scheme.events, "unknown_event", path)
        if part.attribute is not None:
            yield from known(part.attribute, scheme.attributes, "unknown_attribute", path)
            attribute = scheme.attributes.get(part.attribute)
            if attribute is not None and attribute.values is not None:
                for word in part.words():
                    yield from known(word, attribute.values, "unknown_attribute_value", path)
        for grade in part.grade or ():
            if graded:
                yield from known(grade, scheme.grade_labels(), "unknown_grade", path)
            else:
                yield "condition_grade_early", path, {}


def _check_finals(scheme: Scheme) -> Iterator[Finding]:
    yield from known(scheme.score, scheme.nodes, "undefined_node", ("score",))
    labels = scheme.grade_labels()
    keys: set[str] = set()
    for i, veto in enumerate(scheme.vetoes):
        path: Path = ("vetoes", i)
        if veto.key in keys:
            yield "key_twice", (*path, "key"), {"name": veto.key}
        keys.add(veto.key)
        yield from _check_condition(scheme, veto.when, (*path, "when"), True)
        if veto.item is not None:
            yield from known(veto.item, scheme.nodes, "undefined_node", (*path, "item"))
        if veto.grade is not None:
            yield from known(veto.grade, labels, "unknown_grade", (*path, "grade"))
        if veto.effect is Effect.BAR_TOP and len(labels) < 2:
            yield "needs_grades", path, {}
        for name in veto.awards:
            yield from known(name, scheme.awards, "unknown_award", (*path, "awards"))
    for i, quota in enumerate(scheme.quotas):
        path = ("quotas", i)
        yield from known(quota.grade, labels, "unknown_grade", (*path, "grade"))
        if quota.share_node is not None:
            yield from known(quota.share_node, scheme.nodes, "undefined_node", path)
        if quota.grade in labels:
            lower = labels[labels.index(quota.grade) + 1 :]
            if quota.falls_to is not None or not lower:
                yield from known(quota.falls_to or "—", lower, "quota_falls", path)
    for key, award in scheme.awards.items():
        path = ("awards", key)
        if award.by is not None:
            yield from known(award.by, scheme.nodes, "undefined_node", (*path, "by"))
        if award.when is not None:
            yield from _check_condition(scheme, award.when, (*path, "when"), True)
    for i, item in enumerate(scheme.rank.tie_break):
        yield from known(item.node, scheme.nodes, "undefined_node", ("rank", "tie_break", i))


def dependencies(scheme: Scheme, name: str) -> tuple[str, ...]:
    """The nodes of the same target (or its peers) that must be known before ``name``."""
    zeroing = [
        inner
        for veto in scheme.vetoes
        if (veto.effect is Effect.ZERO_ITEM and veto.item == name)
        or (veto.effect is Effect.ZERO_ALL and scheme.score == name)
        for inner in veto.when.node_names()
    ]
    return (*node_inputs(scheme.nodes[name]), *zeroing)


def _check_cycles(scheme: Scheme) -> Iterator[Finding]:
    graph = {
        name: [inner for inner in dependencies(scheme, name) if inner in scheme.nodes]
        for name in scheme.nodes
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = [str(name) for name in reversed(error.args[1])]
        yield "cycle", ("nodes", cycle[0]), {"cycle": " → ".join(cycle)}


__all__ = ["check_scheme", "dependencies", "full_of"]
