"""Dates and numbers as the reader's language writes them; no value passes through a float."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _


def moment(value: date | datetime | None) -> str:
    """``2026年11月22日 14:05`` in the zone of the site; a date alone without the time."""
    if not isinstance(value, datetime):
        return day(value)
    here = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(here.date())} {here:%H:%M}"


def clock(seconds: int) -> str:
    """Minutes and seconds as on a stop watch: 75 is 1:15."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d}"


def day(value: date | datetime | None) -> str:
    """``2026年11月22日``; in English ``2026-11-22``."""
    if value is None or not isinstance(value, date):
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    # Translators: a date; English writes %(year)d-%(month)02d-%(day)02d
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": value.year,
        "month": value.month,
        "day": value.day,
    }


def number(value: Any, places: int | str = "") -> str:
    """Thousands apart (``12,345.6``); with ``places``, rounded half up to so many."""
    if value is None or value == "":
        return ""
    exact = _decimal(value, 12 if places == "" else int(places))
    if exact is None:
        return str(value)
    return f"{exact:,f}" if places != "" else _plain(exact)


def percent(value: Any, places: int | str = 1) -> str:
    """A share of one as ``87.5%``."""
    if value is None or value == "":
        return ""
    try:
        hundredfold = Fraction(value) * 100
    except (TypeError, ValueError):
        return str(value)
    return f"{_decimal(hundredfold, int(places)):f}%"


def _decimal(value: Any, places: int) -> Decimal | None:
    try:
        exact = Fraction(value)
    except (TypeError, ValueError):
        return None
    scaled = exact * 10**places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return Decimal((int(exact < 0), tuple(int(digit) for digit in str(whole)), -places))


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
