"""Each day all lights anew, and whoever is to be urged. Worked out from the day alone: a day that
was missed is made up for by the next, and a second run finds nothing left to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import relight
from pingyi.apps.ledger.enums import OPEN, UrgeTo
from pingyi.apps.ledger.models import Entry, Sweep, Urge
from pingyi.apps.ledger.rules import urges_reached
from pingyi.apps.ledger.telling import listeners
from pingyi.apps.notices.actions import tell
from pingyi.apps.people.models import Account
from pingyi.base import audit
from pingyi.base.references import Reference

AT_A_TIME = 1_000
FROM_HOUR = 1
"""Not in the first hour: a clock that is a little fast must not begin the day twice."""


def tick(now: datetime) -> Sweep | None:
    """The sweep of the day, once."""
    here = timezone.localtime(now)
    if here.hour < FROM_HOUR or Sweep.objects.filter(day=here.date()).exists():
        return None
    return sweep(here.date())


def sweep(today: date) -> Sweep:
    """All open entries as they stand that day; then one digest to everybody who is urged."""
    number = 0
    for entries in _batches():
        number += len(entries)
        with transaction.atomic():
            _light(entries, today)
            _urge(entries, today)
    urged = _tell_digests(today)
    made, new = Sweep.objects.get_or_create(day=today, defaults={"entries": number, "urged": urged})
    if new:
        audit.record(by=None, verb="ledger.sweep.done", subject=None, day=today, entries=number)
    return made


def _batches() -> Iterator[list[Entry]]:
    last = 0
    while True:
        rows = Entry.objects.filter(state__in=OPEN, pk__gt=last).select_related("campaign")
        found = list(rows.order_by("pk")[:AT_A_TIME])
        if not found:
            return
        prefetch_related_objects(found, "milestones")
        yield found
        last = found[-1].pk


def _light(entries: Iterable[Entry], today: date) -> None:
    changed = []
    for entry in entries:
        before = (entry.light, entry.light_kind, entry.light_number)
        relight(entry, today)
        if before != (entry.light, entry.light_kind, entry.light_number):
            changed.append(entry)
    Entry.objects.bulk_update(changed, ("light", "light_kind", "light_number"))


def _urge(entries: Iterable[Entry], today: date) -> None:
    reached = [
        Urge(entry=entry, to=rule.to, due_on=entry.due_on, reached_on=on)
        for entry in entries
        if entry.due_on is not None and entry.lead_unit_id is not None
        for rule, on in urges_reached(entry.campaign.urge_rules, entry.due_on, today)
    ]
    Urge.objects.bulk_create(reached, ignore_conflicts=True)


def _tell_digests(today: date) -> int:
    """One notice a day to each account, however many entries it is urged about."""
    rows = Urge.objects.filter(by=None, reached_on__lte=today, told=False)
    due: dict[int, Counter[str]] = defaultdict(Counter)
    accounts: dict[int, Account] = {}
    known: dict[tuple[int, str], list[Account]] = {}
    found = list(rows.select_related("entry__lead_unit"))
    for urge in found:
        unit = urge.entry.lead_unit
        if unit is None or urge.entry.state not in OPEN:
            continue
        key = (unit.pk, urge.to)
        if key not in known:
            known[key] = listeners(unit, UrgeTo(urge.to))
        late = "late" if urge.due_on is not None and urge.due_on < today else "soon"
        for account in known[key]:
            accounts[account.pk] = account
            due[account.pk][late] += 1
    for pk, counts in due.items():
        with translation.override("zh-hans"):
            title = _("台账催办：%(soon)s项将到期，%(late)s项已逾期") % {
                "soon": counts["soon"],
                "late": counts["late"],
            }
        tell(
            by=None,
            accounts=[accounts[pk]],
            kind="ledger.digest",
            title=title,
            reference=Reference("ledger.digest", today.isoformat()),
            address=reverse("ledger:index") + "?view=urgent",
            urgent=True,
        )
    Urge.objects.filter(pk__in=[urge.pk for urge in found]).update(told=True)
    return len(due)
