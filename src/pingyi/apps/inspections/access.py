"""Who runs an inspection, who visits, and what the inspected units see of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Finding, Inspection, Place
from pingyi.apps.inspections.queries import (
    MEMBERS,
    OFFICE,
    OFFICERS,
    OWNERS,
    barred_places,
    of_office,
    told_places,
    visible,
)
from pingyi.apps.ledger.access import guarded
from pingyi.apps.people.access import has_role, require, require_another
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import homes_of, reach_of
from pingyi.apps.polls.access import Given, OfficeRequest, View
from pingyi.base.errors import Missing, Refused
from pingyi.base.references import Rights

__all__ = [
    "OfficeRequest",
    "find",
    "find_finding",
    "inspection_page",
    "list_page",
    "may_plan",
    "office_page",
    "officer_page",
    "require_another",
    "require_approver",
    "require_officer",
    "require_owner",
    "require_units",
    "require_visitor",
    "sides",
]

InspectionView = Callable[Concatenate[OfficeRequest, Inspection, Given], HttpResponseBase]


def find(account: Account, pk: int) -> Inspection:
    """Raises ``Missing`` where there is none that the account may see in some way."""
    found = visible(account).select_related("author", "approved_by").filter(pk=pk).first()
    if found is None:
        raise _nothing()
    return found


def find_finding(account: Account, inspection: Inspection, key: UUID) -> Finding:
    """Raises ``Missing`` for units, and for members that stay away from the place."""
    rows = Finding.objects.filter(visit__inspection=inspection, pk=key)
    found = rows.select_related("visit__place", "visit__by").first()
    if found is None or not _reads_visits(account, inspection, found.visit.place_id):
        raise Missing(_("没有找到这个问题。"), _("请从督查进入。"))
    return found


def _reads_visits(account: Account, inspection: Inspection, place_id: int) -> bool:
    inside = {"office", "team"} & sides(account, inspection)
    return bool(inside) and place_id not in barred_places(account, inspection)


def sides(account: Account, inspection: Inspection) -> frozenset[str]:
    """On which sides of the inspection the account stands: officer (runs it), office (reads it and
    may approve), team, unit."""
    found = set()
    if of_office(account).filter(pk=inspection.pk).exists():
        found.add("office")
        if _covers(account, inspection):
            found.add("officer")
    member = inspection.members.filter(account=account).exists()
    if member and inspection.state != InspectionState.DRAFTED:
        found.add("team")
    if told_places(account).filter(inspection=inspection).exists():
        found.add("unit")
    return frozenset(found)


def _covers(account: Account, inspection: Inspection) -> bool:
    reach = reach_of(account, *OFFICERS)
    return all(reach.covers(place.unit) for place in inspection.places.select_related("unit"))


def require_units(by: Account, units: Sequence[Unit]) -> None:
    """To plan an inspection of these units. Raises ``Refused`` for whoever is of one of them."""
    for unit in units:
        require(by, *OFFICERS, unit=unit)
    homes = homes_of(by)
    own = next((unit for unit in units if homes.cover(unit)), None)
    if own is not None:
        raise Refused(
            _("您是%(unit)s的人员，不能组织对它的督查。") % {"unit": own.title},
            _("请由其他同志办理，或把这个单位移出范围。"),
        )


def require_officer(by: Account, inspection: Inspection) -> None:
    """To run it."""
    places = inspection.places.select_related("unit")
    require_units(by, [place.unit for place in places])


def require_approver(by: Account, inspection: Inspection) -> None:
    """To approve the plan, to issue the circular, to decide on objections."""
    if "office" not in sides(by, inspection):
        raise Refused(
            _("批准、印发和复核由督查机关的其他同志办理。"),
            _("请由有权限、不属于被督查单位的同志办理。"),
        )


def require_visitor(by: Account, inspection: Inspection, place: Place) -> None:
    """To visit a unit: somebody of a team who doesn't stay away from it."""
    if not inspection.members.filter(account=by).exists():
        raise Refused(_("走访由督导组成员办理。"), _("请由组织督查的同志把您列入督导组。"))
    if place.pk in barred_places(by, inspection):
        raise Refused(_("您须回避%(unit)s。") % {"unit": place.title}, _("请由组内其他成员走访。"))


def require_owner(by: Account, place: Place) -> None:
    """To object for a unit."""
    require(by, *OWNERS, unit=place.unit)


def may_read(account: Account | AnonymousUser) -> bool:
    return has_role(account, *OFFICE, *MEMBERS) or _is_member(account)


def _is_member(account: Account | AnonymousUser) -> bool:
    return isinstance(account, Account) and visible(account).exists()


def may_plan(account: Account | AnonymousUser) -> bool:
    return has_role(account, *OFFICERS)


def list_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """For whoever may see any inspection at all."""
    return guarded(view, OFFICE, may_read)


def officer_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """For those who plan inspections."""
    return guarded(view, OFFICERS, may_plan)


def inspection_page(view: InspectionView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on an inspection for everyone who sees anything of it."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, pk: int, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, find(request.user, pk), *args, **kwargs)

    return inner


def office_page(view: InspectionView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on an inspection for the office and the team. For others it isn't there."""

    @wraps(view)
    def inner(
        request: OfficeRequest, inspection: Inspection, /, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        if not {"office", "team"} & sides(request.user, inspection):
            raise _nothing()
        return view(request, inspection, *args, **kwargs)

    return inspection_page(inner)


def _nothing() -> Missing:
    return Missing(_("没有找到这项督查。"), _("请从督查列表进入。"))


def inspection_rights(by: Account, key: str) -> Rights:
    """Papers of an inspection: the office adds, the team reads."""
    found = Inspection.objects.filter(pk=key).first()
    if found is None:
        return Rights()
    on = sides(by, found)
    return Rights(see=bool({"office", "team"} & on), add="officer" in on, remove="officer" in on)


def finding_rights(by: Account, key: str) -> Rights:
    """Evidence of a finding: whoever sees the visit; added and removed while it runs."""
    found = Finding.objects.select_related("visit__inspection").filter(pk=key).first()
    if found is None or not _reads_visits(by, found.visit.inspection, found.visit.place_id):
        return Rights()
    works = (
        found.visit.inspection.state == InspectionState.RUNNING
        and found.visit.inspection.members.filter(account=by).exists()
    )
    return Rights(see=True, add=works, remove=works)
