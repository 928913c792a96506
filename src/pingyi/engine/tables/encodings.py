"""Which encoding a text file is in: UTF-8, or the GB18030 that spreadsheets here still write."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from pingyi.engine.errors import BadTable, Place, Problem

_BLOCK_BYTES = 1 << 20
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""A character of UTF-8 beyond ASCII."""
_HIGH = re.compile(rb"[\x80-\xff]+")

Blocks = Callable[[], Iterable[bytes]]
"""The bytes of a file from its beginning, block by block."""


def encoding_of(blocks: Blocks, file: str) -> str:
    """``utf-8-sig`` (with BOM or without) or ``gb18030``. Raises ``BadTable``.

    A file that is not all UTF-8 is GB18030 only if most of what is not ASCII makes no sense as
    UTF-8. Otherwise it is a UTF-8 file with a broken byte, and read as GB18030 every Chinese
    character of it would become another: it is refused, with the place.
    """
    head = next(iter(blocks()), b"")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadTable(Problem.of("encoding", Place(file=file)))
    fault = _first_fault(blocks, "utf-8")
    if fault is None:
        return "utf-8-sig"
    if head.startswith(codecs.BOM_UTF8) or _is_mostly_utf8(blocks):
        at, line = fault
        place = Place(file=file, line=line)
        raise BadTable(Problem.of("encoding_byte", place, byte=at + 1, line=line))
    if _first_fault(blocks, "gb18030") is not None:
        raise BadTable(Problem.of("encoding", Place(file=file)))
    return "gb18030"


def decode_text(raw: bytes, file: str) -> str:
    """The text of a file that was read whole."""
    return raw.decode(encoding_of(lambda: [raw], file))


def file_blocks(path: Path) -> Blocks:
    """The blocks of a file that is too large to be held."""

    def blocks() -> Iterable[bytes]:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                yield block

    return blocks


def _first_fault(blocks: Blocks, encoding: str) -> tuple[int, int] | None:
    """(bytes before, line) of the first byte that does not fit the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done, lines = 0, 1
    for block in _with_end(blocks()):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            at = done - waiting + error.start
            return at, lines + error.object[: error.start].count(b"\n")
        done += len(block)
        lines += block.count(b"\n")
    return None


def _with_end(blocks: Iterable[bytes]) -> Iterable[bytes]:
    yield from blocks
    yield b""


def _is_mostly_utf8(blocks: Blocks) -> bool:
    """Are there more characters of UTF-8 than bytes that belong to none?"""
    characters = strays = 0
    for block in blocks():
        for run in _HIGH.findall(block):
            found = _SEQUENCE.findall(run)
            characters += len(found)
            strays += len(run) - sum(map(len, found))
    return characters > strays
