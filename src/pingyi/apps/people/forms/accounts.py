"""Forms about accounts, grants and the audit log."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.fields import DayField, HouseForm, PersonField, UnitField
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import search_accounts
from pingyi.base.models import AuditEntry
from pingyi.base.posting import MarkedForm


class AccountFacts(HouseForm):
    name = forms.CharField(label=_("姓名"), max_length=60)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    person = PersonField(
        label=_("对应人员"), required=False, help_text=_("领导的分管范围由此得出。")
    )
    second_factor_required = forms.BooleanField(label=_("须用两步验证"), required=False)


class EditAccount(MarkedForm, AccountFacts):
    pass


class NewAccount(AccountFacts):
    username = forms.CharField(
        label=_("账号"), max_length=80, help_text=_("字母和数字，确定后不再改变。")
    )
    field_order = ("username",)


class GrantForm(HouseForm):
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    unit = UnitField(
        label=_("单位"),
        required=False,
        help_text=_("含其全部下级；留空为全部单位。领导留空则为其分管、包联的单位。"),
    )
    since = DayField(label=_("起始日期"), required=False, help_text=_("留空为今天。"))
    until = DayField(label=_("截止日期"), required=False, help_text=_("自这一天起失效。"))
    reason = forms.CharField(
        label=_("兼任理由"),
        max_length=500,
        required=False,
        help_text=_("该账号将兼任组织者和核对人的必填，记入审计。"),
    )

    def __init__(self, *args: Any, one_side: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not one_side:
            del self.fields["reason"]


class ReasonForm(HouseForm):
    reason = forms.CharField(label=_("事由"), max_length=500)


class SwitchForm(ReasonForm):
    """``off``: what the page offered, so that a switch that another has made isn't undone."""

    off = forms.CharField(widget=forms.HiddenInput, required=False)


class NothingForm(HouseForm):
    """Only a confirmation."""


class AccountFilter(django_filters.FilterSet):
    """Above the list of accounts."""

    text = django_filters.CharFilter(label=_("账号或姓名"), method="by_text")
    role = django_filters.ChoiceFilter(
        label=_("角色"), choices=Role.choices, empty_label=_("全部"), method="by_role"
    )
    active = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=(("yes", _("启用")), ("no", _("停用"))),
        empty_label=_("全部"),
        method="by_active",
    )

    class Meta:
        model = Account
        fields: tuple[str, ...] = ()

    def by_text(self, accounts: QuerySet[Account], _name: str, value: Any) -> QuerySet[Account]:
        return accounts.filter(pk__in=search_accounts(text=value).values("pk"))

    def by_role(self, accounts: QuerySet[Account], _name: str, value: Any) -> QuerySet[Account]:
        return accounts.filter(pk__in=search_accounts(role=value).values("pk"))

    def by_active(self, accounts: QuerySet[Account], _name: str, value: Any) -> QuerySet[Account]:
        return accounts.filter(is_active=value == "yes")


class AuditFilter(django_filters.FilterSet):
    """Above the audit log."""

    actor = django_filters.CharFilter(label=_("账号或姓名"), method="by_actor")
    verb = django_filters.CharFilter(label=_("操作"), lookup_expr="istartswith")
    subject = django_filters.CharFilter(label=_("对象"), method="by_subject")
    first = django_filters.DateFilter(
        label=_("自"),
        field_name="at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last = django_filters.DateFilter(
        label=_("至"),
        field_name="at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()

    def by_actor(
        self, entries: QuerySet[AuditEntry], _name: str, value: Any
    ) -> QuerySet[AuditEntry]:
        return entries.filter(Q(actor__icontains=value) | Q(actor_name__icontains=value))

    def by_subject(
        self, entries: QuerySet[AuditEntry], _name: str, value: Any
    ) -> QuerySet[AuditEntry]:
        return entries.filter(Q(subject_title__icontains=value) | Q(subject_id=value))
