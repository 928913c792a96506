"""The calendar as it is stored: filled once, kept by officers, told in the audit log."""

from datetime import date

import pytest
from tests.apps.calendar.year_2026 import SPECIALS
from tests.apps.people.ground import account, unit

from pingyi.apps.calendar import actions
from pingyi.apps.calendar.queries import plan_days
from pingyi.apps.calendar.rules import Entry, table_of_days
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.base.days import DayKind, TermUnit
from pingyi.base.errors import HouseError, Invalid, Refused
from pingyi.base.models import AuditEntry, CalendarDay, CalendarYear
from pingyi.base.published import fill_calendar
from pingyi.base.sheets.reading import read_table
from pingyi.base.terms import derivation, due_after, load_calendar

pytestmark = pytest.mark.django_db

HOLIDAY = Entry(date(2028, 1, 1), DayKind.OFF, "元旦")


@pytest.fixture
def organiser() -> Account:
    return account("organiser", Role.ORGANISER)


def test_a_new_installation_knows_the_published_years() -> None:
    calendar = load_calendar()
    in_2026 = {day: one for day, one in calendar.specials.items() if day.year == 2026}
    assert in_2026 == SPECIALS
    assert {2024, 2025, 2026} <= calendar.years
    assert 2028 not in calendar.years


def test_filling_again_touches_nothing(organiser: Account) -> None:
    actions.remove_days(by=organiser, first=date(2026, 10, 10), last=date(2026, 10, 10))
    assert fill_calendar() == 0
    assert not CalendarDay.objects.filter(day=date(2026, 10, 10)).exists()


def test_a_year_that_comes_with_an_upgrade_is_filled() -> None:
    CalendarDay.objects.filter(year=2026).delete()
    CalendarYear.objects.filter(year=2026).delete()
    assert fill_calendar() == 1
    assert CalendarDay.objects.filter(year=2026).count() == len(SPECIALS)


def test_an_officer_enters_a_year(organiser: Account) -> None:
    start = date(2027, 12, 31)
    assert "2028年的节假日安排尚未录入" in derivation(due_after(start, 1, TermUnit.WORKING))
    with pytest.raises(Invalid, match="尚未录入"):
        actions.set_days(by=organiser, entry=HOLIDAY)
    actions.set_year(by=organiser, year=2028, source="放假通知")
    days = actions.set_days(by=organiser, entry=HOLIDAY, until=date(2028, 1, 3))
    assert days == 3
    due = due_after(start, 1, TermUnit.WORKING)
    assert due.day == date(2028, 1, 4)
    assert "跳过元旦放假3天" in derivation(due)
    assert due.unknown == ()
    verbs = list(AuditEntry.objects.order_by("number").values_list("verb", "actor"))
    assert verbs[-2:] == [
        ("calendar.year.set", "organiser"),
        ("calendar.days.set", "organiser"),
    ]


@pytest.mark.parametrize(
    ("entry", "until", "words"),
    [
        (Entry(date(2026, 11, 23), DayKind.WORK, "某节"), None, "本来就上班"),
        (Entry(date(2026, 11, 23), DayKind.OFF, "某节"), date(2026, 11, 20), "止日"),
        (Entry(date(2026, 1, 1), DayKind.OFF, "某节"), date(2026, 3, 1), "止日"),
        (Entry(date(1999, 1, 1), DayKind.OFF, "某节"), None, "日历范围"),
    ],
)
def test_days_that_make_no_sense(
    organiser: Account, entry: Entry, until: date | None, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        actions.set_days(by=organiser, entry=entry, until=until)


def test_only_who_answers_for_all_units_changes_it() -> None:
    water = unit("SLJ", "市水利局")
    for number, role in enumerate(Role):
        if role in {Role.UNIT_HANDLER, Role.UNIT_HEAD}:
            other = account(f"a{number}", role, unit=water)
        else:
            other = account(f"a{number}", role)
        if role in {Role.ORGANISER, Role.SYSTEM_ADMIN}:
            actions.set_year(by=other, year=2030, source="通知")
            continue
        for act in (
            lambda by=other: actions.set_year(by=by, year=2030, source="通知"),
            lambda by=other: actions.set_days(by=by, entry=HOLIDAY),
            lambda by=other: actions.remove_days(
                by=by, first=date(2026, 10, 1), last=date(2026, 10, 7)
            ),
            lambda by=other: actions.import_days(by=by, entries=[HOLIDAY], source="通知"),
        ):
            with pytest.raises(Refused):
                act()
    with pytest.raises(Refused):
        actions.set_year(by=account("small", Role.ORGANISER, unit=water), year=2030, source="通知")


TABLE = """日期,安排,节日,依据文件
2028-01-01,放假,元旦,
2028年1月3日,放假,元旦,
2028-01-03,放假,元旦,
2028-01-08,调休上班,元旦,
2028-01-10,调休上班,元旦,
2026-10-01,放假,国庆节,
2026-10-02,放假,国庆,市政府通知
2028-02-30,放假,春节,
"""


def test_a_table_is_planned_row_by_row(organiser: Account) -> None:
    rows = read_table(TABLE.encode(), "a.csv", table_of_days()).rows
    planned = plan_days(rows)
    assert [one.state for one in planned] == [
        "new",
        "new",
        "error",  # the same day again
        "new",
        "error",  # a Monday is worked anyway
        "same",
        "changed",
        "error",  # no such day
    ]
    told = ["".join(p.what for p in one.row.problems) for one in planned if one.row.problems]
    assert ["第3行重复" in told[0], "本来就上班" in told[1], "不是日期" in told[2]] == [True] * 3
    entries = [one.entry for one in planned if one.entry]
    actions.import_days(by=organiser, entries=entries, source="2028年放假通知")
    assert CalendarYear.objects.get(year=2028).source == "2028年放假通知"
    assert CalendarDay.objects.get(day=date(2026, 10, 2)).name == "国庆"
    assert not load_calendar().works(date(2028, 1, 3))
    assert load_calendar().works(date(2028, 1, 8))
    again = plan_days(read_table(TABLE.encode(), "a.csv", table_of_days()).rows)
    assert {one.state for one in again} == {"same", "error"}


def test_a_new_year_without_its_document_is_refused(organiser: Account) -> None:
    with pytest.raises(HouseError, match="依据文件"):
        actions.import_days(by=organiser, entries=[HOLIDAY], source=" ")
    assert not CalendarDay.objects.filter(day=HOLIDAY.day).exists()
