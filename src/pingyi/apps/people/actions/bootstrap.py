"""The first administrators, made on the machine itself: who may start the command owns it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.actions.accounts import (
    need_password,
    need_username,
    random_password,
    set_handed_password,
)
from pingyi.apps.people.actions.checking import check_fields, need_words, told
from pingyi.apps.people.enums import ADMIN_ROLES, Role
from pingyi.apps.people.models import Account, Grant
from pingyi.apps.people.queries.accounts import holders_of
from pingyi.base import audit
from pingyi.base.errors import Conflict, Missing


@transaction.atomic
def create_administrator(
    *, username: str, name: str, role: Role, password: str | None = None
) -> tuple[Account, str]:
    """An account with one of the three admin roles, as long as nobody active holds it.

    Without ``password`` a random one, returned to be shown once. Recorded as the system's doing.
    """
    if role not in ADMIN_ROLES:
        raise Conflict(
            _("命令行只设立三员。"), _("其他账号请系统管理员在网页上建立。"), field="role"
        )
    if holders_of(role).exists():
        raise Conflict(
            _("已有在用的%(role)s。") % {"role": role.label},
            _("增设请在网页上办理；忘记密码请用 pingyi account reset。"),
        )
    account = Account(username=need_username(username), name=need_words(name, _("姓名"), "name"))
    if password is None:
        password = random_password()
        set_handed_password(account, password)
    else:
        account.set_password(need_password(password, account))
    check_fields(account)
    with told():
        account.save(force_insert=True)
        Grant.objects.create(account=account, role=role)
    audit.record(by=None, verb="people.account.bootstrapped", subject=account, role=role.value)
    return account, password


@transaction.atomic
def reset_from_machine(*, username: str, password: str | None = None) -> tuple[Account, str]:
    """A new password for an administrator who cannot sign in, to be changed on signing in."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Missing(_("没有账号“%(name)s”。") % {"name": username}, _("请核对账号名。"))
    if password is None:
        password = random_password()
        set_handed_password(account, password)
    else:
        account.set_password(need_password(password, account))
        account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    audit.record(by=None, verb="people.account.password_reset", subject=account)
    return account, password
