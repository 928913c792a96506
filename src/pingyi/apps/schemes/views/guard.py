"""Who comes in: signed in, and of a role that reads schemes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.datastructures import MultiValueDict

from pingyi.apps.people.models import Account
from pingyi.apps.schemes import access

Given = ParamSpec("Given")


class OfficeRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account
    htmx: Any


def posted(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict[str, Any] | None]:
    """What a form is bound to: nothing, where the page is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def page(
    *, edits: bool = False
) -> Callable[
    [Callable[Concatenate[OfficeRequest, Given], HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """A page for readers of schemes; with ``edits``, and whatever is posted, for organisers."""

    def guarded(
        view: Callable[Concatenate[OfficeRequest, Given], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def inner(
            request: OfficeRequest, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            if edits or request.method == "POST":
                access.require_editor(request.user)
            access.require_reader(request.user)
            return view(request, *args, **kwargs)

        return inner

    return guarded
