"""Fault tolerance and protection: applied for, reviewed, decided."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls.access import may
from pingyi.apps.rounds.models import Round
from pingyi.apps.scores import access, determinations
from pingyi.apps.scores.access import CHECKERS, EDITORS, READERS, SIGNERS, OfficeRequest, page
from pingyi.apps.scores.enums import DeterminationState
from pingyi.apps.scores.forms import DecideForm, DeterminationForm, ReviewForm
from pingyi.apps.scores.models import Determination
from pingyi.base.errors import Missing
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, status_of

STATE_KINDS: dict[str, StateKind] = {
    DeterminationState.APPLIED: "waiting",
    DeterminationState.REVIEWED: "active",
    DeterminationState.GRANTED: "done",
    DeterminationState.REFUSED: "neutral",
}


@require_GET
@page(*READERS)
def index(request: OfficeRequest, slug: str) -> HttpResponse:
    """All of a round."""
    found = access.find(request.user, slug)
    rows = found.determinations.select_related("target", "applied_by")
    shown = {
        "round": found,
        "rows": [(one, STATE_KINDS[one.state]) for one in rows],
        "editor": may(request.user, *EDITORS),
    }
    return render(request, "scores/determinations.html", shown)


@require_http_methods(["GET", "POST"])
@page(*EDITORS)
def create(request: OfficeRequest, slug: str) -> HttpResponse:
    """Apply."""
    found = access.find(request.user, slug)
    form = DeterminationForm(found, request.POST or None)
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: determinations.apply_for(
            by=request.user,
            round=found,
            application=determinations.Application(**form.cleaned_data),
        ),
    ):
        messages.success(request, _("已申请。请由核对人审核。"))
        return redirect("scores:determinations", slug)
    shown = {
        "round": found,
        "form": form,
        "submit": _("提出申请"),
        "cancel": reverse("scores:determinations", args=[slug]),
    }
    return render(request, "scores/determine.html", shown, status=status_of(form))


@require_GET
@page(*READERS)
def file(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """One, with what is to be done next."""
    found = access.find(request.user, slug)
    return _file(request, found, _of(found, pk))


def _file(
    request: OfficeRequest,
    found: Round,
    one: Determination,
    review_form: ReviewForm | None = None,
    decide_form: DecideForm | None = None,
) -> HttpResponse:
    posted = [form for form in (review_form, decide_form) if form is not None]
    user = request.user
    if not posted and one.state == DeterminationState.APPLIED and may(user, *CHECKERS):
        review_form = ReviewForm()
    if not posted and one.state == DeterminationState.REVIEWED and may(user, *SIGNERS):
        decide_form = DecideForm()
    facts = [
        (_("认定编号"), one.number),
        (_("种类"), one.get_kind_display()),
        (_("对象"), one.target.title),
        (_("计分项"), one.node_title),
        (_("理由"), one.reason),
        (_("依据"), one.basis),
        (_("认定机关"), one.authority),
        (_("申请人"), one.applied_by.name),
        (_("申请时间"), one.applied_at),
        (_("审核人"), one.reviewed_by.name if one.reviewed_by else ""),
        (_("审核意见"), one.review),
        (_("签批人"), one.signatories),
        (_("认定登记人"), one.decided_by.name if one.decided_by else ""),
        (_("认定时间"), one.decided_at),
    ]
    shown = {
        "round": found,
        "one": one,
        "kind": STATE_KINDS[one.state],
        "facts": facts,
        "review_form": review_form,
        "decide_form": decide_form,
    }
    return render(request, "scores/determination.html", shown, status=status_of(*posted))


@require_POST
@page(*CHECKERS)
def review(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Review an application."""
    found = access.find(request.user, slug)
    one, form = _of(found, pk), ReviewForm(request.POST)

    def call() -> None:
        given = form.cleaned_data
        determinations.review(
            by=request.user, determination=one, fit=given["fit"] == "1", opinion=given["opinion"]
        )

    if not attempt_or_keep(form, call):
        return _file(request, found, one, review_form=form)
    messages.success(request, _("已审核。"))
    return redirect("scores:determination", slug, pk)


@require_POST
@page(*SIGNERS)
def decide(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Enter what was decided."""
    found = access.find(request.user, slug)
    one, form = _of(found, pk), DecideForm(request.POST)

    def call() -> None:
        given = form.cleaned_data
        determinations.decide(
            by=request.user,
            determination=one,
            grant=given["grant"] == "1",
            signatories=given["signatories"],
        )

    if not attempt_or_keep(form, call):
        return _file(request, found, one, decide_form=form)
    messages.success(request, _("已登记。下一次计算时生效；结果已签发的，请作更正。"))
    return redirect("scores:determination", slug, pk)


def _of(found: Round, pk: int) -> Determination:
    rows = found.determinations.select_related("target", "applied_by", "reviewed_by", "decided_by")
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Missing(_("没有这个认定。"))
    return one
