"""The one way in which a form of this room is shown, sent, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pingyi.apps.people.access import User
from pingyi.apps.people.forms.fields import HouseForm
from pingyi.apps.people.models import Account
from pingyi.base.errors import Refused
from pingyi.base.posting import attempt_or_keep, status_of


def account_of(request: HttpRequest) -> Account:
    """Who asks. Raises ``Refused`` for nobody, which signing in mends."""
    user: User = request.user
    if not isinstance(user, Account):
        raise Refused("")
    return user


def answer_form(
    request: HttpRequest,
    form: HouseForm,
    act: Callable[[Any], object],
    *,
    title: object,
    back: str,
    done: object = "",
    submit: object = "",
    template: str = "people/form.html",
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is sent, ``act`` on its data and go ``back``. What the action refuses
    is told on the form again, with all that was typed."""
    answers: list[object] = []
    if request.method == "POST" and attempt_or_keep(
        form, lambda: answers.append(act(form.cleaned_data))
    ):
        if isinstance(answers[0], HttpResponse):
            return answers[0]
        if done:
            messages.success(request, str(done))
        return redirect(back)
    shown = {"form": form, "title": title, "cancel": back, "submit": submit or title, **context}
    return render(request, template, shown, status=status_of(form))
