"""An uploaded table as rows of text, with the row numbers that people see."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import python_calamine
from django.utils.translation import gettext as _

from pingyi.base.errors import Invalid
from pingyi.base.sheets.columns import BadCell, Column, Table, narrow, raw_text, read_cell

MOST_BYTES = 20_000_000
MOST_UNPACKED = 400_000_000
MOST_ROWS = 50_000
HEADING_ROWS = 10
"""The heading is looked for in this many first rows: a title often stands above it."""

_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Problem:
    """What is wrong in a cell (or, without ``column``, in the row), and how to mend it."""

    column: str
    what: str
    mend: str


@dataclass
class Row:
    """A row that isn't empty: its number on the sheet, its cells by column key."""

    number: int
    cells: dict[str, str]
    numeric: frozenset[str] = frozenset()
    """Columns whose cell was a number, not text: a code may have lost its zeros."""
    problems: list[Problem] = field(default_factory=list)

    def get(self, key: str) -> str:
        return self.cells.get(key, "")

    def tell(self, column: str, what: str, mend: str) -> None:
        self.problems.append(Problem(column, what, mend))


@dataclass(frozen=True)
class Sheet:
    rows: list[Row]
    heading_row: int
    places: dict[str, int]
    """Column key → its position on the sheet, from 1."""


def read_table(content: bytes, file_name: str, table: Table) -> Sheet:
    """Read .xlsx or .csv (UTF-8 with or without BOM, GB18030).

    Problems of single cells are noted on their rows. Raises ``Invalid`` where the file cannot be
    read at all: its kind, encoding, size, or heading.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(_("文件超过20兆字节。"), _("请分几次导入。"), field="file")
    suffix = file_name.lower().rpartition(".")[2]
    if suffix == "xlsx":
        grid, merged, faulty = _workbook(content)
    elif suffix == "csv":
        grid, merged, faulty = read_csv(content), [], set()
    else:
        raise Invalid(
            _("不认识“%(name)s”这种文件。") % {"name": file_name},
            _("请另存为 .xlsx 或 .csv 再上传。"),
            field="file",
        )
    if len(grid) > MOST_ROWS + HEADING_ROWS:
        raise Invalid(_("超过5万行。"), _("请分几次导入。"), field="file")
    start = _heading(grid, table)
    keys = _keys(grid[start], table)
    across = _spread_merged(grid, merged, start)
    rows = [
        _row(number, cells, keys, table, across | faulty)
        for number, cells in enumerate(grid[start + 1 :], start + 2)
        if any(raw_text(cell).strip() for cell in cells)
        or any(place[0] == number - 1 for place in faulty)
    ]
    if not rows:
        raise Invalid(_("表里没有内容。"), _("请在表头下面填写后再上传。"), field="file")
    return Sheet(rows, start + 1, {key: i for i, key in enumerate(keys, 1) if key})


Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def _workbook(content: bytes) -> tuple[list[list[Any]], list[tuple[Place, Place]], set[Place]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise Invalid(_("文件展开后太大。"), _("请分几次导入。"), field="file")
            faulty = _faulty_cells(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        grid = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        return grid, list(sheet.merged_cell_ranges or []), faulty
    except (
        zipfile.BadZipFile,
        python_calamine.CalamineError,
        ElementTree.ParseError,
        IndexError,
        OSError,
    ) as error:
        raise Invalid(
            _("文件打不开。"), _("请用 WPS 或 Excel 打开后另存为 .xlsx，再上传。"), field="file"
        ) from error


def _faulty_cells(archive: zipfile.ZipFile) -> set[Place]:
    """Cells of the first sheet that hold an error (#N/A) instead of a value: the reader would
    show them as empty."""
    names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    if not names:
        return set()
    found = set()
    with archive.open(min(names, key=lambda name: (len(name), name))) as stream:
        for _event, element in ElementTree.iterparse(stream):
            if element.tag == f"{_CELL}c":
                if element.get("t") == "e":
                    found.add(_place(element.get("r", "A1")))
                element.clear()
    return found


def _place(reference: str) -> Place:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


def read_csv(content: bytes) -> list[list[Any]]:
    """The cells of a .csv, decoded. Raises ``Invalid``."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            first = text.partition("\n")[0]
            delimiter = "\t" if first.count("\t") > first.count(",") else ","
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            return [list(row) for row in reader]
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise Invalid(
                _("文件第%(row)s行附近的引号不成对。") % {"row": reader.line_num},
                _("请用 WPS 或 Excel 另存为 .xlsx，再上传。"),
                field="file",
            ) from error
    raise Invalid(_("认不出文件的编码。"), _("请另存为“CSV UTF-8”或 .xlsx，再上传。"), field="file")


def _known(table: Table) -> dict[str, str]:
    return {
        narrow(name): column.key
        for column in table.columns
        for name in (*column.aliases, column.title, column.key)
    }


def _plain(cell: object) -> str:
    """A heading without the star that marks a required column."""
    return narrow(raw_text(cell)).strip("*").strip()


def _heading(grid: Sequence[Sequence[Any]], table: Table) -> int:
    """Which of the first rows is the heading: the one that knows most columns."""
    known = _known(table)
    scores = [sum(_plain(cell) in known for cell in row) for row in grid[:HEADING_ROWS]]
    if not scores or max(scores) == 0:
        raise Invalid(
            _("找不到表头。"),
            _("表头须有：%(titles)s。请从模板开始。")
            % {"titles": "、".join(c.title for c in table.columns)},
            field="file",
        )
    return scores.index(max(scores))


def _keys(cells: Sequence[Any], table: Table) -> list[str]:
    """The column key at each position ("" where the heading is empty)."""
    known = _known(table)
    titles = [_plain(cell) for cell in cells]
    keys = [known.get(title, "") for title in titles]
    unknown = [title for title, key in zip(titles, keys, strict=True) if title and not key]
    doubled = [
        table.column(key).title for key in dict.fromkeys(keys) if key and keys.count(key) > 1
    ]
    missing = [c.title for c in table.columns if c.required and c.key not in keys]
    for names, what in (
        (unknown, _("不认识的列：%(names)s。")),
        (doubled, _("重复的列：%(names)s。")),
        (missing, _("缺少的列：%(names)s。")),
    ):
        if names:
            raise Invalid(
                what % {"names": "、".join(names)},
                _("表头请对照模板：%(titles)s。")
                % {"titles": "、".join(c.title for c in table.columns)},
                field="file",
            )
    return keys


def _spread_merged(
    grid: list[list[Any]], merged: Sequence[tuple[Place, Place]], start: int
) -> set[Place]:
    """Below the heading, a cell merged downwards counts for each of its rows; the places of
    cells merged across columns, which cannot be understood, are returned."""
    across: set[Place] = set()
    for (top, left), (bottom, right) in merged:
        if bottom <= start:
            continue
        for row in range(max(top, start + 1), min(bottom, len(grid) - 1) + 1):
            if left != right:
                across.add((row, left))
            elif left < len(grid[row]) and left < len(grid[top]):
                grid[row][left] = grid[top][left]
    return across


def _row(
    number: int, cells: Sequence[Any], keys: Sequence[str], table: Table, unusable: set[Place]
) -> Row:
    row = Row(number, {})
    numeric = set()
    for position, cell in enumerate(cells):
        key = keys[position] if position < len(keys) else ""
        text = raw_text(cell)
        if not key:
            if narrow(text):
                row.tell("", _("表头之外还有内容“%(text)s”。") % {"text": text[:40]}, _("请删去。"))
            continue
        column = table.column(key)
        if (number - 1, position) in unusable:
            row.tell(
                key,
                _("“%(title)s”是横向合并的单元格，或公式出错。") % {"title": column.title},
                _("请取消合并、改正公式，填写具体内容。"),
            )
            continue
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            numeric.add(key)
        _read_into(row, column, text)
    row.numeric = frozenset(numeric)
    told = {problem.column for problem in row.problems}
    for column in table.columns:
        if column.required and not row.get(column.key) and column.key not in told:
            row.tell(column.key, _("缺少%(title)s。") % {"title": column.title}, _("请填写。"))
    return row


def _read_into(row: Row, column: Column, text: str) -> None:
    try:
        value = read_cell(column, text)
    except BadCell as bad:
        row.cells[column.key] = text.strip()[:200]
        row.tell(column.key, bad.what, bad.mend)
        return
    if value:
        row.cells[column.key] = value
