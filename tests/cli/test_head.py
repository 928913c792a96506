"""The head of a report, the sheet of scores as an office prints it, and bundles that stay."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from click.testing import CliRunner, Result
from tests.engine.hall import BALLOTS, ROLLS, SCHEME, TARGETS, write_csv

from pingyi.cli.main import main
from pingyi.engine.tables.export import Grid, write_xlsx

HEAD = {
    "--title": "云州市 2026 年度述职评议",
    "--unit": "云州市委组织部",
    "--period": "2026 年度",
    "--filing": "云组发〔2026〕8 号 <甲> & 乙",
}


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def words(tmp_path: Path) -> list[object]:
    (tmp_path / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
    write_csv(tmp_path / "targets.csv", TARGETS)
    write_csv(tmp_path / "rolls.csv", ROLLS)
    write_csv(tmp_path / "ballots.csv", BALLOTS)
    return [
        "score", tmp_path / "scheme.yaml", "--targets", tmp_path / "targets.csv", "--draws", "3",
        "--rolls", tmp_path / "rolls.csv", "--ballots", tmp_path / "ballots.csv",
    ]  # fmt: skip


def headed() -> list[str]:
    return [word for pair in HEAD.items() for word in pair]


def cells(path: Path) -> list[list[Any]]:
    sheet: Any = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return list(sheet.to_python())


def xml(path: Path, member: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(member).decode()


def test_the_head_is_kept_shown_and_verified(words: list[object], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(*words, "--out", out, *headed()).exit_code == 0
    told = {
        f"--{key}": text for key, text in json.loads((out / "run.json").read_text())["head"].items()
    }
    assert told == HEAD
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<h1>云州市 2026 年度述职评议</h1>" in page
    assert "<dt>组织单位</dt><dd>云州市委组织部</dd>" in page
    assert "<dt>评议期间</dt><dd>2026 年度</dd>" in page
    assert "云组发〔2026〕8 号 &lt;甲&gt; &amp; 乙" in page
    assert "<dt>方案</dt><dd>会议测评</dd>" in page
    assert run("verify", out).exit_code == 0


def test_a_changed_head_is_found_out(words: list[object], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(*words, "--out", out, *headed())
    file = out / "run.json"
    file.write_text(file.read_text(encoding="utf-8").replace("组织部", "宣传部"), encoding="utf-8")
    result = run("verify", out)
    assert result.exit_code == 1
    assert "run.json" in result.stderr
    assert "report.html" in result.stderr


def test_without_a_head_nothing_is_kept(words: list[object], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(*words, "--out", out, "--unit", "  ").exit_code == 0
    assert "head" not in json.loads((out / "run.json").read_text())
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<h1>会议测评</h1>" in page
    assert "组织单位" not in page


@pytest.mark.parametrize("text", ["长" * 201, "甲\n乙", "\u202e甲"])
def test_a_head_is_one_visible_line(text: str, words: list[object]) -> None:
    result = run(*words, "--period", text)
    assert result.exit_code == 2
    assert "--period 的文字" in result.stderr


# -- the sheet of scores -----------------------------------------------------------------------


def test_the_sheet_holds_title_head_numbers_and_exact_scores(
    words: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(*words, "--out", out, *headed())
    title, unit, period, filing, heading, *rows = cells(out / "scores.xlsx")
    assert (title[0], unit[0]) == ("云州市 2026 年度述职评议", "组织单位：云州市委组织部")
    assert (period[0], filing[0]) == (
        "评议期间：2026 年度", "依据文号、备案号：云组发〔2026〕8 号 <甲> & 乙",
    )  # fmt: skip
    assert heading == ["编码", "评议对象", "得分", "等次", "位次", "精确得分"]
    assert rows[0] == ["0101", "财政局", 84.0, "合格", 1.0, "84"]
    assert rows[2] == ["0102", "教育局", 82.0, "合格", 3.0, "82"]


def test_the_sheet_prints(words: list[object], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(*words, "--out", out, *headed())
    sheet, book = xml(out / "scores.xlsx"), xml(out / "scores.xlsx", "xl/workbook.xml")
    assert 'orientation="landscape"' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "<oddFooter>&amp;C&amp;P / &amp;N</oddFooter>" in sheet
    assert "<oddHeader>&amp;L云州市 2026 年度述职评议</oddHeader>" in sheet
    assert 'ySplit="5"' in sheet  # title, three lines, heading
    assert "$5:$5" in book  # printed again on each page
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)]
    assert all(8 <= width <= 41 for width in widths)


def test_numbers_keep_their_decimals_and_long_ones_stay_exact(tmp_path: Path) -> None:
    long = "123456789012.34567"
    grid = Grid(
        "表", ["名", "数"], [["a", "-2.50"], ["b", 3], ["c", long], ["d", None]], frozenset({1})
    )
    write_xlsx(grid, tmp_path / "g.xlsx")
    assert [row[1] for row in cells(tmp_path / "g.xlsx")[2:]] == [-2.5, 3.0, long, ""]
    assert 'formatCode="0.00"' in xml(tmp_path / "g.xlsx", "xl/styles.xml")


def test_the_table_on_the_terminal_and_as_csv_stay_as_they_were(
    words: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shown = run(*words, "--out", out, *headed())
    assert "精确得分" not in shown.stdout
    first = (out / "scores.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert first == "编码,评议对象,得分,等次,位次"


# -- bundles -----------------------------------------------------------------------------------


def test_a_bundle_is_not_written_over_unasked(words: list[object], tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "out.zip"
    run(*words, "--out", out)
    assert run("bundle", out).exit_code == 0
    packed = file.read_bytes()
    assert run("bundle", out).exit_code == 0  # the same bundle again
    file.write_bytes(b"signed")
    refused = run("bundle", out)
    assert refused.exit_code == 2
    assert "已有另一个结果包" in refused.stderr
    assert "--force" in refused.stderr
    assert file.read_bytes() == b"signed"
    assert run("bundle", out, "--force").exit_code == 0
    assert file.read_bytes() == packed
