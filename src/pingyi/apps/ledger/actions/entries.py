"""Putting things into the ledger, giving them to units, splitting and merging them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import REGISTRARS, require_registrar
from pingyi.apps.ledger.actions.due import NO_TERM, Term, set_facts, set_term, usual_facts
from pingyi.apps.ledger.actions.keeping import (
    go,
    keep,
    locked,
    needed,
    next_numbers,
    relight,
    running,
)
from pingyi.apps.ledger.enums import EntryKind, EntryState
from pingyi.apps.ledger.models import Campaign, Entry, Support
from pingyi.apps.ledger.queries import AT_A_TIME, due_anew, entered
from pingyi.apps.ledger.telling import tell_assigned
from pingyi.apps.people.access import require, require_for_all
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.units import leaders_of
from pingyi.base import audit
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import day as shown
from pingyi.base.references import Reference
from pingyi.base.terms import derivation

MOST_PARTS = 20
LONGEST = 300


@dataclass(frozen=True)
class Owner:
    """Whose an entry is: the unit that leads, those that help, and who answers for it. Without a
    leader, it is who is in charge of the unit today."""

    unit: Unit
    supports: Sequence[Unit] = ()
    person_name: str = ""
    leader: Person | None = None


@dataclass(frozen=True)
class Facts:
    """What an entry says, beside whose it is."""

    title: str
    text: str = ""
    kind: EntryKind = EntryKind.PROBLEM
    category: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something that was found elsewhere and is to be entered: where, what, and whose it is."""

    kind: str
    id: str
    origin: str
    """Where it is from, in words."""
    facts: Facts
    unit: Unit | None = None


def assigned_to(
    entry: Entry, unit: Unit | None, person_name: str = "", leader: Person | None = None
) -> None:
    """Whose the entry is, by the names of today; without a leader, who is in charge today."""
    if leader is None and unit is not None:
        leader = in_charge_of([unit]).get(unit.pk)
    hand_to(entry, unit, person_name, leader)


def hand_to(entry: Entry, unit: Unit | None, person_name: str, leader: Person | None) -> None:
    """The same with the leader known."""
    entry.lead_unit = unit
    entry.lead_title = unit.title if unit else ""
    entry.person_name = person_name.strip()
    entry.leader = leader
    entry.leader_name = leader.name if leader else ""


def in_charge_of(units: Iterable[Unit]) -> dict[int, Person]:
    """Unit id → who is in charge of it today."""
    return {key: charges[0].leader for key, charges in leaders_of(units).items() if charges}


def _new(by: Account, campaign: Campaign, facts: Facts, number: str) -> Entry:
    today = timezone.localdate()
    title = needed(facts.title, _("请写明事项。"), "title")
    if len(title) > LONGEST:
        title, facts = title[:LONGEST], replace(facts, text=facts.text or title)
    return Entry(
        number=number,
        campaign=campaign,
        kind=facts.kind,
        title=title,
        text=facts.text.strip(),
        category=facts.category.strip(),
        extra=dict(facts.extra),
        supervisor=by,
        registered_on=today,
        moved_on=today,
    )


@transaction.atomic
def register(
    *,
    by: Account,
    campaign: Campaign,
    facts: Facts,
    unit: Unit | None = None,
    person_name: str = "",
    term: Term = NO_TERM,
    source_title: str = "",
) -> Entry:
    """A new entry, entered by hand."""
    _may_enter(by, unit)
    (number,) = next_numbers(1, timezone.localdate().year)
    made = _new(by, running(campaign), facts, number)
    made.source_title = source_title.strip()
    assigned_to(made, unit, person_name)
    set_facts(made, usual_facts(made.campaign, term))
    relight(made)
    made.save()
    audit.record(by=by, verb="ledger.entry.registered", subject=made)
    tell_assigned(by, [made])
    return made


@transaction.atomic
def register_findings(
    *, by: Account, campaign: Campaign, findings: Sequence[Finding], term: Term = NO_TERM
) -> list[Entry]:
    """Enter findings in bulk; what is in the ledger already is left as it is. Returns the new
    entries. A number of statements that grows with every five hundred findings only."""
    units = {one.unit for one in findings}
    for unit in units:
        _may_enter(by, unit)
    campaign = running(campaign)
    there = entered(Reference(one.kind, one.id) for one in findings)
    new = {(f.kind, f.id): f for f in findings if Reference(f.kind, f.id) not in there}
    due, leaders = usual_facts(campaign, term), in_charge_of(unit for unit in units if unit)
    taken = {"entry_source_once": (_("这一条刚刚已由他人转入台账。"), _("请刷新。"))}
    made = []
    for number, finding in zip(
        next_numbers(len(new), timezone.localdate().year), new.values(), strict=True
    ):
        entry = _new(by, campaign, finding.facts, number)
        entry.source_kind, entry.source_id = finding.kind, finding.id
        entry.source_title = finding.origin
        leader = leaders.get(finding.unit.pk) if finding.unit else None
        hand_to(entry, finding.unit, "", leader)
        set_facts(entry, due)
        relight(entry)
        made.append(entry)
    with constraints_told(taken):
        Entry.objects.bulk_create(made, batch_size=AT_A_TIME)
    told = [(entry, {"source": entry.source_title}) for entry in made]
    audit.record_all(by=by, verb="ledger.entry.registered", told=told)
    tell_assigned(by, made)
    return made


def _may_enter(by: Account, unit: Unit | None) -> None:
    if unit is None:
        require_for_all(by, *REGISTRARS)
    else:
        require(by, *REGISTRARS, unit=unit)
        if not unit.lives_on(timezone.localdate()):
            raise Invalid(
                _("%(unit)s已撤销。") % {"unit": unit.title},
                _("请选择承继单位。"),
                field="lead_unit",
            )


@transaction.atomic
def edit(*, by: Account, entry: Entry, seen: int, facts: Facts) -> Entry:
    """Correct what an entry says."""
    one = locked(entry, seen)
    require_registrar(by, one)
    go(one, "edit")
    before = {"title": one.title, "text": one.text, "category": one.category}
    one.title = needed(facts.title, _("请写明事项。"), "title")[:LONGEST]
    one.text, one.kind, one.category = facts.text.strip(), facts.kind, facts.category.strip()
    one.extra = dict(facts.extra)
    return keep(one, by=by, verb="edited", before=before)


@transaction.atomic
def assign(
    *,
    by: Account,
    entry: Entry,
    owner: Owner,
    term: Term | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Entry:
    """Give an entry to a unit, or to another one: whoever has begun on it, needs a reason."""
    one = locked(entry, seen)
    require_registrar(by, one)
    _may_enter(by, owner.unit)
    moves = one.lead_unit is not None and one.lead_unit != owner.unit
    if moves and not reason.strip():
        raise Invalid(_("改派请写明理由。"), field="reason")
    state = go(one, "assign")
    if moves or one.state == EntryState.RETURNED or one.lead_unit is None:
        one.state, one.claimed_on = state, None
    before = one.lead_title
    assigned_to(one, owner.unit, owner.person_name, owner.leader)
    _set_supports(one, owner)
    if term is not None and (term.day or term.amount):
        set_term(one, term)
    note = _("%(before)s → %(after)s") % {"before": before or "—", "after": one.lead_title}
    if reason.strip():
        note += f"：{reason.strip()}"
    keep(one, by=by, verb="assigned", note=note, due=one.due_on)
    tell_assigned(by, [one])
    return one


@transaction.atomic
def assign_many(*, by: Account, entries: Sequence[Entry], **how: Any) -> list[Entry]:
    """Give all of them to one unit, or none where one of them can't be."""
    return [assign(by=by, entry=entry, **how) for entry in entries]


def _set_supports(entry: Entry, owner: Owner) -> None:
    entry.supports.all().delete()
    wanted = {unit.pk: unit for unit in owner.supports if unit.pk != owner.unit.pk}
    Support.objects.bulk_create(
        Support(entry=entry, unit=unit, title=unit.title) for unit in wanted.values()
    )


@transaction.atomic
def list_supervision(*, by: Account, entry: Entry, listed: bool) -> Entry:
    """Supervise an entry by name (挂牌督办), or no longer."""
    one = locked(entry)
    require_registrar(by, one)
    go(one, "edit")
    one.listed = listed
    return keep(one, by=by, verb="listed" if listed else "unlisted")


@transaction.atomic
def split(*, by: Account, entry: Entry, titles: Sequence[str]) -> list[Entry]:
    """Entries of their own for parts of one; it stays for what is left. They have its unit, its
    term and, as a reference, itself."""
    one = locked(entry)
    require_registrar(by, one)
    go(one, "split")
    wanted = [title.strip() for title in titles if title.strip()]
    if not wanted:
        raise Invalid(_("请写明拆出的事项，每行一项。"), field="titles")
    if len(wanted) > MOST_PARTS or any(len(title) > LONGEST for title in wanted):
        raise Invalid(
            _("一次最多拆出%(most)s项，每项不超过%(longest)s字。")
            % {"most": MOST_PARTS, "longest": LONGEST},
            field="titles",
        )
    made = []
    numbers = next_numbers(len(wanted), timezone.localdate().year)
    for number, title in zip(numbers, wanted, strict=True):
        facts = Facts(title, one.text, EntryKind(one.kind), one.category, one.extra)
        part = _new(by, one.campaign, facts, number)
        part.split_from, part.source_title = one, one.source_title
        assigned_to(part, one.lead_unit, one.person_name, one.leader)
        part.due_on, part.due_words = one.due_on, one.due_words
        part.due_start, part.due_amount = one.due_start, one.due_amount
        part.due_unit = one.due_unit
        relight(part)
        part.save()
        audit.record(by=by, verb="ledger.entry.registered", subject=part, split_from=one.number)
        made.append(part)
    note = "、".join(part.number for part in made)
    keep(one, by=by, verb="split", note=note)
    tell_assigned(by, made)
    return made


@transaction.atomic
def merge(*, by: Account, entry: Entry, into: Entry, reason: str) -> Entry:
    """Several entries on one thing become one: this one ends, and points to the other."""
    if entry.pk == into.pk:
        raise Invalid(_("不能并入自己。"), field="into")
    first, second = sorted((entry, into), key=lambda one: one.pk)
    rows = {one.pk: one for one in (locked(first), locked(second))}
    one, other = rows[entry.pk], rows[into.pk]
    require_registrar(by, one)
    require_registrar(by, other)
    state = go(one, "merge")
    if other.state in (EntryState.CLOSED, EntryState.MERGED):
        raise Conflict(
            _("%(number)s%(state)s，不能并入。")
            % {"number": other.number, "state": other.get_state_display()},
            _("请选择还在办理的事项。"),
        )
    one.state, one.merged_into = state, other
    words = needed(reason, _("请写明并案理由。"), "reason")
    note = f"{other.number}：{words}"
    keep(one, by=by, verb="merged", note=note)
    keep(other, by=by, verb="took_in", note=f"{one.number} {one.title}")
    return one


@transaction.atomic
def move_to_calendar(*, by: Account, entry: Entry) -> Entry:
    """Count the term anew by the calendar as it stands: it never moves by itself."""
    one = locked(entry)
    require_registrar(by, one)
    go(one, "edit")
    due = due_anew(one)
    if due is None or due.day == one.due_on:
        raise Conflict(_("期限与现行日历一致，无须改动。"))
    before, one.due_on, one.due_words = one.due_on, due.day, derivation(due)
    note = _("%(before)s → %(after)s") % {"before": shown(before), "after": shown(due.day)}
    return keep(one, by=by, verb="recounted", note=note)


@transaction.atomic
def move_many(*, by: Account, entries: Sequence[Entry]) -> list[Entry]:
    """Count the terms of all of them anew, or of none where one can't be."""
    return [move_to_calendar(by=by, entry=entry) for entry in entries]
