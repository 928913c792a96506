"""``pingyi score`` and its companions at their edges: exit codes, languages, what stays behind."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.engine.hall import (
    BALLOTS,
    ROLLS,
    SCHEME,
    SCORES,
    TARGETS,
    write_csv,
    write_parquet,
    write_xlsx,
)

from pingyi.cli.main import main
from pingyi.engine.bundle.verify import verify_bundle

FORMULA = '=HYPERLINK("http://x.example","点我")'


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def program(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real program in a process of its own."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("PINGYI")}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "pingyi.cli.main", *map(str, words)],
        capture_output=True,
        env={**plain, "PYTHONUTF8": "1", **environment},
        check=False,
    )


def rows_of(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def round_files(tmp_path: Path) -> Path:
    (tmp_path / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
    write_csv(tmp_path / "targets.csv", TARGETS)
    write_csv(tmp_path / "rolls.csv", ROLLS)
    write_csv(tmp_path / "ballots.csv", BALLOTS)
    return tmp_path


def words_of(folder: Path, *more: object, ballots: str = "ballots.csv") -> list[object]:
    return [
        "score", folder / "scheme.yaml", "--targets", folder / "targets.csv",
        "--rolls", folder / "rolls.csv", "--ballots", folder / ballots, "--draws", "5", *more,
    ]  # fmt: skip


# -- exit codes and languages, in real processes -----------------------------------------------


def test_a_done_run_is_0_in_both_languages(round_files: Path) -> None:
    chinese = program(*words_of(round_files, "--out", round_files / "zh"))
    english = program("--lang", "en", *words_of(round_files, "--out", round_files / "en"))
    assert (chinese.returncode, english.returncode) == (0, 0), chinese.stderr + english.stderr
    assert "编码" in chinese.stdout.decode()
    assert "Code" in english.stdout.decode()
    assert "得分" not in english.stdout.decode()
    # what was counted does not depend on the language
    found = [
        json.loads((round_files / name / "result.json").read_bytes())["results"]
        for name in ("zh", "en")
    ]
    assert found[0] == found[1]
    assert {row["target"]: row["score"] for row in found[0]} == SCORES
    for name in ("zh", "en"):
        assert verify_bundle(round_files / name)
        assert program("verify", round_files / name).returncode == 0


def test_a_rule_that_forbids_a_result_is_1(round_files: Path) -> None:
    write_csv(round_files / "rolls.csv", [ROLLS[0], ["hall", "leaders", "form", "1"]])
    done = program(*words_of(round_files, "--out", round_files / "out", "--format", "json"))
    assert done.returncode == 1
    told = json.loads(done.stdout)["problems"]
    assert [problem["code"] for problem in told] == ["more_returned"]
    assert told[0]["what"]
    assert told[0]["mend"]
    assert not (round_files / "out").exists()


@pytest.mark.parametrize("style", [("--format", "json"), ("--format=json",)])
def test_bad_input_is_2_and_json_where_asked(round_files: Path, style: tuple[str, ...]) -> None:
    write_csv(round_files / "targets.csv", [*TARGETS, ["0101", "再一个"]])
    done = program("--lang", "en", *words_of(round_files, *style))
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem["code"] == "row_twice"
    assert problem["place"] == {"file": "targets.csv", "row": 5, "column": "target"}
    assert problem["what"] == "“0101” repeats row 2. "
    assert not done.stderr


def test_a_tampered_bundle_is_1(round_files: Path) -> None:
    run(*words_of(round_files, "--out", round_files / "out"))
    result = round_files / "out" / "result.json"
    result.write_bytes(result.read_bytes().replace(b"84.00", b"94.00"))
    done = program("verify", round_files / "out", PINGYI_LANG="en")
    assert done.returncode == 1
    assert "result.json" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_csv_on_standard_output_is_nothing_but_csv(round_files: Path) -> None:
    done = program(*words_of(round_files, "--format", "csv"))
    assert done.returncode == 0
    assert done.stdout.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(done.stdout.decode("utf-8-sig"))))
    assert rows[0][0] == "编码"
    assert {row[0] for row in rows[1:]} == set(SCORES)


def test_json_on_standard_output_is_the_result(round_files: Path) -> None:
    out = round_files / "out"
    done = program(*words_of(round_files, "--format", "json", "--out", out))
    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads((out / "result.json").read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        ("score",),
        ("score", "scheme.yaml"),
        ("scrore",),
        ("score", "scheme.yaml", "--targets", "t.csv", "--format", "yaml"),
        ("score", "scheme.yaml", "--targets", "t.csv", "--draws", "-1"),
        ("score", "scheme.yaml", "--targets", "t.csv", "--seed", "-1"),
        ("score", "scheme.yaml", "--targets", "t.csv", "--seed", str(2**32)),
        ("score", "scheme.yaml", "--targets", "t.csv", "--seed", "x"),
        ("simulate", "scheme.yaml", "--out", "x", "--seed", "-1"),
        ("simulate", "scheme.yaml", "--out", "x", "--targets", "0"),
        ("verify", "nowhere.zip"),
        ("bundle", "nowhere"),
        ("explain", "nowhere", "--target", "A"),
        ("scheme", "check"),
        ("scheme", "check", "nowhere.yaml"),
        ("scheme", "digest", "pack:nowhere"),
        ("pack", "show", "../packs"),
        ("pack", "check", "nowhere"),
        ("sample", "published-formulas", "--out", "x"),
    ],
)
def test_what_cannot_be_meant_is_2(
    round_files: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(round_files)
    (round_files / "t.csv").write_bytes((round_files / "targets.csv").read_bytes())
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stderr
    assert not (round_files / "x").exists()


@pytest.mark.parametrize("prior", ["last", "=x", "last=", "nobody=result.json"])
def test_priors_that_are_not_meant(round_files: Path, prior: str) -> None:
    result = run(*words_of(round_files, "--prior", prior))
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


# -- formats in and out ------------------------------------------------------------------------


def test_every_format_in_gives_the_same_result(round_files: Path) -> None:
    write_xlsx(round_files / "ballots.xlsx", BALLOTS)
    write_parquet(round_files / "ballots.parquet", BALLOTS)
    found = set()
    for kind in ("csv", "xlsx", "parquet"):
        out = round_files / kind
        done = run(*words_of(round_files, "--out", out, ballots=f"ballots.{kind}"))
        assert done.exit_code == 0, done.stderr
        found.add(tuple(path.read_bytes() for path in sorted(out.glob("*.json"))))
    assert len(found) == 1


def test_no_formula_leaves_the_program(round_files: Path) -> None:
    write_csv(round_files / "targets.csv", [*TARGETS[:1], ["0101", FORMULA], *TARGETS[2:]])
    out = round_files / "out"
    assert run(*words_of(round_files, "--out", out)).exit_code == 0
    for style in ("csv", "xlsx"):
        to = round_files / f"to.{style}"
        assert run(*words_of(round_files, "--format", style, "--to", to)).exit_code == 0
    for path in (out / "scores.csv", round_files / "to.csv"):
        cells = [cell for row in rows_of(path) for cell in row]
        assert "'" + FORMULA in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    for path in (out / "scores.xlsx", round_files / "to.xlsx"):
        with zipfile.ZipFile(path) as book:
            sheet = book.read("xl/worksheets/sheet1.xml")
            assert b"HYPERLINK" in book.read("xl/sharedStrings.xml")
        assert b"<f>" not in sheet
        assert b"<hyperlink" not in sheet
    report = (out / "report.html").read_text(encoding="utf-8")
    assert FORMULA not in report  # its quotes are escaped
    assert "=HYPERLINK(&#34;http" in report


def test_a_scheme_diff_holds_no_formula(round_files: Path) -> None:
    other = round_files / "other.yaml"
    other.write_text(SCHEME.replace("title: 会议测评", f"title: '{FORMULA}'"), encoding="utf-8")
    to = round_files / "diff.csv"
    done = run("scheme", "diff", round_files / "scheme.yaml", other, "--format", "csv", "--to", to)
    assert done.exit_code == 0, done.output
    assert rows_of(to)[1:] == [["title", "会议测评", "'" + FORMULA]]


# -- what is left behind -----------------------------------------------------------------------


def test_a_failed_run_leaves_the_earlier_result_alone(round_files: Path) -> None:
    out = round_files / "out"
    assert run(*words_of(round_files, "--out", out)).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    write_csv(
        round_files / "ballots.csv", [*BALLOTS, ["hall", "leaders", "form", "L9", "0909", 1, 1]]
    )
    assert run(*words_of(round_files, "--out", out)).exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_result_over_an_earlier_one_is_verified(round_files: Path) -> None:
    """The first round had rolls, the second has none: what is left of the first does no harm."""
    out = round_files / "out"
    assert run(*words_of(round_files, "--out", out)).exit_code == 0
    words = words_of(round_files, "--out", out)
    at = words.index("--rolls")
    done = run(*words[:at], *words[at + 2 :], "--force")
    assert done.exit_code == 0
    assert "没有发出数" in done.stderr
    assert verify_bundle(out)
    assert run("bundle", out).exit_code == 0
    with zipfile.ZipFile(round_files / "out.zip") as archive:
        assert "rolls.csv" not in archive.namelist()


def test_out_may_not_be_a_file(round_files: Path) -> None:
    (round_files / "out").write_text("x")
    assert run(*words_of(round_files, "--out", round_files / "out")).exit_code == 2


def test_a_folder_that_cannot_be_written(round_files: Path) -> None:
    (round_files / "file").write_text("x")
    result = run(*words_of(round_files, "--out", round_files / "file" / "out"))
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def test_bundles_of_two_runs_are_the_same_bytes(round_files: Path) -> None:
    for name in ("a", "b"):
        assert run(*words_of(round_files, "--out", round_files / name)).exit_code == 0
        done = run(
            "bundle", round_files / name / "result.json", "--to", round_files / f"{name}.zip"
        )
        assert done.exit_code == 0, done.stderr
    assert (round_files / "a.zip").read_bytes() == (round_files / "b.zip").read_bytes()


def test_explaining_a_tampered_folder_is_no_crash(round_files: Path) -> None:
    out = round_files / "out"
    run(*words_of(round_files, "--out", out))
    (out / "rolls.csv").write_text("input,rater_class,paper,target\nfoyer,x,y,\n")
    result = run("explain", out, "--target", "0101")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)


def test_a_scheme_in_gb18030_with_several_faults(round_files: Path) -> None:
    text = SCHEME.replace("score: total", "score: 总得分").replace("paper: form", "paper: 表", 1)
    (round_files / "scheme.yaml").write_bytes(text.encode("gb18030"))
    result = run("scheme", "check", round_files / "scheme.yaml")
    assert result.exit_code == 2
    lines = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line in ("score: 总得分", "    paper: 表")
    ]
    assert len(lines) == 2
    assert all(f"第 {line} 行" in result.stderr for line in lines)


def test_the_generated_documents_are_current() -> None:
    folder = Path(__file__).parents[2] / "docs" / "reference"
    assert run("docs", "--check", "--folder", folder).exit_code == 0


def test_stale_documents_are_1(tmp_path: Path) -> None:
    assert run("docs", "--folder", tmp_path).exit_code == 0
    assert run("docs", "--check", "--folder", tmp_path).exit_code == 0
    (tmp_path / "tables.md").write_text("old")
    assert run("docs", "--check", "--folder", tmp_path).exit_code == 1
