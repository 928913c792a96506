"""The spread of ranks when the ballots are drawn anew, with replacement, from a seed.

Small classes are drawn ballot by ballot; of large ones, 32 hashed folds are drawn. The generator
is numpy's legacy Mersenne Twister, whose stream is frozen, so a seed gives the same spread for
ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pingyi.engine.counted.book import channel_counts, tally_book
from pingyi.engine.counted.kernel import Counts, Ints
from pingyi.engine.counted.layout import FOLDS, Layout
from pingyi.engine.counted.stream import Counted, SmallClass
from pingyi.engine.errors import Blocked
from pingyi.engine.evaluate.counts import ChannelCounts, CountBook
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.rounds import Frame


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
    ranks: dict[str, list[int]] = {code: [] for code in frame.targets}
    for number in range(draws):
        book: CountBook = draw_book(counted, random) | tallies
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


def draw_book(
    counted: Counted, random: np.random.RandomState
) -> dict[tuple[str, str, str], ChannelCounts]:
    """One draw of all channels."""
    book = {}
    for i, channel in enumerate(counted.layout.channels):
        counts = counted.channels[i]
        small = counted.small.get(i)
        key = (channel.input, channel.rater_class, channel.paper.key)
        if small is not None and small.number:
            counts = drawn_sheets(counted.layout, i, small, random)
            book[key] = channel_counts(counted.layout, i, counts)
        else:
            folds = np.bincount(random.randint(0, FOLDS, FOLDS), minlength=FOLDS)
            book[key] = channel_counts(counted.layout, i, counts, folds)
    return book


def drawn_sheets(
    layout: Layout, channel: int, small: SmallClass, random: np.random.RandomState
) -> Counts:
    """Counts of a small class whose ballots are drawn with replacement."""
    times = np.bincount(random.randint(0, small.number, small.number), minlength=small.number)
    return sheet_counts(layout, channel, small, times)


def sheet_counts(layout: Layout, channel: int, small: SmallClass, times: Ints) -> Counts:
    """Counts of kept sheets, each ballot taken ``times``."""
    paper = layout.channels[channel].paper
    counts = Counts.zero(paper, len(layout.targets))
    weight = times[small.ballots]
    for d, codes in enumerate(small.codes):
        np.add.at(counts.answers[0, :, d, :], (small.targets, codes), weight)
    for spec, into in zip(paper.totals, counts.totals, strict=True):
        values = np.append(np.asarray(paper.values, np.int64), [0, 0])
        total = np.zeros(len(small.targets), np.int64)
        bits = np.zeros(len(small.targets), np.int64)
        for i, (d, w) in enumerate(zip(spec.dimensions, spec.weights, strict=True)):
            total += values[small.codes[d]] * w
            bits |= (small.codes[d] < paper.answers).astype(np.int64) << i
        for row in range(len(total)):
            key = (int(small.targets[row]), int(bits[row]), int(total[row]))
            per_fold = into.setdefault(key, np.zeros(FOLDS, np.int64))
            per_fold[0] += weight[row]
    return counts


def _percentile(ranks: list[int], percent: int) -> int:
    """Nearest rank."""
    order = sorted(ranks)
    return order[max(0, -(-len(order) * percent // 100) - 1)]
