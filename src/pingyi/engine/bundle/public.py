"""The public bundle: what anyone may recompute of a result whose small cells are withheld.

For every target it gives the counts of graded papers, and else the values that other nodes start
from (means of points, figures, events, earlier results); all above them is worked out again. Where
a target's start is withheld, its published score is given instead, and grade and rank are worked
out from that. It holds nothing that was made from a withheld start but the published score, and no
awards or vetoes, which are for the office to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial

from pingyi.engine.bundle.folder import (
    MANIFEST,
    RESULT,
    SCHEME,
    Members,
    manifest_of,
    table_members,
)
from pingyi.engine.bundle.partial import (
    GIVEN,
    Given,
    Pair,
    Partial,
    given_bytes,
    is_start,
    shown_value,
    told_bytes,
)
from pingyi.engine.counted.execute import Executed
from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.evaluate.cells import cell_of
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.grammar.nodes import Ballots, Counted, FigureNode, Node, Over
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.inputs import RoundInput, Special, TallyLine

Source = tuple[str, str]
"""What a start rests on: (input, class), or (kind, name)."""
Small = frozenset[tuple[str, str, str]]
"""Withheld cells: (input, class, target)."""


def public_members(file: SchemeFile, executed: Executed, small: Small, internal: str) -> Members:
    """The members of the public bundle of a result, less what rests on the ``small`` cells.

    Raises ``Blocked`` where grades or ranks can't be worked out without what is withheld.
    """
    evaluation = executed.evaluation
    scheme, targets = file.scheme, evaluation.frame.data.targets
    movers = cache(partial(_movers, evaluation))
    shut = _shut(evaluation, small, movers)
    while True:
        given = _given(evaluation, shut, internal)
        data = RoundInput(targets=targets, tallies=tuple(_lines(scheme, evaluation, given.counted)))
        known = Partial.of(scheme, data, given)
        unknown = [code for code in known.frame.targets if not known.tells(scheme.score, code)]
        if not _shut_more(shut, unknown, movers):
            break
    given = replace(given, scores={code: evaluation.final(code).published for code in unknown})
    _compare(evaluation, known, Partial.of(scheme, data, given))
    members = {SCHEME: file.text.encode(), GIVEN: given_bytes(given)}
    members |= table_members(scheme, data)
    members[RESULT] = told_bytes(file, data, given)
    members[MANIFEST] = manifest_of(members)
    return members


def _sources(name: str, node: Node) -> frozenset[Source]:
    if isinstance(node, Counted):
        return frozenset((node.input, rater_class) for rater_class in node.classes)
    return frozenset({("figure", node.figure) if isinstance(node, FigureNode) else ("node", name)})


Shut = dict[str, set[Source]]
"""By target, what its withheld starts rest on."""
MoversOf = Callable[[str], Mapping[str, frozenset[Source]]]
"""Target → its starts that move its score."""


def _shut(evaluation: Evaluation, small: Small, movers: MoversOf) -> Shut:
    """The small cells, and others where a single one could be worked out. Of a target with a
    ruling all is withheld: that there is one isn't told."""
    frame = evaluation.frame
    shut: Shut = {code: set() for code in frame.targets}
    for source, rater_class, code in small:
        if code in shut:
            shut[code].add((source, rater_class))
    starts = _starts(frame.scheme)
    for _node, code in frame.rulings:
        shut[code].update(*starts.values())
    for code, sources in shut.items():
        if sources:
            _pair_up(sources, movers(code))
    return shut


def _pair_up(sources: set[Source], movers: Mapping[str, frozenset[Source]]) -> None:
    """A source that alone moves the score could be worked out from it: the next in the order of
    the scheme joins. By place, not by size, as for small cells themselves."""
    names = list(movers)
    while len(sources & frozenset().union(*movers.values())) == 1:
        first = next(i for i, name in enumerate(names) if movers[name] & sources)
        circle = [*names[first + 1 :], *names[:first]]
        after = next((name for name in circle if movers[name] - sources), None)
        if after is None:
            return
        sources |= movers[after]


def _shut_more(shut: Shut, unknown: Iterable[str], movers: MoversOf) -> bool:
    """A score that others' withheld parts decide would tell them beside open parts of its own: one
    of its own is withheld too. Says whether any was."""
    more = False
    for code in unknown:
        sources = list(movers(code).values())
        if sources and not any(shut[code] & one for one in sources):
            shut[code] |= sources[0]
            more = True
    return more


def _starts(scheme: Scheme) -> dict[str, frozenset[Source]]:
    return {name: _sources(name, node) for name, node in scheme.nodes.items() if is_start(node)}


def _movers(evaluation: Evaluation, code: str) -> dict[str, frozenset[Source]]:
    """The starts of a target that move its score, in the order of the scheme: tried out."""
    frame, starts = evaluation.frame, _starts(evaluation.frame.scheme)
    cells = {(name, c): evaluation.shown(name, c) for name in starts for c in frame.targets}
    found = {}
    for name, sources in starts.items():
        value = cells[name, code].value
        if value is None:
            continue
        trials = (value, value - 1, value + 1, value * 2, Fraction(0))
        scores = {
            Partial(frame, {}, frozenset(), {**cells, (name, code): cell_of(one)}).score(code)
            for one in trials
        }
        if len(scores) > 1:
            found[name] = sources
    return found


def _given(evaluation: Evaluation, shut: Shut, internal: str) -> Given:
    scheme = evaluation.frame.scheme
    told = [
        (name, code)
        for name, sources in _starts(scheme).items()
        for code in evaluation.frame.targets
        if not shut[code] & sources
    ]
    counted = frozenset(pair for pair in told if _is_recounted(scheme, pair[0]))
    values = {pair: shown_value(evaluation, *pair) for pair in told if pair not in counted}
    return Given(internal, counted, values, {})


def _is_recounted(scheme: Scheme, name: str) -> bool:
    """Are the counts of a start handed out? Of grades they are; of points they are not: a rare
    number of points is as good as a signature."""
    node = scheme.nodes[name]
    if not isinstance(node, Counted) or scheme.papers[node.paper].grades is None:
        return False
    return not (isinstance(node, Ballots) and node.over is Over.TOTAL)


def _lines(scheme: Scheme, evaluation: Evaluation, counted: Iterable[Pair]) -> Iterator[TallyLine]:
    """The counts that the starts are worked out from, each once."""
    index, seen = evaluation.frame.index, set()
    for name, code in sorted(counted, key=lambda pair: (pair[0], index[pair[1]])):
        node = scheme.nodes[name]
        assert isinstance(node, Counted)
        for rater_class in node.classes:
            key = (node.input, rater_class, node.paper)
            channel = evaluation.columns.book.get(key)
            if channel is None or (key, code) in seen:
                continue
            seen.add((key, code))
            paper = scheme.papers[node.paper]
            words = [*range(len(paper.answers)), Special.ABSTAINED, Special.NOT_INFORMED]
            for dimension, row in zip(
                paper.dimensions, channel.answers[index[code]].tolist(), strict=True
            ):
                for word, number in zip(words, row, strict=True):
                    if number:
                        yield TallyLine(*key, code, dimension, word, number)


def _compare(evaluation: Evaluation, known: Partial, whole: Partial) -> None:
    """What is told must be what the office found."""
    for code in evaluation.frame.targets:
        mine, theirs = evaluation.final(code), whole.final(code)
        same = all(
            getattr(mine, name) == getattr(theirs, name) for name in ("published", "grade", "rank")
        ) and all(
            shown_value(known, name, code) == shown_value(evaluation, name, code)
            for name in evaluation.frame.scheme.nodes
            if known.tells(name, code)
        )
        if not same:
            raise Blocked(Problem.of("public_differs", target=evaluation.frame.name(code)))
