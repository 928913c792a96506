"""The pre-visit file and the question bank: for those who prepare a talk, and for nobody of the
unit that is talked to."""

from __future__ import annotations

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
from pingyi.apps.talks.actions import preparing as actions
from pingyi.apps.talks.enums import Way
from pingyi.apps.talks.models import BankQuestion, Talk
from pingyi.apps.talks.steps import possible
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, overtaken, status_of


@require_GET
@never_cache
@inner_page
def previsit(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """Notes with their sources, evidence, and questions."""
    return _show(request, talk)


def _show(
    request: OfficeRequest,
    talk: Talk,
    note: forms.NoteForm | None = None,
    bank: forms.BankForm | None = None,
) -> HttpResponse:
    posted = [form for form in (note, bank) if form is not None]
    shown = {
        "talk": talk,
        "notes": list(talk.notes.select_related("written_by")),
        "bank": list(queries.bank_of(talk.unit)),
        "note_form": note or forms.NoteForm(initial={"found_on": timezone.localdate()}),
        "bank_form": bank or forms.BankForm(talk.programme, prefix="bank"),
        "open": possible(talk, "prepare") or any(overtaken(form) for form in posted),
    }
    return render(request, "talks/previsit.html", shown, status=status_of(*posted))


def _back(talk: Talk) -> HttpResponse:
    return redirect(reverse("talks:previsit", args=[talk.number]))


@require_POST
@inner_page
def add_note(request: OfficeRequest, talk: Talk) -> HttpResponse:
    form = forms.NoteForm(request.POST)

    def call() -> None:
        data = {**form.cleaned_data, "way": Way(form.cleaned_data["way"])}
        actions.add_note(by=request.user, talk=talk, **data)

    if attempt_or_keep(form, call):
        messages.success(request, _("已记入会前摸底。"))
        return _back(talk)
    return _show(request, talk, note=form)


@require_POST
@inner_page
def drop_note(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    note = talk.notes.filter(pk=pk).first()
    if note is None:
        raise Missing(_("没有这条记录。"))
    actions.drop_note(by=request.user, note=note)
    messages.success(request, _("已删去。"))
    return _back(talk)


@require_POST
@inner_page
def keep_question(request: OfficeRequest, talk: Talk) -> HttpResponse:
    form = forms.BankForm(talk.programme, request.POST, prefix="bank")
    if attempt_or_keep(
        form, lambda: actions.keep_question(by=request.user, talk=talk, **form.cleaned_data)
    ):
        messages.success(request, _("已加入题库。"))
        return _back(talk)
    return _show(request, talk, bank=form)


@require_POST
@inner_page
def drop_question(request: OfficeRequest, talk: Talk, pk: int) -> HttpResponse:
    question = BankQuestion.objects.filter(unit=talk.unit, pk=pk).first()
    if question is None:
        raise Missing(_("题库里没有这个问题。"))
    actions.drop_question(by=request.user, talk=talk, question=question)
    messages.success(request, _("已删去。"))
    return _back(talk)
