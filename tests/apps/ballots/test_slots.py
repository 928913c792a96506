"""Slots and alarms: rules over counts and coarse times."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.ballots.slots import (
    CELL,
    EMPTY,
    LEAST,
    Slot,
    bursts,
    closed,
    exceeds,
    may_be_set_aside,
    slot_of,
    took,
)

commits = st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 512)), min_size=1, max_size=60)
"""(minutes since the one before, ballots); clocks are set back now and then."""


def run(parts: list[tuple[int, int]]) -> tuple[list[Slot], list[tuple[int, int]]]:
    """The slots of an item, and of every commit (slot, ballots)."""
    slots, told, now = [EMPTY], [], 29_000_000
    for later, ballots in parts:
        now += later
        slot = took(slots[-1], now, ballots)
        slots[slot.number - 1 :] = [slot]
        told.append((slot.number, ballots))
    return slots, told


@given(commits)
def test_no_slot_holds_fewer_than_200(parts: list[tuple[int, int]]) -> None:
    slots, told = run(parts)
    shut = closed(slots)
    total = sum(ballots for _slot, ballots in told)
    assert sum(slot.count for slot in shut) == total
    assert all(slot.count >= LEAST for slot in shut) == (total >= LEAST)
    assert len(shut) == 1 or all(may_be_set_aside(slot) for slot in shut)
    for slot in shut:
        inside = [ballots for number, ballots in told if slot_of(number, shut) == slot.number]
        assert sum(inside) == slot.count
        assert slot.began % CELL == 0
        assert 0 < slot.peak <= slot.count
    assert all(after.began >= before.began + CELL for before, after in pairwise(shut))


def test_a_slot_closes_when_it_is_both_full_and_old() -> None:
    slot = took(EMPTY, 1003, 199)
    assert (slot.number, slot.began) == (1, 1000)
    assert took(slot, 1500, 1).number == 1  # old, not full
    full = took(slot, 1004, 1)
    assert took(full, 1009, 1).number == 1  # full, not old
    following = took(full, 1010, 5)
    assert (following.number, following.began, following.count) == (2, 1010, 5)
    assert took(full, 900, 1).number == 1  # a clock set back


def test_what_is_left_belongs_to_the_slot_before() -> None:
    first, last = Slot(1, 10, 300, peak=9), Slot(2, 20, 199, peak=30)
    assert closed([first, last]) == [Slot(1, 10, 499, peak=30)]
    assert slot_of(2, closed([first, last])) == 1
    assert closed([Slot(1, 10, 7, peak=7)]) == [Slot(1, 10, 7, peak=7)]
    assert closed([EMPTY]) == []


def test_the_peak_is_that_of_a_minute() -> None:
    slot = took(took(took(EMPTY, 500, 30), 500, 40), 501, 50)
    assert (slot.peak, slot.count) == (70, 120)
    following = took(Slot(1, 500, 200, minute=511, in_minute=90, peak=90), 511, 10)
    assert (following.number, following.count, following.peak) == (2, 10, 10)


@pytest.mark.parametrize(
    ("slots", "loud"),
    [
        ([], []),
        ([Slot(1, 0, 300, peak=20), Slot(2, 60, 300, peak=40)], []),  # 5 a minute, then 40
        ([Slot(1, 0, 300, peak=20), Slot(2, 60, 300, peak=61)], [2]),  # more than ten times that
        ([Slot(1, 0, 6000, peak=120), Slot(2, 60, 900, peak=900)], []),  # 100 a minute before
        ([Slot(1, 0, 6000, peak=120), Slot(2, 60, 1200, peak=1100)], [2]),
        ([Slot(1, 0, 1200, peak=1100)], [1]),  # the first: against the rest of itself
        ([Slot(1, 0, 300, peak=8), Slot(2, 60, 9000, peak=10)], [2]),  # a whole slot
    ],
)
def test_bursts(slots: list[Slot], loud: list[int]) -> None:
    assert [burst.slot.number for burst in bursts(slots, 120)] == loud


@pytest.mark.parametrize(
    ("accepted", "population", "told"),
    [(1000, 1000, False), (1001, 1000, True), (5, None, False)],
)
def test_more_votes_than_residents(accepted: int, population: int | None, told: bool) -> None:
    assert exceeds(accepted, population) is told
