"""The counting step alone, in a process of its own: prints one JSON object for ``run.py``.

The ballots are decoded beforehand and held in memory, so that nothing but counting is timed: the
kernel, with its rules, statuses and folds, against one bare histogram of the same scores.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from pingyi.cli.arguments import load_reference
from pingyi.engine.counted import stream
from pingyi.engine.counted.kernel import Batch, Counts, Kept
from pingyi.engine.counted.layout import Layout, make_layout
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.tables.ballots import BallotSource

REPEATS = 5


def decoded(scheme: str, folder: Path) -> tuple[Layout, list[Batch]]:
    """The batches as ``count_ballots`` hands them to the kernel."""
    source = BallotSource(folder / "ballots.parquet")
    tables = RoundTables(
        targets=folder / "targets.csv", rolls=folder / "rolls.csv", ballots=(source,)
    )
    loaded = load_reference(scheme).scheme
    layout = make_layout(loaded, read_round(loaded, tables).targets)
    batches: list[Batch] = []
    count_batch = stream.count_batch

    def kept(batch: Batch, *others: Any) -> Kept:
        batches.append(batch)
        return count_batch(batch, *others)

    stream.count_batch = kept
    try:
        stream.count_ballots(layout, (source,))
    finally:
        stream.count_batch = count_batch
    return layout, batches


def timed(work: Callable[[], Any]) -> tuple[dict[str, list[float]], Any]:
    """(seconds of clock and of processors, each time; the last result)"""
    walls, processors, result = [], [], None
    for _ in range(REPEATS):
        begun, used = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - begun)
        processors.append(time.process_time() - used)
    return {"wall": walls, "cpu": processors}, result


def main(scheme: str, folder: str) -> None:
    layout, batches = decoded(scheme, Path(folder))
    paper, targets = layout.channels[0].paper, len(layout.targets)

    def by_kernel() -> tuple[Counts, list[Kept]]:
        counters = stream.Counters(layout)
        with ThreadPoolExecutor(stream.THREADS) as pool:
            kept = list(pool.map(lambda batch: counters.count(0, batch), batches))
        return counters.together()[0], kept

    wide = [np.concatenate([b.codes[d] for b in batches]) for d in range(len(paper.dimensions))]
    wide = [codes.astype(np.uint8, copy=False) for codes in wide]
    target = np.concatenate([batch.targets for batch in batches]).astype(np.int64, copy=False)
    width = paper.width

    def histogram(chosen: Any = slice(None)) -> Any:
        of = target[chosen]
        return [np.bincount(of * width + c[chosen], minlength=targets * width) for c in wide]

    ours, (counts, kept) = timed(by_kernel)
    theirs, _ = timed(histogram)
    valid = np.concatenate([part.rows for part in kept])
    expected = np.stack([found.reshape(targets, width) for found in histogram(valid)], axis=1)
    same = bool((counts.answers.sum(axis=0) == expected).all())
    sizes = {"rows": len(target), "scores": len(target) * len(wide), "threads": stream.THREADS}
    print(json.dumps({**sizes, "kernel": ours, "histogram": theirs, "same": same}))


if __name__ == "__main__":
    main(*sys.argv[1:])
