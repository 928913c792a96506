"""How the list of polls is filtered."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll


class PollFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("名称、文号"), method="by_words")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=PollState.choices, empty_label=_("全部")
    )
    rehearsal = django_filters.ChoiceFilter(
        label=_("性质"),
        choices=(("0", _("正式")), ("1", _("演练"))),
        empty_label=_("全部"),
        method="by_rehearsal",
    )

    class Meta:
        model = Poll
        fields = ("words", "state", "rehearsal")

    def by_words(self, rows: QuerySet[Poll], name: str, value: str) -> QuerySet[Poll]:
        """In the title, the basis, the filing number or the slug."""
        return rows.filter(
            Q(title__icontains=value)
            | Q(basis__icontains=value)
            | Q(filing_number__icontains=value)
            | Q(slug__iexact=value)
        )

    def by_rehearsal(self, rows: QuerySet[Poll], name: str, value: str) -> QuerySet[Poll]:
        return rows.filter(rehearsal=value == "1")
