"""Small tables from CSV, XLSX or Parquet, as rows of text with the row numbers people see."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from pingyi.engine.details import reason
from pingyi.engine.errors import BadTable, Collector, Place, Problem
from pingyi.engine.numbers import normal_text
from pingyi.engine.tables.columns import Cell, Table
from pingyi.engine.tables.encodings import decode_text
from pingyi.engine.tables.headings import heading_index, headings_of, match_headings
from pingyi.engine.tables.spreadsheets import spreadsheet_rows

_HIDDEN = re.compile("[\x00-\x08\u202a-\u202e\u2066-\u2069]")
"""Characters that cannot be seen and turn what stands around them."""

SUFFIXES = (".csv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Row:
    """One row: its number (heading row included) and its non-empty cells by column key."""

    number: int
    cells: Mapping[str, str]
    numeric: frozenset[str] = frozenset()
    """Columns whose cell was a number, not text, in a spreadsheet."""

    def get(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Sheet:
    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    headings: Mapping[str, str]
    """Column key → the heading as it is written."""

    def place(self, row: Row, column: str | None = None) -> Place:
        heading = self.headings.get(column) if column else None
        return Place(file=self.file, row=row.number, column=column, heading=heading)


@dataclass(frozen=True)
class MemoryTable:
    """A table that is no file: rows of text by column key (a worked case, a form)."""

    name: str
    rows: tuple[Mapping[str, str], ...]

    def raw(self) -> list[Sequence[Any]]:
        keys = list(dict.fromkeys(key for row in self.rows for key in row))
        return [keys, *([row.get(key, "") for key in keys] for row in self.rows)]


TableSource = Path | MemoryTable


def read_sheet(source: TableSource, table: Table, extra: Mapping[str, str]) -> Sheet:
    """Read a table. ``extra`` maps further headings (attributes) to their keys.

    Raises ``BadTable`` with everything wrong about file and heading.
    """
    raw = source.raw() if isinstance(source, MemoryTable) else _raw_rows(source, table, extra)
    return _sheet(source.name, raw, table, extra)


def check_file(path: Path) -> None:
    """The file is there and of a kind that can be read."""
    if not path.is_file():
        raise BadTable(Problem.of("file_missing", Place(file=str(path))))
    if path.suffix.lower() not in SUFFIXES:
        raise BadTable(
            Problem.of("file_kind", Place(file=path.name), kind=path.suffix or path.name)
        )


def _raw_rows(path: Path, table: Table, extra: Mapping[str, str]) -> list[Sequence[Any]]:
    check_file(path)
    try:
        match path.suffix.lower():
            case ".csv":
                text = decode_text(path.read_bytes(), path.name)
                return list(csv.reader(io.StringIO(text, newline=""), strict=True))
            case ".xlsx":
                return spreadsheet_rows(path, table, extra)
            case _:
                arrow = pq.read_table(path)
                return [arrow.column_names, *zip(*(c.to_pylist() for c in arrow), strict=True)]
    except (csv.Error, python_calamine.CalamineError, pa.ArrowException, OSError) as error:
        place = Place(file=path.name)
        raise BadTable(Problem.of("file_broken", place, detail=reason(error))) from error


def cell_text(value: object) -> str:
    """A cell as text: a spreadsheet's 3.0 is ``3``, a date is ISO, blanks are stripped, a line
    ends as in any text."""
    if value is None:
        return ""
    if isinstance(value, float):
        # Fifteen digits, as spreadsheets show them: what the clerk sees is what counts.
        return format(Decimal(format(value, ".15g")).normalize(), "f")
    return normal_text(_plain_lines(str(value)))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sheet(file: str, raw: list[Sequence[Any]], table: Table, extra: Mapping[str, str]) -> Sheet:
    problems = Collector(file)
    if not raw:
        problems.add("table_empty")
        problems.raise_if_any()
    start = heading_index(raw, table, extra)
    keys = match_headings(raw[start], table, extra, problems, start + 1)
    problems.raise_if_any()
    written = headings_of(raw[start], keys)
    free = {column.key for column in table.columns if column.kind is Cell.WORDS}
    rows = []
    for number, cells in enumerate(raw[start + 1 :], start + 2):
        texts = [
            _plain_lines(cell).strip() if key in free and isinstance(cell, str) else cell_text(cell)
            for cell, key in zip_longest(cells, keys[: len(cells)])
        ]
        if not any(texts):
            continue
        for text, key in zip_longest(texts, keys[: len(texts)]):
            if _HIDDEN.search(text):
                place = Place(row=number, column=key, heading=written.get(key or ""))
                problems.add("cell_hidden", place)
        if any(texts[len(keys) :]):
            problems.add("row_length", Place(row=number), number=len(texts), wants=len(keys))
        pairs = [(key, i) for i, key in enumerate(keys) if key is not None and i < len(texts)]
        numeric = frozenset(key for key, i in pairs if isinstance(cells[i], int | float))
        rows.append(Row(number, {key: texts[i] for key, i in pairs if texts[i]}, numeric))
    if not rows and not table.may_be_empty:
        problems.add("table_empty")
    problems.raise_if_any()
    return Sheet(file, tuple(key for key in keys if key is not None), tuple(rows), written)
