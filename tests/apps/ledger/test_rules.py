"""Lights, plans and urging by tables worked out by hand, and by properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.ledger.enums import Light, LightKind, UrgeTo
from pingyi.apps.ledger.presets import PRESETS, URGING
from pingyi.apps.ledger.rules import (
    SEVERITY,
    LightRule,
    Part,
    Standing,
    UrgeRule,
    light_of,
    months_between,
    numbered,
    planned,
    urges_reached,
)

START = date(2026, 3, 1)


def standing(**facts: object) -> Standing:
    """Registered on 1 March, due on 30 March, moved on 1 March."""
    given = {
        "registered": START,
        "claimed": START,
        "due": date(2026, 3, 30),
        "progress": 0,
        "moved": START,
    }
    return Standing(**{**given, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # 30 days from 1 to 30 March; in the morning of the n-th, n − 1 of them are over.
        (1, 0),
        (2, 3),  # 1/30 = 3.33
        (16, 50),  # 15/30
        (30, 96),  # 29/30 = 96.67
        (31, 100),
    ],
)
def test_without_milestones_time_is_the_plan(day: int, expected: int) -> None:
    assert planned(standing(), date(2026, 3, day)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(10, 0), (11, 20), (20, 20), (21, 40), (25, 40), (26, 100)],
)
def test_milestones_count_by_weight_when_their_day_is_over(day: int, expected: int) -> None:
    parts = tuple(Part(date(2026, 3, n), weight) for n, weight in ((10, 1), (20, 1), (25, 3)))
    assert planned(standing(parts=parts), date(2026, 3, day)) == expected


def test_without_a_term_nothing_is_planned() -> None:
    assert planned(standing(due=None), date(2027, 1, 1)) == 0


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-15", "2026-02-14", 0),
        ("2025-11-22", "2026-11-22", 12),
        ("2026-05-01", "2026-04-01", 0),
    ],
)
def test_whole_months(start: str, end: str, months: int) -> None:
    assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == months


# Yinchuan 2025: 10 to 30 points behind, both included, yellow; more than 30, red.
@pytest.mark.parametrize(
    ("progress", "light"),
    [(50, "green"), (41, "green"), (40, "yellow"), (20, "yellow"), (19, "red"), (0, "red")],
)
def test_yinchuan_lights_by_points_behind(progress: int, light: str) -> None:
    half = date(2026, 3, 16)  # 50 planned
    found, _why = light_of(
        PRESETS["yinchuan"].lights, standing(progress=progress, moved=half), half
    )
    assert found == light


@pytest.mark.parametrize(
    ("moved", "light"),
    [
        ("2026-03-02", "green"),
        ("2026-03-01", "yellow"),
        ("2026-01-02", "yellow"),
        ("2026-01-01", "red"),
    ],
)
def test_yinchuan_lights_by_months_idle(moved: str, light: str) -> None:
    idle = standing(due=None, moved=date.fromisoformat(moved))
    assert light_of(PRESETS["yinchuan"].lights, idle, date(2026, 4, 1))[0] == light


@pytest.mark.parametrize(
    ("day", "light"),
    [
        ("2026-03-26", "green"),
        ("2026-03-27", "blue"),  # three days before the 30th
        ("2026-03-30", "blue"),
        ("2026-03-31", "red"),
    ],
)
def test_near_due_is_blue_and_overdue_red(day: str, light: str) -> None:
    done = standing(progress=100)
    assert light_of(PRESETS["suqian"].lights, done, date.fromisoformat(day))[0] == light


@pytest.mark.parametrize(
    ("claimed", "day", "light"),
    [
        (None, "2026-03-01", "blue"),
        (START, "2026-03-01", "green"),
        (START, "2026-03-31", "orange"),
        (START, "2026-04-13", "orange"),
        (START, "2026-04-14", "red"),
    ],
)
def test_tri_colour_orders(claimed: date | None, day: str, light: str) -> None:
    one = standing(claimed=claimed)
    assert light_of(PRESETS["tri_colour"].lights, one, date.fromisoformat(day))[0] == light


RULES = st.builds(LightRule, st.sampled_from(Light), st.sampled_from(LightKind), st.integers(0, 40))
STANDINGS = st.builds(
    Standing,
    registered=st.just(START),
    claimed=st.none() | st.dates(START, START + timedelta(days=20)),
    due=st.none() | st.dates(START, START + timedelta(days=90)),
    progress=st.integers(0, 100),
    moved=st.dates(START, START + timedelta(days=60)),
)
DAYS = st.dates(START, START + timedelta(days=200))


@given(st.lists(RULES, max_size=6), RULES, STANDINGS, DAYS)
def test_another_rule_never_calms_a_light(rules, more, one, day) -> None:  # type: ignore[no-untyped-def]
    before, _ = light_of(rules, one, day)
    after, _ = light_of([*rules, more], one, day)
    assert SEVERITY.index(after) >= SEVERITY.index(before)


@given(st.permutations(PRESETS["default"].lights), STANDINGS, DAYS)
def test_the_order_of_rules_does_not_matter(rules, one, day) -> None:  # type: ignore[no-untyped-def]
    assert light_of(rules, one, day)[0] == light_of(PRESETS["default"].lights, one, day)[0]


@given(STANDINGS, DAYS)
def test_the_plan_never_goes_back(one, day) -> None:  # type: ignore[no-untyped-def]
    assert 0 <= planned(one, day) <= planned(one, day + timedelta(days=1)) <= 100


def test_urging_climbs() -> None:
    due = date(2026, 3, 30)

    def reached(day: date) -> list[tuple[str, str]]:
        return [(rule.to, on.isoformat()) for rule, on in urges_reached(URGING, due, day)]

    assert reached(date(2026, 3, 26)) == []
    assert reached(date(2026, 3, 27)) == [("handler", "2026-03-27")]
    assert reached(date(2026, 3, 31)) == [("handler", "2026-03-27"), ("head", "2026-03-31")]
    assert reached(date(2026, 4, 29)) == [
        ("handler", "2026-03-27"),
        ("head", "2026-03-31"),
        ("leader", "2026-04-09"),
        ("talk", "2026-04-29"),
    ]


@given(st.dates(START, START + timedelta(days=60)), st.sets(st.integers(0, 80), max_size=8))
def test_missed_days_are_made_up_for(due, days) -> None:  # type: ignore[no-untyped-def]
    last = START + timedelta(days=100)
    rules = [UrgeRule(UrgeTo.HANDLER, -3), UrgeRule(UrgeTo.HEAD, 1), UrgeRule(UrgeTo.TALK, 30)]
    asked_often = {
        found
        for day in (*sorted(days), 100)
        for found in urges_reached(rules, due, START + timedelta(days=day))
    }
    assert asked_often == set(urges_reached(rules, due, last))


def test_numbers_sort_as_text() -> None:
    assert numbered(2026, 42) == "2026-00042"
    assert sorted([numbered(2026, 10), numbered(2026, 9)]) == ["2026-00009", "2026-00010"]
