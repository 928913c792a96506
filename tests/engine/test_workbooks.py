"""Workbooks as offices keep them: several sheets, merged cells. And files that a byte spoils."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.engine.hall import (
    BALLOTS,
    CHINESE,
    ROLLS,
    SCORES,
    TARGETS,
    round_tables,
    score,
    scores,
    write_csv,
)

from pingyi.engine.errors import BadInput, BadScheme
from pingyi.engine.grammar.load import load_scheme_file

Sheets = Sequence[tuple[str, Sequence[Sequence[Any]]]]
Merges = Sequence[tuple[str, Any]]


def workbook(path: Path, sheets: Sheets, merges: Merges = ()) -> Path:
    """Sheets by name; ``merges`` are made in the last of them."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell != "":
                        sheet.write(number, column, cell)
        for where, value in merges:
            sheet.merge_range(where, value)
    return path


def told(folder: Path, **tables: Any) -> list[str]:
    with pytest.raises(BadInput) as caught:
        score(round_tables(folder, **tables))
    return [problem.text("zh") for problem in caught.value.problems]


NOTES = ("说明", [["填表说明"], ["编码为四位"]])


def test_the_sheet_with_the_heading_is_read_and_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [NOTES, ("名单", TARGETS), ("空", [])])
    scored = score(round_tables(tmp_path, targets=path, rolls=ROLLS))
    assert scores(scored) == SCORES
    (note,) = scored.notes
    assert note.text("zh").startswith(
        "t.xlsx：工作簿有几张非空的工作表（说明、名单），按表头读取了“名单”"
    )


def test_the_only_sheet_with_content_is_read_wherever_it_stands(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [("空", []), ("名单", TARGETS)])
    scored = score(round_tables(tmp_path, targets=path, rolls=ROLLS))
    assert (scores(scored), scored.notes) == (SCORES, ())


def test_two_sheets_that_fit_are_refused_with_their_names(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [("今年", TARGETS), ("去年", TARGETS)])
    (text,) = told(tmp_path, targets=path)
    assert text.startswith("t.xlsx：工作簿有几张非空的工作表（今年、去年），不能确定读哪一张。只留")


def test_ballots_are_read_from_the_sheet_with_their_heading(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [NOTES, ("票", BALLOTS)])
    scored = score(round_tables(tmp_path, ballots=path, rolls=ROLLS))
    assert (scores(scored), len(scored.notes)) == (SCORES, 1)


def test_a_fault_is_looked_for_in_the_sheet_that_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("注", [["=NA()"]]), ("票", BALLOTS)])
    assert scores(score(round_tables(tmp_path, ballots=path, rolls=ROLLS))) == SCORES


# -- merged cells ------------------------------------------------------------------------------

# Under a merged title, class and ballot are merged over the rows of one ballot.
MERGED = [
    ["title"],
    CHINESE,
    ["hall", "", "form", "", "0101", 90, 80],
    ["hall", "", "form", "", "0102", 60, 70],
    ["hall", "", "form", "", "0103", 90, 90],
    *BALLOTS[4:],
]
DOWN = [("A1:G1", "某县测评"), ("B3:B5", "leaders"), ("D3:D5", "L1")]


def test_names_merged_over_rows_are_filled_down(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("票", MERGED)], DOWN)
    assert scores(score(round_tables(tmp_path, ballots=path, rolls=ROLLS))) == SCORES


def test_a_score_merged_over_rows_is_refused_with_its_range(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("票", MERGED)], [*DOWN, ("F3:F4", 90)])
    (text,) = told(tmp_path, ballots=path)
    assert text.startswith("b.xlsx 第 3 行：合并单元格 F3:F4：不能确定")
    assert "取消合并" in text


def test_cells_merged_across_columns_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [("票", MERGED)], [*DOWN, ("F4:G4", 70)])
    (text,) = told(tmp_path, ballots=path)
    assert "F4:G4" in text


def test_a_number_merged_over_rows_of_a_small_table_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [("人数", ROLLS)], [("D2:D3", 3)])
    (text,) = told(tmp_path, rolls=path)
    assert "D2:D3" in text


@pytest.mark.parametrize("rows", [(1, 2), (2, 3)])
def test_a_heading_may_be_two_rows_high(rows: tuple[int, int], tmp_path: Path) -> None:
    """Groups of columns above, the columns below; those without a group span both rows."""
    first, last = rows
    above = [["某县测评"]] * (first - 1)
    groups = ["", "", "", "", "", "内容", ""]
    heading = ["", "", "", "", "", *CHINESE[5:]]
    merges = [(f"{'ABCDE'[i]}{first}:{'ABCDE'[i]}{last}", CHINESE[i]) for i in range(5)] + [
        (f"F{first}:G{first}", "内容")
    ]
    path = workbook(tmp_path / "b.xlsx", [("票", [*above, groups, heading, *BALLOTS[1:]])], merges)
    assert scores(score(round_tables(tmp_path, ballots=path, rolls=ROLLS))) == SCORES


def test_a_heading_merged_over_a_blank_row(tmp_path: Path) -> None:
    rows = [CHINESE, [""] * 7, *BALLOTS[1:]]
    merges = [(f"{'ABCDEFG'[i]}1:{'ABCDEFG'[i]}2", CHINESE[i]) for i in range(7)]
    path = workbook(tmp_path / "b.xlsx", [("票", rows)], merges)
    assert scores(score(round_tables(tmp_path, ballots=path, rolls=ROLLS))) == SCORES


def test_an_empty_merged_range_means_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [("人数", ROLLS)], [("E2:F3", "")])
    assert scores(score(round_tables(tmp_path, rolls=path))) == SCORES


# -- encodings ---------------------------------------------------------------------------------


def csv_text(rows: Sequence[Sequence[Any]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def test_gb18030_is_read_and_said(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", TARGETS, "gb18030")
    scored = score(round_tables(tmp_path, targets=path, rolls=ROLLS))
    assert [row["title"] for row in scored.result["results"]] == ["财政局", "教育局", "民政局"]
    assert [note.code for note in scored.notes] == ["read_gb18030"]
    assert "GB18030" in scored.notes[0].text("zh")


def test_utf8_is_nothing_to_be_said(tmp_path: Path) -> None:
    assert score(round_tables(tmp_path, rolls=ROLLS)).notes == ()


@pytest.mark.parametrize("name", ["targets", "ballots"])
def test_one_bad_byte_does_not_make_a_file_gb18030(name: str, tmp_path: Path) -> None:
    """Read as GB18030 all of it would be garbled, and some of it silently."""
    rows = TARGETS if name == "targets" else [CHINESE, *BALLOTS[1:]]
    raw = csv_text(rows).encode()
    at = raw.index(b"0102")
    path = tmp_path / "f.csv"
    path.write_bytes(raw[:at] + b"\xb2" + raw[at:])
    (text,) = told(tmp_path, **{name: path})
    line = raw[:at].count(b"\n") + 1
    assert text.startswith(f"f.csv 第 {line} 行：文件是 UTF-8 编码，但第 {at + 1} 个字节不是")


def test_a_file_cut_off_within_a_character_is_told(tmp_path: Path) -> None:
    raw = csv_text(TARGETS).encode().rstrip()[:-1]
    path = tmp_path / "f.csv"
    path.write_bytes(raw)
    (text,) = told(tmp_path, targets=path)
    # the last character begins two bytes before the end
    assert f"第 {len(raw) - 1} 个字节" in text


def test_a_scheme_follows_the_same_rule(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes("title: 会议测评\nkey: ".encode() + b"\xb2\n")
    with pytest.raises(BadScheme) as caught:
        load_scheme_file(path)
    # 7 bytes of “title: ”, 12 of four characters, a line end, 5 of “key: ”
    assert "第 26 个字节" in caught.value.problems[0].text("zh")
    assert caught.value.problems[0].place.line == 2


def test_a_bad_byte_beyond_the_first_block_is_found(tmp_path: Path) -> None:
    """Files are looked at a mebibyte at a time; a character may lie across two blocks."""
    heading, row = (
        "渠道,票种,测评表,选票编号,对象编码,工作实绩,作风建设\n",
        "hall,领导,form,L1,0101,90,80\n",
    )
    raw = (heading + row * 60_000).encode()
    assert len(raw) > 1 << 20
    path = tmp_path / "b.csv"
    path.write_bytes(raw + b"\xb2\n")
    (text,) = told(tmp_path, ballots=path)
    assert f"第 {len(raw) + 1} 个字节" in text
    assert "第 60002 行" in text
