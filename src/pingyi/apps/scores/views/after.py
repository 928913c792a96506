"""After signing: publication, what units read, objections, rectification, archive."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.people.access import has_role
from pingyi.apps.polls.access import may
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import own_targets
from pingyi.apps.scores import access, actions, computing, queries
from pingyi.apps.scores.access import (
    CHECKERS,
    EDITORS,
    OBJECTORS,
    READERS,
    OfficeRequest,
    member_page,
    page,
)
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.enums import Scope
from pingyi.apps.scores.forms import ObjectionForm, PublishForm, RuleForm
from pingyi.apps.scores.models import Objection
from pingyi.apps.scores.objections import raise_objection
from pingyi.apps.scores.objections import rule as rule_on
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@both
@page(*EDITORS)
def publish(request: OfficeRequest, slug: str) -> HttpResponse:
    """Tell the result, within a scope and for some days of public notice."""
    found = access.find(request.user, slug)
    form = PublishForm(request.POST or None, initial={"seen": actions.mark_of_publication(found)})
    form.fields["title"].initial = _("%(title)s评分结果") % {"title": found.title}

    def call() -> None:
        how = dict(form.cleaned_data)
        seen = how.pop("seen")
        actions.publish(by=request.user, round=found, how=Telling(**how), seen=seen)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已公布，公示期开始。"))
        return redirect("rounds:round", slug)
    shown = {
        "round": found,
        "form": form,
        "unbalanced": computing.unbalanced(found),
        "submit": _("公布"),
        "cancel": reverse("scores:result", args=[slug]),
    }
    return render(request, "scores/publish.html", shown, status=status_of(form))


@require_GET
@member_page
def told(request: OfficeRequest, found: Round) -> HttpResponse:
    """The published result as this reader may see it, with the way to object."""
    one = queries.publication(found)
    if one is None:
        raise Missing(_("这个轮次还没有公布结果。"))
    user = request.user
    mine = set(own_targets(user, found).values_list("code", flat=True))
    office = may(user, *READERS)
    rows = Objection.objects.filter(publication__computation__round=found)
    shown = {
        "round": found,
        "told": queries.told_to(user, one),
        "mine": set() if office else mine,
        "explains": one.scope in (Scope.ALL, Scope.OWN),
        "may_object": has_role(user, *OBJECTORS)
        and not office
        and timezone.localdate() <= one.ends_on,
        "objections": rows if office else rows.filter(target__code__in=mine),
        "uncorrected": set(queries.uncorrected(found)),
    }
    return render(request, "scores/told.html", shown)


@both
@member_page
def object_to(request: OfficeRequest, found: Round, code: str) -> HttpResponse:
    """Object to one's own result."""
    target = own_targets(request.user, found).filter(code=code).first()
    one = queries.publication(found)
    if target is None or one is None or not has_role(request.user, *OBJECTORS):
        raise Missing(_("没有可以提出异议的结果。"))
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: raise_objection(
            by=request.user, publication=one, target=target, **form.cleaned_data
        ),
    ):
        messages.success(request, _("异议已提出，处理结果会在这里答复。"))
        return redirect("scores:told", found.slug)
    shown = {
        "round": found,
        "target": target,
        "told": one,
        "form": form,
        "submit": _("提出异议"),
        "cancel": reverse("scores:told", args=[found.slug]),
    }
    return render(request, "scores/object.html", shown, status=status_of(form))


@require_GET
@page(*READERS)
def objections(request: OfficeRequest, slug: str) -> HttpResponse:
    """All objections to the results of a round."""
    found = access.find(request.user, slug)
    rows = Objection.objects.filter(publication__computation__round=found)
    shown = {
        "round": found,
        "objections": rows.select_related("target", "unit", "raised_by", "ruled_by"),
        "told": queries.publication(found),
        "uncorrected": set(queries.uncorrected(found)),
        "may_rule": may(request.user, *CHECKERS),
    }
    return render(request, "scores/objections.html", shown)


@both
@page(*CHECKERS)
def rule(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Rule on an objection, and answer it."""
    found = access.find(request.user, slug)
    rows = Objection.objects.filter(publication__computation__round=found)
    one = rows.select_related("target", "unit", "publication__computation").filter(pk=pk).first()
    if one is None:
        raise Missing(_("没有这项异议。"))
    form = RuleForm(request.POST or None)

    def call() -> None:
        given = form.cleaned_data
        upheld = given["upheld"] == "1"
        rule_on(by=request.user, objection=one, upheld=upheld, answer=given["answer"])

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已答复。"))
        return redirect("scores:objections", slug)
    shown = {
        "round": found,
        "one": one,
        "form": form,
        "submit": _("答复"),
        "cancel": reverse("scores:objections", args=[slug]),
    }
    return render(request, "scores/rule.html", shown, status=status_of(form))


@require_POST
@page(*EDITORS)
def rectify(request: OfficeRequest, slug: str) -> HttpResponse:
    """From the public notice to rectification."""
    actions.rectify(by=request.user, round=_of(request, slug))
    messages.success(request, _("已转入整改。"))
    return redirect("rounds:round", slug)


@require_POST
@page(*EDITORS)
def archive(request: OfficeRequest, slug: str) -> HttpResponse:
    """The end."""
    actions.archive(by=request.user, round=_of(request, slug))
    messages.success(request, _("已归档。"))
    return redirect("rounds:round", slug)


def _of(request: OfficeRequest, slug: str) -> Round:
    return access.find(request.user, slug)
