"""Who may do what: roles, scoped to units."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.scope import (
    grants_today,
    reach_of,
    visible_persons,
    visible_units,
)
from pingyi.base.errors import Missing, Refused

User = Account | AnonymousUser


def has_role(account: User, *roles: Role, unit: Unit | None = None) -> bool:
    """Has the account one of the roles: anywhere, or (with ``unit``) for that unit?"""
    if not isinstance(account, Account) or not account.is_active:
        return False
    if unit is None:
        return any(grant.role in roles for grant in grants_today(account))
    return reach_of(account, *roles).covers(unit)


def require(by: User, *roles: Role, unit: Unit | None = None) -> Account:
    """The account. Raises ``Refused`` unless it has one of the roles (for that unit)."""
    if not isinstance(by, Account) or not has_role(by, *roles, unit=unit):
        raise _refusal(*roles)
    return by


def require_for_all(by: User, *roles: Role) -> Account:
    """The account. Raises ``Refused`` unless it has one of the roles for all units."""
    if not isinstance(by, Account) or not reach_of(by, *roles).everything:
        raise _refusal(*roles)
    return by


def require_person(by: User, person: Person) -> Account:
    """The account. Raises ``Refused`` unless it organises units where the person holds or held a
    post or is in charge; somebody without any belongs to every organiser."""
    account = require(by, Role.ORGANISER)
    reach = reach_of(account, Role.ORGANISER)
    units = [tenure.post.unit for tenure in person.tenures.select_related("post__unit")]
    units += [charge.unit for charge in person.charges.select_related("unit")]
    if units and not any(reach.covers(unit) for unit in units):
        raise _refusal(Role.ORGANISER)
    return account


def require_another(by: Account, signer: str, what: object) -> None:
    """For acts that take two people. ``signer``: who did the first, by user name or as signed
    (``str(account)``). Raises ``Refused`` with ``what`` for the same account, and for another one
    that may be the same person's: accounts of one name that aren't both bound to persons of their
    own."""
    username = signer.rpartition("（")[2].removesuffix("）")
    if by.username == username:
        raise Refused(what, _("请由另一位同志办理。"))
    other = Account.objects.filter(username=username).first()
    if other is None or (by.person_id and other.person_id):
        # An account is bound to a person of its own: no two to one.
        return
    if by.name.strip() == other.name.strip() or (by.email and by.email == other.email):
        raise Refused(
            what,
            _(
                "账号“%(mine)s”与“%(other)s”同名或同邮箱，可能是同一人；确是两人的，请系统管理员把账号各自关联到人员。"
            )
            % {"mine": by.username, "other": other.username},
        )


def _refusal(*roles: Role) -> Refused:
    names = "、".join(str(role.label) for role in roles)
    return Refused(
        _("此项操作需要“%(roles)s”角色。") % {"roles": names},
        _("请由有权限的同志办理，或请安全管理员授权。"),
    )


def find_unit(account: User, code: str) -> Unit:
    """The unit of that code. Raises ``Missing`` where there is none that the account may see:
    whoever guesses addresses learns nothing."""
    unit = visible_units(account).filter(code=code).first()
    if unit is None:
        raise Missing(_("没有找到这个单位。"), _("请从单位目录进入。"))
    return unit


def find_person(account: User, code: str) -> Person:
    """The person of that code. Raises ``Missing`` like ``find_unit``."""
    person = visible_persons(account).filter(code=code).first()
    if person is None:
        raise Missing(_("没有找到此人。"), _("请从人员名册进入。"))
    return person


def find_account(account: User, pk: int) -> Account:
    """An account, for the administrators of accounts and grants. Raises ``Missing`` for others."""
    if has_role(account, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        found = Account.objects.filter(pk=pk).first()
        if found is not None:
            return found
    raise Missing(_("没有找到这个账号。"), _("请从账号列表进入。"))
