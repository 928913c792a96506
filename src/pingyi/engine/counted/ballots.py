"""A file of few ballots, ballot by ballot: for those typed in from paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingyi.engine.counted.decode import Decoder
from pingyi.engine.counted.layout import Layout
from pingyi.engine.counted.lookup import shown
from pingyi.engine.counted.order import Order
from pingyi.engine.errors import BadTable, Collector
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.codes import CodeBook


@dataclass(frozen=True)
class ReadBallot:
    """``sheets``: place of the target → codes of the answers in the order of the paper."""

    channel: int
    label: str
    sheets: dict[int, tuple[int, ...]] = field(default_factory=dict)


def read_ballots(layout: Layout, source: BallotSource) -> list[ReadBallot]:
    """All ballots of a file, held in memory. Raises ``BadTable`` with everything that is wrong."""
    problems = Collector(source.file)
    decoder = Decoder(layout, CodeBook(layout.targets), problems, Order())
    found: list[ReadBallot] = []
    for first, batch in source.batches(layout.scheme):
        columns, place = decoder.filled(first, batch)
        rows = decoder.decode_filled(columns, place)
        if problems:
            continue
        for i in range(len(rows)):
            channel = int(rows.channels[i])
            if rows.new[i]:
                label = shown(columns["ballot"], i)
                if any((b.channel, b.label) == (channel, label) for b in found):
                    problems.add("ballot_twice", place.at(i, "ballot"), name=label)
                found.append(ReadBallot(channel, label))
            paper = layout.channels[channel].paper
            codes = tuple(int(rows.codes[name][i]) for name in paper.dimensions)
            found[-1].sheets[int(rows.targets[i])] = codes
    decoder.finish()
    if problems:
        raise BadTable([source.worded(problem, layout.scheme) for problem in problems])
    return found
