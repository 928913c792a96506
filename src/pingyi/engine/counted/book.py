"""From the kernel's counts, and from tallies, to the counts that evaluation reads."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from pingyi.engine.counted.kernel import Counts, Ints
from pingyi.engine.counted.layout import Channel, Layout, dimension_weights, total_spec
from pingyi.engine.counted.stream import Counted
from pingyi.engine.evaluate.counts import ChannelCounts, CountBook, totals_key
from pingyi.engine.grammar.nodes import Ballots, Over
from pingyi.engine.tables.inputs import Special, TallyLine


def count_book(counted: Counted, tallies: Iterable[TallyLine]) -> CountBook:
    """The counts of all channels, of ballots and of tallies."""
    book = {
        counted.layout.channels[i].key: ChannelCounts(
            counts.answers.sum(axis=0), channel_totals(counted.layout, i, counts)
        )
        for i, counts in counted.channels.items()
    }
    return book | tally_book(counted.layout, tallies)


def channel_totals(
    layout: Layout, index: int, counts: Counts, folds: Ints | None = None
) -> dict[tuple[str, ...], list[dict[tuple[int, Fraction], int]]]:
    """Totals per node that wants them: integers turned back into weights × values."""
    channel = layout.channels[index]
    paper = channel.paper
    found = {}
    for node in layout.scheme.nodes.values():
        if not isinstance(node, Ballots) or node.over is not Over.TOTAL or node.paper != paper.key:
            continue
        key = totals_key(paper.paper, node)
        if key not in found:
            found[key] = _totals_of(layout, channel, counts, folds, node)
    return found


def _totals_of(
    layout: Layout, channel: Channel, counts: Counts, folds: Ints | None, node: Ballots
) -> list[dict[tuple[int, Fraction], int]]:
    paper = channel.paper
    weights = dimension_weights(paper.paper, node)
    spec = total_spec(paper, weights)
    unit = next(iter(weights.values())) / spec.weight_of(paper, next(iter(weights)))
    table = counts.totals[paper.totals.index(spec)]
    result: list[dict[tuple[int, Fraction], int]] = [{} for _ in layout.targets]
    exact: dict[int, Fraction] = {}
    for (target, bits, total), per_fold in table.items():
        number = int(per_fold.sum() if folds is None else (per_fold * folds).sum())
        if number:
            if total not in exact:
                exact[total] = total * unit / paper.scale
            result[target][(bits, exact[total])] = number
    return result


def tally_book(
    layout: Layout, tallies: Iterable[TallyLine]
) -> dict[tuple[str, str, str], ChannelCounts]:
    """Counted sheets as counts, beside those of ballots."""
    answers: dict[tuple[str, str, str], Ints] = {}
    targets = {code: i for i, code in enumerate(layout.targets)}
    for line in tallies:
        paper = layout.papers[line.paper]
        key = (line.input, line.rater_class, line.paper)
        if key not in answers:
            shape = (len(layout.targets), len(paper.dimensions), paper.width)
            answers[key] = np.zeros(shape, np.int64)
        special = {Special.ABSTAINED: paper.abstained, Special.NOT_INFORMED: paper.not_informed}
        code = special[line.answer] if isinstance(line.answer, Special) else line.answer
        dimension = paper.dimensions.index(line.dimension)
        answers[key][targets[line.target], dimension, code] += line.count
    return {key: ChannelCounts(found) for key, found in answers.items()}
