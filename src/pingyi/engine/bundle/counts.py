"""Counts as JSON and back, without loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from pingyi.engine.counted.kernel import Counts
from pingyi.engine.counted.layout import Channel, Layout
from pingyi.engine.counted.stream import Counted, SmallClass


def counts_data(counted: Counted) -> dict[str, Any]:
    """All channels with anything in them."""
    return {
        "channels": [
            _channel(counted, i) for i, counts in counted.channels.items() if counts.ballots.any()
        ]
    }


def _channel(counted: Counted, index: int) -> dict[str, Any]:
    layout, counts = counted.layout, counted.channels[index]
    channel = layout.channels[index]
    small = counted.small.get(index)
    return {
        "input": channel.input,
        "rater_class": channel.rater_class,
        "paper": channel.paper.key,
        "ballots": counts.ballots.tolist(),
        "sheets": counts.sheets.tolist(),
        "answers": _answers(layout, channel, counts),
        "totals": [
            [[*key, per_fold.tolist()] for key, per_fold in sorted(table.items())]
            for table in counts.totals
        ],
        "small": None
        if small is None
        else {
            "number": small.number,
            "ballots": small.ballots.tolist(),
            "targets": small.targets.tolist(),
            "codes": [codes.tolist() for codes in small.codes],
        },
    }


def _words(channel: Channel) -> list[str]:
    return [*channel.paper.paper.answers, "弃权", "不了解"]


def _answers(layout: Layout, channel: Channel, counts: Counts) -> dict[str, Any]:
    """target → dimension → answer → count per fold; what is nowhere given is left out."""
    words = _words(channel)
    found: dict[str, Any] = {}
    per_fold = np.moveaxis(counts.answers, 0, -1).tolist()
    seen = counts.answers.any(axis=0)
    for t, target in enumerate(layout.targets):
        for d, dimension in enumerate(channel.paper.dimensions):
            codes = np.flatnonzero(np.asarray(seen)[t, d]).tolist()
            if codes:
                found.setdefault(target, {})[dimension] = {
                    words[code]: per_fold[t][d][code] for code in codes
                }
    return found


def counts_from(data: dict[str, Any], layout: Layout) -> Counted:
    """The counts again. Raises ``KeyError`` or ``ValueError`` where they don't fit the scheme."""
    number = len(layout.targets)
    channels = {i: Counts.zero(c.paper, number) for i, c in enumerate(layout.channels)}
    small: dict[int, SmallClass] = {}
    index = layout.channel_index()
    for row in data["channels"]:
        i = index[(row["input"], row["rater_class"], row["paper"])]
        channel, counts = layout.channels[i], channels[i]
        counts.ballots[:] = row["ballots"]
        counts.sheets[:] = row["sheets"]
        _fill_answers(row["answers"], layout, channel, counts)
        for table, rows in zip(counts.totals, row["totals"], strict=True):
            for target, bits, total, per_fold in rows:
                table[(target, bits, total)] = np.array(per_fold, np.int64)
        if row["small"] is not None:
            small[i] = _small(row["small"], channel)
    return Counted(layout, channels, small)


def _fill_answers(data: dict[str, Any], layout: Layout, channel: Channel, counts: Counts) -> None:
    targets = {code: i for i, code in enumerate(layout.targets)}
    codes = {word: i for i, word in enumerate(_words(channel))}
    for target, dimensions in data.items():
        for dimension, answers in dimensions.items():
            d = channel.paper.dimensions.index(dimension)
            for word, per_fold in answers.items():
                counts.answers[:, targets[target], d, codes[word]] = per_fold


def _small(data: dict[str, Any], channel: Channel) -> SmallClass:
    dtype = np.uint8 if channel.paper.width < 256 else np.uint16
    return SmallClass(
        np.array(data["ballots"], np.int64),
        np.array(data["targets"], np.int64),
        [np.array(codes, dtype) for codes in data["codes"]],
        data["number"],
    )
