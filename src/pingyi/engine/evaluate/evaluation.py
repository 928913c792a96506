"""A whole evaluation: columns, finals of every group, and the outcome."""

from __future__ import annotations

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.evaluate.cells import MISSING, Cell
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.counts import CountBook
from pingyi.engine.evaluate.finals import Final, GroupFinals
from pingyi.engine.evaluate.rounds import Frame, GroupKey
from pingyi.engine.outcome import TargetOutcome


class Evaluation:
    """Columns and finals of a round, worked out once."""

    def __init__(self, frame: Frame, book: CountBook, *, rulings: bool = True) -> None:
        self.frame = frame
        self.columns = Columns(frame, book, rulings=rulings)
        self.columns.finals = self._taken
        self.groups: dict[GroupKey, GroupFinals] = {}
        self._open: set[GroupKey] = set()

    def group(self, group: GroupKey) -> GroupFinals:
        """The finals of a peer group."""
        if group not in self.groups:
            if group in self._open:
                score = self.frame.scheme.nodes[self.frame.scheme.score].title
                raise Blocked(Problem.of("group_cycle", node=score))
            self._open.add(group)
            finals = GroupFinals(self.columns, group)
            finals.work_out()
            self._open.discard(group)
            self.groups[group] = finals
        return self.groups[group]

    def final(self, code: str) -> Final:
        return self.group(self.frame.group_of[code]).finals[code]

    def shown(self, name: str, code: str) -> Cell:
        """A node's value for display: one that the score does not need may be blocked."""
        try:
            return self.columns.cell(name, code)
        except Blocked:
            return MISSING

    def _taken(self, code: str) -> tuple[str | None, int | None, tuple[str, ...]]:
        final = self.final(code)
        return final.grade, final.rank, tuple(final.awards)

    def outcome(self) -> dict[str, TargetOutcome]:
        """All targets, in the order of the input."""
        return {code: self._target(code) for code in self.frame.targets}

    def _target(self, code: str) -> TargetOutcome:
        final = self.final(code)
        nodes = {}
        for name in self.frame.scheme.nodes:
            cell = self.shown(name, code)
            nodes[name] = cell.value if cell.counts else None
        return TargetOutcome(
            self.frame.group_of[code],
            nodes,
            final.exact,
            final.published,
            final.grade,
            final.rank,
            tuple(final.awards),
            tuple(final.vetoes),
        )
