"""The arrangements that the State Council has published, as far as a library knows them."""

from __future__ import annotations

from datetime import date

from chinese_calendar import constants
from django.db import transaction

from pingyi.base.days import DayKind
from pingyi.base.models import CalendarDay, CalendarYear


@transaction.atomic
def fill_calendar() -> int:
    """Enter the years that nobody has entered; returns how many. What officers entered stays:
    a year once there is never touched again."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    found: dict[date, tuple[DayKind, str]] = {}
    for days, kind in ((constants.holidays, DayKind.OFF), (constants.workdays, DayKind.WORK)):
        for day, name in days.items():
            found[day] = (kind, constants.Holiday(name).chinese)
    years = sorted({day.year for day in found} - known)
    CalendarYear.objects.bulk_create(
        CalendarYear(year=year, source=f"国务院办公厅关于{year}年部分节假日安排的通知")
        for year in years
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, year_id=day.year, kind=kind, name=name)
        for day, (kind, name) in sorted(found.items())
        if day.year in years
    )
    return len(years)
