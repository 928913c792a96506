"""Sampling that anyone can repeat, and periods that come too close."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.inspections.rules import (
    Period,
    candidates_digest,
    later,
    lot_of,
    sample,
    too_close,
)
from pingyi.base.days import TermUnit
from pingyi.base.terms import TermRule, rule_on
from pingyi.cli.inspect import inspect

CODES = st.lists(st.text("0123456789ABC", min_size=1, max_size=6), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("seed", "code", "octets"),
    [
        ("", "", b"\n"),
        ("abc", "101", b"abc\n101"),
        ("3391.88", "31011", b"3391.88\n31011"),
        ("抽", "甲", b"\xe6\x8a\xbd\n\xe7\x94\xb2"),
    ],
)
def test_a_lot_is_what_sha256sum_prints(seed: str, code: str, octets: bytes) -> None:
    assert lot_of(seed, code) == hashlib.sha256(octets).hexdigest()


def test_a_sample_written_out() -> None:
    """By sha256sum on the command line, seed ``abc``."""
    lots = {
        code: hashlib.sha256(b"abc\n" + code.encode()).hexdigest()
        for code in ("101", "102", "103", "201")
    }
    wanted = sorted(lots, key=lambda code: lots[code])
    assert [one.code for one in sample("abc", ["201", "103", "102", "101"], 2)] == wanted
    assert lots["103"].startswith("c550660514f7")


@given(st.text(max_size=20), CODES, st.randoms())
def test_the_order_of_the_list_has_no_say(seed: str, codes: list[str], chance: object) -> None:
    mixed = [*codes, codes[0]]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert sample(seed, mixed, 1) == sample(seed, codes, 1)
    assert candidates_digest(mixed) == candidates_digest(codes)


@given(st.text(max_size=20), CODES)
def test_who_is_drawn_of_few_is_drawn_of_fewer_others(seed: str, codes: list[str]) -> None:
    """Taking away a candidate that wasn't drawn changes nothing."""
    ordered = [one.code for one in sample(seed, codes, 1)]
    assert sorted(ordered) == sorted(set(codes))
    if len(ordered) > 1:
        assert [one.code for one in sample(seed, ordered[:-1], 1)] == ordered[:-1]


@pytest.mark.parametrize("number", [0, -1, 4])
def test_too_many_or_none(number: int) -> None:
    with pytest.raises(ValueError, match="a sample of"):
        sample("abc", ["1", "2", "3"], number)


def test_the_digest_of_candidates() -> None:
    wanted = hashlib.sha256(b"101\n102\n9\n").hexdigest()
    assert candidates_digest(["9", "102", "101", "102"]) == wanted


def test_the_command_repeats_it(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"\xef\xbb\xbf201\r\n103\r\n\r\n102\r\n101\r\n")
    ran = CliRunner().invoke(inspect, ["sample", "abc", str(file), "--n", "2", "--format", "json"])
    assert ran.exit_code == 0, ran.output
    lots = sorted(
        hashlib.sha256(b"abc\n" + c).hexdigest() for c in (b"101", b"102", b"103", b"201")
    )
    assert [lot in ran.output for lot in lots] == [True, True, False, False]
    assert hashlib.sha256(b"101\n102\n103\n201\n").hexdigest() in ran.output


def test_the_command_tells_how_many_there_are(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("1\n2\n", encoding="utf-8")
    ran = CliRunner().invoke(inspect, ["sample", "abc", str(file), "--n", "3"])
    assert (ran.exit_code, "2" in ran.output) == (2, True)


JULY = Period(date(2015, 7, 1), date(2015, 7, 10))


@pytest.mark.parametrize(
    ("start", "end", "months", "close"),
    [
        (date(2015, 11, 1), date(2015, 11, 10), 6, True),
        (date(2016, 1, 9), date(2016, 1, 20), 6, True),
        (date(2016, 1, 10), date(2016, 1, 20), 6, False),
        (date(2014, 12, 1), date(2015, 1, 1), 6, False),
        (date(2014, 12, 1), date(2015, 1, 2), 6, True),
        (date(2015, 7, 10), date(2015, 7, 12), 0, True),
        (date(2015, 7, 11), date(2015, 7, 12), 0, False),
        (date(2015, 7, 3), date(2015, 7, 4), 0, True),
    ],
)
def test_too_close(start: date, end: date, months: int, close: bool) -> None:
    other = Period(start, end)
    assert too_close(JULY, other, months) is close
    assert too_close(other, JULY, months) is close


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2014, 8, 31), 6, date(2015, 2, 28)),
        (date(2015, 7, 10), 6, date(2016, 1, 10)),
        (date(2015, 12, 15), 12, date(2016, 12, 15)),
        (date(2015, 1, 31), -1, date(2014, 12, 31)),
    ],
)
def test_months_later(day: date, months: int, wanted: date) -> None:
    assert later(day, months) == wanted


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(0, 24),
)
def test_longer_windows_hold_shorter_ones(one: date, other: date, months: int) -> None:
    first, second = (Period(day, day + timedelta(days=9)) for day in (one, other))
    if too_close(first, second, months):
        assert too_close(first, second, months + 1)


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2020, 12, 31), None),
        (date(2021, 1, 1), 15),
        (date(2022, 4, 30), 15),
        (date(2022, 5, 1), 60),
        (date(2030, 1, 1), 60),
    ],
)
def test_the_rule_of_a_day_is_the_latest_that_has_begun(day: date, amount: int | None) -> None:
    rules = [
        TermRule(date(2022, 5, 1), 60, TermUnit.NATURAL, "新规定"),
        TermRule(date(2021, 1, 1), 15, TermUnit.WORKING, "旧规定"),
    ]
    found = rule_on(rules, day)
    assert (found.amount if found else None) == amount
