"""How talks are filtered."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.talks.enums import TalkKind, TalkState
from pingyi.apps.talks.models import Talk


class TalkFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("编号、单位、姓名"), method="by_words")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=TalkState.choices, empty_label=_("全部")
    )
    kind = django_filters.ChoiceFilter(
        label=_("种类"), choices=TalkKind.choices, empty_label=_("全部")
    )

    class Meta:
        model = Talk
        fields = ("words", "state", "kind")

    def by_words(self, rows: QuerySet[Talk], name: str, value: str) -> QuerySet[Talk]:
        """By what stands in the list, and by nothing that does not."""
        for word in value.split():
            rows = rows.filter(
                Q(number__startswith=word)
                | Q(unit_title__icontains=word)
                | Q(interviewee_name__icontains=word)
                | Q(interviewer_name__icontains=word)
            )
        return rows
