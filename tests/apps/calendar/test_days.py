"""Counting days: cases worked by hand with the paper calendar of 2026, and laws."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.calendar.year_2026 import CALENDAR

from pingyi.base.days import (
    ADD,
    Calendar,
    DayKind,
    Special,
    TermUnit,
    add_days,
    add_months,
    add_working_days,
)
from pingyi.base.terms import derivation

D = date

WORKING = [
    # start, working days, last day
    (D(2026, 11, 20), 5, D(2026, 11, 27)),  # a Friday, a plain week
    (D(2026, 11, 21), 1, D(2026, 11, 23)),  # a Saturday
    (D(2026, 9, 28), 5, D(2026, 10, 10)),  # 29, 30, 8, 9, 10 (a Saturday worked)
    (D(2026, 2, 13), 3, D(2026, 2, 25)),  # 14 (a Saturday worked), 24, 25
    (D(2026, 4, 3), 1, D(2026, 4, 7)),
    (D(2026, 12, 31), 2, D(2027, 1, 4)),  # 2027 is not known: Friday the 1st counts
]
NATURAL = [
    (D(2026, 11, 2), 7, D(2026, 11, 9)),
    (D(2026, 11, 16), 5, D(2026, 11, 23)),  # ends on a Saturday
    (D(2026, 9, 28), 5, D(2026, 10, 8)),  # ends on 3 October
    (D(2026, 5, 4), 5, D(2026, 5, 9)),  # a Saturday, but worked
]
MONTHS = [
    (D(2026, 3, 31), 6, D(2026, 9, 30)),  # September has no 31st
    (D(2026, 1, 31), 1, D(2026, 2, 28)),  # a Saturday, but worked
    (D(2024, 2, 29), 12, D(2025, 2, 28)),
    (D(2026, 7, 1), 3, D(2026, 10, 8)),  # ends on 1 October
    (D(2026, 10, 31), 4, D(2027, 3, 1)),  # 28 February 2027 is a Sunday
    (D(2026, 12, 15), 2, D(2027, 2, 15)),  # over the end of a year
]


@pytest.mark.parametrize(("start", "amount", "day"), WORKING)
def test_working_days(start: date, amount: int, day: date) -> None:
    assert add_working_days(start, amount, CALENDAR).day == day


@pytest.mark.parametrize(("start", "amount", "day"), NATURAL)
def test_natural_days(start: date, amount: int, day: date) -> None:
    assert add_days(start, amount, CALENDAR).day == day


@pytest.mark.parametrize(("start", "amount", "day"), MONTHS)
def test_months(start: date, amount: int, day: date) -> None:
    assert add_months(start, amount, CALENDAR).day == day


WORDS = [
    (
        TermUnit.WORKING,
        D(2026, 9, 28),
        5,
        "自2026年9月28日起，次日开始计算，5个工作日：跳过国庆节放假7天，"
        "2026年10月10日调休上班，算工作日，至2026年10月10日。",
        "From 2026-09-28, counted from the next day, 5 working days: skipping 7 days off for "
        "国庆节, 2026-10-10 worked in exchange, so counted, to 2026-10-10.",
    ),
    (
        TermUnit.NATURAL,
        D(2026, 11, 16),
        5,
        "自2026年11月16日起，次日开始计算，5日：期满为2026年11月21日，"
        "当日休息，顺延到其后第一个工作日，跳过周末2天，至2026年11月23日。",
        "From 2026-11-16, counted from the next day, 5 days: ends on 2026-11-21, which is a day "
        "of rest, so moved to the next working day, skipping 2 days of weekends, to 2026-11-23.",
    ),
    (
        TermUnit.MONTHS,
        D(2026, 3, 31),
        6,
        "自2026年3月31日起，次日开始计算，6个月：期满为2026年9月30日，当月没有31日，取月末。",
        "From 2026-03-31, counted from the next day, 6 months: ends on 2026-09-30, as that month "
        "has no day 31, its last day.",
    ),
    (
        TermUnit.WORKING,
        D(2026, 12, 31),
        1,
        "自2026年12月31日起，次日开始计算，1个工作日：至2027年1月1日。"
        "2027年的节假日安排尚未录入，按周一至周五推算。",
        "From 2026-12-31, counted from the next day, 1 working day: to 2027-01-01. The holidays "
        "of 2027 have not been entered; Monday to Friday are taken for working days.",
    ),
]


@pytest.mark.parametrize(("unit", "start", "amount", "chinese", "english"), WORDS)
def test_how_a_day_came_about_is_told(
    unit: TermUnit, start: date, amount: int, chinese: str, english: str
) -> None:
    due = ADD[unit](start, amount, CALENDAR)
    with translation.override("zh-hans"):
        assert derivation(due) == chinese
    with translation.override("en"):
        assert derivation(due).strip() == english


days = st.dates(D(2020, 1, 1), D(2030, 12, 31))
amounts = st.integers(1, 300)
calendars = st.builds(
    Calendar,
    st.dictionaries(days, st.builds(Special, st.sampled_from(DayKind), st.just("节"))),
    st.frozensets(st.integers(2020, 2031)),
)


def between(after: date, last: date) -> list[date]:
    """The days after one, up to and with another."""
    return [after + timedelta(days=number) for number in range(1, (last - after).days + 1)]


@given(days, amounts, calendars)
def test_so_many_working_days_lie_in_the_period(
    start: date, amount: int, calendar: Calendar
) -> None:
    due = add_working_days(start, amount, calendar)
    walked = between(start, due.day)
    assert sum(calendar.works(day) for day in walked) == amount
    assert calendar.works(due.day)
    assert sum(number for _name, number in due.rests) == len(walked) - amount


@given(days, amounts, calendars, st.sampled_from([TermUnit.NATURAL, TermUnit.MONTHS]))
def test_a_period_ends_on_the_first_working_day_from_its_nominal_end(
    start: date, amount: int, calendar: Calendar, unit: TermUnit
) -> None:
    amount = min(amount, 60)
    due = ADD[unit](start, amount, calendar)
    assert calendar.works(due.day)
    assert not any(map(calendar.works, between(due.nominal - timedelta(days=1), due.day)[:-1]))
    if unit == TermUnit.NATURAL:
        assert (due.nominal - start).days == amount
    else:
        passed = (due.nominal.year - start.year) * 12 + due.nominal.month - start.month
        assert passed == amount
        next_day = due.nominal + timedelta(days=1)
        assert due.nominal.day == start.day or (due.nominal.day < start.day and next_day.day == 1)


@given(days, amounts, calendars, st.sampled_from(TermUnit))
def test_a_longer_period_never_ends_earlier(
    start: date, amount: int, calendar: Calendar, unit: TermUnit
) -> None:
    shorter, longer = (ADD[unit](start, one, calendar).day for one in (amount, amount + 1))
    assert start < shorter <= longer


@given(days, amounts, calendars, st.sampled_from(TermUnit))
def test_years_that_nobody_entered_are_told(
    start: date, amount: int, calendar: Calendar, unit: TermUnit
) -> None:
    due = ADD[unit](start, amount, calendar)
    first = start + timedelta(days=1) if unit == TermUnit.WORKING else due.nominal
    looked_at = set(range(first.year, due.day.year + 1))
    assert set(due.unknown) == looked_at - calendar.years


@pytest.mark.parametrize("unit", TermUnit)
@pytest.mark.parametrize("amount", [0, -1, 3_661])
def test_a_period_has_a_length(unit: TermUnit, amount: int) -> None:
    with pytest.raises(ValueError, match="a period of"):
        ADD[unit](D(2026, 1, 1), amount, CALENDAR)
