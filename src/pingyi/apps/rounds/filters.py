"""How the list of rounds is filtered."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.rounds.enums import Review, RoundState
from pingyi.apps.rounds.models import Round
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
