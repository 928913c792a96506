"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from pingyi.apps.ledger.enums import OPEN, OVER, EntryState, ExtensionState
from pingyi.apps.ledger.models import Campaign, Entry, Extension, Milestone, SavedView, Support
from pingyi.apps.ledger.rules import Part, Standing
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import homes_of, reach_of
from pingyi.base.days import Calendar, Due, TermUnit
from pingyi.base.references import Reference, Subject
from pingyi.base.terms import due_after

SUPERVISORS = (Role.ORGANISER, Role.CHECKER, Role.INSPECTOR)
OWNERS = (Role.UNIT_HANDLER, Role.UNIT_HEAD)
MEMBERS = (*OWNERS, Role.LEADER)
AT_A_TIME = 500
"""Keys asked for in one statement."""


def visible(account: Account) -> QuerySet[Entry]:
    """The entries that an account may see: all for those who supervise everything; else those
    led or helped with by the units within its reach."""
    if reach_of(account, *SUPERVISORS).everything:
        return Entry.objects.all()
    return of_units(Unit.objects.filter(reach_of(account, *SUPERVISORS, *MEMBERS).condition()))


def of_units(units: QuerySet[Unit]) -> QuerySet[Entry]:
    """Entries that one of the units leads or helps with."""
    keys = _keys(units)
    helped = Support.objects.filter(unit__in=keys).values("entry")
    return Entry.objects.filter(Q(lead_unit__in=keys) | Q(pk__in=helped))


def _keys(rows: QuerySet[Any], name: str = "pk") -> Any:
    """Keys for an ``IN``: written out where they are few, since databases then look them up in an
    index instead of going through all entries."""
    found = list(rows.order_by().values_list(name, flat=True)[: AT_A_TIME + 1])
    return found if len(found) <= AT_A_TIME else rows.values(name)


def own(account: Account) -> QuerySet[Entry]:
    """Entries of the units for which the account acts."""
    return of_units(Unit.objects.filter(reach_of(account, *OWNERS).condition()))


def to_do(account: Account) -> QuerySet[Entry]:
    """Entries with which the account has to do something as their unit."""
    waiting = (EntryState.REGISTERED, EntryState.ACCEPTED, EntryState.RECTIFYING)
    units = Unit.objects.filter(reach_of(account, *OWNERS).condition())
    return Entry.objects.filter(lead_unit__in=_keys(units), state__in=waiting)


def to_supervise(account: Account) -> QuerySet[Entry]:
    """Entries that wait for somebody who supervises them."""
    waiting = (EntryState.RETURNED, EntryState.APPLIED, EntryState.VERIFIED)
    rows = supervised(account)
    asked = _keys(Extension.objects.filter(state=ExtensionState.APPLIED), "entry")
    unassigned = Q(state=EntryState.REGISTERED, lead_unit=None)
    return rows.filter(Q(state__in=waiting) | Q(pk__in=asked) | unassigned)


def supervised(account: Account) -> QuerySet[Entry]:
    """Entries over which the account has a say."""
    reach = reach_of(account, *SUPERVISORS)
    if reach.everything:
        return Entry.objects.all()
    units = Unit.objects.filter(reach.condition())
    return Entry.objects.filter(lead_unit__in=_keys(units))


def belongs(account: Account, entry: Entry) -> bool:
    """Is the account of a responsible unit?"""
    lead = (entry.lead_unit,) if entry.lead_unit is not None else ()
    return belongs_to(account, (*lead, *entry.support_units.all()))


def belongs_to(account: Account, units: Iterable[Unit]) -> bool:
    """Is the account of one of the units?"""
    homes = homes_of(account)
    return any(homes.cover(unit) for unit in units)


def standing_of(entry: Entry, milestones: Iterable[Milestone]) -> Standing:
    """What the lights look at."""
    return Standing(
        registered=entry.registered_on,
        claimed=entry.claimed_on,
        due=entry.due_on,
        progress=entry.progress,
        moved=entry.moved_on,
        parts=tuple(Part(one.due_on, one.weight) for one in milestones),
    )


def due_anew(entry: Entry, calendar: Calendar | None = None) -> Due | None:
    """When the term ends by the calendar as it stands now; None for a day that was named."""
    if entry.due_start is None or entry.due_amount is None or not entry.due_unit:
        return None
    return due_after(entry.due_start, entry.due_amount, TermUnit(entry.due_unit), calendar)


def moved_by_calendar(entries: QuerySet[Entry], calendar: Calendar) -> list[tuple[Entry, Due]]:
    """Open entries whose last day would be another by the calendar as it stands now."""
    rows = entries.filter(state__in=OPEN, due_amount__isnull=False).select_related("lead_unit")
    counted = ((entry, due_anew(entry, calendar)) for entry in rows.order_by("due_on", "pk"))
    return [(entry, due) for entry, due in counted if due is not None and due.day != entry.due_on]


def entered(references: Iterable[Reference]) -> dict[Reference, Entry]:
    """The entries of some findings that are in the ledger already."""
    wanted = set(references)
    found: dict[Reference, Entry] = {}
    for kind in {one.kind for one in wanted}:
        ids = sorted(one.id for one in wanted if one.kind == kind)
        for start in range(0, len(ids), AT_A_TIME):
            some = ids[start : start + AT_A_TIME]
            for row in Entry.objects.filter(source_kind=kind, source_id__in=some):
                found[Reference(row.source_kind, row.source_id)] = row
    return found


def overdue(day: date | None = None) -> Q:
    """A filter: past the last day, and not over."""
    return Q(due_on__lt=day or timezone.localdate(), state__in=OPEN)


def orphaned() -> Q:
    """A filter: open, and the unit that leads is no more."""
    gone = Unit.objects.filter(abolished_on__isnull=False)
    return Q(lead_unit__in=_keys(gone), state__in=OPEN)


def look_backs_due(day: date | None = None) -> Q:
    """A filter: closed, and the time for a second look has come. What isn't closed has no such day;
    asking for the state as well would lead databases past the day's index."""
    return Q(look_back_on__lte=day or timezone.localdate())


def running() -> QuerySet[Campaign]:
    return Campaign.objects.filter(ended=False)


def with_numbers() -> QuerySet[Campaign]:
    """Campaigns with how many entries they have, and how many are not over."""
    left = ~Q(entries__state__in=OVER) & Q(entries__isnull=False)
    return Campaign.objects.annotate(all=Count("entries"), left=Count("entries", filter=left))


def saved_views(account: Account) -> QuerySet[SavedView]:
    return SavedView.objects.filter(account=account)


def find_subject(entry_id: str) -> Subject | None:
    """The entry that a reference leads to."""
    found = Entry.objects.filter(pk=entry_id).first() if entry_id.isdecimal() else None
    return Subject(str(found), reverse("ledger:entry", args=[found.number])) if found else None
