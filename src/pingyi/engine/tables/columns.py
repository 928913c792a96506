"""The columns of every table: one definition, from which readers, templates and docs are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cell(StrEnum):
    CODE = "code"
    """A code; text, never a number."""
    TEXT = "text"
    """A name or mark, which is looked up: full-width letters and digits are made narrow."""
    WORDS = "words"
    """Free text, kept as it was written."""
    NUMBER = "number"
    """A decimal, percentage or fraction."""
    WHOLE = "whole"
    """A whole number of 0 or more."""
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    key: str
    zh: str
    kind: Cell
    required: bool
    help_zh: str
    help_en: str
    aliases: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """For CHOICE: ``(key, Chinese)``; both are understood."""


@dataclass(frozen=True)
class Table:
    key: str
    zh: str
    columns: tuple[Column, ...]
    help_zh: str
    help_en: str
    may_be_empty: bool = False
    """A quarter without events is nothing wrong."""
    open_columns: str = ""
    """What further columns may stand here (attributes, dimensions); empty: none."""

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


def _column(
    key: str,
    zh: str,
    kind: Cell,
    help_zh: str,
    help_en: str,
    *,
    required: bool = False,
    aliases: tuple[str, ...] = (),
    choices: tuple[tuple[str, str], ...] = (),
) -> Column:
    return Column(key, zh, kind, required, help_zh, help_en, aliases, choices)


_INPUT = _column(
    "input",
    "渠道",
    Cell.TEXT,
    "方案中的渠道，写名称或键",
    "input of the scheme, key or title",
    required=True,
)
_CLASS = _column(
    "rater_class",
    "票种",
    Cell.TEXT,
    "评议主体类别，写名称或键",
    "rater class, key or title",
    required=True,
    aliases=("评议主体",),
)
_PAPER = _column(
    "paper", "测评表", Cell.TEXT, "测评表，写名称或键", "paper, key or title", required=True
)
_TARGET = _column(
    "target",
    "对象编码",
    Cell.CODE,
    "评议对象的编码",
    "code of the target",
    required=True,
    aliases=("编码", "评议对象"),
)


def _count(key: str, zh: str, help_zh: str, help_en: str) -> Column:
    return _column(key, zh, Cell.WHOLE, help_zh, help_en)


TARGETS = Table(
    "targets",
    "评议对象表",
    (
        _TARGET,
        _column("title", "对象名称", Cell.TEXT, "名称", "name", required=True, aliases=("名称",)),
        _column(
            "parent",
            "上级编码",
            Cell.CODE,
            "上级对象的编码，可空",
            "code of the parent, may be empty",
        ),
    ),
    "谁被评。其余各列是方案声明的属性。",
    "Who is appraised. All further columns are attributes that the scheme declares.",
    open_columns="attributes",
)

ROLLS = Table(
    "rolls",
    "人数与票数表",
    (
        _INPUT,
        _CLASS,
        _PAPER,
        _column(
            "target",
            "对象编码",
            Cell.CODE,
            "只评本单位的测评表填写，其他留空",
            "only for papers of scope own, else empty",
            aliases=("编码", "评议对象"),
        ),
        _count("expected", "应到", "应到人数", "people expected"),
        _count("present", "实到", "实到人数", "people present"),
        _count("issued", "发出", "发出票数", "ballots issued"),
        _count("returned", "收回", "收回票数，仅汇总票填写", "ballots returned, for tallies only"),
        _count("valid", "有效", "有效票数，仅汇总票填写", "valid ballots, for tallies only"),
        _count("invalid", "无效", "无效票数，仅汇总票填写", "invalid ballots, for tallies only"),
        _count(
            "population", "常住人口", "网络投票核对用", "residents, to check a public vote against"
        ),
    ),
    "每个渠道、票种、测评表的人数和发出票数。",
    "Heads and ballots issued per input, class and paper.",
)

BALLOTS = Table(
    "ballots",
    "逐票表",
    (
        _INPUT,
        _CLASS,
        _PAPER,
        _column(
            "ballot",
            "选票编号",
            Cell.CODE,
            "同一张票的各行连续排列",
            "rows of one ballot stand together",
            required=True,
        ),
        _TARGET,
        _column(
            "unit",
            "本人单位",
            Cell.CODE,
            "仅在测评表要求回避本单位时填写",
            "the rater's own unit, only for papers with a recusal rule",
            aliases=("所在单位",),
        ),
    ),
    "每张票对每个对象一行。其余各列是测评内容：分值或等次；空白或“弃权”为弃权，“不了解”单列；没有的行是没有评。",
    "One row per ballot and target. All further columns are dimensions: points or grades; blank or "
    "弃权 is abstained, 不了解 is not informed, a missing row is a target not rated.",
    open_columns="dimensions",
)

TALLIES = Table(
    "tallies",
    "汇总票表",
    (
        _INPUT,
        _CLASS,
        _PAPER,
        _TARGET,
        _column(
            "dimension",
            "测评内容",
            Cell.TEXT,
            "测评内容，写名称或键；只有一项时可空",
            "dimension, key or title; may be empty where the paper has one",
        ),
        _column(
            "answer",
            "选项",
            Cell.TEXT,
            "等次、分值、弃权或不了解",
            "grade, points, 弃权 or 不了解",
            required=True,
            aliases=("等次", "分值"),
        ),
        _column("count", "票数", Cell.WHOLE, "票数", "number of sheets", required=True),
    ),
    "扫描仪或人工统计好的票数：每个对象、内容、选项一行。",
    "What a scanner or an officer counted: one row per target, dimension and answer.",
)

FIGURES = Table(
    "figures",
    "指标表",
    (
        _column(
            "figure", "指标", Cell.TEXT, "指标，写名称或键", "figure, key or title", required=True
        ),
        _TARGET,
        _column(
            "rater_class",
            "应答人类别",
            Cell.TEXT,
            "第三方调查分类别时填写",
            "respondent class of an agency score",
            aliases=("票种",),
        ),
        _column("value", "数值", Cell.NUMBER, "数值", "value", required=True),
        _column("sample", "样本量", Cell.WHOLE, "样本量", "sample size"),
    ),
    "给定的数：指标、完成率、第三方调查得分。",
    "Supplied numbers: indicators, rates, agency scores.",
)

EVENTS = Table(
    "events",
    "加减分与否决事项表",
    (
        _column(
            "kind",
            "事项类别",
            Cell.TEXT,
            "事项类别，写名称或键",
            "kind of event, key or title",
            required=True,
        ),
        _TARGET,
        _column("number", "次数", Cell.NUMBER, "次数，空为 1", "how often, empty is 1"),
        _column(
            "honour",
            "荣誉标识",
            Cell.TEXT,
            "同一荣誉写同一标识，只计一次",
            "the same honour has the same mark and counts once",
        ),
        _column(
            "evidence", "依据材料", Cell.WORDS, "文件名称或文号", "name or number of the document"
        ),
        _column("date", "日期", Cell.TEXT, "日期", "date"),
        _column("title", "说明", Cell.WORDS, "说明", "what happened"),
    ),
    "每次加分、扣分或否决情形一行。",
    "One row per bonus, deduction or vetoing event.",
    may_be_empty=True,
)

RULING_KINDS = (("protection", "担当保护"), ("tolerance", "容错"))

RULINGS = Table(
    "rulings",
    "认定表",
    (
        _column("ruling", "认定编号", Cell.TEXT, "编号", "number", required=True),
        _column(
            "kind",
            "认定种类",
            Cell.CHOICE,
            "担当保护：该项不计并归一；容错：取计与不计中较好的",
            "protection drops the item and renormalises; tolerance takes the better of both",
            required=True,
            choices=RULING_KINDS,
        ),
        _TARGET,
        _column(
            "node", "计分项", Cell.TEXT, "计分项，写名称或键", "node, key or title", required=True
        ),
        _column("reason", "理由", Cell.WORDS, "理由", "reason", required=True),
        _column("authority", "认定机关", Cell.WORDS, "认定机关", "authority", required=True),
        _column("signed_by", "签批人", Cell.WORDS, "签批人", "signatories", required=True),
        _column("date", "日期", Cell.TEXT, "日期", "date"),
    ),
    "容错与担当保护的认定；原始数据不改。",
    "Fault tolerance and protection; nothing is deleted.",
    may_be_empty=True,
)

TABLES = (TARGETS, ROLLS, BALLOTS, TALLIES, FIGURES, EVENTS, RULINGS)

COLUMN_TITLES = {column.key: column.zh for table in TABLES for column in table.columns}
"""The Chinese heading of a column, for messages."""
