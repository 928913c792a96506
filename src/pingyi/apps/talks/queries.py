"""Reading talks: who sees which, from which side; who is next; what stands against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import OVER
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import OWNERS, entered
from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.models.periods import today
from pingyi.apps.people.queries.scope import Reach, homes_of, reach_of
from pingyi.apps.talks.enums import AFTER, AHEAD, TalkState
from pingyi.apps.talks.models import (
    BankQuestion,
    Programme,
    ProgrammeUnit,
    Requirement,
    Talk,
)
from pingyi.apps.talks.rules import Candidate, Slot, overlap, proposed
from pingyi.base.engagements import Engagement, elsewhere, whole_months
from pingyi.base.references import Reference, Subject

EDITORS = (Role.ORGANISER,)
OFFICE = (Role.ORGANISER, Role.INSPECTOR)
READERS = (*OFFICE, Role.LEADER, *OWNERS)
REQUIREMENT = "talks.requirement"


def _within(reach: Reach, prefix: str = "unit__") -> Q:
    """A filter on talks: with units within reach; without ``prefix``, on those units."""
    return Q(pk__isnull=False) if reach.everything else reach.condition(prefix)


def insiders(account: Account) -> Q:
    """A filter on talks: those with a unit of which the account is, or that are its own. Whatever
    else such an account is, it never sees what is prepared."""
    by_name = Q(interviewee_name=account.name.strip())
    own = by_name
    if account.person_id is not None:
        own = Q(interviewee=account.person_id) | (by_name & Q(interviewee=None))
    return homes_of(account).condition("unit__") | own


def _presided(account: Account) -> Q:
    """A filter on talks: those that the account's person leads."""
    if account.person_id is None or not has_role(account, Role.LEADER):
        return Q(pk__in=())
    return Q(interviewer=account.person_id)


def inner(account: Account) -> QuerySet[Talk]:
    """The talks of which the account sees everything: the pre-visit file, the questions."""
    seen = _within(reach_of(account, *OFFICE)) | _presided(account)
    return Talk.objects.filter(seen).exclude(insiders(account))


def of_own_units(account: Account) -> QuerySet[Talk]:
    """The talks of units for which the account acts, from their notice on."""
    return Talk.objects.filter(_within(reach_of(account, *OWNERS)), noticed_at__isnull=False)


def visible(account: Account) -> QuerySet[Talk]:
    """All talks of which the account sees anything."""
    keys = (inner(account).values("pk"), of_own_units(account).values("pk"))
    return Talk.objects.filter(Q(pk__in=keys[0]) | Q(pk__in=keys[1]))


def sides(account: Account, talk: Talk) -> frozenset[str]:
    """On which sides of a talk the account stands: ``organiser``, ``office`` (reads all),
    ``interviewer``, ``unit``, ``head``."""
    found = set()
    if inner(account).filter(pk=talk.pk).exists():
        found.add("office")
        if has_role(account, *EDITORS, unit=talk.unit):
            found.add("organiser")
        if talk.interviewer_id is not None and talk.interviewer_id == account.person_id:
            found.add("interviewer")
    elif of_own_units(account).filter(pk=talk.pk).exists():
        found.add("unit")
        if has_role(account, Role.UNIT_HEAD, unit=talk.unit):
            found.add("head")
    return frozenset(found)


def bank_of(unit: Unit) -> QuerySet[BankQuestion]:
    """The questions kept for a unit; whoever asks has checked that they may be seen."""
    return BankQuestion.objects.filter(unit=unit, dropped=False).select_related("written_by")


# The schedule


@dataclass(frozen=True)
class Place:
    """A unit of a programme as it stands in the cycle."""

    unit: Unit
    candidate: Candidate
    talk: Talk | None
    """Its talk of this cycle."""
    lately: bool
    """Was it talked to not long ago, or does it rectify?"""
    elsewhere: Sequence[Engagement] = ()
    """What other rooms plan with it in the month."""


Elsewhere = Mapping[int, Sequence[Engagement]]


def places_of(programme: Programme, others: Elsewhere | None = None) -> list[Place]:
    """All units of a programme in their order: those with a talk in this cycle, and the others;
    with what others plan with them in the month that is asked about."""
    others = others or {}
    rows = list(programme.places.select_related("unit").order_by("number", "pk"))
    units = [row.unit_id for row in rows]
    living = programme.talks.exclude(state=TalkState.CANCELLED)
    here = {talk.unit_id: talk for talk in living.filter(cycle=programme.cycle).order_by("pk")}
    before = living.filter(cycle__lt=programme.cycle).values_list("unit")
    last = dict(before.annotate(last=Max("planned_on")))
    busy = _hindered(programme, units)
    return [
        Place(
            row.unit,
            Candidate(
                row.unit_id,
                row.number,
                last.get(row.unit_id),
                row.unit_id in here or not row.unit.lives_on(today()),
                row.unit_id in busy or row.unit_id in others,
            ),
            here.get(row.unit_id),
            row.unit_id in busy,
            others.get(row.unit_id, ()),
        )
        for row in rows
    ]


def _hindered(programme: Programme, units: Sequence[int]) -> set[int]:
    """Units that are being talked to under any programme, rectify, or were talked to lately."""
    since = timezone.now() - timedelta(days=programme.apart_days)
    lately = Q(state__in=(*AHEAD, *AFTER)) | Q(starts_at__gt=since, state=TalkState.CLOSED)
    return set(Talk.objects.filter(lately, unit__in=units).values_list("unit", flat=True))


def next_units(places: Iterable[Place], how_many: int) -> list[Place]:
    """Whom the schedule proposes."""
    by_unit = {one.candidate.unit: one for one in places}
    rows = proposed((one.candidate for one in by_unit.values()), how_many)
    return [by_unit[one.unit] for one in rows]


def of_month(programme: Programme, month: date) -> QuerySet[Talk]:
    """The talks that the schedule has for a month."""
    return programme.talks.filter(month=month.replace(day=1), in_turn=True).exclude(
        state=TalkState.CANCELLED
    )


def clashes(talk: Talk, slot: Slot, people: Iterable[int | None]) -> list[Talk]:
    """Talks ahead at the same time with one of the same people, as either side."""
    wanted = {one for one in people if one is not None}
    there = Q(interviewer__in=wanted) | Q(interviewee__in=wanted)
    near = (slot.start - timedelta(days=1), slot.end + timedelta(days=1))
    rows = Talk.objects.filter(there, state__in=AHEAD, starts_at__range=near)
    rows = rows.exclude(pk=talk.pk).select_related("programme")
    return [one for one in rows if one.slot is not None and overlap(one.slot, slot)]


def earlier_talks(talk: Talk) -> list[Talk]:
    """Other talks with the same unit that are not over, or not long ago: worth a second look."""
    since = (talk.starts_at or timezone.now()) - timedelta(days=talk.programme.apart_days)
    lately = Q(state__in=(*AHEAD, *AFTER)) | Q(starts_at__gt=since, state=TalkState.CLOSED)
    return list(Talk.objects.filter(lately, unit=talk.unit).exclude(pk=talk.pk).order_by("pk"))


def planned(
    account: Account, units: Collection[int], first: date, last: date
) -> Iterator[Engagement]:
    """Talks ahead in some days, for the schedules of other rooms: on their day, or in the month for
    which they were taken on. Whoever may not see what is prepared learns of none."""
    undated = Q(starts_at=None, month__range=(first.replace(day=1), last))
    rows = inner(account).filter(undated | Q(starts_at__date__range=(first, last)))
    for talk in rows.filter(state__in=AHEAD, unit__in=units).order_by("starts_at", "pk"):
        days = _days_of(talk)
        address = reverse("talks:talk", args=[talk.number])
        yield Engagement(talk.unit_id, _("约谈"), talk.number, *days, address)


def _days_of(talk: Talk) -> tuple[date, date]:
    """The day of a talk; without one, the month for which it was taken on, or from now on."""
    if talk.starts_at is not None:
        day = timezone.localtime(talk.starts_at).date()
        return day, day
    month = talk.month or today()
    return whole_months(month, month)


def elsewhere_of(account: Account, talk: Talk) -> list[Engagement]:
    """What other rooms plan with the unit in the month of the talk."""
    found = elsewhere("talks", account, [talk.unit_id], *_days_of(talk))
    return found.get(talk.unit_id, [])


# What came of a talk


def references_of(talk: Talk) -> dict[Reference, Requirement]:
    return {Reference(REQUIREMENT, str(one.pk)): one for one in talk.requirements.all()}


def entries_of(talk: Talk) -> list[tuple[Requirement, Entry | None]]:
    """Each requirement with its entry of the ledger."""
    asked = references_of(talk)
    there = entered(asked)
    return [(one, there.get(key)) for key, one in asked.items()]


def open_entries(talk: Talk) -> list[Entry]:
    """Entries of its requirements that are not over, with what was split from them."""
    found = {entry.pk: entry for _one, entry in entries_of(talk) if entry is not None}
    front = list(found)
    while front:
        parts = Entry.objects.filter(split_from__in=front).exclude(pk__in=found)
        new = {part.pk: part for part in parts}
        found |= new
        front = list(new)
    return [entry for entry in found.values() if entry.state not in OVER]


def find_subject(talk_id: str) -> Subject | None:
    """The talk that a reference leads to."""
    found = Talk.objects.filter(pk=talk_id).first() if talk_id.isdecimal() else None
    return Subject(str(found), reverse("talks:talk", args=[found.number])) if found else None


def find_previsit(talk_id: str) -> Subject | None:
    """The pre-visit file of a talk."""
    found = Talk.objects.filter(pk=talk_id).first() if talk_id.isdecimal() else None
    return Subject(str(found), reverse("talks:previsit", args=[found.number])) if found else None


def interviewers_of(programme: Programme) -> QuerySet[Person]:
    return programme.interviewers.order_by("sort_order", "pk")


def running() -> QuerySet[Programme]:
    return Programme.objects.filter(ended=False)


def month_of(text: str) -> date:
    """``2026-03`` as the first day of that month; without one, this month."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today().replace(day=1)


def units_of(programme: Programme) -> QuerySet[ProgrammeUnit]:
    return programme.places.select_related("unit")
