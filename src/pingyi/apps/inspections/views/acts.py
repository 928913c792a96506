"""What is done with an inspection: a form and one call each, or a question and one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as dj
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pingyi.apps.inspections import actions, drafts, forms, queries
from pingyi.apps.inspections.access import OfficeRequest, inspection_page, sides
from pingyi.apps.inspections.actions.outcomes import mark_of_circular
from pingyi.apps.inspections.models import Circular, Inspection
from pingyi.apps.inspections.steps import BY_NAME, Verb, possible
from pingyi.apps.people.models import Account
from pingyi.base.errors import Conflict, Missing, Refused
from pingyi.base.posting import attempt_or_keep, status_of


@dataclass(frozen=True)
class Page:
    """The form of a verb: how it is made, and what is called with what was entered."""

    form: Callable[[OfficeRequest, Inspection], dj.Form]
    call: Callable[[Account, Inspection, Any], object]
    done: object


def _approve_form(request: OfficeRequest, one: Inspection) -> dj.Form:
    start = {"repeat_reason": one.repeat_reason}
    return forms.ApproveForm(request.POST or None, initial=start)


def _circular_form(request: OfficeRequest, one: Inspection) -> dj.Form:
    found = Circular.objects.filter(inspection=one).first()
    if found is not None:
        start = {"title": found.title, "number": found.number, "text": found.text}
    else:
        groups = queries.by_category(one, queries.findings_of(one))
        units = one.visits.values("place").distinct().count()
        text = drafts.circular_text(one, groups, units)
        start = {"title": drafts.circular_title(one), "text": text}
    start["seen"] = mark_of_circular(found)
    return forms.CircularForm(request.POST or None, initial=start)


PAGES: dict[str, Page] = {
    "approve": Page(
        _approve_form,
        lambda by, one, form: actions.approve(by=by, inspection=one, **form.cleaned_data),
        gettext_lazy("已登记批准。"),
    ),
    "seed": Page(
        lambda request, one: forms.SeedForm(request.POST or None),
        lambda by, one, form: actions.enter_seed(by=by, inspection=one, **form.cleaned_data),
        gettext_lazy("种子已公布，可以抽取样本。"),
    ),
    "conclude": Page(
        lambda request, one: forms.WordsForm(_("督查结论"), request.POST or None),
        lambda by, one, form: actions.conclude(by=by, inspection=one, **form.cleaned_data),
        gettext_lazy("结论已形成，各单位的结论已拟好，请逐个核对，再起草通报。"),
    ),
    "circular": Page(
        _circular_form,
        lambda by, one, form: actions.save_circular(by=by, inspection=one, **form.cleaned_data),
        gettext_lazy("通报已保存，由其他同志签发。"),
    ),
}
ASKED: dict[str, tuple[Callable[..., object], object]] = {
    "draw": (actions.draw, gettext_lazy("样本已抽取。")),
    "start": (actions.start, gettext_lazy("督查已开始，已通知督导组。")),
    "issue": (actions.issue_circular, gettext_lazy("通报已印发，已告知被走访单位。")),
    "close": (actions.close, gettext_lazy("已办结。")),
}


@require_http_methods(["GET", "POST"])
@inspection_page
def act(request: OfficeRequest, inspection: Inspection, verb: str) -> HttpResponse:
    """One thing that is done."""
    found = BY_NAME.get(verb)
    if found is None or (verb not in PAGES and verb not in ASKED):
        raise Missing(_("没有这项操作。"))
    _allowed(request, inspection, found)
    if verb in ASKED:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        call, done = ASKED[verb]
        call(by=request.user, inspection=inspection)
        messages.success(request, str(done))
        return redirect("inspections:inspection", inspection.pk)
    return _form_page(request, inspection, found)


def _allowed(request: OfficeRequest, one: Inspection, verb: Verb) -> None:
    """What was typed in goes on to the action, which says above the form where it came too late."""
    on = sides(request.user, one)
    if not {"office", "team"} & on:
        raise Missing(_("没有找到这项督查。"), _("请从督查列表进入。"))
    if verb.of not in on:
        raise Refused(
            _("您不能对这项督查“%(verb)s”。") % {"verb": verb.title},
            _("请由组织督查的同志办理；属于被督查单位的回避。"),
        )
    typed = request.method == "POST" and verb.name in PAGES
    if not typed and not possible(one, verb):
        raise Conflict(
            _("督查现在是“%(state)s”，不能“%(verb)s”，或还缺前一步。")
            % {"state": one.get_state_display(), "verb": verb.title},
            _("请回到督查页看看现在该做什么。"),
        )


def _form_page(request: OfficeRequest, one: Inspection, verb: Verb) -> HttpResponse:
    page = PAGES[verb.name]
    form = page.form(request, one)
    called = request.method == "POST" and attempt_or_keep(
        form, lambda: page.call(request.user, one, form)
    )
    if called:
        messages.success(request, str(page.done))
        return redirect("inspections:inspection", one.pk)
    shown = {
        "inspection": one,
        "verb": verb,
        "form": form,
        "submit": verb.title,
        "cancel": reverse("inspections:inspection", args=[one.pk]),
        "repeats": queries.repeats_of(request.user, one) if verb.name == "approve" else (),
        "elsewhere": queries.elsewhere_of(request.user, one) if verb.name == "approve" else (),
        "unvisited": queries.unvisited(one) if verb.name == "conclude" else (),
        "groups": queries.by_category(one, queries.findings_of(one))
        if verb.name in ("conclude", "circular")
        else (),
    }
    return render(request, "inspections/act.html", shown, status=status_of(form))
