"""Rank stability: how few replaced sheets of one class would change a rank or a grade.

For one target and one class at a time: sheets are replaced by the best (or worst) possible ones,
the least favourable first, dimension by dimension. Since the dimensions are taken separately, and
one sheet holds them all, the number found is a lower bound: fewer sheets cannot change the result.
With one dimension it is exact. The bound rests on better sheets never lowering the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pingyi.engine.errors import Blocked
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.counts import ChannelCounts, CountBook, Ints, TotalsKey, totals_key
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.finals import Final, GroupFinals
from pingyi.engine.evaluate.rounds import GroupKey
from pingyi.engine.grammar.nodes import Collect, Counted, From, Missing, RankPoints, Ratio
from pingyi.engine.grammar.papers import Paper

ChannelName = tuple[str, str, str]
Standing = tuple[str | None, int | None]


@dataclass(frozen=True)
class Stability:
    """``rank`` and ``grade``: at least so many sheets must be replaced to change it; None: all of
    them together would not."""

    target: str
    channel: ChannelName
    sheets: int
    rank: int | None
    grade: int | None


def rank_stability(evaluation: Evaluation) -> Iterator[Stability]:
    """For every target, and every class that its score depends on."""
    prober = _Prober(evaluation)
    for code in evaluation.frame.targets:
        for channel in evaluation.columns.book:
            sheets = prober.sheets(code, channel)
            if sheets:
                found = prober.probe(code, channel, sheets)
                if found is not None:
                    yield found


class _Prober:
    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation, self.frame = evaluation, evaluation.frame
        self.book: CountBook = evaluation.columns.book
        self.scheme = self.frame.scheme
        self.used = {
            (node.input, rater_class, node.paper)
            for node in self.scheme.nodes.values()
            if isinstance(node, Counted)
            for rater_class in node.classes
        }
        self.is_local = not any(
            isinstance(node, RankPoints | From | Collect)
            or (isinstance(node, Ratio) and node.to_best)
            for node in self.scheme.nodes.values()
        )
        self._judged: dict[GroupKey, dict[str, Final]] = {}

    def sheets(self, code: str, channel: ChannelName) -> int:
        """Sheets of a class on a target, blank ones included."""
        if channel not in self.used:
            return 0
        return int(self.book[channel].answers[self.frame.index[code], 0].sum())

    def _policy(self, channel: ChannelName) -> Policy:
        nodes = [
            node
            for node in self.scheme.nodes.values()
            if isinstance(node, Counted)
            and (node.input, node.paper) == (channel[0], channel[2])
            and channel[1] in node.classes
        ]
        paper = self.scheme.papers[channel[2]]
        return Policy(
            any(node.count_abstained for node in nodes),
            {totals_key(paper, node): node.missing for node in nodes},
        )

    def probe(self, code: str, channel: ChannelName, sheets: int) -> Stability | None:
        final = self.evaluation.final(code)
        base: Standing = (final.grade, final.rank)
        found: dict[int, int | None] = {0: None, 1: None}
        for upwards in (True, False):
            ends = self._standing(code, channel, sheets, upwards)
            for aspect in (0, 1):
                if ends[aspect] == base[aspect]:
                    continue
                number = self._least(code, channel, sheets, upwards, aspect, base[aspect])
                before = found[aspect]
                found[aspect] = number if before is None else min(before, number)
        return Stability(code, channel, sheets, rank=found[1], grade=found[0])

    def _least(
        self,
        code: str,
        channel: ChannelName,
        sheets: int,
        upwards: bool,
        aspect: int,
        base: object,
    ) -> int:
        """Least number that changes the aspect, by doubling and halving."""
        low, high = 0, 1
        while high < sheets and self._standing(code, channel, high, upwards)[aspect] == base:
            low, high = high, min(2 * high, sheets)
        while high - low > 1:
            middle = (low + high) // 2
            if self._standing(code, channel, middle, upwards)[aspect] == base:
                low = middle
            else:
                high = middle
        return high

    def _standing(self, code: str, channel: ChannelName, number: int, upwards: bool) -> Standing:
        """(grade, rank) with ``number`` sheets replaced; unchanged where that is blocked."""
        paper = self.scheme.papers[channel[2]]
        policy = self._policy(channel)
        counts = replaced(
            self.book[channel], paper, policy, self.frame.index[code], number, upwards
        )
        book = {**self.book, channel: counts}
        final = self.evaluation.final(code)
        try:
            if not self.is_local:
                other = Evaluation(self.frame, book, rulings=self.evaluation.columns.with_rulings)
                changed = other.final(code)
                return changed.grade, changed.rank
            return self._settled(code, book)
        except Blocked:
            return final.grade, final.rank

    def _settled(self, code: str, book: CountBook) -> Standing:
        columns = Columns(self.frame, book, rulings=self.evaluation.columns.with_rulings)
        columns.known = _Others(self.evaluation.columns.known, code)
        columns.compared = _Others(self.evaluation.columns.compared, code)
        group = self.frame.group_of[code]
        return GroupFinals(columns, group).settle_one(code, self._judged_group(group))

    def _judged_group(self, group: GroupKey) -> dict[str, Final]:
        if group not in self._judged:
            finals = GroupFinals(self.evaluation.columns, group)
            for code in finals.codes:
                finals.judge(code)
            self._judged[group] = finals.finals
        return self._judged[group]


class _Others(dict):  # type: ignore[type-arg]
    """Known cells of all targets but one, which are worked out anew."""

    def __init__(self, known: Mapping[tuple[str, str], object], code: str) -> None:
        super().__init__()
        self._known, self._code = known, code

    def __contains__(self, key: object) -> bool:
        assert isinstance(key, tuple)
        return super().__contains__(key) or (key[1] != self._code and key in self._known)

    def __missing__(self, key: tuple[str, str]) -> object:
        return self._known[key]


@dataclass(frozen=True)
class Policy:
    """How the nodes that read a class take its blank answers."""

    counts_abstained: bool
    missing: Mapping[TotalsKey, Missing]


def replaced(
    counts: ChannelCounts, paper: Paper, policy: Policy, target: int, number: int, upwards: bool
) -> ChannelCounts:
    """Counts with ``number`` sheets on a target replaced by the best or worst possible."""
    answers = counts.answers.copy()
    order = _least_wanted_first(paper, policy, upwards)
    for dimension in range(answers.shape[1]):
        _replace(answers[target, dimension], order, number)
    totals = {}
    for key, per_target in counts.totals.items():
        weights = [Fraction(text.rpartition(":")[2]) for text in key]
        best = max(paper.values) if upwards else min(paper.values)
        missing = policy.missing.get(key, Missing.RENORMALISE)
        table = list(per_target)
        table[target] = _replaced_totals(
            dict(table[target]), weights, missing, best, number, upwards
        )
        totals[key] = table
    return ChannelCounts(answers, totals)


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


def _replace(row: Ints, order: list[int], number: int) -> None:
    """Move ``number`` answers, the first in ``order`` first, to the last in ``order``."""
    left = number
    for code in order[:-1]:
        taken = min(left, int(row[code]))
        row[code] -= taken
        row[order[-1]] += taken
        left -= taken
        if not left:
            return


def _replaced_totals(
    table: dict[tuple[int, Fraction], int],
    weights: list[Fraction],
    missing: Missing,
    best: Fraction,
    number: int,
    upwards: bool,
) -> dict[tuple[int, Fraction], int]:
    whole = (1 << len(weights)) - 1

    def wanted(key: tuple[int, Fraction]) -> tuple[bool, Fraction]:
        """Sheets without a value last; among the others, the least wanted first."""
        bits, total = key
        scored = [weight for i, weight in enumerate(weights) if bits >> i & 1]
        if not scored or (missing is Missing.LEAVE_OUT and bits != whole):
            return True, Fraction(0)
        mean = total / sum(weights if missing is Missing.ZERO else scored)
        return False, mean if upwards else -mean

    left, target = number, (whole, best * sum(weights))
    for key in sorted(table, key=wanted):
        taken = min(left, table[key])
        table[key] -= taken
        left -= taken
        if not left:
            break
    table[target] = table.get(target, 0) + number - left
    return {key: n for key, n in table.items() if n}
