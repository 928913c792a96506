"""The commands as they are typed: what they print, what they write, with which exit code."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from pingyi.cli.main import main
from pingyi.engine.bundle.folder import (
    MANIFEST,
    digest_of,
    manifest_of,
    read_members,
    write_folder,
)

SCHEME = """\
grammar: 1
key: small
title: 小测评
basis: 某办法
classes: {rater: {title: 代表}}
papers:
  form:
    title: 测评表
    basis: 某办法
    dimensions: {work: {title: 实绩}}
    points: {most: 100}
inputs:
  hall: {title: 现场, basis: 某办法, papers: [form], classes: [rater]}
nodes:
  hall: {title: 现场测评, basis: 某办法, op: ballots, input: hall, paper: form, classes: [rater]}
score: hall
rounding: {title: 两位, basis: 系统默认值：未规定, places: 2}
rank: {title: 排名, basis: 系统默认值：未规定}
"""
BALLOTS = [("b1", "A", 90), ("b1", "B", 80), ("b2", "A", 71), ("b2", "B", 90)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A round of two units and two ballots: A (90+71)/2 = 80.50, B (80+90)/2 = 85.00."""
    (tmp_path / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
    write(tmp_path / "targets.csv", ["对象编码", "对象名称"], [["A", "甲局"], ["B", "=1+1"]])
    rows = [["现场", "代表", "测评表", *row] for row in BALLOTS]
    write(
        tmp_path / "ballots.csv", ["渠道", "票种", "测评表", "选票编号", "对象编码", "实绩"], rows
    )
    heading = ["渠道", "票种", "测评表", "应到", "发出"]
    write(tmp_path / "rolls.csv", heading, [["现场", "代表", "测评表", 2, 2]])
    return tmp_path


def write(path: Path, heading: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heading, *rows])


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def score(folder: Path, *more: object) -> Result:
    tables = [
        word
        for name in ("targets", "rolls", "ballots")
        for word in (f"--{name}", folder / f"{name}.csv")
    ]
    return run("score", folder / "scheme.yaml", *tables, *more)


def test_score_prints_ranks_and_writes_everything(folder: Path) -> None:
    out = folder / "out"
    result = score(folder, "--out", out)
    assert result.exit_code == 0, result.output
    assert "85.00" in result.output
    assert digest_of((out / MANIFEST).read_bytes()) in result.output
    data = json.loads((out / "result.json").read_text(encoding="utf-8"))
    found = {row["target"]: (row["score"], row["exact"], row["rank"]) for row in data["results"]}
    assert found == {"A": ("80.50", "161/2", 2), "B": ("85.00", "85", 1)}
    assert data["counts"] == [
        {
            "input": "hall",
            "rater_class": "rater",
            "paper": "form",
            "target": None,
            "issued": 2,
            "returned": 2,
            "valid": 2,
            "invalid": 0,
            "abstained": 0,
            "not_informed": 0,
        }
    ]
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "评分结果报告单" in report
    assert digest_of((out / MANIFEST).read_bytes()) in report
    assert "<script" not in report


def test_json_goes_to_standard_output_alone(folder: Path) -> None:
    result = score(folder, "--format", "json")
    data = json.loads(result.stdout)
    assert data["format"] == "pingyi-result/1"
    assert data["scheme"]["key"] == "small"


def test_csv_is_escaped_and_has_a_bom(folder: Path) -> None:
    """A unit named =1+1 must not become a formula."""
    to = folder / "scores.csv"
    assert score(folder, "--format", "csv", "--to", to).exit_code == 0
    raw = to.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows == [
        ["编码", "评议对象", "得分", "位次"],
        ["B", "'=1+1", "85.00", "1"],
        ["A", "甲局", "80.50", "2"],
    ]


def test_xlsx_holds_numbers_and_no_formula(folder: Path) -> None:
    to = folder / "scores.xlsx"
    assert score(folder, "--format", "xlsx", "--to", to).exit_code == 0
    sheet = openpyxl.load_workbook(to).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[2] == ["B", "=1+1", 85, 1, "85"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_xlsx_needs_a_file(folder: Path) -> None:
    assert score(folder, "--format", "xlsx").exit_code == 2


def test_bad_input_is_2_with_all_problems(folder: Path) -> None:
    heading = ["渠道", "票种", "测评表", "选票编号", "对象编码", "实绩"]
    rows: list[list[object]] = [
        ["现场", "代表", "测评表", "b1", "A", 101],
        ["现场", "领导", "测评表", "b1", "B", 80],
        ["现场", "代表", "测评表", "b2", "C", 80],
    ]
    write(folder / "ballots.csv", heading, rows)
    result = score(folder, "--out", folder / "out")
    assert result.exit_code == 2
    for words in ("第 2 行", "第 3 行", "第 4 行", "101", "领导", "“C”"):
        assert words in result.stderr
    assert not (folder / "out").exists()
    told = json.loads(score_json(folder).stdout)
    assert {problem["code"] for problem in told["problems"]} == {
        "score_range",
        "unknown_value",
        "unknown_target",
    }
    assert {problem["place"]["row"] for problem in told["problems"]} == {2, 3, 4}


def score_json(folder: Path) -> subprocess.CompletedProcess[str]:
    """The real program, since the form of errors is chosen from the real command line."""
    command = [sys.executable, "-m", "pingyi.cli.main", "score", str(folder / "scheme.yaml")]
    for name in ("targets", "rolls", "ballots"):
        command += [f"--{name}", str(folder / f"{name}.csv")]
    return subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, check=False
    )


def test_a_missed_rule_is_1(folder: Path) -> None:
    """Three returned of two issued: the vote is void."""
    rows = [["现场", "代表", "测评表", f"b{i}", "A", 90] for i in range(3)]
    heading = ["渠道", "票种", "测评表", "选票编号", "对象编码", "实绩"]
    write(folder / "ballots.csv", heading, rows)
    result = score(folder)
    assert result.exit_code == 1
    assert "收回 3 张，多于发出的 2 张" in result.stderr


def test_a_folder_with_other_files_is_refused(folder: Path) -> None:
    out = folder / "out"
    out.mkdir()
    (out / "mine.txt").write_text("important", encoding="utf-8")
    assert score(folder, "--out", out).exit_code == 2
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert score(folder, "--out", out, "--force").exit_code == 0
    assert (out / "mine.txt").read_text(encoding="utf-8") == "important"
    assert score(folder, "--out", out).exit_code == 0  # the same result once more


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "rolls.csv").unlink()
    result = score(folder)
    assert result.exit_code == 2
    assert "rolls.csv" in result.stderr


def test_explain_in_three_forms(folder: Path) -> None:
    out = folder / "out"
    score(folder, "--out", out)
    text = run("explain", out, "--target", "A").output
    assert "161 ÷ 2 = 80.5" in text
    assert "71×1、90×1" in text
    tree = json.loads(
        run("explain", out / "result.json", "--target", "A", "--format", "json").output
    )
    assert tree["exact"] == "161/2"
    assert tree["parts"][0]["name"] == "hall"
    page = run("explain", out, "--target", "B", "--node", "hall", "--format", "html").output
    assert "<h1>现场测评</h1>" in page
    assert run("explain", out, "--target", "Z").exit_code == 2
    assert run("explain", out, "--target", "A", "--node", "nothing").exit_code == 2


def test_bundle_and_verify(folder: Path) -> None:
    out, file = folder / "out", folder / "round.zip"
    score(folder, "--out", out)
    digest = digest_of((out / MANIFEST).read_bytes())
    assert digest in run("bundle", out, "--to", file).output
    assert run("verify", file, "--digest", digest).exit_code == 0
    assert run("verify", out, "--digest", digest.upper()).exit_code == 0
    wrong = run("verify", file, "--digest", "0" * 64)
    assert wrong.exit_code == 1
    assert digest in wrong.stderr
    (out / "rolls.csv").write_bytes((out / "rolls.csv").read_bytes() + b"\n")
    changed = run("verify", out)
    assert changed.exit_code == 1
    assert "rolls.csv" in changed.stderr
    assert run("bundle", out, "--to", folder / "again.zip").exit_code == 1
    assert not (folder / "again.zip").exists()


def test_scheme_commands(folder: Path) -> None:
    scheme = folder / "scheme.yaml"
    other = folder / "other.yaml"
    other.write_text(SCHEME.replace("most: 100", "most:   10"), encoding="utf-8")
    assert run("scheme", "check", scheme, other).exit_code == 0
    first, second = (run("scheme", "digest", path).output.strip() for path in (scheme, other))
    assert len(first) == 64
    assert first != second
    found = json.loads(run("scheme", "diff", scheme, other, "--format", "json").output)
    assert found == [{"path": "papers.form.points.most", "old": "100", "new": "10"}]
    assert "相同" in run("scheme", "diff", scheme, scheme).output
    assert json.loads(run("scheme", "schema").output)["title"] == "Scheme"
    other.write_text(SCHEME.replace("score: hall", "score: hal"), encoding="utf-8")
    wrong = run("scheme", "check", other)
    assert wrong.exit_code == 2
    assert "hal" in wrong.stderr


def test_templates_come_back_as_input(folder: Path) -> None:
    """A template, filled in, is read without complaint; its headings are those of the tables."""
    assert run("scheme", "templates", folder / "scheme.yaml", "--out", folder / "t").exit_code == 0
    assert {path.name for path in (folder / "t").iterdir()} == {
        "targets.xlsx",
        "rolls.xlsx",
        "ballots.xlsx",
        "rulings.xlsx",
    }
    again = run("scheme", "templates", folder / "scheme.yaml", "--out", folder / "t")
    assert again.exit_code == 2  # what is filled in already is not written over
    assert "ballots.xlsx" in again.stderr
    book = openpyxl.load_workbook(folder / "t" / "ballots.xlsx")
    sheet = book.active
    assert sheet is not None
    headings = [cell.value for cell in sheet[1]]
    assert headings == ["渠道", "票种", "测评表", "选票编号", "对象编码", "实绩"]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert '"现场"' in lists
    for row in BALLOTS:
        sheet.append(["现场", "代表", "测评表", *row])
    book.save(folder / "ballots.xlsx")
    result = run(
        "score", folder / "scheme.yaml", "--targets", folder / "targets.csv",
        "--rolls", folder / "rolls.csv", "--ballots", folder / "ballots.xlsx",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "80.50" in result.output


def test_pack_commands() -> None:
    packs = {row["key"] for row in json.loads(run("pack", "list", "--format", "json").output)}
    assert "jiaozuo-team-review" in packs
    assert run("pack", "show", "jiaozuo-team-review").output.startswith("# ")
    text = run("pack", "show", "jiaozuo-team-review", "--preset", "jiaozuo-2017").output
    assert "grammar:" in text
    assert run("pack", "show", "nothing").exit_code == 2
    assert run("pack", "check", "published-formulas").exit_code == 0
    cases = json.loads(run("pack", "cases", "published-formulas", "--format", "json").output)
    assert {"F01-a", "F01-b", "F05-empty", "TRIM-b"} <= {case["case"] for case in cases}
    assert not [case for case in cases if case["differences"]]


def test_simulate_then_score(folder: Path) -> None:
    data = folder / "invented"
    made = run("simulate", folder / "scheme.yaml", "--targets", 5, "--ballots", 40, "--out", data)
    assert made.exit_code == 0, made.stderr
    result = run(
        "score", folder / "scheme.yaml", "--targets", data / "targets.csv",
        "--rolls", data / "rolls.csv", "--ballots", data / "ballots.parquet", "--draws", 5,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "T0005" in result.output


def test_sample_writes_a_report(folder: Path) -> None:
    result = run("sample", "--out", folder / "demo")
    assert result.exit_code == 0, result.stderr
    assert (folder / "demo" / "report.html").is_file()
    assert run("verify", folder / "demo").exit_code == 0
    assert run("sample", "nothing").exit_code == 2


def test_the_program_speaks_english_and_exits_as_it_should(folder: Path) -> None:
    def program(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pingyi.cli.main", *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PINGYI_LANG": "en"},
        )

    helped = program("--help")
    assert helped.returncode == 0
    assert "Score a round" in helped.stdout
    wrong = program("score", str(folder / "nothing.yaml"), "--targets", "x.csv")
    assert wrong.returncode == 2
    assert "the file is not there. Check the path." in wrong.stderr
    assert not any("\u4e00" <= c <= "\u9fff" for c in helped.stdout + wrong.stderr)


def test_help_of_every_command_is_whole() -> None:
    for words in (
        ["score"], ["explain"], ["bundle"], ["verify"], ["simulate"], ["demo"], ["sample"],
        ["pack", "list"], ["pack", "show"], ["pack", "check"], ["pack", "cases"],
        ["scheme", "check"], ["scheme", "digest"], ["scheme", "schema"], ["scheme", "diff"],
        ["scheme", "templates"],
    ):  # fmt: skip
        result = run(*words, "--help")
        assert result.exit_code == 0
        assert any("\u4e00" <= c <= "\u9fff" for c in result.output)


def test_a_score_in_the_column_of_another_paper_is_told(folder: Path) -> None:
    """Two papers in one table: what is written in the other's column must not vanish."""
    two = SCHEME.replace(
        "inputs:", "  short:\n    title: 简表\n    basis: 某办法\n"
        "    dimensions: {whole: {title: 总体}}\n    points: {most: 10}\ninputs:"
    ).replace("papers: [form]", "papers: [form, short]")  # fmt: skip
    (folder / "scheme.yaml").write_text(two, encoding="utf-8")
    heading = ["渠道", "票种", "测评表", "选票编号", "对象编码", "实绩", "总体"]
    rows = [
        ["现场", "代表", "测评表", "b1", "A", 90, 9],
        ["现场", "代表", "简表", "b2", "A", "", 9],
    ]
    write(folder / "ballots.csv", heading, rows)
    write(folder / "rolls.csv", ["渠道", "票种", "测评表", "发出"], [["现场", "代表", "测评表", 2]])
    result = score(folder)
    assert result.exit_code == 2
    assert "第 2 行" in result.stderr
    assert "第 3 行" not in result.stderr
    assert "“总体”不是“测评表”的内容，却填了“9”" in result.stderr


def test_a_file_name_decides_the_form_where_none_is_given(folder: Path) -> None:
    to = folder / "packs.csv"
    assert run("pack", "list", "--to", to).exit_code == 0
    assert to.read_bytes().startswith(b"\xef\xbb\xbf")
    assert run("pack", "list", "--to", folder / "packs.txt").exit_code == 2


def test_a_bundle_of_another_version_says_so(folder: Path) -> None:
    """Scores the same, pages written otherwise: the finding names both versions."""
    out = folder / "out"
    score(folder, "--out", out)
    members = read_members(out)
    members["run.json"] = members["run.json"].replace(b'"program": "', b'"program": "0.0.')
    members["report.html"] += b"<!-- older page -->"
    members[MANIFEST] = manifest_of(members)
    write_folder(members, out)
    result = run("verify", out)
    assert result.exit_code == 1
    assert "0.0." in result.stderr
    assert "result.json" not in result.stderr


def test_another_result_is_not_written_over(folder: Path) -> None:
    """A result may be signed already: the new one goes beside it, or --force is said."""
    out = folder / "out"
    score(folder, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (folder / "rolls.csv").unlink()
    words = ["score", folder / "scheme.yaml", "--targets", folder / "targets.csv",
             "--ballots", folder / "ballots.csv", "--out", out]  # fmt: skip
    refused = run(*words)
    assert refused.exit_code == 2
    assert digest_of(before[MANIFEST]) in refused.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert run(*words, "--force").exit_code == 0
    assert not (out / "rolls.csv").exists()  # nothing of the old result stays
    assert run("verify", out).exit_code == 0
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []
