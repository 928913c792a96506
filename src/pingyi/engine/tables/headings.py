"""The heading of a table: found, understood, and told where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pingyi.engine.errors import Collector, Place
from pingyi.engine.numbers import normal_text
from pingyi.engine.tables.columns import Table

HEADING_ROWS = 10
"""The heading is looked for in this many first rows (a title often stands above it)."""


def headings(table: Table, extra: Mapping[str, str]) -> dict[str, str]:
    """All headings that are understood, normalised → column key."""
    known = {normal_text(heading): key for heading, key in extra.items()}
    for column in table.columns:
        for heading in (*column.aliases, column.zh, column.key):
            known[normal_text(heading)] = column.key
    return known


def match_headings(
    names: Iterable[object], table: Table, extra: Mapping[str, str], problems: Collector, row: int
) -> list[str | None]:
    """Column keys of a heading row, with a problem for every unknown, doubled or missing one."""
    known = headings(table, extra)
    allowed = allowed_headings(table, extra)
    keys: list[str | None] = []
    for name in names:
        text = normal_text(str(name)) if name is not None else ""
        key = known.get(text)
        if text and key is None:
            problems.add("column_unknown", Place(row=row), name=text, allowed=allowed)
        elif key is not None and key in keys:
            problems.add("column_twice", Place(row=row), name=text)
            key = None
        keys.append(key)
    for column in table.columns:
        if column.required and column.key not in keys:
            problems.add("column_missing", Place(row=row), name=column.zh, allowed=allowed)
    return keys


def allowed_headings(table: Table, extra: Mapping[str, str]) -> str:
    """The headings that a table may have, for a message."""
    return "、".join([column.zh for column in table.columns] + titles_of(extra))


def titles_of(extra: Mapping[str, str]) -> list[str]:
    """The headings to be proposed for further columns: titles, or the key where there is none."""
    titles: dict[str, str] = {}
    for heading, key in extra.items():
        if heading != key or key not in titles:
            titles[key] = heading
    return sorted(titles.values())


def headings_of(names: Iterable[object], keys: Sequence[str | None]) -> dict[str, str]:
    """Column key → the heading as it is written."""
    return {
        key: str(name).strip() for name, key in zip(names, keys, strict=False) if key is not None
    }


def heading_index(raw: Sequence[Sequence[Any]], table: Table, extra: Mapping[str, str]) -> int:
    """Which of the first rows is the heading: the one that knows most columns."""
    known = headings(table, extra)

    def recognised(row: Sequence[Any]) -> int:
        return sum(normal_text(str(cell)) in known for cell in row if cell is not None)

    scores = [recognised(row) for row in raw[:HEADING_ROWS]]
    return scores.index(max(scores)) if scores else 0
