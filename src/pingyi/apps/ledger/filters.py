"""How the ledger is filtered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger import queries
from pingyi.apps.ledger.enums import OPEN, OVER, EntryKind, EntryState, Light
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.models import Account

SOON = timedelta(days=7)
NUMBER = re.compile(r"\d{4}-\d{5,}")
"""A whole number (编号) is asked of its index; other words go through all entries."""
_DAY = {"type": "date"}


def _urgent() -> Q:
    last = timezone.localdate() + SOON
    return Q(due_on__lte=last, state__in=OPEN)


SCOPES: dict[str, tuple[object, Callable[[Account], Q]]] = {
    "to_do": (_("待本单位办理"), lambda by: Q(pk__in=queries.to_do(by).values("pk"))),
    "own": (_("本单位的"), lambda by: Q(pk__in=queries.own(by).values("pk"))),
    "mine": (_("我督办的"), lambda by: Q(supervisor=by)),
    "to_supervise": (_("待我审批验收"), lambda by: Q(pk__in=queries.to_supervise(by).values("pk"))),
    "open": (_("未销号"), lambda by: ~Q(state__in=OVER)),
    "urgent": (_("7天内到期和逾期"), lambda by: _urgent()),
    "overdue": (_("逾期"), lambda by: queries.overdue()),
    "look_back": (_("应回头看"), lambda by: queries.look_backs_due()),
    "listed": (_("挂牌督办"), lambda by: Q(listed=True)),
    "orphaned": (_("牵头单位已撤销"), lambda by: queries.orphaned()),
}
"""Views worth a name: (title, filter of an account)."""


class EntryFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("编号、事项、单位、责任人"), method="by_words")
    view = django_filters.ChoiceFilter(
        label=_("范围"),
        choices=[(name, title) for name, (title, _of) in SCOPES.items()],
        empty_label=_("全部"),
        method="by_view",
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("专项"), queryset=Campaign.objects.all(), empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=EntryState.choices, empty_label=_("全部")
    )
    light = django_filters.ChoiceFilter(
        label=_("亮灯"), choices=Light.choices[1:], empty_label=_("全部")
    )
    kind = django_filters.ChoiceFilter(
        label=_("类型"), choices=EntryKind.choices, empty_label=_("全部")
    )
    category = django_filters.CharFilter(label=_("分类"), lookup_expr="icontains")
    source = django_filters.CharFilter(
        label=_("来源"), field_name="source_title", lookup_expr="icontains"
    )
    due_from = django_filters.DateFilter(
        label=_("期限从"), field_name="due_on", lookup_expr="gte", widget=DateInput(attrs=_DAY)
    )
    due_to = django_filters.DateFilter(
        label=_("期限到"), field_name="due_on", lookup_expr="lte", widget=DateInput(attrs=_DAY)
    )

    more = ("kind", "category", "source", "due_from", "due_to")

    class Meta:
        model = Entry
        fields = ("words", "view", "campaign", "state", "light", "kind", "category", "source")

    def by_words(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        for word in value.split():
            if NUMBER.fullmatch(word):
                rows = rows.filter(number=word)
                continue
            rows = rows.filter(
                Q(number__startswith=word)
                | Q(title__icontains=word)
                | Q(lead_title__icontains=word)
                | Q(person_name__icontains=word)
            )
        return rows

    def by_view(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return rows.filter(SCOPES[value][1](self.request.user))
