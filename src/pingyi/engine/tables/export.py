"""Grids of results as CSV and XLSX, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Grid:
    """A table to be shown or saved. ``numeric`` are the indices of right-aligned columns."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    numeric: frozenset[int] = frozenset()


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
    """One sheet, heading frozen and repeated in print, every cell text (exact, never a formula)."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_sheet_name(grid.title))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        right = book.add_format({"align": "right"})
        for column, heading in enumerate(grid.headings):
            sheet.write_string(0, column, str(heading), bold)
            texts = [str(row[column]) for row in grid.rows if row[column] is not None]
            sheet.set_column(column, column, min(40, 2 + max(map(_width, [heading, *texts]))))
        for number, row in enumerate(grid.rows, 1):
            for column, cell in enumerate(row):
                if cell is not None:
                    style = right if column in grid.numeric else None
                    sheet.write_string(number, column, str(cell), style)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")


def _sheet_name(title: str) -> str:
    name = "".join(c for c in title if c not in "[]:*?/\\'")[:31]
    return name or "Sheet1"


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
