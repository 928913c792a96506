"""Grids of results as CSV and XLSX, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

_SPREADSHEET_DIGITS = 15
_NARROWEST, _WIDEST = 8, 40
"""Widths of columns, in characters."""
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Grid:
    """A table to be shown or saved. ``numeric`` are the indices of right-aligned columns."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    numeric: frozenset[int] = frozenset()
    subtitle: Sequence[str] = ()
    """Lines under the title in a workbook."""
    workbook_only: Sequence[tuple[str, Sequence[object]]] = ()
    """Further columns of a workbook, (heading, cells), as text."""


def safe_text(value: object) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay as they are."""
    text = "" if value is None else str(value)
    if text.startswith(_STARTS_FORMULA) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    return body.replace(".", "", 1).isdigit() and body.isascii()


def csv_bytes(grid: Grid) -> bytes:
    """UTF-8 with BOM, one heading row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(grid.headings)
    writer.writerows([safe_text(cell) for cell in row] for row in grid.rows)
    return buffer.getvalue().encode("utf-8-sig")


def write_xlsx(grid: Grid, path: Path) -> None:
    """One sheet that prints: title, heading frozen and repeated, numbers as numbers, never a
    formula, pages counted."""
    headings = [*grid.headings, *(heading for heading, _ in grid.workbook_only)]
    rows = [[*row, *(more[i] for _, more in grid.workbook_only)] for i, row in enumerate(grid.rows)]
    top = 1 + len(grid.subtitle)
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_sheet_name(grid.title))
        sheet.write_string(0, 0, grid.title, book.add_format({"bold": True, "font_size": 14}))
        for number, line in enumerate(grid.subtitle, 1):
            sheet.write_string(number, 0, line)
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, str(heading), bold)
            texts = [str(row[column]) for row in rows if row[column] is not None]
            width = 2 + max(map(_width, [heading, *texts]))
            sheet.set_column(column, column, max(_NARROWEST, min(_WIDEST, width)))
        cells = _Cells(book, sheet)
        for number, row in enumerate(rows, top + 1):
            for column, cell in enumerate(row):
                cells.write((number, column), cell, column in grid.numeric)
        sheet.freeze_panes(top + 1, 0)
        _print_setup(sheet, grid.title, top)


class _Cells:
    """Writes cells into a sheet, with one format of the workbook for each number of decimals."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.right = book.add_format({"align": "right"})
        self.shapes: dict[int, Any] = {}

    def write(self, where: tuple[int, int], cell: object, is_number: bool) -> None:
        """A number with as many decimals as it is published with; a spreadsheet holds fifteen
        digits, so a longer one stays text."""
        text = "" if cell is None else str(cell)
        fits = sum(c.isdigit() for c in text) <= _SPREADSHEET_DIGITS
        if is_number and fits and _is_number(text):
            places = len(text.partition(".")[2])
            self.sheet.write_number(*where, Decimal(text), self._shape(places))
        elif text:
            self.sheet.write_string(*where, text, self.right if is_number else None)

    def _shape(self, places: int) -> Any:
        if places not in self.shapes:
            shape = "0." + "0" * places if places else "0"
            self.shapes[places] = self.book.add_format({"num_format": shape})
        return self.shapes[places]


def _print_setup(sheet: Any, title: str, heading: int) -> None:
    sheet.repeat_rows(heading)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    # & begins a code in headers; a header holds 255 characters
    sheet.set_header("&L" + title.replace("&", "&&")[:200])
    sheet.set_footer("&C&P / &N")


def _sheet_name(title: str) -> str:
    name = "".join(c for c in title if c not in "[]:*?/\\'")[:31]
    return name or "Sheet1"


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
