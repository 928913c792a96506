"""Reading rounds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.people.queries.units import heads_of, leaders_of, search_units
from pingyi.apps.polls.access import READERS
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Programme, Round, RoundTarget
from pingyi.base.references import Subject

MOST_UNITS = 2_000
"""Units that are offered at a time."""
ENDED = (PollState.CLOSED, PollState.COUNTED)


def visible(account: Account) -> QuerySet[Round]:
    """The rounds that an account may see: all for those who run them; once announced, for the
    people of the units reviewed and for the leaders in charge of them."""
    if reach_of(account, *READERS).everything:
        return Round.objects.all()
    reach = reach_of(account, Role.UNIT_HANDLER, Role.UNIT_HEAD, Role.LEADER)
    mine = RoundTarget.objects.filter(reach.condition("unit__"), unit__isnull=False)
    return Round.objects.exclude(state=RoundState.DRAFT).filter(pk__in=mine.values("round"))


def own_targets(account: Account, found: Round) -> QuerySet[RoundTarget]:
    """The targets of a round whose own affairs an account sees: all for those who run it."""
    if reach_of(account, *READERS).everything:
        return found.targets.all()
    reach = reach_of(account, Role.UNIT_HANDLER, Role.UNIT_HEAD, Role.LEADER)
    return found.targets.filter(reach.condition("unit__"), unit__isnull=False)


def programmes() -> QuerySet[Programme]:
    return Programme.objects.annotate(held=Count("rounds"))


def polls_of(found: Round) -> QuerySet[Poll]:
    """The votes of a round, in the order in which they were set up; not those called off."""
    held = Poll.objects.filter(round_vote__round=found).exclude(state=PollState.CALLED_OFF)
    return held.order_by("round_vote__pk")


def still_voting(found: Round) -> QuerySet[Poll]:
    """Votes that keep a round from being closed."""
    held = polls_of(found).filter(items__isnull=False).distinct()
    return held.exclude(state__in=ENDED)


def unprepared(found: Round) -> QuerySet[Poll]:
    return polls_of(found).filter(state=PollState.DRAFT)


def units_to_pick(found: Round) -> list[Unit]:
    """Living units that are no target yet, in the order of the tree."""
    there = set(found.targets.values_list("code", flat=True))
    living = search_units(Unit.objects.all()).order_by("path")
    return [unit for unit in living[:MOST_UNITS] if unit.code not in there]


def rows_of_units(units: list[Unit]) -> list[dict[str, Any]]:
    """Units as rows of targets, with head and leader of today."""
    heads, leaders = heads_of(units), leaders_of(units)
    rows: list[dict[str, Any]] = []
    for unit in units:
        head = heads[unit.pk][0].person if unit.pk in heads else None
        leader = leaders[unit.pk][0].leader if unit.pk in leaders else None
        rows.append(
            {
                "code": unit.code,
                "title": unit.title,
                "unit": unit,
                "presenter": head.name if head else "",
                "presenter_strokes": head.surname_strokes if head else None,
                "leader": leader,
                "leader_name": leader.name if leader else "",
            }
        )
    return rows


def search(rows: QuerySet[Round], words: str) -> QuerySet[Round]:
    """Rounds by title, period, document or slug."""
    return rows.filter(
        Q(title__icontains=words)
        | Q(period__icontains=words)
        | Q(programme__title__icontains=words)
        | Q(programme__document_number__icontains=words)
        | Q(notice_number__icontains=words)
        | Q(slug__iexact=words)
    )


def find_subject(round_id: str) -> Subject | None:
    """The round that a reference leads to."""
    found = Round.objects.filter(pk=round_id).first() if round_id.isdecimal() else None
    return Subject(found.title, reverse("rounds:round", args=[found.slug])) if found else None
