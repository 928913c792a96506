"""From Arrow record batches to the integer arrays of the kernel, with every problem told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pingyi.engine.counted.kernel import Bools, Ints
from pingyi.engine.counted.layout import Layout, PaperLayout
from pingyi.engine.counted.lookup import (
    Codes,
    Places,
    direct_codes,
    is_constant,
    is_text,
    looked_up,
    plain_text,
    shown,
)
from pingyi.engine.counted.order import Order, ballot_folds, ballot_values, scalar, used_channels
from pingyi.engine.errors import Collector, Place, Problem
from pingyi.engine.grammar.papers import Recusal, Scope
from pingyi.engine.tables.ballots import dimension_headings
from pingyi.engine.tables.codes import BECAME_NUMBER, CodeBook
from pingyi.engine.tables.columns import BALLOTS
from pingyi.engine.tables.headings import allowed_headings
from pingyi.engine.tables.inputs import Special
from pingyi.engine.tables.names import Names
from pingyi.engine.tables.readers import answer_parser, answers_text

_BLANK, _BAD = -1, -2


@dataclass(frozen=True)
class Rows:
    """Decoded rows. ``new`` marks the first row of a ballot; ``folds`` is set on those rows."""

    channels: Ints
    targets: Ints
    new: Bools
    folds: NDArray[np.uint8]
    own: Bools | None
    codes: Mapping[str, Codes]
    """By dimension; coded by the paper of the row's channel."""

    def __len__(self) -> int:
        return len(self.channels)

    def cut(self, start: int, stop: int) -> Rows:
        part = slice(start, stop)
        return Rows(
            self.channels[part],
            self.targets[part],
            self.new[part],
            self.folds[part],
            None if self.own is None else self.own[part],
            {name: codes[part] for name, codes in self.codes.items()},
        )

    @staticmethod
    def joined(first: Rows, second: Rows) -> Rows:
        def both(a: Any, b: Any) -> Any:
            return np.concatenate([a, b])

        return Rows(
            both(first.channels, second.channels),
            both(first.targets, second.targets),
            both(first.new, second.new),
            both(first.folds, second.folds),
            None if first.own is None or second.own is None else both(first.own, second.own),
            {name: both(first.codes[name], second.codes[name]) for name in first.codes},
        )


class Decoder:
    """Decodes the batches of one file, in order."""

    def __init__(self, layout: Layout, book: CodeBook, problems: Collector, order: Order) -> None:
        self.layout, self.book, self.problems, self.order = layout, book, problems, order
        scheme = layout.scheme
        self._names = {
            "input": Names(scheme.inputs),
            "rater_class": Names(scheme.classes),
            "paper": Names(scheme.papers),
        }
        self._keys = {
            "input": list(scheme.inputs),
            "rater_class": list(scheme.classes),
            "paper": list(scheme.papers),
        }
        shape = tuple(len(keys) for keys in self._keys.values())
        self._channel_of = np.full(shape, _BAD, np.int64)
        for i, channel in enumerate(layout.channels):
            where = zip(
                self._keys.values(),
                (channel.input, channel.rater_class, channel.paper.key),
                strict=True,
            )
            self._channel_of[tuple(keys.index(key) for keys, key in where)] = i
        self._target_of = {code: i for i, code in enumerate(layout.targets)}
        self._last: tuple[int, object] | None = None
        self._rated: set[int] = set()
        self._any_row = False
        self._told: set[Problem] = set()

    def finish(self) -> None:
        """The file ends here."""
        if not self._any_row:
            self.problems.add("table_empty")

    def decode(self, first_row: int, batch: pa.RecordBatch) -> Rows:
        """Arrays of a batch. Rows with problems are told and may hold nonsense."""
        return self.decode_filled(*self.filled(first_row, batch))

    def filled(self, first_row: int, batch: pa.RecordBatch) -> tuple[dict[str, pa.Array], Places]:
        """The columns of a batch without its blank rows, and where the other rows stand."""
        place = Places(self.problems, first_row)
        columns = {name: batch.column(i) for i, name in enumerate(batch.schema.names)}
        blank = self._blank_rows(columns)
        if blank is not None:
            keep = pa.array(~blank)
            columns = {name: column.filter(keep) for name, column in columns.items()}
            place.rows = np.flatnonzero(~blank)
        return columns, place

    def decode_filled(self, columns: Mapping[str, pa.Array], place: Places) -> Rows:
        """What ``decode`` does once blank rows are left out."""
        channels = self._channels(columns, place)
        targets = self._targets(columns, "target", place)
        new, folds = self._ballots(columns["ballot"], channels, place)
        own = self._own(columns, targets, place)
        codes = self._codes(columns, channels, place)
        rows = Rows(channels, targets, new, folds, own, codes)
        if not self.problems and len(rows):
            self._check_sheets(rows, columns["ballot"], place)
        return rows

    def _blank_rows(self, columns: Mapping[str, pa.Array]) -> Bools | None:
        """Rows without anything in them: trailing blanks of a spreadsheet."""
        blank: Bools | None = None
        for name in ("input", "ballot", "target"):
            column = columns[name]
            if not is_text(column.type) and column.null_count == 0:
                return None
            blank = _empty(column) if blank is None else blank & _empty(column)
            if not blank.any():
                return None
        assert blank is not None
        for column in columns.values():
            rows = np.flatnonzero(blank)
            blank[rows] = _empty(column.take(pa.array(rows)))
        return blank

    def _channels(self, columns: Mapping[str, pa.Array], place: Places) -> Ints:
        parts = []
        known = np.ones(len(columns["input"]), bool)
        for name, names in self._names.items():
            index = {key: i for i, key in enumerate(self._keys[name])}

            def find(text: str, names: Names = names, index: Mapping[str, int] = index) -> int:
                key = names.find(text)
                return _BAD if key is None else index[key]

            found, texts = looked_up(columns[name], find)
            if is_constant(found) and found[0] != _BAD:
                parts.append(found)
                continue
            place.tell(found == _BAD, texts, "unknown_value", name, allowed=names.allowed())
            parts.append(np.maximum(found, 0))
            known &= found >= 0
        channels = self._channel_of_rows(parts)
        if is_constant(channels) and channels[0] >= 0:
            return channels
        strange = (channels < 0) & known
        if strange.any():
            source = np.flatnonzero(strange)[0]
            key = self._keys["input"][int(parts[0][source])]
            listed = self.layout.scheme.inputs[key]
            allowed = "、".join((*listed.classes, *listed.papers))
            texts = lambda i: " ".join(str(columns[n][i]) for n in self._names)  # noqa: E731
            place.tell(strange, texts, "unknown_value", "input", allowed=allowed)
        return np.maximum(channels, 0)

    def _channel_of_rows(self, parts: Sequence[Ints]) -> Ints:
        """Channels by the indices of input, class and paper; nearly always the same for all."""
        if all(is_constant(part) for part in parts):
            first, second, third = (int(part[0]) for part in parts)
            return np.broadcast_to(self._channel_of[first, second, third], len(parts[0]))
        _, classes, papers = self._channel_of.shape
        flat = (parts[0] * classes + parts[1]) * papers + parts[2]
        return np.asarray(self._channel_of.ravel()[flat], np.int64)

    def _targets(self, columns: Mapping[str, pa.Array], name: str, place: Places) -> Ints:
        found, texts = looked_up(columns[name], lambda text: self._target_of.get(text, _BAD))
        bad = found == _BAD
        if not bad.any():
            return found
        for i in place.first(bad):
            problem = self.book.problem(texts(i), place.at(i, name))
            if problem is not None:
                self.problems.take(problem)
        place.count_rest(bad)
        return np.maximum(found, 0)

    def _ballots(
        self, column: pa.Array, channels: Ints, place: Places
    ) -> tuple[Bools, NDArray[np.uint8]]:
        """Where a ballot begins, and its fold there. Follows ballots across batches."""
        number = len(column)
        new = np.zeros(number, bool)
        folds = np.zeros(number, np.uint8)
        if number == 0:
            return new, folds
        values = ballot_values(column)
        if isinstance(values, np.ndarray):
            changed = values[1:] != values[:-1]
        else:
            import pyarrow.compute as pc  # noqa: PLC0415 - slow to import, and only text needs it

            changed = pc.not_equal(values[1:], values[:-1]).to_numpy(zero_copy_only=False)
            empty = pc.equal(values, "").to_numpy(zero_copy_only=False)
            place.tell(empty, lambda i: "", "cell_empty", "ballot")
        new[1:] = changed
        if not is_constant(channels):
            new[1:] |= channels[1:] != channels[:-1]
        new[0] = self._last != (int(channels[0]), scalar(values, 0))
        starts = np.flatnonzero(new)
        self._last = (int(channels[-1]), scalar(values, number - 1))
        firsts = values[starts] if isinstance(values, np.ndarray) else values.take(pa.array(starts))
        folds[starts] = ballot_folds(firsts)
        self.order.follow(firsts, channels[starts])
        self._any_row = True
        return new, folds

    def _own(self, columns: Mapping[str, pa.Array], targets: Ints, place: Places) -> Bools | None:
        papers = [p for p in self.layout.papers.values() if p.paper.recusal is not Recusal.NONE]
        if not papers:
            return None
        if "unit" not in columns:
            self._tell_once("unit_needed", name=papers[0].paper.title)
            return np.zeros(len(targets), bool)
        units, texts = looked_up(columns["unit"], self._unit)
        for i in place.first(units == _BAD):
            problem = self.book.problem(texts(i), place.at(i, "unit"))
            if problem is not None:
                self.problems.take(problem)
        place.count_rest(units == _BAD)
        return np.asarray(units == targets, bool)

    def _unit(self, text: str) -> int:
        """The unit among the targets; others need not be, but must not have lost their zeros."""
        if text in self._target_of:
            return self._target_of[text]
        problem = self.book.problem(text, Place())
        return _BAD if problem is not None and problem.code in BECAME_NUMBER else _BLANK

    def _tell_once(self, code: str, **facts: object) -> None:
        """A problem of the whole file, which every batch finds again."""
        problem = Problem.of(code, Place(), **facts)
        if problem not in self._told:
            self._told.add(problem)
            self.problems.take(problem)

    def _codes(
        self, columns: Mapping[str, pa.Array], channels: Ints, place: Places
    ) -> dict[str, Codes]:
        names = {name for paper in self.layout.papers.values() for name in paper.dimensions}
        out: dict[str, Codes] = {}
        used = used_channels(channels)
        for name in sorted(names):
            papers = {c: p for c in used if name in (p := self.layout.channels[c].paper).dimensions}
            if name in columns and len(papers) < len(used) and not self.problems:
                self._check_other_papers(columns[name], name, channels, set(papers), place)
            width = max((p.width for p in self.layout.papers.values()), default=0)
            if name not in columns:
                for paper in list(papers.values())[:1]:
                    title = paper.paper.dimensions[name].title
                    allowed = allowed_headings(BALLOTS, dimension_headings(self.layout.scheme))
                    self._tell_once("column_missing", name=title, allowed=allowed)
                out[name] = np.zeros(len(channels), np.uint8)
            elif len({paper.key for paper in papers.values()}) == 1 and len(papers) == len(used):
                out[name] = self._paper_codes(
                    columns[name], next(iter(papers.values())), name, place
                )
            else:
                codes: Codes = np.zeros(len(channels), np.uint8 if width < 256 else np.uint16)
                for channel, paper in papers.items():
                    mine = channels == channel
                    part = columns[name].filter(pa.array(mine))
                    codes[mine] = self._paper_codes(part, paper, name, place.of(mine))
                out[name] = codes
        return out

    def _check_other_papers(
        self, column: pa.Array, name: str, channels: Ints, having: set[int], place: Places
    ) -> None:
        """A dimension of one paper must be empty on the ballots of another."""
        others = ~np.isin(channels, list(having)) & ~_empty(column)
        for i in place.first(others):
            paper = self.layout.channels[int(channels[i])].paper.paper
            where = place.at(i, name)
            facts = {"column": name, "paper": paper.title, "text": shown(column, i)}
            self.problems.add("other_paper", where, **facts)
        place.count_rest(others)

    def _paper_codes(self, column: pa.Array, paper: PaperLayout, name: str, place: Places) -> Codes:
        dtype = np.uint8 if paper.width < 256 else np.uint16
        direct = direct_codes(column, paper)
        if direct is not None:
            return direct.astype(dtype, copy=False)
        parse = answer_parser(self.layout.scheme, paper.key)
        special = {Special.ABSTAINED: paper.abstained, Special.NOT_INFORMED: paper.not_informed}

        def find(text: str) -> int:
            answer = parse(text)
            if answer is None:
                return _BAD
            return special[answer] if isinstance(answer, Special) else answer

        found, texts = looked_up(column, find)
        allowed = answers_text(self.layout.scheme, paper.key)
        place.tell(found == _BAD, texts, "score_range", name, allowed=allowed)
        if not paper.paper.abstain:
            place.tell(found == paper.abstained, texts, "abstain_refused", name)
        if not paper.paper.not_informed:
            place.tell(found == paper.not_informed, texts, "not_informed_refused", name)
        return np.maximum(found, 0).astype(dtype)

    def _check_sheets(self, rows: Rows, ballots: pa.Array, place: Places) -> None:
        """No ballot rates a target twice; a ballot of scope own rates one."""
        inside = ~rows.new
        own = np.array([c.paper.paper.scope is Scope.OWN for c in self.layout.channels])
        if own.any():
            many = own[rows.channels] & inside
            place.tell(many, lambda i: shown(ballots, i), "ballot_own_many", "ballot")
        self._check_repeats(rows, ballots, place)

    def _check_repeats(self, rows: Rows, ballots: pa.Array, place: Places) -> None:
        continued = not rows.new[0] and bool(self._rated)
        falls = ~rows.new
        falls[1:] &= rows.targets[1:] <= rows.targets[:-1]
        falls[0] = continued and int(rows.targets[0]) <= max(self._rated)
        starts = np.flatnonzero(rows.new)
        tail = int(starts[-1]) if len(starts) else 0
        if falls.any():
            again = _seen_before(
                rows, len(self.layout.targets), self._rated if continued else set()
            )
            for i in place.first(again):
                target = self.layout.targets[int(rows.targets[i])]
                where = place.at(i, "target")
                self.problems.add("sheet_twice", where, name=shown(ballots, i), target=target)
            place.count_rest(again)
        if len(starts):
            self._rated = set()
        self._rated.update(rows.targets[tail:].tolist())


def _empty(column: pa.Array) -> Bools:
    """Which cells hold nothing."""
    if pa.types.is_dictionary(column.type):
        return looked_up(column, lambda text: int(not text))[0].astype(bool)
    if not is_text(column.type):
        return np.asarray(column.is_null().to_numpy(zero_copy_only=False), bool)
    import pyarrow.compute as pc  # noqa: PLC0415 - slow to import, and only text needs it

    texts = pc.utf8_trim_whitespace(pc.fill_null(plain_text(column), ""))
    return np.asarray(pc.equal(texts, "").to_numpy(zero_copy_only=False), bool)


def _seen_before(rows: Rows, targets: int, rated: set[int]) -> Bools:
    """Rows on a target that the same ballot has rated already; ``rated`` before this batch."""
    ballot = np.cumsum(rows.new)
    keys = ballot * targets + rows.targets
    if not rows.new[0] and rated:
        keys = np.concatenate([np.array(sorted(rated)), keys])
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    again = first[inverse] != np.arange(len(keys))
    return np.asarray(again[len(keys) - len(rows) :], bool)


def ballots_of(
    decoder: Decoder, first_row: int, batch: pa.RecordBatch
) -> Iterator[tuple[Place, int, str]]:
    """(place, channel, number) of every ballot that begins in a batch."""
    columns, place = decoder.filled(first_row, batch)
    rows = decoder.decode_filled(columns, place)
    for i in np.flatnonzero(rows.new).tolist():
        yield place.at(i, "ballot"), int(rows.channels[i]), shown(columns["ballot"], i)
