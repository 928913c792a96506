"""The plan and its sample."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.access import (
    OfficeRequest,
    inspection_page,
    office_page,
    officer_page,
    require_officer,
)
from pingyi.apps.inspections.forms import PlanForm
from pingyi.apps.inspections.models import Inspection
from pingyi.apps.inspections.rules import lot_of
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@both
@officer_page
def plan(request: OfficeRequest) -> HttpResponse:
    """A new plan."""
    return _form(request, None, PlanForm(request.user, request.POST or None))


@both
@inspection_page
def edit(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """Change a draft."""
    require_officer(request.user, inspection)
    start = PlanForm.start(inspection)
    return _form(request, inspection, PlanForm(request.user, request.POST or None, initial=start))


def _form(request: OfficeRequest, one: Inspection | None, form: PlanForm) -> HttpResponse:
    made: list[Inspection] = []

    def call() -> None:
        data = form.cleaned_data
        units, seen = list(data["units"]), data["seen"]
        saved = actions.save_plan(
            by=request.user, facts=form.facts(), units=units, inspection=one, seen=seen
        )
        made.append(saved)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("方案已保存，由其他同志登记批准。"))
        return redirect("inspections:inspection", made[0].pk)
    back = reverse("inspections:inspection", args=[one.pk]) if one else None
    shown = {
        "form": form,
        "inspection": one,
        "cancel": back or reverse("inspections:index"),
        "draft": "inspection-plan" if one is None else "",
    }
    return render(request, "inspections/plan.html", shown, status=status_of(form))


def _sampled(inspection: Inspection) -> None:
    if not inspection.samples or not inspection.candidates_digest:
        raise Missing(_("这项督查没有抽样，或候选名单还没有确定。"), _("请从督查进入。"))


@require_GET
@office_page
def sample(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """Candidates, seed, rule, command and result: enough for anyone to draw it again."""
    _sampled(inspection)
    rows = [
        (place, lot_of(inspection.seed, place.code) if inspection.seed else "")
        for place in inspection.places.order_by("code")
    ]
    if inspection.drawn_at:
        rows.sort(key=lambda row: row[1])
    return render(request, "inspections/sample.html", {"inspection": inspection, "rows": rows})


@require_GET
@office_page
def codes(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """The candidates as a file for the command: one code a line, in order of their bytes."""
    _sampled(inspection)
    found = sorted(inspection.places.values_list("code", flat=True), key=str.encode)
    text = "".join(f"{code}\n" for code in found)
    name = f'attachment; filename="codes-{inspection.pk}.csv"'
    kind = "text/csv; charset=utf-8"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": name})
