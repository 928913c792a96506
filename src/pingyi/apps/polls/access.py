"""Who comes into the rooms of a vote, and who may do what there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.base.doors import Check, guard
from pingyi.base.references import Rights

EDITORS = (Role.ORGANISER,)
READERS = (Role.ORGANISER, Role.CHECKER, Role.CHAIR)
RULERS = (Role.ORGANISER, Role.CHECKER)
"""Who applies for rulings and who decides on them; never both on one."""

Given = ParamSpec("Given")


class OfficeRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account
    htmx: Any


View = Callable[Concatenate[OfficeRequest, Given], HttpResponseBase]


def page(*roles: Role) -> Callable[[View[Given]], Callable[..., HttpResponseBase]]:
    """A page for those who have one of the roles for all units: a vote belongs to the authority,
    so an organiser of one unit alone holds none. Others are refused."""

    def guarded(view: View[Given]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def inner(
            request: OfficeRequest, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            require_for_all(request.user, *roles)
            return view(request, *args, **kwargs)

        guard(inner, _check(roles))
        return inner

    return guarded


@cache
def _check(roles: tuple[Role, ...]) -> Check:
    """One for all pages of the same roles, so that it is asked once."""
    return lambda by: may(by, *roles)


def rights_at(by: Account | AnonymousUser, poll_id: str) -> Rights:
    """Attachments of a poll: notices and plans. Until it is prepared they may be removed."""
    poll = Poll.objects.filter(pk=poll_id).only("state").first()
    if poll is None or not may(by, *READERS):
        return Rights()
    editor = may_edit(by)
    return Rights(
        see=True,
        add=editor and poll.state != PollState.PURGED,
        remove=editor and poll.state in (PollState.DRAFT, PollState.PURGED),
    )


def may_edit(by: Account | AnonymousUser) -> bool:
    return may(by, *EDITORS)


def may(by: Account | AnonymousUser, *roles: Role) -> bool:
    """Has the account one of the roles for all units?"""
    return isinstance(by, Account) and reach_of(by, *roles).everything


def require_editor(by: Account | AnonymousUser) -> None:
    require_for_all(by, *EDITORS)
