"""A table brought in: uploaded and planned, looked at, then committed whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require
from pingyi.apps.people.actions.applying import apply_plan
from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import ImportKind, Role, RowState
from pingyi.apps.people.models import Account, ImportDraft, ImportRow
from pingyi.apps.people.queries.plans import Planned, plan_import
from pingyi.apps.people.rules.tables import table_of
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.sheets.reading import Problem, Row, read_table
from pingyi.base.sheets.templates import mark_workbook

IMPORTER = {
    ImportKind.UNITS: Role.ORGANISER,
    ImportKind.POSTS: Role.ORGANISER,
    ImportKind.CHARGES: Role.ORGANISER,
    ImportKind.ACCOUNTS: Role.SYSTEM_ADMIN,
}
"""Who brings in which table."""
KEPT = timedelta(days=7)
"""A draft nobody committed holds names; it goes after so long."""
_AUDITED = 500
_SHOWN = 10


@dataclass(frozen=True)
class Outcome:
    """What a commit did. ``passwords`` are (user name, name, password) of new accounts, which
    nothing keeps in clear: they are shown this once."""

    new: int
    changed: int
    skipped: int
    passwords: tuple[tuple[str, str, str], ...] = ()


@transaction.atomic
def upload_table(*, by: User, kind: ImportKind, file_name: str, content: bytes) -> ImportDraft:
    """Read a file and plan what it would change. Writes nothing but the draft."""
    account = require(by, IMPORTER[kind])
    sheet = read_table(content, file_name, table_of(kind))
    ImportDraft.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
    draft = ImportDraft.objects.create(
        kind=kind,
        file_name=file_name[:200],
        content=content,
        heading_row=sheet.heading_row,
        columns=sheet.places,
        made_by=account,
    )
    _keep(draft, sheet.rows, plan_import(kind, [_copy(row) for row in sheet.rows], account))
    return draft


def _copy(row: Row) -> Row:
    return Row(row.number, dict(row.cells), row.numeric, list(row.problems))


def _keep(draft: ImportDraft, rows: list[Row], planned: list[Planned]) -> None:
    """Rows of the draft: cells and problems as read (to plan again from), and the plan."""
    draft.rows.all().delete()
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                draft=draft,
                number=row.number,
                state=plan.state,
                cells={
                    "cells": row.cells,
                    "numeric": sorted(row.numeric),
                    "read": [asdict(problem) for problem in row.problems],
                },
                changes=plan.changes,
                problems=[asdict(problem) for problem in plan.row.problems],
            )
            for row, plan in zip(rows, planned, strict=True)
        ),
        batch_size=1_000,
    )


def _rows_as_read(kept: Iterable[ImportRow]) -> list[Row]:
    return [
        Row(
            row.number,
            dict(row.cells["cells"]),
            frozenset(row.cells["numeric"]),
            [Problem(**problem) for problem in row.cells["read"]],
        )
        for row in kept
    ]


def find_draft(*, by: User, pk: int, lock: bool = False) -> ImportDraft:
    """A draft of one's own. Raises ``Conflict`` where it is gone (or another's)."""
    drafts = ImportDraft.objects.select_for_update() if lock else ImportDraft.objects
    draft = drafts.filter(pk=pk, made_by=by if isinstance(by, Account) else None).first()
    if draft is None:
        raise Conflict(_("这次上传已不在了。"), _("请重新上传。"))
    return draft


@transaction.atomic
def plan_again(*, by: User, draft: ImportDraft) -> ImportDraft:
    """Work out the preview anew from the database as it is now."""
    account = require(by, IMPORTER[ImportKind(draft.kind)])
    draft = _open(by, draft)
    rows = _rows_as_read(draft.rows.all())
    _keep(draft, rows, plan_import(ImportKind(draft.kind), [_copy(r) for r in rows], account))
    return draft


@transaction.atomic
def commit_import(
    *, by: User, draft: ImportDraft, skip_errors: bool = False, ground: Ground | None = None
) -> Outcome:
    """Do what the preview showed. ``ground`` is needed where titles or parents change; without
    one, titles count as corrected.

    Raises ``Conflict`` where there are errors that nobody agreed to skip, and where the database
    changed since the preview so that something else would be done than was shown.
    """
    account = require(by, IMPORTER[ImportKind(draft.kind)])
    draft = _open(by, draft)
    kind = ImportKind(draft.kind)
    kept = list(draft.rows.all())
    planned = plan_import(kind, _rows_as_read(kept), account)
    _check_same(kept, planned)
    wrong = sum(plan.state == RowState.ERROR for plan in planned)
    if wrong and not skip_errors:
        raise Conflict(
            _("还有%(wrong)s行有误。") % {"wrong": wrong},
            _("请改正后重新上传，或选择只导入没有问题的行。"),
        )
    todo = [plan for plan in planned if plan.state in {RowState.NEW, RowState.CHANGED}]
    if not todo:
        raise Conflict(_("没有要导入的内容。"), _("各行与现有数据一致，或都有问题。"))
    if ground is None and any(plan.changed("parent") for plan in todo):
        raise Invalid(_("有单位调整了上级。"), _("请填写日期、依据文件和事由。"), field="basis")
    passwords = apply_plan(kind, todo, account, ground.checked() if ground else None)
    draft.committed_at = timezone.now()
    draft.save(update_fields=["committed_at"])
    _audit(account, draft, todo, wrong, ground)
    new = sum(plan.is_new for plan in todo)
    return Outcome(new, len(todo) - new, wrong, tuple(passwords))


def _open(by: User, draft: ImportDraft) -> ImportDraft:
    draft = find_draft(by=by, pk=draft.pk, lock=True)
    if draft.committed_at is not None:
        raise Conflict(_("这次上传已经提交过了。"), _("不需要再提交。"))
    return draft


def _check_same(kept: list[ImportRow], planned: list[Planned]) -> None:
    """What would be done is what was shown."""
    other = [
        str(row.number)
        for row, plan in zip(kept, planned, strict=True)
        if row.state != plan.state
        or row.changes != plan.changes
        or row.problems != [asdict(problem) for problem in plan.row.problems]
    ]
    if other:
        shown = "、".join(other[:_SHOWN]) + ("…" if len(other) > _SHOWN else "")
        raise Conflict(
            _("预览之后数据有了变化，涉及第%(rows)s行，本次没有导入。") % {"rows": shown},
            _("请重新预览，核对后再提交。"),
        )


def _audit(
    account: Account, draft: ImportDraft, todo: list[Planned], wrong: int, ground: Ground | None
) -> None:
    """One entry for the whole, then the rows in parts: which code, new or changed from what."""
    identity = table_of(ImportKind(draft.kind)).columns[0].key
    digest = hashlib.sha256(bytes(draft.content)).hexdigest()
    audit.record(
        by=account,
        verb=f"people.{draft.kind}.imported",
        subject=draft,
        sha256=digest,
        rows=len(todo),
        skipped=wrong,
        basis=ground.basis if ground else "",
        reason=ground.reason if ground else "",
    )
    for start in range(0, len(todo), _AUDITED):
        part = todo[start : start + _AUDITED]
        audit.record(
            by=account,
            verb=f"people.{draft.kind}.rows_imported",
            subject=draft,
            new=[plan.row.get(identity) for plan in part if plan.is_new],
            changed={plan.row.get(identity): plan.changes for plan in part if not plan.is_new},
        )


@transaction.atomic
def discard_import(*, by: User, draft: ImportDraft) -> None:
    """Throw the draft away."""
    _open(by, draft).delete()


def marked_file(*, by: User, draft: ImportDraft) -> tuple[str, bytes]:
    """Name and content of the uploaded file with its mistakes marked."""
    draft = find_draft(by=by, pk=draft.pk)
    rows = [
        Row(row.number, {}, problems=[Problem(**problem) for problem in row.problems])
        for row in draft.rows.filter(state=RowState.ERROR)
    ]
    table = table_of(ImportKind(draft.kind))
    content = mark_workbook(bytes(draft.content), draft.file_name, table, draft.columns, rows)
    stem = draft.file_name.rpartition(".")[0]
    return f"{stem}-{_('问题已标出')}.xlsx", content
