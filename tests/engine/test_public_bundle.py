"""The public bundle: verified by anyone, and nothing withheld can be worked out from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.engine.hall import TARGETS, round_tables, score

from pingyi.engine.bundle.folder import (
    MANIFEST,
    RESULT,
    Members,
    digest_of,
    manifest_of,
    pack,
)
from pingyi.engine.bundle.partial import GIVEN, Trust, trust_of
from pingyi.engine.bundle.public import public_members
from pingyi.engine.bundle.verify import verify_bundle
from pingyi.engine.errors import Blocked, CheckFailed
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.validity.report import ValidityPlan

SCHEME = """\
grammar: 1
key: three
title: 三方测评
basis: 某办法
classes:
  leaders: {title: 领导}
  delegates: {title: 代表}
  public: {title: 公众}
papers:
  form: {title: 测评表, basis: 某办法, dimensions: {work: {title: 工作}}, points: {most: 100}}
  card:
    title: 选票
    basis: 某办法
    dimensions: {work: {title: 工作}}
    grades: {满意: 100, 不满意: 0}
inputs:
  hall: {title: 现场, basis: 某办法, papers: [form], classes: [leaders, delegates]}
  street: {title: 网络, basis: 某办法, kind: tally, papers: [card], classes: [public]}
nodes:
  by_leaders:
    {title: 领导, basis: 某办法, op: ballots, input: hall, paper: form, classes: [leaders]}
  by_delegates:
    {title: 代表, basis: 某办法, op: ballots, input: hall, paper: form, classes: [delegates]}
  by_public:
    {title: 公众, basis: 某办法, op: tally, input: street, paper: card, classes: [public]}
  best:
    {title: 比最好, basis: 某办法, op: ratio, of: by_leaders, to_best: true, times: 100, zero: zero}
  total:
    title: 总分
    basis: 某办法
    op: linear
    parts:
      - {node: by_leaders, weight: 30%}
      - {node: by_delegates, weight: 30%}
      - {node: by_public, weight: 40%}
score: total
rounding: {title: 取整, basis: 某办法, places: 2}
grades:
  title: 等次
  basis: 某办法
  bands: [{grade: 优秀, from: 80}, {grade: 合格, below: 80}]
rank: {title: 排名, basis: 某办法}
"""
CODES = ("0101", "0102", "0103")
HALL = {"leaders": (90, 80, 70), "delegates": (80, 70, 60)}
"""Points of each class on the three targets; two ballots say it, above and below."""
HAPPY = (9, 8, 5)
"""Of ten of the public."""
Points = Mapping[str, Sequence[int]]
PEERS = SCHEME.replace("{node: by_leaders, weight", "{node: best, weight")


def made(
    folder: Path,
    small: Sequence[tuple[str, str]],
    points: Points = HALL,
    scheme: str = SCHEME,
    rulings: Sequence[Sequence[str]] = (),
) -> Members:
    """The public bundle of a round; ``small``: (class, target)."""
    ballots: list[list[object]] = [["input", "rater_class", "paper", "ballot", "target", "work"]]
    for rater_class, on in points.items():
        for number, shift in (("1", -2), ("2", 2)):
            for code, value in zip(CODES, on, strict=True):
                ballots.append(
                    ["hall", rater_class, "form", rater_class + number, code, value + shift]
                )
    tallies: list[list[object]] = [
        ["input", "rater_class", "paper", "target", "dimension", "answer", "count"]
    ]
    for code, happy in zip(CODES, HAPPY, strict=True):
        for word, number in (("满意", happy), ("不满意", 10 - happy)):
            tallies.append(["street", "public", "card", code, "work", word, number])
    heads = ["ruling", "kind", "target", "node", "reason", "authority", "signed_by"]
    others: dict[str, Any] = {"rulings": [heads, *rulings]} if rulings else {}
    folder.mkdir(exist_ok=True)
    tables = round_tables(folder, targets=TARGETS, ballots=ballots, tallies=tallies, **others)
    loaded = load_scheme(scheme, "scheme.yaml")
    scored = score(tables, loaded, ValidityPlan(draws=0))
    cells = frozenset(("hall", rater_class, code) for rater_class, code in small)
    return public_members(loaded, scored.executed, cells, scored.digest)


def given(members: Members) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(members[GIVEN])
    return found


def nodes(members: Members, code: str) -> set[str]:
    rows = json.loads(members[RESULT])["results"]
    return next(set(row["nodes"]) for row in rows if row["target"] == code)


def verified(folder: Path, members: Members, digest: str | None = None) -> str:
    path = folder / "public.zip"
    path.write_bytes(pack(members))
    return verify_bundle(path, digest)


def test_nothing_small_is_wholly_recomputed(tmp_path: Path) -> None:
    members = made(tmp_path, ())
    assert sorted(members) == sorted(
        ["given.json", "manifest.json", "result.json", "scheme.yaml", "tallies.csv", "targets.csv"]
    )
    digest = digest_of(members[MANIFEST])
    assert verified(tmp_path, members, digest) == digest
    assert trust_of(members) == Trust(counted=3, values=6, targets=3, scores=0)
    # 0.3 × 90 + 0.3 × 80 + 0.4 × 90 = 87
    assert json.loads(members[RESULT])["results"][0]["score"] == "87.00"


def test_counts_of_points_stay_inside(tmp_path: Path) -> None:
    assert "hall" not in made(tmp_path, ())["tallies.csv"].decode()


def test_a_withheld_start_takes_a_partner_and_the_score_is_on_trust(tmp_path: Path) -> None:
    members = made(tmp_path, [("leaders", "0101")])
    found = given(members)
    assert sorted(found["values"]["by_leaders"]) == ["0102", "0103"]
    assert sorted(found["values"]["by_delegates"]) == ["0102", "0103"]
    assert found["scores"] == {"0101": "87"}
    assert nodes(members, "0101") == {"by_public"}
    # The best of all is of somebody withheld, so nobody's share of it is told.
    assert nodes(members, "0102") == {"by_leaders", "by_delegates", "by_public", "total"}
    assert trust_of(members) == Trust(counted=3, values=4, targets=3, scores=1)
    verified(tmp_path, members)


@pytest.mark.parametrize(
    "small",
    [
        [("leaders", "0101")],
        [("leaders", code) for code in CODES],
        [("leaders", "0101"), ("delegates", "0101")],
    ],
    ids=["one", "a class", "a pair"],
)
def test_other_votes_with_the_same_score_give_the_same_bundle(
    tmp_path: Path, small: list[tuple[str, str]]
) -> None:
    """The attack: were anything of a withheld class in the bundle, in a value, a sum, a count or a
    digest, the two bundles would differ."""
    shut = {code for _class, code in small}
    other = {
        name: [
            value + shift * (code in shut) for code, value in zip(CODES, HALL[name], strict=True)
        ]
        for name, shift in (("leaders", 5), ("delegates", -5))
    }
    mine, theirs = made(tmp_path / "a", small), made(tmp_path / "b", small, other)
    for members in (mine, theirs):
        # Without the digest of the internal bundle, which offices salt (see ``ValidityPlan``).
        del members[MANIFEST]
        members[GIVEN] = json.dumps(given(members) | {"internal": ""}).encode()
    assert mine == theirs


def test_a_score_that_rests_on_others_does_not_tell_them(tmp_path: Path) -> None:
    """0101 is the best, and the others' scores are made with it: with all their parts, each would
    tell its value."""
    members = made(tmp_path, [("leaders", "0101")], scheme=PEERS)
    found = given(members)
    assert set(found["scores"]) == set(CODES)
    for code in CODES:
        told = [name for name, row in found["values"].items() if code in row]
        assert "by_leaders" not in told
    verified(tmp_path, members)


def test_a_ruling_leaves_no_trace(tmp_path: Path) -> None:
    ruling = ["1号", "protection", "0102", "by_public", "担当", "市纪委", "甲、乙"]
    members = made(tmp_path, (), rulings=[ruling])
    assert not any(
        "担当" in raw.decode() or "protection" in raw.decode() for raw in members.values()
    )
    assert nodes(members, "0102") == set()
    assert nodes(members, "0101") >= {"by_leaders", "total"}
    verified(tmp_path, members)


def test_what_decides_ties_cannot_be_withheld(tmp_path: Path) -> None:
    scheme = SCHEME.replace("title: 排名,", "title: 排名, tie_break: [{node: by_leaders}],")
    made(tmp_path, (), scheme=scheme)
    with pytest.raises(Blocked) as caught:
        made(tmp_path, [("leaders", "0101")], scheme=scheme)
    assert {problem.code for problem in caught.value.problems} == {"public_withheld"}


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    members = made(tmp_path, [("leaders", "0101")])
    digest = digest_of(members[MANIFEST])
    raw = pack(members)
    path = tmp_path / "changed.zip"
    for at in range(0, len(raw), 61):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        with pytest.raises(CheckFailed):
            verify_bundle(path, digest)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tallies.csv", "满意,9", "满意,8"),
        (GIVEN, '"0102": "80"', '"0102": "81"'),
        (GIVEN, '"0101": "87"', '"0101": "88"'),
        (RESULT, '"rank": 1', '"rank": 2'),
        (RESULT, '"score": "77.00"', '"score": "77.01"'),
        ("targets.csv", "财政局", "审计局"),
        (GIVEN, '"counted"', '"recounted"'),
        (GIVEN, '{\n "format"', '{\n  "format"'),
    ],
)
def test_a_change_with_a_new_manifest_does_not_add_up(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    members = made(tmp_path, [("leaders", "0101")])
    text = members[name].decode()
    assert old in text
    members[name] = text.replace(old, new, 1).encode()
    members[MANIFEST] = manifest_of(members)
    with pytest.raises(CheckFailed):
        verified(tmp_path, members)
