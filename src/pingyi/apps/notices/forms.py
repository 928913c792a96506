"""Filters and wishes."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.notices.models import Notice


class ClockInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class WishesForm(forms.Form):
    by_mail = forms.BooleanField(
        label=_("把未读消息汇总发到我的电子邮箱"), required=False, initial=True
    )
    by_sms = forms.BooleanField(
        label=_("催办消息同时发短信"),
        required=False,
        help_text=_("短信里只说有几条催办，不含内容。"),
    )
    mobile = forms.RegexField(
        label=_("手机号"),
        regex=r"^\+?\d{5,15}$",
        required=False,
        error_messages={"invalid": _("请填写手机号，只用数字。")},
    )
    quiet_at_night = forms.BooleanField(label=_("夜间不发，早上再发"), required=False, initial=True)
    quiet_from = forms.TimeField(label=_("夜间从"), widget=ClockInput, initial="22:00")
    quiet_until = forms.TimeField(label=_("到次日"), widget=ClockInput, initial="07:00")
    quiet_rest_days = forms.BooleanField(
        label=_("周末、节假日不发，上班后再发"),
        required=False,
        initial=True,
        help_text=_("按工作日历，调休上班的日子照发。"),
    )


class NoticeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=_("内容"))
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=(("unread", _("未读")), ("read", _("已读"))),
        method="of_state",
        empty_label=_("全部"),
    )
    waits = django_filters.ChoiceFilter(
        label=_("性质"),
        choices=(("1", _("待办")), ("0", _("知悉"))),
        method="of_kind",
        empty_label=_("全部"),
    )

    class Meta:
        model = Notice
        fields = ()

    def of_state(self, rows: QuerySet[Notice], _name: str, value: str) -> Any:
        return rows.filter(read_at__isnull=value == "unread")

    def of_kind(self, rows: QuerySet[Notice], _name: str, value: str) -> Any:
        return rows.filter(waits=value == "1")
