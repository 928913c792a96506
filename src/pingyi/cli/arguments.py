"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path

from pingyi.engine.errors import BadInput, Place, Problem
from pingyi.engine.grammar.load import SchemeFile, load_scheme_file
from pingyi.engine.packs import PACK_PREFIX, find_scheme


def load_reference(reference: str) -> SchemeFile:
    """A scheme by file name, or by ``pack:NAME[/SCHEME][@PRESET]``."""
    if reference.startswith(PACK_PREFIX):
        return find_scheme(reference)
    path = Path(reference)
    if not path.is_file():
        raise BadInput(Problem.of("file_missing", Place(file=reference)))
    return load_scheme_file(path)
