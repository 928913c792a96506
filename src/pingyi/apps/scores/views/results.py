"""A round's result: computed, checked, signed, explained, taken away as a bundle."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls.access import may
from pingyi.apps.rounds.models import Round, RoundTarget
from pingyi.apps.scores import access, actions, computing, queries
from pingyi.apps.scores.access import (
    CHECKERS,
    EDITORS,
    READERS,
    SIGNERS,
    OfficeRequest,
    member_page,
    page,
)
from pingyi.apps.scores.charts import against_mean
from pingyi.apps.scores.enums import ComputationState
from pingyi.apps.scores.forms import CheckForm, CorrectForm, SendBackForm
from pingyi.apps.scores.models import Computation
from pingyi.base.errors import HouseError, Missing
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

both = require_http_methods(["GET", "POST"])
BACK_IDS = "back_%s"
"""Both forms of a checker ask for an opinion."""
STATE_KINDS: dict[str, StateKind] = {
    ComputationState.COMPUTED: "waiting",
    ComputationState.CHECKED: "active",
    ComputationState.SIGNED: "done",
    ComputationState.RETURNED: "neutral",
}


@require_GET
@page(*READERS)
def result(request: OfficeRequest, slug: str) -> HttpResponse:
    """The newest computation of a round, or what is missing for one."""
    found = access.find(request.user, slug)
    return _page(request, found, queries.current(found))


@require_GET
@page(*READERS)
def version(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """An earlier computation."""
    found = access.find(request.user, slug)
    return _page(request, found, queries.find(found, number))


def _page(
    request: OfficeRequest,
    found: Round,
    one: Computation | None,
    check_form: CheckForm | None = None,
    back_form: SendBackForm | None = None,
) -> HttpResponse:
    """``check_form``, ``back_form``: as they were posted."""
    user = request.user
    posted = [form for form in (check_form, back_form) if form is not None]
    late = any(overtaken(form) for form in posted)
    state = one.state if one else None
    table = queries.table_of(one) if one else None
    shown = {
        "round": found,
        "one": one,
        "kind": STATE_KINDS[one.state] if one else "neutral",
        "table": table,
        "charts": queries.charts_of(found, table) if table else (),
        "validity": queries.validity_of(one) if one else None,
        "participation": queries.participation(one) if one else None,
        "all": list(found.computations.select_related("computed_by", "checked_by", "signed_by")),
        "unbalanced": computing.unbalanced(found),
        "told": queries.publication(found),
        "may_compute": may(user, *EDITORS) and found.state in actions.COMPUTABLE,
        "may_correct": may(user, *EDITORS)
        and found.state in actions.FROZEN
        and state == ComputationState.SIGNED,
        "may_check": late or (may(user, *CHECKERS) and state == ComputationState.COMPUTED),
        "may_take": one is not None and may(user, *CHECKERS),
        "own_work": one is not None and one.computed_by_id == user.pk and not late,
        "may_sign": may(user, *SIGNERS) and state == ComputationState.CHECKED,
        "may_publish": may(user, *EDITORS)
        and found.state in actions.FROZEN
        and state == ComputationState.SIGNED,
        "progress": reverse("scores:progress", args=[found.slug]),
        "check_form": check_form or CheckForm(),
        "back_form": back_form or SendBackForm(auto_id=BACK_IDS),
    }
    return render(request, "scores/result.html", shown, status=status_of(*posted))


@require_POST
@page(*EDITORS)
def compute(request: OfficeRequest, slug: str) -> HttpResponse:
    """Score the round. What keeps it from having a result stands on the page."""
    found = access.find(request.user, slug)
    try:
        actions.compute(by=request.user, round=found)
    except HouseError as error:
        shown = {"round": found, "error": error}
        return render(request, "scores/refused.html", shown, status=error.status)
    messages.success(request, _("已计算。请由另一位核对人核对。"))
    return redirect("scores:result", slug)


@require_GET
@page(*EDITORS)
def progress(request: OfficeRequest, slug: str) -> HttpResponse:
    """How far the computation is, for the strip of the page that waits for it."""
    one = queries.progress_of(access.find(request.user, slug))
    return JsonResponse({"text": one.get_stage_display(), "share": one.share} if one else {})


@both
@page(*EDITORS)
def correct(request: OfficeRequest, slug: str) -> HttpResponse:
    """A correction beside a signed result."""
    found = access.find(request.user, slug)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and attempt_or_keep(
        form, lambda: actions.correct(by=request.user, round=found, **form.cleaned_data)
    ):
        messages.success(request, _("更正已计算，与原结果并存。请由另一位核对人核对。"))
        return redirect("scores:result", slug)
    shown = {
        "round": found,
        "form": form,
        "progress": reverse("scores:progress", args=[slug]),
        "submit": _("计算更正"),
        "cancel": reverse("scores:result", args=[slug]),
    }
    return render(request, "scores/correct.html", shown, status=status_of(form))


@require_POST
@page(*CHECKERS)
def check(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """The checker agrees."""
    found, form = access.find(request.user, slug), CheckForm(request.POST)
    one = queries.find(found, number)
    if not attempt_or_keep(
        form, lambda: actions.check(by=request.user, computation=one, **form.cleaned_data)
    ):
        return _page(request, found, one, check_form=form)
    messages.success(request, _("已核对，复算一致。请组织者或主持人签发。"))
    return redirect("scores:result", slug)


@require_POST
@page(*CHECKERS)
def send_back(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """The checker doesn't."""
    found, form = access.find(request.user, slug), SendBackForm(request.POST, auto_id=BACK_IDS)
    one = queries.find(found, number)
    if not attempt_or_keep(
        form, lambda: actions.send_back(by=request.user, computation=one, **form.cleaned_data)
    ):
        return _page(request, found, one, back_form=form)
    messages.success(request, _("已退回，待重新计算。"))
    return redirect("scores:result", slug)


@require_POST
@page(*SIGNERS)
def sign(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """Sign and freeze."""
    one = queries.find(access.find(request.user, slug), number)
    actions.sign(by=request.user, computation=one)
    messages.success(request, _("已签发。结果从现在起不能再改，只能作更正。"))
    return redirect("scores:result", slug)


@require_POST
@page(*CHECKERS)
def bundle(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """All that the result was computed from: ``pingyi verify`` recomputes it. Posted, since it
    holds what is withheld, and so is audited."""
    one = queries.find(access.find(request.user, slug), number)
    content = actions.take_bundle(by=request.user, computation=one)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-{number}.zip"'
    return answer


@require_GET
@page(*READERS)
def report(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """The score report (评分结果报告单, JZ-19), to be printed, signed and sealed."""
    found = access.find(request.user, slug)
    one = queries.find(found, number)
    shown = {"round": found, "one": one, "table": queries.table_of(one)}
    return render(request, "scores/report.html", shown)


@require_GET
@member_page
def why(request: OfficeRequest, found: Round, number: int, code: str) -> HttpResponse:
    """Where a target's score comes from, on one page: for the office, and for the unit itself once
    its result is published."""
    target = found.targets.filter(code=code).first()
    if target is None or not _may_read(request, found, target, number):
        raise Missing(_("没有这个评议对象。"), _("请从公布的结果进入。"))
    one = queries.find(found, number)
    office = may(request.user, *READERS)
    # Parts of others are told to nobody but the office, and so are their means.
    compared = queries.compared(queries.table_of(one), code) if office else ()
    shown = {
        "round": found,
        "one": one,
        "target": target,
        "tree": queries.why(one, code),
        "compared": compared,
        "mean": against_mean(compared),
        "back": reverse(
            "scores:version" if office else "scores:told",
            args=[found.slug, *([number] if office else [])],
        ),
    }
    return render(request, "scores/why.html", shown)


def _may_read(request: OfficeRequest, found: Round, target: RoundTarget, number: int) -> bool:
    """Units read the published computation alone."""
    if may(request.user, *READERS):
        return True
    told = queries.publication(found)
    published = told is not None and told.computation.number == number
    return published and queries.may_explain(request.user, found, target)
