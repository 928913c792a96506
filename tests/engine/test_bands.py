"""Bands: proved free of holes and overlaps, or said where they are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pingyi.engine.grammar.bands import Range, prove_bands


def band(text: str) -> Range:
    """``[60,70)`` as a range; an open end is left blank: ``(,60)``."""
    low, high = text[1:-1].split(",")
    ends = {}
    if low:
        ends["from" if text[0] == "[" else "above"] = low
    if high:
        ends["to" if text[-1] == "]" else "below"] = high
    return Range.model_validate(ends)


def found(texts: list[str], step: str | None = None) -> list[str]:
    bands = [band(text) for text in texts]
    return [f"{code} {text}" for code, text in prove_bands(bands, Fraction(step) if step else None)]


@pytest.mark.parametrize(
    ("bands", "step"),
    [
        (["(,)"], None),
        (["(,60)", "[60,)"], None),
        (["(,60]", "(60,)"], None),
        (["[90,)", "(,60)", "[60,90)"], None),  # written in any order
        (["(,1)", "[1,1]", "(1,)"], None),  # a band of one number
        (["(,59]", "[60,69]", "[70,)"], "1"),  # whole numbers: nothing between 59 and 60
        (["(,59.5]", "[60,)"], "0.5"),
        (["(,1/3]", "[2/3,)"], "1/3"),
        (["(,60)", "(59,)"], "1"),  # both mean: from 60 on
        (["(,60]", "(59.5,60)", "(60,)"], "1"),  # the middle band holds no whole number
        (["(,-1]", "[0,)"], "1"),
        (["(,0.5)", "[0.1,)"], "1"),  # only 0.1 to 0.5 is shared, and no whole number is there
    ],
)
def test_whole_lines_are_accepted(bands: list[str], step: str | None) -> None:
    assert found(bands, step) == []


@pytest.mark.parametrize(
    ("bands", "step", "told"),
    [
        (["[60,)"], None, ["band_hole (-∞, 60)"]),
        (["(60,)"], None, ["band_hole (-∞, 60]"]),
        (["(,60)"], None, ["band_hole [60, +∞)"]),
        (["(,60]"], None, ["band_hole (60, +∞)"]),
        (["(,60)", "(60,)"], None, ["band_hole [60, 60]"]),
        (["(,59]", "[60,)"], None, ["band_hole (59, 60)"]),
        (["(,59]", "[60,)"], "0.5", ["band_hole (59, 60)"]),
        (["(,59)", "[60,)"], "1", ["band_hole [59, 60)"]),
        (["(,60]", "[60,)"], None, ["band_overlap (-∞, 60] [60, +∞)"]),
        (["(,60]", "[60,)"], "1", ["band_overlap (-∞, 60] [60, +∞)"]),
        (["(,)", "(,)"], None, ["band_overlap (-∞, +∞) (-∞, +∞)"]),
        (["(,)", "[1,2]"], None, ["band_overlap (-∞, +∞) [1, 2]"]),
        (["(,50]", "(,60]", "(60,)"], None, ["band_overlap (-∞, 50] (-∞, 60]"]),
        # a short band inside a long one, and then a hole after the long one
        (
            ["(,0)", "[0,10]", "[2,3]", "(11,)"],
            None,
            ["band_overlap [0, 10] [2, 3]", "band_hole (10, 11]"],
        ),
        # every hole is told: F10 as its source prints it
        (
            ["(,60)", "[60,69]", "[70,79]", "[80,)"],
            None,
            ["band_hole (69, 70)", "band_hole (79, 80)"],
        ),
    ],
)
def test_holes_and_overlaps_are_told(bands: list[str], step: str | None, told: list[str]) -> None:
    assert found(bands, step) == told


def test_bounds_may_be_as_large_as_numbers_may_be() -> None:
    huge = "9" * 50
    assert found([f"(,-{huge})", f"[-{huge},{huge}]", f"({huge},)"]) == []
    assert found([f"[-{huge},{huge}]", f"({huge},)"]) == [f"band_hole (-∞, -{huge})"]


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({"from": "1", "above": "1"}, "band_two_ends"),
        ({"to": "1", "below": "2"}, "band_two_ends"),
        ({"from": "2", "to": "1"}, "band_empty"),
        ({"from": "1", "below": "1"}, "band_empty"),
        ({"above": "1", "to": "1"}, "band_empty"),
        ({"above": "1", "below": "1"}, "band_empty"),
    ],
)
def test_a_band_that_makes_no_sense_is_refused(ends: dict[str, str], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Range.model_validate(ends)
    assert [error["msg"] for error in caught.value.errors()] == [code]


GRID = 8
"""Ends lie on quarters from 0 to GRID / 4; the scan looks at eighths, and far outside."""

quarters = st.integers(0, GRID).map(lambda n: Fraction(n, 4))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    ends: dict[str, Any] = {}
    if draw(st.integers(0, 3)):
        ends[draw(st.sampled_from(["from", "above"]))] = draw(quarters)
    if draw(st.integers(0, 3)):
        ends[draw(st.sampled_from(["to", "below"]))] = draw(quarters)
    try:
        return Range.model_validate(ends)
    except ValidationError:
        return Range.model_validate({"from": "1", "to": "1"})


@st.composite
def cut_line(draw: st.DrawFn) -> list[Range]:
    """A line cut into bands without fault, of which one end may then be spoilt."""
    cuts = sorted(draw(st.sets(quarters, min_size=1, max_size=4)))
    sides = [draw(st.booleans()) for _ in cuts]
    found = []
    for i in range(len(cuts) + 1):
        ends: dict[str, Any] = {}
        if i:
            ends["from" if sides[i - 1] else "above"] = cuts[i - 1]
        if i < len(cuts):
            ends["below" if sides[i] else "to"] = cuts[i]
        found.append(ends)
    if draw(st.booleans()):
        ends = found[draw(st.integers(0, len(found) - 1))]
        swap = {"from": "above", "above": "from", "to": "below", "below": "to"}
        name = draw(st.sampled_from(sorted(ends)))
        ends[swap[name]] = ends.pop(name)
    return draw(st.permutations([Range.model_validate(ends) for ends in found]))


def scan(bands: list[Range], step: Fraction | None) -> set[str]:
    """Which faults a look at every grid point and every point between finds."""
    points = [Fraction(n, 8) for n in range(-8, 2 * GRID + 9)] + [Fraction(-1000), Fraction(1000)]
    if step is not None:
        points = [point for point in points if (point / step).denominator == 1]
    holders = [sum(band.holds(point) for band in bands) for point in points]
    faults = {"band_hole": 0 in holders, "band_overlap": max(holders) > 1}
    return {code for code, is_there in faults.items() if is_there}


steps = st.sampled_from([None, Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(1, 8)])


@settings(max_examples=500)
@given(st.one_of(st.lists(ranges(), min_size=1, max_size=4), cut_line()), steps)
def test_a_proof_finds_what_a_scan_finds(bands: list[Range], step: Fraction | None) -> None:
    assert {code for code, _ in prove_bands(bands, step)} == scan(bands, step)
