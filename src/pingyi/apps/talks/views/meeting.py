"""The talk as it is held: two clocks, questions and answers, requirements. Everything stands in the
database at once: a page that is lost is opened again, on any device."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from pingyi.apps.talks import forms, queries
from pingyi.apps.talks.access import OfficeRequest, inner_page
from pingyi.apps.talks.actions import meeting as actions
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import BankQuestion, Talk
from pingyi.apps.talks.rules import used
from pingyi.base.errors import HouseError, Missing
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

MINUTE = 60
ACTS: dict[str, Callable[..., Talk]] = {
    "report": actions.begin_report,
    "questions": actions.begin_questions,
    "end": actions.end,
}


@require_GET
@never_cache
@inner_page
def meeting(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """What is going on, and the one thing to do next."""
    return _show(request, talk)


def _show(
    request: OfficeRequest,
    talk: Talk,
    ask: forms.AskForm | None = None,
    ask_for: forms.RequireForm | None = None,
) -> HttpResponse:
    posted = [form for form in (ask, ask_for) if form is not None]
    if talk.state in (TalkState.PLANNED, TalkState.CANCELLED) and not posted:
        raise Missing(_("还没有发出约谈通知。"), _("请先安排时间地点，发出通知。"))
    questions = list(talk.questions.select_related("prepared"))
    asked = {one.prepared_id for one in questions}
    months = {"months": talk.programme.rectify_months}
    shown = {
        "talk": talk,
        "open": talk.state in (TalkState.NOTICED, TalkState.HELD)
        or any(overtaken(form) for form in posted),
        "running": talk.state == TalkState.NOTICED,
        "timer": _timer(talk),
        "phase": _phase(talk),
        "questions": questions,
        "bank": [one for one in queries.bank_of(talk.unit) if one.pk not in asked],
        "requirements": list(talk.requirements.all()),
        "ask_form": ask or forms.AskForm(prefix="ask"),
        "require_form": ask_for or forms.RequireForm(initial=months, prefix="require"),
    }
    return render(request, "talks/meeting.html", shown, status=status_of(*posted))


def _timer(talk: Talk) -> dict[str, int] | None:
    """The clock that runs: of the report, or of the questions."""
    if talk.ended_at is not None:
        return None
    now, plan = timezone.now(), talk.programme
    for began, minutes in (
        (talk.questions_began_at, plan.question_minutes),
        (talk.report_began_at, plan.report_minutes),
    ):
        gone = used(began, None, now)
        if gone is not None:
            return {"gone": gone, "planned": minutes * MINUTE}
    return None


def _phase(talk: Talk) -> str:
    if talk.ended_at is not None:
        return "ended"
    if talk.questions_began_at is not None:
        return "questions"
    return "report" if talk.report_began_at is not None else "before"


def _back(talk: Talk, place: str = "") -> HttpResponse:
    return redirect(reverse("talks:meeting", args=[talk.number]) + place)


@require_POST
@inner_page
def act(request: OfficeRequest, talk: Talk, verb: str) -> HttpResponse:
    """Begin, go on, end. Whoever comes second is told, and nothing is done twice."""
    if verb not in ACTS:
        raise Missing(_("没有这项操作。"))
    try:
        one = ACTS[verb](by=request.user, talk=talk)
    except HouseError as error:
        messages.error(request, str(error))
        return _back(talk)
    if one.state == TalkState.HELD:
        messages.success(request, _("约谈已结束。接下来起草备忘录。"))
        return redirect("talks:talk", talk.number)
    return _back(talk)


@require_POST
@inner_page
def ask(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """A question that isn't in the bank."""
    form = forms.AskForm(request.POST, prefix="ask")
    if attempt_or_keep(form, lambda: actions.ask(by=request.user, talk=talk, **form.cleaned_data)):
        return _back(talk, "#questions")
    return _show(request, talk, ask=form)


@require_POST
@inner_page
def ask_prepared(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    """A question of the bank, with its answer."""
    prepared = BankQuestion.objects.filter(unit=talk.unit, pk=pk).first()
    if prepared is None:
        raise Missing(_("题库里没有这个问题。"))
    answer = request.POST.get("answer", "")
    return _answered(
        request,
        talk,
        prepared.text,
        lambda: actions.ask(by=request.user, talk=talk, prepared=prepared, answer=answer),
    )


@require_POST
@inner_page
def note_answer(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    question = talk.questions.filter(pk=pk).first()
    if question is None:
        raise Missing(_("没有这个提问。"))
    answer = request.POST.get("answer", "")
    return _answered(
        request,
        talk,
        question.text,
        lambda: actions.note_answer(by=request.user, question=question, answer=answer),
    )


def _answered(
    request: OfficeRequest, talk: Talk, text: str, call: Callable[[], object]
) -> HttpResponse:
    """Where it came too late, question and answer stand in the form for others, to be kept."""
    said = {"ask-text": text, "ask-answer": request.POST.get("answer", "")}
    form = forms.AskForm(said, prefix="ask")
    return _back(talk, "#questions") if attempt_or_keep(form, call) else _show(request, talk, form)


@require_POST
@inner_page
def require_of(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """A requirement."""
    form = forms.RequireForm(request.POST, prefix="require")
    if attempt_or_keep(
        form, lambda: actions.require_of(by=request.user, talk=talk, **form.cleaned_data)
    ):
        return _back(talk, "#requirements")
    return _show(request, talk, ask_for=form)


@require_POST
@inner_page
def drop_requirement(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    found = talk.requirements.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这条要求。"))
    actions.drop_requirement(by=request.user, requirement=found)
    return _back(talk, "#requirements")
