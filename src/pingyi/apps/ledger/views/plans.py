"""The plan of an entry: measures, who answers for them, milestones."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingyi.apps.ledger import actions, forms
from pingyi.apps.ledger.access import OfficeRequest, entry_page, require_owner
from pingyi.apps.ledger.actions.working import Step
from pingyi.apps.ledger.models import Entry
from pingyi.base.errors import Stale
from pingyi.base.posting import attempt_or_keep, status_of


@require_http_methods(["GET", "POST"])
@entry_page
def plan(request: OfficeRequest, entry: Entry) -> HttpResponse:
    """Written by the unit; whoever saves after another sees what the other has saved, and loses
    nothing of the own."""
    require_owner(request.user, entry)
    start = {"measures": entry.measures, "person_name": entry.person_name, "seen": entry.version}
    form = forms.PlanForm(request.POST or None, initial=start)
    there = [
        {"title": one.title, "due_on": one.due_on, "weight": one.weight}
        for one in entry.milestones.all()
    ]
    rows = forms.Steps(request.POST or None, initial=there, prefix="steps")
    stale = None

    def call() -> None:
        steps = [Step(**row) for row in rows.cleaned_data if row and not row.pop("DELETE", False)]
        actions.plan(by=request.user, entry=entry, steps=steps, **form.cleaned_data)

    if request.method == "POST" and rows.is_valid():
        try:
            if attempt_or_keep(form, call):
                messages.success(request, _("整改措施已保存。"))
                return redirect("ledger:entry", entry.number)
        except Stale as error:
            stale = error
            entry.refresh_from_db()
            form.data = {**request.POST.dict(), "seen": str(entry.version)}
    shown = {
        "entry": entry,
        "form": form,
        "rows": rows,
        "stale": stale,
        "cancel": reverse("ledger:entry", args=[entry.number]),
    }
    status = stale.status if stale else 422 if rows.total_error_count() else status_of(form)
    return render(request, "ledger/plan.html", shown, status=status)
