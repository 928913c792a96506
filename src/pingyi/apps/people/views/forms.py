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
from pingyi.base.errors import Conflict, HouseError, Invalid, Refused


def account_of(request: HttpRequest) -> Account:
    """Who asks. Raises ``Refused`` for nobody, which signing in mends."""
    user: User = request.user
    if not isinstance(user, Account):
        raise Refused("")
    return user


def tell_on(form: HouseForm, error: HouseError) -> None:
    """An action's refusal, at its field where the form has it."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, f"{error.what}{error.mend}")


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
    """Show the form; when it is sent, ``act`` on its data and go ``back``. What the action finds
    wrong is told on the form again, with status 422 and all that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form.cleaned_data)
        except (Invalid, Conflict) as error:
            tell_on(form, error)
        else:
            if isinstance(answer, HttpResponse):
                return answer
            if done:
                messages.success(request, str(done))
            return redirect(back)
    shown = {"form": form, "title": title, "cancel": back, "submit": submit or title, **context}
    return render(request, template, shown, status=422 if form.errors else 200)
