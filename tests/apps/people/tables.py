"""Tables as officers upload them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

UNIT_HEAD = ("单位编码", "单位名称", "单位类别", "上级编码", "常住人口")
Rows = Sequence[Sequence[Any]]


def as_csv(rows: Rows, head: Sequence[str] = UNIT_HEAD, encoding: str = "utf-8-sig") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode(encoding)


def as_xlsx(
    rows: Rows, head: Sequence[str] = UNIT_HEAD, merge: Sequence[tuple[int, ...]] = ()
) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            sheet.write_row(number, 0, row)
        for place in merge:
            sheet.merge_range(*place, rows[place[0] - 1][place[1]])
    return buffer.getvalue()
