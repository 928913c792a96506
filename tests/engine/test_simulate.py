"""Invented rounds: the same for the same seed, and fit to be scored."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.hall import SCHEME

from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.packs import PackFolder, all_packs
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import Scored, score_round
from pingyi.engine.simulate import Plan, simulate
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.validity.report import ValidityPlan

HALL = load_scheme(SCHEME)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def simulated(scheme: SchemeFile, folder: Path, plan: Plan) -> dict[str, bytes]:
    written = simulate(scheme.scheme, plan, folder)
    found = contents(folder)
    assert sorted(path.name for path in written) == sorted(found)
    return found


def scored(scheme: SchemeFile, folder: Path) -> Scored:
    def file(name: str) -> Path | None:
        path = folder / f"{name}.csv"
        return path if path.is_file() else None

    ballots = folder / "ballots.parquet"
    tables = RoundTables(
        folder / "targets.csv",
        rolls=file("rolls"),
        ballots=(BallotSource(ballots),) if ballots.is_file() else (),
        tallies=file("tallies"),
        figures=file("figures"),
        events=file("events"),
    )
    return score_round(scheme, tables, ValidityPlan(draws=2, stability=False))


SCHEMES = [
    (folder, name)
    for folder in all_packs()
    for name in folder.pack.schemes
    if not any(prior.required for prior in folder.scheme(name).scheme.priors.values())
]


@pytest.mark.parametrize(
    ("folder", "name"), SCHEMES, ids=[f"{f.path.name}-{n}" for f, n in SCHEMES]
)
def test_an_invented_round_of_every_pack_is_scored(
    tmp_path: Path, folder: PackFolder, name: str
) -> None:
    scheme = folder.scheme(name)
    simulated(scheme, tmp_path, Plan(targets=9, ballots=120, seed=7))
    results = scored(scheme, tmp_path).result["results"]
    assert len(results) == 9
    assert any(row["score"] is not None for row in results)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = Plan(targets=5, ballots=300, seed=11)
    assert simulated(HALL, tmp_path / "a", plan) == simulated(HALL, tmp_path / "b", plan)


@pytest.mark.parametrize("name", ["jiaozuo-team-review", "ruyang-two-way", "handan-stars"])
def test_the_same_seed_gives_the_same_bytes_for_packs(tmp_path: Path, name: str) -> None:
    scheme = next(folder for folder in all_packs() if folder.path.name == name).scheme()
    plan = Plan(targets=6, ballots=60, seed=0)
    assert simulated(scheme, tmp_path / "a", plan) == simulated(scheme, tmp_path / "b", plan)


def test_another_seed_gives_other_ballots(tmp_path: Path) -> None:
    first = simulated(HALL, tmp_path / "a", Plan(5, 300, 11))
    second = simulated(HALL, tmp_path / "b", Plan(5, 300, 12))
    assert first.keys() == second.keys()
    assert first["ballots.parquet"] != second["ballots.parquet"]


@pytest.mark.parametrize(("targets", "ballots"), [(1, 2), (1, 0), (3, 1), (40, 50)])
def test_rounds_of_any_size(tmp_path: Path, targets: int, ballots: int) -> None:
    """All files that are said to be written are there, however few ballots there are."""
    scheme = load_scheme(SCHEME.replace("    op: linear\n", "    op: linear\n    empty: zero\n"))
    simulated(scheme, tmp_path, Plan(targets, ballots, 7))
    assert len(scored(scheme, tmp_path).result["results"]) == targets


def test_what_is_invented_is_as_asked(tmp_path: Path) -> None:
    simulated(HALL, tmp_path, Plan(targets=4, ballots=2000, seed=3))
    result = scored(HALL, tmp_path).result
    counts = result["counts"]
    assert [row["returned"] for row in counts] == [1000, 1000]
    assert all(row["issued"] == row["returned"] for row in counts)
    leaders, delegates = result["validity"]["classes"]
    for row in (leaders, delegates):
        # 2 % give everyone the same score, 1 % of answers are blank, 2 % 不了解: within wide bounds
        assert 8 <= row["straight"] <= 40
        assert 0 < row["abstained"] < 250
        assert 0 < row["not_informed"] < 400
    assert len({row["score"] for row in result["results"]}) == 4


def test_no_straight_liners_where_none_are_asked_for(tmp_path: Path) -> None:
    plan = Plan(4, 400, 3, straight=0, left_out=0, abstained=0, not_informed=0)
    simulated(HALL, tmp_path, plan)
    for row in scored(HALL, tmp_path).result["validity"]["classes"]:
        assert (row["straight"], row["abstained"], row["not_informed"]) == (0, 0, 0)
        assert row["scores"] == 200 * 4 * 2


FRACTIONS = """\
grammar: 1
key: thirds
title: 三分之一
basis: 某办法
figures:
  third: {title: 指标, basis: 某办法, least: 1/3, most: 2/3}
nodes:
  total: {title: 总分, basis: 某办法, op: figure, figure: third}
score: total
rounding: {title: 取整, basis: 某办法}
rank: {title: 排名, basis: 某办法}
"""


def test_figures_between_thirds_can_be_read_back(tmp_path: Path) -> None:
    scheme = load_scheme(FRACTIONS)
    simulated(scheme, tmp_path, Plan(5, 0, 1))
    assert len(scored(scheme, tmp_path).result["results"]) == 5
