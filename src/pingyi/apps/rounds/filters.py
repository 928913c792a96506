"""How the lists of rounds and of opinions are filtered."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.rounds.enums import OpinionState, Review, RoundState, Speaker
from pingyi.apps.rounds.models import Opinion, Round
from pingyi.apps.rounds.queries import search


class RoundFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("名称、周期、文号"), method="by_words")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=RoundState.choices, empty_label=_("全部")
    )
    review = django_filters.ChoiceFilter(
        label=_("评议内容"), choices=Review.choices, empty_label=_("全部")
    )

    class Meta:
        model = Round
        fields = ("words", "state", "review")

    def by_words(self, rows: QuerySet[Round], name: str, value: str) -> QuerySet[Round]:
        return search(rows, value)


class OpinionFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(label=_("内容"), lookup_expr="icontains")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=OpinionState.choices, empty_label=_("全部")
    )
    speaker = django_filters.ChoiceFilter(
        label=_("身份（自报）"), choices=Speaker.choices, empty_label=_("全部")
    )
    category = django_filters.AllValuesFilter(label=_("分类"), empty_label=_("全部"))
    target = django_filters.ModelChoiceFilter(
        label=_("对象"), queryset=lambda request: request.targets, empty_label=_("全部")
    )

    class Meta:
        model = Opinion
        fields = ("text", "state", "speaker", "category", "target")
