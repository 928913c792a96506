"""Ballot rules with bounds of any length, and counts of any size, are taken exactly."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from pingyi.engine.counted.execute import execute as counted
from pingyi.engine.evaluate.dimensions import DimensionReader
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.grammar.nodes import Counted
from pingyi.engine.reference import execute as reference
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.inputs import RoundInput, Target

SCHEME = """\
grammar: 1
key: long
title: 长界限
basis: 某办法
classes: {rater: {title: 代表}}
papers:
  form:
    title: 测评表
    basis: 某办法
    dimensions: {a: {title: 甲}, b: {title: 乙}}
    points: {most: 100}
    rules:
      - {title: 规则, basis: 某办法, count: sheets, over: ballot, void: ballot, RULE}
inputs:
  hall: {title: 现场, basis: 某办法, papers: [form], classes: [rater]}
nodes:
  hall: {title: 现场, basis: 某办法, op: ballots, input: hall, paper: form, classes: [rater]}
score: hall
rounding: {title: 两位, basis: 某办法}
rank: {title: 排名, basis: 某办法}
"""
# Sheet means: ballot 1 rates T with (90+90)/2 = 90, ballot 2 with (80+90)/2 = 85.
ROWS = [("1", "90", "90"), ("2", "80", "90")]
NINES = "9" * 40


@pytest.mark.parametrize(
    ("rule", "valid"),
    [
        ("where: {at_least: 89.123456789012345678901234567890}, most: 0", 1),
        ("where: {above: 84.999999999999999999999999999999}, most: 0", 0),
        ("where: {above: 85}, most: 0", 1),
        ("where: {at_least: 85}, most: 0", 0),
        ("where: {below: 85.000000000000000000000000000001}, most: 0", 1),
        ("where: {at_most: 84.999999999999999999999999999999}, most: 0", 2),
        (f"where: {{at_least: -{NINES}}}, most: 0", 0),
        (f"where: {{at_least: {NINES}}}, most: 0", 2),
        ("where: {at_least: 86}, most_share: 3333333333333333333333/6666666666666666666667", 1),
        ("where: {at_least: 86}, least_share: 3333333333333333333333/6666666666666666666667", 1),
    ],
)
def test_long_bounds(rule: str, valid: int) -> None:
    scheme = load_scheme(SCHEME.replace("RULE", rule)).scheme
    rows = [
        {"input": "hall", "rater_class": "rater", "paper": "form", "ballot": n, "target": "T",
         "a": a, "b": b}
        for n, a, b in ROWS
    ]  # fmt: skip
    data = RoundInput(
        targets=(Target("T", "甲局"),),
        ballots=(BallotSource(table=pa.Table.from_pylist(rows)),),
    )
    outcomes = counted(scheme, data).outcome, reference(scheme, data)
    assert [next(iter(o.counts.values())).valid for o in outcomes] == [valid, valid]


@pytest.mark.parametrize("number", [3, 3 << 60])
@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("method: mean", lambda n: Fraction(99 * n + 100 * n, 2 * n)),
        ("method: median", lambda n: Fraction(199, 2)),
        (
            "method: trimmed, trim: {high: 2, low: 1, above: 5}",
            lambda n: Fraction(99 * (n - 1) + 100 * (n - 2), 2 * n - 3),
        ),
    ],
)
def test_counts_beyond_64_bits(
    number: int, method: str, expected: Callable[[int], Fraction]
) -> None:
    """So many 99s and as many 100s; their sum would not fit."""
    text = SCHEME.replace("RULE", "where: {at_least: 0}, most: 2").replace(
        "[rater]}\nscore", f"[rater], {method}}}\nscore"
    )
    scheme = load_scheme(text).scheme
    node = scheme.nodes["hall"]
    assert isinstance(node, Counted)
    counts = np.zeros((1, 2, 103), np.int64)
    counts[:, :, 99:101] = number
    reader = DimensionReader(scheme.papers["form"], node)
    assert reader.values(counts) == [expected(number)]
    assert reader.of_dimension(counts[0, 0]) == expected(number)
