"""The forms of what is done with a talk: one page, one call each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as dj
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pingyi.apps.talks import forms
from pingyi.apps.talks.access import (
    OfficeRequest,
    inner_page,
    require_organiser,
    require_unit,
    sides,
    talk_page,
)
from pingyi.apps.talks.actions import rectifying
from pingyi.apps.talks.actions import talks as actions
from pingyi.apps.talks.enums import Ground
from pingyi.apps.talks.models import RectificationReport, Talk
from pingyi.apps.talks.steps import BY_NAME
from pingyi.apps.talks.views.talks import must
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class Page:
    """The form of a verb, what is called with what was entered, and what is said then."""

    form: type[dj.Form]
    call: Callable[..., object]
    done: object


def _escalate(**data: Any) -> object:
    return rectifying.escalate(**{**data, "ground": Ground(data["ground"])})


PAGES: dict[str, Page] = {
    "recall": Page(forms.ReasonForm, actions.recall, gettext_lazy("通知已收回，可以重新安排。")),
    "cancel": Page(forms.ReasonForm, actions.cancel, gettext_lazy("约谈已取消。")),
    "return-report": Page(
        forms.ReasonForm, rectifying.return_report, gettext_lazy("已退回被约谈单位。")
    ),
    "unit-meeting": Page(
        forms.UnitMeetingForm, rectifying.record_meeting, gettext_lazy("单位会议已记录。")
    ),
    "escalate": Page(
        forms.EscalateForm, _escalate, gettext_lazy("已提请，由另一位同志登记处理决定。")
    ),
}


@both
@talk_page
def act(request: OfficeRequest, talk: Talk, verb: str) -> HttpResponse:
    """The form of a verb."""
    page = PAGES.get(verb)
    if page is None:
        raise Missing(_("没有这项操作。"))
    must(request, talk, verb)
    form = page.form(request.POST or None)
    title = str(BY_NAME[verb].title)
    return _ask(request, talk, form, page.call, title, str(page.done), talk=talk)


def _ask(
    request: OfficeRequest,
    found: Talk,
    form: dj.Form,
    call: Callable[..., object],
    title: str,
    done: str,
    **given: object,
) -> HttpResponse:
    """Show the form; once it is filled in, make the call and go back to the talk."""
    if request.method == "POST" and attempt_or_keep(
        form, lambda: call(by=request.user, **given, **form.cleaned_data)
    ):
        messages.success(request, done)
        return redirect("talks:talk", found.number)
    shown = {
        "talk": found,
        "form": form,
        "title": title,
        "submit": title,
        "cancel": reverse("talks:talk", args=[found.number]),
    }
    return render(request, "talks/act.html", shown, status=status_of(form))


@both
@talk_page
def follow_up(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    """A follow-up was carried out."""
    found = talk.follow_ups.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这次活动。"))
    if "office" not in sides(request.user, talk):
        require_unit(request.user, talk)
    form = forms.FollowUpForm(request.POST or None)
    title, done = _("填报跟踪活动"), _("已填报。")
    call = rectifying.record_follow_up
    return _ask(request, talk, form, call, title, done, follow_up=found)


@both
@inner_page
def decide(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    """What was decided on an escalation, by another than who raised it."""
    found = talk.escalations.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这次提请。"))
    require_organiser(request.user, talk)
    form = forms.DecideForm(request.POST or None)
    title, done = _("登记处理决定"), _("已登记。")
    return _ask(request, talk, form, rectifying.decide, title, done, escalation=found)


@both
@talk_page
def report(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """The unit's report: kept as often as one likes, handed in once."""
    must(request, talk, "report")
    found = RectificationReport.objects.filter(talk=talk).first()
    texts = found.texts if found else {}
    form = forms.ReportForm(list(talk.programme.sections), texts, request.POST or None)
    hand_in = "hand_in" in request.POST

    def call() -> None:
        texts, seen = form.texts(), form.cleaned_data["seen"]
        rectifying.write_report(by=request.user, talk=talk, texts=texts, hand_in=hand_in, seen=seen)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已报送。") if hand_in else _("已保存，还没有报送。"))
        return redirect("talks:talk" if hand_in else "talks:report", talk.number)
    shown = {
        "talk": talk,
        "form": form,
        "report": found,
        "cancel": reverse("talks:talk", args=[talk.number]),
    }
    return render(request, "talks/report.html", shown, status=status_of(form))
