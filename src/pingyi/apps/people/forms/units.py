"""Forms about units."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import UnitKind
from pingyi.apps.people.forms.fields import DayField, HouseForm, UnitField, UnitsField
from pingyi.apps.people.models import Unit
from pingyi.apps.people.queries.units import search_units
from pingyi.base.posting import MarkedForm


class UnitFacts(HouseForm):
    """What may change without a basis."""

    kind = forms.ChoiceField(label=_("类别"), choices=UnitKind.choices)
    short_title = forms.CharField(label=_("简称"), max_length=40, required=False)
    population = forms.IntegerField(
        label=_("常住人口"), required=False, min_value=0, max_value=2_147_483_647
    )
    sort_order = forms.IntegerField(
        label=_("排序号"),
        min_value=0,
        max_value=2_147_483_647,
        initial=0,
        help_text=_("小的排在前面。"),
    )
    contact = forms.CharField(label=_("联系方式"), max_length=200, required=False)
    founded_on = DayField(label=_("成立日期"), required=False)


class EditUnit(MarkedForm, UnitFacts):
    pass


class NewUnit(UnitFacts):
    code = forms.CharField(
        label=_("编码"), max_length=60, help_text=_("字母和数字，确定后不再改变。")
    )
    title = forms.CharField(label=_("名称"), max_length=120)
    parent = UnitField(label=_("上级单位"), required=False)
    field_order = ("code", "title", "kind", "parent")


class GroundForm(HouseForm):
    """Day, basis and reason, last on every form that makes history."""

    on = DayField(label=_("生效日期"))
    basis = forms.CharField(
        label=_("依据文件"), max_length=200, help_text=_("标题或发文字号，如 云机编〔2016〕12号。")
    )
    reason = forms.CharField(
        label=_("事由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    @property
    def ground(self) -> Ground:
        data = self.cleaned_data
        return Ground(data["on"], data["basis"], data["reason"])


class Rename(MarkedForm, GroundForm):
    title = forms.CharField(label=_("新名称"), max_length=120)
    field_order = ("title",)


class Correct(MarkedForm, HouseForm):
    title = forms.CharField(label=_("更正后的名称"), max_length=120)
    reason = forms.CharField(label=_("事由"), max_length=500)


class Move(MarkedForm, GroundForm):
    parent = UnitField(label=_("新的上级单位"), required=False, help_text=_("留空表示移到顶层。"))
    field_order = ("parent",)


class Merge(GroundForm):
    into = UnitField(label=_("并入"), help_text=_("承继职责的单位。下级单位随同划入。"))
    field_order = ("into",)


class Split(GroundForm):
    into = UnitsField(
        label=_("分设出的单位"), help_text=_("先建立这些单位，再在这里每行填一个编码。")
    )
    ends = forms.BooleanField(label=_("原单位同时撤销"), required=False)
    field_order = ("into", "ends")


class Abolish(GroundForm):
    pass


class UnitFilter(django_filters.FilterSet):
    """Above the list of units."""

    text = django_filters.CharFilter(label=_("名称或编码"), method="by_text")
    kind = django_filters.ChoiceFilter(
        label=_("类别"), choices=UnitKind.choices, empty_label=_("全部"), method="by_kind"
    )
    living = django_filters.ChoiceFilter(
        label=_("存续"),
        choices=(("yes", _("存续")), ("no", _("已撤销"))),
        empty_label=_("全部"),
        method="by_life",
    )

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def by_text(self, units: QuerySet[Unit], _name: str, value: Any) -> QuerySet[Unit]:
        return search_units(units, text=value, living=None)

    def by_kind(self, units: QuerySet[Unit], _name: str, value: Any) -> QuerySet[Unit]:
        return search_units(units, kind=value, living=None)

    def by_life(self, units: QuerySet[Unit], _name: str, value: Any) -> QuerySet[Unit]:
        return search_units(units, living=value == "yes")
