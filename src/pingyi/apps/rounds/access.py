"""Who reads a round and who leads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from pingyi.apps.people.access import has_role, require
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import EDITORS, READERS, Given, OfficeRequest, View, may, page
from pingyi.apps.rounds.enums import OPEN_STATES, ReportState, RoundState
from pingyi.apps.rounds.models import DutyReport, Round, RoundTarget
from pingyi.apps.rounds.queries import PARTIES, own_targets, visible
from pingyi.base.errors import Missing
from pingyi.base.references import Rights

__all__ = [
    "EDITORS",
    "PRESIDERS",
    "READERS",
    "REPORTERS",
    "OfficeRequest",
    "find",
    "list_page",
    "may_edit",
    "member_page",
    "page",
]

PRESIDERS = (Role.ORGANISER, Role.CHAIR)
"""Who leads a meeting."""
REPORTERS = (Role.UNIT_HANDLER, Role.UNIT_HEAD)
"""Who writes the report of their unit."""

RoundView = Callable[Concatenate[OfficeRequest, Round, Given], HttpResponseBase]


def find(account: Account, slug: str) -> Round:
    """Raises ``Missing`` where there is none that the account may see."""
    found = visible(account).select_related("programme", "version").filter(slug=slug).first()
    if found is None:
        raise Missing(_("没有这个评议轮次。"), _("请核对网址，或从轮次列表进入。"))
    return found


def list_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for whoever may see any rounds at all."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        require(request.user, *PARTIES)
        return view(request, *args, **kwargs)

    return inner


def member_page(view: RoundView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on a round for everyone who may see that round."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, slug: str, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, find(request.user, slug), *args, **kwargs)

    return inner


def may_edit(account: Account) -> bool:
    return may(account, *EDITORS)


def report_rights(account: Account | AnonymousUser, target_id: str) -> Rights:
    """Attachments of a duty report: the unit adds and removes until it is handed in; everybody
    who sees the target's affairs reads."""
    target = RoundTarget.objects.select_related("round", "unit").filter(pk=target_id).first()
    if not isinstance(account, Account) or target is None:
        return Rights()
    if not visible(account).filter(pk=target.round_id).exists():
        return Rights()
    if not own_targets(account, target.round).filter(pk=target.pk).exists():
        return Rights()
    writes = writes_report(account, target)
    return Rights(see=True, add=writes, remove=writes)


def writes_report(account: Account, target: RoundTarget) -> bool:
    """May the account write this target's report now?"""
    report = DutyReport.objects.filter(target=target).first()
    if target.round.state not in OPEN_STATES:
        return False
    if report is not None and report.state == ReportState.HANDED_IN:
        return False
    return target.unit is not None and has_role(account, *REPORTERS, unit=target.unit)


def rights_at(by: Account, round_id: str) -> Rights:
    """Attachments of a round: the notice and what comes with it, for everyone who sees the round.
    The organiser adds to them until the archive, and removes them until the notice is out."""
    found = visible(by).filter(pk=round_id).only("state").first()
    if found is None:
        return Rights()
    editor = may_edit(by)
    return Rights(
        see=True,
        add=editor and found.state != RoundState.ARCHIVED,
        remove=editor and found.state == RoundState.DRAFT,
    )
