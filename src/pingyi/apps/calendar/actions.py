"""Keeping the calendar. Terms that were counted before keep their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.calendar.access import require_keeper
from pingyi.apps.calendar.queries import new_years
from pingyi.apps.calendar.rules import FIRST, LAST, Entry, wrong_with
from pingyi.apps.people.access import User
from pingyi.base import audit
from pingyi.base.errors import Invalid, Missing
from pingyi.base.models import CalendarDay, CalendarYear

LONGEST = 31
"""Days that are set at once."""


@transaction.atomic
def set_year(*, by: User, year: int, source: str) -> CalendarYear:
    """Say that a year's arrangement is known, and from which document."""
    account = require_keeper(by)
    if not FIRST <= year <= LAST:
        raise Invalid(_("没有%(year)s年的日历。") % {"year": year}, field="year")
    source = source.strip()
    if not source:
        raise Invalid(_("缺少依据文件。"), _("请填写通知的名称和文号。"), field="source")
    made, _new = CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    audit.record(by=account, verb="calendar.year.set", subject=made, source=source)
    return made


@transaction.atomic
def set_days(*, by: User, entry: Entry, until: date | None = None) -> int:
    """Set the days from ``entry.day`` to ``until``; returns how many."""
    account = require_keeper(by)
    length = ((until or entry.day) - entry.day).days + 1
    if not 1 <= length <= LONGEST:
        raise Invalid(
            _("止日须在起日当天或其后，且不超过%(days)s天。") % {"days": LONGEST},
            _("请核对两个日期。"),
            field="until",
        )
    entries = [
        Entry(entry.day + timedelta(days=number), entry.kind, entry.name.strip(), entry.source)
        for number in range(length)
    ]
    for one in entries:
        if problem := wrong_with(one):
            raise Invalid(*problem, field="day")
        _need_year(one.day.year)
    _write(entries)
    audit.record(
        by=account,
        verb="calendar.days.set",
        subject=CalendarYear.objects.get(pk=entry.day.year),
        days=[asdict(one) for one in entries],
    )
    return length


@transaction.atomic
def remove_days(*, by: User, first: date, last: date) -> int:
    """These days are as the week has them again; returns how many were not."""
    account = require_keeper(by)
    found = CalendarDay.objects.select_for_update().filter(day__range=(first, last))
    days = [f"{one.day} {one.get_kind_display()} {one.name}" for one in found]
    if not days:
        raise Missing(_("日历里没有这几天的安排。"), _("请刷新页面。"))
    found.delete()
    audit.record(
        by=account,
        verb="calendar.days.removed",
        subject=CalendarYear.objects.get(pk=first.year),
        days=days,
    )
    return len(days)


@transaction.atomic
def import_days(*, by: User, entries: Sequence[Entry], source: str) -> int:
    """Take in a table; years that it brings rest on ``source``. Returns how many days."""
    account = require_keeper(by)
    for entry in entries:
        if problem := wrong_with(entry):
            raise Invalid(f"{entry.day}：{problem[0]}", problem[1])
    for year in new_years(entries):
        set_year(by=account, year=year, source=source)
    _write(entries)
    audit.record(
        by=account, verb="calendar.days.imported", days=[asdict(entry) for entry in entries]
    )
    return len(entries)


def _need_year(year: int) -> None:
    if not CalendarYear.objects.filter(year=year).exists():
        raise Invalid(
            _("%(year)s年的节假日安排尚未录入。") % {"year": year},
            _("请先填写该年的依据文件。"),
            field="day",
        )


def _write(entries: Sequence[Entry]) -> None:
    rows = [
        CalendarDay(
            day=entry.day,
            year_id=entry.day.year,
            kind=entry.kind.value,
            name=entry.name,
            source=entry.source,
        )
        for entry in entries
    ]
    CalendarDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["year", "kind", "name", "source"],
    )
