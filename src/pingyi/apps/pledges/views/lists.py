"""Pledges and their items as lists, in figures, and on paper."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from pingyi.apps.ledger.queries import OWNERS, SUPERVISORS
from pingyi.apps.people.access import has_role
from pingyi.apps.pledges import queries
from pingyi.apps.pledges import statistics as counted
from pingyi.apps.pledges.access import list_page
from pingyi.apps.pledges.enums import First, Manner
from pingyi.apps.pledges.filters import ItemFilter, PledgeFilter
from pingyi.apps.pledges.models import Campaign, Item
from pingyi.apps.pledges.tables import item_columns, pledge_columns
from pingyi.apps.polls.access import OfficeRequest
from pingyi.base.columns import Column
from pingyi.base.errors import Invalid
from pingyi.base.export import Sheet, file_of
from pingyi.base.figures import percent
from pingyi.base.listing import Chip, Listing, fields_of

MOST_PRINTED = 2_000
TITLES: dict[str, dict[str, object]] = {
    "first": dict(First.choices),
    "manner": dict(Manner.choices),
}
WAYS = (
    ("first", gettext_lazy("按争第一的级别")),
    ("aspect", gettext_lazy("按承诺方面")),
    ("unit", gettext_lazy("按单位")),
    ("manner", gettext_lazy("按承诺形式")),
)


@require_GET
@list_page
def index(request: OfficeRequest) -> HttpResponseBase:
    """All pledges that one may see."""
    rows = queries.visible(request.user).select_related("campaign")
    listing = Listing(
        title=_("公开承诺"),
        rows=rows.annotate(items_number=Count("items")),
        columns=pledge_columns(),
        filters=PledgeFilter,
        chips=_chips(request),
    )
    return listing.respond(request, "pledges/list.html", **frame(request, "index"))


def _chips(request: OfficeRequest) -> list[Chip]:
    found = [Chip(_("全部"), "")]
    if has_role(request.user, *OWNERS):
        found.append(Chip(_("本单位的"), "view=own"))
    if has_role(request.user, *SUPERVISORS):
        found += [
            Chip(_("待公布"), "state=handed_in"),
            Chip(_("待核实交账"), "view=to_settle"),
            Chip(_("待办结"), "state=settled"),
            Chip(_("逾期未提交"), "view=missing"),
        ]
    return found


def frame(request: OfficeRequest, now: str) -> dict[str, object]:
    """What all ways of looking share: the other ways, for the same campaign."""
    key = request.GET.get("campaign", "")
    campaign = f"campaign={key}" if key.isdecimal() else ""
    query = request.GET.copy()
    for name in ("page", "sort", "export", "by"):
        query.pop(name, None)
    ways = (
        ("index", _("承诺书"), "file-text"),
        ("items", _("承诺事项"), "list-details"),
        ("statistics", _("统计"), "chart-bar"),
    )
    return {
        "ways": [
            (title, f"{reverse(f'pledges:{name}')}?{campaign}", icon, name == now)
            for name, title, icon in ways
        ],
        "kept": query.urlencode(),
    }


@require_GET
@list_page
def items(request: OfficeRequest) -> HttpResponseBase:
    """All items that one may see."""
    listing = Listing(
        title=_("承诺事项"),
        rows=queries.items_of(queries.visible(request.user)),
        columns=item_columns(),
        filters=ItemFilter,
    )
    return listing.respond(request, "pledges/list.html", **frame(request, "items"), printable=True)


def _filtered(request: OfficeRequest) -> QuerySet[Item]:
    rows = queries.items_of(queries.visible(request.user))
    found: QuerySet[Item] = ItemFilter(data=request.GET, queryset=rows, request=request).qs
    return found


@require_GET
@list_page
def statistics(request: OfficeRequest) -> HttpResponseBase:
    """How many claim what, and how many were kept."""
    asked = request.GET.get("by", "")
    by = asked if asked in counted.WAYS else "first"
    rows = _filtered(request)
    lines = counted.lines_of(rows, counted.WAYS[by], TITLES.get(by, {}))
    title = _("公开承诺统计")
    if kind := request.GET.get("export"):
        return file_of(kind, Sheet(title, _line_columns()), lines)
    form = ItemFilter(data=request.GET, queryset=Item.objects.none(), request=request).form
    shown = {
        "title": title,
        "lines": lines,
        "total": counted.total(lines),
        "claims": counted.claims(rows),
        "chart": counted.chart_of(lines),
        "heads": [column.title for column in _line_columns()[1:]],
        "by": by,
        "by_ways": WAYS,
        "fields": fields_of(form, ItemFilter.more),
        **frame(request, "statistics"),
    }
    return render(request, "pledges/statistics.html", shown)


def _line_columns() -> tuple[Column, ...]:
    return (
        Column("title", _("名称"), width=30),
        Column("all", _("承诺事项"), kind="number"),
        Column("met", _("完成"), kind="number"),
        Column("not_met", _("未完成"), kind="number"),
        Column("prevented", _("不可抗力"), kind="number"),
        Column("left", _("未交账"), kind="number"),
        Column("share", _("完成率"), value=lambda one: percent(one.share, 2)),
    )


@require_GET
@list_page
def printed(request: OfficeRequest) -> HttpResponse:
    """All items on A3 paper, lying, the heading on each page."""
    rows = _filtered(request).order_by("pledge__campaign", "pledge__unit__path", "number")
    number = rows.count()
    if number > MOST_PRINTED:
        raise Invalid(
            _("共%(number)s条，一次最多打印%(most)s条。")
            % {"number": number, "most": MOST_PRINTED},
            _("请先筛选。"),
        )
    columns = item_columns()
    key = request.GET.get("campaign", "")
    shown = {
        "campaign": _campaign(request, key),
        "heads": [column.title for column in columns],
        "lines": [[column.cell(row).text for column in columns] for row in rows],
        "back": reverse("pledges:items"),
        "authority": settings.AUTHORITY,
        "today": timezone.localdate(),
    }
    return render(request, "pledges/print.html", shown)


def _campaign(request: OfficeRequest, key: str) -> Campaign | None:
    found = queries.visible_campaigns(request.user)
    return found.filter(pk=key).first() if key.isdecimal() else None
