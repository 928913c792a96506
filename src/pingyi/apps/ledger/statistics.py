"""How far the ledger is: close-out rate, on time, overdue days, by unit and source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
_ON_TIME = Q(closed_on__lte=F("due_on"))


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


def _figures() -> list[str]:
    return [name for name in Line.__dataclass_fields__ if name not in ("title", "query")]


def lines_of(rows: QuerySet[Entry], by: str, today: date) -> list[Line]:
    """One line for each value of the field ``by``, those with most entries first. Two statements,
    whatever the number of entries; indexes hold all that they read."""
    counted = rows.exclude(state=EntryState.MERGED).order_by()
    found: dict[object, Counter[str]] = defaultdict(Counter)
    groups = counted.values_list(by, "state", "light").annotate(
        n=Count("*"), termed=Count("due_on"), on_time=Count("closed_on", filter=_ON_TIME)
    )
    for value, state, light, number, termed, on_time in groups:
        closed = state == EntryState.CLOSED
        found[value].update(
            all=number,
            closed=number * closed,
            termed=termed * closed,
            on_time=on_time * closed,
            red=number * (light == Light.RED),
            yellow=number * (light in (Light.YELLOW, Light.ORANGE)),
        )
    _count_late(counted, by, today, found)
    ordered = sorted(found.items(), key=lambda item: (-item[1]["all"], str(item[0] or "")))
    names = _figures()
    return [
        Line(
            title=str(value or _("（空）")),
            query=urlencode({LINKS[by]: value}) if value and by in LINKS else "",
            **{name: line[name] for name in names},
        )
        for value, line in ordered
    ]


def _count_late(
    rows: QuerySet[Entry], by: str, today: date, found: Mapping[object, Counter[str]]
) -> None:
    """Those that are late and their days past due; databases subtract dates each in its way, so
    the days are counted here, from how many are due on each day."""
    groups = rows.filter(overdue(today)).values_list(by, "due_on")
    for value, due, number in groups.annotate(n=Count("*")):
        found[value].update(late=number, late_days=(today - due).days * number)


def total(lines: Sequence[Line]) -> Line:
    """All lines together."""
    names = _figures()
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
