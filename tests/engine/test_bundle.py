"""Bundles: recomputed to the same bytes, and every changed byte found out."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.engine.hall import BALLOTS, HEADING, ROLLS, SCHEME, ballot_rows, round_tables, score

from pingyi.engine.bundle.folder import (
    MANIFEST,
    REPORT,
    RESULT,
    Members,
    digest_of,
    manifest_of,
    pack,
    read_contents,
    read_members,
    write_folder,
)
from pingyi.engine.bundle.verify import verify_bundle
from pingyi.engine.counted.execute import evaluate_counts
from pingyi.engine.errors import CheckFailed, Problem
from pingyi.engine.report.html import report_html
from pingyi.engine.result import build_result, result_bytes
from pingyi.engine.rounds import RoundTables, read_prior
from pingyi.engine.validity.report import ValidityPlan

WHOLE = SCHEME.replace(
    "nodes:\n",
    """\
  count:
    title: 汇总
    basis: 某办法
    kind: tally
    papers: [form]
    classes: [delegates]
figures:
  rate: {title: 完成率, basis: 某办法, least: 0, most: 2}
events:
  honour: {title: 荣誉, basis: 某办法}
priors:
  last: {title: 上次, basis: 某办法}
nodes:
  street: {title: 汇总分, basis: 某办法, op: tally, input: count, paper: form, classes: [delegates]}
  rate_value: {title: 完成率, basis: 某办法, op: figure, figure: rate}
  bonus:
    title: 加分
    basis: 某办法
    op: events
    kinds: {honour: {points: 1/3}}
  before: {title: 上次, basis: 某办法, op: from, whose: self, prior: last, take: value}
  means:
    title: 逐张平均
    basis: 某办法
    op: ballots
    input: hall
    paper: form
    classes: [leaders]
    over: total
""",
).replace(
    "      - {node: leaders_score, weight: 40%}\n      - {node: delegates_score, weight: 60%}\n",
    """\
      - {node: leaders_score, times: 40%, full: 40}
      - {node: delegates_score, times: 30%, full: 30}
      - {node: street, times: 30%, full: 30}
      - {node: rate_value, full: 0}
      - {node: bonus, full: 0}
      - {node: before, times: 1/1000, full: 0}
""",
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> RoundTables:
    """A round with every kind of table."""
    folder = tmp_path_factory.mktemp("round")
    prior = folder / "prior"
    write_folder(score(round_tables(folder)).members, prior)
    rolls = [
        [*ROLLS[0], "returned", "valid", "invalid"],
        *([*row, "", "", ""] for row in ROLLS[1:]),
        ["count", "delegates", "form", "10", "9", "9", "0"],
    ]
    names = ["count", "delegates", "form"]
    tallies = [
        ["input", "rater_class", "paper", "target", "dimension", "answer", "count"],
        *([*names, code, d, "80", "4"] for code in ("0101", "0102", "0103") for d in HEADING[5:]),
        [*names, "0101", "work", "弃权", "2"],
        [*names, "0101", "work", "不了解", "3"],
    ]
    figures = [["figure", "target", "value"], ["rate", "0101", "28/27"], ["rate", "0102", "97%"]]
    figures += [["rate", "0103", "1/3"]]
    events = [
        ["kind", "target", "number", "evidence", "title"],
        ["honour", "0101", "2", '市发"1"号, 附件', "=表彰\n第二行"],
    ]
    rulings = [
        ["ruling", "kind", "target", "node", "reason", "authority", "signed_by"],
        ["1号", "protection", "0103", "street", "担当", "市纪委", "甲、乙"],
    ]
    return round_tables(
        folder, rolls=rolls, tallies=tallies, figures=figures, events=events, rulings=rulings
    ).__class__(
        targets=folder / "targets.csv",
        rolls=folder / "rolls.csv",
        ballots=round_tables(folder).ballots,
        tallies=folder / "tallies.csv",
        figures=folder / "figures.csv",
        events=folder / "events.csv",
        rulings=folder / "rulings.csv",
        priors={"last": prior},
    )


@pytest.fixture(scope="module")
def members(tables: RoundTables) -> Members:
    return score(tables, WHOLE, ValidityPlan(draws=2)).members


@pytest.fixture
def folder(tmp_path: Path, members: Members) -> Path:
    path = tmp_path / "bundle"
    write_folder(members, path)
    return path


@pytest.fixture
def file(tmp_path: Path, members: Members) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(pack(members))
    return path


def findings(path: Path, digest: str | None = None) -> list[Problem]:
    with pytest.raises(CheckFailed) as caught:
        verify_bundle(path, digest)
    assert caught.value.exit_code == 1
    assert all(problem.text("zh") and problem.text("en") for problem in caught.value.problems)
    return list(caught.value.problems)


def names_in(problems: list[Problem]) -> str:
    return "\n".join(problem.text("en") for problem in problems)


# -- what holds --------------------------------------------------------------------------------


def test_a_bundle_holds_all_that_the_result_rests_on(members: Members) -> None:
    assert sorted(members) == [
        "counts.json",
        "events.csv",
        "figures.csv",
        "manifest.json",
        "priors/last.json",
        "report.html",
        "result.json",
        "rolls.csv",
        "rulings.csv",
        "run.json",
        "scheme.yaml",
        "tallies.csv",
        "targets.csv",
    ]


def test_a_bundle_is_verified(folder: Path, file: Path, members: Members) -> None:
    digest = digest_of(members[MANIFEST])
    for path in (folder, file):
        assert verify_bundle(path) == digest
        assert verify_bundle(path, digest) == digest
        assert verify_bundle(path, digest.upper()) == digest


def test_the_report_prints_the_digest(members: Members) -> None:
    assert digest_of(members[MANIFEST]) in members[REPORT].decode()


def test_scored_twice_gives_identical_bytes(tables: RoundTables, members: Members) -> None:
    again = score(tables, WHOLE, ValidityPlan(draws=2)).members
    assert again == members
    assert pack(again) == pack(dict(reversed(members.items())))


def test_a_folder_and_its_file_hold_the_same(folder: Path, file: Path, members: Members) -> None:
    assert read_members(folder) == read_members(file) == members
    (folder / "scores.csv").write_text("beside the members")
    assert read_members(folder) == members
    assert verify_bundle(folder)


def test_another_digest_is_told(folder: Path, file: Path) -> None:
    for path in (folder, file):
        assert [problem.code for problem in findings(path, "0" * 64)] == ["bundle_digest"]


@pytest.mark.parametrize(
    "title",
    ["甲\r乙", "甲\n乙", '甲"乙', "甲,乙", "=1+1", "'甲", "甲\u2028乙", "\u200b甲", "甲\ufeff乙"],
)
def test_titles_of_any_kind_come_back(tmp_path: Path, title: str) -> None:
    targets = [["target", "title"], ["0101", title], ["0102", "乙"], ["0103", "丙"]]
    rulings = [
        ["ruling", "kind", "target", "node", "reason", "authority", "signed_by"],
        ["1", "tolerance", "0102", "leaders_score", title, title, title],
    ]
    scored = score(round_tables(tmp_path, targets=targets, rulings=rulings))
    write_folder(scored.members, tmp_path / "out")
    assert verify_bundle(tmp_path / "out") == scored.digest
    contents = read_contents(scored.members)
    row = scored.result["results"][0]
    assert contents.data.targets[0].title == row["title"]
    assert contents.data.rulings[0].reason == scored.result["rulings"][0]["reason"]


def test_values_of_a_hundred_digits_come_back(tmp_path: Path) -> None:
    """A town's score is the mean over its villages, each with another number of voters."""
    scheme = SCHEME.replace(
        "nodes:\n",
        """\
nodes:
  village: {title: 村均分, basis: 某办法, op: ballots, input: hall, paper: form, classes: [leaders]}
  town: {title: 镇, basis: 某办法, op: collect, of: village, how: mean, empty: zero}
""",
    ).replace("score: total", "score: town")
    voters = (101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181)
    targets = [["target", "title", "parent"], ["T", "镇", ""]]
    targets += [[f"V{n}", f"村{n}", "T"] for n in voters]
    rows = ballot_rows(
        *(
            ("leaders", f"{n:03}-{i:03}", {f"V{n}": (1 if i == 0 else 0, 0)})
            for n in voters
            for i in range(n)
        )
    )
    scored = score(round_tables(tmp_path, targets=targets, ballots=[HEADING, *rows]), scheme)
    exact = scored.result["results"][0]["exact"]
    assert len(exact) > 60
    # each village has one score of 1 among n in one of two dimensions: 1/(2n)
    assert Fraction(exact) == sum(Fraction(1, 2 * n) for n in voters) / len(voters)
    write_folder(scored.members, tmp_path / "out")
    assert verify_bundle(tmp_path / "out") == scored.digest
    assert read_prior(tmp_path / "out").targets["T"].score == Fraction(exact)


# -- one flipped byte --------------------------------------------------------------------------


def positions(size: int, number: int, seed: int) -> Iterator[int]:
    """The first and last bytes, and others at random."""
    chosen = {0, 1, size // 2, size - 2, size - 1}
    chosen |= set(random.Random(seed).sample(range(size), min(size, number)))
    yield from sorted(p for p in chosen if 0 <= p < size)


def flipped(raw: bytes, position: int, bit: int) -> bytes:
    return raw[:position] + bytes([raw[position] ^ (1 << bit)]) + raw[position + 1 :]


MEMBERS = ["counts.json", "events.csv", "figures.csv", "manifest.json", "priors/last.json"]
MEMBERS += ["report.html", "result.json", "rolls.csv", "rulings.csv", "run.json", "scheme.yaml"]
MEMBERS += ["tallies.csv", "targets.csv"]


@pytest.mark.parametrize("name", MEMBERS)
def test_any_flipped_byte_of_a_member_is_named(folder: Path, members: Members, name: str) -> None:
    raw = members[name]
    for position in positions(len(raw), 10, len(name)):
        (folder / name).write_bytes(flipped(raw, position, position % 8))
        told = findings(folder)
        assert name in names_in(told), (name, position)
        if name not in (MANIFEST, REPORT):
            changed = [p for p in told if p.code == "bundle_member_changed"]
            assert [dict(p.facts)["name"] for p in changed] == [name]


@pytest.mark.parametrize(
    "name", ["figures.csv", "counts.json", "rolls.csv", "run.json", "tallies.csv"]
)
def test_every_byte_of_small_members_in_every_way(
    folder: Path, members: Members, name: str
) -> None:
    """Whatever a flipped bit makes of a number or a quote, it is a finding and no crash."""
    raw = members[name]
    chosen = range(len(raw)) if len(raw) < 200 else positions(len(raw), 60, 5)
    for position in chosen:
        bit = random.Random(position).randrange(7)
        (folder / name).write_bytes(flipped(raw, position, bit))
        assert name in names_in(findings(folder))


def test_any_flipped_byte_of_the_file_is_found(file: Path) -> None:
    raw = file.read_bytes()
    directory = raw.index(b"PK\x01\x02")
    chosen = set(positions(len(raw), 120, 1))
    chosen |= set(range(40))  # the first header and its name
    chosen |= {directory + p for p in random.Random(2).sample(range(len(raw) - directory), 60)}
    assert len(chosen) > 200
    for position in sorted(chosen):
        file.write_bytes(flipped(raw, position, position % 8))
        assert findings(file), position


@pytest.mark.parametrize("name", MEMBERS)
def test_a_flipped_byte_of_a_member_of_the_file_is_named(
    file: Path, members: Members, name: str
) -> None:
    raw = file.read_bytes()
    start = raw.index(members[name])
    position = random.Random(name).randrange(start, start + len(members[name]))
    file.write_bytes(flipped(raw, position, 0))
    (told,) = findings(file)
    assert name in told.text("zh")
    assert name in told.text("en")


def test_every_byte_of_the_first_header(file: Path) -> None:
    raw = file.read_bytes()
    for position in range(30):
        for bit in (position % 7, 7):
            file.write_bytes(flipped(raw, position, bit))
            assert findings(file), (position, bit)


# -- whole bundles tampered with ---------------------------------------------------------------


def with_members(path: Path, changed: dict[str, bytes | None], members: Members) -> Path:
    found: dict[str, bytes] = {}
    for name, raw in {**members, **changed}.items():
        if raw is not None:
            found[name] = raw
    path.write_bytes(pack(found))
    return path


def rewritten(members: Members, name: str, change: Any) -> Members:
    """All members as if the round had been so from the beginning."""
    new = {**members, name: change(members[name])}
    contents = read_contents(new)
    executed = evaluate_counts(contents.scheme.scheme, contents.data, contents.counted)
    result = build_result(contents.scheme, executed, contents.plan)
    new[RESULT] = result_bytes(result)
    new[MANIFEST] = manifest_of(new)
    new[REPORT] = report_html(contents.scheme, executed, result, digest_of(new[MANIFEST]))
    return new


def moved_ballot(raw: bytes) -> bytes:
    """One leader's 80 on 0102 becomes 90, in the answers and in the totals."""
    data = json.loads(raw)
    work = data["channels"][0]["answers"]["0102"]["work"]
    work["90"] = work.pop("80")
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("counts.json", moved_ballot),
        ("figures.csv", lambda raw: raw.replace(b"1/3", b"2/3")),
        ("rulings.csv", lambda raw: raw.replace(b"0103", b"0102")),
        ("run.json", lambda raw: raw.replace(b"20160713", b"20160714")),
        ("scheme.yaml", lambda raw: raw.replace("小".encode(), b"") + "# 注\n".encode()),
    ],
)
def test_only_the_digest_finds_out_a_consistent_rewriting(
    tmp_path: Path, members: Members, name: str, change: Any
) -> None:
    original = digest_of(members[MANIFEST])
    new = rewritten(members, name, change)
    assert new[name] != members[name]
    path = with_members(tmp_path / "b.zip", {}, new)
    assert verify_bundle(path) != original
    assert "bundle_digest" in [problem.code for problem in findings(path, original)]
    write_folder(new, tmp_path / "b")
    assert verify_bundle(tmp_path / "b") != original
    assert [problem.code for problem in findings(tmp_path / "b", original)] == ["bundle_digest"]


def test_the_moved_ballot_changes_the_result(members: Members) -> None:
    old = json.loads(members[RESULT])["results"][1]
    new = json.loads(rewritten(members, "counts.json", moved_ballot)[RESULT])["results"][1]
    # leaders on 0102: work 60 and 80 → 60 and 90: mean 75, with style 70 together 72.5
    assert (old["nodes"]["leaders_score"]["exact"], new["nodes"]["leaders_score"]["exact"]) == (
        "70",
        "145/2",
    )


@pytest.mark.parametrize("name", [RESULT, REPORT])
def test_a_result_that_does_not_follow_is_found_out(
    tmp_path: Path, members: Members, name: str
) -> None:
    """Only the result changed, with the manifest rewritten to fit."""
    new = {**members, name: members[name].replace("财政局".encode(), "财政厅".encode())}
    new[MANIFEST] = manifest_of(new)
    path = with_members(tmp_path / "b.zip", {}, new)
    assert name in names_in(findings(path))


@pytest.mark.parametrize("name", MEMBERS)
def test_a_missing_member(tmp_path: Path, folder: Path, members: Members, name: str) -> None:
    path = with_members(tmp_path / "b.zip", {name: None}, members)
    assert name in names_in(findings(path))
    (folder / name).unlink()
    assert name in names_in(findings(folder))


@pytest.mark.parametrize(
    "name", ["extra.txt", "../evil.txt", "/etc/passwd", "events.csv/x", "a\\b"]
)
def test_an_extra_member(tmp_path: Path, members: Members, name: str) -> None:
    path = with_members(tmp_path / "b.zip", {name: b"x"}, members)
    told = findings(path)
    assert "bundle_member_extra" in [problem.code for problem in told]
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_member_given_twice(tmp_path: Path, members: Members) -> None:
    buffer = io.BytesIO(pack(members))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("result.json", members[RESULT])
    path = tmp_path / "b.zip"
    path.write_bytes(buffer.getvalue())
    assert findings(path)


@pytest.mark.parametrize("name", ["../outside.csv", "{absolute}", "priors/../../outside.csv"])
def test_a_manifest_leads_to_no_file_outside(
    tmp_path: Path, folder: Path, members: Members, name: str
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("secret")
    name = name.format(absolute=outside)
    manifest = json.loads(members[MANIFEST])
    manifest["members"][name] = digest_of(b"secret")
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert b"secret" not in read_members(folder).values()
    assert name in names_in(findings(folder))


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"{}", b"null", b'{"members": 3}', b'{"members": null}', b'{"members": [1]}',
     b'{"members": {"a": 1}}', b'{"members": {"": "x"}}', b"\xff", b'{"members": {"\\u0000": "x"}}',
     b'{"members": {"' + b"x" * 5000 + b'": "x"}}'],
)  # fmt: skip
def test_manifests_that_are_none(
    tmp_path: Path, folder: Path, members: Members, manifest: bytes
) -> None:
    (folder / MANIFEST).write_bytes(manifest)
    assert MANIFEST in names_in(findings(folder))
    path = with_members(tmp_path / "b.zip", {MANIFEST: manifest}, members)
    assert MANIFEST in names_in(findings(path))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("figures.csv", b"1/3", b"1/0"),
        ("figures.csv", b"1/3", b'1"3'),
        ("figures.csv", b"0103", b"9999"),
        ("events.csv", b",2,", b",1/0,"),
        ("tallies.csv", b"abstained", b"abstain\xff"),
        ("tallies.csv", b",80,", b",801,"),
        ("rolls.csv", b",3,", b",x,"),
        ("targets.csv", b"0103", b"0101"),
        ("run.json", b'"draws": 2', b'"draws": "x"'),
        ("run.json", b'"seed": 20160713', b'"seed": -1'),
        ("run.json", b'"seed": 20160713', b'"seed": 1e400'),
        ("counts.json", b'"small":{', b'"small":{"x":'),
        ("counts.json", b'"number":2', b'"number":0'),
        ("counts.json", b'"codes":[[', b'"codes":[[999,'),
        ("counts.json", b'"targets":[', b'"targets":[99,'),
        ("counts.json", b'"ballots":[[', b'"ballots":[[1,'),
        ("scheme.yaml", b"op: tally", b"op: rally"),
        ("scheme.yaml", b"score: total", b"score: \xff"),
        ("priors/last.json", b'"exact": "', b'"exact": "1/0'),
        ("priors/last.json", b'"results": [', b'"results": [1, '),
    ],
)
def test_a_rewritten_bundle_that_makes_no_sense_is_a_finding(
    tmp_path: Path, members: Members, name: str, old: bytes, new: bytes
) -> None:
    """The manifest fits; what the members say does not."""
    raw = members[name].replace(old, new, 1)
    if raw == members[name]:
        pytest.fail(f"{old!r} is not in {name}")
    changed = {**members, name: raw}
    changed[MANIFEST] = manifest_of(changed)
    write_folder(changed, tmp_path / "b")
    assert findings(tmp_path / "b")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_truncated_file(file: Path, part: float) -> None:
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * part)])
    assert findings(file)


def test_bytes_before_and_after_the_file(file: Path) -> None:
    raw = file.read_bytes()
    for other in (b"x" + raw, raw + b"x", raw[:-2] + b"\x01\x00x"):
        file.write_bytes(other)
        assert findings(file)


def test_a_compressed_copy_is_not_the_bundle(file: Path, members: Members) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in sorted(members.items()):
            archive.writestr(name, raw)
    assert findings(file)


def test_what_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no archive")
    for path in (tmp_path / "empty", tmp_path / "text.zip", tmp_path / "nothing.zip"):
        assert findings(path)


def test_a_member_that_is_a_folder(folder: Path) -> None:
    (folder / "events.csv").unlink()
    (folder / "events.csv").mkdir()
    assert "events.csv" in names_in(findings(folder))


def test_no_path_of_a_machine_is_in_a_bundle(members: Members, tables: RoundTables) -> None:
    where = str(Path(str(tables.targets)).parent).encode()
    for name, raw in members.items():
        assert where not in raw, name
        assert not re.search(rb"/tmp/|/home/|[A-Z]:\\\\", raw), name


def test_ballots_are_not_in_the_bundle(members: Members) -> None:
    """Numbers of ballots stay outside: counts are enough."""
    numbers = {str(row[3]).encode() for row in BALLOTS[1:]}
    for name in ("counts.json", RESULT):
        assert not any(b'"' + number + b'"' in members[name] for number in numbers)


def test_a_copied_folder_is_verified_anywhere(tmp_path: Path, folder: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "其他 目录" / "结果")
    assert verify_bundle(copy) == verify_bundle(folder)
