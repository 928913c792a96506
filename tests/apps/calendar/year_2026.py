"""The arrangement of 2026, copied by hand from the State Council's notice."""

from datetime import date, timedelta

from pingyi.base.days import Calendar, DayKind, Special

OFF = (
    ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
    ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ("清明", date(2026, 4, 4), date(2026, 4, 6)),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
    ("端午", date(2026, 6, 19), date(2026, 6, 21)),
    ("中秋", date(2026, 9, 25), date(2026, 9, 27)),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
)
WORK = (
    ("元旦", date(2026, 1, 4)),
    ("春节", date(2026, 2, 14)),
    ("春节", date(2026, 2, 28)),
    ("劳动节", date(2026, 5, 9)),
    ("国庆节", date(2026, 9, 20)),
    ("国庆节", date(2026, 10, 10)),
)

SPECIALS = {day: Special(DayKind.WORK, name) for name, day in WORK} | {
    first + timedelta(days=number): Special(DayKind.OFF, name)
    for name, first, last in OFF
    for number in range((last - first).days + 1)
}
CALENDAR = Calendar(SPECIALS, frozenset({2025, 2026}))
"""2025 counts as known, without holidays."""
