"""The value of every node for every target, each worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

from pingyi.engine.errors import Blocked
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.outcome import TargetOutcome
from pingyi.engine.reference.cells import Cell
from pingyi.engine.reference.voting import Box
from pingyi.engine.tables.inputs import RoundInput

Group = tuple[str, ...]
Found = TypeVar("Found")
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
        self._work_out_finals = finals
        self._children = data.children()
        self._cells: dict[tuple[str, str], Cell | Blocked] = {}
        self._groups: dict[Group, GroupOutcome | Blocked] = {}
        self._open: set[object] = set()

    def group_of(self, target: str) -> Group:
        known = self.targets[target]
        return tuple(
            known.parent or "" if name == PARENT else known.attributes.get(name, "")
            for name in self.scheme.peer_groups
        )

    def peers(self, group: Group) -> list[str]:
        return [code for code in self.targets if self.group_of(code) == group]

    def finals(self, group: Group) -> GroupOutcome:
        """Score, grade, rank and awards of a peer group."""
        return self._once(
            self._groups, group, group, lambda: self._work_out_finals(self, group)
        )

    def cell(self, name: str, target: str) -> Cell:
        """What ``name`` is for ``target``: vetoes that zero first, then rulings."""
        key = (name, target)
        return self._once(self._cells, key, key, lambda: self._cell(name, target))

    def value(self, name: str, target: str) -> Fraction | None:
        """The exact value, where it counts."""
        return self.cell(name, target).counting

    def _once(
        self,
        known: dict[Key, Found | Blocked],
        key: Key,
        mark: object,
        work_out: Callable[[], Found],
    ) -> Found:
        raise NotImplementedError
