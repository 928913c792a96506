"""The calendar as it is stored, and in words how a period was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingyi.base.days import ADD, Calendar, DayKind, Due, Special, TermUnit
from pingyi.base.figures import day as shown
from pingyi.base.models import CalendarDay, CalendarYear


@dataclass(frozen=True)
class TermRule:
    """A term that a law or a document fixes from a day on (``basis``: which, and which article)."""

    since: date
    amount: int
    unit: TermUnit
    basis: str

    @property
    def basis_words(self) -> str:
        """To stand behind how a term was counted."""
        return _("依据：%(basis)s。") % {"basis": self.basis}


def rule_on(rules: Iterable[TermRule], day: date) -> TermRule | None:
    """The rule in force on a day: the latest that has begun."""
    held = [rule for rule in rules if rule.since <= day]
    return max(held, key=lambda rule: rule.since) if held else None


def load_calendar() -> Calendar:
    """All days that differ from the week, and the years that were entered."""
    rows = CalendarDay.objects.values_list("day", "kind", "name")
    return Calendar(
        {day: Special(DayKind(kind), name) for day, kind, name in rows},
        frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def due_after(start: date, amount: int, unit: TermUnit, calendar: Calendar | None = None) -> Due:
    """When a period from ``start`` ends by the calendar as it stands."""
    return ADD[unit](start, amount, calendar or load_calendar())


def derivation(due: Due) -> str:
    """How the last day came about, in the language of the reader; to be kept beside the day."""
    head = _("自%(start)s起，次日开始计算，") % {"start": shown(due.start)} + _length(due)
    parts = []
    if due.unit == TermUnit.WORKING:
        parts += _skipped(due)
        parts.append(_("至%(day)s") % {"day": shown(due.day)})
    else:
        parts.append(_("期满为%(day)s") % {"day": shown(due.nominal)})
        if due.unit == TermUnit.MONTHS and due.nominal.day != due.start.day:
            parts.append(_("当月没有%(number)s日，取月末") % {"number": due.start.day})
        if due.day != due.nominal:
            parts.append(_("当日休息，顺延到其后第一个工作日"))
            parts += _skipped(due)
            parts.append(_("至%(day)s") % {"day": shown(due.day)})
    words = _("%(head)s：%(text)s。") % {"head": head, "text": _("，").join(parts)}
    return words + "".join(unknown_words(year) for year in due.unknown)


def unknown_words(year: int) -> str:
    """What has to stand wherever days of such a year are counted."""
    return _("%(year)s年的节假日安排尚未录入，按周一至周五推算。") % {"year": year}


def _length(due: Due) -> str:
    number = {"number": due.amount}
    if due.unit == TermUnit.WORKING:
        return ngettext("%(number)s个工作日", "%(number)s个工作日", due.amount) % number
    if due.unit == TermUnit.MONTHS:
        return ngettext("%(number)s个月", "%(number)s个月", due.amount) % number
    return ngettext("%(number)s日", "%(number)s日", due.amount) % number


def _skipped(due: Due) -> list[str]:
    parts = []
    for name, number in due.rests:
        if name:
            words = ngettext("跳过%(name)s放假%(number)s天", "跳过%(name)s放假%(number)s天", number)
        else:
            words = ngettext("跳过周末%(number)s天", "跳过周末%(number)s天", number)
        parts.append(words % {"name": name, "number": number})
    if due.worked:
        days = "、".join(shown(day) for day in due.worked)
        parts.append(_("%(days)s调休上班，算工作日") % {"days": days})
    return parts
