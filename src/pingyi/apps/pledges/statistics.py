"""How many items claim what, and how many were kept: by level, aspect, unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.pledges.enums import First, PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item
from pingyi.apps.pledges.rules import points
from pingyi.base.charts import MOST, Chart, Length, along, bars
from pingyi.base.figures import percent

WAYS = {
    "first": "first",
    "aspect": "aspect__title",
    "unit": "pledge__unit_title",
    "manner": "pledge__manner",
}
"""By what one may count, and the field that says it."""


@dataclass(frozen=True)
class Line:
    """The items of one level, aspect or unit."""

    title: str
    all: int
    met: int
    not_met: int
    prevented: int

    @property
    def left(self) -> int:
        """Not settled yet."""
        return self.all - self.met - self.not_met - self.prevented

    @property
    def share(self) -> Fraction | None:
        counted = self.met + self.not_met
        return Fraction(self.met, counted) if counted else None


def lines_of(items: QuerySet[Item], by: str, titles: dict[str, object]) -> list[Line]:
    """One line for each value of the field, those with most items first. One statement."""
    found = (
        items.order_by()
        .values(by)
        .annotate(
            all=Count("pk"),
            met=Count("pk", filter=Q(result=Result.MET)),
            not_met=Count("pk", filter=Q(result=Result.NOT_MET)),
            prevented=Count("pk", filter=Q(result=Result.FORCE_MAJEURE)),
        )
        .order_by("-all", by)
    )
    numbers = ("all", "met", "not_met", "prevented")
    return [
        Line(str(titles.get(row[by], row[by])), *(row[name] for name in numbers)) for row in found
    ]


def total(lines: Sequence[Line]) -> Line:
    numbers = ("all", "met", "not_met", "prevented")
    return Line(_("合计"), *(sum(getattr(one, name) for one in lines) for name in numbers))


def claims(items: QuerySet[Item]) -> tuple[int, int]:
    """How many claim to be the first of the city, and of the province or nation (HD-07: 155 and
    112)."""
    found = items.aggregate(
        city=Count("pk", filter=Q(first=First.CITY)),
        above=Count("pk", filter=Q(first__in=(First.PROVINCE, First.NATION))),
    )
    return found["city"], found["above"]


def chart_of(lines: Sequence[Line]) -> Chart | None:
    """Of each line, how many of the settled items were met."""
    shown = [(line.title, line.share) for line in lines if line.share is not None][:MOST]
    if len(shown) < 2:
        return None
    rows = [
        (title, [Length(along(share, Fraction(1)), percent(share), 1)])
        for title, share in shown
        if share is not None
    ]
    summary = _("%(number)s行，每行一条：完成率。") % {"number": len(rows)}
    return bars("met", _("完成率"), summary, rows)


@dataclass(frozen=True)
class Figure:
    """A line of the figures that a round takes: exact, as decimal or fraction."""

    figure: str
    target: str
    value: str


def figures_of(campaign: Campaign, figure: str) -> Iterator[Figure]:
    """Points of 100 of each unit whose pledge is closed, by its code. Units for which nothing
    counts have no line."""
    closed = campaign.pledges.filter(state=PledgeState.CLOSED).order_by("unit__code")
    for pledge in closed.select_related("unit").prefetch_related("items"):
        value = points(item.result for item in pledge.items.all())
        if value is not None:
            yield Figure(figure, pledge.unit.code, str(value))


def without_figure(campaign: Campaign) -> list[str]:
    """Units that were called up and have no line among the figures."""
    told = {one.target for one in figures_of(campaign, "")}
    rows = campaign.pledges.exclude(unit__code__in=told).order_by("unit__code")
    return list(rows.values_list("unit_title", flat=True))
