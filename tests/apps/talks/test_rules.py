"""Who is next, how long it takes, when follow-ups are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.talks import rules
from pingyi.apps.talks.enums import COURSE, Preset, TalkState
from pingyi.apps.talks.presets import STARTS, TRIGGERS_NAMED
from pingyi.apps.talks.rules import Candidate, Slot
from pingyi.apps.talks.workflow import TALK

DAY = date(2026, 3, 2)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
candidates = st.lists(
    st.builds(
        Candidate,
        unit=st.integers(1, 60),
        number=st.integers(1, 60),
        last=st.none() | days,
        in_cycle=st.booleans(),
        hindered=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.unit,
)


@given(candidates, st.integers(0, 6), st.randoms())
def test_the_schedule_is_fair(units: list[Candidate], size: int, order: object) -> None:
    picked = rules.proposed(units, size)
    left = [one for one in units if not one.in_cycle]
    assert len(picked) == min(size, len(left))
    assert not [one for one in picked if one.in_cycle], "nobody twice in a cycle"
    mixed = list(units)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert rules.proposed(mixed, size) == picked, "by what they are, not by how they stand"

    def turn(one: Candidate) -> object:
        return one.hindered, one.last or date.min, one.number

    others = [one for one in left if one not in picked]
    assert not [1 for out in others for one in picked if turn(out) < turn(one)], "longest first"


@given(st.integers(1, 60), st.integers(1, 6))
def test_a_cycle_reaches_everybody_once(units: int, a_month: int) -> None:
    """As many months as were foretold, and no unit twice."""
    standing = {number: Candidate(number, number) for number in range(1, units + 1)}
    told = rules.months_left(units, a_month)
    heard: list[int] = []
    months = 0
    while picked := rules.proposed(standing.values(), a_month):
        months += 1
        for one in picked:
            heard.append(one.unit)
            standing[one.unit] = Candidate(one.unit, one.number, in_cycle=True)
    assert sorted(heard) == list(range(1, units + 1))
    assert months == told


def test_cx_figures() -> None:
    """CX-12: 18 towns and about 20 departments are 38: 13 months at three, 10 at four; three rounds
    of three were nine. CX-05: 20 + 40 minutes."""
    assert 18 + 20 == 38
    assert (rules.months_left(38, 3), rules.months_left(38, 4)) == (13, 10)
    assert 3 * 3 == 9
    facts = STARTS[Preset.CIXI].facts
    assert (facts["least"], facts["most"]) == (3, 4)
    assert (facts["report_minutes"], facts["question_minutes"]) == (20, 40)
    assert (facts["rectify_months"], facts["follow_up_days"]) == (2, 15)
    assert len(facts["topics"]) == 5


def test_no_talks_a_month_lead_nowhere() -> None:
    with pytest.raises(ValueError, match="one talk"):
        rules.months_left(3, 0)


def test_four_triggers_have_a_source_and_none_is_invented() -> None:
    """TS-38: ten triggers, four named."""
    triggers = STARTS[Preset.TANGSHAN].facts["triggers"]
    assert [text for text, _source in triggers] == list(TRIGGERS_NAMED)
    assert len(triggers) == 4
    assert all("唐山" in source for _text, source in triggers)
    assert "triggers" not in STARTS[Preset.TANGSHAN].ours


@pytest.mark.parametrize("preset", STARTS)
def test_every_figure_is_sourced_or_marked_as_ours(preset: str) -> None:
    from pingyi.apps.talks.models import Programme  # noqa: PLC0415 - Django's models

    start = STARTS[preset]
    assert set(start.ours) <= {field.name for field in Programme._meta.get_fields()}
    assert {"apart_days", "sections", "follow_up_title"} <= set(start.ours)


@pytest.mark.parametrize(
    ("minutes", "clash"),
    [(-61, False), (-60, False), (-59, True), (0, True), (59, True), (60, False)],
)
def test_talks_overlap(minutes: int, clash: bool) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    one, other = Slot(start, 60), Slot(start + timedelta(minutes=minutes), 60)
    assert rules.overlap(one, other) == rules.overlap(other, one) == clash


@pytest.mark.parametrize(
    ("rhythm", "until", "expected"),
    [
        (15, date(2026, 5, 2), ["2026-03-17", "2026-04-01", "2026-04-16", "2026-05-01"]),
        (15, date(2026, 3, 16), []),
        (15, date(2026, 3, 17), ["2026-03-17"]),
        (0, date(2026, 5, 2), []),
        (15, date(2026, 2, 1), []),
    ],
)
def test_follow_ups_every_half_month(rhythm: int, until: date, expected: list[str]) -> None:
    """CX-15, over the two months of CX-10."""
    found = rules.follow_up_days(DAY, rhythm, until)
    assert [day.isoformat() for day in found] == expected


@pytest.mark.parametrize(
    ("done", "today", "late"),
    [
        (None, DAY, False),
        (None, DAY + timedelta(days=1), True),
        (DAY, DAY + timedelta(days=9), False),
        (DAY + timedelta(days=1), DAY + timedelta(days=9), True),
    ],
)
def test_a_follow_up_is_late_after_its_day(done: date | None, today: date, late: bool) -> None:
    assert rules.follow_up_late(DAY, done, today) == late


@pytest.mark.parametrize(
    ("began", "ended", "seconds"),
    [(None, None, None), (0, None, 90), (0, 60, 60), (120, None, 0)],
)
def test_how_long_a_part_has_taken(
    began: int | None, ended: int | None, seconds: int | None
) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    at = {None: None} | {n: start + timedelta(seconds=n) for n in (0, 60, 90, 120)}
    assert rules.used(at[began], at[ended], at[90]) == seconds  # type: ignore[arg-type]


def test_sections_left_blank_are_named() -> None:
    assert rules.missing_titles(["一", "二", "三"], {"一": "好", "二": " "}) == ["二", "三"]


def test_a_talk_goes_its_course_and_no_other_way() -> None:
    ways = {(s, t.target) for t in TALK.transitions for s in t.sources if s != t.target}
    forward = set(pairwise(COURSE))
    assert forward <= ways
    beside = {(TalkState.CONFIRMED, TalkState.CLOSED), (TalkState.NOTICED, TalkState.PLANNED)}
    assert ways - forward - beside == {
        (TalkState.PLANNED, TalkState.CANCELLED),
        (TalkState.NOTICED, TalkState.CANCELLED),
    }
