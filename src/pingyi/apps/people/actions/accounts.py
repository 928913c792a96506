"""Accounts: made and kept by the system administrator, who grants nothing."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require
from pingyi.apps.people.actions.checking import (
    changed_fields,
    check_fields,
    need_words,
    told,
)
from pingyi.apps.people.enums import ADMIN_ROLES, Role
from pingyi.apps.people.models import Account, Person
from pingyi.apps.people.queries.accounts import holders_of
from pingyi.apps.people.rules.codes import is_username, normal_username
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.marks import fields_mark, need_seen

ACCOUNT_FACTS = ("name", "email", "person", "second_factor_required")
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without letters and digits that look alike on paper."""
_GROUPS, _GROUP = 4, 4


def random_password() -> str:
    """Sixteen random characters (79 bits) in four groups, to be handed over on paper."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def set_handed_password(account: Account, password: str) -> None:
    """Set a random password that the holder must change on first signing in. Because it is
    random, a slow hash adds nothing to it, and thousands can be made at once."""
    account.password = make_password(password, hasher="pbkdf2_handed")
    account.must_change_password = True


@transaction.atomic
def create_account(
    *,
    by: User,
    username: str,
    name: str,
    email: str = "",
    person: Person | None = None,
    second_factor_required: bool = False,
) -> tuple[Account, str]:
    """A new account without a role, and its first password, which is shown this once."""
    admin = require(by, Role.SYSTEM_ADMIN)
    account = Account(
        username=need_username(username),
        name=need_words(name, _("姓名"), "name"),
        email=email.strip(),
        person=person,
        second_factor_required=second_factor_required,
    )
    password = random_password()
    set_handed_password(account, password)
    check_fields(account)
    with told():
        account.save(force_insert=True)
    audit.record(by=admin, verb="people.account.created", subject=account)
    return account, password


@transaction.atomic
def update_account(
    *,
    by: User,
    account: Account,
    name: str,
    email: str,
    person: Person | None,
    second_factor_required: bool,
    seen: str | None = None,
) -> Account:
    """Change the facts of an account. Its user name never changes. ``seen``: as in
    ``update_unit``."""
    admin = require(by, Role.SYSTEM_ADMIN)
    account = Account.objects.select_for_update().get(pk=account.pk)
    need_seen(seen, fields_mark(account, ACCOUNT_FACTS), account, verbs=["people.account.updated"])
    if account.pk == admin.pk and account.second_factor_required and not second_factor_required:
        raise Refused(_("不能给自己免去两步验证。"), _("请由另一位系统管理员办理。"))
    changes = changed_fields(
        account,
        {
            "name": need_words(name, _("姓名"), "name"),
            "email": email.strip(),
            "person": person,
            "second_factor_required": second_factor_required,
        },
    )
    check_fields(account)
    if changes:
        with told():
            account.save()
        audit.record(by=admin, verb="people.account.updated", subject=account, changes=changes)
    return account


@transaction.atomic
def switch_off(*, by: User, account: Account, reason: str) -> Account:
    """The account cannot sign in any more. The last holder of an admin role stays."""
    admin = require(by, Role.SYSTEM_ADMIN)
    account = Account.objects.select_for_update().get(pk=account.pk)
    reason = need_words(reason, _("事由"), "reason")
    if not account.is_active:
        raise Conflict(_("该账号已经停用。"), _("请刷新页面。"))
    need_other_holders(account)
    account.is_active = False
    account.save(update_fields=["is_active"])
    audit.record(by=admin, verb="people.account.switched_off", subject=account, reason=reason)
    return account


@transaction.atomic
def switch_on(*, by: User, account: Account, reason: str) -> Account:
    """The account can sign in again."""
    admin = require(by, Role.SYSTEM_ADMIN)
    account = Account.objects.select_for_update().get(pk=account.pk)
    reason = need_words(reason, _("事由"), "reason")
    if account.is_active:
        raise Conflict(_("该账号没有停用。"), _("请刷新页面。"))
    account.is_active = True
    account.save(update_fields=["is_active"])
    audit.record(by=admin, verb="people.account.switched_on", subject=account, reason=reason)
    return account


@transaction.atomic
def reset_password(*, by: User, account: Account) -> str:
    """A new random password, shown this once; to be changed on next signing in.

    The system administrator hands it out, but the security administrator holds the second factor:
    neither takes over an account alone where one is required.
    """
    admin = require(by, Role.SYSTEM_ADMIN)
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.pk == admin.pk:
        raise Refused(_("请在“我的账号”里修改自己的密码。"))
    password = random_password()
    set_handed_password(account, password)
    account.save(update_fields=["password", "must_change_password"])
    audit.record(by=admin, verb="people.account.password_reset", subject=account)
    return password


@transaction.atomic
def own_password_changed(*, by: Account) -> None:
    """The holder has set a password of his own: no more duty to change it."""
    Account.objects.filter(pk=by.pk).update(must_change_password=False)
    by.must_change_password = False
    audit.record(by=by, verb="people.account.password_changed", subject=by)


def need_password(password: str, account: Account, field: str = "password") -> str:
    """Raises ``Invalid`` unless the password keeps the rules."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid("".join(error.messages), field=field) from error
    return password


def need_username(text: str) -> str:
    """A normalised user name. Raises ``Invalid``."""
    username = normal_username(text)
    if not is_username(username):
        raise Invalid(
            _("账号名“%(name)s”不合规。") % {"name": username},
            _("用字母和数字，中间可有点、横线、下划线，2到60个字符。"),
            field="username",
        )
    return username


def need_other_holders(account: Account) -> None:
    """Raises ``Conflict`` if an admin role would be left without anyone switched on.

    Locks the holders, so that two removals at once don't both see the other.
    """
    for role in sorted(ADMIN_ROLES):
        holders = set(holders_of(role).select_for_update().values_list("pk", flat=True))
        if holders == {account.pk}:
            raise Conflict(
                _("该账号是最后一位在用的%(role)s。") % {"role": role.label},
                _("请先设立并授权另一位，再办理。"),
            )
