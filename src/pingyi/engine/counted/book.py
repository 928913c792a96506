"""From the kernel's counts, and from tallies, to the counts that evaluation reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from pingyi.engine.counted.kernel import Ints
from pingyi.engine.counted.layout import Layout, PaperLayout, dimension_weights, total_spec
from pingyi.engine.counted.stream import Counted
from pingyi.engine.evaluate.counts import ChannelCounts, CountBook, totals_key
from pingyi.engine.grammar.nodes import Ballots, Over
from pingyi.engine.tables.inputs import Special, TallyLine

Sheets = Mapping[tuple[int, int, int], int]
"""(target, bits of scored dimensions, total as an integer) → sheets."""


def count_book(counted: Counted, tallies: Iterable[TallyLine]) -> CountBook:
    """The counts of all channels, of ballots and of tallies."""
    layout = counted.layout
    book = {
        layout.channels[i].key: ChannelCounts(
            counts.answers.sum(axis=0),
            channel_totals(
                layout, i, [{k: int(n.sum()) for k, n in t.items()} for t in counts.totals]
            ),
        )
        for i, counts in counted.channels.items()
    }
    return book | tally_book(layout, tallies)


def channel_totals(
    layout: Layout, index: int, sheets: Sequence[Sheets]
) -> dict[tuple[str, ...], list[dict[tuple[int, Fraction], int]]]:
    """Totals per node that wants them, from those per spec of the channel's paper: integers turned
    back into weights × values."""
    paper = layout.channels[index].paper
    found = {}
    for node in layout.scheme.nodes.values():
        if not isinstance(node, Ballots) or node.over is not Over.TOTAL or node.paper != paper.key:
            continue
        key = totals_key(paper.paper, node)
        if key not in found:
            found[key] = _totals_of(layout, paper, sheets, node)
    return found


def _totals_of(
    layout: Layout, paper: PaperLayout, sheets: Sequence[Sheets], node: Ballots
) -> list[dict[tuple[int, Fraction], int]]:
    weights = dimension_weights(paper.paper, node)
    spec = total_spec(paper, weights)
    unit = next(iter(weights.values())) / spec.weight_of(paper, next(iter(weights)))
    result: list[dict[tuple[int, Fraction], int]] = [{} for _ in layout.targets]
    exact: dict[int, Fraction] = {}
    for (target, bits, total), number in sheets[paper.totals.index(spec)].items():
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
