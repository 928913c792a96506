"""What stands in the columns of a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from django.utils.translation import gettext as _

CLEAR = "清空"
"""Written into an optional cell to empty what is there; an empty cell leaves it as it is."""

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[2-7]\d{4}")
_WHOLE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets (those after February 1900)."""


class Cell(Enum):
    """How a cell is read."""

    CODE = "code"
    WORDS = "words"
    LINES = "lines"
    """Words of several lines."""
    WHOLE = "whole"
    NUMBER = "number"
    """Of any sign, with decimals."""
    DATE = "date"
    CHOICE = "choice"


class BadCell(Exception):
    """``what`` is wrong and how to ``mend`` it."""

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    cell: Cell = Cell.WORDS
    required: bool = False
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """For ``CHOICE``: value → what is shown and written in the table. In other columns a template
    offers them, and anything else may be written."""
    also: Mapping[str, str] = field(default_factory=dict)
    """For ``CHOICE``: other ways of writing a value, as another language does → value."""
    aliases: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def narrow(text: str) -> str:
    """One line, hidden characters removed, full-width letters and digits made narrow."""
    return " ".join(_HIDDEN.sub("", unicodedata.normalize("NFKC", text)).split())


def read_cell(column: Column, text: str) -> str:
    """The text of a cell in its one way of writing (dates ISO, choices as their value).

    Raises ``BadCell``.
    """
    plain = narrow(text)
    if not plain or (plain == CLEAR and not column.required):
        return plain
    match column.cell:
        case Cell.CODE:
            return _code(plain)
        case Cell.WHOLE:
            return _whole(column, plain)
        case Cell.NUMBER:
            return _number(plain)
        case Cell.DATE:
            return _day(plain)
        case Cell.CHOICE:
            return _choice(column, plain)
        case Cell.LINES:
            lines = _HIDDEN.sub("", unicodedata.normalize("NFC", text)).splitlines()
            return "\n".join(line.strip() for line in lines).strip()
        case Cell.WORDS:
            return " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", text)).split())


def _code(text: str) -> str:
    code = text.replace(" ", "").upper()
    if _SCIENTIFIC.fullmatch(code):
        raise BadCell(
            _("“%(text)s”被电子表格变成了数字。") % {"text": text},
            _("把该列设为文本格式后重新填写。"),
        )
    return code


def _whole(column: Column, text: str) -> str:
    if not _WHOLE.fullmatch(text):
        mend = _("请填写整数，如 %(example)s。") % {"example": column.example or "12"}
        raise BadCell(_("“%(text)s”不是零或正整数。") % {"text": text}, mend)
    number = int(text.split(".", maxsplit=1)[0].replace(",", ""))
    if number > 2_147_483_647:
        raise BadCell(_("“%(text)s”太大。") % {"text": text}, _("请核对位数。"))
    return str(number)


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise BadCell(_("“%(text)s”不是数字。") % {"text": text}, _("请填写数字，如 1250.5。"))
    return text.replace(",", "")


def _day(text: str) -> str:
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        match = None
    if _SERIAL.fullmatch(text.removesuffix(".0")):
        return (_EPOCH + timedelta(days=int(text.removesuffix(".0")))).isoformat()
    raise BadCell(
        _("“%(text)s”不是日期。") % {"text": text}, _("请写到日，如 2016-07-01 或 2016年7月1日。")
    )


def _choice(column: Column, text: str) -> str:
    for value, title in column.choices.items():
        if text in {narrow(str(title)), value} or column.also.get(text) == value:
            return value
    raise BadCell(
        _("没有“%(text)s”这一项。") % {"text": text},
        _("请从下列各项中选择：%(choices)s。")
        % {"choices": "、".join(map(str, column.choices.values()))},
    )


def show_cell(column: Column, value: str) -> str:
    """What stands in a table for a value: a choice by its title."""
    return column.choices.get(value, value)


def raw_text(value: object) -> str:
    """A spreadsheet's cell as text: 3.0 is ``3``, a date is ISO."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int():
            return str(value)
        case datetime() | date():
            return value.isoformat()[:10]
        case str():
            return value
        case _:
            text = format(value, ".15g")  # what a spreadsheet shows of a number
            return text.upper() if "e" in text else text
