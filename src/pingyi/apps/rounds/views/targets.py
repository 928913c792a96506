"""Who is reviewed, and in which order."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls import tables
from pingyi.apps.polls.actions import mark_of_targets
from pingyi.apps.rounds import access, actions, queries
from pingyi.apps.rounds.access import EDITORS, READERS, OfficeRequest, page
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.forms import UnitsForm
from pingyi.apps.schemes.ballot_forms import ballot_form
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.previews import Rows, preview
from pingyi.base.rowtable import RowTable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
both = require_http_methods(["GET", "POST"])


@both
@page(*READERS)
def targets(request: OfficeRequest, slug: str) -> HttpResponse:
    """The table: edited while the round is a draft without votes."""
    found = access.find(request.user, slug)
    table = RowTable(tables.columns_of(ballot_form(found.version)))
    mark = mark_of_targets(found.targets.all())

    def save() -> None:
        rows = [tables.target_of(row) for row in table.rows]
        actions.set_targets(by=request.user, round=found, targets=rows, seen=table.seen)

    if request.method == "POST":
        if table.saved(request.POST, save):
            messages.success(request, _("已保存 %(n)s 个评议对象。") % {"n": len(table.rows)})
            return redirect("rounds:targets", slug)
        table.beside(tables.rows_of(found.targets.all()), mark)
    else:
        table.rows, table.seen = tables.rows_of(found.targets.all()), mark
    draft = found.state == RoundState.DRAFT and not found.votes.exists()
    shown = {
        "round": found,
        "table": table,
        "editable": (draft or table.late) and access.may_edit(request.user),
        "unsaved": request.method == "POST",
    }
    return render(request, "rounds/targets.html", shown, status=table.status)


@both
@page(*EDITORS)
def pick_units(request: OfficeRequest, slug: str) -> HttpResponse:
    """Targets from the register of units."""
    found = access.find(request.user, slug)
    units = queries.units_to_pick(found)
    form = UnitsForm([(unit.code, unit.title) for unit in units], request.POST or None)

    def add() -> None:
        chosen = set(form.cleaned_data["units"])
        picked = [unit for unit in units if unit.code in chosen]
        actions.add_units(by=request.user, round=found, units=picked)

    if request.method == "POST" and attempt_or_keep(form, add):
        messages.success(request, _("已加入。述职人和分管领导按今天的任职填入，请核对。"))
        return redirect("rounds:targets", slug)
    shown = {
        "round": found,
        "form": form,
        "units": units,
        "submit": _("加入所选单位"),
        "cancel": reverse("rounds:targets", args=[slug]),
    }
    return render(request, "rounds/pick_units.html", shown, status=status_of(form))


@require_POST
@page(*EDITORS)
def order(request: OfficeRequest, slug: str) -> HttpResponse:
    """The order by strokes or by lot."""
    how = "strokes" if request.POST.get("how") == "strokes" else "lot"
    actions.order_targets(by=request.user, round=access.find(request.user, slug), how=how)
    told = {"strokes": _("已按姓氏笔画排序。"), "lot": _("已抽签决定顺序。")}
    messages.success(request, told[how])
    return redirect("rounds:targets", slug)


@require_GET
@page(*READERS)
def template(request: OfficeRequest, slug: str) -> HttpResponse:
    """The table of targets to fill in."""
    found = access.find(request.user, slug)
    content = tables.template_of(ballot_form(found.version), found.targets.all())
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="targets-{slug}.xlsx"'
    return answer


@both
@page(*EDITORS)
def import_file(request: OfficeRequest, slug: str) -> HttpResponse:
    """A file of targets: shown with all its problems first, then taken."""
    found = access.find(request.user, slug)
    form = ballot_form(found.version)

    def take(rows: Rows, seen: str) -> None:
        actions.set_targets(by=request.user, round=found, targets=rows, seen=seen)

    file = preview(
        request,
        tables.columns_of(form),
        partial(tables.read_targets, form),
        tables.targets_of,
        take,
        mark_of_targets(found.targets.all()),
    )
    if file.taken is not None:
        messages.success(request, _("已导入 %(n)s 个评议对象。") % {"n": file.taken})
        return redirect("rounds:targets", slug)
    shown = {
        "round": found,
        "form": file.form,
        "preview": file,
        "there": found.targets.count(),
        "cancel": reverse("rounds:targets", args=[slug]),
    }
    return render(request, "rounds/import_targets.html", shown, status=file.status)
