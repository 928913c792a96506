"""Ballot files through decoder and kernel, batch by batch; memory does not grow with ballots."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from pingyi.engine.counted.decode import Decoder, Rows, ballots_of
from pingyi.engine.counted.kernel import Batch, Counts, Ints, Kept, count_batch
from pingyi.engine.counted.layout import SMALL_CLASS, Channel, Layout
from pingyi.engine.counted.lookup import Codes
from pingyi.engine.counted.order import Order, used_channels
from pingyi.engine.errors import BadTable, Collector, Problem
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.codes import CodeBook

THREADS = 2
"""Counting threads; more do not help, since decoding feeds them."""

_T = TypeVar("_T")

Progress = Callable[[int, int | None], None]
"""Called with (rows done, rows in all or None)."""


@dataclass
class SmallClass:
    """The valid sheets of a class of few ballots, for resampling: parallel arrays."""

    ballots: Ints
    targets: Ints
    codes: list[Codes]
    number: int
    """Valid ballots, also those without a sheet."""


@dataclass
class Counted:
    """The counts of all channels, and the sheets of small classes."""

    layout: Layout
    channels: dict[int, Counts]
    small: dict[int, SmallClass]


class _Keeper:
    """Keeps sheets of a channel until it turns out not to be small."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, list[Codes]]] | None = []
        self.number = 0

    def take(self, batch: Batch, kept: Kept) -> None:
        valid = int(kept.valid.sum())
        if self.parts is None or self.number + valid > SMALL_CLASS:
            self.parts = None
            return
        ordinal = np.cumsum(kept.valid) - 1 + self.number
        ballots = np.repeat(ordinal, batch.lengths())[kept.rows]
        self.parts.append((ballots, batch.targets[kept.rows], [c[kept.rows] for c in batch.codes]))
        self.number += valid

    def result(self) -> SmallClass | None:
        if not self.parts:
            return None
        ballots, targets, codes = zip(*self.parts, strict=True)
        dimensions = [np.concatenate(part) for part in zip(*codes, strict=True)]
        return SmallClass(np.concatenate(ballots), np.concatenate(targets), dimensions, self.number)


class Counters:
    """Counts for every counting thread to add to, and their sum. Counts of single batches, summed
    one by one, would cost as much as the counting."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._all: list[dict[int, Counts]] = [{} for _ in range(THREADS)]
        self._free: SimpleQueue[dict[int, Counts]] = SimpleQueue()
        for counts in self._all:
            self._free.put(counts)

    def count(self, channel: int, batch: Batch) -> Kept:
        """Count a batch into whichever counts nobody is adding to."""
        paper = self._layout.channels[channel].paper
        counts = self._free.get()
        try:
            if channel not in counts:
                counts[channel] = Counts.zero(paper, len(self._layout.targets))
            return count_batch(batch, paper, counts[channel])
        finally:
            self._free.put(counts)

    def together(self) -> dict[int, Counts]:
        """The counts of all channels, when all batches are counted."""
        found = {}
        for i, channel in enumerate(self._layout.channels):
            parts = [counts.pop(i) for counts in self._all if i in counts]
            found[i] = parts[0] if parts else Counts.zero(channel.paper, len(self._layout.targets))
            for part in parts[1:]:
                found[i].add(part)
        return found


def count_ballots(
    layout: Layout, sources: Iterable[BallotSource], progress: Progress | None = None
) -> Counted:
    """Count all ballots. Raises ``BadTable`` with the problems of all files."""
    sources = tuple(sources)
    totals = [source.rows() for source in sources]
    whole = None if None in totals else sum(n for n in totals if n is not None)
    counters = Counters(layout)
    keepers = [_Keeper() for _ in layout.channels]
    problems: list[Problem] = []
    order = Order()
    done = 0
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[tuple[int, Batch, Future[Kept]]] = deque()

        def settle() -> None:
            channel, batch, future = waiting.popleft()
            keepers[channel].take(batch, future.result())

        for source in sources:
            collector = Collector(source.file)
            try:
                for rows in _whole_ballots(layout, source, collector, order):
                    for channel, batch in _by_channel(layout, rows):
                        future = pool.submit(counters.count, channel, batch)
                        waiting.append((channel, batch, future))
                        while len(waiting) > THREADS:
                            settle()
                    done += len(rows)
                    if progress is not None:
                        progress(done, whole)
            except BadTable as error:
                problems.extend(error.problems)
            problems.extend(collector)
        while waiting:
            settle()
    if not problems and not order.is_rising:
        problems.extend(_repeated_ballots(layout, sources))
    if problems:
        raise BadTable(problems)
    small = {i: kept for i, keeper in enumerate(keepers) if (kept := keeper.result()) is not None}
    return Counted(layout, counters.together(), small)


def _whole_ballots(
    layout: Layout, source: BallotSource, problems: Collector, order: Order
) -> Iterator[Rows]:
    """Rows of whole ballots: a batch waits for the next one, in which its last ballot may go on."""
    decoder = Decoder(layout, CodeBook(layout.targets), problems, order)
    held: Rows | None = None
    for first, batch in _read_ahead(source.batches(layout.scheme)):
        rows = decoder.decode(first, batch)
        if problems or not len(rows):
            continue
        if held is not None:
            if not rows.new[0]:
                last = int(np.flatnonzero(held.new)[-1])
                rows = Rows.joined(held.cut(last, len(held)), rows)
                held = held.cut(0, last)
            yield held
        held = rows
    decoder.finish()
    if held is not None and not problems:
        yield held


def _read_ahead(batches: Iterator[_T]) -> Iterator[_T]:
    """The same batches; the next one is read while the last one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _by_channel(layout: Layout, rows: Rows) -> Iterator[tuple[int, Batch]]:
    used = used_channels(rows.channels)
    for channel in used:
        mine = slice(None) if len(used) == 1 else rows.channels == channel
        yield channel, _batch(layout.channels[channel], rows, mine)


def _batch(channel: Channel, rows: Rows, mine: slice | np.ndarray) -> Batch:
    starts = np.flatnonzero(rows.new[mine])
    return Batch(
        rows.targets[mine],
        tuple(rows.codes[name][mine] for name in channel.paper.dimensions),
        starts,
        rows.folds[mine][starts].astype(np.int64),
        None if rows.own is None else rows.own[mine],
    )


def _repeated_ballots(layout: Layout, sources: tuple[BallotSource, ...]) -> list[Problem]:
    """A second pass where ballot numbers do not rise: no ballot may begin twice.

    This is the one place where memory grows with ballots (their numbers are held).
    """
    seen: set[tuple[int, str]] = set()
    problems: list[Problem] = []
    for source in sources:
        collector = Collector(source.file)
        decoder = Decoder(layout, CodeBook(layout.targets), collector, Order())
        for first, batch in source.batches(layout.scheme):
            for place, channel, ballot in ballots_of(decoder, first, batch):
                if (channel, ballot) in seen:
                    collector.add("ballot_twice", place, name=ballot)
                seen.add((channel, ballot))
        problems.extend(collector)
    return problems
