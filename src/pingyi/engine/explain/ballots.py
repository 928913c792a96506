"""Scores from ballots, explained down to how many gave which answer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from pingyi.engine.evaluate.counts import TotalsReader, pooled, settle
from pingyi.engine.evaluate.dimensions import DimensionReader, Ints, weights_of
from pingyi.engine.explain.words import shown
from pingyi.engine.grammar.nodes import Ballots, Counted, Method, Over
from pingyi.engine.grammar.papers import Paper

if TYPE_CHECKING:
    from pingyi.engine.explain.tree import Explainer


MOST_LISTED = 200
"""Totals of sheets are listed one by one up to this many."""


def explain_counted(explainer: Explainer, node: Counted, code: str) -> list[str]:
    """Classes, sheets, and for every dimension counts, distribution and value."""
    say, scheme = explainer.say, explainer.scheme
    paper = scheme.papers[node.paper]
    book, index = explainer.evaluation.columns.book, explainer.frame.index[code]
    classes = explainer.speaker.comma([scheme.classes[name].title for name in node.classes])
    channel = scheme.inputs[node.input].title
    lines = [say("classes", classes=classes, paper=paper.title, input=channel)]
    for name in node.classes:
        found = book.get((node.input, name, node.paper))
        if found is not None:
            sheets = int(found.answers[index, 0].sum())
            lines.append(say("sheets", **{"class": scheme.classes[name].title}, sheets=sheets))
    counts = pooled(book, node, index)
    if counts is None:
        return lines
    order = list(paper.dimensions)
    for name in weights_of(paper, node):
        lines += _dimension(explainer, paper, node, name, counts[order.index(name)])
    if isinstance(node, Ballots) and node.over is Over.TOTAL:
        sheets_of = TotalsReader(paper, node).sheets(book, index)
        number = sum(n for _, n in sheets_of)
        how = _how(explainer, paper, node, None, number)
        lines.append(say("totals", how=how, number=number, value=shown(settle(node, sheets_of))))
        if len(sheets_of) <= MOST_LISTED:
            together: dict[Fraction, int] = {}
            for total, n in sheets_of:
                together[Fraction(total)] = together.get(Fraction(total), 0) + n
            items = [f"{shown(total)}×{n}" for total, n in sorted(together.items())]
            lines.append(say("distribution", items=explainer.speaker.comma(items) or "—"))
    else:
        lines += _weighted(explainer, paper, node, counts)
    return lines


def _dimension(
    explainer: Explainer, paper: Paper, node: Counted, name: str, counts: Ints
) -> list[str]:
    say = explainer.say
    numbers = counts.tolist()
    known = len(paper.values)
    scored, abstained, unknown = sum(numbers[:known]), numbers[known], numbers[known + 1]
    total = scored + (abstained if node.count_abstained else 0)
    by_total = isinstance(node, Ballots) and node.over is Over.TOTAL
    value = None if by_total else DimensionReader(paper, node).of_dimension(counts)
    facts = {"scored": scored, "abstained": abstained, "unknown": unknown}
    told = say("answers", dimension=paper.dimensions[name].title, **facts)
    if not by_total:
        how = _how(explainer, paper, node, numbers, total) if total else "—"
        told = say(
            "scores", dimension=paper.dimensions[name].title, how=how, value=shown(value), **facts
        )
    items = [
        f"{answer}×{number}"
        for answer, number in zip(paper.answers, numbers, strict=False)
        if number
    ]
    return [told, say("distribution", items=explainer.speaker.comma(items) or "—")]


def _how(
    explainer: Explainer, paper: Paper, node: Counted, numbers: list[int] | None, number: int
) -> str:
    say = explainer.say
    if node.method is Method.TRIMMED and node.trim is not None:
        low, high = node.trim.cut(number)
        if not low and not high:
            return say("untrimmed", above=node.trim.above)
        return say("trimmed", low=low, high=high)
    if node.method is Method.MEDIAN:
        return say("median")
    if numbers is None:
        return say("plain_mean")
    if node.method is Method.SHARE:
        chosen = sum(
            n for n, text in zip(numbers, paper.answers, strict=False) if text in node.grades
        )
        full = shown(node.full if node.full is not None else Fraction(1))
        grades = explainer.speaker.comma(list(node.grades))
        return say("share", grades=grades, chosen=chosen, number=number, full=full)
    pairs = zip(paper.values, numbers, strict=False)
    total = sum((value * n for value, n in pairs), Fraction(0))
    return say("mean", total=shown(total), number=number)


def _weighted(explainer: Explainer, paper: Paper, node: Counted, counts: Ints) -> list[str]:
    weights = weights_of(paper, node)
    if len(weights) < 2:
        return []
    order, reader = list(paper.dimensions), DimensionReader(paper, node)
    terms = [
        f"{paper.dimensions[name].title} "
        f"{shown(reader.of_dimension(counts[order.index(name)]))} × {shown(weight)}"
        for name, weight in weights.items()
    ]
    value = shown(reader.values(counts[np.newaxis])[0])
    total = shown(sum(weights.values(), Fraction(0)))
    return [explainer.say("weighted", sum=f"({' + '.join(terms)}) ÷ {total}", value=value)]
