"""Lists as files: XLSX that prints as an official table, and CSV for other programs.

No cell can become a formula: text is written as text cells in XLSX, and gets a leading apostrophe
in CSV where a spreadsheet would take it for a formula.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.base import figures
from pingyi.base.columns import Column, shown
from pingyi.base.errors import Invalid

MAX_ROWS = 1_000_000
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_EXACT_DIGITS = 15
_WIDEST = 60
_PAPER_A4 = 9


@dataclass(frozen=True)
class Sheet:
    """What a file says about itself: title, period (时期), 制表单位."""

    title: str
    columns: Sequence[Column]
    period: str = ""
    unit: str = ""

    @property
    def line(self) -> str:
        """Under the title: period, unit, time of printing."""
        parts = [
            (_("时期"), self.period),
            (_("制表单位"), self.unit),
            (_("打印时间"), figures.moment(timezone.now())),
        ]
        return "　".join(f"{name}：{value}" for name, value in parts if value)


def file_of(kind: str, sheet: Sheet, rows: Iterable[Any]) -> HttpResponseBase:
    """The download: ``kind`` is xlsx or csv. Raises ``Invalid`` for another kind."""
    makers = {"xlsx": write_xlsx, "csv": write_csv}
    if kind not in makers:
        raise Invalid(_("只能导出为 XLSX 或 CSV。"))
    day = f"{timezone.localdate():%Y%m%d}"
    data = makers[kind](sheet, rows)
    return FileResponse(
        io.BytesIO(data), as_attachment=True, filename=f"{sheet.title}-{day}.{kind}"
    )


def write_csv(sheet: Sheet, rows: Iterable[Any]) -> bytes:
    """UTF-8 with a byte order mark: a heading and the rows, nothing else, so it can come back."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([_harmless(str(column.title)) for column in sheet.columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row) for column in sheet.columns])
    return stream.getvalue().encode("utf-8-sig")


def _csv_cell(column: Column, row: Any) -> str:
    value = column.of(row)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return _harmless(shown(value, column.kind))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_xlsx(sheet: Sheet, rows: Iterable[Any]) -> bytes:
    """Title, line of facts, heading that repeats on each printed page, rows, page numbers."""
    stream = io.BytesIO()
    # Row by row through a temporary file: memory doesn't grow with the list.
    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(_sheet_name(sheet.title))
    formats = _formats(book)
    last = max(len(sheet.columns) - 1, 0)
    _lay_out(page, sheet, last)
    page.set_row(0, 30)
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, sheet.line, formats["line"])
    for place, column in enumerate(sheet.columns):
        page.write_string(2, place, str(column.title), formats["head"])
    number = 2
    for number, row in enumerate(rows, start=3):
        if number > MAX_ROWS:
            book.close()
            raise Invalid(_("记录太多，放不进一张表。"), _("请缩小筛选范围后再导出。"))
        for place, column in enumerate(sheet.columns):
            _write_cell(page, (number, place), column, column.of(row), formats)
    page.autofilter(2, 0, number, last)
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    edge = {"border": 1, "border_color": "#888888", "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "valign": "vcenter"}),
        "line": book.add_format({"font_color": "#555555"}),
        "head": book.add_format({**edge, "bold": True, "bg_color": "#f1f3f5", "align": "center"}),
        "text": book.add_format({**edge, "text_wrap": True}),
        "number": book.add_format({**edge}),
        "moment": book.add_format({**edge, "num_format": 'yyyy"年"m"月"d"日" hh:mm'}),
        "day": book.add_format({**edge, "num_format": 'yyyy"年"m"月"d"日"'}),
    }


def _lay_out(page: Any, sheet: Sheet, last: int) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width or _width(column))
    page.freeze_panes(3, 1)
    page.repeat_rows(0, 2)
    page.set_paper(_PAPER_A4)
    if last > 4:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    left = f"&L{sheet.unit.replace('&', '&&')}" if sheet.unit else ""
    page.set_footer(left + "&C" + _("第 &P 页，共 &N 页"))


def _write_cell(
    page: Any, place: tuple[int, int], column: Column, value: object, formats: dict[str, Any]
) -> None:
    if isinstance(value, datetime):
        here = timezone.localtime(value) if timezone.is_aware(value) else value
        kind = "day" if column.kind == "day" else "moment"
        page.write_datetime(*place, here.replace(tzinfo=None), formats[kind])
    elif isinstance(value, date):
        page.write_datetime(*place, value, formats["day"])
    elif _is_number(value):
        page.write_number(*place, value, formats["number"])
    elif value is None:
        page.write_blank(*place, None, formats["text"])
    else:
        page.write_string(*place, shown(value, column.kind), formats["text"])


def _is_number(value: object) -> bool:
    """Is it a number that a spreadsheet holds exactly? Longer ones are written as text."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    shape = Decimal(value).as_tuple()
    return len(shape.digits) + max(int(shape.exponent), 0) <= _EXACT_DIGITS


def _width(column: Column) -> int:
    usual = {"number": 12, "moment": 22, "day": 16}.get(column.kind, 18)
    return min(_WIDEST, max(usual, 2 + _columns_of(str(column.title))))


def _columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "FW" else 1 for sign in text)


def _sheet_name(title: str) -> str:
    """A name that Excel takes: no ``[]:*?/\\``, at most 31 characters."""
    name = "".join(" " if sign in "[]:*?/\\'" else sign for sign in title).strip()
    return name[:31] or "Sheet1"
