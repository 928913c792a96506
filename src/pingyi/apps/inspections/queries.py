"""Reading inspections: who sees which, and what comes too close to each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.inspections.enums import TOLD, InspectionState
from pingyi.apps.inspections.models import (
    Conclusion,
    Finding,
    Inspection,
    Member,
    Objection,
    Place,
    Visit,
)
from pingyi.apps.inspections.rules import too_close
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import homes_of, reach_of
from pingyi.base.engagements import Engagement, elsewhere
from pingyi.base.references import Subject

OFFICERS = (Role.ORGANISER, Role.INSPECTOR)
"""Who plans and runs inspections."""
OFFICE = (*OFFICERS, Role.CHECKER)
"""Who reads all of them, and approves."""
OWNERS = (Role.UNIT_HANDLER, Role.UNIT_HEAD)
MEMBERS = (*OWNERS, Role.LEADER)


def of_office(account: Account) -> QuerySet[Inspection]:
    """Those that the office sees whole: all units in them are within reach, and none of them is
    the account's own."""
    reach = reach_of(account, *OFFICE)
    if not reach.everything and not reach.paths:
        return Inspection.objects.none()
    own = Place.objects.filter(homes_of(account).condition("unit__"))
    rows = Inspection.objects.exclude(pk__in=own.values("inspection"))
    if reach.everything:
        return rows
    outside = Place.objects.exclude(reach.condition("unit__"))
    return rows.exclude(pk__in=outside.values("inspection"))


def of_team(account: Account) -> QuerySet[Inspection]:
    """Approved ones in whose teams the account is."""
    mine = Member.objects.filter(account=account).values("inspection")
    return Inspection.objects.filter(pk__in=mine).exclude(state=InspectionState.DRAFTED)


def told_places(account: Account) -> QuerySet[Place]:
    """Visited units of the account that have been told of it: by the circular, or by a visit that
    was open. Of a covert visit they learn from the circular."""
    reach = reach_of(account, *MEMBERS)
    openly = Visit.objects.filter(covert=False).values("place")
    told = Q(inspection__state__in=TOLD) | Q(pk__in=openly)
    return Place.objects.filter(reach.condition("unit__"), told, chosen=True)


def visible(account: Account) -> QuerySet[Inspection]:
    """All that the account may see in some way."""
    keys = (
        of_office(account).values("pk"),
        of_team(account).values("pk"),
        told_places(account).values("inspection"),
    )
    found = Q(pk__in=())
    for some in keys:
        found |= Q(pk__in=some)
    return Inspection.objects.filter(found)


def barred_places(account: Account, inspection: Inspection) -> frozenset[int]:
    """Units of the scope that the account stays away from: its own, and those recorded."""
    homes = homes_of(account).condition("unit__")
    own = inspection.places.filter(homes).values_list("pk", flat=True)
    recorded = inspection.recusals.filter(account=account).values_list("place", flat=True)
    return frozenset({*own, *recorded})


def visits_for(account: Account, inspection: Inspection) -> QuerySet[Visit]:
    """The visits that a member of the team, or the office, sees."""
    barred = barred_places(account, inspection)
    rows = inspection.visits.exclude(place__in=barred).select_related("place", "by")
    return rows.prefetch_related("findings")


def with_numbers(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """With how many units are visited and how many problems were found, for lists."""
    return rows.annotate(
        units=Count("places", filter=Q(places__chosen=True), distinct=True),
        found=Count("visits__findings", distinct=True),
    )


def findings_of(inspection: Inspection) -> QuerySet[Finding]:
    """All findings, by unit and day; ``by_category`` puts them under the plan's categories."""
    rows = Finding.objects.filter(visit__inspection=inspection)
    return rows.select_related("visit__place__unit").order_by(
        "visit__place__unit__path", "visit__day", "place", "pk"
    )


def by_category(
    inspection: Inspection, findings: Iterable[Finding]
) -> list[tuple[str, list[Finding]]]:
    """Findings under the plan's categories, in its order; categories without any are left out."""
    groups: dict[str, list[Finding]] = {name: [] for name in inspection.categories}
    for finding in findings:
        groups.setdefault(finding.category, []).append(finding)
    return [(name, rows) for name, rows in groups.items() if rows]


@dataclass(frozen=True)
class Repeat:
    """A unit that another inspection visits within the window."""

    place: Place
    other: Inspection


def repeats_of(by: Account, inspection: Inspection) -> list[Repeat]:
    """Units of the scope that are visited twice within the window, as far as the account may know
    of the other inspection."""
    mine = {place.unit_id: place for place in inspection.places.all()}
    return list(_repeats(by, inspection, mine))


def _repeats(by: Account, inspection: Inspection, mine: dict[int, Place]) -> Iterator[Repeat]:
    for other in _known_visits(by, mine).exclude(inspection=inspection):
        if too_close(inspection.period, other.inspection.period, inspection.window_months):
            yield Repeat(mine[other.unit_id], other.inspection)


def _known_visits(by: Account, units: Iterable[int]) -> QuerySet[Place]:
    """Units that approved inspections visit, as far as the account may know of these."""
    known = Q(inspection__in=of_office(by).values("pk")) | Q(inspection__state__in=TOLD)
    rows = Place.objects.filter(known, unit__in=units, chosen=True)
    return rows.exclude(inspection__state=InspectionState.DRAFTED).select_related("inspection")


def planned(
    account: Account, units: Collection[int], first: date, last: date
) -> Iterator[Engagement]:
    """Inspections that visit units in some days, for the schedules of other rooms."""
    rows = _known_visits(account, units)
    rows = rows.filter(inspection__starts_on__lte=last, inspection__ends_on__gte=first)
    for place in rows.order_by("inspection__starts_on", "pk"):
        one = place.inspection
        address = reverse("inspections:inspection", args=[one.pk])
        days = (one.starts_on, one.ends_on)
        yield Engagement(place.unit_id, _("督查"), one.title, *days, address)


def elsewhere_of(account: Account, inspection: Inspection) -> list[tuple[Place, list[Engagement]]]:
    """What other rooms plan with units of the scope, in the months of the inspection; once the
    sample is drawn, with those that are visited."""
    places = inspection.places.all()
    drawn = [place for place in places if place.chosen] or list(places)
    period = inspection.period
    units = [place.unit_id for place in drawn]
    found = elsewhere("inspections", account, units, period.start, period.end)
    return [(place, found[place.unit_id]) for place in drawn if place.unit_id in found]


def unvisited(inspection: Inspection) -> QuerySet[Place]:
    """Units to be visited, and not visited yet."""
    been = inspection.visits.values("place")
    return inspection.places.filter(chosen=True).exclude(pk__in=been)


def pending_objections(account: Account) -> QuerySet[Objection]:
    """Objections on which nobody has decided, within the account's office."""
    rows = Objection.objects.filter(
        outcome="", conclusion__place__inspection__in=of_office(account).values("pk")
    )
    return rows.select_related("conclusion__place__inspection")


def open_conclusions(account: Account) -> QuerySet[Conclusion]:
    """Sent to units for which the account acts, which have not objected."""
    reach = reach_of(account, *OWNERS)
    units = Unit.objects.filter(reach.condition()).values("pk")
    rows = Conclusion.objects.filter(place__unit__in=units, sent_on__isnull=False)
    return rows.filter(objection=None).select_related("place__inspection")


def find_inspection(key: str) -> Subject | None:
    """The inspection that a reference leads to."""
    found = Inspection.objects.filter(pk=key).first() if key.isdecimal() else None
    return (
        Subject(found.title, reverse("inspections:inspection", args=[found.pk])) if found else None
    )


def find_finding(key: str) -> Subject | None:
    """The finding that a reference leads to."""
    try:
        found = Finding.objects.select_related("visit").filter(pk=key).first()
    except ValidationError:
        return None
    if found is None:
        return None
    address = reverse("inspections:finding", args=[found.visit.inspection_id, found.pk])
    return Subject(found.text, address)
