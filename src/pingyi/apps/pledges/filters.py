"""How pledges and their items are filtered."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pingyi.apps.pledges import queries
from pingyi.apps.pledges.enums import First, Manner, PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item, Pledge


def _campaigns(request: object) -> QuerySet[Campaign]:
    return queries.visible_campaigns(request.user)  # type: ignore[attr-defined] # of an office


class PledgeFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("单位、承诺人、事项"), method="by_words")
    campaign = django_filters.ModelChoiceFilter(
        label=_("承诺活动"), queryset=_campaigns, empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=PledgeState.choices, empty_label=_("全部")
    )
    view = django_filters.ChoiceFilter(
        label=_("范围"),
        choices=(
            ("own", _("本单位的")),
            ("missing", _("逾期未提交")),
            ("to_settle", _("待核实交账")),
        ),
        empty_label=_("全部"),
        method="by_view",
    )
    manner = django_filters.ChoiceFilter(
        label=_("承诺形式"), choices=Manner.choices, empty_label=_("全部")
    )

    more = ("manner",)

    class Meta:
        model = Pledge
        fields = ("words", "campaign", "state", "view", "manner")

    def by_words(self, rows: QuerySet[Pledge], name: str, value: str) -> QuerySet[Pledge]:
        for word in value.split():
            said = Item.objects.filter(text__icontains=word).values("pledge")
            rows = rows.filter(
                Q(unit_title__icontains=word) | Q(head_name__icontains=word) | Q(pk__in=said)
            )
        return rows

    def by_view(self, rows: QuerySet[Pledge], name: str, value: str) -> QuerySet[Pledge]:
        if value == "own":
            return rows.filter(pk__in=queries.own(self.request.user).values("pk"))
        if value == "missing":
            day = timezone.localdate()
            return rows.filter(state=PledgeState.DRAFTED, campaign__closes_on__lt=day)
        return rows.filter(queries.to_settle())


class ItemFilter(django_filters.FilterSet):
    words = django_filters.CharFilter(label=_("单位、事项"), method="by_words")
    campaign = django_filters.ModelChoiceFilter(
        label=_("承诺活动"),
        field_name="pledge__campaign",
        queryset=_campaigns,
        empty_label=_("全部"),
    )
    aspect = django_filters.CharFilter(
        label=_("承诺方面"), field_name="aspect__title", lookup_expr="icontains"
    )
    first = django_filters.ChoiceFilter(
        label=_("争第一"), choices=First.choices, empty_label=_("全部")
    )
    result = django_filters.ChoiceFilter(
        label=_("结果"), choices=Result.choices, empty_label=_("全部")
    )

    more = ("aspect",)

    class Meta:
        model = Item
        fields = ("words", "campaign", "aspect", "first", "result")

    def by_words(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        for word in value.split():
            rows = rows.filter(Q(pledge__unit_title__icontains=word) | Q(text__icontains=word))
        return rows
