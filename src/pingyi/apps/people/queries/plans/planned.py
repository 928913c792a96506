"""One row of a plan, and the checks that all tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.people.rules.codes import is_code
from pingyi.base.drafts import RowState
from pingyi.base.sheets.columns import CLEAR
from pingyi.base.sheets.reading import Row


@dataclass
class Planned:
    """What becomes of a row. ``changes`` are [column, before, after]."""

    row: Row
    is_new: bool = False
    changes: list[list[str]] = field(default_factory=list)
    subject: Any = None
    """The existing row of the database, where there is one."""

    @property
    def state(self) -> RowState:
        if self.row.problems:
            return RowState.ERROR
        if self.is_new:
            return RowState.NEW
        return RowState.CHANGED if self.changes else RowState.SAME

    def compare(self, column: str, before: object) -> None:
        """Note a change of an existing fact; an empty cell changes nothing."""
        cell = self.row.get(column)
        if not cell:
            return
        after = "" if cell == CLEAR else cell
        shown = "" if before is None else str(before)
        if shown != after:
            self.changes.append([column, shown, after])

    def changed(self, column: str) -> bool:
        return any(change[0] == column for change in self.changes)


def value_of(row: Row, column: str, before: Any = None, make: Callable[[str], Any] = str) -> Any:
    """The value of an optional cell: as it is (``before``) where empty, None or "" if cleared."""
    cell = row.get(column)
    if not cell:
        return before
    if cell == CLEAR:
        return "" if make is str else None
    return make(cell)


def check_code(row: Row, column: str) -> None:
    """The cell holds a code, if anything: the reader tells an empty cell that is required."""
    code = row.get(column)
    if code and not is_code(code):
        row.tell(
            column,
            _("“%(code)s”不合规。") % {"code": code},
            _("编码用字母和数字，中间可有点、横线、下划线，不超过40个字符。"),
        )


def check_length(row: Row, **most: int) -> None:
    """Words are not longer than their column."""
    for column, length in most.items():
        if len(row.get(column)) > length:
            row.tell(
                column,
                _("有%(found)s个字，超过%(most)s个。")
                % {"found": len(row.get(column)), "most": length},
                _("请缩短。"),
            )


def check_doubles(rows: Iterable[Row], column: str, key: Callable[[Row], object]) -> None:
    """The same key on two rows: both are told, each naming the other."""
    first: dict[object, Row] = {}
    told: set[int] = set()
    for row in rows:
        mark = key(row)
        if mark is None:
            continue
        other = first.setdefault(mark, row)
        if other is row:
            continue
        words = _("与第%(row)s行重复。")
        mend = _("请删去一行，或改正编码。")
        row.tell(column, words % {"row": other.number}, mend)
        if other.number not in told:
            other.tell(column, words % {"row": row.number}, mend)
            told.add(other.number)


class CodeBook:
    """Knows the codes there are, and those that a spreadsheet may have shortened to numbers."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = set(codes)
        self._bare = {code.lstrip("0"): code for code in self.codes if code.startswith("0")}

    def lost_zeros(self, code: str) -> str | None:
        """The code that was meant by one without its leading zeros."""
        return None if code in self.codes else self._bare.get(code)

    def check_known(self, row: Row, column: str, title: str) -> bool:
        """Tells a code that there isn't. False then."""
        code = row.get(column)
        if code in self.codes:
            return True
        if not code:
            return False  # the reader told it
        meant = self.lost_zeros(code)
        if meant is not None:
            tell_number(row, column, meant)
        else:
            row.tell(
                column,
                _("没有%(title)s“%(code)s”。") % {"title": title, "code": code},
                _("请核对，或先登记。"),
            )
        return False


def tell_number(row: Row, column: str, meant: str) -> None:
    row.tell(
        column,
        _("编码“%(code)s”被电子表格变成了数字。") % {"code": row.get(column)},
        _("请把该列设为文本格式，重新填写，如 %(meant)s。") % {"meant": meant},
    )


def check_numbers(rows: Iterable[Row], column: str, book: CodeBook) -> None:
    """Codes of new things that came as numbers, beside codes that begin with 0: zeros got lost."""
    rows = list(rows)
    padded = next((row.get(column) for row in rows if row.get(column).startswith("0")), None)
    for row in rows:
        code = row.get(column)
        if not code or code in book.codes:
            continue
        meant = book.lost_zeros(code)
        if meant is not None:
            tell_number(row, column, meant)
        elif column in row.numeric and (padded is not None or len(code) > 15):
            tell_number(row, column, "0" + code if padded is not None else code)
