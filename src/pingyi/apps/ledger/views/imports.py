"""A ledger in two steps: upload and look, then commit."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ledger import queries
from pingyi.apps.ledger.access import OfficeRequest, importer_page
from pingyi.apps.ledger.actions import imports as actions
from pingyi.apps.ledger.forms import CommitForm, UploadForm
from pingyi.apps.ledger.models import Campaign, EntryDraft
from pingyi.apps.ledger.sheets.table import table_of
from pingyi.apps.people.queries.imports import draft_counts, rows_to_show
from pingyi.base import paging
from pingyi.base.drafts import RowState
from pingyi.base.errors import Conflict, Missing
from pingyi.base.posting import attempt
from pingyi.base.sheets.reading import content_of
from pingyi.base.sheets.templates import write_template

both = require_http_methods(["GET", "POST"])
ON_PAGE = 50


def _steps() -> list[str]:
    return [_("填好模板，上传"), _("逐行核对"), _("提交")]


def _campaign(pk: int) -> Campaign:
    found = queries.running().filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这个专项，或已结束。"), _("请从台账进入。"))
    return found


@require_GET
@importer_page
def choose(request: OfficeRequest) -> HttpResponse:
    """Into which campaign."""
    campaigns = list(queries.running())
    if len(campaigns) == 1:
        return redirect("ledger:import_upload", campaigns[0].pk)
    choices = [(one, reverse("ledger:import_upload", args=[one.pk])) for one in campaigns]
    shown = {"campaigns": choices, "heading": _("导入到哪个专项")}
    return render(request, "ledger/choose.html", shown)


@both
@importer_page
def upload(request: OfficeRequest, pk: int) -> HttpResponse:
    """The template, and the file that was filled in."""
    campaign = _campaign(pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    made: list[EntryDraft] = []

    def call() -> None:
        file = form.cleaned_data["file"]
        content = content_of(file)
        made.append(
            actions.upload_entries(
                by=request.user, campaign=campaign, file_name=file.name, content=content
            )
        )

    if request.method == "POST" and attempt(form, call):
        return redirect("ledger:import", made[0].pk)
    shown = {
        "form": form,
        "campaign": campaign,
        "steps": _steps(),
        "step": 1,
        "submit": _("上传并核对"),
        "cancel": reverse("ledger:index"),
    }
    return render(request, "ledger/import.html", shown, status=422 if form.errors else 200)


@require_GET
@importer_page
def template(request: OfficeRequest, pk: int) -> HttpResponseBase:
    """An empty table, with the campaign's own columns."""
    campaign = _campaign(pk)
    content = io.BytesIO(write_template(table_of(campaign)))
    name = _("%(title)s导入模板.xlsx") % {"title": campaign.title}
    return FileResponse(content, as_attachment=True, filename=name)


@both
@importer_page
def preview(request: OfficeRequest, pk: int) -> HttpResponse:
    """Row by row what would be done; posted, it is done."""
    draft = actions.find_draft(by=request.user, pk=pk)
    counts = draft_counts(draft)  # type: ignore[arg-type] # any draft of a table
    data = request.POST if request.method == "POST" else None
    form = CommitForm(data, wrong=counts[RowState.ERROR])
    done: list[actions.Outcome] = []

    def call() -> None:
        skip = form.cleaned_data.get("skip_errors", False)
        done.append(actions.commit_entries(by=request.user, draft=draft, skip_errors=skip))

    if request.method == "POST" and form.is_valid():
        try:
            if attempt(form, call):
                return _committed(request, draft, done[0])
        except Conflict as error:
            form.add_error(None, f"{error.what}{error.mend}")
    return _show(request, draft, form, counts)


def _committed(request: OfficeRequest, draft: EntryDraft, outcome: actions.Outcome) -> HttpResponse:
    words = _("导入完成：新增%(new)s项，更正%(changed)s项，跳过%(skipped)s行。") % {
        "new": outcome.new,
        "changed": outcome.changed,
        "skipped": outcome.skipped,
    }
    messages.success(request, words)
    return redirect(f"{reverse('ledger:index')}?campaign={draft.campaign_id}")


def _show(
    request: OfficeRequest, draft: EntryDraft, form: CommitForm, counts: dict[RowState, int]
) -> HttpResponse:
    table = table_of(draft.campaign)
    state = request.GET.get("state", "")
    rows = draft.rows.filter(state=state) if state in RowState.values else draft.rows.all()
    pager = paging.counted(rows, request.GET, ON_PAGE)
    shown: dict[str, Any] = {
        "draft": draft,
        "heading": draft.campaign.title,
        "form": form,
        "counts": [(value, value.label, number) for value, number in counts.items()],
        "wrong": counts[RowState.ERROR],
        "todo": counts[RowState.NEW] + counts[RowState.CHANGED],
        "state": state,
        "table": table,
        "rows": rows_to_show(pager.rows, table),
        "pager": pager,
        "steps": _steps(),
        "step": 2 if draft.committed_at is None else 4,
        "upload": reverse("ledger:import_upload", args=[draft.campaign_id]),
        "marked": reverse("ledger:import_marked", args=[draft.pk]),
        "again": reverse("ledger:import_again", args=[draft.pk]),
        "discard": reverse("ledger:import_discard", args=[draft.pk]),
    }
    return render(request, "base/draft.html", shown, status=422 if form.errors else 200)


@require_POST
@importer_page
def again(request: OfficeRequest, pk: int) -> HttpResponse:
    """By the ledger as it is now."""
    actions.plan_again(by=request.user, draft=actions.find_draft(by=request.user, pk=pk))
    messages.info(request, _("已按现在的数据重新核对。"))
    return redirect("ledger:import", pk)


@require_POST
@importer_page
def discard(request: OfficeRequest, pk: int) -> HttpResponse:
    """Not after all."""
    draft = actions.find_draft(by=request.user, pk=pk)
    actions.discard_draft(by=request.user, draft=draft)
    messages.info(request, _("已放弃这次导入，没有写入任何内容。"))
    return redirect("ledger:index")


@require_GET
@importer_page
def marked(request: OfficeRequest, pk: int) -> HttpResponseBase:
    """The uploaded file with its mistakes marked."""
    draft = actions.find_draft(by=request.user, pk=pk)
    name, content = actions.marked_file(by=request.user, draft=draft)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)
