"""The spread of ranks when the ballots are drawn anew, with replacement, from a seed.

Small classes are drawn ballot by ballot; of large ones, 32 hashed folds are drawn. The generator
is numpy's legacy Mersenne Twister, whose stream is frozen, so a seed gives the same spread for
ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pingyi.engine.counted.book import channel_totals, tally_book
from pingyi.engine.counted.kernel import Ints
from pingyi.engine.counted.layout import FOLDS, Layout, PaperLayout, TotalSpec
from pingyi.engine.counted.stream import Counted, SmallClass
from pingyi.engine.errors import Blocked
from pingyi.engine.evaluate.counts import ChannelCounts, CountBook
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.rounds import Frame

Drawn = tuple[tuple[str, str, str], ChannelCounts]
"""(input, class, paper) and its drawn counts."""


@dataclass(frozen=True)
class Spread:
    """Ranks of a target over the draws: 5th and 95th percentile, and how often as published."""

    target: str
    low: int
    high: int
    same: int
    draws: int


def rank_spread(
    frame: Frame,
    counted: Counted,
    published: dict[str, int | None],
    seed: int,
    draws: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[Spread]:
    """Spread of every ranked target over ``draws`` draws. Draws that are blocked are left out."""
    random = np.random.RandomState(seed)
    tallies = tally_book(counted.layout, frame.data.tallies)
    drawers = [_drawer(counted, i) for i in range(len(counted.layout.channels))]
    ranks: dict[str, list[int]] = {code: [] for code in frame.targets}
    for number in range(draws):
        book: CountBook = dict(drawer.draw(random) for drawer in drawers) | tallies
        evaluation = Evaluation(frame, book)
        try:
            for code in frame.targets:
                rank = evaluation.final(code).rank
                if rank is not None:
                    ranks[code].append(rank)
        except Blocked:
            continue
        if progress is not None:
            progress(number + 1, draws)
    return [
        Spread(
            code,
            low=_percentile(found, 5),
            high=_percentile(found, 95),
            same=sum(rank == published[code] for rank in found),
            draws=len(found),
        )
        for code, found in ranks.items()
        if found and published[code] is not None
    ]


class _FoldDrawer:
    """Draws the folds of a large class."""

    def __init__(self, counted: Counted, channel: int) -> None:
        self.layout, self.channel = counted.layout, channel
        answers, self.totals = counted.channels[channel].answers, counted.channels[channel].totals
        fits = int(answers.max(initial=0)) * FOLDS < 1 << 31  # narrow sums are twice as fast
        self.answers: NDArray[np.signedinteger[Any]] = answers.astype(
            np.int32 if fits else np.int64
        )

    def draw(self, random: np.random.RandomState) -> Drawn:
        folds = np.bincount(random.randint(0, FOLDS, FOLDS), minlength=FOLDS)
        answers = np.einsum("f,ftdw->tdw", folds.astype(self.answers.dtype), self.answers)
        sheets = [{k: int(folds @ n) for k, n in table.items()} for table in self.totals]
        totals = channel_totals(self.layout, self.channel, sheets)
        key = self.layout.channels[self.channel].key
        return key, ChannelCounts(answers.astype(np.int64), totals)


class _SheetDrawer:
    """Draws the ballots of a small class."""

    def __init__(self, layout: Layout, channel: int, small: SmallClass) -> None:
        self.layout, self.channel, self.small = layout, channel, small
        paper = layout.channels[channel].paper
        self.shape = (len(layout.targets), len(paper.dimensions), paper.width)
        self.places = [
            (small.targets * len(paper.dimensions) + d) * paper.width + codes
            for d, codes in enumerate(small.codes)
        ]
        self.totals = [sheet_totals(spec, paper, small) for spec in paper.totals]

    def draw(self, random: np.random.RandomState) -> Drawn:
        number = self.small.number
        times = np.bincount(random.randint(0, number, number), minlength=number)
        return self.layout.channels[self.channel].key, self.taken(times)

    def taken(self, times: Ints) -> ChannelCounts:
        """The counts when each ballot is taken ``times``."""
        weight = times[self.small.ballots]
        answers = np.zeros(self.shape, np.int64).ravel()
        for place in self.places:
            np.add.at(answers, place, weight)
        sheets = []
        for keys, inverse in self.totals:
            numbers = np.zeros(len(keys), np.int64)
            np.add.at(numbers, inverse, weight)
            sheets.append(dict(zip(keys, numbers.tolist(), strict=True)))
        totals = channel_totals(self.layout, self.channel, sheets)
        return ChannelCounts(answers.reshape(self.shape), totals)


def _drawer(counted: Counted, channel: int) -> _FoldDrawer | _SheetDrawer:
    small = counted.small.get(channel)
    if small is None or not small.number:
        return _FoldDrawer(counted, channel)
    return _SheetDrawer(counted.layout, channel, small)


def sheet_totals(
    spec: TotalSpec, paper: PaperLayout, small: SmallClass
) -> tuple[list[tuple[int, int, int]], Ints]:
    """The distinct (target, bits, total) of kept sheets, and which of them each sheet has."""
    values = np.append(np.asarray(paper.values, np.int64), [0, 0])
    total = np.zeros(len(small.targets), np.int64)
    bits = np.zeros(len(small.targets), np.int64)
    for i, (d, weight) in enumerate(zip(spec.dimensions, spec.weights, strict=True)):
        total += values[small.codes[d]] * weight
        bits |= (small.codes[d] < paper.answers).astype(np.int64) << i
    table = np.stack([small.targets, bits, total], axis=1)
    keys, inverse = np.unique(table, axis=0, return_inverse=True)
    return [(int(t), int(b), int(v)) for t, b, v in keys.tolist()], inverse.ravel()


def _percentile(ranks: list[int], percent: int) -> int:
    """Nearest rank."""
    order = sorted(ranks)
    return order[max(0, -(-len(order) * percent // 100) - 1)]
