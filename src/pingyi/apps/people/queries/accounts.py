"""Accounts and grants as lists, for the administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant, Unit
from pingyi.apps.people.models.periods import on_day, today
from pingyi.apps.people.queries.scope import grants_today


def search_accounts(
    *, text: str = "", role: str = "", active: bool | None = None
) -> QuerySet[Account]:
    """Accounts by words (name, user name), role held today, and switched on or off."""
    accounts = Account.objects.select_related("person").order_by("username")
    for word in text.split():
        accounts = accounts.filter(Q(name__icontains=word) | Q(username__icontains=word))
    if role in Role.values:
        held = Grant.objects.filter(on_day(today()), role=role)
        accounts = accounts.filter(pk__in=held.values("account"))
    if active is not None:
        accounts = accounts.filter(is_active=active)
    return accounts


def grants_of(accounts: Iterable[Account]) -> dict[int, list[Grant]]:
    """Account id → grants of today, with units loaded."""
    found: dict[int, list[Grant]] = {}
    grants = Grant.objects.filter(on_day(today()), account__in=list(accounts))
    for grant in grants.select_related("unit").order_by("role", "unit__path", "pk"):
        found.setdefault(grant.account_id, []).append(grant)
    return found


def holders_of(role: Role) -> QuerySet[Account]:
    """The accounts that are switched on and hold the role today."""
    held = Grant.objects.filter(on_day(today()), role=role)
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))


def holders_at(unit: Unit, *roles: Role) -> QuerySet[Account]:
    """The accounts that are switched on and hold one of the roles today for the unit or one above
    it; those who hold it for all units are not among them."""
    above = Q(unit=unit) | Q(unit__in=unit.ancestors().values("pk"))
    held = Grant.objects.filter(on_day(today()), above, role__in=roles)
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))


def without_holders(units: Iterable[Unit], *roles: Role) -> list[Unit]:
    """The units for which nobody who can sign in holds one of the roles (see ``holders_at``)."""
    held = Grant.objects.filter(on_day(today()), role__in=roles, account__is_active=True)
    paths = tuple(held.filter(unit__isnull=False).values_list("unit__path", flat=True))
    return [one for one in units if not one.path.startswith(paths)]


def needs_second_factor(account: Account) -> bool:
    """Must the account sign in with a second factor: by its own mark, or by a role it holds?"""
    if account.second_factor_required:
        return True
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and any(grant.role in roles for grant in grants_today(account))


TWO_SIDES = frozenset({Role.ORGANISER, Role.CHECKER})
"""Roles whose holders check each other. One account holds both for the same units only with a
reason: a small office's officer organises one vote and checks another; what takes two is refused
act by act."""


def sides_of(account: Account) -> frozenset[Role]:
    """Which of the two sides the account stands on, today or later."""
    held = Grant.objects.filter(_lasting(today()), account=account, role__in=TWO_SIDES)
    return frozenset(Role(role) for role in held.values_list("role", flat=True))


def other_side(grant: Grant) -> Grant | None:
    """A grant by which the account checks itself once it has this one, too: of the other side, in
    the same time, for units that both cover."""
    if grant.role not in TWO_SIDES:
        return None
    (other,) = TWO_SIDES - {Role(grant.role)}
    held = Grant.objects.filter(_lasting(grant.since or today()), account=grant.account, role=other)
    if grant.until is not None:
        held = held.filter(Q(since=None) | Q(since__lt=grant.until))
    meeting = (one for one in held.select_related("unit") if _share_units(one.unit, grant.unit))
    return next(meeting, None)


def _lasting(day: date) -> Q:
    return Q(until=None) | Q(until__gt=day)


def _share_units(one: Unit | None, other: Unit | None) -> bool:
    if one is None or other is None:
        return True
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def namesakes_of(account: Account) -> list[Account]:
    """Other accounts that are taken for the same person's: of one name, and not both bound to
    persons of their own."""
    same = Account.objects.filter(name=account.name, is_active=True).exclude(pk=account.pk)
    return [other for other in same if not (account.person_id and other.person_id)]


def with_grants(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts with their grants of today, for lists. Read by ``roles_text``."""
    held = Grant.objects.filter(on_day(today())).select_related("unit").order_by("role", "pk")
    return accounts.prefetch_related(Prefetch("grants", held, to_attr="held"))


def roles_text(account: Account) -> str:
    """``组织者；单位经办人（水利局）``, from an account of ``with_grants``."""
    held: list[Grant] = account.held  # type: ignore[attr-defined] # prefetched above
    return "；".join(
        f"{grant.get_role_display()}（{grant.unit.shown}）"
        if grant.unit
        else str(grant.get_role_display())
        for grant in held
    )
