"""How far an account reaches: the units that its roles cover today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from pingyi.apps.people.enums import UNIT_ROLES, Role
from pingyi.apps.people.models import Account, Charge, Grant, Person, Tenure, Unit
from pingyi.apps.people.models.periods import on_day, today

SEES_UNITS = tuple(role for role in Role if role not in {Role.AUDIT_ADMIN, Role.AGENCY})
"""The roles that see units and persons, each within its units."""


@dataclass(frozen=True)
class Reach:
    """All units, or those at and below some places in the tree."""

    everything: bool = False
    paths: tuple[str, ...] = ()

    def covers(self, unit: Unit) -> bool:
        return self.everything or unit.path.startswith(self.paths or ("\0",))

    def condition(self, prefix: str = "") -> Q:
        """A filter on units, or (``prefix`` ``unit__``) on what refers to units."""
        if self.everything:
            return Q()
        covered = Q(pk__in=[])
        for path in self.paths:
            covered |= Q(**{f"{prefix}path__startswith": path})
        return covered


_known: ContextVar[dict[int, list[Grant]] | None] = ContextVar("known_grants", default=None)
"""Grants that were read for the page that is being shown."""


@contextmanager
def one_page() -> Iterator[None]:
    """While a page is read, the grants of an account are asked for once. Not for what changes
    anything: there each question is asked anew."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def grants_today(account: Account) -> list[Grant]:
    """The grants that hold today."""
    known = _known.get()
    if known is not None and account.pk in known:
        return known[account.pk]
    held = Grant.objects.filter(on_day(today()), account=account).select_related("unit")
    found = list(held)
    if known is not None:
        known[account.pk] = found
    return found


def reach_of(account: Account | AnonymousUser, *roles: Role) -> Reach:
    """The units that these roles of the account cover. A leader without a unit has those that he
    is in charge of or sponsors today."""
    if not isinstance(account, Account) or not account.is_active:
        return Reach()
    paths: set[str] = set()
    for grant in grants_today(account):
        if grant.role not in roles:
            continue
        if grant.unit is not None:
            paths.add(grant.unit.path)
        elif grant.role == Role.LEADER:
            paths.update(_charged_paths(account))
        else:
            return Reach(everything=True)
    return Reach(paths=tuple(sorted(paths)))


def _charged_paths(account: Account) -> list[str]:
    if account.person_id is None:
        return []
    charges = Charge.objects.filter(on_day(today()), leader_id=account.person_id)
    return list(charges.values_list("unit__path", flat=True))


def visible_units(account: Account | AnonymousUser) -> QuerySet[Unit]:
    """The units that the account may see, in the order of the tree."""
    reach = reach_of(account, *SEES_UNITS)
    units: QuerySet[Unit] = Unit.objects.filter(reach.condition()).order_by("path")
    return units


def visible_persons(account: Account | AnonymousUser) -> QuerySet[Person]:
    """Those who hold or held a post in units that the account sees, or are in charge of one; for
    organisers also those who were entered and have no post yet."""
    reach = reach_of(account, *SEES_UNITS)
    persons = Person.objects.order_by("sort_order", "surname_strokes", "code")
    if reach.everything:
        return persons
    units = Unit.objects.filter(reach.condition()).values("pk")
    seen = Q(pk__in=Tenure.objects.filter(post__unit__in=units).values("person"))
    seen |= Q(pk__in=Charge.objects.filter(unit__in=units).values("leader"))
    if reach_of(account, Role.ORGANISER).paths:
        seen |= ~Q(pk__in=Tenure.objects.values("person")) & ~Q(
            pk__in=Charge.objects.values("leader")
        )
    return persons.filter(seen)


@dataclass(frozen=True)
class Homes:
    """The units that an account is of: some by themselves, others with everything below them."""

    here: frozenset[str] = frozenset()
    below: Reach = Reach()

    def cover(self, unit: Unit) -> bool:
        return unit.path in self.here or self.below.covers(unit)

    def condition(self, prefix: str = "") -> Q:
        """A filter on units, or (``prefix`` ``unit__``) on what refers to units."""
        return Q(**{f"{prefix}path__in": self.here}) | self.below.condition(prefix)


def homes_of(account: Account | AnonymousUser) -> Homes:
    """The units that the account is of today, whatever else it is: where it stands on no other
    side than theirs. It has a role there or below (but that of a leader, who is over units), its
    person holds a post there or below, or it acts for the unit, or for one above."""
    if not isinstance(account, Account):
        return Homes()
    held = [grant for grant in grants_today(account) if grant.unit is not None]
    places = {grant.unit.path for grant in held if grant.unit and grant.role != Role.LEADER}
    if account.person_id is not None:
        posts = Tenure.objects.filter(on_day(today()), person_id=account.person_id)
        places.update(posts.values_list("post__unit__path", flat=True))
    step = Unit.steplen
    here = {path[:end] for path in places for end in range(step, len(path) + 1, step)}
    acts = {grant.unit.path for grant in held if grant.unit and grant.role in UNIT_ROLES}
    return Homes(frozenset(here), Reach(paths=tuple(sorted(acts))))
