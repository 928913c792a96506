"""Opened ballots give the same scores as the same ballots from a file."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.apps.schemes.hands import draft, organiser, seal, sealed

from pingyi.apps.schemes import actions, counting
from pingyi.apps.schemes.ballot_forms import NOT_RATED, BallotForm, ballot_form
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.queries import load
from pingyi.base.errors import HouseError, Invalid
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import score_round
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.validity.report import ValidityPlan

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SIZES = {"four_leading_bodies": 23, "public": 1_200, "members_and_masses": 40}
"""Ballots by class; 15 of any other."""


class Round:
    """An invented round of a sealed version: ballots as codes, and the tables beside them."""

    def __init__(self, version: SchemeVersion, seed: int) -> None:
        self.version, self.form = version, ballot_form(version)
        self.random = np.random.RandomState(seed)
        self.codes = [f"T{i}" for i in range(1, 6)]
        self.targets = [{"target": code, "title": f"对象{code}"} for code in self.codes]
        self.boxes = {key: self._ballots(*key) for key in self._channels(self.form)}
        self.rolls = [dict(row) for row in self._rolls()]
        self.figures = [
            {"figure": f.key, "target": code, "value": str(self.random.randint(60, 100))}
            | ({"rater_class": name, "sample": "120"} if name else {})
            for f in self.form.figures
            for code in self.codes
            for name in f.classes or ("",)
        ]

    @staticmethod
    def _channels(form: BallotForm) -> Iterator[tuple[str, str, str]]:
        for channel in form.channels:
            if channel.kind == "ballots":
                for rater in channel.classes:
                    for paper in channel.papers:
                        yield channel.key, rater, paper

    def _ballots(self, source: str, rater: str, key: str) -> np.ndarray:
        paper = self.form.paper(key)
        number, random = SIZES.get(rater, 15), self.random
        shape = (number, len(self.codes), len(paper.dimensions))
        most = len(paper.answers)
        codes = random.randint(most // 2, most, shape).astype(np.uint16)
        codes[random.rand(*shape) < 0.1] = paper.abstained
        codes[random.rand(*shape) < 0.15] = paper.not_informed
        if len(paper.dimensions) > 2:  # sheets with one or two scores, which a rule makes void
            codes[:, :, 2:][random.rand(number, len(self.codes)) < 0.2] = paper.abstained
        rated = random.rand(number, len(self.codes)) < 0.9
        if paper.scope == "own":
            rated[:] = np.eye(len(self.codes), dtype=bool)[np.arange(number) % len(self.codes)]
        else:
            rated[:, 0] = True
        codes[~rated] = NOT_RATED
        return codes

    def _rolls(self) -> Iterator[dict[str, str]]:
        for (source, rater, key), codes in self.boxes.items():
            names = {"input": source, "rater_class": rater, "paper": key}
            if self.form.paper(key).scope == "own":
                heads = (codes[:, :, 0] != NOT_RATED).sum(axis=0).tolist()
            else:
                heads = [len(codes)]
            for code, number in zip(self.codes if len(heads) > 1 else [""], heads, strict=True):
                counts = dict.fromkeys(("expected", "present", "issued"), str(number))
                yield {**names, "target": code, **counts}

    def rows(self) -> counting.RoundRows:
        return counting.RoundRows(self.targets, rolls=self.rolls, figures=self.figures)

    def opened(self) -> list[dict[str, Any]]:
        return [
            counting.count_ballots(self.version, self.codes, *key, codes, self.own(codes)).data
            for key, codes in self.boxes.items()
        ]

    def own(self, codes: np.ndarray) -> np.ndarray:
        """Of seven raters, five are of a unit that is rated."""
        return np.eye(7, len(self.codes), dtype=bool)[np.arange(len(codes)) % 7]

    def files(self, folder: Path) -> RoundTables:
        """The same round as the files that an officer would bring."""
        for name, rows in (("targets", self.targets), ("rolls", self.rolls), ("f", self.figures)):
            _write(folder / f"{name}.csv", rows)
        ballots = []
        for i, ((source, rater, key), codes) in enumerate(self.boxes.items()):
            paper, path = self.form.paper(key), folder / f"ballots{i}.csv"
            words = [*(answer.label for answer in paper.answers), "弃权", "不了解"]
            recuses = any(paper.recusal != "none" for paper in self.form.papers)
            units = [*self.codes, "", ""]
            _write(
                path,
                [
                    {"input": source, "rater_class": rater, "paper": key}
                    | ({"unit": units[b % 7]} if recuses else {})
                    | {"ballot": f"B{b:05}", "target": self.codes[t]}
                    | {d.key: words[c] for d, c in zip(paper.dimensions, codes[b, t], strict=True)}
                    for b, t in zip(*np.nonzero(codes[:, :, 0] != NOT_RATED), strict=True)
                ],
            )
            ballots.append(BallotSource(path))
        return RoundTables(
            targets=folder / "targets.csv",
            rolls=folder / "rolls.csv",
            figures=folder / "f.csv",
            ballots=tuple(ballots),
        )


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)


def without_resampling(result: dict[str, Any]) -> dict[str, Any]:
    validity = {k: v for k, v in result["validity"].items() if k not in ("spread", "draws")}
    return {**result, "validity": validity}


PACKS = [("jiaozuo-team-review", "jiaozuo-2017"), ("ruyang-two-way", "")]


@pytest.mark.parametrize(("pack", "preset"), PACKS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_opened_boxes_score_like_files(pack: str, preset: str, seed: int, tmp_path: Path) -> None:
    version = sealed(pack, preset)
    invented = Round(version, seed)
    evaluated = counting.evaluate(version, invented.rows(), invented.opened())
    plan = ValidityPlan(draws=0)
    scored = score_round(load(version), invented.files(tmp_path), plan)
    assert without_resampling(evaluated.result) == without_resampling(scored.result)
    assert evaluated.result["validity"]["spread"] == []
    assert evaluated.explain("T1")["parts"][0]["parts"]


@pytest.mark.parametrize("recusal", ["drop", "void"])
def test_recusal_and_rules_over_whole_ballots(recusal: str, tmp_path: Path) -> None:
    rule = """
    - title: 全部同分的票作废
      basis: 系统默认值：试验
      count: scores
      over: ballot
      where: {distinct: true}
      least: 2
      void: ballot
    - title: 高分过多的票作废
      basis: 系统默认值：试验
      count: sheets
      over: ballot
      where: {at_least: 80}
      most_share: 60%
      from_number: 3
      void: ballot
"""
    by, version = organiser(), draft("jiaozuo-team-review", "jiaozuo-2017")
    text = version.text.replace("recusal: none", f"recusal: {recusal}")
    version = actions.save_text(
        by=by, version=version, text=text.replace("    rules:\n", f"    rules:{rule}")
    )
    version = seal(version)
    invented = Round(version, 11)
    opened = invented.opened()
    assert sum(row[0] - row[1] for box in opened for row in box["channels"][0]["ballots"]) > 3
    result = counting.evaluate(version, invented.rows(), opened).result
    scored = score_round(load(version), invented.files(tmp_path), ValidityPlan(draws=0))
    assert without_resampling(result) == without_resampling(scored.result)


def test_slots_together_are_the_whole_box() -> None:
    """A box that is opened in three parts scores as in one."""
    version = sealed("jiaozuo-team-review", "jiaozuo-2017")
    invented = Round(version, 7)
    whole = counting.evaluate(version, invented.rows(), invented.opened()).result
    slots = [
        counting.count_ballots(version, invented.codes, *key, part).data
        for key, codes in invented.boxes.items()
        for part in np.array_split(codes, 3)
    ]
    assert counting.evaluate(version, invented.rows(), slots).result == whole


def test_items_of_one_presenter_each() -> None:
    """In the hall every presenter is an item: answers come together, heads are not added."""
    version = sealed("ruyang-two-way")
    invented = Round(version, 5)
    key = ("up", "superior_team", "up_paper")
    codes = invented.boxes[key]
    items = [
        counting.count_ballots(version, [code], *key, codes[codes[:, t, 0] != NOT_RATED][:, [t]])
        for t, code in enumerate(invented.codes)
    ]
    others = [
        counting.count_ballots(version, invented.codes, *other, found).data
        for other, found in invented.boxes.items()
        if other != key
    ]
    whole = counting.evaluate(version, invented.rows(), invented.opened()).result
    split = counting.evaluate(version, invented.rows(), [*(i.data for i in items), *others]).result
    assert split["results"] == whole["results"]
    returned = {(r["input"], r["rater_class"]): r["returned"] for r in split["counts"]}
    assert returned["up", "superior_team"] == min(len(item.valid) for item in items)


def test_folds_only_in_large_classes() -> None:
    version = sealed("jiaozuo-team-review", "jiaozuo-2017")
    for box in Round(version, 4).opened():
        (channel,) = box["channels"]
        assert channel["small"] is None
        large = channel["rater_class"] == "public"
        for per_dimension in channel["answers"].values():
            for answers in per_dimension.values():
                assert any(any(per_fold[1:]) for per_fold in answers.values()) == large


def test_void_sheets_and_blank_ballots() -> None:
    version = sealed("jiaozuo-team-review")
    paper = ballot_form(version).paper("hall_paper")
    codes = np.full((4, 2, 6), NOT_RATED, np.uint16)
    codes[0] = 90
    codes[1, 0], codes[1, 0, 1:] = 90, paper.abstained  # fewer than three scores: the sheet is void
    codes[1, 1] = 80
    codes[2] = paper.not_informed
    # the fourth rates nobody
    key = ("hall", "delegates_and_members", "hall_paper")
    found = counting.count_ballots(version, ["A", "B"], *key, codes)
    assert found.valid.tolist() == [True, True, True, True]
    assert found.void_sheets.tolist() == [[False] * 2, [True, False], [False] * 2, [False] * 2]
    status = found.statuses[None]
    assert (status.returned, status.valid, status.invalid) == (4, 4, 0)
    assert (status.abstained, status.not_informed) == (1, 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda codes: codes[:, :, :3],
        lambda codes: codes[:, :1],
        lambda codes: np.where(codes == 90, 103, codes),
        lambda codes: np.concatenate([codes[..., :5], codes[..., :1] * 0 + NOT_RATED], axis=2),
    ],
)
def test_ballots_of_another_form_are_refused(spoil: Any) -> None:
    version = sealed("jiaozuo-team-review")
    codes = spoil(np.full((3, 2, 6), 90, np.uint16))
    key = ("hall", "delegates_and_members", "hall_paper")
    with pytest.raises(Invalid):
        counting.count_ballots(version, ["A", "B"], *key, codes)


def test_a_missed_quorum_blocks() -> None:
    version = sealed("ruyang-two-way")
    invented = Round(version, 6)
    rolls = [{**row, "expected": "500"} for row in invented.rolls]
    rows = counting.RoundRows(invented.targets, rolls=rolls, figures=invented.figures)
    with pytest.raises(HouseError, match="收回/应到"):
        counting.evaluate(version, rows, invented.opened())
