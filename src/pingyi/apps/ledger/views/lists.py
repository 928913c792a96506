"""The ledger as a list, a board, a timeline; bulk acts; filters that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ledger import actions, queries
from pingyi.apps.ledger.access import OfficeRequest, list_page, may_register, registrar_page
from pingyi.apps.ledger.desk import KINDS
from pingyi.apps.ledger.enums import OPEN, EntryState, UrgeTo
from pingyi.apps.ledger.filters import SCOPES, EntryFilter
from pingyi.apps.ledger.forms import SaveViewForm
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.tables import STATE_KINDS, columns_of
from pingyi.apps.people.access import has_role
from pingyi.base.errors import HouseError, Invalid, Missing
from pingyi.base.listing import Bulk, Chip, Listing, fields_of, picked
from pingyi.base.posting import attempt
from pingyi.base.terms import derivation, load_calendar

both = require_http_methods(["GET", "POST"])
ON_BOARD = 20
MOST_PRINTED = 2_000
SHORT = 13
"""Columns of so many characters are not broken on paper."""
BOARD = (*OPEN, EntryState.SUSPENDED, EntryState.CLOSED)
UNIT_CHIPS = ("to_do", "own", "overdue")
SUPERVISOR_CHIPS = ("to_supervise", "mine", "overdue", "urgent", "look_back", "listed")


@both
@list_page
def index(request: OfficeRequest) -> HttpResponseBase:
    """All entries that one may see."""
    if request.method == "POST":
        return _bulk(request)
    campaign = _campaign(request.GET)
    rows = queries.visible(request.user).select_related("campaign")
    if "export" in request.GET:
        rows = rows.prefetch_related("supports")
    listing = Listing(
        title=_("台账"),
        rows=rows,
        columns=columns_of(campaign),
        order="-number",
        filters=EntryFilter,
        chips=_chips(request),
        bulk=_bulks(request),
        period=campaign.title if campaign else "",
        keyset=True,
    )
    return listing.respond(request, "ledger/list.html", **frame(request, "list"))


def frame(request: OfficeRequest, now: str) -> dict[str, object]:
    """What all ways of looking at the ledger share: the other ways, with the same filter."""
    query = request.GET.copy()
    for name in ("page", "after", "before", "end", "sort", "export"):
        query.pop(name, None)
    kept = query.urlencode()
    ways = (
        ("list", _("列表"), "ledger:index", "list"),
        ("board", _("看板"), "ledger:board", "layout-kanban"),
        ("timeline", _("时间轴"), "ledger:timeline", "calendar-event"),
        ("statistics", _("统计"), "ledger:statistics", "chart-bar"),
    )
    return {
        "ways": [
            (title, f"{reverse(name)}?{kept}" if kept else reverse(name), icon, key == now)
            for key, title, name, icon in ways
        ],
        "kept": kept,
        "registers": may_register(request.user),
        "save_view": SaveViewForm(initial={"query": kept}),
        "saved": list(queries.saved_views(request.user)),
    }


def _campaign(query: QueryDict) -> Campaign | None:
    key = query.get("campaign", "")
    return Campaign.objects.filter(pk=key).first() if key.isdecimal() else None


def _chips(request: OfficeRequest) -> list[Chip]:
    names: list[str] = []
    if has_role(request.user, *queries.OWNERS):
        names += UNIT_CHIPS
    if has_role(request.user, *queries.SUPERVISORS):
        names += SUPERVISOR_CHIPS
    shown = [Chip(SCOPES[name][0], f"view={name}") for name in dict.fromkeys(names)]
    saved = [Chip(view.title, view.query) for view in queries.saved_views(request.user)]
    return [Chip(_("全部"), ""), *shown, *saved]


def _bulks(request: OfficeRequest) -> list[Bulk]:
    found = []
    if has_role(request.user, *queries.OWNERS):
        found.append(Bulk("claim", _("认领"), _("认领勾选的事项。确定吗？"), "hand-grab"))
    if may_register(request.user):
        found.append(Bulk("assign", _("分派"), _("下一步选择单位和期限。"), "user-share"))
        ask = _("向勾选事项的牵头单位发出催办。确定吗？")
        found.append(Bulk("urge", _("催办"), ask, "bell-ringing"))
    return found


def _bulk(request: OfficeRequest) -> HttpResponse:
    """Do one thing with all that is ticked; what can't be done is told, the rest is done."""
    verb, keys = picked(request)
    rows = queries.visible(request.user).filter(pk__in=[key for key in keys if key.isdecimal()])
    entries = list(rows.select_related("campaign", "lead_unit"))
    if verb == "assign":
        numbers = ",".join(entry.number for entry in entries)
        return redirect(f"{reverse('ledger:assign_many')}?numbers={numbers}")
    if verb not in ("claim", "urge"):
        raise Invalid(_("没有这项批量操作。"))
    done, failed = 0, []
    for entry in entries:
        try:
            if verb == "claim":
                actions.claim(by=request.user, entry=entry)
            else:
                text = _("请抓紧办理，并填报进展。")
                actions.urge(by=request.user, entry=entry, to=UrgeTo.HEAD, text=text)
            done += 1
        except HouseError as error:
            failed.append(f"{entry.number}：{error.what}")
    if done:
        messages.success(request, _("已办理%(number)s项。") % {"number": done})
    if failed:
        told = _("%(number)s项没有办理：") % {"number": len(failed)}
        messages.warning(request, told + "；".join(failed[:10]))
    return redirect(_back(request))


def _back(request: OfficeRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if safe else reverse("ledger:index")


def filtered(request: OfficeRequest) -> QuerySet[Entry]:
    rows = queries.visible(request.user)
    found: QuerySet[Entry] = EntryFilter(data=request.GET, queryset=rows, request=request).qs
    return found


def filter_fields(request: OfficeRequest) -> Any:
    form = EntryFilter(data=request.GET, queryset=Entry.objects.none(), request=request).form
    return fields_of(form, EntryFilter.more)


@require_GET
@list_page
def board(request: OfficeRequest) -> HttpResponse:
    """One column a state, the most urgent first."""
    rows = filtered(request)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    columns = []
    for state in BOARD:
        number = counts.get(state, 0)
        some = list(_column(rows, state)[:ON_BOARD]) if number else []
        cards = [(entry, KINDS[entry.light]) for entry in some]
        columns.append((state.label, state.value, STATE_KINDS[state], number, cards))
    shown = {"columns": columns, "fields": filter_fields(request), "title": _("台账看板")}
    return render(request, "ledger/board.html", {**shown, **frame(request, "board")})


def _column(rows: QuerySet[Entry], state: EntryState) -> QuerySet[Entry]:
    if state == EntryState.CLOSED:  # those alone have the day, which an index holds
        return rows.filter(closed_on__isnull=False).order_by("-closed_on", "-pk")
    return rows.filter(state=state).order_by("due_on", "pk")


@require_GET
@list_page
def timeline(request: OfficeRequest) -> HttpResponse:
    """What is due when: late, this week, next week, and so on."""
    today = timezone.localdate()
    rows = filtered(request).filter(state__in=OPEN)
    stretches = []
    for title, first, last in _stretches(today):
        mine = rows.filter(due_on__isnull=first is None and last is None)
        if first is not None:
            mine = mine.filter(due_on__gte=first)
        if last is not None:
            mine = mine.filter(due_on__lte=last)
        number = mine.count()
        some = list(mine.order_by("due_on", "pk")[:ON_BOARD]) if number else []
        entries = [(entry, KINDS[entry.light]) for entry in some]
        stretches.append((title, first, last, number, entries))
    shown = {"stretches": stretches, "fields": filter_fields(request), "title": _("台账时间轴")}
    return render(request, "ledger/timeline.html", {**shown, **frame(request, "timeline")})


def _stretches(today: date) -> Sequence[tuple[str, date | None, date | None]]:
    day = timedelta(days=1)
    sunday = today + (6 - today.weekday()) * day
    month = (today.replace(day=1) + 32 * day).replace(day=1) - day
    following = (month + 32 * day).replace(day=1) - day
    week = sunday + 7 * day
    return (
        (_("已逾期"), None, today - day),
        (_("本周"), today, sunday),
        (_("下周"), sunday + day, week),
        (_("本月其余"), week + day, month),
        (_("下月"), max(week, month) + day, following),
        (_("以后"), following + day, None),
        (_("没有期限"), None, None),
    )


@require_GET
@list_page
def printed(request: OfficeRequest) -> HttpResponse:
    """The ledger on A3 paper, lying, its heading on each page; columns that nobody filled are left
    out."""
    campaign = _campaign(request.GET)
    rows = filtered(request).order_by("lead_title", "due_on", "pk")
    rows = rows.prefetch_related("supports")
    number = rows.count()
    if number > MOST_PRINTED:
        raise Invalid(
            _("共%(number)s项，一次最多打印%(most)s项。")
            % {"number": number, "most": MOST_PRINTED},
            _("请先筛选，或导出 Excel。"),
        )
    columns = columns_of(campaign)
    lines = [[column.cell(entry).text for column in columns] for entry in rows]
    filled = [n for n in range(len(columns)) if any(line[n] for line in lines)]
    short = {n for n in filled if columns[n].kind == "day" or 0 < columns[n].width <= SHORT}
    shown = {
        "campaign": campaign,
        "heads": [columns[n].title for n in filled],
        "lines": [[(line[n], n in short) for n in filled] for line in lines],
        "today": timezone.localdate(),
        "back": f"{reverse('ledger:index')}?{request.GET.urlencode()}",
    }
    return render(request, "ledger/print.html", shown)


@both
@registrar_page
def moved(request: OfficeRequest) -> HttpResponse:
    """Open entries whose last day would be another by the calendar as it stands; those ticked are
    counted anew."""
    mine = queries.supervised(request.user)
    if request.method == "POST":
        keys = [key for key in request.POST.getlist("pick") if key.isdecimal()]
        entries = list(mine.filter(pk__in=keys))
        actions.move_many(by=request.user, entries=entries)
        messages.success(request, _("已重算%(number)s项的期限。") % {"number": len(entries)})
        return redirect("ledger:moved")
    found = queries.moved_by_calendar(mine, load_calendar())
    rows = [(entry, due.day, derivation(due)) for entry, due in found]
    return render(request, "ledger/moved.html", {"rows": rows})


@require_POST
@list_page
def save_view(request: OfficeRequest) -> HttpResponse:
    """Keep the filter as it is under a name."""
    form = SaveViewForm(request.POST)
    if not attempt(form, lambda: actions.save_view(by=request.user, **form.cleaned_data)):
        raise Invalid("；".join(str(text) for texts in form.errors.values() for text in texts))
    messages.success(request, _("已保存为常用视图。"))
    return redirect(f"{reverse('ledger:index')}?{form.cleaned_data['query']}")


@require_POST
@list_page
def drop_view(request: OfficeRequest, pk: int) -> HttpResponse:
    """Forget it."""
    view = queries.saved_views(request.user).filter(pk=pk).first()
    if view is None:
        raise Missing(_("没有这个常用视图。"))
    actions.drop_view(by=request.user, view=view)
    messages.success(request, _("已删去常用视图。"))
    return redirect("ledger:index")
