"""Rank stability: how few replaced sheets of one class would change a rank or a grade.

For one target and one class at a time: sheets are replaced by the best (or worst) possible ones,
the least favourable first, dimension by dimension. Since the dimensions are taken separately, and
one sheet holds them all, the number found is a lower bound: fewer sheets cannot change the result.
With one dimension it is exact. The bound rests on better sheets never lowering the score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from pingyi.engine.errors import Blocked
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.counts import CountBook, totals_key
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.finals import GroupFinals, SortKey
from pingyi.engine.evaluate.rounds import GroupKey
from pingyi.engine.grammar.nodes import Collect, Counted, From, RankPoints, Ratio
from pingyi.engine.validity.replacing import Policy, Replacing

ChannelName = tuple[str, str, str]
Standing = tuple[str | None, int | None]
Way = Callable[[int], Standing]
"""How a target stands when so many sheets are replaced."""

STRIDE = 16


@dataclass(frozen=True)
class Stability:
    """``rank`` and ``grade``: at least so many sheets must be replaced to change it; None: all of
    them together would not."""

    target: str
    channel: ChannelName
    sheets: int
    rank: int | None
    grade: int | None


def rank_stability(
    evaluation: Evaluation, progress: Callable[[int, int], None] | None = None
) -> Iterator[Stability]:
    """For every target, and every class that its score depends on."""
    prober = _Prober(evaluation)
    targets = evaluation.frame.targets
    for number, code in enumerate(targets, start=1):
        for channel in evaluation.columns.book:
            sheets = prober.sheets(code, channel)
            if sheets:
                found = prober.probe(code, channel, sheets)
                if found is not None:
                    yield found
        if progress is not None:
            progress(number, len(targets))


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
        self._judged: dict[GroupKey, GroupFinals] = {}
        self._others: dict[str, list[SortKey]] = {}

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
        counts, index = self.book[channel], self.frame.index[code]
        paper, policy = self.scheme.papers[channel[2]], self._policy(channel)
        ways: list[Way] = [
            cache(partial(self._standing, code, channel, replacing))
            for replacing in (
                Replacing(counts, paper, policy, index, upwards) for upwards in (True, False)
            )
        ]
        grade, rank = (_least(sheets, ways, aspect, base[aspect]) for aspect in (0, 1))
        return Stability(code, channel, sheets, rank=rank, grade=grade)

    def _standing(
        self, code: str, channel: ChannelName, replacing: Replacing, number: int
    ) -> Standing:
        """(grade, rank) with ``number`` sheets replaced; unchanged where that is blocked."""
        book = {**self.book, channel: replacing.by(number)}
        try:
            if not self.is_local:
                other = Evaluation(self.frame, book, rulings=self.evaluation.columns.with_rulings)
                changed = other.final(code)
                return changed.grade, changed.rank
            return self._settled(code, book)
        except Blocked:
            final = self.evaluation.final(code)
            return final.grade, final.rank

    def _settled(self, code: str, book: CountBook) -> Standing:
        with_rulings = self.evaluation.columns.with_rulings
        columns = Columns(self.frame, book, rulings=with_rulings, alone=code)
        columns.known = _Others(self.evaluation.columns.known, code)
        columns.compared = _Others(self.evaluation.columns.compared, code)
        group = self.frame.group_of[code]
        judged = self._judged_group(group).finals
        return GroupFinals(columns, group).settle_one(code, judged, self._keys_of_others(code))

    def _judged_group(self, group: GroupKey) -> GroupFinals:
        if group not in self._judged:
            finals = self._judged[group] = GroupFinals(self.evaluation.columns, group)
            for code in finals.codes:
                finals.judge(code)
        return self._judged[group]

    def _keys_of_others(self, code: str) -> list[SortKey]:
        if code not in self._others:
            group = self._judged_group(self.frame.group_of[code])
            self._others = {code: group.keys_of_others(code)}  # targets are probed one by one
        return self._others[code]


def _least(most: int, ways: list[Way], aspect: int, base: object) -> int | None:
    """Least number up to ``most`` at which one of the ways changes the aspect, by strides and
    halving; None if none does.

    Every look is a reckoning anew. Wide strides need fewer of them than doubling, and a way that
    changes nothing at some number is not followed below it."""

    def changing(number: int) -> list[Way]:
        return [standing for standing in ways if standing(number)[aspect] != base]

    ways = changing(most)
    low, high = 0, most
    while ways and high - low > 1:
        middle = min(STRIDE * low or 1, (low + high) // 2)
        if found := changing(middle):
            high, ways = middle, found
        else:
            low = middle
    return high if ways else None


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
