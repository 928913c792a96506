"""From scheme and tables to the outcome, in the plainest way."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pingyi.engine.errors import Blocked
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import Outcome, TargetOutcome
from pingyi.engine.reference.channels import check_channels, with_rolls
from pingyi.engine.reference.finals import group_outcome
from pingyi.engine.reference.tree import Tree
from pingyi.engine.reference.voting import open_box
from pingyi.engine.tables.inputs import RoundInput


def execute(scheme: Scheme, data: RoundInput) -> Outcome:
    """Score a round. Raises ``Blocked`` where the scheme's own rules forbid a result.

    Says nothing of what deserves a warning; that is not for two executors to agree on.
    """
    box = open_box(scheme, data.ballots)
    counts = with_rolls(scheme, box.counts, data.rolls)
    check_channels(scheme, counts, data.rolls)
    tree = Tree(scheme, data, box, group_outcome)
    return Outcome({code: _with_nodes(tree, code) for code in tree.targets}, counts)


def _with_nodes(tree: Tree, target: str) -> TargetOutcome:
    nodes = {name: _shown(tree, name, target) for name in tree.scheme.nodes}
    return replace(tree.outcome(target), nodes=nodes)


def _shown(tree: Tree, name: str, target: str) -> Fraction | None:
    """The value, or None where it is missing, dropped, or blocked and needed by nothing."""
    try:
        return tree.value(name, target)
    except Blocked:
        return None
