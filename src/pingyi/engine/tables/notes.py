"""How a file was understood, where that was not the only way: to be said beside the result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import python_calamine

from pingyi.engine.errors import Place, Problem
from pingyi.engine.tables.columns import Table
from pingyi.engine.tables.encodings import encoding_of, file_blocks
from pingyi.engine.tables.spreadsheets import filled_sheets, sheet_to_read


def reading_note(path: Path, table: Table, extra: Mapping[str, str]) -> Problem | None:
    """For a file that could be read: its encoding if it is not UTF-8, its sheet if there are
    several."""
    place = Place(file=path.name)
    match path.suffix.lower():
        case ".csv" if encoding_of(file_blocks(path), path.name) == "gb18030":
            return Problem.of("read_gb18030", place)
        case ".xlsx":
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            names = filled_sheets(book)
            if len(names) > 1:
                name = sheet_to_read(book, path.name, table, extra)
                return Problem.of("sheet_chosen", place, names="、".join(names), name=name)
    return None
