"""The table of targets: columns for the page, for the template to fill in, and for its reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.schemes.ballot_forms import BallotForm
from pingyi.base.rowtable import RowColumn
from pingyi.base.sheets.columns import Cell, Column, Table
from pingyi.base.sheets.reading import Problem, Sheet, read_table
from pingyi.base.sheets.templates import write_template


def columns_of(form: BallotForm) -> list[RowColumn]:
    """Code, title, presenter, parent, and the attributes that the scheme asks for."""
    found = [
        RowColumn("code", _("编码"), True, longest=40),
        RowColumn("title", _("名称"), True, wide=True),
        RowColumn("presenter", _("述职人"), longest=60),
        RowColumn("parent", _("上级编码"), longest=40),
    ]
    for attribute in form.attributes:
        found.append(RowColumn(f"is:{attribute.key}", attribute.title, True, attribute.values))
    return found


def rows_of(targets: Iterable[Any]) -> list[dict[str, str]]:
    """Targets (of a vote or a round) as rows of text."""
    return [
        {
            "code": target.code,
            "title": target.title,
            "presenter": target.presenter,
            "parent": target.parent,
            **{f"is:{key}": str(value) for key, value in target.attributes.items()},
        }
        for target in targets
    ]


def table_of(form: BallotForm) -> Table:
    """The same as a spreadsheet."""
    columns = []
    for column in columns_of(form):
        cell = Cell.CODE if column.name in {"code", "parent"} else Cell.WORDS
        choices = dict(column.values)
        columns.append(
            Column(
                key=column.name,
                title=str(column.title),
                cell=Cell.CHOICE if choices else cell,
                required=column.required,
                choices=choices,
            )
        )
    notes = (_("一行一个评议对象；行的先后就是述职顺序。"), _("编码不能重复，建议用单位编码。"))
    return Table("targets", _("评议对象表"), tuple(columns), notes)


def template_of(form: BallotForm, targets: Iterable[Any]) -> bytes:
    """The table to fill in, with the targets that are there."""
    return write_template(table_of(form), rows_of(targets))


def read_targets(form: BallotForm, content: bytes, name: str) -> Sheet:
    """The rows of an uploaded table with their problems. Raises ``Invalid`` where it cannot be
    read at all."""
    sheet = read_table(content, name, table_of(form))
    seen: dict[str, int] = {}
    for row in sheet.rows:
        code = row.get("code")
        if code in seen:
            text = _("编码“%(code)s”与第 %(row)s 行重复。") % {"code": code, "row": seen[code]}
            row.problems.append(Problem("code", text, _("请改正其中一个。")))
        elif code:
            seen[code] = row.number
    return sheet


def target_of(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of a table (``code``, ``title``, ``presenter``, ``parent``, ``is:KEY``) as a target."""
    attributes = {
        name.removeprefix("is:"): value
        for name, value in row.items()
        if name.startswith("is:") and value
    }
    plain = {name: value for name, value in row.items() if not name.startswith("is:")}
    return {**plain, "attributes": attributes}


def targets_of(sheet: Sheet) -> list[dict[str, Any]]:
    """As ``actions.set_targets`` takes them."""
    return [target_of(row.cells) for row in sheet.rows]
