"""How every change to an entry is made: locked, against the version seen, lit anew, told of."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import OPEN, EntryState, Light
from pingyi.apps.ledger.models import Campaign, Entry, Serial
from pingyi.apps.ledger.queries import standing_of
from pingyi.apps.ledger.rules import light_of, numbered
from pingyi.apps.ledger.workflow import ENTRY
from pingyi.apps.people.models import Account
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import changed_meanwhile

TITLES: dict[str, object] = dict(EntryState.choices)


def locked(entry: Entry, seen: int | None = None) -> Entry:
    """The entry as it stands, kept from others until the transaction ends. Raises ``Stale`` where
    it isn't the version ``seen`` any more."""
    rows = Entry.objects.select_for_update(of=("self",))
    found = rows.select_related("campaign", "lead_unit", "supervisor").get(pk=entry.pk)
    if seen is not None and found.version != seen:
        raise changed_meanwhile("ledger.entry", found.pk)
    return found


def go(entry: Entry, verb: str) -> str:
    """The state to which a verb leads. Raises ``Conflict`` where it isn't possible."""
    return ENTRY.go(entry.state, verb, TITLES)


def keep(entry: Entry, *, by: Account, verb: str, note: object = "", **facts: Any) -> Entry:
    """Save what was changed, as a new version, with its light, and write it into the log."""
    entry.version += 1
    relight(entry)
    entry.save()
    said = {"note": str(note)} if note else {}
    audit.record(by=by, verb=f"ledger.entry.{verb}", subject=entry, **facts, **said)
    return entry


def relight(entry: Entry, today: date | None = None) -> None:
    """Its light of today, or of a day."""
    if entry.state not in OPEN:
        entry.light = Light.GREEN if entry.state == EntryState.CLOSED else Light.NONE
        entry.light_kind, entry.light_number = "", None
        return
    milestones = entry.milestones.all() if entry.pk else ()
    standing = standing_of(entry, milestones)
    light, why = light_of(entry.campaign.light_rules, standing, today or timezone.localdate())
    entry.light = light
    entry.light_kind, entry.light_number = (why.kind, why.number) if why else ("", None)


def next_numbers(how_many: int, year: int) -> list[str]:
    """Numbers that nobody else gets. Inside a transaction."""
    Serial.objects.get_or_create(year=year)
    serial = Serial.objects.select_for_update().get(year=year)
    first = serial.last + 1
    serial.last += how_many
    serial.save()
    return [numbered(year, number) for number in range(first, first + how_many)]


def needed(text: str, what: object, field: str) -> str:
    """The text, stripped. Raises ``Invalid`` where there is none."""
    if not text.strip():
        raise Invalid(what, field=field)
    return text.strip()


def running(campaign: Campaign) -> Campaign:
    """The campaign, if it goes on. Raises ``Conflict``."""
    found = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if found.ended:
        raise Conflict(_("专项“%(title)s”已结束，不能再挂账。") % {"title": found.title})
    return found
