"""Who supervises an entry, whose it is, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import OVER, WORKING, EntryState
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import MEMBERS, OWNERS, SUPERVISORS, belongs, visible
from pingyi.apps.people.access import has_role, require, require_another, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.polls.access import Given, OfficeRequest, View, page
from pingyi.base.doors import guard
from pingyi.base.errors import Missing, Refused
from pingyi.base.references import Rights

__all__ = [
    "OWNERS",
    "READERS",
    "REGISTRARS",
    "SUPERVISORS",
    "OfficeRequest",
    "entry_page",
    "find",
    "guarded",
    "importer_page",
    "list_page",
    "may_register",
    "may_supervise",
    "owns",
    "registers",
    "registrar_page",
    "require_another",
    "require_owner",
    "require_registrar",
    "require_supervisor",
    "sides",
    "supervises",
]

REGISTRARS = (Role.ORGANISER, Role.INSPECTOR)
"""Who puts things into the ledger and gives them to units."""
READERS = (*SUPERVISORS, *MEMBERS)

EntryView = Callable[Concatenate[OfficeRequest, Entry, Given], HttpResponseBase]


def find(account: Account, number: str) -> Entry:
    """Raises ``Missing`` where there is none that the account may see."""
    rows = visible(account).select_related("campaign", "lead_unit", "leader", "supervisor")
    found = rows.filter(number=number).first()
    if found is None:
        raise Missing(_("没有找到这个事项。"), _("请核对编号，或从台账进入。"))
    return found


def supervises(account: Account | AnonymousUser, entry: Entry) -> bool:
    """May the account supervise this entry? Never its own unit's."""
    if not isinstance(account, Account):
        return False
    if entry.lead_unit is None:
        return reach_of(account, *SUPERVISORS).everything
    return has_role(account, *SUPERVISORS, unit=entry.lead_unit) and not belongs(account, entry)


def registers(account: Account | AnonymousUser, entry: Entry) -> bool:
    """May the account give this entry to units, correct and urge it?"""
    return supervises(account, entry) and (
        reach_of(account, *REGISTRARS).everything
        if entry.lead_unit is None
        else has_role(account, *REGISTRARS, unit=entry.lead_unit)
    )


def owns(account: Account | AnonymousUser, entry: Entry) -> bool:
    """Does the account act for the unit that leads?"""
    return entry.lead_unit is not None and has_role(account, *OWNERS, unit=entry.lead_unit)


def sides(account: Account, entry: Entry) -> frozenset[str]:
    """On which sides of the entry the account stands."""
    found = set()
    if owns(account, entry):
        found.add("owner")
    if registers(account, entry):
        found.add("registrar")
    if supervises(account, entry):
        found.add("supervisor")
    return frozenset(found)


def require_registrar(by: Account, entry: Entry) -> None:
    """To give an entry to a unit, to correct, split, merge or urge it."""
    if entry.lead_unit is None:
        require_for_all(by, *REGISTRARS)
    else:
        require(by, *REGISTRARS, unit=entry.lead_unit)
    _not_its_own(by, entry)


def require_supervisor(by: Account, entry: Entry) -> None:
    """To verify, close, rule on an extension, look back. Raises ``Refused`` for whoever is of a
    responsible unit: no unit closes its own entry."""
    if entry.lead_unit is None:
        require_for_all(by, *SUPERVISORS)
    else:
        require(by, *SUPERVISORS, unit=entry.lead_unit)
    _not_its_own(by, entry)


def require_owner(by: Account, entry: Entry) -> None:
    """To claim, plan, report and apply."""
    if not owns(by, entry):
        raise Refused(
            _("这个事项由牵头单位的经办人或主要负责人办理。"),
            _("请由牵头单位办理，或由督办人改派。"),
        )


def _not_its_own(by: Account, entry: Entry) -> None:
    if belongs(by, entry):
        raise Refused(
            _("责任单位不能对自己的事项作督办、审批、验收或销号。"),
            _("请由责任单位以外的督办人员办理。"),
        )


def may_read(account: Account | AnonymousUser) -> bool:
    return has_role(account, *READERS)


def may_register(account: Account | AnonymousUser) -> bool:
    return has_role(account, *REGISTRARS)


def may_supervise(account: Account | AnonymousUser) -> bool:
    return has_role(account, *SUPERVISORS)


def list_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for whoever may see any entries at all."""
    return guarded(view, READERS, may_read)


def registrar_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for those who put things into the ledger."""
    return guarded(view, REGISTRARS, may_register)


importer_page = page(*REGISTRARS)
"""A page for those who bring whole ledgers in: a table may name any unit."""


def guarded(
    view: View[Given], roles: Sequence[Role], check: Callable[[Account], bool]
) -> Callable[..., HttpResponseBase]:
    """A page for whom ``check`` lets in, as it also tells of a link; others are refused for want
    of one of the roles."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        if not check(request.user):
            require(request.user, *roles)
        return view(request, *args, **kwargs)

    guard(inner, check)
    return inner


def entry_page(view: EntryView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on an entry for everyone who may see it."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, number: str, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, find(request.user, number), *args, **kwargs)

    return inner


def rights_at(by: Account, entry_id: str) -> Rights:
    """Evidence of an entry: whoever sees it reads; its unit and those who supervise add until it
    is over. The unit removes while it is at work: what was applied with stays."""
    found = visible(by).select_related("lead_unit").filter(pk=entry_id).first()
    if found is None:
        return Rights()
    open_ = found.state not in (*OVER, EntryState.SUSPENDED)
    adds = open_ and (owns(by, found) or supervises(by, found))
    return Rights(see=True, add=adds, remove=found.state in WORKING and owns(by, found))
