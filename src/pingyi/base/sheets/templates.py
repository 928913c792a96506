"""Empty tables to be filled in, tables of what there is, and uploaded files with their mistakes
marked. Every text is written as text: no spreadsheet takes any of it for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from pingyi.base.sheets.columns import Table, show_cell
from pingyi.base.sheets.reading import Problem, Row, read_csv

ROWS = 2_000
"""Rows of a template that are formatted and have drop-downs."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_LIST = 255
"""A spreadsheet holds at most this many characters in one drop-down."""
_RED, _ROSE = "9E1B1E", "FFD9D9"


def write_template(table: Table, rows: Iterable[Mapping[str, str]] = ()) -> bytes:
    """An .xlsx with headings, drop-downs and a sheet of notes; ``rows`` to begin with."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@"})
        required = book.add_format({"bold": True, "bottom": 1, "font_color": f"#{_RED}"})
        optional = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(table.title)
        for index, column in enumerate(table.columns):
            star = "*" if column.required else ""
            sheet.write_string(
                0, index, column.title + star, required if column.required else optional
            )
            if column.help:
                sheet.write_comment(0, index, column.help)
            sheet.set_column(index, index, max(14, 2 * len(column.title) + 4), text)
            titles = [str(title) for title in column.choices.values()]
            if titles and len(",".join(titles)) <= _LONGEST_LIST:
                sheet.data_validation(1, index, ROWS, index, {"validate": "list", "source": titles})
        for number, row in enumerate(rows, 1):
            for index, column in enumerate(table.columns):
                shown = show_cell(column, row.get(column.key, ""))
                if shown:
                    sheet.write_string(number, index, str(shown), text)
        sheet.freeze_panes(1, 0)
        _write_notes(book, table)
    return buffer.getvalue()


def _write_notes(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(_("填写说明"))
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16, wrap)
    sheet.set_column(1, 1, 90, wrap)
    line = 0
    for note in table.notes:
        sheet.write_string(line, 1, str(note), wrap)
        line += 1
    line += 1
    for column in table.columns:
        sheet.write_string(line, 0, column.title, bold)
        words = [_("必填。") if column.required else _("可空。"), str(column.help)]
        if column.choices:
            choices = "、".join(str(title) for title in column.choices.values())
            words.append(_("可选：%(choices)s。") % {"choices": choices})
        if column.example:
            words.append(_("例：%(example)s。") % {"example": column.example})
        sheet.write_string(line, 1, "".join(words), wrap)
        line += 1


def mark_workbook(
    content: bytes, file_name: str, table: Table, places: Mapping[str, int], rows: Iterable[Row]
) -> bytes:
    """The uploaded file back, with the cells of ``rows`` that have problems coloured and
    commented, and a sheet that lists them. A .csv comes back as .xlsx."""
    if file_name.lower().endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    cell.data_type = "s"
    else:
        book, sheet = _from_csv(content)
    fill = PatternFill("solid", start_color=_ROSE)
    listed = book.create_sheet(_unused(book.sheetnames, _("问题清单")))
    _append(listed, 1, [_("行"), _("列"), _("问题"), _("改法")], bold=True)
    line_number = 1
    unmerged = {(c.row, c.column) for m in sheet.merged_cells.ranges for c in _inner(sheet, m)}
    for row in rows:
        for place, problems in _by_place(row, places).items():
            if (row.number, place) not in unmerged:
                cell = sheet.cell(row=row.number, column=place)
                cell.fill = fill
                cell.comment = Comment("\n".join(p.what + p.mend for p in problems), "评议")
            for problem in problems:
                title = table.column(problem.column).title if problem.column else ""
                line_number += 1
                _append(
                    listed, line_number, [str(row.number), str(title), problem.what, problem.mend]
                )
    for letter, width in zip("ABCD", (8, 16, 60, 60), strict=True):
        listed.column_dimensions[letter].width = width
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _inner(sheet: Any, merged: Any) -> Iterable[Any]:
    """The cells of a merged range that cannot be written to: all but the first."""
    cells = [cell for line in sheet[merged.coord] for cell in line]
    return cells[1:]


def _by_place(row: Row, places: Mapping[str, int]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for problem in row.problems:
        found.setdefault(places.get(problem.column, 1), []).append(problem)
    return found


def _from_csv(content: bytes) -> tuple[Any, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for number, line in enumerate(read_csv(content), 1):
        _append(sheet, number, [str(cell) for cell in line])
    return book, sheet


def _append(sheet: Any, number: int, texts: Sequence[str], *, bold: bool = False) -> None:
    for index, text in enumerate(texts, 1):
        cell = sheet.cell(row=number, column=index)
        cell.value = "".join(c for c in text if c >= " " or c in "\n\t")
        cell.data_type = "s"
        cell.number_format = "@"
        if bold:
            cell.font = Font(bold=True)


def _unused(names: Sequence[str], wanted: str) -> str:
    name, number = wanted, 2
    while name in names:
        name, number = f"{wanted}{number}", number + 1
    return name
