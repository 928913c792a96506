"""How far the ledger is: close-out rate, on time, overdue days, by unit and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import EntryState, Light
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import overdue
from pingyi.base.charts import MOST, Chart, Length, along, bars
from pingyi.base.figures import percent

LINKS = {"lead_title": "words", "source_title": "source", "category": "category"}
"""By what field of the filter a value is found."""


@dataclass(frozen=True)
class Line:
    """The figures of one unit, source or category; merged entries count for none."""

    title: str
    all: int
    closed: int
    on_time: int
    """Closed on their last day or before it, of those that had one (``termed``)."""
    termed: int
    late: int
    late_days: int
    """Days past due of all that are late now, together."""
    red: int
    yellow: int
    query: str = ""
    """What filters the ledger for just these."""

    @property
    def closed_share(self) -> Fraction | None:
        return Fraction(self.closed, self.all) if self.all else None

    @property
    def on_time_share(self) -> Fraction | None:
        return Fraction(self.on_time, self.termed) if self.termed else None

    @property
    def mean_late_days(self) -> Fraction | None:
        return Fraction(self.late_days, self.late) if self.late else None


def lines_of(rows: QuerySet[Entry], by: str, today: date) -> list[Line]:
    """One line for each value of the field ``by``, those with most entries first. Two statements,
    whatever the number of entries."""
    counted = rows.exclude(state=EntryState.MERGED)
    closed = Q(state=EntryState.CLOSED)
    termed = closed & Q(due_on__isnull=False)
    found = (
        counted.order_by()
        .values(by)
        .annotate(
            all=Count("pk"),
            closed=Count("pk", filter=closed),
            termed=Count("pk", filter=termed),
            on_time=Count("pk", filter=termed & Q(closed_on__lte=F("due_on"))),
            late=Count("pk", filter=overdue(today)),
            red=Count("pk", filter=Q(light=Light.RED)),
            yellow=Count("pk", filter=Q(light__in=(Light.YELLOW, Light.ORANGE))),
        )
        .order_by("-all", by)
    )
    days = _late_days(counted, by, today)
    return [
        Line(
            title=str(row[by] or _("（空）")),
            query=urlencode({LINKS[by]: row[by]}) if row[by] and by in LINKS else "",
            late_days=days.get(row[by], 0),
            **{name: row[name] for name in Line.__dataclass_fields__ if name in row and name != by},
        )
        for row in found
    ]


def _late_days(rows: QuerySet[Entry], by: str, today: date) -> dict[str, int]:
    """Days past due, summed by the value of a field; databases subtract dates each in its way, so
    the days are counted here, from how many are due on each day."""
    found: dict[str, int] = {}
    groups = rows.filter(overdue(today)).order_by().values_list(by, "due_on")
    for value, due, number in groups.annotate(n=Count("pk")):
        found[value] = found.get(value, 0) + (today - due).days * number
    return found


def total(lines: Sequence[Line]) -> Line:
    """All lines together."""
    names = [name for name in Line.__dataclass_fields__ if name not in ("title", "query")]
    sums = {name: sum(getattr(line, name) for line in lines) for name in names}
    return Line(title=_("合计"), **sums)


def chart_of(lines: Sequence[Line]) -> Chart | None:
    """The close-out rate of each line, and of what is closed, how much in time."""
    shown = [line for line in lines if line.all][:MOST]
    if len(shown) < 2:
        return None
    rows = []
    for line in shown:
        share, on_time = line.closed_share or Fraction(0), Fraction(line.on_time, line.all)
        rows.append(
            (
                line.title,
                [
                    Length(along(share, Fraction(1)), percent(share), 1),
                    Length(along(on_time, Fraction(1)), percent(on_time), 3),
                ],
            )
        )
    words = _("%(number)s行，每行两条：销号率，以及按期销号占全部事项的比例。")
    summary = words % {"number": len(shown)}
    legend = ((1, _("销号率")), (3, _("按期销号")))
    return bars("closed", _("销号情况"), summary, rows, legend)
