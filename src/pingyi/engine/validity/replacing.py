"""Counts in which sheets on one target are replaced by the best or the worst possible ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pingyi.engine.evaluate.counts import ChannelCounts, TotalsKey
from pingyi.engine.grammar.nodes import Missing
from pingyi.engine.grammar.papers import Paper

Sheets = tuple[int, Fraction]
"""Sheets of one kind: bits of the scored dimensions, Σ w·v."""


@dataclass(frozen=True)
class Policy:
    """How the nodes that read a class take its blank answers."""

    counts_abstained: bool
    missing: Mapping[TotalsKey, Missing]


class Replacing:
    """Replaces sheets on one target, the least favourable first, as many as asked for."""

    def __init__(
        self, counts: ChannelCounts, paper: Paper, policy: Policy, target: int, upwards: bool
    ) -> None:
        self._target = target
        self._original = counts.answers[target]
        *givers, self._best = _least_wanted_first(paper, policy, upwards)
        self._givers = np.array(givers, np.int64)
        self._given = self._original[:, self._givers].cumsum(axis=1)
        self._totals = {
            key: _RankedTotals(per_target[target], key, paper, policy, upwards)
            for key, per_target in counts.totals.items()
        }
        totals = {key: list(per_target) for key, per_target in counts.totals.items()}
        self._replaced = ChannelCounts(counts.answers.copy(), totals)
        self._replaced_totals = totals

    def by(self, number: int) -> ChannelCounts:
        """The counts with ``number`` sheets replaced; good until the next call."""
        row = self._replaced.answers[self._target]
        left = np.maximum(self._given - number, 0)  # of the first giver, of the first two, …
        row[:, self._givers[0]] = left[:, 0]
        row[:, self._givers[1:]] = left[:, 1:] - left[:, :-1]
        row[:, self._best] = self._original[:, self._best] + np.minimum(self._given[:, -1], number)
        for key, ranked in self._totals.items():
            self._replaced_totals[key][self._target] = ranked.replaced(number)
        return self._replaced


def _least_wanted_first(paper: Paper, policy: Policy, upwards: bool) -> list[int]:
    """Codes of answers in the order in which they are replaced; the last one is what replaces.

    An abstained answer that counts as 0 stands among the values, others come after all of them.
    """
    worth = dict(enumerate(paper.scaled[1]))
    best = (max if upwards else min)(worth, key=worth.__getitem__)
    abstained, not_informed = len(worth), len(worth) + 1
    blanks = [not_informed]
    if not policy.counts_abstained:
        blanks.insert(0, abstained)
    elif (worth[best] > 0) if upwards else (worth[best] < 0):
        worth[abstained] = 0
    order = sorted(worth, key=worth.__getitem__, reverse=not upwards)
    return [*(code for code in order if code != best), *blanks, best]


class _RankedTotals:
    """The totals of a target's sheets, the least wanted first."""

    def __init__(
        self,
        table: Mapping[Sheets, int],
        key: TotalsKey,
        paper: Paper,
        policy: Policy,
        upwards: bool,
    ) -> None:
        weights = [Fraction(text.rpartition(":")[2]) for text in key]
        missing = policy.missing.get(key, Missing.RENORMALISE)
        whole = (1 << len(weights)) - 1

        def wanted(sheets: Sheets) -> tuple[bool, Fraction]:
            """Sheets without a value last; among the others, the least wanted first."""
            bits, total = sheets
            scored = [weight for i, weight in enumerate(weights) if bits >> i & 1]
            if not scored or (missing is Missing.LEAVE_OUT and bits != whole):
                return True, Fraction(0)
            mean = total / sum(weights if missing is Missing.ZERO else scored)
            return False, mean if upwards else -mean

        best = max(paper.values) if upwards else min(paper.values)
        self._best: Sheets = (whole, best * sum(weights))
        self._ranked = [(sheets, table[sheets]) for sheets in sorted(table, key=wanted)]

    def replaced(self, number: int) -> dict[Sheets, int]:
        left, kept = number, dict[Sheets, int]()
        for sheets, there in self._ranked:
            taken = min(left, there)
            left -= taken
            if there > taken:
                kept[sheets] = there - taken
        if number > left:
            kept[self._best] = kept.get(self._best, 0) + number - left
        return kept
