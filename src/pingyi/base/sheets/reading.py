"""An uploaded table as rows of text, with the row numbers that people see."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol
from xml.parsers import expat

import python_calamine
from django.utils.translation import gettext as _

from pingyi.base.errors import Invalid
from pingyi.base.export import FORMULA_STARTS
from pingyi.base.sheets.columns import BadCell, Column, Table, narrow, raw_text, read_cell

MOST_BYTES = 20_000_000
MOST_UNPACKED = 50_000_000
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
"""Of a workbook, empty ones counted too; and of the rectangle that holds all filled cells."""
HEADING_ROWS = 10
"""The heading is looked for in this many first rows: a title often stands above it."""

_SHEETS = "xl/worksheets/"


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


class Uploaded(Protocol):
    """A file that came with a form."""

    name: str | None
    size: int | None

    def read(self) -> bytes: ...


def content_of(file: Uploaded, field: str = "file") -> bytes:
    """What was uploaded, once its size is known to be bearable: the file's own before it is read,
    and what a workbook unpacks to before anything opens it. Raises ``Invalid``."""
    if (file.size or 0) > MOST_BYTES:
        raise _too_large(field)
    content = file.read()
    if (file.name or "").lower().endswith(".xlsx"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _scan(archive, field)
        except _BROKEN:
            pass  # whoever reads it tells what is wrong
    return content


def _too_large(field: str) -> Invalid:
    return Invalid(_("文件超过20兆字节。"), _("请分几次导入。"), field=field)


def read_table(content: bytes, file_name: str, table: Table) -> Sheet:
    """Read .xlsx or .csv (UTF-8 with or without BOM, GB18030).

    Problems of single cells are noted on their rows. Raises ``Invalid`` where the file cannot be
    read at all: its kind, encoding, size, or heading.
    """
    if len(content) > MOST_BYTES:
        raise _too_large("file")
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

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What opening and scanning a damaged, encrypted or odd workbook may raise."""


def _workbook(content: bytes) -> tuple[list[list[Any]], list[tuple[Place, Place]], set[Place]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            faulty = _scan(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        grid = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        return grid, list(sheet.merged_cell_ranges or []), faulty
    except (*_BROKEN, python_calamine.CalamineError, IndexError) as error:
        raise Invalid(
            _("文件打不开。"), _("请用 WPS 或 Excel 打开后另存为 .xlsx，再上传。"), field="file"
        ) from error


def _scan(archive: zipfile.ZipFile, field: str = "file") -> set[Place]:
    """Cells of the first sheet that hold an error (#N/A) instead of a value: the reader would
    show them as empty. Raises ``Invalid`` for what unpacks to more than can be borne."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Invalid(_("文件展开后超过50兆字节。"), _("请分几次导入。"), field=field)
    found: dict[str, set[Place]] = {}
    budget = _Budget(MOST_CELLS, field)
    for member in members:
        if member.filename.startswith(_SHEETS) and member.filename.endswith(".xml"):
            with archive.open(member) as stream:
                found[member.filename] = _Scan(budget).read(stream)
    return found[min(found, key=lambda name: (len(name), name))] if found else set()


@dataclass
class _Budget:
    """How many cells may still come."""

    left: int
    field: str

    def spend(self, number: int) -> None:
        self.left -= number
        if self.left < 0:
            raise self.exceeded()

    def exceeded(self) -> Invalid:
        return Invalid(
            _("表格太大：超过200万个单元格。"),
            _("请删去表外多余的内容和空行空列，或分几次导入。"),
            field=self.field,
        )


class _Scan:
    """Goes through a sheet tag by tag and keeps nothing of it but the places of its errors."""

    def __init__(self, budget: _Budget) -> None:
        self.budget = budget
        self.row = self.column = -1
        self.height = self.width = 0
        self.faulty: set[Place] = set()

    def read(self, stream: IO[bytes]) -> set[Place]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        while chunk := stream.read(1 << 16):
            parser.Parse(chunk)
        parser.Parse(b"", True)
        return self.faulty

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "row":
            self.budget.spend(1)
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif kind == "c":
            self.budget.spend(1)
            if "r" in attributes:
                self.row, self.column = _place(attributes["r"])
            else:
                self.column += 1
            if attributes.get("t") == "e":
                self.faulty.add((self.row, self.column))
        elif kind in {"v", "is"}:
            # The reader lays out the rectangle of all filled cells, be it of two.
            self.height = max(self.height, self.row + 1)
            self.width = max(self.width, self.column + 1)
            if self.height * self.width > MOST_CELLS:
                raise self.budget.exceeded()
        elif kind == "mergeCell":
            first, _colon, last = attributes.get("ref", "A1").partition(":")
            self.budget.spend(abs(_place(last or first)[0] - _place(first)[0]) + 1)


def _place(reference: str) -> Place:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
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
            grid: list[list[Any]] = []
            budget = _Budget(MOST_CELLS, "file")
            for row in reader:
                budget.spend(len(row) + 1)
                grid.append([_bare(cell) for cell in row])
            return grid
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise Invalid(
                _("文件第%(row)s行附近的引号不成对。") % {"row": reader.line_num},
                _("请用 WPS 或 Excel 另存为 .xlsx，再上传。"),
                field="file",
            ) from error
    raise Invalid(_("认不出文件的编码。"), _("请另存为“CSV UTF-8”或 .xlsx，再上传。"), field="file")


def _bare(cell: str) -> str:
    """Without the apostrophe that an export puts before what looks like a formula."""
    marked = cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if marked else cell


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
