"""The figures of the ledger."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from pingyi.apps.ledger import statistics as figures
from pingyi.apps.ledger.access import OfficeRequest, list_page
from pingyi.apps.ledger.views.lists import filter_fields, filtered, frame
from pingyi.base.columns import Column
from pingyi.base.export import Sheet, file_of
from pingyi.base.figures import number, percent

WAYS = (
    ("lead_title", gettext_lazy("按单位")),
    ("source_title", gettext_lazy("按来源")),
    ("category", gettext_lazy("按分类")),
    ("campaign__title", gettext_lazy("按专项")),
)


@require_GET
@list_page
def statistics(request: OfficeRequest) -> HttpResponseBase:
    """By unit, source, category or campaign, of what the filter leaves."""
    asked = request.GET.get("by", "")
    names = [name for name, _title in WAYS]
    by = asked if asked in names else names[0]
    lines = figures.lines_of(filtered(request), by, timezone.localdate())
    title = _("台账统计")
    if kind := request.GET.get("export"):
        return file_of(kind, Sheet(title, _columns()), lines)
    shown = {
        "title": title,
        "lines": lines,
        "total": figures.total(lines),
        "units": sum(bool(one.query) for one in lines) if by == "lead_title" else None,
        "chart": figures.chart_of(lines),
        "heads": [column.title for column in _columns()[1:]],
        "by": by,
        "by_ways": WAYS,
        "fields": filter_fields(request),
    }
    return render(request, "ledger/statistics.html", {**shown, **frame(request, "statistics")})


def _columns() -> tuple[Column, ...]:
    return (
        Column("title", _("名称"), width=30),
        Column("all", _("事项"), kind="number"),
        Column("closed", _("已销号"), kind="number"),
        Column("closed_share", _("销号率"), value=lambda one: percent(one.closed_share, 2)),
        Column("on_time", _("按期销号"), kind="number"),
        Column("on_time_share", _("按期率"), value=lambda one: percent(one.on_time_share, 2)),
        Column("late", _("逾期"), kind="number"),
        Column(
            "mean_late_days",
            _("平均逾期天数"),
            value=lambda one: number(one.mean_late_days, 1),
        ),
        Column("red", _("红灯"), kind="number"),
        Column("yellow", _("黄灯、橙灯"), kind="number"),
    )
