"""Working out what the open part of a result tells: the values handed out, and all above them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pingyi import __version__
from pingyi.engine.bundle.folder import RESULT, SCHEME, Members, json_bytes, round_input
from pingyi.engine.counted.book import tally_book
from pingyi.engine.counted.layout import make_layout
from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.evaluate.cells import Cell, cell_of
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.counts import CountBook
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.rounds import Frame
from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.grammar.nodes import Counted, Events, FigureNode, From, Node
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import decimal_text, exact_text, read_exact
from pingyi.engine.tables.inputs import RoundInput

GIVEN = "given.json"
"""What the public parts are worked out from; the member by which a public bundle is known."""
FORMAT = "pingyi-public/1"

Pair = tuple[str, str]
"""(node, target)."""


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


def recomputed(members: Members) -> bytes:
    """The result of a public bundle, worked out again. Raises what reading members may."""
    file = load_scheme(members[SCHEME].decode(), SCHEME)
    return told_bytes(file, round_input(file.scheme, members), _given_from(members))


def trust_of(members: Members) -> Trust | None:
    """How far a bundle that holds is recomputed; None for an internal one, which is wholly."""
    if GIVEN not in members:
        return None
    given = _given_from(members)
    rows = json.loads(members[RESULT])["results"]
    return Trust(len(given.counted), len(given.values), len(rows), len(given.scores))


def shown_value(evaluation: Evaluation, name: str, code: str) -> Fraction | None:
    cell = evaluation.shown(name, code)
    return cell.value if cell.counts else None


class _Columns(Columns):
    """Columns over what is given; whatever needs anything else is ``Blocked``."""

    def __init__(
        self, frame: Frame, book: CountBook, counted: frozenset[Pair], known: Mapping[Pair, Cell]
    ) -> None:
        super().__init__(frame, book, rulings=False)
        self._recounted = counted
        self.known.update(known)

    def _value(self, name: str, node: Node, code: str) -> Cell:
        if is_start(node) and (name, code) not in self._recounted:
            facts = {"target": self.frame.name(code), "node": node.title}
            raise Blocked(Problem.of("public_withheld", **facts))
        return super()._value(name, node, code)


class Partial(Evaluation):
    """An evaluation over what is given."""

    def __init__(
        self, frame: Frame, book: CountBook, counted: frozenset[Pair], known: Mapping[Pair, Cell]
    ) -> None:
        super().__init__(frame, book, rulings=False)
        self.columns = _Columns(frame, book, counted, known)
        self.columns.finals = self._taken

    @classmethod
    def of(cls, scheme: Scheme, data: RoundInput, given: Given) -> Partial:
        book = tally_book(make_layout(scheme, data.targets), data.tallies)
        known = {pair: cell_of(value) for pair, value in given.values.items()}
        known |= {(scheme.score, code): cell_of(value) for code, value in given.scores.items()}
        return cls(Frame(scheme, data), book, given.counted, known)

    def tells(self, name: str, code: str) -> bool:
        try:
            self.columns.cell(name, code)
        except Blocked:
            return False
        return True

    def score(self, code: str) -> Fraction | None:
        return shown_value(self, self.frame.scheme.score, code)


def told_bytes(file: SchemeFile, data: RoundInput, given: Given) -> bytes:
    scheme = file.scheme
    known = Partial.of(scheme, data, replace(given, scores={}))
    whole = Partial.of(scheme, data, given)
    return json_bytes(
        {
            "format": FORMAT,
            "scheme": {"key": scheme.key, "title": scheme.title, "digest": file.digest},
            "results": [_row(scheme, known, whole, code) for code in whole.frame.targets],
        }
    )


def _row(scheme: Scheme, known: Partial, whole: Partial, code: str) -> dict[str, Any]:
    final = whole.final(code)
    published = final.published
    return {
        "target": code,
        "title": whole.frame.title(code),
        "score": None if published is None else decimal_text(published, scheme.rounding.places),
        "grade": final.grade,
        "rank": final.rank,
        "nodes": {
            name: _text(shown_value(known, name, code))
            for name in scheme.nodes
            if known.tells(name, code)
        },
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)


def _by_node(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, code in sorted(pairs):
        found.setdefault(name, []).append(code)
    return found


def given_bytes(given: Given) -> bytes:
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
    written = json.loads(given_bytes(given)) | {"program": read["program"]}
    if json_bytes(written) != members[GIVEN]:
        raise ValueError(GIVEN)
    return given
