"""What a table of holidays may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pingyi.base.days import DayKind
from pingyi.base.sheets.columns import Cell, Column, Table

FIRST, LAST = 2000, 2100
"""Years that the calendar has."""
_FRIDAY = 4
_EXAMPLE = date(2026, 10, 1)


@dataclass(frozen=True)
class Entry:
    """A day that differs from the week, as somebody enters it."""

    day: date
    kind: DayKind
    name: str
    source: str = ""


def wrong_with(entry: Entry) -> tuple[str, str] | None:
    """What is wrong with an entry and the mend; None for a good one."""
    if not FIRST <= entry.day.year <= LAST:
        return (
            _("%(year)s年不在日历范围内。") % {"year": entry.day.year},
            _("请填写%(first)s年至%(last)s年的日期。") % {"first": FIRST, "last": LAST},
        )
    if entry.kind == DayKind.WORK and entry.day.weekday() <= _FRIDAY:
        return (
            _("这一天不是周末，本来就上班。"),
            _("请核对日期；只有调到周末的上班日才录入。"),
        )
    return None


def table_of_days() -> Table:
    """The table in which days are brought in and taken out."""
    return Table(
        key="days",
        title=_("节假日安排"),
        columns=(
            Column("day", _("日期"), Cell.DATE, required=True, example=_EXAMPLE.isoformat()),
            Column(
                "kind",
                _("安排"),
                Cell.CHOICE,
                required=True,
                choices={DayKind.OFF.value: _("放假"), DayKind.WORK.value: _("调休上班")},
                example=_("放假"),
            ),
            Column("name", _("节日"), required=True, example=_("国庆节")),
            Column("source", _("依据文件"), help=_("与年度通知不同的才填写。")),
        ),
        notes=(
            _("每行一天；放假期间的周末也逐日填写。按日期更新，表里没有的日子不动。"),
            _("照国务院办公厅当年的通知填写，不要推算。"),
        ),
    )
