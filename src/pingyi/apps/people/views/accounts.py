"""Accounts: for the system administrator, who makes them, and the security administrator, who
grants; and everyone's own."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.people.access import find_account, has_role, require
from pingyi.apps.people.actions import accounts as actions
from pingyi.apps.people.actions.grants import is_locked
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.accounts import (
    AccountFilter,
    EditAccount,
    NewAccount,
    NothingForm,
    SwitchForm,
)
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import (
    TWO_SIDES,
    grants_of,
    namesakes_of,
    needs_second_factor,
    roles_text,
    search_accounts,
    sides_of,
    with_grants,
)
from pingyi.apps.people.views.forms import account_of, answer_form
from pingyi.base.listing import Column, Listing
from pingyi.base.marks import fields_mark

COLUMNS = (
    Column(
        "username",
        gettext_lazy("账号"),
        sort="username",
        link=lambda account: reverse("people:account", args=[account.pk]),
    ),
    Column("name", gettext_lazy("姓名"), sort="name", phone=True),
    Column("roles", gettext_lazy("角色"), value=roles_text, phone=True),
    Column(
        "is_active",
        gettext_lazy("状态"),
        sort="is_active",
        value=lambda account: _("启用") if account.is_active else _("停用"),
        state=lambda account: "done" if account.is_active else "locked",
        phone=True,
    ),
    Column("last_login", gettext_lazy("上次登录"), sort="last_login", kind="moment"),
)


@login_required
def account_list(request: HttpRequest) -> HttpResponseBase:
    require(request.user, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    listing = Listing(
        title=_("账号"),
        rows=with_grants(search_accounts()),
        columns=COLUMNS,
        filters=AccountFilter,
        nothing=_("还没有账号。"),
    )
    may_make = has_role(request.user, Role.SYSTEM_ADMIN)
    return listing.respond(request, "people/accounts.html", may_make=may_make)


@login_required
def account_file(request: HttpRequest, pk: int) -> HttpResponse:
    account = find_account(request.user, pk)
    facts = [
        (_("账号"), account.username),
        (_("状态"), _("启用") if account.is_active else _("停用")),
        (_("对应人员"), account.person),
        (_("电子邮箱"), account.email),
        (_("两步验证"), _factor_text(account)),
        (_("密码"), _("首次登录须修改") if account.must_change_password else _("已由本人设定")),
        (_("上次登录"), account.last_login),
    ]
    context = {
        "account": account,
        "facts": facts,
        "grants": account.grants.select_related("unit").order_by("until", "role"),
        "locked": is_locked(account),
        "is_system": has_role(request.user, Role.SYSTEM_ADMIN),
        "is_security": has_role(request.user, Role.SECURITY_ADMIN),
        "own": account.pk == account_of(request).pk,
        "both_sides": sides_of(account) == TWO_SIDES,
        "namesakes": namesakes_of(account),
    }
    return render(request, "people/account.html", context)


def _factor_text(account: Account) -> str:
    if Authenticator.objects.filter(user=account).exists():
        return _("已设置")
    return _("须设置，还没有设置") if needs_second_factor(account) else _("没有设置")


@login_required
def account_new(request: HttpRequest) -> HttpResponse:
    admin = require(request.user, Role.SYSTEM_ADMIN)
    form = NewAccount(request.POST or None, account=admin)

    def act(data: dict[str, Any]) -> HttpResponse:
        account, password = actions.create_account(by=admin, **data)
        return _show_passwords(request, [(account.username, account.name, password)])

    back = reverse("people:accounts")
    return answer_form(request, form, act, title=_("新增账号"), back=back)


def _show_passwords(request: HttpRequest, passwords: list[tuple[str, str, str]]) -> HttpResponse:
    """The one page that ever shows them: answered at once, never stored, never redirected to."""
    response = render(request, "people/passwords.html", {"passwords": passwords})
    response["Cache-Control"] = "no-store"
    return response


@login_required
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SYSTEM_ADMIN)
    account = find_account(admin, pk)
    facts = {name: getattr(account, name) for name in actions.ACCOUNT_FACTS}
    facts["seen"] = fields_mark(account, actions.ACCOUNT_FACTS)
    form = EditAccount(request.POST or None, account=admin, initial=facts)

    def act(data: dict[str, Any]) -> None:
        actions.update_account(by=admin, account=account, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("修改账号"),
        back=reverse("people:account", args=[pk]),
        done=_("已保存。"),
        submit=_("保存"),
        subject=account,
    )


@login_required
def account_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off when it is on, on when it is off."""
    admin = require(request.user, Role.SYSTEM_ADMIN)
    account = find_account(admin, pk)
    form = SwitchForm(
        request.POST or None, account=admin, initial={"off": "1" if account.is_active else ""}
    )
    off = bool(form["off"].value())

    def act(data: dict[str, Any]) -> None:
        verb = actions.switch_off if data["off"] else actions.switch_on
        verb(by=admin, account=account, reason=data["reason"])

    return answer_form(
        request,
        form,
        act,
        title=_("停用账号") if off else _("启用账号"),
        back=reverse("people:account", args=[pk]),
        done=_("已办理。"),
        ask=_("停用后立即不能登录。确认停用？") if off else _("确认启用？"),
        subject=account,
    )


@login_required
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SYSTEM_ADMIN)
    account = find_account(admin, pk)
    form = NothingForm(request.POST if request.method == "POST" else None, account=admin)

    def act(_data: dict[str, Any]) -> HttpResponse:
        password = actions.reset_password(by=admin, account=account)
        return _show_passwords(request, [(account.username, account.name, password)])

    return answer_form(
        request,
        form,
        act,
        title=_("重置密码"),
        back=reverse("people:account", args=[pk]),
        ask=_("原密码立即失效，新密码只显示一次。确认重置？"),
        subject=account,
    )


@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    """What the account is and may do, and the way to its password and second factor."""
    account = account_of(request)
    context = {
        "account": account,
        "facts": [
            (_("账号"), account.username),
            (_("姓名"), account.name),
            (_("对应人员"), account.person),
            (_("电子邮箱"), account.email),
            (_("两步验证"), _factor_text(account)),
        ],
        "grants": grants_of([account]).get(account.pk, []),
    }
    return render(request, "people/me.html", context)
