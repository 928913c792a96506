"""Grants: made and revoked by the security administrator, who makes no accounts."""

from __future__ import annotations

from datetime import date

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset as reset_attempts
from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require
from pingyi.apps.people.actions.accounts import need_other_holders
from pingyi.apps.people.actions.checking import check_fields, need_words, told
from pingyi.apps.people.actions.units import need_living
from pingyi.apps.people.enums import ADMIN_ROLES, Role
from pingyi.apps.people.models import Account, Grant, Unit
from pingyi.apps.people.models.periods import today
from pingyi.apps.people.queries.accounts import other_side
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Refused


@transaction.atomic
def grant_role(
    *,
    by: User,
    account: Account,
    role: str,
    unit: Unit | None = None,
    since: date | None = None,
    until: date | None = None,
    reason: str = "",
) -> Grant:
    """Give an account a role for a unit and all below it (without: for all units). Organiser and
    checker in one hand take a ``reason``.

    Raises ``Conflict`` where the separation of the three administrators forbids it, ``Refused``
    for one's own account, ``Invalid`` where that reason is missing.
    """
    admin = require(by, Role.SECURITY_ADMIN)
    _not_own(admin, account)
    if unit is not None:
        need_living(unit)
    if not account.is_active:
        raise Conflict(_("该账号已停用。"), _("请先由系统管理员启用。"))
    grant = Grant(
        account=account,
        role=role,
        unit=unit,
        since=since or today(),
        until=until,
        granted_by=admin,
    )
    check_fields(grant)
    _need_reason_for_both(grant, reason)
    with told():
        grant.save(force_insert=True)
    audit.record(
        by=admin,
        verb="people.grant.made",
        subject=account,
        role=role,
        unit=unit.code if unit else "",
        since=grant.since,
        until=until,
        reason=reason,
    )
    return grant


def _need_reason_for_both(grant: Grant, reason: str) -> None:
    other = other_side(grant)
    if other is not None and not reason.strip():
        raise Invalid(
            _("该账号已是%(held)s，组织者和核对人由一人兼任须有理由。") % {"held": other},
            _("请换一人；人手不够的，写明兼任理由。"),
            field="reason",
        )


@transaction.atomic
def revoke_grant(*, by: User, grant: Grant, reason: str) -> Grant:
    """End a grant today. The last holder of an admin role keeps it."""
    admin = require(by, Role.SECURITY_ADMIN)
    _not_own(admin, grant.account)
    reason = need_words(reason, _("事由"), "reason")
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.until is not None and grant.until <= today():
        raise Conflict(_("这项授权已经结束。"), _("请刷新页面。"))
    if grant.role in ADMIN_ROLES and grant.holds_on(today()):
        need_other_holders(grant.account)
    grant.until = max(today(), grant.since or today())
    grant.save()
    audit.record(
        by=admin,
        verb="people.grant.revoked",
        subject=grant.account,
        role=grant.role,
        unit=grant.unit.code if grant.unit else "",
        reason=reason,
    )
    return grant


@transaction.atomic
def unlock(*, by: User, account: Account) -> int:
    """Forget the failed attempts that locked an account; how many there were."""
    admin = require(by, Role.SECURITY_ADMIN)
    number: int = reset_attempts(username=account.username)
    audit.record(by=admin, verb="people.account.unlocked", subject=account, attempts=number)
    return number


@transaction.atomic
def reset_second_factor(*, by: User, account: Account, reason: str) -> None:
    """Take away a lost second factor; where one is required, the next sign-in sets up another."""
    admin = require(by, Role.SECURITY_ADMIN)
    _not_own(admin, account)
    reason = need_words(reason, _("事由"), "reason")
    number, _kinds = Authenticator.objects.filter(user=account).delete()
    if not number:
        raise Conflict(_("该账号没有设置两步验证。"), _("不需要重置。"))
    audit.record(by=admin, verb="people.account.factor_reset", subject=account, reason=reason)


def is_locked(account: Account) -> bool:
    """Has the account failed attempts on record that may lock it?"""
    return bool(AccessAttempt.objects.filter(username=account.username).exists())


def _not_own(admin: Account, account: Account) -> None:
    if admin.pk == account.pk:
        raise Refused(_("不能给自己办理。"), _("请由另一位安全管理员办理。"))
