"""Exact figures of what was kept, and the table of states."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.pledges.enums import Measure, PledgeState, Result
from pingyi.apps.pledges.presets import ASPECTS, NAMED, OWN
from pingyi.apps.pledges.rules import done_share, in_window, judged, met_share, points
from pingyi.apps.pledges.workflow import PLEDGE
from pingyi.base.errors import Conflict
from pingyi.base.figures import percent

M, N, F = Result.MET, Result.NOT_MET, Result.FORCE_MAJEURE


def test_126_of_150_is_84_percent() -> None:
    """The figure of Handan: 150亿元, 已达126亿元."""
    share = done_share(Decimal(126), Decimal(150))
    assert share == Fraction(21, 25)
    assert percent(share, 2) == "84.00%"


@pytest.mark.parametrize(
    ("done", "target", "words"),
    [
        ("40", "40", "100.00%"),
        ("45", "30", "150.00%"),
        ("0", "30", "0.00%"),
        ("1", "3", "33.33%"),
        ("0.125", "100", "0.13%"),
        (None, "30", ""),
        ("3", None, ""),
    ],
)
def test_shares(done: str | None, target: str | None, words: str) -> None:
    found = done_share(Decimal(done) if done else None, Decimal(target) if target else None)
    assert percent(found, 2) == words


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([M, M, N], "200/3"),
        ([M, N], "50"),
        ([M, F], "100"),
        ([F, F], None),
        ([], None),
        (["", M], "100"),
        ([N], "0"),
    ],
)
def test_points(results: list[str], expected: str | None) -> None:
    found = points(results)
    assert (str(found) if found is not None else None) == expected


@given(st.lists(st.sampled_from([M, N, F, ""])))
def test_what_prevented_never_changes_the_share(results: list[str]) -> None:
    share = met_share(results)
    assert share == met_share([*results, F, ""])
    assert share is None or 0 <= share <= 1
    if share is not None:
        assert share <= met_share([*results, M])  # type: ignore[operator] # something counts
        assert share >= met_share([*results, N])  # type: ignore[operator]


@given(st.decimals(0, 10**9, places=4), st.decimals("0.0001", 10**9, places=4))
def test_a_number_is_met_from_its_target_on(done: Decimal, target: Decimal) -> None:
    share = done_share(done, target)
    assert share is not None
    assert judged(Measure.NUMBER, target, done) == (M if share >= 1 else N)
    assert judged(Measure.YES_NO, None, None) is None


def test_the_window_counts_its_first_and_last_day() -> None:
    first, last, day = date(2010, 9, 27), date(2010, 10, 8), timedelta(days=1)
    found = [in_window(first, last, one) for one in (first - day, first, last, last + day)]
    assert found == [False, True, True, False]


def test_four_aspects_have_a_source_and_two_are_left_open() -> None:
    assert [title for title, _source in ASPECTS] == [*NAMED, "", ""]
    assert [source for title, source in ASPECTS if not title] == [OWN, OWN]


WAY = {
    "write": {"drafted": "drafted"},
    "admit": {"drafted": "drafted"},
    "hand_in": {"drafted": "handed_in"},
    "give_back": {"handed_in": "drafted"},
    "publish": {"handed_in": "published"},
    "account": {"published": "published"},
    "settle": {"published": "settled"},
    "send_back": {"settled": "published"},
    "close": {"settled": "closed"},
}


@pytest.mark.parametrize("verb", WAY)
@pytest.mark.parametrize("state", PledgeState.values)
def test_every_step_leads_where_the_table_says_and_nowhere_else(verb: str, state: str) -> None:
    if state in WAY[verb]:
        assert PLEDGE.go(state, verb) == WAY[verb][state]
    else:
        with pytest.raises(Conflict):
            PLEDGE.go(state, verb)


def test_the_table_knows_every_verb() -> None:
    assert {one.name for one in PLEDGE.transitions} == set(WAY)
