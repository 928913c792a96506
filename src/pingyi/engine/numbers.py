"""Exact numbers: reading, rounding, writing. The only place where text becomes a value."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from fractions import Fraction

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_RATIO = re.compile(rf"({_NUMBER.pattern})/({_NUMBER.pattern})")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_EXACT = re.compile(r"-?[0-9]+(?:/[0-9]*[1-9][0-9]*)?")
MOST_DIGITS = 60
"""Longer numerals are refused: no rule needs them, and they cost time."""


_MOST_BITS = 13_000
"""Of numerator and denominator: some 3,900 digits. Python writes no whole number of more than
4,300 digits, and no rule gives rise to one."""


def is_long(value: Fraction) -> bool:
    """Has a value so many digits that it cannot be written any more?"""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS


class NotANumber(ValueError):
    """The text is not a decimal, a percentage or a fraction."""


def normal_text(text: str) -> str:
    """Full-width letters, digits and signs made narrow; outer blanks and BOM removed."""
    return unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip()


def parse_exact(text: str | int | Fraction) -> Fraction:
    """Read ``0.96``, ``96%``, ``28/27``, ``177.7/54``, ``1,234.5`` exactly.

    Full-width digits are understood. Scientific notation is refused: in a table it is nearly
    always a code that a spreadsheet turned into a number.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | Fraction):
        raise NotANumber(repr(text))
    if not isinstance(text, str):
        return Fraction(text)
    plain = normal_text(text).replace("−", "-")
    if len(plain) > MOST_DIGITS or any(unicodedata.category(sign) == "No" for sign in text):
        raise NotANumber(text)  # a numeral like 10² or ① would lose its meaning with its form
    if plain.endswith("%") and plain.count("%") == 1:
        return parse_exact(plain[:-1].rstrip()) / 100
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if _NUMBER.fullmatch(plain):
        return Fraction(plain)
    if match := _RATIO.fullmatch(plain.replace(" ", "")):
        top, bottom = Fraction(match.group(1)), Fraction(match.group(2))
        if bottom != 0:
            return top / bottom
    raise NotANumber(text)


class RoundingMode(StrEnum):
    HALF_UP = "half_up"
    """四舍五入; a half is rounded away from zero."""
    TRUNCATE = "truncate"
    """舍去; towards zero."""
    HALF_EVEN = "half_even"
    """四舍六入五成双."""


def round_exact(value: Fraction, places: int, mode: RoundingMode) -> Fraction:
    """``value`` rounded to ``places`` decimals, exactly."""
    bottom = value.denominator
    whole, rest = divmod(abs(value.numerator) * 10**places, bottom)
    match mode:
        case RoundingMode.HALF_UP:
            whole += 2 * rest >= bottom
        case RoundingMode.HALF_EVEN:
            whole += 2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def decimal_text(value: Fraction, places: int) -> str:
    """A value that has at most ``places`` decimals, written with exactly that many."""
    scaled = value * 10**places
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {places} decimals")
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def exact_text(value: Fraction) -> str:
    """The value as ``p/q`` or as an integer: what ``read_exact`` reads back unchanged."""
    return str(value)


def read_exact(text: str) -> Fraction:
    """Read what ``exact_text`` wrote, however long: a mean of many means has many digits."""
    if not _EXACT.fullmatch(text):
        raise NotANumber(text)
    return Fraction(text)


def short_text(value: Fraction, most_places: int = 6) -> str:
    """For people: the decimal if it ends within ``most_places``, else ``≈`` and a rounded one."""
    for places in range(most_places + 1):
        if 10**places % value.denominator == 0:
            return decimal_text(value, places)
    return "≈" + decimal_text(round_exact(value, most_places, RoundingMode.HALF_UP), most_places)


class WholeRounding(StrEnum):
    """How a quota becomes a whole number of places."""

    HALF_UP = "half_up"
    FLOOR = "floor"
    CEIL = "ceil"


def round_whole(value: Fraction, mode: WholeRounding) -> int:
    """``value`` (≥ 0) as a whole number."""
    if mode is WholeRounding.FLOOR:
        return value.numerator // value.denominator
    if mode is WholeRounding.CEIL:
        return -(-value.numerator // value.denominator)
    return int(round_exact(value, 0, RoundingMode.HALF_UP))
