"""三员分立: what the three administrators may not do, in actions and in the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.apps.people.ground import City, account, fresh

from pingyi.apps.people.access import has_role
from pingyi.apps.people.actions import accounts, bootstrap, grants
from pingyi.apps.people.enums import ADMIN_ROLES, Role
from pingyi.apps.people.models import Account, Grant, Unit
from pingyi.apps.people.queries.scope import Homes, homes_of, one_page, reach_of
from pingyi.base.errors import Conflict, HouseError, Invalid, Refused
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db

UNIT_BOUND = {Role.UNIT_HANDLER, Role.UNIT_HEAD}
BUSINESS = [role for role in Role if role not in ADMIN_ROLES | UNIT_BOUND]
MIXED = [
    (first, second)
    for first, second in product([*sorted(ADMIN_ROLES), *BUSINESS], repeat=2)
    if first != second and {first, second} & ADMIN_ROLES
]


@pytest.fixture
def security(db: None) -> Account:
    return account("security", Role.SECURITY_ADMIN)


@pytest.fixture
def system(db: None) -> Account:
    return account("system", Role.SYSTEM_ADMIN)


@pytest.mark.parametrize(("first", "second"), MIXED)
def test_no_account_holds_roles_of_two_spheres(
    security: Account, first: Role, second: Role
) -> None:
    somebody = account("somebody")
    grant = grants.grant_role(by=security, account=somebody, role=first)
    with pytest.raises(Conflict, match="三员分立"):
        grants.grant_role(by=security, account=somebody, role=second)
    if first not in ADMIN_ROLES:
        grants.revoke_grant(by=security, grant=grant, reason="调离")
        with pytest.raises(Conflict, match="三员分立"):
            grants.grant_role(by=security, account=somebody, role=second)


@pytest.mark.parametrize(("first", "second"), MIXED)
def test_the_database_itself_refuses_two_spheres(first: Role, second: Role) -> None:
    somebody = account("somebody", first)
    other = account("other", second)
    sphere = fresh(somebody).sphere
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(account=somebody, role=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        # Neither a bulk write nor another account's sphere gets past it.
        Grant.objects.bulk_create([Grant(account=somebody, role=second, sphere=sphere)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.bulk_create(
            [Grant(account=somebody, role=second, sphere=fresh(other).sphere)]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(account=somebody).update(role=second)


def refused(system: Account, security: Account, auditor: Account, city: City) -> dict[str, object]:
    plain, organiser = account("plain"), city.organiser
    own = Grant.objects.get(account=security)
    return {
        "system grants": lambda: grants.grant_role(by=system, account=plain, role=Role.CHAIR),
        "system revokes": lambda: grants.revoke_grant(
            by=system, grant=Grant.objects.get(account=organiser), reason="x"
        ),
        "system unlocks": lambda: grants.unlock(by=system, account=plain),
        "system resets a factor": lambda: grants.reset_second_factor(
            by=system, account=plain, reason="x"
        ),
        "security makes an account": lambda: accounts.create_account(
            by=security, username="new", name="新"
        ),
        "security resets a password": lambda: accounts.reset_password(by=security, account=plain),
        "security switches off": lambda: accounts.switch_off(
            by=security, account=plain, reason="x"
        ),
        "security grants to itself": lambda: grants.grant_role(
            by=security, account=security, role=Role.ORGANISER
        ),
        "security revokes its own": lambda: grants.revoke_grant(by=security, grant=own, reason="x"),
        "audit makes an account": lambda: accounts.create_account(
            by=auditor, username="new", name="新"
        ),
        "audit grants": lambda: grants.grant_role(by=auditor, account=plain, role=Role.CHAIR),
        "organiser makes an account": lambda: accounts.create_account(
            by=organiser, username="new", name="新"
        ),
        "organiser grants": lambda: grants.grant_role(by=organiser, account=plain, role=Role.CHAIR),
        "nobody in particular grants": lambda: grants.grant_role(
            by=plain, account=system, role=Role.CHAIR
        ),
    }


CASES = 14


@pytest.mark.parametrize("case", range(CASES))
def test_what_each_may_not_do(system: Account, security: Account, city: City, case: int) -> None:
    auditor = account("auditor", Role.AUDIT_ADMIN)
    attempts = list(refused(system, security, auditor, city).values())
    assert len(attempts) == CASES
    attempt = attempts[case]
    assert callable(attempt)
    before = Grant.objects.count(), Account.objects.count()
    with pytest.raises(Refused):
        attempt()
    assert (Grant.objects.count(), Account.objects.count()) == before
    assert not AuditEntry.objects.exists()


def test_the_database_refuses_a_grant_to_oneself(security: Account) -> None:
    organiser = account("organiser", Role.ORGANISER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(account=organiser, role=Role.CHAIR, granted_by=organiser)


def test_the_last_of_each_kind_stays(system: Account, security: Account) -> None:
    second = account("security2", Role.SECURITY_ADMIN)
    grant = Grant.objects.get(account=system)
    with pytest.raises(Conflict, match="最后一位在用的系统管理员"):
        grants.revoke_grant(by=security, grant=grant, reason="调离")
    with pytest.raises(Conflict, match="最后一位"):
        accounts.switch_off(by=system, account=system, reason="调离")
    grants.revoke_grant(by=security, grant=Grant.objects.get(account=second), reason="调离")
    with pytest.raises(Conflict, match="最后一位"):
        accounts.switch_off(by=system, account=security, reason="调离")
    other = account("system2", Role.SYSTEM_ADMIN)
    accounts.switch_off(by=system, account=other, reason="调离")
    with pytest.raises(Conflict, match="最后一位"):  # one that is switched off doesn't count
        grants.revoke_grant(by=security, grant=grant, reason="调离")


@pytest.mark.parametrize("role", sorted(UNIT_BOUND))
def test_some_roles_need_a_unit_and_admins_have_none(
    security: Account, city: City, role: Role
) -> None:
    plain = account("plain")
    with pytest.raises(Conflict, match="须指明单位"):
        grants.grant_role(by=security, account=plain, role=role)
    with pytest.raises(Conflict, match="不分单位"):
        grants.grant_role(by=security, account=plain, role=Role.AUDIT_ADMIN, unit=city.water)
    grants.grant_role(by=security, account=plain, role=role, unit=city.water)
    with pytest.raises(Conflict, match="已有这个单位的这个角色"):
        grants.grant_role(by=security, account=plain, role=role, unit=city.water)


def test_organiser_and_checker_in_one_hand_need_a_reason(security: Account, city: City) -> None:
    """Where and when they would check themselves; and nowhere else."""
    plain = account("plain")
    year = timezone.localdate().year

    def give(role: Role, unit: Unit | None, first: int, last: int, reason: str = "") -> Grant:
        return grants.grant_role(
            by=security,
            account=plain,
            role=role,
            unit=unit,
            since=date(first, 1, 1),
            until=date(last, 1, 1),
            reason=reason,
        )

    give(Role.ORGANISER, city.town, year + 1, year + 2)
    for unit in (None, city.county, city.town, city.village):
        with pytest.raises(Invalid, match="须有理由"):
            give(Role.CHECKER, unit, year + 1, year + 3)
    give(Role.CHECKER, city.other_town, year + 1, year + 3)
    give(Role.CHECKER, city.town, year + 2, year + 3)
    give(Role.INSPECTOR, city.town, year + 1, year + 2)
    both = give(Role.CHECKER, city.county, year + 1, year + 2, "全县只有一名专职干部")
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (both.unit, entry.details["reason"]) == (city.county, "全县只有一名专职干部")


def test_a_grant_holds_from_day_to_day(security: Account, city: City) -> None:
    plain = account("plain")
    today = timezone.localdate()
    grant = grants.grant_role(
        by=security, account=plain, role=Role.INSPECTOR, since=today.replace(year=today.year + 1)
    )
    assert not has_role(plain, Role.INSPECTOR)
    Grant.objects.filter(pk=grant.pk).update(since=today)
    assert has_role(plain, Role.INSPECTOR, unit=city.village)
    grants.revoke_grant(by=security, grant=grant, reason="期满")
    assert not has_role(plain, Role.INSPECTOR)
    again = grants.grant_role(by=security, account=plain, role=Role.INSPECTOR)
    assert again.pk != grant.pk
    with pytest.raises(Conflict, match="已经结束"):
        grants.revoke_grant(by=security, grant=grant, reason="期满")


def test_passwords_are_handed_over_once_and_changed(system: Account) -> None:
    made, password = accounts.create_account(by=system, username="Ｗang", name="王静")
    assert (made.username, made.must_change_password) == ("wang", True)
    assert made.check_password(password)
    made = fresh(made)
    assert made.password.startswith("scrypt"), "checking rehashes by the slow hash"
    with pytest.raises(Conflict, match="账号名已经有了"):
        accounts.create_account(by=system, username="WANG", name="王某")


def test_the_first_administrators_come_from_the_machine() -> None:
    for role in sorted(ADMIN_ROLES):
        made, password = bootstrap.create_administrator(
            username=role.value, name="管理员", role=role
        )
        assert made.check_password(password)
        assert has_role(made, role)
        with pytest.raises(Conflict, match="已有在用的"):
            bootstrap.create_administrator(username="x", name="x", role=role)
    with pytest.raises(HouseError, match="只设立三员"):
        bootstrap.create_administrator(username="x", name="x", role=Role.ORGANISER)
    again, password = bootstrap.reset_from_machine(username="SYSTEM_ADMIN")
    assert again.check_password(password)
    assert {entry.actor for entry in AuditEntry.objects.all()} == {"system"}


def test_a_role_that_was_taken_away_opens_nothing_on_the_next_page(
    client: Client, security: Account, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = []
    somebody = account("somebody", Role.ORGANISER)
    client.force_login(somebody, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/schemes/").status_code == 200
    grants.revoke_grant(by=security, grant=somebody.grants.get(), reason="调离")
    assert client.get("/schemes/").status_code == 403


def test_while_a_page_is_read_grants_are_asked_for_once_and_otherwise_each_time(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    somebody = account("somebody", Role.ORGANISER)
    with one_page(), django_assert_num_queries(1):
        assert has_role(somebody, Role.ORGANISER)
        assert reach_of(somebody, Role.ORGANISER).everything
        assert homes_of(somebody) == Homes()
    with django_assert_num_queries(2):
        assert has_role(somebody, Role.ORGANISER)
        assert has_role(somebody, Role.ORGANISER)
