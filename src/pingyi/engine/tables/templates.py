"""Empty spreadsheets for the tables of a scheme: headings, notes, drop-downs, codes as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import xlsxwriter

from pingyi.engine.errors import BadInput, Place, Problem
from pingyi.engine.grammar.papers import InputKind, Recusal
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.columns import (
    BALLOTS,
    EVENTS,
    FIGURES,
    ROLLS,
    RULINGS,
    TALLIES,
    TARGETS,
    Cell,
    Column,
    Table,
)

ROWS = 2_000
"""Rows that are formatted and have drop-downs."""
_LONGEST_LIST = 255
"""A spreadsheet holds at most this many characters in one drop-down."""


def write_templates(scheme: Scheme, folder: Path, *, force: bool = False) -> list[Path]:
    """One XLSX file for every table that the scheme reads. Raises ``BadInput`` rather than write
    over files, which may be filled in already."""
    there = [path.name for t in tables_of(scheme) if (path := folder / f"{t.key}.xlsx").exists()]
    if there and not force:
        raise BadInput(Problem.of("files_there", Place(file=str(folder)), names="、".join(there)))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in tables_of(scheme):
        path = folder / f"{table.key}.xlsx"
        _write(scheme, table, path)
        written.append(path)
    return written


def tables_of(scheme: Scheme) -> Iterator[Table]:
    """The tables that a scheme can read."""
    kinds = {source.kind for source in scheme.inputs.values()}
    yield TARGETS
    if scheme.inputs:
        yield ROLLS
    if InputKind.BALLOTS in kinds:
        yield BALLOTS
    if InputKind.TALLY in kinds:
        yield TALLIES
    if scheme.figures:
        yield FIGURES
    if scheme.events:
        yield EVENTS
    yield RULINGS


def _write(scheme: Scheme, table: Table, path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(table.zh)
        required = book.add_format({"bold": True, "bottom": 1, "font_color": "#9e1b1e"})
        optional = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for index, (heading, column) in enumerate(_headings(scheme, table)):
            is_required = column is not None and column.required
            sheet.write_string(0, index, heading, required if is_required else optional)
            if column is not None:
                sheet.write_comment(0, index, column.help_zh)
            sheet.set_column(index, index, max(12, 2 * len(heading) + 4), text)
            choices = _choices(scheme, table, heading, column)
            if choices and len(",".join(choices)) <= _LONGEST_LIST:
                sheet.data_validation(
                    1, index, ROWS, index, {"validate": "list", "source": choices}
                )
        sheet.freeze_panes(1, 0)


def _headings(scheme: Scheme, table: Table) -> Iterator[tuple[str, Column | None]]:
    for column in table.columns:
        recuses = any(paper.recusal is not Recusal.NONE for paper in scheme.papers.values())
        if column.key != "unit" or recuses:
            yield column.zh, column
    if table.open_columns == "attributes":
        for attribute in scheme.attributes.values():
            yield attribute.title, None
    elif table.open_columns == "dimensions":
        for title in _dimensions(scheme):
            yield title, None


def _dimensions(scheme: Scheme) -> dict[str, str]:
    """Heading of every dimension (title, or key where titles repeat) → its paper."""
    found: dict[str, str] = {}
    titles: dict[str, set[str]] = {}
    for paper in scheme.papers.values():
        for key, dimension in paper.dimensions.items():
            titles.setdefault(dimension.title, set()).add(key)
    for paper_key, paper in scheme.papers.items():
        for key, dimension in paper.dimensions.items():
            heading = dimension.title if len(titles[dimension.title]) == 1 else key
            found.setdefault(heading, paper_key)
    return found


def _choices(scheme: Scheme, table: Table, heading: str, column: Column | None) -> list[str]:
    if column is None:
        return _open_choices(scheme, table, heading)
    if column.kind is Cell.CHOICE:
        return [zh for _, zh in column.choices]
    lists: Mapping[str, list[str]] = {
        "input": [part.title for part in scheme.inputs.values()],
        "rater_class": [part.title for part in scheme.classes.values()],
        "paper": [part.title for part in scheme.papers.values()],
        "figure": [part.title for part in scheme.figures.values()],
        "node": [part.title for part in scheme.nodes.values()],
    }
    if table is EVENTS and column.key == "kind":
        return [part.title for part in scheme.events.values()]
    return lists.get(column.key, [])


def _open_choices(scheme: Scheme, table: Table, heading: str) -> list[str]:
    if table is TARGETS:
        attribute = next(a for a in scheme.attributes.values() if a.title == heading)
        return list((attribute.values or {}).values())
    paper = scheme.papers[_dimensions(scheme)[heading]]
    return [*(paper.grades or ()), "弃权", "不了解"] if paper.grades else []
