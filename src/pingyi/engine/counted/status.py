"""Ballot counts per class and paper: reconciliation with the rolls, quorum."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pingyi.engine.counted.kernel import ABSTAINED, NOT_INFORMED, RETURNED, VALID
from pingyi.engine.counted.stream import Counted
from pingyi.engine.errors import Blocked, Place, Problem
from pingyi.engine.grammar.papers import InputKind, Otherwise, Quorum, QuorumCount, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.messages import Phrase
from pingyi.engine.outcome import BallotCounts, ChannelKey
from pingyi.engine.tables.columns import BALLOTS, ROLLS, TALLIES
from pingyi.engine.tables.inputs import Roll, RoundInput


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
        data: RoundInput,
    ) -> None:
        self.scheme, self.counts, self.data = scheme, counts, data
        self.rolls = {(r.input, r.rater_class, r.paper, r.target): r for r in data.rolls}
        self.blocks: list[Problem] = []
        self.warnings: list[Problem] = []
        for key, found in counts.items():
            self._compare(key, found)

    def raise_if_blocked(self) -> None:
        if self.blocks:
            raise Blocked(self.blocks)

    def _places(self, key: ChannelKey, roll: Roll | None) -> list[Place]:
        """Where the counts of a channel come from: its row of the rolls, and the ballots.

        Only told of what forbids a result: a bundle keeps counts, but no file names and rows."""
        is_tally = self.scheme.inputs[key[0]].kind is InputKind.TALLY
        places = (
            self.data.place(ROLLS.key, roll.row) if roll else None,
            self.data.place(TALLIES.key if is_tally else BALLOTS.key),
        )
        return [place for place in places if place is not None]

    def _names(self, key: ChannelKey) -> dict[str, str]:
        source, rater_class, paper, target = key
        names = (self.scheme.classes[rater_class].title, self.scheme.papers[paper].title, target)
        return {
            "input": self.scheme.inputs[source].title,
            "classes": "（" + "，".join(name for name in names if name) + "）",
        }

    def _compare(self, key: ChannelKey, found: BallotCounts) -> None:
        names, roll = self._names(key), self.rolls.get(key)
        places = self._places(key, roll)
        if found.issued is None:
            self.warnings.append(Problem.of("no_rolls", **names))
        elif found.returned is not None and found.returned > found.issued:
            facts = {"returned": found.returned, "issued": found.issued}
            self.blocks.append(Problem.of("more_returned", **names, **facts).at(places))
        population = roll.population if roll else None
        if population is not None and found.returned is not None and found.returned > population:
            facts = {"returned": found.returned, "population": population}
            self.warnings.append(Problem.of("more_than_residents", **names, **facts))
        quorum = self.scheme.inputs[key[0]].quorum
        if quorum is not None:
            problem = self._quorum_problem(quorum, names, roll, found)
            if problem is not None and quorum.otherwise is Otherwise.BLOCK:
                self.blocks.append(problem.at(places))
            elif problem is not None:
                self.warnings.append(problem)

    def _quorum_problem(
        self, quorum: Quorum, names: dict[str, str], roll: Roll | None, found: BallotCounts
    ) -> Problem | None:
        whole = getattr(roll, quorum.of.value) if roll else None
        if quorum.count is QuorumCount.PRESENT:
            part = roll.present if roll else None
        else:
            part = getattr(found, quorum.count.value)
        if whole is None or part is None:
            lacking = quorum.of if whole is None else quorum.count
            return Problem.of("quorum_unknown", **names, of=_heading(lacking))
        got = Fraction(part, whole) if whole else Fraction(0)
        if got > quorum.least or (got == quorum.least and not quorum.exceed):
            return None
        test = Phrase("超过", "exceed") if quorum.exceed else Phrase("达到", "reach")
        count = f"{_heading(quorum.count)}/{_heading(quorum.of)}"
        facts: dict[str, object] = {"count": count, "got": f"{part}/{whole}", "test": test}
        return Problem.of("quorum_missed", **names, **facts, least=quorum.least)
