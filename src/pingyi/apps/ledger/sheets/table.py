"""The columns of a ledger that is brought in. Headings and choices are the Chinese ones; those of
the reader's language, as an export has them, are understood as well."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext, gettext_noop, override

from pingyi.apps.ledger.enums import ColumnKind, EntryKind, EntryState
from pingyi.apps.ledger.models import Campaign
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.base.sheets.columns import CLEAR, Cell, Column, Table, narrow

OWN = "own:"
NEW_STATES = (
    EntryState.REGISTERED,
    EntryState.ACCEPTED,
    EntryState.RECTIFYING,
    EntryState.CLOSED,
)
"""In which a new row may begin: an existing ledger is somewhere on its way already."""
_CELLS = {
    ColumnKind.TEXT: Cell.WORDS,
    ColumnKind.NUMBER: Cell.NUMBER,
    ColumnKind.DAY: Cell.DATE,
    ColumnKind.CHOICE: Cell.WORDS,
}


def table_of(campaign: Campaign) -> Table:
    """The columns, with those of the campaign's own."""
    own = (_own(one) for one in campaign.own_columns)
    return Table("ledger", "台账", (*_what(campaign), *_how_far(), *own), _NOTES)


def _what(campaign: Campaign) -> tuple[Column, ...]:
    return (
        _column(
            "number",
            gettext_noop("编号"),
            Cell.CODE,
            help="已在台账里的填系统编号，按编号更正；新事项留空。",
            example="2026-00042",
        ),
        _column(
            "title",
            gettext_noop("事项"),
            required=True,
            help="一句话说清要解决什么，不超过300字。",
            example="河道清淤滞后",
        ),
        _column("text", gettext_noop("内容"), Cell.LINES, help="可以有几行，不超过3000字。"),
        _choice("kind", gettext_noop("类型"), EntryKind, help="不填按“问题”。"),
        _column(
            "category",
            gettext_noop("分类"),
            help="专项列了分类的，从中选择。",
            choices={one: one for one in campaign.categories},
        ),
        _column(
            "lead_unit",
            gettext_noop("牵头单位"),
            aliases=("责任单位",),
            help="单位编码、全称或简称；不填的以后分派。",
            example="云州市水利局",
        ),
        _column(
            "supports",
            gettext_noop("配合单位"),
            aliases=("协办单位",),
            help="几个单位用“、”隔开。",
            example="财政局、环境保护局",
        ),
        _column("person_name", gettext_noop("责任人"), help="姓名。", example="余行之"),
    )


def _how_far() -> tuple[Column, ...]:
    return (
        _column("measures", gettext_noop("整改措施"), Cell.LINES, help="一条一行，不超过5000字。"),
        _column(
            "registered_on",
            gettext_noop("挂账日期"),
            Cell.DATE,
            help="不填为今天。",
            example="2016-07-01",
        ),
        _column(
            "due_on",
            gettext_noop("完成期限"),
            Cell.DATE,
            aliases=("完成时限", "整改期限"),
            help="可以已经过去：导入后即为逾期。",
            example="2016年9月30日",
        ),
        _column(
            "progress",
            gettext_noop("进度（%）"),
            Cell.WHOLE,
            aliases=("进度",),
            help="0到100的整数；整改中的才填。",
            example="60",
        ),
        _choice(
            "state",
            gettext_noop("状态"),
            EntryState,
            help="新事项只能是：挂账、已认领、整改中、已销号；不填按“挂账”。",
        ),
        _column("closed_on", gettext_noop("销号日期"), Cell.DATE, help="已销号的新事项必填。"),
        _column("source_title", gettext_noop("来源"), help="从哪里来的。"),
        _column("light", gettext_noop("亮灯"), help="由系统计算，导入时不看。"),
    )


_NOTES = (
    "带 * 的列必填。表头不要改动，各列次序可以调换，不用的列可以删去。",
    "编号是识别的唯一依据：填了编号的更正，没填的新增；与行的先后无关。",
    "导入只更正已有事项的文字和自设栏目。状态、期限、进度、单位和责任人有出入的，逐行报错，"
    "请在事项页办理：销号须由责任单位以外的人验收。",
    f"可空的格留空表示不改；要清空原有内容，请填写“{CLEAR}”。",
    "新事项已销号的，作为历史登记，注明“导入时已销号，未在本系统验收”。",
    "上下合并的单元格按每行都有同样内容处理；日期写到日，如 2016-07-01 或 2016年7月1日。",
)


def _column(
    key: str, title: str, cell: Cell = Cell.WORDS, aliases: tuple[str, ...] = (), **facts: Any
) -> Column:
    return Column(key, title, cell, aliases=(*aliases, gettext(title)), **facts)


def _choice(key: str, title: str, enum: type[models.TextChoices], **facts: Any) -> Column:
    with override("zh-hans"):
        choices = {value: str(label) for value, label in enum.choices}
    also = {narrow(str(label)): value for value, label in enum.choices}
    return _column(key, title, Cell.CHOICE, choices=choices, also=also, **facts)


def _own(column: OwnColumn) -> Column:
    return Column(
        f"{OWN}{column.key}",
        column.title,
        _CELLS[column.kind],
        help="专项的自设栏目。",
        choices={one: one for one in column.choices},
    )
