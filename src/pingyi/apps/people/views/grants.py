"""What the security administrator does to an account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.access import find_account, require
from pingyi.apps.people.actions import grants as actions
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.accounts import GrantForm, NothingForm, ReasonForm
from pingyi.apps.people.models import Account, Grant
from pingyi.apps.people.queries.accounts import sides_of
from pingyi.apps.people.views.forms import answer_form
from pingyi.base.errors import Missing


@login_required
def grant_new(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SECURITY_ADMIN)
    account = find_account(admin, pk)
    form = GrantForm(request.POST or None, account=admin, one_side=bool(sides_of(account)))

    def act(data: dict[str, Any]) -> None:
        actions.grant_role(by=admin, account=account, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("授予角色"),
        back=reverse("people:account", args=[pk]),
        done=_("已授予。"),
        ask=_both_sides(account) or _("确认授予？"),
        subject=account,
    )


def _both_sides(account: Account) -> str:
    sides = sides_of(account)
    if not sides:
        return ""
    return _(
        "该账号已是%(held)s。同一账号兼任组织者和核对人的，须两人办理的事（签认、清点确认、裁定等）"
        "一人只能办其中一步，人手不够就办不下去；最好由不同的人担任。确认授予？"
    ) % {"held": "、".join(str(role.label) for role in sorted(sides))}


@login_required
def grant_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SECURITY_ADMIN)
    grant = Grant.objects.select_related("account", "unit").filter(pk=pk).first()
    if grant is None:
        raise Missing(_("没有找到这项授权。"), _("请从账号页面进入。"))
    form = ReasonForm(request.POST or None, account=admin)

    def act(data: dict[str, Any]) -> None:
        actions.revoke_grant(by=admin, grant=grant, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("收回角色"),
        back=reverse("people:account", args=[grant.account_id]),
        done=_("已收回。"),
        ask=_("收回后立即生效。确认收回？"),
        subject=grant,
    )


@login_required
def account_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SECURITY_ADMIN)
    account = find_account(admin, pk)
    form = NothingForm(request.POST if request.method == "POST" else None, account=admin)

    def act(_data: dict[str, Any]) -> None:
        actions.unlock(by=admin, account=account)

    return answer_form(
        request,
        form,
        act,
        title=_("解除锁定"),
        back=reverse("people:account", args=[pk]),
        done=_("已解除锁定。"),
        subject=account,
    )


@login_required
def account_factor(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Role.SECURITY_ADMIN)
    account = find_account(admin, pk)
    form = ReasonForm(request.POST or None, account=admin)

    def act(data: dict[str, Any]) -> None:
        actions.reset_second_factor(by=admin, account=account, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("重置两步验证"),
        back=reverse("people:account", args=[pk]),
        done=_("已重置，下次登录须重新设置。"),
        ask=_("请先核实是本人申请。确认重置？"),
        subject=account,
    )
