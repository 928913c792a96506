"""Charts: pictures of a table that stands on the page. The server says where everything lies and
writes every word and number; the browser (``static/base/charts.js``) only draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

SCALE = 10_000
"""The length of an axis: places on it are whole numbers, so that no value becomes a float."""
MOST = 40
"""More rows than this are read in a table, not in a picture."""
TONES = 4
"""Fills from dark to light, told apart in grey too; tone 1 is the darkest."""


@dataclass(frozen=True)
class Length:
    """One bar: how long, in parts of ``SCALE``, what stands at its end, and its tone."""

    at: int
    text: str
    tone: int


@dataclass(frozen=True)
class Line:
    """One line of a slope chart: its place from the top at every stop (None: not there) and the
    number in the circle there. ``strong``: drawn before the others."""

    title: str
    places: tuple[int | None, ...]
    texts: tuple[str, ...]
    strong: bool


@dataclass(frozen=True)
class Chart:
    """What ``{% chart %}`` shows. ``summary`` says in words what the picture shows."""

    key: str
    title: str
    summary: str
    data: Mapping[str, Any]
    legend: tuple[tuple[int, str], ...] = ()
    """Tone and its word."""


def along(value: Fraction, full: Fraction) -> int:
    """Where a value lies on an axis from nothing to ``full``."""
    return int(value * SCALE / full)


def bars(
    key: str,
    title: str,
    summary: str,
    rows: Sequence[tuple[str, Sequence[Length]]],
    legend: Sequence[tuple[int, str]] = (),
) -> Chart:
    """Lying bars: per row its title and one bar or several."""
    data = {
        "shape": "bars",
        "rows": [
            {"title": name, "bars": [asdict(length) for length in lengths]}
            for name, lengths in rows
        ],
    }
    return Chart(key, title, summary, data, tuple(legend))


def slopes(
    key: str, title: str, summary: str, stops: Sequence[str], lines: Sequence[Line]
) -> Chart:
    """Lines from stop to stop: who stands where, and who crosses whom."""
    data = {"shape": "slopes", "stops": list(stops), "lines": [asdict(line) for line in lines]}
    return Chart(key, title, summary, data)


def places(ranks: Mapping[str, int]) -> dict[str, int]:
    """Code → place of its own from the top: those who share a rank stand below one another, in
    the order in which they are given."""
    order = sorted(ranks, key=lambda code: ranks[code])
    return {code: place for place, code in enumerate(order, start=1)}
