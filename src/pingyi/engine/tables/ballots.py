"""Ballots: the one large table. Read in batches, never held whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import python_calamine

from pingyi.engine.details import reason
from pingyi.engine.errors import BadTable, Collector, Place, Problem
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.messages import Phrase
from pingyi.engine.numbers import normal_text
from pingyi.engine.tables.columns import BALLOTS
from pingyi.engine.tables.encodings import encoding_of, file_blocks
from pingyi.engine.tables.headings import heading_index, headings_of, match_headings
from pingyi.engine.tables.sheets import cell_text, check_file
from pingyi.engine.tables.spreadsheets import spreadsheet_rows

BATCH_ROWS = 1 << 18


_BROKEN = (pa.ArrowException, python_calamine.CalamineError, csv.Error, OSError)


@dataclass(frozen=True)
class BallotSource:
    """A file of ballots, or a table in memory.

    ``batches`` gives record batches whose columns bear the keys of ``columns.BALLOTS`` and of the
    scheme's dimensions, with the row number of their first row (heading row is row 1).
    """

    path: Path | None = None
    table: pa.Table | None = None
    headings: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Column key → heading as it is written; filled when the heading is read, for messages."""

    @property
    def file(self) -> str:
        return self.path.name if self.path else "ballots"

    def worded(self, problem: Problem, scheme: Scheme) -> Problem:
        """A problem of this file with keys replaced by what people read: the heading as it is
        written, and titles of the scheme."""
        heading = self.headings.get(problem.place.column or "")
        titles = {key: part.title for key, part in scheme.classes.items()}
        titles |= {key: part.title for key, part in scheme.papers.items()}

        def said(name: str, fact: str | Phrase) -> str | Phrase:
            if name == "column":
                return heading or fact
            if name == "allowed" and isinstance(fact, str):
                return "、".join(titles.get(word, word) for word in fact.split("、"))
            return fact

        facts = tuple((name, said(name, fact)) for name, fact in problem.facts)
        return replace(problem, place=replace(problem.place, heading=heading), facts=facts)

    def rows(self) -> int | None:
        """How many rows, where that is known without reading."""
        if self.table is not None:
            return int(self.table.num_rows)
        if self.path is None or self.path.suffix.lower() != ".parquet":
            return None
        try:
            return int(pq.ParquetFile(self.path).metadata.num_rows)
        except (pa.ArrowException, OSError):
            return None  # told when the rows are read

    def batches(self, scheme: Scheme) -> Iterator[tuple[int, pa.RecordBatch]]:
        try:
            yield from self._batches(dimension_headings(scheme))
        except UnicodeDecodeError as error:
            raise BadTable(Problem.of("encoding", Place(file=self.file))) from error
        except _BROKEN as error:
            place = Place(file=self.file)
            raise BadTable(Problem.of("file_broken", place, detail=reason(error))) from error

    def _batches(self, extra: Mapping[str, str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        if self.table is not None:
            yield from _numbered(self.table.to_batches(BATCH_ROWS), self, extra, 2)
            return
        assert self.path is not None
        check_file(self.path)
        match self.path.suffix.lower():
            case ".csv":
                yield from _csv_batches(self.path, self, extra)
            case ".xlsx":
                table, first = _spreadsheet_table(self.path, extra)
                yield from _numbered(table.to_batches(BATCH_ROWS), self, extra, first)
            case _:
                parquet = pq.ParquetFile(
                    self.path, read_dictionary=_text_columns(self.path), pre_buffer=False
                )
                yield from _numbered(_parquet_batches(parquet), self, extra, 2)


def _parquet_batches(parquet: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Row group by row group: else dictionaries, which end there, would cut every batch in two."""
    for group in range(parquet.num_row_groups):
        yield from parquet.iter_batches(BATCH_ROWS, row_groups=[group], use_threads=False)


def dimension_headings(scheme: Scheme) -> dict[str, str]:
    """Headings of all dimensions of all papers; a title used for two keys is left out."""
    titles: dict[str, set[str]] = {}
    keys: dict[str, str] = {}
    for paper in scheme.papers.values():
        for key, dimension in paper.dimensions.items():
            keys[key] = key
            titles.setdefault(dimension.title, set()).add(key)
    return {title: min(of) for title, of in titles.items() if len(of) == 1} | keys


def _numbered(
    batches: Any, source: BallotSource, extra: Mapping[str, str], first: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    keys: list[str | None] | None = None
    for batch in batches:
        if keys is None:
            keys = _matched(batch.schema.names, source, extra, first - 1)
            _check_types(batch.schema, keys, source.file)
        yield first, _renamed(batch, keys)
        first += batch.num_rows


def _matched(
    names: Sequence[str], source: BallotSource, extra: Mapping[str, str], row: int
) -> list[str | None]:
    problems = Collector(source.file)
    keys = match_headings(names, BALLOTS, extra, problems, row)
    problems.raise_if_any()
    source.headings.update(headings_of(names, keys))
    return keys


def _check_types(schema: pa.Schema, keys: list[str | None], file: str) -> None:
    """Lists, raw bytes and the like are no cells."""
    problems = Collector(file)
    for part, key in zip(schema, keys, strict=True):
        if key is not None and (pa.types.is_nested(part.type) or _is_bytes(part.type)):
            detail = Phrase("这一列不是文字或数", str(part.type))
            problems.add("file_broken", Place(column=part.name), detail=detail)
    problems.raise_if_any()


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _renamed(batch: pa.RecordBatch, keys: list[str | None]) -> pa.RecordBatch:
    kept = [i for i, key in enumerate(keys) if key is not None]
    return pa.RecordBatch.from_arrays(
        [batch.column(i) for i in kept], names=[str(keys[i]) for i in kept]
    )


def _text_columns(path: Path) -> list[str]:
    schema = pq.read_schema(path)
    return [field.name for field in schema if pa.types.is_string(field.type)]


def _csv_batches(
    path: Path, source: BallotSource, extra: Mapping[str, str]
) -> Iterator[tuple[int, pa.RecordBatch]]:
    ragged = []

    def bad_row(row: Any) -> str:
        ragged.append(row)
        return "skip"

    encoding = encoding_of(file_blocks(path), path.name).removesuffix("-sig")
    with path.open("rb") as file:
        heading = file.readline().decode(encoding, errors="replace").rstrip("\r\n")
    names = [normal_text(cell) for cell in next(csv.reader([heading]), [])]
    unique = [f"{name}#{i}" for i, name in enumerate(names)]
    keys = _matched(names, source, extra, 1)
    reader = pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(
            encoding=encoding, column_names=unique, skip_rows=1, block_size=1 << 23
        ),
        parse_options=pa_csv.ParseOptions(
            invalid_row_handler=bad_row, ignore_empty_lines=False, newlines_in_values=True
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in unique}, strings_can_be_null=False
        ),
    )
    first = 2
    for batch in reader:
        if ragged:
            break
        yield first, _renamed(batch, keys)
        first += batch.num_rows
    if ragged:
        yield from _ragged_batches(path, encoding, keys, first)


def _ragged_batches(
    path: Path, encoding: str, keys: list[str | None], start: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows from ``start`` on of a file in which some have the wrong length: read slowly, so
    that these are told with their numbers and all others keep theirs."""
    problems = Collector(path.name)
    names = [str(i) for i in range(len(keys))]
    kept: list[list[str]] = []
    last = start

    def numbered() -> tuple[int, pa.RecordBatch]:
        columns = [pa.array(cells, pa.string()) for cells in zip(*kept, strict=True)]
        return last - len(kept) + 1, _renamed(pa.RecordBatch.from_arrays(columns, names), keys)

    with path.open(encoding=encoding, newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if number < start:
                continue
            if len(row) == len(keys):
                kept.append(row)
                last = number
            elif row:
                problems.add("row_length", Place(row=number), number=len(row), wants=len(keys))
            if kept and (last < number or len(kept) == BATCH_ROWS):
                yield numbered()
                kept.clear()
    if kept:
        yield numbered()
    problems.raise_if_any()


def _spreadsheet_table(path: Path, extra: Mapping[str, str]) -> tuple[pa.Table, int]:
    raw = spreadsheet_rows(path, BALLOTS, extra)
    if not raw:
        raise BadTable(Problem.of("table_empty", Place(file=path.name)))
    start = heading_index(raw, BALLOTS, extra)
    names = [cell_text(cell) for cell in raw[start]]
    body = [[cell_text(cell) for cell in row] for row in raw[start + 1 :]]
    columns = [pa.array([row[i] for row in body], pa.string()) for i in range(len(names))]
    return pa.table(columns, names=names), start + 2
