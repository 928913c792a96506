"""Pages of the calendar: a year at a time, its days, a table brought in, a period counted."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pingyi.apps.calendar import actions
from pingyi.apps.calendar.access import may_change, require_keeper
from pingyi.apps.calendar.forms import (
    CommitForm,
    DaysForm,
    TermForm,
    UploadForm,
    YearForm,
    as_text,
)
from pingyi.apps.calendar.queries import months_of, new_years, plan_days, spans_of
from pingyi.apps.calendar.rules import FIRST, LAST, table_of_days
from pingyi.base.columns import Column
from pingyi.base.days import TermUnit
from pingyi.base.errors import Invalid, Missing
from pingyi.base.export import Sheet, file_of
from pingyi.base.models import CalendarDay, CalendarYear
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.sheets.reading import content_of, read_table
from pingyi.base.sheets.templates import write_template
from pingyi.base.terms import derivation, due_after, load_calendar, unknown_words

COLUMNS = (
    Column("day", gettext_lazy("日期"), kind="day"),
    Column("kind", gettext_lazy("安排"), value=lambda day: day.get_kind_display()),
    Column("name", gettext_lazy("节日")),
    Column("source", gettext_lazy("依据文件")),
)
STATES = {
    "new": (gettext_lazy("新增"), "active"),
    "changed": (gettext_lazy("变更"), "warning"),
    "same": (gettext_lazy("不变"), "neutral"),
    "error": (gettext_lazy("有误"), "late"),
}


@login_required
def index(request: HttpRequest) -> HttpResponse:
    return redirect("calendar:year", timezone.localdate().year)


def _known(number: int) -> CalendarYear | None:
    if not FIRST <= number <= LAST:
        raise Missing(
            _("没有%(year)s年的日历。") % {"year": number},
            _("日历从%(first)s年到%(last)s年。") % {"first": FIRST, "last": LAST},
        )
    return CalendarYear.objects.filter(year=number).first()


@login_required
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Twelve months, the days that differ, and with ``?start=…`` a period counted."""
    known = _known(year)
    calendar = load_calendar()
    term = TermForm(request.GET if "start" in request.GET else None)
    due = None
    if term.is_valid():
        data = term.cleaned_data
        due = due_after(data["start"], data["amount"], TermUnit(data["unit"]), calendar)
    context = {
        "year": year,
        "known": known,
        "unknown": "" if known else unknown_words(year),
        "before": year - 1 if year > FIRST else None,
        "after": year + 1 if year < LAST else None,
        "months": list(months_of(year, calendar)),
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "spans": spans_of(year),
        "term": term,
        "due": due,
        "derivation": derivation(due) if due else "",
        "may_change": may_change(request.user),
    }
    return render(request, "calendar/year.html", context)


@login_required
def year_file(request: HttpRequest, year: int) -> HttpResponseBase:
    """The days that differ, as a file that can be brought in again."""
    known = _known(year)
    sheet = Sheet(
        _("%(year)s年节假日安排") % {"year": year}, COLUMNS, known.source if known else ""
    )
    kind = request.GET.get("export", "xlsx")
    return file_of(kind, sheet, CalendarDay.objects.filter(year=year))


def _answer(request: HttpRequest, form: Any, year: int, title: str, **more: Any) -> HttpResponse:
    shown = {"form": form, "title": title, "cancel": reverse("calendar:year", args=[year]), **more}
    return render(request, "calendar/form.html", shown, status=status_of(form))


@login_required
def source(request: HttpRequest, year: int) -> HttpResponse:
    account = require_keeper(request.user)
    known = _known(year)
    form = YearForm(request.POST or None, initial={"source": known.source if known else ""})
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: actions.set_year(by=account, year=year, source=form.cleaned_data["source"]),
    ):
        return redirect("calendar:year", year)
    title = _("%(year)s年节假日安排的依据") % {"year": year}
    note = "" if known else _("保存后该年即算“已录入”，请接着逐项录入放假和调休上班的日子。")
    return _answer(request, form, year, title, note=note)


@login_required
def days(request: HttpRequest, year: int) -> HttpResponse:
    account = require_keeper(request.user)
    _known(year)
    first = parse_date(request.GET.get("day", "")) if "day" in request.GET else None
    form = DaysForm(request.POST or None, initial={"day": first or date(year, 1, 1)})

    def act() -> None:
        number = actions.set_days(by=account, entry=form.entry, until=form.cleaned_data["until"])
        messages.success(request, _("已录入%(number)s天。") % {"number": number})

    if request.method == "POST" and attempt_or_keep(form, act):
        return redirect("calendar:year", form.entry.day.year)
    return _answer(request, form, year, _("录入节假日、调休"))


@login_required
@require_POST
def remove(request: HttpRequest, year: int) -> HttpResponse:
    account = require_keeper(request.user)
    first, last = (parse_date(request.POST.get(name, "")) for name in ("first", "last"))
    if first is None or last is None:
        raise Invalid(_("缺少日期。"), _("请刷新页面。"))
    number = actions.remove_days(by=account, first=first, last=last)
    messages.success(request, _("已删除%(number)s天的安排。") % {"number": number})
    return redirect("calendar:year", year)


@login_required
def template(request: HttpRequest) -> HttpResponseBase:
    require_keeper(request.user)
    content = write_template(table_of_days())
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=_("节假日安排导入模板.xlsx")
    )


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a table and see what it would change; nothing is written."""
    require_keeper(request.user)
    form = UploadForm(request.POST or None, request.FILES or None)
    found: list[HttpResponse] = []

    def act() -> None:
        file = form.cleaned_data["file"]
        sheet = read_table(content_of(file), file.name, table_of_days())
        planned = plan_days(sheet.rows)
        entries = [one.entry for one in planned if one.entry and one.state != "same"]
        years = new_years(entries)
        commit_form = CommitForm(initial={"rows": as_text(entries)}, grounded=bool(years))
        found.append(_preview(request, planned, commit_form, years))

    if request.method == "POST" and attempt_or_keep(form, act):
        return found[0]
    return _answer(request, form, timezone.localdate().year, _("导入节假日安排"), upload=True)


def _preview(
    request: HttpRequest, planned: list[Any], form: CommitForm, years: list[int]
) -> HttpResponse:
    states = [one.state for one in planned]
    context = {
        "rows": [(one, *STATES[one.state]) for one in planned],
        "columns": [column.title for column in table_of_days().columns],
        "counts": [(word, kind, states.count(state)) for state, (word, kind) in STATES.items()],
        "todo": states.count("new") + states.count("changed"),
        "wrong": states.count("error"),
        "years": years,
        "form": form,
    }
    return render(request, "calendar/preview.html", context)


@login_required
@require_POST
def commit(request: HttpRequest) -> HttpResponse:
    account = require_keeper(request.user)
    form = CommitForm(request.POST, grounded=True)
    form.fields["source"].required = False
    if not form.is_valid():
        raise Invalid(_("页面内容不完整。"), _("请重新上传。"))
    entries = form.cleaned_data["rows"]
    actions.import_days(by=account, entries=entries, source=form.cleaned_data["source"])
    messages.success(request, _("已导入%(number)s天。") % {"number": len(entries)})
    last = max((entry.day.year for entry in entries), default=timezone.localdate().year)
    return redirect("calendar:year", last)
