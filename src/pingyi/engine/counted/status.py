"""Ballot counts per class and paper: reconciliation with the rolls, quorum."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pingyi.engine.counted.kernel import ABSTAINED, NOT_INFORMED, RETURNED, VALID
from pingyi.engine.counted.stream import Counted
from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.papers import Otherwise, Quorum, QuorumCount, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import BallotCounts, ChannelKey
from pingyi.engine.tables.columns import ROLLS
from pingyi.engine.tables.inputs import Roll


def ballot_counts(counted: Counted, rolls: tuple[Roll, ...]) -> dict[ChannelKey, BallotCounts]:
    """Counts of every channel that has ballots or a roll; tallies take theirs from the rolls."""
    by_key = {(r.input, r.rater_class, r.paper, r.target): r for r in rolls}
    found: dict[ChannelKey, BallotCounts] = {}
    for i, counts in counted.channels.items():
        channel = counted.layout.channels[i]
        own = channel.paper.paper.scope is Scope.OWN
        for row, statuses in enumerate(counts.ballots.tolist()):
            target = counted.layout.targets[row] if own else None
            key = (channel.input, channel.rater_class, channel.paper.key, target)
            roll = by_key.pop(key, None)
            if roll is None and not statuses[RETURNED]:
                continue
            found[key] = BallotCounts(
                roll.issued if roll else None,
                statuses[RETURNED],
                statuses[VALID],
                statuses[RETURNED] - statuses[VALID],
                statuses[ABSTAINED],
                statuses[NOT_INFORMED],
            )
    for key, roll in by_key.items():
        found[key] = BallotCounts(roll.issued, roll.returned, roll.valid, roll.invalid)
    return found


def _heading(key: str) -> str:
    """A column of the rolls as it is headed."""
    return ROLLS.column(key).zh


class Reconciliation:
    """Compares counts with rolls: what forbids a result, and what must be said beside it."""

    def __init__(
        self,
        scheme: Scheme,
        counts: Mapping[ChannelKey, BallotCounts],
        rolls: tuple[Roll, ...],
    ) -> None:
        self.scheme, self.counts = scheme, counts
        self.rolls = {(r.input, r.rater_class, r.paper, r.target): r for r in rolls}
        self.blocks: list[Problem] = []
        self.warnings: list[Problem] = []
        for key, found in counts.items():
            self._compare(key, found)

    def raise_if_blocked(self) -> None:
        if self.blocks:
            raise Blocked(self.blocks)

    def _names(self, key: ChannelKey) -> dict[str, str]:
        source, rater_class, paper, target = key
        names = (self.scheme.classes[rater_class].title, self.scheme.papers[paper].title, target)
        return {
            "input": self.scheme.inputs[source].title,
            "classes": "（" + "，".join(name for name in names if name) + "）",
        }

    def _compare(self, key: ChannelKey, found: BallotCounts) -> None:
        names = self._names(key)
        if found.issued is None:
            self.warnings.append(Problem.of("no_rolls", **names))
        elif found.returned is not None and found.returned > found.issued:
            facts = {"returned": found.returned, "issued": found.issued}
            self.blocks.append(Problem.of("more_returned", **names, **facts))
        roll = self.rolls.get(key)
        population = roll.population if roll else None
        if population is not None and found.returned is not None and found.returned > population:
            facts = {"returned": found.returned, "population": population}
            self.warnings.append(Problem.of("more_than_residents", **names, **facts))
        quorum = self.scheme.inputs[key[0]].quorum
        if quorum is not None:
            self._check_quorum(quorum, names, roll, found)

    def _check_quorum(
        self, quorum: Quorum, names: dict[str, str], roll: Roll | None, found: BallotCounts
    ) -> None:
        whole = getattr(roll, quorum.of.value) if roll else None
        if quorum.count is QuorumCount.PRESENT:
            part = roll.present if roll else None
        else:
            part = getattr(found, quorum.count.value)
        told = self.blocks if quorum.otherwise is Otherwise.BLOCK else self.warnings
        if whole is None or part is None:
            lacking = quorum.of if whole is None else quorum.count
            told.append(Problem.of("quorum_unknown", **names, of=_heading(lacking)))
            return
        got = Fraction(part, whole) if whole else Fraction(0)
        if got > quorum.least or (got == quorum.least and not quorum.exceed):
            return
        test = "超过 (>)" if quorum.exceed else "达到 (≥)"
        count = f"{_heading(quorum.count)}/{_heading(quorum.of)}"
        facts = {"count": count, "got": f"{part}/{whole}", "test": test}
        told.append(Problem.of("quorum_missed", **names, **facts, least=quorum.least))
