"""Drafts as they are shown, and what there is as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count

from pingyi.apps.people.enums import ImportKind
from pingyi.apps.people.models import Account, Charge, ImportDraft, ImportRow, Tenure, Unit
from pingyi.apps.people.queries.scope import visible_persons, visible_units
from pingyi.apps.people.rules.tables import TOP
from pingyi.base.drafts import RowState
from pingyi.base.parts import StateKind
from pingyi.base.sheets.columns import Table, show_cell

KINDS: dict[str, StateKind] = {
    RowState.NEW: "active",
    RowState.CHANGED: "waiting",
    RowState.SAME: "done",
    RowState.ERROR: "late",
}


@dataclass(frozen=True)
class ShownCell:
    """A cell of the preview: what it will be, what it was, what is wrong."""

    text: str
    before: str | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class ShownRow:
    number: int
    word: str
    kind: StateKind
    cells: tuple[ShownCell, ...]
    problems: tuple[str, ...]
    """Those of the row as a whole."""


def draft_counts(draft: ImportDraft) -> dict[RowState, int]:
    """How many rows are in which state."""
    rows = draft.rows.order_by().values("state").annotate(number=Count("pk"))
    found = {row["state"]: row["number"] for row in rows}
    return {state: found.get(state.value, 0) for state in RowState}


def needs_ground(draft: ImportDraft) -> bool:
    """Does a title or a parent change, which is history or a correction?"""
    if draft.kind != ImportKind.UNITS:
        return False
    changed = draft.rows.filter(state=RowState.CHANGED).values_list("changes", flat=True)
    return any(change[0] in {"title", "parent"} for row in changed.iterator() for change in row)


def rows_to_show(rows: Iterable[ImportRow], table: Table) -> list[ShownRow]:
    return [_show(row, table) for row in rows]


def _show(row: ImportRow, table: Table) -> ShownRow:
    before = {change[0]: change[1] for change in row.changes}
    problems: dict[str, list[str]] = {}
    for problem in row.problems:
        problems.setdefault(problem["column"], []).append(problem["what"] + problem["mend"])
    cells = tuple(
        ShownCell(
            show_cell(column, row.cells["cells"].get(column.key, "")),
            show_cell(column, before[column.key]) if column.key in before else None,
            tuple(problems.get(column.key, ())),
        )
        for column in table.columns
    )
    word = str(RowState(row.state).label)
    return ShownRow(row.number, word, KINDS[row.state], cells, tuple(problems.get("", ())))


def table_rows(kind: ImportKind, account: Account) -> Iterator[Mapping[str, str]]:
    """What the account sees as rows of the table: to be changed and brought in again."""
    makers = {
        ImportKind.UNITS: _unit_rows,
        ImportKind.POSTS: _post_rows,
        ImportKind.CHARGES: _charge_rows,
        ImportKind.ACCOUNTS: _account_rows,
    }
    return makers[kind](account)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _unit_rows(account: Account) -> Iterator[Mapping[str, str]]:
    codes = dict(Unit.objects.values_list("path", "code"))
    for unit in visible_units(account).filter(abolished_on=None):
        yield {
            "code": unit.code,
            "title": unit.title,
            "kind": unit.kind,
            "parent": codes.get(unit.path[: -Unit.steplen], TOP),
            "short_title": unit.short_title,
            "population": _text(unit.population),
            "sort_order": _text(unit.sort_order),
            "contact": unit.contact,
        }


def _post_rows(account: Account) -> Iterator[Mapping[str, str]]:
    units = visible_units(account).values("pk")
    held = Tenure.objects.filter(post__unit__in=units).select_related("person", "post__unit")
    for tenure in held.order_by("post__unit__path", "post__title", "since", "pk"):
        person, post = tenure.person, tenure.post
        yield {
            "person": person.code,
            "name": person.name,
            "unit": post.unit.code,
            "post": post.title,
            "kind": post.kind,
            "since": _text(tenure.since),
            "until": _text(tenure.until),
            "surname_strokes": _text(person.surname_strokes),
            "contact": person.contact,
        }
    for person in visible_persons(account).filter(tenures=None):
        yield {
            "person": person.code,
            "name": person.name,
            "surname_strokes": _text(person.surname_strokes),
            "contact": person.contact,
        }


def _charge_rows(account: Account) -> Iterator[Mapping[str, str]]:
    units = visible_units(account).values("pk")
    charges = Charge.objects.filter(unit__in=units).select_related("leader", "unit")
    for charge in charges.order_by("unit__path", "kind", "since", "pk"):
        yield {
            "leader": charge.leader.code,
            "name": charge.leader.name,
            "unit": charge.unit.code,
            "kind": charge.kind,
            "since": _text(charge.since),
            "until": _text(charge.until),
        }


def _account_rows(_account: Account) -> Iterator[Mapping[str, str]]:
    for account in Account.objects.select_related("person").order_by("username"):
        yield {
            "username": account.username,
            "name": account.name,
            "person": account.person.code if account.person else "",
            "email": account.email,
            "second_factor": "yes" if account.second_factor_required else "no",
        }
