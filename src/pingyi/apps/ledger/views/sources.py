"""Entering in bulk what a round has found."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingyi.apps.ledger import actions, forms, queries, sources
from pingyi.apps.ledger.access import OfficeRequest, registrar_page
from pingyi.apps.rounds.access import find as find_round
from pingyi.base.errors import Invalid
from pingyi.base.posting import attempt_or_keep, status_of


@require_http_methods(["GET", "POST"])
@registrar_page
def from_round(request: OfficeRequest, slug: str) -> HttpResponse:
    """Problems and opinions of a round; those ticked become entries."""
    found = find_round(request.user, slug)
    findings = sources.of_round(request.user, found)
    form = forms.EnterForm(request.POST or None)
    picked = set(request.POST.getlist("pick"))
    made: list[object] = []

    def call() -> None:
        wanted = [one.finding for one in findings if one.key in picked and one.entry is None]
        if not wanted:
            raise Invalid(_("请勾选要转入台账的内容。"))
        campaign = form.cleaned_data["campaign"]
        made.extend(
            actions.register_findings(
                by=request.user, campaign=campaign, findings=wanted, term=form.term()
            )
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("%(number)s项已转入台账。") % {"number": len(made)})
        return redirect("ledger:from_round", slug)
    groups = [(name, list(rows)) for name, rows in groupby(findings, key=lambda one: one.group)]
    shown = {
        "round": found,
        "groups": groups,
        "left": sum(one.entry is None for one in findings),
        "form": form,
        "picked": picked,
        "campaigns": queries.running().exists(),
        "cancel": reverse("rounds:round", args=[slug]),
    }
    return render(request, "ledger/from_round.html", shown, status=status_of(form))
