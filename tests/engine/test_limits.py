"""What is too large is refused in good time and with a place, never by a fault of the program."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.engine.hall import BALLOTS, ROLLS, SCHEME, TARGETS, Rows, round_tables, scores
from tests.engine.hall import score as score_hall

from pingyi.engine.errors import BadInput, BadScheme, Blocked, Problem
from pingyi.engine.grammar.checks import MOST_CHAIN, MOST_NODES
from pingyi.engine.grammar.fulls import full_of
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.numbers import is_long
from pingyi.engine.tables.readers import MOST_LEVELS

END = "rounding: {title: 取整, basis: 某办法}\nrank: {title: 排名, basis: 某办法}\n"
HEAD = """\
grammar: 1
key: deep
title: 套层
basis: 某办法
figures: {rate: {title: 完成率, basis: 某办法, most: 1}}
nodes:
  n0: {title: 完成率, basis: 某办法, op: figure, figure: rate}
"""
FIGURES: Rows = [["figure", "target", "value"], ["rate", "0101", "1/3"]]


def chain(links: list[str]) -> str:
    """Nodes n1, n2 …, each with the operation of a link that reads the node before it."""
    nodes = [
        f"  n{i}: {{title: 第 {i} 层, basis: 某办法, {link.format(of=f'n{i - 1}')}}}\n"
        for i, link in enumerate(links, 1)
    ]
    return f"{HEAD}{''.join(nodes)}score: n{len(links)}\n{END}"


def refused(text: str) -> list[Problem]:
    with pytest.raises(BadScheme) as caught:
        load_scheme(text, "scheme.yaml")
    return list(caught.value.problems)


ROUND = "op: round, of: {of}, places: 2"


def test_a_scheme_of_very_many_nodes_is_refused() -> None:
    rows = "".join(
        f"  m{i}: {{title: 项, basis: 某办法, op: figure, figure: rate}}\n"
        for i in range(MOST_NODES)
    )
    (problem,) = refused(f"{HEAD}{rows}score: n0\n{END}")
    assert (problem.code, problem.place.path) == ("too_many_nodes", "nodes")
    assert f"{MOST_NODES + 1} 个计分项" in problem.text("zh")


def test_a_long_chain_is_refused_and_a_shorter_one_scored(tmp_path: Path) -> None:
    (problem,) = refused(chain([ROUND] * 2_000))
    assert problem.code == "chain_too_long"
    longest = chain([ROUND] * (MOST_CHAIN - 1))
    tables = round_tables(tmp_path, targets=TARGETS[:2], figures=FIGURES, ballots=None)
    assert scores(score_hall(tables, longest)) == {"0101": "0.33"}
    assert refused(chain([ROUND] * MOST_CHAIN))[0].code == "chain_too_long"


def test_a_chain_through_other_targets_is_a_chain_too() -> None:
    up = "op: from, whose: parent, take: value, node: {of}"
    down = "op: collect, how: mean, empty: zero, of: {of}"
    assert refused(chain([up, down] * 30))[0].code == "chain_too_long"


def test_a_node_that_many_read_is_looked_at_once() -> None:
    """Each layer reads the one before it twice: 2^38 ways, but only 76 nodes."""
    layers = "".join(
        f"  {name}{i}: {{title: 层, basis: 某办法, op: mean, empty: zero,"
        f" parts: [a{i - 1}, b{i - 1}]}}\n"
        for i in range(1, 39)
        for name in "ab"
    )
    first = "".join(
        f"  {n}0: {{title: 底, basis: 某办法, op: figure, figure: rate}}\n" for n in "ab"
    )
    scheme = load_scheme(f"{HEAD}{first}{layers}score: a38\n{END}").scheme
    assert full_of(scheme, "a38") == Fraction(1)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert refused(opening * 20_000)[0].code in ("yaml_too_deep", "yaml_syntax")


# -- long numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [61, 5_000])
def test_a_long_numeral_in_a_table_is_told_with_its_place(digits: int, tmp_path: Path) -> None:
    figures = [FIGURES[0], ["rate", "0101", "0." + "3" * digits]]
    tables = round_tables(tmp_path, targets=TARGETS[:2], figures=figures, ballots=None)
    with pytest.raises(BadInput) as caught:
        score_hall(tables, chain([ROUND]))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row, problem.place.column) == ("cell_number", 2, "value")
    assert len(problem.text("zh")) < 400


def test_a_long_numeral_in_a_scheme_is_told_with_its_line() -> None:
    for old, new in (
        ("places: 2", "places: " + "9" * 5_000),
        ("weight: 40%", "weight: " + "9" * 5_000),
    ):
        problem = refused(SCHEME.replace(old, new))[0]
        assert problem.place.line is not None
        assert len(problem.text("zh")) < 450


def test_an_exact_value_that_grows_too_long_is_told(tmp_path: Path) -> None:
    """From 55 digits, each layer about doubles them: after seven they are 7,040."""
    layers = "".join(
        f"  a{i}: {{title: 甲 {i}, basis: 某办法, op: ratio, of: a{i - 1},"
        f" to_node: b{i - 1}, zero: zero}}\n"
        f"  b{i}: {{title: 乙 {i}, basis: 某办法, op: linear, empty: zero,"
        f" parts: [{{node: a{i - 1}, times: 7/11}}, {{node: b{i - 1}, times: 5/13}}]}}\n"
        for i in range(1, 12)
    )
    first = (
        "  a0: {title: 甲, basis: 某办法, op: linear, constant: 1, empty: zero,"
        " parts: [{node: n0, times: 1/3}]}\n"
        "  b0: {title: 乙, basis: 某办法, op: linear, empty: zero,"
        " parts: [{node: n0, times: 1/17}]}\n"
    )
    figures = [FIGURES[0], ["rate", "0101", "0." + "3" * 54 + "1"]]
    tables = round_tables(tmp_path, targets=TARGETS[:2], figures=figures, ballots=None)
    with pytest.raises(Blocked) as caught:
        score_hall(tables, f"{HEAD}{first}{layers}score: a11\n{END}")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.row) == (
        "number_long", "figures.csv", 2,
    )  # fmt: skip


def test_what_is_too_long_to_be_written_is_known() -> None:
    assert not is_long(Fraction(10**3_900, 7))
    assert is_long(Fraction(10**3_950, 7))
    assert is_long(Fraction(7, 10**3_950))


def test_a_value_too_long_forbids_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pingyi.engine.numbers._MOST_BITS", 8)
    with pytest.raises(Blocked) as caught:
        score_hall(
            round_tables(tmp_path, ballots=BALLOTS, rolls=ROLLS),
            SCHEME.replace("40%", "39.7%").replace("60%", "60.3%"),
        )
    text = caught.value.problems[0].text("zh")
    assert "“财政局”的“总分”精确值太长" in text
    assert text.startswith("ballots.csv：")


@pytest.mark.parametrize("count", ["9" * 50, "9" * 5_000, 10**15 + 1])
def test_a_count_beyond_all_sense_is_told(count: object, tmp_path: Path) -> None:
    rolls = [ROLLS[0], ["hall", "leaders", "form", count], ROLLS[2]]
    with pytest.raises(BadInput) as caught:
        score_hall(round_tables(tmp_path, rolls=rolls))
    (problem,) = caught.value.problems
    assert (problem.place.row, problem.place.column) == (2, "issued")


def test_too_many_levels_of_targets_are_told(tmp_path: Path) -> None:
    rows = [["target", "title", "parent"], ["t0", "省", ""]]
    rows += [[f"t{i}", f"第 {i} 级", f"t{i - 1}"] for i in range(1, 3_000)]
    with pytest.raises(BadInput) as caught:
        score_hall(round_tables(tmp_path, targets=rows, ballots=None))
    first = caught.value.problems[0]
    # t0 is row 2; t21 has 21 levels above it and stands in row 23
    assert (first.code, first.place.row) == ("levels_too_many", 2 + MOST_LEVELS + 1)
