"""A small round in files: what the tests of tables, bundles and commands score."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import Scored, score_round
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.validity.report import ValidityPlan

Rows = Sequence[Sequence[Any]]

SCHEME = """\
grammar: 1
key: hall
title: 会议测评
basis: 某办法
classes:
  leaders: {title: 领导}
  delegates: {title: 代表}
papers:
  form:
    title: 测评表
    basis: 某办法
    dimensions:
      work: {title: 工作实绩}
      style: {title: 作风建设}
    points: {most: 100}
    not_informed: true
inputs:
  hall:
    title: 现场测评
    basis: 某办法
    papers: [form]
    classes: [leaders, delegates]
nodes:
  leaders_score:
    title: 领导评分
    basis: 某办法
    op: ballots
    input: hall
    paper: form
    classes: [leaders]
  delegates_score:
    title: 代表评分
    basis: 某办法
    op: ballots
    input: hall
    paper: form
    classes: [delegates]
  total:
    title: 总分
    basis: 某办法
    op: linear
    parts:
      - {node: leaders_score, weight: 40%}
      - {node: delegates_score, weight: 60%}
score: total
rounding: {title: 取整, basis: 某办法, places: 2}
grades:
  title: 等次
  basis: 某办法
  bands:
    - {grade: 优秀, from: 85}
    - {grade: 合格, below: 85}
rank: {title: 排名, basis: 某办法}
"""

TARGETS: Rows = [
    ["target", "title"],
    ["0101", "财政局"],
    ["0102", "教育局"],
    ["0103", "民政局"],
]

HEADING = ["input", "rater_class", "paper", "ballot", "target", "work", "style"]
CHINESE = ["渠道", "票种", "测评表", "选票编号", "对象编码", "工作实绩", "作风建设"]


def ballot_rows(*ballots: tuple[str, str, dict[str, tuple[object, object]]]) -> list[list[Any]]:
    """Rows of (class, number, {target: scores}) under ``HEADING``."""
    return [
        ["hall", rater_class, "form", number, target, *scores]
        for rater_class, number, sheets in ballots
        for target, scores in sheets.items()
    ]


# leaders: 0101 (90+80)/2 and (100+90)/2: work 95, style 85, together 90
#          0102 60/70, 80/70: work 70, style 70 → 70;  0103 (90, 90) and abstained: 90
# delegates: 0101 80/80 → 80;  0102 90/不了解: work 90 alone → 90;  0103 100/60 → 80
BALLOTS: Rows = [
    HEADING,
    *ballot_rows(
        ("leaders", "L1", {"0101": (90, 80), "0102": (60, 70), "0103": (90, 90)}),
        ("leaders", "L2", {"0101": (100, 90), "0102": (80, 70), "0103": ("", "弃权")}),
        ("delegates", "D1", {"0101": (80, 80), "0102": (90, "不了解"), "0103": (100, 60)}),
    ),
]
# 40 % leaders + 60 % delegates: 0101 36+48, 0102 28+54, 0103 36+48
SCORES = {"0101": "84.00", "0102": "82.00", "0103": "84.00"}
ROLLS: Rows = [
    ["input", "rater_class", "paper", "issued"],
    ["hall", "leaders", "form", "3"],
    ["hall", "delegates", "form", "1"],
]


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    """Texts as texts, numbers as numbers, as a spreadsheet would hold them."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(number, column, cell)
                elif cell is not None and cell != "":
                    sheet.write_string(number, column, cell)
    return path


def write_parquet(path: Path, rows: Rows, row_group: int | None = None) -> Path:
    """Columns of whole numbers as such where every cell is one or blank, else text."""
    heading, *body = rows
    table = pa.table({name: _column([row[i] for row in body]) for i, name in enumerate(heading)})
    pq.write_table(table, path, row_group_size=row_group)
    return path


def _column(cells: list[Any]) -> pa.Array:
    if any(isinstance(cell, int) for cell in cells) and not any(
        isinstance(cell, str) and cell for cell in cells
    ):
        return pa.array([cell if isinstance(cell, int) else None for cell in cells], pa.int64())
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


WRITERS: dict[str, Callable[[Path, Rows], Path]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}


def write(path: Path, rows: Rows) -> Path:
    return WRITERS[path.suffix[1:]](path, rows)


def round_tables(
    folder: Path, *, targets: Rows = TARGETS, ballots: Rows | Path | None = BALLOTS, **others: Any
) -> RoundTables:
    """Tables of a round: rows are written as CSV into ``folder``, paths are taken as they are."""

    def file(name: str, source: Rows | Path) -> Path:
        return source if isinstance(source, Path) else write_csv(folder / f"{name}.csv", source)

    found = {name: file(name, source) for name, source in others.items()}
    sources = () if ballots is None else (BallotSource(file("ballots", ballots)),)
    return RoundTables(file("targets", targets), ballots=sources, **found)


def score(
    tables: RoundTables, scheme: str | SchemeFile = SCHEME, plan: ValidityPlan | None = None
) -> Scored:
    loaded = load_scheme(scheme, "scheme.yaml") if isinstance(scheme, str) else scheme
    return score_round(loaded, tables, plan or ValidityPlan(draws=10))


def scores(scored: Scored) -> dict[str, str | None]:
    return {row["target"]: row["score"] for row in scored.result["results"]}


Told = tuple[str, int | None, str | None]


@contextmanager
def problems(kind: type[PingyiError] = PingyiError) -> Iterator[list[Told]]:
    """Fills the list with (code, row, column) of every problem that is raised inside."""
    told: list[Told] = []
    try:
        yield told
    except kind as error:
        for problem in error.problems:
            assert problem.text("zh")
            assert "{" not in problem.text("en")
            assert "?" not in problem.text("en").replace("？", "")
            told.append((problem.code, problem.place.row, problem.place.column))
    else:
        raise AssertionError("nothing was told")
