"""Ballots from files: the same result from every format, and everything wrong told with its row."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine.hall import (
    BALLOTS,
    CHINESE,
    HEADING,
    ROLLS,
    SCHEME,
    SCORES,
    TARGETS,
    WRITERS,
    Rows,
    ballot_rows,
    problems,
    round_tables,
    score,
    scores,
    write,
    write_csv,
    write_parquet,
    write_xlsx,
)

from pingyi.engine.errors import BadTable, Blocked
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.reference import execute as execute_plainly
from pingyi.engine.result import result_bytes
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.tables import ballots as ballots_module
from pingyi.engine.tables.ballots import BallotSource


def result_of(tables: RoundTables, scheme: str = SCHEME) -> bytes:
    return result_bytes(score(tables, scheme).result)


def plainly(tables: RoundTables, scheme: str = SCHEME) -> dict[str, Any]:
    """Scores as the reference executor finds them."""
    loaded = load_scheme(scheme).scheme
    found = execute_plainly(loaded, read_round(loaded, tables))
    return {code: target.published for code, target in found.targets.items()}


@pytest.fixture
def expected(tmp_path: Path) -> bytes:
    """The result of the plainest file."""
    return result_of(round_tables(tmp_path, rolls=ROLLS))


def test_the_round_is_worked_out_by_hand(tmp_path: Path) -> None:
    scored = score(round_tables(tmp_path, rolls=ROLLS))
    assert scores(scored) == SCORES
    # 0101 and 0103 share the first place, so 0102 is third
    assert {row["target"]: row["rank"] for row in scored.result["results"]} == {
        "0101": 1,
        "0103": 1,
        "0102": 3,
    }
    leaders, delegates = scored.result["counts"]
    assert (leaders["issued"], leaders["returned"], leaders["valid"]) == (3, 2, 2)
    assert (delegates["issued"], delegates["returned"], delegates["invalid"]) == (1, 1, 0)


# -- one result from every way of writing ------------------------------------------------------


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize("heading", [HEADING, CHINESE], ids=["keys", "chinese"])
def test_every_format_gives_the_same_bytes(
    tmp_path: Path, expected: bytes, kind: str, heading: list[str]
) -> None:
    path = write(tmp_path / f"b.{kind}", [heading, *BALLOTS[1:]])
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


def as_titles(row: list[Any]) -> list[Any]:
    titles = {"hall": "现场测评", "leaders": "领导", "delegates": "代表", "form": "测评表"}
    return [titles.get(cell, cell) for cell in row]


def full_width(text: object) -> str:
    return str(text).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789LD"})


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda rows: [HEADING, *(as_titles(row) for row in rows[1:])],
        lambda rows: [HEADING, *([f" {cell} " for cell in row] for row in rows[1:])],
        lambda rows: [HEADING, *([*row[:3], *map(full_width, row[3:])] for row in rows[1:])],
        lambda rows: [HEADING, *([str(cell) for cell in row] for row in rows[1:])],
        lambda rows: [HEADING[::-1], *(row[::-1] for row in rows[1:])],
        lambda rows: [[f"　{name} " for name in CHINESE], *rows[1:]],
        lambda rows: [*rows, [""] * 7, [""] * 7],
        lambda rows: [*rows[:4], [""] * 7, *rows[4:]],
        lambda rows: [[*row, "", ""] for row in rows],
        lambda rows: [HEADING, *([*row[:5], f"{row[5]}", row[6] or "弃权"] for row in rows[1:])],
    ],
    ids=[
        "titles",
        "blanks",
        "full width",
        "texts",
        "other order",
        "blank headings",
        "trailing blank rows",
        "blank row inside",
        "trailing blank columns",
        "abstained in words",
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_people_write_otherwise_gives_the_same_bytes(
    tmp_path: Path, expected: bytes, kind: str, rewrite: Any
) -> None:
    path = write(tmp_path / f"b.{kind}", rewrite([list(row) for row in BALLOTS]))
    tables = round_tables(tmp_path, ballots=path, rolls=ROLLS)
    assert result_of(tables) == expected
    assert {code: f"{value:.2f}" for code, value in plainly_floats(tables).items()} == SCORES


def plainly_floats(tables: RoundTables) -> dict[str, float]:
    return {code: float(value) for code, value in plainly(tables).items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_encoding_gives_the_same_bytes(
    tmp_path: Path, expected: bytes, encoding: str, end: str
) -> None:
    path = write_csv(tmp_path / "b.csv", [CHINESE, *BALLOTS[1:]], encoding, end)
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


def test_gb18030_is_seen_however_late_it_comes(tmp_path: Path) -> None:
    """English headings, more than a megabyte of digits, and then one 弃权."""
    rows = [
        HEADING,
        *(["hall", "leaders", "form", f"{i:06}", "0101", 80, 80] for i in range(40_000)),
    ]
    rows += ballot_rows(("leaders", "999999", {"0101": (80, "弃权")}))
    rows += ballot_rows(("delegates", "1", {"0101": (80, 80)}))
    path = write_csv(tmp_path / "b.csv", rows, "gb18030")
    assert path.stat().st_size > 1 << 20
    tables = round_tables(tmp_path, ballots=path, targets=TARGETS[:2])
    assert scores(score(tables)) == {"0101": "80.00"}


@pytest.mark.parametrize("end", ["", "\r\n", "\r\n\r\n\r\n", "\n\n"])
def test_blank_lines_at_the_end_of_a_csv(tmp_path: Path, expected: bytes, end: str) -> None:
    path = write_csv(tmp_path / "b.csv", BALLOTS)
    path.write_bytes(path.read_bytes().rstrip() + end.encode())
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


def test_a_title_row_above_the_heading_of_a_spreadsheet(tmp_path: Path, expected: bytes) -> None:
    rows = [["2026年现场测评逐票表"], [], *BALLOTS]
    path = write_xlsx(tmp_path / "b.xlsx", rows)
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


def test_quoted_headings_of_a_csv(tmp_path: Path, expected: bytes) -> None:
    path = write_csv(tmp_path / "b.csv", BALLOTS)
    text = path.read_text().replace(",".join(HEADING), ",".join(f'"{name}"' for name in HEADING))
    path.write_text(text, newline="")
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


def many_ballots(number: int, name: Any = str) -> list[list[Any]]:
    """``number`` ballots of each class on three targets, with scores that vary."""
    return [
        ["hall", rater_class, "form", name(i), code, (i * 7 + t * 13) % 101, (i * 3 + t) % 101]
        for rater_class in ("leaders", "delegates")
        for i in range(1, number + 1)
        for t, code in enumerate(("0101", "0102", "0103"))
    ]


@pytest.mark.parametrize("number", [40, 1100], ids=["small class", "large class"])
def test_ballot_numbers_may_be_integers_or_texts(tmp_path: Path, number: int) -> None:
    texts = write_csv(tmp_path / "t.csv", [HEADING, *many_ballots(number)])
    whole = write_parquet(tmp_path / "i.parquet", [HEADING, *many_ballots(number, int)])
    assert pq.read_schema(whole).field("ballot").type == pa.int64()
    found = [result_of(round_tables(tmp_path, ballots=path)) for path in (texts, whole)]
    assert found[0] == found[1]


def test_long_ballot_numbers_may_be_integers_or_texts(tmp_path: Path) -> None:
    """Nineteen digits still fit a 64-bit integer."""

    def long(i: int) -> int:
        return 9_000_000_000_000_000_000 + i

    texts = write_csv(tmp_path / "t.csv", [HEADING, *many_ballots(1100, long)])
    whole = write_parquet(tmp_path / "i.parquet", [HEADING, *many_ballots(1100, long)])
    assert pq.read_schema(whole).field("ballot").type == pa.int64()
    found = [result_of(round_tables(tmp_path, ballots=path)) for path in (texts, whole)]
    assert found[0] == found[1]


@pytest.mark.parametrize("cuts", [(2,), (1, 3), (1, 2, 3, 4)])
@pytest.mark.parametrize("kinds", [("csv",), ("parquet", "xlsx", "csv")])
def test_ballots_in_several_files_equal_one_file(
    tmp_path: Path, cuts: tuple[int, ...], kinds: tuple[str, ...]
) -> None:
    rows = many_ballots(5)
    whole = round_tables(tmp_path, ballots=[HEADING, *rows])
    edges = [0, *(3 * cut for cut in cuts), len(rows)]
    paths = [
        write(tmp_path / f"part{i}.{kinds[i % len(kinds)]}", [HEADING, *rows[start:stop]])
        for i, (start, stop) in enumerate(pairwise(edges))
    ]
    parts = RoundTables(whole.targets, ballots=tuple(BallotSource(path) for path in paths))
    assert result_of(parts) == result_of(whole)


@pytest.mark.parametrize("size", [1, 2, 4, 7])
@pytest.mark.parametrize("kind", list(WRITERS))
def test_batches_may_cut_ballots_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, kind: str
) -> None:
    rows = [HEADING, *many_ballots(6)]
    path = write(tmp_path / f"b.{kind}", rows)
    whole = result_of(round_tables(tmp_path, ballots=path))
    monkeypatch.setattr(ballots_module, "BATCH_ROWS", size)
    assert result_of(round_tables(tmp_path, ballots=path)) == whole


@pytest.mark.parametrize("group", [1, 2, 5])
def test_small_row_groups_of_parquet(tmp_path: Path, expected: bytes, group: int) -> None:
    path = write_parquet(tmp_path / "b.parquet", BALLOTS, group)
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


@pytest.mark.parametrize(
    "kind",
    [pa.large_string(), pa.dictionary(pa.int8(), pa.string()), pa.string_view()],
    ids=str,
)
def test_kinds_of_text_in_parquet(tmp_path: Path, expected: bytes, kind: pa.DataType) -> None:
    path = write_parquet(tmp_path / "b.parquet", [list(map(str, row)) for row in BALLOTS])
    table = pq.read_table(path)
    pq.write_table(pa.table({name: table[name].cast(kind) for name in HEADING}), path)
    assert result_of(round_tables(tmp_path, ballots=path, rolls=ROLLS)) == expected


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int64(), pa.float64(), pa.float32()])
def test_kinds_of_numbers_in_parquet(tmp_path: Path, kind: pa.DataType) -> None:
    """A blank is abstained whatever the column's type."""
    rows = ballot_rows(
        ("leaders", "1", {"0101": (90, 80), "0102": ("", 70)}),
        ("delegates", "1", {"0101": (80, 80), "0102": (90, 50)}),
    )
    path = write_parquet(tmp_path / "b.parquet", [HEADING, *rows])
    table = pq.read_table(path)
    for i, name in enumerate(HEADING[5:], 5):
        table = table.set_column(i, name, table[name].cast(kind))
    pq.write_table(table, path)
    # 0101: 85×0.4+80×0.6 = 82;  0102: 70×0.4 (style alone) + 70×0.6 = 70
    tables = round_tables(tmp_path, ballots=path, targets=TARGETS[:3])
    assert scores(score(tables)) == {"0101": "82.00", "0102": "70.00"}


def test_a_score_is_not_taken_for_a_blank(tmp_path: Path) -> None:
    """101 is beyond the scale, and inside it is the code of a blank score."""
    rows = ballot_rows(
        ("leaders", "1", {"0101": (90, 101), "0102": (50, "")}),
        ("delegates", "1", {"0101": (80, 80), "0102": (90, 50)}),
    )
    path = write_parquet(tmp_path / "b.parquet", [HEADING, *rows])
    tables = round_tables(tmp_path, ballots=path, targets=TARGETS[:3])
    with pytest.raises(BadTable) as refused:
        score(tables)
    assert [(p.code, p.place.row) for p in refused.value.problems] == [("score_range", 2)]


@pytest.mark.parametrize("kind", [pa.uint8(), pa.int8(), pa.int64()], ids=str)
def test_what_memory_holds_under_a_blank_is_no_score(tmp_path: Path, kind: pa.DataType) -> None:
    rows = ballot_rows(
        ("leaders", "1", {"0101": (90, 80), "0102": ("", 70)}),
        ("delegates", "1", {"0101": (80, 80), "0102": (90, 50)}),
    )
    table = pq.read_table(write_parquet(tmp_path / "b.parquet", [HEADING, *rows]))
    for i, name in enumerate(HEADING[5:], 5):
        under = [77 if score is None else int(score) for score in table[name].to_pylist()]
        blank = pa.array([score is not None for score in table[name].to_pylist()])
        cells = pa.array([99, *under], kind).buffers()[1]
        known = pa.concat_arrays([pa.array([True]), blank]).buffers()[1]
        column = pa.Array.from_buffers(kind, len(under) + 1, [known, cells])[1:]
        assert column.to_pylist() == [score and int(score) for score in table[name].to_pylist()]
        table = table.set_column(i, name, column)
    tables = RoundTables(
        targets=write_csv(tmp_path / "targets.csv", TARGETS[:3]),
        ballots=(BallotSource(table=table),),
    )
    assert scores(score(tables)) == {"0101": "82.00", "0102": "70.00"}


# -- what is wrong, and where ------------------------------------------------------------------


def told_of(tmp_path: Path, rows: Rows, kind: str = "csv", scheme: str = SCHEME) -> list[Any]:
    path = write(tmp_path / f"b.{kind}", rows)
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=path), scheme)
    return told


ROW = ["hall", "leaders", "form", "L1", "0101", 90, 80]


def spoilt(**cells: Any) -> list[Any]:
    return [cells.get(name, cell) for name, cell in zip(HEADING, ROW, strict=True)]


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (spoilt(input="foyer"), "unknown_value", "input"),
        (spoilt(input=""), "unknown_value", "input"),
        (spoilt(rater_class="public"), "unknown_value", "rater_class"),
        (spoilt(paper="ballot"), "unknown_value", "paper"),
        (spoilt(target="0199"), "unknown_target", "target"),
        (spoilt(target=""), "cell_empty", "target"),
        (spoilt(target="101"), "cell_code", "target"),
        (spoilt(target="00101"), "target_zeros", "target"),
        (spoilt(target="1.3E+11"), "cell_code", "target"),
        (spoilt(ballot=""), "cell_empty", "ballot"),
        (spoilt(work=101), "score_range", "work"),
        (spoilt(work=-1), "score_range", "work"),
        (spoilt(style="90.5"), "score_range", "style"),
        (spoilt(style="优秀"), "score_range", "style"),
        (spoilt(style="8e1"), "score_range", "style"),
        (spoilt(style="=80"), "score_range", "style"),
    ],
)
def test_a_fault_is_told_with_row_and_column(
    tmp_path: Path, kind: str, row: list[Any], code: str, column: str
) -> None:
    rows = [HEADING, ROW, row, spoilt(ballot="L9")]
    assert told_of(tmp_path, rows, kind) == [(code, 3, column)]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        HEADING,
        spoilt(rater_class="public", work=500),
        ROW,
        [""] * 7,
        spoilt(ballot="L2", target="0199", style="很好"),
        spoilt(ballot="L3", input="foyer"),
        spoilt(ballot="", work="1e2"),
    ]
    for kind in WRITERS:
        assert set(told_of(tmp_path, rows, kind)) == {
            ("unknown_value", 2, "rater_class"),
            ("score_range", 2, "work"),
            ("unknown_target", 5, "target"),
            ("score_range", 5, "style"),
            ("unknown_value", 6, "input"),
            ("cell_empty", 7, "ballot"),
            ("score_range", 7, "work"),
        }


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Also where one of them has a wrong heading, another rows of the wrong length."""
    files = {
        "a.csv": [HEADING, spoilt(target="0199")],
        "b.csv": [[*HEADING[:-1], "stile"], ROW],
        "c.csv": [HEADING, ROW[:-1], spoilt(target="0198")],
        "d.parquet": [HEADING, spoilt(target="0197")],
    }
    paths = [write(tmp_path / name, rows) for name, rows in files.items()]
    (tmp_path / "e.xlsx").write_bytes(b"PK nothing")
    paths += [tmp_path / "e.xlsx", tmp_path / "f.csv", tmp_path / "g.ods"]
    tables = round_tables(tmp_path, ballots=None)
    sources = tuple(BallotSource(path) for path in paths)
    with pytest.raises(BadTable) as caught:
        score(RoundTables(tables.targets, ballots=sources))
    told = {(Path(str(p.place.file)).name, p.code, p.place.row) for p in caught.value.problems}
    assert told == {
        ("a.csv", "unknown_target", 2),
        ("b.csv", "column_unknown", 1),
        ("c.csv", "row_length", 2),
        ("c.csv", "unknown_target", 3),
        ("d.parquet", "unknown_target", 2),
        ("e.xlsx", "file_broken", None),
        ("f.csv", "file_missing", None),
        ("g.ods", "file_missing", None),
    }


def test_ragged_rows_are_told_and_later_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    good = "hall,leaders,form,{},0101,90,80"
    lines = [",".join(HEADING), good.format("A1"), good.format("A2") + ",7", "hall,leaders"]
    lines += [good.format("A3"), good.format("A4").replace("90", "900"), good.format("A5") + ",,"]
    lines += [good.format("A6").replace("0101", "0909")]
    path.write_text("\n".join(lines) + "\n")
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=path))
    assert sorted(told, key=lambda problem: problem[1] or 0) == [
        ("row_length", 3, None),
        ("row_length", 4, None),
        ("score_range", 6, "work"),
        ("row_length", 7, None),
        ("unknown_target", 8, "target"),
    ]


def test_a_row_of_scores_that_belongs_to_nobody_is_not_passed_over(tmp_path: Path) -> None:
    rows = [HEADING, ROW, ["", "", "", "", "", 90, 80], spoilt(ballot="L9")]
    told = told_of(tmp_path, rows)
    assert ("cell_empty", 3, "target") in told


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    rows = [HEADING, *(spoilt(ballot=f"{i:04}", work=900) for i in range(1000))]
    path = write_csv(tmp_path / "b.csv", rows)
    with pytest.raises(BadTable) as caught:
        score(round_tables(tmp_path, ballots=path))
    shown = [p for p in caught.value.problems if p.code == "score_range"]
    more = [p for p in caught.value.problems if p.code == "and_more"]
    assert len(shown) + int(dict(more[0].facts)["number"]) == 1000
    assert [p.place.row for p in shown] == list(range(2, 2 + len(shown)))


def test_a_fault_of_the_whole_file_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots_module, "BATCH_ROWS", 2)
    path = write_parquet(tmp_path / "b.parquet", [row[:-1] for row in BALLOTS])
    with pytest.raises(BadTable) as caught:
        score(round_tables(tmp_path, ballots=path))
    (problem,) = caught.value.problems
    assert problem.code == "column_missing"
    assert "选票编号" in problem.text("zh")  # the mend lists the columns


TWO_CHANNELS = SCHEME.replace(
    "nodes:\n",
    """\
  street:
    title: 街头测评
    basis: 某办法
    papers: [form]
    classes: [delegates]
nodes:
""",
)


def test_a_class_of_another_input_is_told_once(tmp_path: Path) -> None:
    rows = [HEADING, spoilt(input="street")]
    assert [code for code, _, _ in told_of(tmp_path, rows, scheme=TWO_CHANNELS)] == [
        "unknown_value"
    ]
    rows = [HEADING, spoilt(input="street", rater_class="nobody")]
    assert told_of(tmp_path, rows, scheme=TWO_CHANNELS) == [("unknown_value", 2, "rater_class")]


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ([*HEADING[:-1], "stile"], {"column_unknown"}),
        ([*HEADING[:-1], "work"], {"column_twice"}),
        (HEADING[1:], {"column_missing"}),
        ([*HEADING[:3], *HEADING[4:]], {"column_missing"}),
    ],
)
def test_headings(tmp_path: Path, kind: str, heading: list[str], told: set[str]) -> None:
    if len(set(heading)) < len(heading):
        kind = "csv"  # our writer of Parquet files takes each name once
    rows = [heading, *(row[len(HEADING) - len(heading) :] for row in BALLOTS[1:])]
    found = told_of(tmp_path, rows, kind)
    assert told <= {code for code, _, _ in found}
    assert all(row in (1, None) for code, row, _ in found if code.startswith("column"))


def test_a_heading_below_a_title_row_is_told_with_its_row(tmp_path: Path) -> None:
    rows = [["逐票表"], [], [*HEADING[:-1], "stile"], *BALLOTS[1:]]
    assert told_of(tmp_path, rows, "xlsx") == [("column_unknown", 3, None)]
    rows = [["逐票表"], [], HEADING, ROW, spoilt(work=900)]
    assert told_of(tmp_path, rows, "xlsx") == [("score_range", 5, "work")]


def test_two_headings_for_one_column(tmp_path: Path) -> None:
    rows = [[*HEADING, "作风建设"], [*ROW, 80]]
    assert told_of(tmp_path, rows) == [("column_twice", 1, None)]


@pytest.mark.parametrize("kind", list(WRITERS))
def test_a_table_without_rows(tmp_path: Path, kind: str) -> None:
    assert told_of(tmp_path, [HEADING], kind) == [("table_empty", None, None)]
    if kind != "parquet":
        assert told_of(tmp_path, [HEADING, [""] * 7], kind) == [("table_empty", None, None)]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("b.csv", b"", {"table_empty", "column_missing"}),
        ("b.xlsx", b"", {"file_broken"}),
        ("b.xlsx", b"PK\x03\x04 broken", {"file_broken"}),
        ("b.parquet", b"", {"file_broken"}),
        ("b.parquet", b"PAR1 broken PAR1", {"file_broken"}),
        ("b.csv", b"\xff\xfe\xff\xff\x80", {"encoding", "column_unknown"}),
        ("b.csv", ",".join(HEADING).encode() + b"\n\xff\xff,,,,,,\n", {"encoding"}),
        ("b.txt", b"x", {"file_kind"}),
        ("b.xls", b"x", {"file_kind"}),
        ("b", b"x", {"file_kind"}),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, raw: bytes, code: set[str]) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=path))
    assert {found for found, _, _ in told} & code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=tmp_path / "nowhere.csv"))
    assert told == [("file_missing", None, None)]


@pytest.mark.parametrize("kind", [pa.list_(pa.int64()), pa.binary(), pa.timestamp("s"), pa.bool_()])
def test_columns_of_a_strange_type(tmp_path: Path, kind: pa.DataType) -> None:
    path = write_parquet(tmp_path / "b.parquet", BALLOTS)
    table = pq.read_table(path)
    strange = {"list": [[1]], "binary": [b"x"], "bool": [True]}
    values = strange.get(str(kind).split("<")[0], [0]) * table.num_rows
    table = table.set_column(5, "work", pa.array(values, kind))
    pq.write_table(table, path)
    with problems(BadTable):
        score(round_tables(tmp_path, ballots=path))


def test_a_truncated_parquet_file(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "b.parquet", BALLOTS)
    path.write_bytes(path.read_bytes()[:-20])
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=path))
    assert told == [("file_broken", None, None)]


# -- repeated ballots and sheets ---------------------------------------------------------------


def ballots(*numbers: str) -> list[list[Any]]:
    return [HEADING, *(spoilt(ballot=number) for number in numbers)]


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize(
    ("numbers", "row"),
    [
        (("B1", "B2", "B1"), 4),
        (("B3", "B1", "B2", "B1"), 5),
        (("9", "10", "9"), 4),
        (("10", "9", "10"), 4),
        (("b", "a", "c", "d", "a"), 6),
    ],
)
def test_a_ballot_stands_together_and_once(
    tmp_path: Path, kind: str, numbers: tuple[str, ...], row: int
) -> None:
    assert told_of(tmp_path, ballots(*numbers), kind) == [("ballot_twice", row, "ballot")]


@pytest.mark.parametrize("numbers", [("c", "b", "a"), ("9", "10", "8"), ("2", "10", "1")])
def test_ballots_need_not_be_sorted(tmp_path: Path, numbers: tuple[str, ...]) -> None:
    rows = [*ballots(*numbers), spoilt(rater_class="delegates", ballot="1")]
    tables = round_tables(tmp_path, ballots=rows, targets=TARGETS[:2])
    assert scores(score(tables)) == {"0101": "85.00"}


def test_a_repeated_ballot_after_blank_rows_has_its_own_row(tmp_path: Path) -> None:
    first, *rest = ballots("B2", "B1", "B2")
    rows = [first, [""] * 7, *rest[:1], [""] * 7, *rest[1:]]
    for kind in ("csv", "xlsx"):
        assert told_of(tmp_path, rows, kind) == [("ballot_twice", 6, "ballot")]


@pytest.mark.parametrize("again", ["B1 ", "Ｂ１", "\u3000B1"])
def test_a_ballot_number_is_compared_as_people_read_it(tmp_path: Path, again: str) -> None:
    for kind in WRITERS:
        assert told_of(tmp_path, ballots("B1", "B0", again), kind) == [
            ("ballot_twice", 4, "ballot")
        ]
        # directly after one another they are one ballot, which rates a target twice
        assert told_of(tmp_path, ballots("B1", again), kind) == [("sheet_twice", 3, "target")]


@pytest.mark.parametrize("names", [("B1", "B2"), ("B2", "B1")])
def test_a_ballot_may_not_go_on_in_the_next_file(tmp_path: Path, names: tuple[str, str]) -> None:
    first = write_csv(tmp_path / "a.csv", ballots(*names))
    rows = [HEADING, spoilt(ballot=names[1], target="0102")]
    second = write_csv(tmp_path / "b.csv", rows)
    tables = round_tables(tmp_path, ballots=None)
    sources = (BallotSource(first), BallotSource(second))
    with pytest.raises(BadTable) as caught:
        score(RoundTables(tables.targets, ballots=sources))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.file, problem.place.row) == ("ballot_twice", "b.csv", 2)


def test_the_same_number_in_another_class_is_another_ballot(tmp_path: Path) -> None:
    rows = [HEADING, ROW, spoilt(rater_class="delegates"), spoilt(rater_class="leaders")]
    assert told_of(tmp_path, rows) == [("ballot_twice", 4, "ballot")]
    tables = round_tables(tmp_path, ballots=rows[:3], targets=TARGETS[:2])
    assert scores(score(tables)) == {"0101": "85.00"}


def test_one_file_given_twice(tmp_path: Path) -> None:
    tables = round_tables(tmp_path)
    with problems(BadTable) as told:
        score(RoundTables(tables.targets, ballots=tables.ballots * 2))
    assert told == [("ballot_twice", row, "ballot") for row in (2, 5, 8)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
@pytest.mark.parametrize(
    ("targets", "row"),
    [
        (("0101", "0101"), 3),
        (("0101", "0102", "0101"), 4),
        (("0103", "0102", "0101", "0102"), 5),
        (("0101", "0102", "0103", "0103"), 5),
        (("0102", "0103", "0101", "0102"), 5),
    ],
)
def test_a_target_is_rated_once_also_across_batches(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    kind: str,
    targets: tuple[str, ...],
    row: int,
) -> None:
    monkeypatch.setattr(ballots_module, "BATCH_ROWS", size)
    rows = [HEADING, *(spoilt(target=target) for target in targets), spoilt(ballot="L2")]
    assert told_of(tmp_path, rows, kind) == [("sheet_twice", row, "target")]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_same_target_on_neighbouring_ballots_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(ballots_module, "BATCH_ROWS", size)
    rows = ballot_rows(
        ("leaders", "1", {"0102": (80, 80), "0101": (80, 80)}),
        ("leaders", "2", {"0101": (80, 80), "0102": (80, 80)}),
        ("delegates", "3", {"0102": (80, 80), "0101": (80, 80)}),
    )
    path = write_parquet(tmp_path / "b.parquet", [HEADING, *rows])
    tables = round_tables(tmp_path, ballots=path, targets=TARGETS[:3])
    assert scores(score(tables)) == {"0101": "80.00", "0102": "80.00"}


# -- own units ---------------------------------------------------------------------------------

RECUSED = SCHEME.replace("    not_informed: true\n", "    not_informed: true\n    recusal: drop\n")
WITH_UNIT = [*HEADING, "unit"]


def test_recusal_needs_the_raters_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots_module, "BATCH_ROWS", 2)
    path = write_parquet(tmp_path / "b.parquet", BALLOTS)
    with problems(BadTable) as told:
        score(round_tables(tmp_path, ballots=path), RECUSED)
    assert told == [("unit_needed", None, None)]


@pytest.mark.parametrize("kind", list(WRITERS))
def test_the_sheet_on_the_own_unit_is_left_out(tmp_path: Path, kind: str) -> None:
    rows = [
        ["hall", "leaders", "form", "1", "0101", 100, 100, "0101"],
        ["hall", "leaders", "form", "1", "0102", 60, 60, "0101"],
        ["hall", "leaders", "form", "2", "0101", 70, 70, "某企业"],
        ["hall", "delegates", "form", "1", "0101", 80, 80, ""],
        ["hall", "delegates", "form", "1", "0102", 80, 80, ""],
    ]
    path = write(tmp_path / f"b.{kind}", [WITH_UNIT, *rows])
    tables = round_tables(tmp_path, ballots=path, targets=TARGETS[:3])
    # 0101: 70×0.4 + 80×0.6 = 76;  0102: 60×0.4 + 80×0.6 = 72
    assert scores(score(tables, RECUSED)) == {"0101": "76.00", "0102": "72.00"}


@pytest.mark.parametrize("unit", ["101", "1.01E+02"])
def test_a_unit_that_became_a_number_does_not_undo_recusal(tmp_path: Path, unit: str) -> None:
    told = told_of(tmp_path, [WITH_UNIT, [*ROW, unit]], scheme=RECUSED)
    assert told == [("cell_code", 2, "unit")]


# -- returns, quorum, empty classes ------------------------------------------------------------


def blocked(tmp_path: Path, scheme: str = SCHEME, **tables: Any) -> list[str]:
    with problems(Blocked) as told:
        score(round_tables(tmp_path, **tables), scheme)
    return [code for code, _, _ in told]


def test_more_returned_than_issued(tmp_path: Path) -> None:
    rolls = [ROLLS[0], ["hall", "leaders", "form", "1"], ["hall", "delegates", "form", "0"]]
    assert blocked(tmp_path, rolls=rolls) == ["more_returned", "more_returned"]


@pytest.mark.parametrize(
    ("least", "exceed", "expected_heads", "holds"),
    [
        ("2/3", "false", 3, True),  # 2 of 3 reach two thirds …
        ("2/3", "true", 3, False),  # … but do not exceed them
        ("80%", "false", 3, False),
        ("0.5", "true", 3, True),
        ("50%", "false", 4, True),
        ("50%", "true", 4, False),
    ],
)
def test_the_quorum(
    tmp_path: Path, least: str, exceed: str, expected_heads: int, holds: bool
) -> None:
    quorum = f"""\
    quorum: {{title: 法定人数, basis: 某办法, least: {least}, exceed: {exceed}}}
nodes:
"""
    scheme = SCHEME.replace("nodes:\n", quorum)
    rolls = [
        ["input", "rater_class", "paper", "issued", "expected"],
        ["hall", "leaders", "form", "3", expected_heads],
        ["hall", "delegates", "form", "1", "1"],
    ]
    if holds:
        assert scores(score(round_tables(tmp_path, rolls=rolls), scheme)) == SCORES
    else:
        assert blocked(tmp_path, scheme, rolls=rolls) == ["quorum_missed"]


def test_a_quorum_that_cannot_be_checked(tmp_path: Path) -> None:
    quorum = "    quorum: {title: 法定人数, basis: 某办法, least: 1/2}\nnodes:\n"
    scheme = SCHEME.replace("nodes:\n", quorum)
    assert blocked(tmp_path, scheme, rolls=ROLLS) == ["quorum_unknown"] * 2
    assert blocked(tmp_path, scheme) == ["quorum_unknown"] * 2


def test_a_missed_quorum_may_only_warn(tmp_path: Path) -> None:
    quorum = (
        "    quorum: {title: 人数, basis: 某办法, least: 1, of: issued, otherwise: warn}\nnodes:\n"
    )
    scored = score(round_tables(tmp_path, rolls=ROLLS), SCHEME.replace("nodes:\n", quorum))
    assert [problem.code for problem in scored.executed.warnings] == ["quorum_missed"]
    assert scores(scored) == SCORES


def test_a_class_without_ballots_blocks(tmp_path: Path) -> None:
    rows = [row for row in BALLOTS if row[1] != "delegates"]
    with pytest.raises(Blocked) as caught:
        score(round_tables(tmp_path, ballots=rows))
    (problem,) = caught.value.problems
    assert problem.code == "class_empty"
    assert "代表" in problem.text("zh")
    assert "财政局" in problem.text("zh")


@pytest.mark.parametrize(
    ("policy", "score_of_0101"),
    [("renormalise", "90.00"), ("zero", "36.00")],  # leaders give 90; 40 % of it is 36
)
def test_a_class_without_ballots_under_another_policy(
    tmp_path: Path, policy: str, score_of_0101: str
) -> None:
    scheme = SCHEME.replace("    op: linear\n", f"    op: linear\n    empty: {policy}\n")
    rows = [row for row in BALLOTS if row[1] != "delegates"]
    scored = score(round_tables(tmp_path, ballots=rows), scheme)
    assert scores(scored)["0101"] == score_of_0101
