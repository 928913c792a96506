"""Pages of rulings by two: what may be applied for, the application, the ruling itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.polls import access, queries, ruling_actions, rulings
from pingyi.apps.polls.access import READERS, RULERS, OfficeRequest, page
from pingyi.apps.polls.enums import RulingState
from pingyi.apps.polls.forms import DecisionForm, RulingForm
from pingyi.apps.polls.models import Ruling
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

RULING_KINDS: dict[str, StateKind] = {
    RulingState.APPLIED: "waiting",
    RulingState.APPROVED: "done",
    RulingState.REFUSED: "late",
}


@require_GET
@page(*READERS)
def index(request: OfficeRequest, slug: str) -> HttpResponse:
    """What was ruled on, and what may be applied for now."""
    poll = queries.find(slug)
    cases = rulings.cases_of(poll) if access.may(request.user, *RULERS) else []
    shown = {
        "poll": poll,
        "rulings": poll.rulings.select_related("applied_by", "decided_by", "item"),
        "cases": [case for case in cases if not case.quiet],
    }
    return render(request, "polls/rulings.html", shown)


@require_http_methods(["GET", "POST"])
@page(*RULERS)
def apply(request: OfficeRequest, slug: str, key: str) -> HttpResponse:
    """Ask for a ruling, having read what was found and what an approval lets go on."""
    poll = queries.find(slug)
    case = rulings.find_case(poll, key) if request.method == "GET" else rulings.case_of(poll, key)
    form = RulingForm(request.POST or None)
    made: list[Ruling] = []

    def call() -> None:
        if case is None:
            raise rulings.gone(poll, key)
        facts = form.cleaned_data
        made.append(ruling_actions.apply_for_ruling(by=request.user, poll=poll, case=case, **facts))

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已提出申请，请另一位同志批准。"))
        return redirect("polls:ruling", slug, made[0].pk)
    shown = {
        "poll": poll,
        "case": case,
        "form": form,
        "submit": _("提出申请"),
        "cancel": reverse("polls:rulings", args=[slug]),
    }
    return render(request, "polls/apply.html", shown, status=status_of(form))


@require_http_methods(["GET", "POST"])
@page(*READERS)
def ruling(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """One ruling: to be approved or refused by somebody else, to be printed."""
    poll = queries.find(slug)
    found = rulings.find(poll, number)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and attempt_or_keep(form, lambda: _decide(request, found, form)):
        return redirect("polls:ruling", slug, number)
    shown = {
        "poll": poll,
        "ruling": found,
        "kind": RULING_KINDS[found.state],
        "form": form,
        "decides": found in rulings.waiting_for(request.user) or overtaken(form),
        "own": found.applied_by_id == request.user.pk,
        "barred": request.user.username in found.barred,
    }
    return render(request, "polls/ruling.html", shown, status=status_of(form))


def _decide(request: OfficeRequest, found: Ruling, form: DecisionForm) -> None:
    opinion = form.cleaned_data["opinion"]
    if request.POST.get("do") == "approve":
        ruling_actions.approve(by=request.user, ruling=found, opinion=opinion)
        messages.success(request, _("已批准。"))
    else:
        ruling_actions.refuse(by=request.user, ruling=found, opinion=opinion)
        messages.success(request, _("已不予批准，一切维持原状。"))
