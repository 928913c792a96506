"""Charts of results: what they draw, and that they draw nothing that isn't shown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pingyi.apps.scores import charts
from pingyi.apps.scores.queries import compared
from pingyi.apps.scores.standings import PartValue, Standing, Table
from pingyi.base.charts import MOST, SCALE, Chart, places

pytestmark = pytest.mark.once

GRADES = ("优秀", "良好", "一般", "较差")


def line(
    code: str,
    score: str | None,
    rank: int | None,
    *,
    grade: str = "良好",
    parts: tuple[PartValue, ...] = (),
    before: int | None = None,
) -> Standing:
    return Standing(code, f"{code}局", score, grade, rank, (), (), parts, before, None)


def part(value: int, rank: int) -> PartValue:
    return PartValue(Fraction(value), rank, False)


HIDDEN = PartValue(None, None, True)


def table(*standings: Standing) -> Table:
    return Table(("现场", "网络"), standings, (), False, False, False)


def drawn(chart: Chart | None) -> list[tuple[str, list[tuple[int, str, int]]]]:
    assert chart is not None
    return [
        (row["title"], [(bar["at"], bar["text"], bar["tone"]) for bar in row["bars"]])
        for row in chart.data["rows"]
    ]


def test_a_bar_says_its_score_as_the_table_does() -> None:
    rows = [
        line("B", "45.0", 2, grade="较差"),
        line("A", "90.00", 1, grade="优秀"),
        line("C", None, None),
    ]
    chart = charts.ranking(rows, GRADES)
    assert drawn(chart) == [
        ("A局", [(SCALE, "90.00 优秀", 1)]),
        ("B局", [(SCALE // 2, "45.0 较差", 4)]),
    ]
    assert chart is not None
    assert chart.legend == ((1, "优秀"), (4, "较差"))
    assert chart.summary == "最高 A局 90.00，最低 B局 45.0。"


@pytest.mark.parametrize(
    "scores",
    [[], ["90"], ["90", "-1"], ["0", "0"], [None, None], ["9"] * (MOST + 1)],
    ids=["none", "one", "below nothing", "all nothing", "unscored", "too many"],
)
def test_what_no_bars_can_tell_is_left_to_the_table(scores: list[str | None]) -> None:
    rows = [line(str(i), score, i + 1) for i, score in enumerate(scores)]
    assert charts.ranking(rows, GRADES) is None


def test_tones_go_from_the_best_grade_to_the_worst() -> None:
    for grades, tones in ((GRADES, [1, 2, 3, 4]), (GRADES[:2], [1, 4]), (GRADES[:1], [1])):
        rows = [line(grade, "1", 1, grade=grade) for grade in grades]
        found = drawn(charts.grade_counts(rows, grades))
        assert [bars[0][2] for _grade, bars in found] == tones


def test_grades_alone_draw_how_many_and_no_score() -> None:
    rows = [line("A", "90", 1, grade="优秀"), line("B", "80", 2), line("C", "70", 3)]
    found = drawn(charts.grade_counts(rows, GRADES))
    assert found == [
        ("优秀", [(SCALE // 2, "1", 1)]),
        ("良好", [(SCALE, "2", 2)]),
        ("一般", [(0, "0", 3)]),
        ("较差", [(0, "0", 4)]),
    ]


def test_those_who_share_a_rank_stand_below_one_another() -> None:
    assert places({"A": 2, "B": 1, "C": 2}) == {"B": 1, "A": 2, "C": 3}


def test_movement_since_the_last_round() -> None:
    rows = [
        line("A", "9", 1, before=3),
        line("B", "8", 2, before=2),
        line("C", "7", 3),
        line("D", "6", 4, before=1),
    ]
    chart = charts.movement(rows)
    assert chart is not None
    assert [
        (one["title"], one["places"], one["texts"], one["strong"]) for one in chart.data["lines"]
    ] == [
        ("A局", (3, 1), ("3", "1"), False),
        ("B局", (2, 2), ("2", "2"), False),
        ("C局", (None, 3), ("", "3"), False),
        ("D局", (1, 4), ("1", "4"), True),
    ]
    assert "D局" in chart.summary
    assert charts.movement(rows[2:]) is None


def test_a_withheld_place_is_not_drawn() -> None:
    rows = [
        line("A", "9", 1, parts=(part(9, 1), part(5, 3))),
        line("B", "8", 2, parts=(part(8, 2), HIDDEN)),
        line("C", "7", 3, parts=(part(7, 3), part(6, 2))),
    ]
    chart = charts.agreement(table(*rows))
    assert chart is not None
    assert chart.data["stops"] == ["现场", "网络", "总位次"]
    found = {one["title"]: (one["places"], one["texts"]) for one in chart.data["lines"]}
    assert found["B局"] == ((2, None, 2), ("2", "", "2"))
    assert charts.agreement(table(line("A", "9", 1, parts=(part(9, 1), HIDDEN)))) is None


def test_no_mean_tells_a_withheld_value() -> None:
    rows = [
        line("A", "9", 1, parts=(part(9, 1), part(5, 1))),
        line("B", "8", 2, parts=(part(8, 2), HIDDEN)),
    ]
    hall, online = compared(table(*rows), "A")
    assert (hall.own_text, hall.mean_text) == ("9.00", "8.50")
    assert (online.own_text, online.mean_text) == ("5.00", "—")
    assert drawn(charts.against_mean((hall, online))) == [
        ("现场", [(SCALE, "9.00", 1), (SCALE * 85 // 90, "8.50", 3)])
    ]
    assert charts.against_mean((online,)) is None
