"""A ledger brought in from a table: uploaded and planned, looked at, then committed whole or not at
all. It enters new entries and corrects the words of those that are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import REGISTRARS
from pingyi.apps.ledger.actions.entries import hand_to, in_charge_of
from pingyi.apps.ledger.actions.keeping import next_numbers, relight, running
from pingyi.apps.ledger.enums import EntryKind, EntryState
from pingyi.apps.ledger.models import Campaign, Entry, EntryDraft, Support
from pingyi.apps.ledger.queries import AT_A_TIME
from pingyi.apps.ledger.sheets.planning import WORDS, PlannedEntry, plan_entries
from pingyi.apps.ledger.sheets.table import OWN, table_of
from pingyi.apps.ledger.telling import tell_assigned
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.models import Account
from pingyi.base import audit, drafts
from pingyi.base.days import Calendar, TermUnit
from pingyi.base.drafts import RowState
from pingyi.base.sheets.columns import CLEAR
from pingyi.base.sheets.reading import read_table
from pingyi.base.terms import due_after, load_calendar

FULL = 100
_WRITTEN = ("title", "text", "kind", "category", "source_title", "extra", "version")


@dataclass(frozen=True)
class Outcome:
    """What a commit did."""

    new: int
    changed: int
    skipped: int


@transaction.atomic
def upload_entries(
    *, by: Account, campaign: Campaign, file_name: str, content: bytes
) -> EntryDraft:
    """Read a file and plan what it would change. Writes nothing but the draft."""
    require_for_all(by, *REGISTRARS)
    campaign = running(campaign)
    sheet = read_table(content, file_name, table_of(campaign))
    drafts.forget_old(EntryDraft.objects.all())
    draft = EntryDraft.objects.create(
        campaign=campaign,
        file_name=drafts.kept_name(file_name),
        content=content,
        heading_row=sheet.heading_row,
        columns=sheet.places,
        made_by=by,
    )
    planned = plan_entries(drafts.copies(sheet.rows), campaign, by)
    drafts.keep_rows(draft, sheet.rows, planned, _seen)
    return draft


def _seen(plan: PlannedEntry) -> dict[str, Any]:
    return {"seen": plan.seen}


def find_draft(*, by: Account, pk: int) -> EntryDraft:
    """A draft of one's own. Raises ``Conflict`` where it is gone (or another's)."""
    require_for_all(by, *REGISTRARS)
    draft: EntryDraft = drafts.find_own(EntryDraft.objects.select_related("campaign"), by, pk)
    return draft


def _open(by: Account, draft: EntryDraft) -> EntryDraft:
    require_for_all(by, *REGISTRARS)
    found: EntryDraft = drafts.find_open(EntryDraft.objects.all(), by, draft.pk)
    return found


@transaction.atomic
def plan_again(*, by: Account, draft: EntryDraft) -> EntryDraft:
    """Work out the preview anew from the ledger as it is now."""
    draft = _open(by, draft)
    rows = drafts.rows_as_read(draft.rows.all())
    planned = plan_entries(drafts.copies(rows), draft.campaign, by)
    drafts.keep_rows(draft, rows, planned, _seen)
    return draft


@transaction.atomic
def discard_draft(*, by: Account, draft: EntryDraft) -> None:
    """Throw the draft away."""
    _open(by, draft).delete()


def marked_file(*, by: Account, draft: EntryDraft) -> tuple[str, bytes]:
    """Name and content of the uploaded file with its mistakes marked."""
    found = find_draft(by=by, pk=draft.pk)
    return drafts.marked_file(found, table_of(found.campaign))


@transaction.atomic
def commit_entries(*, by: Account, draft: EntryDraft, skip_errors: bool = False) -> Outcome:
    """Do what the preview showed. The campaign is kept from others meanwhile, so that a table
    brought in twice at once is entered once.

    Raises ``Conflict`` where there are errors that nobody agreed to skip, and for entries that
    somebody has changed since the preview.
    """
    draft = _open(by, draft)
    campaign = running(draft.campaign)
    kept = list(draft.rows.all())
    rows = drafts.rows_as_read(kept)
    _lock(row.get("number") for row in rows)
    planned = plan_entries(rows, campaign, by)
    drafts.require_same(kept, planned, _seen)
    wrong = sum(plan.state == RowState.ERROR for plan in planned)
    drafts.require_agreed(wrong, skip_errors)
    new = [plan for plan in planned if plan.state == RowState.NEW]
    changed = [plan for plan in planned if plan.state == RowState.CHANGED]
    if not new and not changed:
        raise drafts.nothing_to_do()
    _audit(by, draft, len(new), len(changed), wrong)
    made = _enter(by, campaign, draft, new)
    _correct(by, draft, changed)
    draft.committed_at = timezone.now()
    draft.save(update_fields=["committed_at"])
    tell_assigned(by, [one for one in made if one.state == EntryState.REGISTERED])
    return Outcome(len(new), len(changed), wrong)


def _lock(numbers: Iterable[str]) -> None:
    wanted = sorted({number for number in numbers if number})
    for start in range(0, len(wanted), AT_A_TIME):
        rows = Entry.objects.filter(number__in=wanted[start : start + AT_A_TIME]).order_by("pk")
        list(rows.select_for_update().values_list("pk"))


def _audit(by: Account, draft: EntryDraft, new: int, changed: int, wrong: int) -> None:
    audit.record(
        by=by,
        verb="ledger.entries.imported",
        subject=draft,
        sha256=hashlib.sha256(bytes(draft.content)).hexdigest(),
        new=new,
        changed=changed,
        skipped=wrong,
    )


def _enter(
    by: Account, campaign: Campaign, draft: EntryDraft, plans: Sequence[PlannedEntry]
) -> list[Entry]:
    today = timezone.localdate()
    leaders = in_charge_of({plan.unit.pk: plan.unit for plan in plans if plan.unit}.values())
    calendar = load_calendar()
    made = []
    for number, plan in zip(next_numbers(len(plans), today.year), plans, strict=True):
        entry = _entry(by, campaign, plan, number, today)
        _look_again(entry, calendar, today)
        leader = leaders.get(plan.unit.pk) if plan.unit else None
        hand_to(entry, plan.unit, plan.text("person_name"), leader)
        relight(entry, today)
        made.append(entry)
    Entry.objects.bulk_create(made, batch_size=AT_A_TIME)
    Support.objects.bulk_create(
        (
            Support(entry=entry, unit=unit, title=unit.title)
            for entry, plan in zip(made, plans, strict=True)
            for unit in plan.supports
        ),
        batch_size=AT_A_TIME,
    )
    audit.record_all(
        by=by,
        verb="ledger.entry.imported",
        told=[
            (entry, {"note": _note(draft, plan, entry)})
            for entry, plan in zip(made, plans, strict=True)
        ],
    )
    return made


def _look_again(entry: Entry, calendar: Calendar, today: date) -> None:
    """When what came in closed is looked at again, unless that day is over."""
    months = entry.campaign.look_back_months
    if entry.closed_on and months:
        again = due_after(entry.closed_on, months, TermUnit.MONTHS, calendar).day
        entry.look_back_on = again if again >= today else None


def _entry(by: Account, campaign: Campaign, plan: PlannedEntry, number: str, today: date) -> Entry:
    state = EntryState(plan.text("state") or EntryState.REGISTERED)
    registered, closed, due = (plan.day(key) for key in ("registered_on", "closed_on", "due_on"))
    begun = registered or today
    return Entry(
        number=number,
        campaign=campaign,
        kind=plan.text("kind") or EntryKind.PROBLEM,
        title=plan.text("title"),
        text=plan.text("text"),
        category=plan.text("category"),
        state=state,
        source_title=plan.text("source_title"),
        supervisor=by,
        measures=plan.text("measures"),
        registered_on=begun,
        claimed_on=None if state == EntryState.REGISTERED else begun,
        due_on=due,
        due_words=_("导入时指定的日期。") if due else "",
        progress=FULL if closed else int(plan.text("progress") or 0),
        moved_on=closed or today,
        closed_on=closed,
        extra=_own_of(plan, {}),
    )


def _own_of(plan: PlannedEntry, before: dict[str, Any]) -> dict[str, Any]:
    """The campaign's own columns: an empty cell leaves what is there."""
    found = dict(before)
    for key, cell in plan.row.cells.items():
        if key.startswith(OWN):
            name = key.removeprefix(OWN)
            if cell == CLEAR:
                found.pop(name, None)
            elif cell:
                found[name] = cell
    return found


def _note(draft: EntryDraft, plan: PlannedEntry, entry: Entry) -> str:
    words = _("“%(file)s”第%(row)s行") % {"file": draft.file_name, "row": plan.row.number}
    if entry.state == EntryState.CLOSED:
        words += "；" + _("导入时已销号，未在本系统验收")
    return words


def _correct(by: Account, draft: EntryDraft, plans: Sequence[PlannedEntry]) -> None:
    entries = []
    for plan in plans:
        entry: Entry = plan.subject
        for key, _before, after in plan.changes:
            if key in WORDS:
                setattr(entry, key, after)
        entry.extra = _own_of(plan, entry.extra)
        entry.version += 1
        entries.append(entry)
    Entry.objects.bulk_update(entries, _WRITTEN, batch_size=AT_A_TIME)
    told = [(plan.subject, {"changes": plan.changes, "note": draft.file_name}) for plan in plans]
    audit.record_all(by=by, verb="ledger.entry.edited", told=told)
