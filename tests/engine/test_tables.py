"""The small tables: read from every format, with everything wrong told at once."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.engine.hall import Rows, problems, write, write_csv, write_xlsx

from pingyi.engine.errors import BadInput, BadTable
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.numbers import normal_text
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.tables import readers
from pingyi.engine.tables.codes import CodeBook
from pingyi.engine.tables.export import Grid, csv_bytes, safe_text
from pingyi.engine.tables.export import write_xlsx as write_grid
from pingyi.engine.tables.inputs import RulingKind, Special
from pingyi.engine.tables.sheets import cell_text, decode_text

SCHEME = load_scheme("""\
grammar: 1
key: tables
title: 各种表
basis: 某办法
attributes:
  kind:
    title: 类别
    values: {a: 甲类, b: 乙类}
  zone: {title: 片区}
classes:
  leaders: {title: 领导}
  members: {title: 代表}
papers:
  votes:
    title: 表决票
    basis: 某办法
    dimensions: {whole: {title: 总体}}
    grades: {满意: 100, 基本满意: 60, 不满意: 0}
  scores:
    title: 评分表
    basis: 某办法
    dimensions: {work: {title: 工作}, style: {title: 作风}}
    points: {most: 10, step: 0.5}
    abstain: false
    not_informed: true
  own:
    title: 本村表
    basis: 某办法
    scope: own
    dimensions: {whole: {title: 总体}}
    points: {most: 10}
inputs:
  hall: {title: 会议, basis: 某办法, papers: [scores, own], classes: [leaders]}
  count: {title: 汇总, basis: 某办法, kind: tally, papers: [votes, scores], classes: [members]}
figures:
  rate: {title: 完成率, basis: 某办法, least: 0, most: 2}
  survey: {title: 民调, basis: 某办法, classes: [leaders, members]}
events:
  honour: {title: 荣誉, basis: 某办法}
  late: {title: 迟报, basis: 某办法, evidence: false}
priors:
  last: {title: 上年, basis: 某办法, scheme: tables}
  other: {title: 另一年, basis: 某办法, required: false}
nodes:
  rate_value: {title: 完成率, basis: 某办法, op: figure, figure: rate}
  again: {title: 完成率, basis: 某办法, op: figure, figure: rate}
  survey_value: {title: 民调值, basis: 某办法, op: figure, figure: survey}
  total:
    title: 总分
    basis: 某办法
    op: linear
    parts: [{node: rate_value}, {node: survey_value}]
score: total
rounding: {title: 取整, basis: 某办法}
rank: {title: 排名, basis: 某办法}
""").scheme
BOOK = CodeBook(["0101", "0102", "7"])

READERS: dict[str, Any] = {
    "targets": lambda path: readers.read_targets(path, SCHEME),
    "rolls": lambda path: readers.read_rolls(path, SCHEME, BOOK),
    "tallies": lambda path: readers.read_tallies(path, SCHEME, BOOK),
    "figures": lambda path: readers.read_figures(path, SCHEME, BOOK),
    "events": lambda path: readers.read_events(path, SCHEME, BOOK),
    "rulings": lambda path: readers.read_rulings(path, SCHEME, BOOK),
}
GOOD: dict[str, list[list[Any]]] = {
    "targets": [
        ["target", "title", "parent", "kind", "zone"],
        ["0101", "财政局", "", "a", "东"],
        ["0102", "教育局", "0101", "b", ""],
        ["7", "民政局", "0101", "a", "西"],
    ],
    "rolls": [
        ["input", "rater_class", "paper", "target", "expected", "present", "issued", "returned"],
        ["hall", "leaders", "scores", "", "40", "38", "38", ""],
        ["hall", "leaders", "own", "0101", "20", "20", "20", ""],
        ["count", "members", "votes", "", "100", "", "90", "88"],
    ],
    "tallies": [
        ["input", "rater_class", "paper", "target", "dimension", "answer", "count"],
        ["count", "members", "votes", "0101", "", "满意", "50"],
        ["count", "members", "votes", "0101", "", "弃权", "3"],
        ["count", "members", "scores", "0101", "work", "9.5", "12"],
        ["count", "members", "scores", "0101", "style", "不了解", "1"],
    ],
    "figures": [
        ["figure", "target", "rater_class", "value", "sample"],
        ["rate", "0101", "", "98%", ""],
        ["rate", "0102", "", "28/27", ""],
        ["survey", "0101", "leaders", "85.5", "30"],
        ["survey", "0101", "members", "80", "120"],
    ],
    "events": [
        ["kind", "target", "number", "honour", "evidence", "date", "title"],
        ["honour", "0101", "", "文明单位", "市发〔2026〕1号", "2026-01-05", "表彰"],
        ["late", "0102", "2", "", "", "", ""],
    ],
    "rulings": [
        ["ruling", "kind", "target", "node", "reason", "authority", "signed_by", "date"],
        ["1号", "protection", "0101", "rate_value", "担当", "市纪委", "甲、乙", ""],
        ["2号", "tolerance", "0102", "survey_value", "容错", "市纪委", "甲", "2026-02-01"],
    ],
}
CHINESE = {
    "targets": ["对象编码", "对象名称", "上级编码", "类别", "片区"],
    "rolls": ["渠道", "票种", "测评表", "对象编码", "应到", "实到", "发出", "收回"],
    "tallies": ["渠道", "票种", "测评表", "对象编码", "测评内容", "选项", "票数"],
    "figures": ["指标", "对象编码", "应答人类别", "数值", "样本量"],
    "events": ["事项类别", "对象编码", "次数", "荣誉标识", "依据材料", "日期", "说明"],
    "rulings": ["认定编号", "认定种类", "对象编码", "计分项", "理由", "认定机关", "签批人", "日期"],
}
ALIASES = {
    "targets": ["评议对象", "名称", "parent", "kind", "zone"],
    "rolls": ["渠道", "评议主体", "测评表", "编码", "应到", "实到", "发出", "收回"],
    "tallies": ["渠道", "票种", "测评表", "编码", "测评内容", "等次", "票数"],
    "figures": ["指标", "编码", "票种", "数值", "样本量"],
}
TITLES = {
    "hall": "会议",
    "count": "汇总",
    "leaders": "领导",
    "members": "代表",
    "scores": "评分表",
    "own": "本村表",
    "votes": "表决票",
    "work": "工作",
    "style": "作风",
    "rate": "完成率",
    "survey": "民调",
    "honour": "荣誉",
    "late": "迟报",
    "protection": "担当保护",
    "tolerance": "容错",
    "survey_value": "民调值",
    "a": "甲类",
    "b": "乙类",
}
NAMES = list(READERS)


def read(path: Path) -> Any:
    return READERS[path.stem](path)


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, Any]:
    found = {}
    for name, rows in GOOD.items():
        (tmp_path / "good").mkdir(exist_ok=True)
        found[name] = read(write_csv(tmp_path / "good" / f"{name}.csv", rows))
    return found


def test_values_are_read_exactly(expected: dict[str, Any]) -> None:
    figures = expected["figures"]
    assert figures["rate", "0101", None].value == Fraction(49, 50)
    assert figures["rate", "0102", None].value == Fraction(28, 27)
    assert figures["survey", "0101", "members"].sample == 120
    assert [target.parent for target in expected["targets"]] == [None, "0101", "0101"]
    assert expected["targets"][1].attributes == {"kind": "b", "zone": ""}
    assert [line.answer for line in expected["tallies"]] == [
        0,
        Special.ABSTAINED,
        19,  # 0, 0.5 … 9.5 is the twentieth value
        Special.NOT_INFORMED,
    ]
    assert expected["tallies"][0].dimension == "whole"
    assert [event.number for event in expected["events"]] == [1, 2]
    assert expected["events"][1].honour is None
    assert [ruling.kind for ruling in expected["rulings"]] == list(RulingKind)
    assert expected["rolls"][1].target == "0101"
    assert (expected["rolls"][2].present, expected["rolls"][2].returned) == (None, 88)


# -- one meaning from every way of writing -----------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_every_format(tmp_path: Path, expected: dict[str, Any], name: str, kind: str) -> None:
    assert read(write(tmp_path / f"{name}.{kind}", GOOD[name])) == expected[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_encoding(
    tmp_path: Path, expected: dict[str, Any], name: str, encoding: str, end: str
) -> None:
    rows = [CHINESE[name], *GOOD[name][1:]]
    assert read(write_csv(tmp_path / f"{name}.csv", rows, encoding, end)) == expected[name]


def full_width(cell: object) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in str(cell))


def as_numbers(cell: str) -> Any:
    """What a spreadsheet makes of a text that looks like a number, codes with zeros apart."""
    if cell and not cell.startswith("0") and cell.replace(".", "", 1).isdigit():
        return float(cell)
    return cell


REWRITES: dict[str, Any] = {
    "titles": lambda rows: [[TITLES.get(cell, cell) for cell in row] for row in rows],
    "full width": lambda rows: [[full_width(cell) for cell in row] for row in rows],
    "blanks": lambda rows: [[f"　{cell} " for cell in row] for row in rows],
    "other order": lambda rows: [row[::-1] for row in rows],
    "trailing blank rows": lambda rows: [*rows, [""] * len(rows[0]), [], []],
    "blank rows inside": lambda rows: [*rows[:2], [""] * len(rows[0]), *rows[2:]],
    "trailing blank columns": lambda rows: [[*row, "", ""] for row in rows],
    "title row": lambda rows: [["2026年度汇总", ""], [], *rows],
    "chinese and titles": None,
    "aliases": None,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", list(REWRITES))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_people_write_otherwise(
    tmp_path: Path, expected: dict[str, Any], name: str, way: str, kind: str
) -> None:
    rows: Rows
    if way == "aliases":
        rows = [ALIASES.get(name, GOOD[name][0]), *GOOD[name][1:]]
    elif way == "chinese and titles":
        rows = [CHINESE[name], *REWRITES["titles"](GOOD[name][1:])]
    elif way == "titles":
        rows = [GOOD[name][0], *REWRITES[way](GOOD[name][1:])]
    else:
        rows = REWRITES[way](GOOD[name])
    got = read(write(tmp_path / f"{name}.{kind}", rows))
    if name == "events" and way == "full width":
        # What is evidence stays as it was written, also the width of its digits.
        assert [event.evidence for event in got] != [e.evidence for e in expected[name]]
        got = tuple(
            replace(event, evidence=event.evidence and normal_text(event.evidence)) for event in got
        )
    assert got == expected[name]


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_a_spreadsheet(tmp_path: Path, expected: dict[str, Any], name: str) -> None:
    """Counts and figures may be numbers or texts; codes are texts."""
    code = GOOD[name][0].index("target")
    rows = [
        [cell if i == code else as_numbers(cell) for i, cell in enumerate(row)]
        for row in GOOD[name]
    ]
    assert read(write_xlsx(tmp_path / f"{name}.xlsx", rows)) == expected[name]


# -- what is wrong, and where ------------------------------------------------------------------


def spoilt(name: str, row: int, **cells: Any) -> Rows:
    """The good table with some cells of one row (as a spreadsheet counts) changed."""
    heading = GOOD[name][0]
    rows = [list(line) for line in GOOD[name]]
    for key, cell in cells.items():
        rows[row - 1][heading.index(key)] = cell
    return rows


def told_of(tmp_path: Path, name: str, rows: Rows, kind: str = "csv") -> list[Any]:
    with problems(BadTable) as told:
        read(write(tmp_path / f"{name}.{kind}", rows))
    return told


FAULTS: list[tuple[str, int, dict[str, Any], str, str | None]] = [
    ("targets", 3, {"target": "0101"}, "row_twice", "target"),
    ("targets", 3, {"target": "０１０１"}, "row_twice", "target"),
    ("targets", 4, {"target": ""}, "cell_empty", "target"),
    ("targets", 4, {"target": "1.3E+11"}, "cell_code", "target"),
    ("targets", 3, {"title": ""}, "cell_empty", "title"),
    ("targets", 3, {"parent": "0909"}, "unknown_parent", "parent"),
    ("targets", 3, {"parent": "0102"}, "parent_cycle", "parent"),
    ("targets", 3, {"kind": "丙类"}, "cell_choice", "kind"),
    ("targets", 3, {"kind": ""}, "cell_choice", "kind"),
    ("rolls", 2, {"input": "foyer"}, "unknown_value", "input"),
    ("rolls", 2, {"input": ""}, "cell_empty", "input"),
    ("rolls", 2, {"rater_class": "nobody"}, "unknown_value", "rater_class"),
    ("rolls", 2, {"rater_class": "members"}, "unknown_value", "rater_class"),
    ("rolls", 2, {"paper": "votes"}, "unknown_value", "paper"),
    ("rolls", 2, {"issued": "-1"}, "cell_whole", "issued"),
    ("rolls", 2, {"issued": "1.5"}, "cell_whole", "issued"),
    ("rolls", 2, {"issued": "三十"}, "cell_whole", "issued"),
    ("rolls", 2, {"expected": "1e2"}, "cell_whole", "expected"),
    ("rolls", 2, {"target": "0101"}, "cell_choice", "target"),
    ("rolls", 3, {"target": "0909"}, "unknown_target", "target"),
    ("rolls", 3, {"target": "101"}, "cell_code", "target"),
    ("tallies", 2, {"target": "0909"}, "unknown_target", "target"),
    ("tallies", 2, {"target": ""}, "cell_empty", "target"),
    ("tallies", 2, {"answer": "很满意"}, "score_range", "answer"),
    ("tallies", 4, {"answer": "9.7"}, "score_range", "answer"),
    ("tallies", 4, {"answer": "11"}, "score_range", "answer"),
    ("tallies", 4, {"answer": "弃权"}, "abstain_refused", "answer"),
    ("tallies", 2, {"answer": "不了解"}, "not_informed_refused", "answer"),
    ("tallies", 4, {"dimension": "whole"}, "unknown_value", "dimension"),
    ("tallies", 4, {"dimension": ""}, "cell_empty", "dimension"),
    ("tallies", 2, {"count": "-3"}, "cell_whole", "count"),
    ("tallies", 2, {"count": "2.5"}, "cell_whole", "count"),
    ("tallies", 2, {"count": ""}, "cell_empty", "count"),
    ("tallies", 3, {"answer": "满意"}, "row_twice", None),
    ("tallies", 4, {"input": "hall", "rater_class": "leaders"}, "tally_kind", "input"),
    ("figures", 2, {"figure": "speed"}, "unknown_value", "figure"),
    ("figures", 2, {"target": "0909"}, "unknown_target", "target"),
    ("figures", 2, {"target": "101"}, "cell_code", "target"),
    ("figures", 2, {"target": "1.01E+02"}, "cell_code", "target"),
    ("figures", 2, {"value": ""}, "cell_empty", "value"),
    ("figures", 2, {"value": "很高"}, "cell_number", "value"),
    ("figures", 2, {"value": "9.8e-1"}, "cell_number", "value"),
    ("figures", 2, {"value": "201%"}, "cell_range", "value"),
    ("figures", 2, {"value": "-0.01"}, "cell_range", "value"),
    ("figures", 2, {"rater_class": "leaders"}, "figure_no_class", "rater_class"),
    ("figures", 4, {"rater_class": ""}, "figure_class", "rater_class"),
    ("figures", 4, {"rater_class": "nobody"}, "figure_class", "rater_class"),
    ("figures", 4, {"sample": "many"}, "cell_whole", "sample"),
    ("figures", 3, {"target": "0101"}, "row_twice", None),
    ("events", 2, {"kind": "holiday"}, "unknown_value", "kind"),
    ("events", 2, {"target": "0909"}, "unknown_target", "target"),
    ("events", 2, {"evidence": ""}, "evidence_missing", "evidence"),
    ("events", 3, {"number": "two"}, "cell_number", "number"),
    ("events", 3, {"number": "-1"}, "cell_number", "number"),
    ("rulings", 2, {"kind": "pardon"}, "cell_choice", "kind"),
    ("rulings", 2, {"target": "0909"}, "unknown_target", "target"),
    ("rulings", 2, {"node": "speed"}, "unknown_value", "node"),
    ("rulings", 2, {"node": "完成率"}, "unknown_value", "node"),  # two nodes have this title
    ("rulings", 2, {"node": "total"}, "ruling_root", "node"),
    ("rulings", 2, {"node": "总分"}, "ruling_root", "node"),
    ("rulings", 2, {"ruling": ""}, "cell_empty", "ruling"),
    ("rulings", 2, {"reason": ""}, "cell_empty", "reason"),
    ("rulings", 2, {"authority": ""}, "cell_empty", "authority"),
    ("rulings", 2, {"signed_by": ""}, "cell_empty", "signed_by"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("name", "row", "cells", "code", "column"), FAULTS)
def test_a_fault_is_told_with_row_and_column(
    tmp_path: Path,
    kind: str,
    name: str,
    row: int,
    cells: dict[str, Any],
    code: str,
    column: str | None,
) -> None:
    found = told_of(tmp_path, name, spoilt(name, row, **cells), kind)
    assert (code, row, column) in found
    assert {told_row for _, told_row, _ in found} == {row}


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_their_numbers_below_titles_and_blanks(tmp_path: Path, name: str) -> None:
    _, row, cells, code, column = next(fault for fault in FAULTS if fault[0] == name)
    rows = spoilt(name, row, **cells)
    rows = [["一张表"], [], rows[0], [""] * len(rows[0]), *rows[1:]]
    assert (code, row + 3, column) in told_of(tmp_path, name, rows, "xlsx")


def test_a_code_that_a_spreadsheet_made_a_number(tmp_path: Path) -> None:
    rows = spoilt("figures", 2, target=101)
    with pytest.raises(BadTable) as caught:
        read(write_xlsx(tmp_path / "figures.xlsx", rows))
    (problem,) = caught.value.problems
    assert problem.code == "cell_code"
    assert "0101" in problem.text("zh")  # the mend shows the code as it should be


def test_the_mend_of_a_long_code_that_became_a_number(tmp_path: Path) -> None:
    rows = spoilt("targets", 3, target="1.3E+11")
    with pytest.raises(BadTable) as caught:
        read(write_xlsx(tmp_path / "targets.xlsx", rows))
    assert {problem.code for problem in caught.value.problems} == {"cell_code"}
    assert "01.3E" not in caught.value.problems[0].text("zh")


def test_targets_of_which_some_lost_their_zeros(tmp_path: Path) -> None:
    rows = spoilt("targets", 3, target=102)
    found = told_of(tmp_path, "targets", rows, "xlsx")
    assert found == [("cell_code", 3, "target")]


def test_the_parent_that_lost_its_zeros(tmp_path: Path) -> None:
    found = told_of(tmp_path, "targets", spoilt("targets", 3, parent=101), "xlsx")
    assert found == [("cell_code", 3, "parent")]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        GOOD["figures"][0],
        ["speed", "0909", "", "x", ""],
        ["rate", "101", "leaders", "3", "-1"],
        ["rate", "0102", "", "", ""],
        ["rate", "0102", "", "1", ""],
        ["rate", "0102", "", "1", ""],
    ]
    assert set(told_of(tmp_path, "figures", rows)) == {
        ("unknown_value", 2, "figure"),
        ("unknown_target", 2, "target"),
        ("cell_number", 2, "value"),
        ("cell_code", 3, "target"),
        ("cell_whole", 3, "sample"),
        ("cell_empty", 4, "value"),
        ("row_twice", 6, None),
    }


def test_faults_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.csv" for name in NAMES}
    write_csv(paths["targets"], GOOD["targets"])
    for name in NAMES[1:]:
        _, row, cells, _, _ = next(fault for fault in FAULTS if fault[0] == name)
        write_csv(paths[name], spoilt(name, row, **cells))
    with pytest.raises(BadInput) as caught:
        read_round(SCHEME, RoundTables(**paths))
    told = {(problem.code, problem.place.file) for problem in caught.value.problems}
    assert told >= {
        ("unknown_value", "rolls.csv"),
        ("unknown_target", "tallies.csv"),
        ("unknown_value", "figures.csv"),
        ("unknown_value", "events.csv"),
        ("cell_choice", "rulings.csv"),
        ("prior_missing", None),
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_headings(tmp_path: Path, name: str, kind: str) -> None:
    heading, *rows = GOOD[name]
    unknown = [[*heading, "备注二"], *([*row, ""] for row in rows)]
    assert told_of(tmp_path, name, unknown, kind) == [("column_unknown", 1, None)]
    at = heading.index("target")
    missing = [row[:at] + row[at + 1 :] for row in GOOD[name]]
    if name != "rolls":  # where a target stands for papers of scope own only
        assert told_of(tmp_path, name, missing, kind) == [("column_missing", 1, None)]
    twice = [[*heading, CHINESE[name][0]], *([*row, row[0]] for row in rows)]
    assert told_of(tmp_path, name, twice, kind) == [("column_twice", 1, None)]


def test_a_missing_attribute(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "targets.csv", [row[:4] for row in GOOD["targets"]])
    with pytest.raises(BadTable) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.code == "column_missing"
    assert "对象编码" in problem.text("zh")  # the mend lists the columns


@pytest.mark.parametrize("name", NAMES)
def test_ragged_rows(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / f"{name}.csv", GOOD[name])
    lines = path.read_text().splitlines()
    lines[1] += ",x"
    path.write_text("\n".join(lines))
    with problems(BadTable) as told:
        read(path)
    assert told == [("row_length", 2, None)]


@pytest.mark.parametrize(
    ("file", "raw", "code"),
    [
        ("figures.csv", b"", "table_empty"),
        ("figures.csv", b"\xef\xbb\xbf", "table_empty"),
        ("figures.csv", b"\n\n\n", "column_missing"),
        ("figures.csv", "指标,对象编码,数值\n".encode(), "table_empty"),
        ("figures.csv", b"figure,target,value\n,,\n\n", "table_empty"),
        ("figures.csv", b'figure,target,value\nrate,0101,"1\n', "file_broken"),
        ("figures.csv", b"figure,target,value\n\xff\xff,0101,1\n", "encoding"),
        ("figures.csv", b"figure,target,value\nrate,0101,\x001\n", "cell_hidden"),
        ("figures.xlsx", b"", "file_broken"),
        ("figures.xlsx", b"PK\x03\x04 no book", "file_broken"),
        ("figures.parquet", b"", "file_broken"),
        ("figures.parquet", b"PAR1PAR1", "file_broken"),
        ("figures.txt", b"figure", "file_kind"),
        ("figures.ods", b"PK", "file_kind"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, file: str, raw: bytes, code: str) -> None:
    path = tmp_path / file
    path.write_bytes(raw)
    with problems(BadTable) as told:
        read(path)
    assert code in [found for found, _, _ in told]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with problems(BadTable) as told:
        read(tmp_path / "figures.csv")
    assert told == [("file_missing", None, None)]


def test_a_table_that_the_scheme_does_not_use(tmp_path: Path) -> None:
    scheme = load_scheme("""\
grammar: 1
key: bare
title: 无
basis: 某办法
nodes:
  total: {title: 总分, basis: 某办法, op: linear, constant: 1}
score: total
rounding: {title: 取整, basis: 某办法}
rank: {title: 排名, basis: 某办法}
""").scheme
    targets = write_csv(tmp_path / "targets.csv", [["target", "title"], ["1", "甲"]])
    figures = write_csv(tmp_path / "figures.csv", GOOD["figures"])
    with problems(BadInput) as told:
        read_round(scheme, RoundTables(targets, figures=figures))
    assert [code for code, _, _ in told] == ["input_not_used"]


@pytest.mark.parametrize(
    ("prior", "code"),
    [
        ("", "prior_broken"),
        ("[]", "prior_broken"),
        ("{}", "prior_broken"),
        ('{"format": "other"}', "prior_broken"),
        ('{"format": "pingyi-result/1", "scheme": {}}', "prior_broken"),
        (None, "file_missing"),
    ],
)
def test_priors_that_are_none(tmp_path: Path, prior: str | None, code: str) -> None:
    targets = write_csv(tmp_path / "targets.csv", GOOD["targets"])
    path = tmp_path / "result.json"
    if prior is not None:
        path.write_text(prior)
    with problems(BadInput) as told:
        read_round(SCHEME, RoundTables(targets, priors={"last": path, "nobody": path}))
    assert sorted(found for found, _, _ in told) == sorted([code, "prior_unknown"])


def test_own_papers_need_the_target_in_the_rolls(tmp_path: Path) -> None:
    """Otherwise what was issued stands beside no ballots, and nothing is compared."""
    found = told_of(tmp_path, "rolls", spoilt("rolls", 3, target=""))
    assert found == [("cell_empty", 3, "target")]


# -- what goes out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("财政局", "财政局"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-12.50", "-12.50"),
        ("+3", "+3"),
        ("-", "'-"),
        ("--1", "'--1"),
        ("-1.2.3", "'-1.2.3"),
        (None, ""),
        (-3, "-3"),
        (85, "85"),
    ],
)
def test_no_export_holds_a_formula(value: object, text: str) -> None:
    assert safe_text(value) == text


def test_a_grid_as_csv_and_xlsx(tmp_path: Path) -> None:
    grid = Grid("成绩/[2026]", ["编码", "对象"], [["0101", "=1+1"], ["0102", None], ["3", "甲,乙"]])
    raw = csv_bytes(grid)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows == [["编码", "对象"], ["0101", "'=1+1"], ["0102", ""], ["3", "甲,乙"]]
    write_grid(grid, tmp_path / "g.xlsx")
    with zipfile.ZipFile(tmp_path / "g.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in texts
    assert "<t>0101</t>" in texts


def test_free_text_is_kept_as_it_was_written(tmp_path: Path) -> None:
    """A ruling is a legal record: its full-width comma must not become another one."""
    rows: Rows = [
        ["认定编号", "认定种类", "对象编码", "计分项", "理由", "认定机关", "签批人"],
        [
            "１号",
            "担当保护",
            "０１０１",
            "rate_value",
            "查处违建，得罪人（３户）",
            "市纪委",
            "甲、乙",
        ],
    ]
    path = write(tmp_path / "rulings.csv", rows)
    (ruling,) = readers.read_rulings(path, SCHEME, CodeBook(["0101"]))
    assert ruling.reason == "查处违建，得罪人（３户）"
    assert (ruling.ruling, ruling.target) == ("1号", "0101")


def test_a_quarter_without_events_is_nothing_wrong(tmp_path: Path) -> None:
    """Heading and no row: fine for events and rulings, not for targets."""
    events = write_csv(tmp_path / "events.csv", [["事项类别", "对象编码", "依据材料"]])
    assert readers.read_events(events, SCHEME, CodeBook(["0101"])) == ()
    targets = write_csv(tmp_path / "targets.csv", [["对象编码", "对象名称", "类别", "片区"]])
    with problems() as told:
        readers.read_targets(targets, SCHEME)
    assert [code for code, *_ in told] == ["table_empty"]


def test_error_cells_and_unworked_formulas_are_told(tmp_path: Path) -> None:
    """Read as blanks they would be abstentions: nobody may lose a score to #N/A."""
    path = tmp_path / "targets.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["对象编码", "对象名称", "类别", "片区"])
        sheet.write_row(1, 0, ["0101", "财政局", "甲类", "东"])
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
        sheet.write_row(2, 0, ["0102", "教育局", "甲类"])
        sheet.write_formula(2, 3, '="西"', None, "")
        sheet.write_row(3, 0, ["0103", "民政局", "甲类"])
        sheet.write_formula(3, 3, '="西"', None, "西")
    with problems(BadTable) as told:
        readers.read_targets(path, SCHEME)
    assert told == [("cell_error", 2, "D"), ("cell_error", 3, "D")]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.1 + 2.2 + 86.695, "89.995"),  # stored as 89.99499999999999, shown as 89.995
        (0.1 + 0.2, "0.3"),
        (3.0, "3"),
        (1e-7, "0.0000001"),
        (12345678901.0, "12345678901"),
    ],
)
def test_numbers_of_a_spreadsheet_are_what_it_shows(number: float, text: str) -> None:
    assert cell_text(number) == text


def test_bytes_after_a_utf8_mark_are_never_read_as_gb18030() -> None:
    with problems(BadTable) as told:
        decode_text("\ufeff甲局".encode() + b"\xb2\xe2", "t.csv")
    assert told == [("encoding_byte", None, None)]


def test_characters_that_turn_the_text_are_refused(tmp_path: Path) -> None:
    """U+202E before 01 would print as 10."""
    heading = ["对象编码", "对象名称", "类别", "片区"]
    row = ["0101", "\u202e财政局", "甲类", "东"]
    path = write_csv(tmp_path / "targets.csv", [heading, row])
    with problems(BadTable) as told:
        readers.read_targets(path, SCHEME)
    assert told == [("cell_hidden", 2, "title")]
