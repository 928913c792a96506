"""Imports in two steps: upload and look, then commit."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from pingyi.apps.people.access import require
from pingyi.apps.people.actions import imports as actions
from pingyi.apps.people.enums import ImportKind
from pingyi.apps.people.forms.imports import Commit, Upload
from pingyi.apps.people.models import Account, ImportDraft
from pingyi.apps.people.queries.imports import draft_counts, needs_ground, rows_to_show, table_rows
from pingyi.apps.people.rules.tables import table_of
from pingyi.apps.people.views.forms import account_of, answer_form
from pingyi.base import paging
from pingyi.base.drafts import RowState
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.sheets.reading import content_of
from pingyi.base.sheets.templates import write_template

STEPS = (gettext_noop("填好模板，上传"), gettext_noop("逐行核对"), gettext_noop("提交"))
_BACK = {
    ImportKind.UNITS: "people:units",
    ImportKind.POSTS: "people:persons",
    ImportKind.CHARGES: "people:units",
    ImportKind.ACCOUNTS: "people:accounts",
}


def _kind(request: HttpRequest, kind: str) -> tuple[Account, ImportKind]:
    if kind not in ImportKind.values:
        raise Missing(_("没有这种导入。"), _("请从菜单进入。"))
    found = ImportKind(kind)
    return require(request.user, actions.IMPORTER[found]), found


def _steps() -> list[str]:
    return [_(step) for step in STEPS]


@login_required
def import_upload(request: HttpRequest, kind: str) -> HttpResponse:
    account, found = _kind(request, kind)
    form = Upload(request.POST or None, request.FILES or None, account=account)

    def act(data: dict[str, Any]) -> HttpResponse:
        file = data["file"]
        draft = actions.upload_table(
            by=account, kind=found, file_name=file.name, content=content_of(file)
        )
        return redirect("people:import", draft.pk)

    return answer_form(
        request,
        form,
        act,
        title=_("导入%(kind)s") % {"kind": found.label},
        back=reverse(_BACK[found]),
        submit=_("上传并核对"),
        template="people/import_upload.html",
        kind=found.value,
        steps=_steps(),
        step=1,
    )


@login_required
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty table, or with ``?filled=1`` one with what there is."""
    account, found = _kind(request, kind)
    rows = table_rows(found, account) if request.GET.get("filled") else ()
    name = _("%(title)s导入模板.xlsx") if not rows else _("%(title)s.xlsx")
    content = write_template(table_of(found), rows)
    name = name % {"title": table_of(found).title}
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)


@login_required
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    draft = actions.find_draft(by=account, pk=pk)
    counts = draft_counts(draft)
    form = Commit(
        request.POST or None,
        account=account,
        wrong=counts[RowState.ERROR],
        grounded=needs_ground(draft),
    )
    done: list[actions.Outcome] = []

    def call() -> None:
        skip = form.cleaned_data.get("skip_errors", False)
        done.append(
            actions.commit_import(by=account, draft=draft, skip_errors=skip, ground=form.ground)
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        return _answer_commit(request, draft, done[0])
    return _show_preview(request, draft, form, counts)


def _answer_commit(
    request: HttpRequest, draft: ImportDraft, outcome: actions.Outcome
) -> HttpResponse:
    words = _("导入完成：新增%(new)s行，变更%(changed)s行，跳过%(skipped)s行。") % {
        "new": outcome.new,
        "changed": outcome.changed,
        "skipped": outcome.skipped,
    }
    messages.success(request, words)
    if outcome.passwords:
        response = render(request, "people/passwords.html", {"passwords": outcome.passwords})
        response["Cache-Control"] = "no-store"
        return response
    return redirect(_BACK[ImportKind(draft.kind)])


def _show_preview(
    request: HttpRequest,
    draft: ImportDraft,
    form: Commit,
    counts: dict[RowState, int],
) -> HttpResponse:
    table = table_of(ImportKind(draft.kind))
    state = request.GET.get("state", "")
    rows = draft.rows.filter(state=state) if state in RowState.values else draft.rows.all()
    pager = paging.counted(rows, request.GET, 50)
    context = {
        "draft": draft,
        "form": form,
        "counts": [(value, RowState(value).label, counts[RowState(value)]) for value in counts],
        "wrong": counts[RowState.ERROR],
        "todo": counts[RowState.NEW] + counts[RowState.CHANGED],
        "state": state,
        "table": table,
        "rows": rows_to_show(pager.rows, table),
        "pager": pager,
        "steps": _steps(),
        "step": 2 if draft.committed_at is None else 4,
        "heading": draft.get_kind_display(),
        "upload": reverse("people:import_upload", args=[draft.kind]),
        "marked": reverse("people:import_marked", args=[draft.pk]),
        "again": reverse("people:import_again", args=[draft.pk]),
        "discard": reverse("people:import_discard", args=[draft.pk]),
    }
    return render(request, "base/draft.html", context, status=status_of(form))


@login_required
@require_POST
def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    actions.plan_again(by=account, draft=actions.find_draft(by=account, pk=pk))
    messages.info(request, _("已按现在的数据重新核对。"))
    return redirect("people:import", pk)


@login_required
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    draft = actions.find_draft(by=account, pk=pk)
    actions.discard_import(by=account, draft=draft)
    messages.info(request, _("已放弃这次导入，没有写入任何内容。"))
    return redirect(_BACK[ImportKind(draft.kind)])


@login_required
def import_marked(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The uploaded file with its mistakes marked."""
    account = account_of(request)
    draft = actions.find_draft(by=account, pk=pk)
    name, content = actions.marked_file(by=account, draft=draft)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
