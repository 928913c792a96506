"""Forms about persons, posts and charges."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.people.enums import ChargeKind, PostKind
from pingyi.apps.people.forms.fields import DayField, HouseForm, PersonField
from pingyi.apps.people.models import Person
from pingyi.apps.people.queries.persons import search_persons
from pingyi.base.posting import MarkedForm


class PersonFacts(HouseForm):
    name = forms.CharField(label=_("姓名"), max_length=60)
    surname_strokes = forms.IntegerField(
        label=_("姓氏笔画"), required=False, min_value=1, max_value=64
    )
    sort_order = forms.IntegerField(
        label=_("排序号"), min_value=0, max_value=2_147_483_647, initial=0
    )
    contact = forms.CharField(label=_("联系方式"), max_length=200, required=False)


class EditPerson(MarkedForm, PersonFacts):
    pass


class NewPerson(PersonFacts):
    code = forms.CharField(
        label=_("编号"), max_length=60, help_text=_("一人一号，调动后不变；重名靠编号区分。")
    )
    field_order = ("code",)


class Appoint(HouseForm):
    person = PersonField(label=_("人员"))
    title = forms.CharField(label=_("职务"), max_length=60)
    kind = forms.ChoiceField(label=_("职务类别"), choices=PostKind.choices)
    since = DayField(label=_("任职日期"), required=False)


class PutInCharge(HouseForm):
    leader = PersonField(label=_("领导"))
    kind = forms.ChoiceField(label=_("分工类别"), choices=ChargeKind.choices)
    since = DayField(label=_("起始日期"), required=False)


class End(HouseForm):
    until = DayField(label=_("截止日期"), help_text=_("自这一天起不再担任。"))


class PersonFilter(django_filters.FilterSet):
    """Above the list of persons."""

    text = django_filters.CharFilter(label=_("姓名、编号、单位或职务"), method="by_text")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_text(self, persons: QuerySet[Person], _name: str, value: Any) -> QuerySet[Person]:
        return search_persons(persons, text=value)
