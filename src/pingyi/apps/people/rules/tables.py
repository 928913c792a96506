"""The four tables that may be imported. Their headings are Chinese in every language of the
interface: a table that was exported or kept from last year must always be understood."""

from __future__ import annotations

from functools import cache

from django.db import models
from django.utils import translation

from pingyi.apps.people.enums import ChargeKind, ImportKind, PostKind, UnitKind
from pingyi.base.sheets.columns import CLEAR, Cell, Column, Table

TOP = "无"
"""Written as the parent of a unit at the top."""
YES, NO = "是", "否"

_GENERAL = (
    "带 * 的列必填。表头不要改动，各列次序可以调换，不用的可空列可以删去。",
    "编码、编号是识别的唯一依据：已有的编码按此更新，没有的新增；与行的先后无关。",
    f"可空的格留空表示不改；要清空原有内容，请填写“{CLEAR}”。",
    "编码列已设为文本格式，请勿改为数字，否则前面的 0 会丢失。",
    "日期写到日，如 2016-07-01 或 2016年7月1日。",
)


@cache
def table_of(kind: ImportKind) -> Table:
    """The columns of a table, with the choices in Chinese."""
    with translation.override("zh-hans"):
        makers = {
            ImportKind.UNITS: _units,
            ImportKind.POSTS: _posts,
            ImportKind.CHARGES: _charges,
            ImportKind.ACCOUNTS: _accounts,
        }
        return makers[kind]()


def _choices(enum: type[models.TextChoices]) -> dict[str, str]:
    return {value: str(label) for value, label in enum.choices}


def _code(key: str, title: str, required: bool, text: str, example: str) -> Column:
    return Column(key, title, Cell.CODE, required, text, example=example)


def _units() -> Table:
    columns = (
        _code("code", "单位编码", True, "字母和数字，全系统唯一，确定后不再改变。", "001"),
        Column("title", "单位名称", required=True, help="规范全称。", example="云州市水利局"),
        Column("kind", "单位类别", Cell.CHOICE, True, "从下拉选项中选择。", _choices(UnitKind)),
        _code(
            "parent",
            "上级编码",
            False,
            f"新增单位必填；顶层单位填“{TOP}”。上级可以在本表后面的行里。",
            "00",
        ),
        Column("short_title", "简称", help="用于窄处显示。", example="水利局"),
        Column(
            "population", "常住人口", Cell.WHOLE, help="整数，用于核对网络投票。", example="32000"
        ),
        Column("sort_order", "排序号", Cell.WHOLE, help="整数，小的排在前面。", example="10"),
        Column("contact", "联系方式", help="联系人、电话。不写手机号以外的个人信息。"),
    )
    notes = (
        *_GENERAL,
        "名称或上级有变化时，提交时须写明日期、依据文件和事由；录入错误可选“更正”。",
    )
    return Table("units", "单位", columns, notes)


def _posts() -> Table:
    columns = (
        _code("person", "人员编号", True, "一人一号，调动后不变。重名靠编号区分。", "P0001"),
        Column("name", "姓名", required=True, example="苏望北"),
        _code("unit", "单位编码", False, "任职单位；只登记人员时可空。", "001"),
        Column("post", "职务", help="任职时必填。", example="局长"),
        Column(
            "kind",
            "职务类别",
            Cell.CHOICE,
            help="新的职务必填。一把手即单位主要负责人。",
            choices=_choices(PostKind),
        ),
        Column("since", "任职日期", Cell.DATE, example="2013-03-01"),
        Column("until", "免职日期", Cell.DATE, help="自这一天起不再担任；在任的留空。"),
        Column("surname_strokes", "姓氏笔画", Cell.WHOLE, help="用于按姓氏笔画排序。", example="7"),
        Column("contact", "联系方式"),
    )
    notes = (*_GENERAL, "一人担任几个职务，就写几行；每行的姓名、笔画、联系方式须一致。")
    return Table("posts", "人员任职", columns, notes)


def _charges() -> Table:
    columns = (
        _code("leader", "领导编号", True, "领导的人员编号，须已登记。", "P0100"),
        Column("name", "领导姓名", help="只用来核对。", example="顾长河"),
        _code("unit", "单位编码", True, "分管或包联的单位。", "001"),
        Column("kind", "分工类别", Cell.CHOICE, True, choices=_choices(ChargeKind)),
        Column("since", "起始日期", Cell.DATE, example="2016-07-01"),
        Column("until", "截止日期", Cell.DATE, help="自这一天起不再分管；现行的留空。"),
    )
    return Table("charges", "领导分工", columns, _GENERAL)


def _accounts() -> Table:
    columns = (
        Column(
            "username",
            "账号",
            required=True,
            help="字母和数字，确定后不再改变。",
            example="li.ming",
        ),
        Column("name", "姓名", required=True),
        _code("person", "人员编号", False, "与人员名册对应；领导的分管范围由此得出。", "P0001"),
        Column("email", "电子邮箱"),
        Column(
            "second_factor",
            "两步验证",
            Cell.CHOICE,
            help="此账号是否一律要求。",
            choices={"yes": YES, "no": NO},
        ),
    )
    notes = (
        *_GENERAL,
        "导入只建立账号，不授予角色；角色由安全管理员另行授予。",
        "初始密码在提交后显示一次，请当场打印分发。首次登录须修改。",
    )
    return Table("accounts", "账号", columns, notes)
