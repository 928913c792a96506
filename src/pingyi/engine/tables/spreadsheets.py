"""Rows of a workbook: which sheet is read, and what merged cells mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from pingyi.engine.errors import BadTable, Collector, Place, Problem
from pingyi.engine.numbers import normal_text
from pingyi.engine.tables.columns import TARGETS, Cell, Table
from pingyi.engine.tables.headings import heading_index, headings
from pingyi.engine.tables.workbook import faulty_cells

_FILLED = frozenset({Cell.CODE, Cell.TEXT, Cell.WORDS, Cell.DATE, Cell.CHOICE})
"""Columns in which a cell merged over several rows says the same of each. A number merged over
rows may be each one's or their sum."""

Rows = list[list[Any]]
_Range = tuple[tuple[int, int], tuple[int, int]]
"""((first row, first column), (last row, last column)), from 0"""


def spreadsheet_rows(path: Path, table: Table, extra: Mapping[str, str]) -> list[Sequence[Any]]:
    """The rows of the sheet that holds the table, from its very first row on."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    name = sheet_to_read(book, path.name, table, extra)
    faults = faulty_cells(path, name)
    if faults:
        places = (Place(file=path.name, row=row, column=column) for column, row in faults)
        raise BadTable(Problem.of("cell_error", place) for place in places)
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    merged = [found for found in sheet.merged_cell_ranges or () if _holds(rows, found)]
    if merged:
        problems = Collector(path.name)
        _unmerge(rows, merged, table, extra, problems)
        problems.raise_if_any()
    return list(rows)


def sheet_to_read(
    book: python_calamine.CalamineWorkbook, file: str, table: Table, extra: Mapping[str, str]
) -> str:
    """The only sheet with anything in it, or the only one with the table's headings."""
    names = filled_sheets(book)
    if len(names) > 1:
        fitting = [name for name in names if _fits(book, name, table, extra)]
        if len(fitting) != 1:
            listed = "、".join(names)
            raise BadTable(Problem.of("sheets_many", Place(file=file), names=listed))
        return fitting[0]
    return names[0] if names else str(book.sheet_names[0])


def filled_sheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """The names of the sheets with anything in them; only looked into where there are several."""
    names = [str(name) for name in book.sheet_names]
    if len(names) == 1:
        return names
    return [name for name in names if book.get_sheet_by_name(name).to_python()]


def _fits(
    book: python_calamine.CalamineWorkbook, name: str, table: Table, extra: Mapping[str, str]
) -> bool:
    """Has the sheet a heading with all columns that the table needs?"""
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    known = headings(table, extra)
    found = {known.get(normal_text(str(c))) for c in rows[heading_index(rows, table, extra)]}
    return all(column.key in found for column in table.columns if column.required)


def _holds(rows: Rows, merged: _Range) -> bool:
    """Does the range hold anything? What is in a merged range stands in its first cell."""
    (row, column), _ = merged
    return row < len(rows) and column < len(rows[row]) and rows[row][column] not in ("", None)


def _unmerge(
    rows: Rows, merged: list[_Range], table: Table, extra: Mapping[str, str], problems: Collector
) -> None:
    """Fill cells merged over rows down, where their meaning is the same for each row; tell the
    other ranges. Titles above the heading may be merged as they like."""
    downward = [found for found in merged if found[0][1] == found[1][1]]
    for (first, column), (last, _) in downward:
        for row in rows[first + 1 : last + 1]:
            if any(cell not in ("", None) for cell in row):
                row[column] = rows[first][column]
    heading = heading_index(rows, table, extra)
    known = headings(table, extra)
    kinds = {column.key: column.kind for column in table.columns}
    # What the scheme adds to a table is an attribute, the same for each row, or a score.
    added = Cell.TEXT if table is TARGETS else Cell.NUMBER
    for found in merged:
        (first, column), (last, _) = found
        key = known.get(normal_text(str(rows[heading][column])))
        if last < heading or (first < heading and last == heading and found in downward):
            continue
        if first == heading and found in downward:  # a heading two rows high
            for row in rows[first + 1 : last + 1]:
                row[column] = ""
        elif found not in downward or kinds.get(key or "", added) not in _FILLED:
            place = Place(row=first + 1)
            problems.add("cells_merged", place, range=f"{_cell(*found[0])}:{_cell(*found[1])}")


def _cell(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
