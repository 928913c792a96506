"""A table brought in: uploaded and planned, looked at, then committed whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require
from pingyi.apps.people.actions.applying import apply_plan
from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import ImportKind, Role
from pingyi.apps.people.models import Account, ImportDraft
from pingyi.apps.people.queries.plans import Planned, plan_import
from pingyi.apps.people.rules.tables import table_of
from pingyi.base import audit, drafts
from pingyi.base.drafts import RowState
from pingyi.base.errors import Invalid
from pingyi.base.sheets.reading import read_table

IMPORTER = {
    ImportKind.UNITS: Role.ORGANISER,
    ImportKind.POSTS: Role.ORGANISER,
    ImportKind.CHARGES: Role.ORGANISER,
    ImportKind.ACCOUNTS: Role.SYSTEM_ADMIN,
}
"""Who brings in which table."""
_AUDITED = 500


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
    drafts.forget_old(ImportDraft.objects.all())
    draft = ImportDraft.objects.create(
        kind=kind,
        file_name=drafts.kept_name(file_name),
        content=content,
        heading_row=sheet.heading_row,
        columns=sheet.places,
        made_by=account,
    )
    planned = plan_import(kind, drafts.copies(sheet.rows), account)
    drafts.keep_rows(draft, sheet.rows, planned)
    return draft


def find_draft(*, by: User, pk: int) -> ImportDraft:
    """A draft of one's own. Raises ``Conflict`` where it is gone (or another's)."""
    draft: ImportDraft = drafts.find_own(ImportDraft.objects.all(), by, pk)
    return draft


@transaction.atomic
def plan_again(*, by: User, draft: ImportDraft) -> ImportDraft:
    """Work out the preview anew from the database as it is now."""
    account = require(by, IMPORTER[ImportKind(draft.kind)])
    draft = _open(by, draft)
    rows = drafts.rows_as_read(draft.rows.all())
    planned = plan_import(ImportKind(draft.kind), drafts.copies(rows), account)
    drafts.keep_rows(draft, rows, planned)
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
    planned = plan_import(kind, drafts.rows_as_read(kept), account)
    drafts.require_same(kept, planned)
    wrong = sum(plan.state == RowState.ERROR for plan in planned)
    drafts.require_agreed(wrong, skip_errors)
    todo = [plan for plan in planned if plan.state in {RowState.NEW, RowState.CHANGED}]
    if not todo:
        raise drafts.nothing_to_do()
    if ground is None and any(plan.changed("parent") for plan in todo):
        raise Invalid(_("有单位调整了上级。"), _("请填写日期、依据文件和事由。"), field="basis")
    passwords = apply_plan(kind, todo, account, ground.checked() if ground else None)
    draft.committed_at = timezone.now()
    draft.save(update_fields=["committed_at"])
    _audit(account, draft, todo, wrong, ground)
    new = sum(plan.is_new for plan in todo)
    return Outcome(new, len(todo) - new, wrong, tuple(passwords))


def _open(by: User, draft: ImportDraft) -> ImportDraft:
    found: ImportDraft = drafts.find_open(ImportDraft.objects.all(), by, draft.pk)
    return found


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
    return drafts.marked_file(draft, table_of(ImportKind(draft.kind)))
