"""Cells of a workbook that hold no value but an error: ``#N/A``, or a formula never worked out.

The reader shows them as empty, and an empty score is an abstention: they have to be told.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MOST_TOLD = 100
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def faulty_cells(path: Path, sheet_name: str) -> list[tuple[str, int]]:
    """(column letters, row) of the faulty cells of a sheet, the first hundred.

    A file that is no workbook has none: reading it tells what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_member(archive, sheet_name)) as sheet:
            found = []
            for _, cell in ElementTree.iterparse(sheet):
                if cell.tag == f"{_MAIN}c":
                    if _is_faulty(cell) and (match := _REFERENCE.fullmatch(cell.get("r", ""))):
                        found.append((match[1], int(match[2])))
                    cell.clear()
            return found[:MOST_TOLD]
    except (OSError, KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError):
        return []


def _is_faulty(cell: ElementTree.Element) -> bool:
    value = cell.find(f"{_MAIN}v")
    is_unknown = cell.find(f"{_MAIN}f") is not None and (value is None or not value.text)
    return cell.get("t") == "e" or (is_unknown and cell.get("t") != "str")


def _member(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The member that holds a sheet of the workbook."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = book.iter(f"{_MAIN}sheet")
    wanted = next(sheet for sheet in sheets if sheet.get("name") == sheet_name).get(_RELATION)
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(r.get("Target", "") for r in relations if r.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
