"""Reading, rounding and writing of exact numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.engine.numbers import (
    MOST_DIGITS,
    NotANumber,
    RoundingMode,
    WholeRounding,
    decimal_text,
    exact_text,
    normal_text,
    parse_exact,
    read_exact,
    round_exact,
    round_whole,
    short_text,
)

HALF_UP, TRUNCATE, HALF_EVEN = (
    RoundingMode.HALF_UP,
    RoundingMode.TRUNCATE,
    RoundingMode.HALF_EVEN,
)
fractions = st.fractions(max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "top", "bottom"),
    [
        ("0", 0, 1),
        ("-0", 0, 1),
        ("007", 7, 1),
        ("0.96", 24, 25),
        (".5", 1, 2),
        ("5.", 5, 1),
        ("+3", 3, 1),
        ("-1.25", -5, 4),
        ("−1.25", -5, 4),  # the minus sign of a word processor
        ("96%", 24, 25),
        ("96 %", 24, 25),
        ("-0.5%", -1, 200),
        ("28/27", 28, 27),
        ("177.7/54", 1777, 540),
        (" 2 / 3 ", 2, 3),
        ("-2/3", -2, 3),
        ("2/-3", -2, 3),
        ("1,234.5", 2469, 2),
        ("12,345,678", 12_345_678, 1),
        ("-1,000", -1000, 1),
        ("1,200%", 12, 1),
        ("９８．５", 197, 2),
        ("９６％", 24, 25),
        ("２／３", 2, 3),
        ("１，２３４", 1234, 1),
        ("－３", -3, 1),
        ("＋３", 3, 1),
        ("\ufeff85", 85, 1),
        ("　85　", 85, 1),
        ("9" * MOST_DIGITS, int("9" * MOST_DIGITS), 1),
    ],
)
def test_reads_exactly(text: str, top: int, bottom: int) -> None:
    assert parse_exact(text) == Fraction(top, bottom)


@pytest.mark.parametrize("value", [7, Fraction(2, 3), -1])
def test_exact_values_pass(value: int | Fraction) -> None:
    assert parse_exact(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "八十",
        "abc",
        "1e5",
        "1.3E+11",
        "1E-3",
        "1e400",
        "0x10",
        "1_000",
        "1,23",
        "1,2345",
        ",123",
        "1,234,5",
        "1 234",
        "1.2.3",
        "--1",
        "+-1",
        ".",
        "+",
        "%",
        "5%%",
        "5%%%",
        "5% %",
        "1/0",
        "0/0",
        "1/0.0",
        "/3",
        "3/",
        "1/2/3",
        "1//2",
        "inf",
        "nan",
        "½",
        "1½",
        "10²",
        "①",
        "=1+1",
        "9" * (MOST_DIGITS + 1),
        "0." + "1" * MOST_DIGITS,
        "9" * 1_000_000,
    ],
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_exact(text)


@pytest.mark.parametrize("value", [1.5, True, False, None, b"1", [1]])
def test_refuses_other_types(value: object) -> None:
    with pytest.raises(NotANumber):
        parse_exact(value)  # type: ignore[arg-type]


def test_full_width_text_becomes_narrow() -> None:
    assert normal_text("\ufeff　Ａ０１（甲）％ ") == "A01(甲)%"


# value, places, (half up, truncate, half even), each worked out by hand; signs mirror each other
@pytest.mark.parametrize(
    ("value", "places", "half_up", "truncate", "half_even"),
    [
        # 985 ÷ 1018 = 0.967583…: in per cent 96.7583…
        (Fraction(985 * 100, 1018), 2, "96.76", "96.75", "96.76"),
        (Fraction("0.125"), 2, "0.13", "0.12", "0.12"),
        (Fraction("0.135"), 2, "0.14", "0.13", "0.14"),
        (Fraction("0.115"), 2, "0.12", "0.11", "0.12"),
        (Fraction("2.5"), 0, "3", "2", "2"),
        (Fraction("3.5"), 0, "4", "3", "4"),
        (Fraction("0.5"), 0, "1", "0", "0"),
        (Fraction("0.4999999999999999999999"), 0, "0", "0", "0"),
        (Fraction("0.5000000000000000000001"), 0, "1", "0", "1"),
        (Fraction(1, 3), 4, "0.3333", "0.3333", "0.3333"),
        (Fraction(2, 3), 4, "0.6667", "0.6666", "0.6667"),
        (Fraction("9.995"), 2, "10.00", "9.99", "10.00"),
        (Fraction("1.005"), 2, "1.01", "1.00", "1.00"),  # floats make 1.00 of this
        (Fraction("2.675"), 2, "2.68", "2.67", "2.68"),  # floats make 2.67 of this
        (Fraction(7), 3, "7.000", "7.000", "7.000"),
        (Fraction(0), 2, "0.00", "0.00", "0.00"),
    ],
)
def test_rounds_in_every_mode_and_both_signs(
    value: Fraction, places: int, half_up: str, truncate: str, half_even: str
) -> None:
    for mode, wants in ((HALF_UP, half_up), (TRUNCATE, truncate), (HALF_EVEN, half_even)):
        assert decimal_text(round_exact(value, places, mode), places) == wants
        negative = decimal_text(round_exact(-value, places, mode), places)
        assert negative == (wants if Fraction(wants) == 0 else f"-{wants}")


@pytest.mark.parametrize(
    ("value", "half_up", "floor", "ceil"),
    [
        ("0", 0, 0, 0),
        ("2.4", 2, 2, 3),
        ("2.5", 3, 2, 3),
        ("2.6", 3, 2, 3),
        ("3", 3, 3, 3),
        ("1/3", 0, 0, 1),
    ],
)
def test_quotas_become_whole_places(value: str, half_up: int, floor: int, ceil: int) -> None:
    found = [round_whole(Fraction(value), mode) for mode in WholeRounding]
    assert found == [half_up, floor, ceil]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0", 0, "0"),
        ("0", 2, "0.00"),
        ("0.05", 2, "0.05"),
        ("-0.05", 2, "-0.05"),
        ("-0.5", 3, "-0.500"),
        ("12345", 0, "12345"),
        ("-7", 0, "-7"),
        ("100", 1, "100.0"),
    ],
)
def test_decimal_text(value: str, places: int, text: str) -> None:
    assert decimal_text(Fraction(value), places) == text


def test_decimal_text_never_rounds() -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        decimal_text(Fraction("0.125"), 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3", "3"),
        ("0.5", "0.5"),
        ("-0.125", "-0.125"),
        ("0.000001", "0.000001"),
        ("1/3", "≈0.333333"),
        ("-2/3", "≈-0.666667"),
        ("0.0000005", "≈0.000001"),
        ("1/7000000000", "≈0.000000"),
    ],
)
def test_short_text_says_when_it_is_not_the_whole_value(value: str, text: str) -> None:
    assert short_text(Fraction(value)) == text


@given(st.fractions(max_denominator=10**20))
def test_exact_text_reads_back(value: Fraction) -> None:
    if len(exact_text(value)) <= MOST_DIGITS:
        assert parse_exact(exact_text(value)) == value


@given(st.integers(1, 10**300), st.integers(-(10**300), 10**300))
def test_exact_text_reads_back_however_long(bottom: int, top: int) -> None:
    """A mean over thirty villages has a denominator far beyond what a person would type."""
    value = Fraction(top, bottom)
    assert read_exact(exact_text(value)) == value


@pytest.mark.parametrize("text", ["", "0.5", "1/0", "1/-2", "1e5", " 1", "½", "１", "1/2/3", "abc"])
def test_only_exact_text_is_read_as_such(text: str) -> None:
    with pytest.raises(NotANumber):
        read_exact(text)


@given(st.fractions(max_denominator=1000), st.integers(0, 12))
def test_decimals_read_back(value: Fraction, places: int) -> None:
    rounded = round_exact(value, places, HALF_UP)
    assert parse_exact(decimal_text(rounded, places)) == rounded


@given(fractions, st.integers(0, 8), st.sampled_from(list(RoundingMode)))
def test_rounding_stays_within_its_bound(value: Fraction, places: int, mode: RoundingMode) -> None:
    unit = Fraction(1, 10**places)
    rounded = round_exact(value, places, mode)
    assert (rounded / unit).denominator == 1
    error = abs(rounded - value)
    if mode is TRUNCATE:
        assert error < unit
        assert abs(rounded) <= abs(value)
    else:
        assert error <= unit / 2
    if mode is HALF_UP and error == unit / 2:
        assert abs(rounded) > abs(value)
    if mode is HALF_EVEN and error == unit / 2:
        assert (rounded / unit) % 2 == 0


@given(fractions, st.integers(0, 6), st.sampled_from(list(RoundingMode)))
def test_rounding_twice_changes_nothing(value: Fraction, places: int, mode: RoundingMode) -> None:
    once = round_exact(value, places, mode)
    assert round_exact(once, places, mode) == once
    assert round_exact(-value, places, mode) == -once


@given(fractions, fractions, st.integers(0, 4), st.sampled_from(list(RoundingMode)))
def test_rounding_keeps_the_order(
    a: Fraction, b: Fraction, places: int, mode: RoundingMode
) -> None:
    low, high = sorted((a, b))
    assert round_exact(low, places, mode) <= round_exact(high, places, mode)
