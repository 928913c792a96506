"""The public bundle: what anyone may recompute of a result whose small cells are withheld.

For every target it gives the counts of graded papers, and else the values that other nodes start
from (means of points, figures, events, earlier results); all above them is worked out again. Where
a target's start is withheld, its published score is given instead, and grade and rank are worked
out from that. It holds nothing that was made from a withheld start but the published score.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pingyi import __version__
from pingyi.engine.bundle.folder import (
    MANIFEST,
    RESULT,
    SCHEME,
    Members,
    json_bytes,
    manifest_of,
    round_input,
    table_members,
)
from pingyi.engine.counted.book import tally_book
from pingyi.engine.counted.execute import Executed
from pingyi.engine.counted.layout import make_layout
from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.evaluate.cells import Cell, cell_of
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.counts import CountBook
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.rounds import Frame
from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.grammar.nodes import Ballots, Counted, Events, FigureNode, From, Node, Over
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import decimal_text, exact_text, read_exact
from pingyi.engine.tables.inputs import RoundInput, Special, TallyLine

GIVEN = "given.json"
"""What the public parts are worked out from; the member by which a public bundle is known."""
FORMAT = "pingyi-public/1"

Pair = tuple[str, str]
"""(node, target)."""
Source = tuple[str, str]
"""What a start rests on: (input, class), or (kind, name)."""
Small = frozenset[tuple[str, str, str]]
"""Withheld cells: (input, class, target)."""


@dataclass(frozen=True)
class Given:
    """What is handed out beside scheme and targets. A start that is in none is withheld."""

    internal: str
    """Digest of the bundle that it was made from."""
    counted: frozenset[Pair]
    """Starts that are worked out from the counts handed out."""
    values: Mapping[Pair, Fraction | None]
    """Starts taken on trust."""
    scores: Mapping[str, Fraction | None]
    """Published scores taken on trust, by target."""


@dataclass(frozen=True)
class Trust:
    """How far a public bundle is recomputed: numbers of starts and scores."""

    counted: int
    values: int
    targets: int
    scores: int


def is_start(node: Node) -> bool:
    """Does the node read what comes from outside the scheme?"""
    if isinstance(node, From):
        return node.prior is not None
    return isinstance(node, Counted | FigureNode | Events)


def public_members(file: SchemeFile, executed: Executed, small: Small, internal: str) -> Members:
    """The members of the public bundle of a result, less what rests on the ``small`` cells.

    Raises ``Blocked`` where grades or ranks can't be worked out without what is withheld.
    """
    evaluation = executed.evaluation
    scheme, targets = file.scheme, evaluation.frame.data.targets
    shut = _shut(evaluation, small)
    while True:
        given = _given(evaluation, shut, internal)
        data = RoundInput(targets=targets, tallies=tuple(_lines(scheme, evaluation, given.counted)))
        known = _Partial.of(scheme, data, given)
        unknown = [code for code in known.frame.targets if not known.tells(scheme.score, code)]
        if not _shut_more(evaluation, shut, unknown):
            break
    given = replace(given, scores={code: evaluation.final(code).published for code in unknown})
    _compare(evaluation, known, _Partial.of(scheme, data, given))
    members = {SCHEME: file.text.encode(), GIVEN: _given_bytes(given)}
    members |= table_members(scheme, data)
    members[RESULT] = _result_bytes(file, data, given)
    members[MANIFEST] = manifest_of(members)
    return members


def recomputed(members: Members) -> bytes:
    """The result of a public bundle, worked out again. Raises what reading members may."""
    file = load_scheme(members[SCHEME].decode(), SCHEME)
    return _result_bytes(file, round_input(file.scheme, members), _given_from(members))


def trust_of(members: Members) -> Trust | None:
    """How far a bundle that holds is recomputed; None for an internal one, which is wholly."""
    if GIVEN not in members:
        return None
    given = _given_from(members)
    rows = json.loads(members[RESULT])["results"]
    return Trust(len(given.counted), len(given.values), len(rows), len(given.scores))


# -- what is withheld --------------------------------------------------------------------------


def _sources(name: str, node: Node) -> frozenset[Source]:
    if isinstance(node, Counted):
        return frozenset((node.input, rater_class) for rater_class in node.classes)
    return frozenset({("figure", node.figure) if isinstance(node, FigureNode) else ("node", name)})


Shut = dict[str, set[Source]]
"""By target, what its withheld starts rest on."""


def _shut(evaluation: Evaluation, small: Small) -> Shut:
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
            _pair_up(sources, _movers(evaluation, code))
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


def _shut_more(evaluation: Evaluation, shut: Shut, unknown: Iterable[str]) -> bool:
    """A score that others' withheld parts decide would tell them beside open parts of its own: one
    of its own is withheld too. Says whether any was."""
    more = False
    for code in unknown:
        movers = {} if shut[code] else _movers(evaluation, code)
        for sources in list(movers.values())[:1]:
            shut[code] |= sources
            more = True
    return more


def _starts(scheme: Scheme) -> dict[str, frozenset[Source]]:
    return {name: _sources(name, node) for name, node in scheme.nodes.items() if is_start(node)}


def _movers(evaluation: Evaluation, code: str) -> dict[str, frozenset[Source]]:
    """The starts of a target that move its score, in the order of the scheme."""
    frame, starts = evaluation.frame, _starts(evaluation.frame.scheme)
    values = {(name, c): _value(evaluation, name, c) for name in starts for c in frame.targets}
    as_is = Given("", frozenset(), values, {})
    found = {}
    for name, sources in starts.items():
        value = values[name, code]
        if value is None:
            continue
        other = replace(as_is, values={**values, (name, code): value + 1})
        scores = [_Partial(frame, {}, one).score(code) for one in (as_is, other)]
        if scores[0] != scores[1]:
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
    values = {pair: _value(evaluation, *pair) for pair in told if pair not in counted}
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


def _value(evaluation: Evaluation, name: str, code: str) -> Fraction | None:
    cell = evaluation.shown(name, code)
    return cell.value if cell.counts else None


def _compare(evaluation: Evaluation, known: _Partial, whole: _Partial) -> None:
    """What is told must be what the office found."""
    for code in evaluation.frame.targets:
        mine, theirs = evaluation.final(code), whole.final(code)
        same = all(
            getattr(mine, name) == getattr(theirs, name)
            for name in ("published", "grade", "rank", "awards", "vetoes")
        ) and all(
            _value(known, name, code) == _value(evaluation, name, code)
            for name in evaluation.frame.scheme.nodes
            if known.tells(name, code)
        )
        if not same:
            raise Blocked(Problem.of("public_differs", target=evaluation.frame.name(code)))


# -- working it out ----------------------------------------------------------------------------


class _Columns(Columns):
    """Columns over what is given; whatever needs anything else is ``Blocked``."""

    def __init__(self, frame: Frame, book: CountBook, given: Given) -> None:
        super().__init__(frame, book, rulings=False)
        self._recounted = given.counted
        self.known.update({pair: cell_of(value) for pair, value in given.values.items()})
        score = frame.scheme.score
        self.known.update({(score, c): cell_of(value) for c, value in given.scores.items()})

    def _value(self, name: str, node: Node, code: str) -> Cell:
        if is_start(node) and (name, code) not in self._recounted:
            facts = {"target": self.frame.name(code), "node": node.title}
            raise Blocked(Problem.of("public_withheld", **facts))
        return super()._value(name, node, code)


class _Partial(Evaluation):
    """An evaluation over what is given."""

    def __init__(self, frame: Frame, book: CountBook, given: Given) -> None:
        super().__init__(frame, book, rulings=False)
        self.columns = _Columns(frame, book, given)
        self.columns.finals = self._taken

    @classmethod
    def of(cls, scheme: Scheme, data: RoundInput, given: Given) -> _Partial:
        book = tally_book(make_layout(scheme, data.targets), data.tallies)
        return cls(Frame(scheme, data), book, given)

    def tells(self, name: str, code: str) -> bool:
        try:
            self.columns.cell(name, code)
        except Blocked:
            return False
        return True

    def score(self, code: str) -> Fraction | None:
        return _value(self, self.frame.scheme.score, code)


def _result_bytes(file: SchemeFile, data: RoundInput, given: Given) -> bytes:
    scheme = file.scheme
    known = _Partial.of(scheme, data, replace(given, scores={}))
    whole = _Partial.of(scheme, data, given)
    return json_bytes(
        {
            "format": FORMAT,
            "scheme": {"key": scheme.key, "title": scheme.title, "digest": file.digest},
            "results": [_row(scheme, known, whole, code) for code in whole.frame.targets],
        }
    )


def _row(scheme: Scheme, known: _Partial, whole: _Partial, code: str) -> dict[str, Any]:
    final = whole.final(code)
    published = final.published
    return {
        "target": code,
        "title": whole.frame.title(code),
        "score": None if published is None else decimal_text(published, scheme.rounding.places),
        "grade": final.grade,
        "rank": final.rank,
        "awards": list(final.awards),
        "vetoes": list(final.vetoes),
        "nodes": {
            name: _text(_value(known, name, code))
            for name in scheme.nodes
            if known.tells(name, code)
        },
    }


# -- reading and writing -----------------------------------------------------------------------


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)


def _by_node(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, code in sorted(pairs):
        found.setdefault(name, []).append(code)
    return found


def _given_bytes(given: Given) -> bytes:
    values: dict[str, dict[str, str | None]] = {}
    for (name, code), value in sorted(given.values.items(), key=lambda item: item[0]):
        values.setdefault(name, {})[code] = _text(value)
    return json_bytes(
        {
            "format": FORMAT,
            "program": __version__,
            "internal": given.internal,
            "counted": _by_node(given.counted),
            "values": values,
            "scores": {code: _text(value) for code, value in sorted(given.scores.items())},
        }
    )


def _given_from(members: Members) -> Given:
    """Raises what members that were tampered with may."""
    read = json.loads(members[GIVEN])
    if read["format"] != FORMAT:
        raise ValueError(read["format"])

    def exact(text: str | None) -> Fraction | None:
        return None if text is None else read_exact(text)

    def pairs(rows: Mapping[str, Sequence[str]]) -> frozenset[Pair]:
        return frozenset((name, code) for name, codes in rows.items() for code in codes)

    given = Given(
        internal=str(read["internal"]),
        counted=pairs(read["counted"]),
        values={
            (name, code): exact(text)
            for name, row in read["values"].items()
            for code, text in row.items()
        },
        scores={code: exact(text) for code, text in read["scores"].items()},
    )
    written = json.loads(_given_bytes(given)) | {"program": read["program"]}
    if json_bytes(written) != members[GIVEN]:
        raise ValueError(GIVEN)
    return given
