"""The validity report: rank stability against brute force, resampling, straight lines, ceilings."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engine.hall import HEADING, SCHEME, ballot_rows, round_tables, score

from pingyi.engine.counted.execute import Executed, execute
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.result import result_bytes
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.inputs import RoundInput, Target
from pingyi.engine.validity.report import ValidityPlan, validity_report
from pingyi.engine.validity.resampling import rank_spread
from pingyi.engine.validity.stability import rank_stability

TEMPLATE = """\
grammar: 1
key: small
title: 小场次
basis: 某办法
classes:
  raters: {{title: 评委}}
papers:
  form:
    title: 评分表
    basis: 某办法
    dimensions: {dimensions}
    {scale}
inputs:
  hall: {{title: 会议, basis: 某办法, papers: [form], classes: [raters]}}
nodes:
  total:
    {{title: 总分, basis: 某办法, op: ballots, input: hall, paper: form, classes: [raters], {how}}}
score: total
rounding: {{title: 取整, basis: 某办法, places: 2}}
grades:
  title: 等次
  basis: 某办法
  bands:
    - {{grade: 优秀, from: 1.5}}
    - {{grade: 合格, from: 1, below: 1.5}}
    - {{grade: 较差, below: 1}}
rank: {{title: 排名, basis: 某办法}}
"""
ONE, TWO = "{d0: {title: 一}}", "{d0: {title: 一}, d1: {title: 二}}"
POINTS, GRADES = "points: {most: 2}", "grades: {好: 2, 中: 1, 差: 0}"
WORDS = {2: "好", 1: "中", 0: "差", None: ""}
HOWS = {
    "mean": "method: mean",
    "abstained count": "method: mean, count_abstained: true",
    "median": "method: median",
    "trimmed": "method: trimmed, trim: {high: 1, low: 1, above: 3}",
    "totals": "over: total",
    "median of totals": "over: total, method: median",
    "totals, missing zero": "over: total, missing: zero",
}

Sheet = tuple[int | None, ...]
Round = list[list[Sheet]]
"""Per target, its sheets, one a rater."""


def statistic(values: list[Fraction], how: str) -> Fraction | None:
    if not values:
        return None
    if "median" in how:
        return Fraction(median(values))
    if how == "trimmed" and len(values) > 3:
        values = sorted(values)[1:-1]
    return sum(values, Fraction(0)) / len(values)


def value_of(sheets: list[Sheet], how: str) -> Fraction | None:
    """The score of a target, from its sheets, worked out in the plainest way."""
    dimensions = range(len(sheets[0]))
    if "total" in how:
        means = []
        for sheet in sheets:
            given = [Fraction(v) for v in sheet if v is not None]
            if given:
                means.append(sum(given) / (len(sheet) if "zero" in how else len(given)))
        return statistic(means, how)
    found = []
    for d in dimensions:
        given = [
            Fraction(sheet[d] or 0) for sheet in sheets if sheet[d] is not None or "abst" in how
        ]
        value = statistic(given, how)
        if value is not None:
            found.append(value)
    return sum(found, Fraction(0)) / len(found) if found else None


def published(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)  # half-up; values are not negative


def standing(
    sheets: list[Sheet], others: list[Fraction | None], how: str
) -> tuple[str | None, int | None]:
    value = value_of(sheets, how)
    if value is None:
        return None, None
    mine = published(value)
    grade = "优秀" if mine >= Fraction(3, 2) else "合格" if mine >= 1 else "较差"
    return grade, 1 + sum(other is not None and published(other) > mine for other in others)


def others_of(round_: Round, target: int, how: str) -> list[Fraction | None]:
    return [value_of(sheets, how) for i, sheets in enumerate(round_) if i != target]


def least_changes(round_: Round, target: int, how: str) -> list[int | None]:
    """How few sheets on a target, replaced by any others, change its grade; its rank."""
    sheets, others = round_[target], others_of(round_, target, how)
    base = standing(sheets, others, how)
    found: list[int | None] = [None, None]
    every = list(product((0, 1, 2), repeat=len(sheets[0])))
    for number in range(1, len(sheets) + 1):
        for chosen in combinations(range(len(sheets)), number):
            kept = [sheet for i, sheet in enumerate(sheets) if i not in chosen]
            for new in combinations_with_replacement(every, number):
                now = standing([*kept, *new], others, how)
                for aspect in (0, 1):
                    if found[aspect] is None and now[aspect] != base[aspect]:
                        found[aspect] = number
        if None not in found:
            break
    return found


def executed(round_: Round, how: str, scale: str) -> Executed:
    dimensions = len(round_[0][0])
    text = TEMPLATE.format(dimensions=ONE if dimensions == 1 else TWO, scale=scale, how=HOWS[how])
    columns: dict[str, list[str]] = {
        name: [] for name in ("input", "rater_class", "paper", "ballot", "target", "d0", "d1")
    }
    for rater in range(len(round_[0])):
        for target, sheets in enumerate(round_):
            sheet = sheets[rater]
            words = [WORDS[v] if "grades" in scale else "" if v is None else str(v) for v in sheet]
            row = ["hall", "raters", "form", f"{rater:03}", f"T{target}", *words, ""]
            for name, cell in zip(columns, row, strict=False):
                columns[name].append(cell)
    if dimensions == 1:
        del columns["d1"]
    data = RoundInput(
        targets=tuple(Target(f"T{i}", f"T{i}") for i in range(len(round_))),
        ballots=(BallotSource(table=pa.table(columns)),),
    )
    return execute(load_scheme(text).scheme, data)


def reported(round_: Round, how: str, scale: str) -> list[list[int | None]]:
    """The report's numbers, target by target; checked to rest on the same standing as ours."""
    done = executed(round_, how, scale)
    found: list[list[int | None]] = [[None, None] for _ in round_]
    for target in range(len(round_)):
        final = done.evaluation.final(f"T{target}")
        assert (final.grade, final.rank) == standing(
            round_[target], others_of(round_, target, how), how
        )
    for row in rank_stability(done.evaluation):
        found[int(row.target[1:])] = [row.grade, row.rank]
        assert row.sheets == len(round_[0])
    return found


def rounds(dimensions: int, raters: int) -> st.SearchStrategy[Round]:
    answer = st.sampled_from([0, 1, 2, 0, 1, 2, None])
    sheet = st.tuples(*[answer] * dimensions)
    return st.lists(st.lists(sheet, min_size=raters, max_size=raters), min_size=2, max_size=3)


@settings(max_examples=60)
@given(rounds(1, 4), st.sampled_from(sorted(HOWS)), st.sampled_from([POINTS, GRADES]))
@example([[(None,), (1,), (2,), (2,)], [(2,), (2,), (2,), (1,)]], "abstained count", POINTS)
@example([[(None,), (1,), (2,), (2,)], [(2,), (2,), (2,), (1,)]], "abstained count", GRADES)
def test_with_one_dimension_the_number_is_exact(round_: Round, how: str, scale: str) -> None:
    assert reported(round_, how, scale) == [
        least_changes(round_, target, how) for target in range(len(round_))
    ]


@settings(max_examples=40)
@given(rounds(2, 3), st.sampled_from(sorted(HOWS)), st.sampled_from([POINTS, GRADES]))
@example([[(2, None), (2, 2), (1, 2)], [(2, 1)] * 3], "totals, missing zero", POINTS)
@example([[(2, None), (1, 1), (2, 1)], [(1, 1), (2, 1), (1, 1)]], "totals, missing zero", POINTS)
def test_with_two_dimensions_the_number_is_never_too_high(
    round_: Round, how: str, scale: str
) -> None:
    for target, found in enumerate(reported(round_, how, scale)):
        for number, true in zip(found, least_changes(round_, target, how), strict=True):
            if true is not None:
                assert number is not None
                assert number <= true


def test_a_number_worked_out_by_hand() -> None:
    """T0 has 2, 2, 2, 1 (1.75, first, 优秀), T1 has 2, 1, 1, 1 (1.25).

    Grade of T0: a 2 made 0 gives 1.25, which is below 1.5: one sheet. Rank of T0: 1.25 ties with
    T1, which leaves it first; a second sheet gives 0.75, second: two sheets. T1 is 优秀 at 1.5,
    with one 1 made 2, which does not reach 1.75; three 2s do reach it: two sheets, both first.
    """
    found = reported([[(2,), (2,), (2,), (1,)], [(2,), (1,), (1,), (1,)]], "mean", POINTS)
    assert found == [[1, 2], [1, 2]]


def test_nothing_changes_where_nobody_can_be_overtaken() -> None:
    """One target alone keeps its rank whatever is voted."""
    ((grade, rank),) = reported([[(2,), (2,)]], "mean", POINTS)
    assert (grade, rank) == (1, None)


# -- resampling --------------------------------------------------------------------------------


def hall_rows(number: int) -> list[list[Any]]:
    return [
        ["hall", rater_class, "form", f"{i:06}", code, (i * 37 + t * 11) % 101, (i * 53 + t) % 101]
        for rater_class in ("leaders", "delegates")
        for i in range(number)
        for t, code in enumerate(("0101", "0102", "0103"))
    ]


@pytest.mark.parametrize("number", [25, 1001], ids=["small class", "large class"])
def test_a_seed_gives_the_same_spread_and_another_seed_another(tmp_path: Path, number: int) -> None:
    tables = round_tables(tmp_path, ballots=[HEADING, *hall_rows(number)])
    first, again, other = (
        score(tables, plan=ValidityPlan(seed=seed, draws=40)).result for seed in (1, 1, 2)
    )
    assert result_bytes(first) == result_bytes(again)
    assert first["validity"]["spread"] != other["validity"]["spread"]
    assert first["results"] == other["results"]


def test_the_spread_holds_together(tmp_path: Path) -> None:
    tables = round_tables(tmp_path, ballots=[HEADING, *hall_rows(30)])
    for row in score(tables, plan=ValidityPlan(draws=50)).result["validity"]["spread"]:
        assert 1 <= row["low"] <= row["high"] <= 3
        assert 0 <= row["same"] <= row["draws"] == 50


def test_unanimous_ballots_have_no_spread(tmp_path: Path) -> None:
    rows = ballot_rows(
        *(
            (rater_class, f"{i:02}", {"0101": (90, 90), "0102": (80, 80), "0103": (70, 70)})
            for rater_class in ("leaders", "delegates")
            for i in range(12)
        )
    )
    result = score(round_tables(tmp_path, ballots=[HEADING, *rows])).result
    assert [
        (row["target"], row["low"], row["high"], row["same"])
        for row in result["validity"]["spread"]
    ] == [("0101", 1, 1, 10), ("0102", 2, 2, 10), ("0103", 3, 3, 10)]


def test_no_draws_no_spread(tmp_path: Path) -> None:
    tables = round_tables(tmp_path)
    assert score(tables, plan=ValidityPlan(draws=0)).result["validity"]["spread"] == []
    plan = ValidityPlan(draws=0, stability=False)
    assert score(tables, plan=plan).result["validity"]["stability"] == []


def test_draws_are_spread_as_ballots_are() -> None:
    """Four raters, of whom three put T0 first: a draw of four puts it behind or level only when
    two or more of the four are the dissenter: 1 − (3/4)^4 − 4·(1/4)·(3/4)^3 = 67/256 ≈ 0.26."""
    round_: Round = [[(2,), (2,), (2,), (0,)], [(0,), (0,), (0,), (2,)]]
    done = executed(round_, "mean", POINTS)
    ranks = {code: done.evaluation.final(code).rank for code in ("T0", "T1")}
    spread = rank_spread(done.evaluation.frame, done.counted, ranks, 5, 2000)
    first = next(row for row in spread if row.target == "T0")
    # level (two of four) leaves T0 at rank 1, so only three or four dissenters count:
    # 4·(1/4)^3·(3/4) + (1/4)^4 = 13/256 ≈ 0.051
    assert 0.03 < 1 - first.same / first.draws < 0.075


# -- straight-lining, ceilings, agreement ------------------------------------------------------


def test_straight_lines_and_full_marks_by_hand(tmp_path: Path) -> None:
    rows = ballot_rows(
        ("leaders", "1", {"0101": (90, 90), "0102": (90, 90)}),  # straight
        ("leaders", "2", {"0101": (100, 100), "0102": ("", "不了解")}),  # straight, 2 full
        ("leaders", "3", {"0101": (100, 90)}),  # 1 full
        ("leaders", "4", {"0101": (80, "")}),  # one score: neither straight nor asked
        ("leaders", "5", {"0101": ("", ""), "0102": ("弃权", "")}),  # nothing
        ("delegates", "1", {"0101": (100, 100), "0102": (100, 100), "0103": (100, 99)}),
        ("delegates", "2", {"0101": (50, 50), "0102": (50, 50), "0103": (50, 50)}),  # straight
    )
    scheme = SCHEME.replace("    op: linear\n", "    op: linear\n    empty: renormalise\n")
    result = score(round_tables(tmp_path, ballots=[HEADING, *rows]), scheme).result
    leaders, delegates = result["validity"]["classes"]
    wanted = {
        "straight": 2,
        "ballots": 3,
        "straight_share": "0.6667",
        "full_marks": 3,
        "scores": 9,  # 4 + 2 + 2 + 1
        "full_share": "0.3333",
        "abstained": 6,  # 1 of ballot 2, 1 of ballot 4, 4 of ballot 5
        "not_informed": 1,
    }
    assert {name: leaders[name] for name in wanted} == wanted
    assert (delegates["straight"], delegates["ballots"]) == (1, 2)
    assert (delegates["full_marks"], delegates["scores"]) == (5, 12)
    counts = result["counts"][0]
    assert (counts["returned"], counts["abstained"], counts["not_informed"]) == (5, 1, 0)


def test_agreement_of_classes_by_hand(tmp_path: Path) -> None:
    rows = ballot_rows(
        ("leaders", "1", {"0101": (90, 90), "0102": (80, 80), "0103": (70, 70)}),
        ("delegates", "1", {"0101": (80, 80), "0102": (90, 90), "0103": (70, 70)}),
    )
    result = score(round_tables(tmp_path, ballots=[HEADING, *rows])).result
    (row,) = result["validity"]["agreement"]
    # of the three pairs only 0101–0102 is turned round: (2 − 1) / 3
    assert (row["same"], row["opposite"], row["gamma"]) == (2, 1, "0.3333")


def test_the_report_never_changes_the_result(tmp_path: Path) -> None:
    tables = round_tables(tmp_path, ballots=[HEADING, *hall_rows(10)])
    scored = score(tables)
    before = result_bytes({**scored.result, "validity": None})
    validity_report(scored.executed, ValidityPlan(seed=9, draws=5))
    assert result_bytes({**scored.result, "validity": None}) == before
    again = validity_report(scored.executed, ValidityPlan(draws=10))
    assert again == scored.result["validity"]


def test_who_waits_is_told_how_far_the_report_is(tmp_path: Path) -> None:
    scored = score(round_tables(tmp_path, ballots=[HEADING, *hall_rows(10)]))
    told: list[tuple[int, int]] = []
    validity_report(scored.executed, ValidityPlan(draws=10), lambda *at: told.append(at))
    targets = len(scored.result["results"])
    assert told == [(done, 10 + targets) for done in range(1, 10 + targets + 1)]
