"""Who may do what: roles, scoped to units."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.base.errors import Refused


def has_role(account: Account | AnonymousUser, *roles: Role, unit: Unit | None = None) -> bool:
    """Has the account one of the roles: anywhere, or (with ``unit``) for that unit?"""
    if not isinstance(account, Account) or not account.is_active:
        return False
    grants = account.grants.filter(role__in=roles).select_related("unit")
    if unit is None:
        return grants.exists()
    return any(grant.unit is None or unit.path.startswith(grant.unit.path) for grant in grants)


def require(by: Account | AnonymousUser, *roles: Role, unit: Unit | None = None) -> None:
    """Raises ``Refused`` unless the account has one of the roles (for that unit)."""
    if not has_role(by, *roles, unit=unit):
        names = "、".join(str(role.label) for role in roles)
        raise Refused(
            _("此项操作需要“%(roles)s”角色。") % {"roles": names},
            _("请由有权限的同志办理，或请安全管理员授权。"),
        )
