"""Who comes into the rooms of a vote, and who may do what there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from pingyi.apps.people.access import has_role, require
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

EDITORS = (Role.ORGANISER,)
READERS = (Role.ORGANISER, Role.CHECKER, Role.CHAIR)

Given = ParamSpec("Given")


class OfficeRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account
    htmx: Any


View = Callable[Concatenate[OfficeRequest, Given], HttpResponseBase]


def page(*roles: Role) -> Callable[[View[Given]], Callable[..., HttpResponseBase]]:
    """A page for those who have one of the roles; others are refused."""

    def guarded(view: View[Given]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def inner(
            request: OfficeRequest, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            require(request.user, *roles)
            return view(request, *args, **kwargs)

        return inner

    return guarded


def may_edit(by: Account | AnonymousUser) -> bool:
    return has_role(by, *EDITORS)


def require_editor(by: Account | AnonymousUser) -> None:
    require(by, *EDITORS)
