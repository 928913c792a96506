"""The value of every node for every target, each worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from pingyi.engine.grammar.finals import Effect, RoundingStage
from pingyi.engine.grammar.nodes import (
    Ballots,
    Choose,
    Collect,
    Combining,
    Events,
    FigureNode,
    From,
    RankPoints,
    Ratio,
    Round,
    Tally,
    Tiers,
    node_inputs,
)
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.numbers import round_exact
from pingyi.engine.outcome import TargetOutcome
from pingyi.engine.reference.cells import MISSING, Cell, State, ok, ok_or_missing
from pingyi.engine.reference.combine import collect, combine, rounded
from pingyi.engine.reference.conditions import Facts, holds
from pingyi.engine.reference.leaves import (
    ZERO,
    ballots_value,
    events_value,
    figure_value,
    happened,
    tally_value,
)
from pingyi.engine.reference.links import from_cell
from pingyi.engine.reference.once import Once
from pingyi.engine.reference.single import rank_points_value, ratio_cell, tiers_value
from pingyi.engine.reference.voting import Box
from pingyi.engine.tables.inputs import RoundInput, RulingKind

Group = tuple[str, ...]
GroupOutcome = Mapping[str, TargetOutcome]


class Tree:
    """Answers what any node is for any target, and what became of any peer group."""

    def __init__(
        self,
        scheme: Scheme,
        data: RoundInput,
        box: Box,
        finals: Callable[[Tree, Group], GroupOutcome],
    ) -> None:
        self.scheme, self.data, self.box = scheme, data, box
        self.targets = {target.code: target for target in data.targets}
        self._children = data.children()
        self._cells: Once[tuple[str, str], Cell] = Once(lambda key: self._ruled(*key))
        self._groups: Once[Group, GroupOutcome] = Once(lambda group: finals(self, group))

    def group_of(self, target: str) -> Group:
        known = self.targets[target]
        return tuple(
            known.parent or "" if name == PARENT else known.attributes.get(name, "")
            for name in self.scheme.peer_groups
        )

    def peers(self, group: Group) -> list[str]:
        return [code for code in self.targets if self.group_of(code) == group]

    def outcome(self, target: str) -> TargetOutcome:
        """Score, grade, rank and awards; worked out for the whole peer group."""
        return self._groups.get(self.group_of(target))[target]

    def cell(self, name: str, target: str) -> Cell:
        return self._cells.get((name, target))

    def value(self, name: str, target: str) -> Fraction | None:
        """The exact value, where it counts."""
        return self.cell(name, target).counting

    def peer_values(self, name: str, target: str) -> list[Fraction]:
        """The values of a node over the peer group, also those that were dropped."""
        values = [self.cell(name, peer).value for peer in self.peers(self.group_of(target))]
        return [value for value in values if value is not None]

    def facts(self, target: str) -> Facts:
        """What conditions inside the tree may ask: exact values."""
        return Facts(
            node_value=lambda name: self.value(name, target),
            event_number=lambda kind: happened(self.data, kind, target),
            attributes=self.targets[target].attributes,
        )

    def _ruled(self, name: str, target: str) -> Cell:
        """The cell after vetoes that zero and after rulings."""
        cell = self._plain(name, target)
        is_zeroed = any(
            holds(veto.when, self.facts(target))
            for veto in self.scheme.vetoes
            if (veto.effect is Effect.ZERO_ITEM and veto.item == name)
            or (veto.effect is Effect.ZERO_ALL and name == self.scheme.score)
        )
        if is_zeroed:
            cell = ok(ZERO)
        kinds = {
            ruling.kind
            for ruling in self.data.rulings
            if (ruling.node, ruling.target) == (name, target)
        }
        if RulingKind.PROTECTION in kinds:
            return Cell(State.DROPPED, cell.value)
        if RulingKind.TOLERANCE in kinds and cell.state is State.OK:
            return Cell(State.TOLERATED, cell.value)
        return cell

    def _plain(self, name: str, target: str) -> Cell:
        """The cell as its operation makes it."""
        node = self.scheme.nodes[name]
        match node:
            case Ballots():
                return ok_or_missing(ballots_value(self.scheme, self.box, node, target))
            case Tally():
                return ok_or_missing(tally_value(self.scheme, self.data, node, target))
            case FigureNode():
                return ok_or_missing(figure_value(self.scheme, self.data, node, target))
            case Events():
                return ok(events_value(self.data, node, target))
            case Combining():
                names = node_inputs(node)
                cells = [self._part(part, target) for part in names]
                return combine(self.scheme, node, cells, names)
            case Collect():
                children = self._children[target]
                cells = [self._part(node.of, child) for child in children]
                return collect(node, cells, children)
            case Choose():
                return self._chosen(node, target)
            case From():
                return from_cell(self, node, target)
            case Ratio():
                return ratio_cell(self, node, target)
            case Tiers():
                of = self.cell(node.of, target)
                return of.with_value(tiers_value(node, of.value))
            case RankPoints():
                of, listed = self.cell(node.of, target), self.peer_values(node.of, target)
                if of.value is None:
                    return of
                return of.with_value(rank_points_value(node, of.value, listed))
            case Round():
                of = self.cell(node.of, target)
                if of.value is None:
                    return of
                return of.with_value(round_exact(of.value, node.places, node.mode))

    def _part(self, name: str, target: str) -> Cell:
        """A cell that is about to be combined."""
        cell = self.cell(name, target)
        is_rounded = self.scheme.rounding.stage is RoundingStage.PARTS
        return rounded(self.scheme, cell) if is_rounded else cell

    def _chosen(self, node: Choose, target: str) -> Cell:
        for case in node.cases:
            if holds(case.when, self.facts(target)):
                then, value = case.then, case.value
                break
        else:
            then, value = node.otherwise, node.otherwise_value
        if then is not None:
            return self.cell(then, target)
        return MISSING if value is None else ok(value)
