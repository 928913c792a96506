"""Looking up the cells of an Arrow column, each distinct text once, and telling where it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pingyi.engine.counted.kernel import Bools, Ints
from pingyi.engine.counted.layout import PaperLayout
from pingyi.engine.errors import Collector, Place
from pingyi.engine.tables.sheets import cell_text

Codes = NDArray[np.unsignedinteger[Any]]

TOLD_PER_CAUSE = 20
"""Rows told of one cause in one batch; the rest is counted."""


class Places:
    """Row numbers of a batch, for problems."""

    def __init__(self, problems: Collector, first: int, rows: Ints | None = None) -> None:
        self.problems, self._first, self.rows = problems, first, rows

    def of(self, mask: Bools) -> Places:
        rows = np.flatnonzero(mask) if self.rows is None else self.rows[mask]
        return Places(self.problems, self._first, rows)

    def at(self, index: int, column: str) -> Place:
        row = index if self.rows is None else int(self.rows[index])
        return Place(row=self._first + row, column=column)

    def first(self, mask: Bools) -> Iterator[int]:
        yield from np.flatnonzero(mask)[:TOLD_PER_CAUSE].tolist()

    def count_rest(self, mask: Bools) -> None:
        self.problems.count_untold(max(0, int(mask.sum()) - TOLD_PER_CAUSE))

    def tell(
        self, mask: Bools, text: Callable[[int], str], code: str, column: str, **facts: object
    ) -> None:
        if not mask.any():
            return
        for i in self.first(mask):
            self.problems.add(code, self.at(i, column), text=text(i), name=text(i), **facts)
        self.count_rest(mask)


def is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def plain_text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def shown(column: pa.Array, index: int) -> str:
    return cell_text(column[index].as_py())


def looked_up(column: pa.Array, find: Callable[[str], int]) -> tuple[Ints, Callable[[int], str]]:
    """``find`` of every cell, asked once per distinct text; and the text of a row."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    found = np.array(
        [find(cell_text(v)) for v in coded.dictionary.to_pylist()] + [find("")], np.int64
    )
    if not column.null_count and len(coded.dictionary) == 1:
        return np.broadcast_to(found[:1], len(column)), lambda i: shown(column, i)
    indices = coded.indices
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(len(coded.dictionary))
    elif np.array_equal(found[:-1], np.arange(len(coded.dictionary))):
        # Written in the very order of what is found: no cell needs to be looked up.
        return as_numpy(indices).astype(np.int64), lambda i: shown(column, i)
    return found[as_numpy(indices)], lambda i: shown(column, i)


def is_constant(found: Ints) -> bool:
    """Did ``looked_up`` find one text only?"""
    return len(found) > 0 and found.strides[0] == 0


def as_numpy(column: pa.Array) -> Any:
    """A column without nulls, uncopied. (Arrow's own ``to_numpy`` imports pandas where that is
    installed, which takes longer than counting a hall.)"""
    if pa.types.is_boolean(column.type):
        return np.from_dlpack(column.cast(pa.uint8())).view(bool)
    return np.from_dlpack(column)


def direct_codes(column: pa.Array, paper: PaperLayout) -> Codes | None:
    """Whole-number scores that are their own code: nothing to look up."""
    points = paper.paper.points
    if points is None or points.least != 0 or points.step != 1:
        return None
    if not pa.types.is_integer(column.type) or not len(column):
        return None
    blanks = column.null_count
    if blanks and not (paper.paper.abstain and _fits(paper.abstained, column.type)):
        return None
    cells, known = _cells(column) if blanks else (np.asarray(as_numpy(column)), None)
    # Whole arrays are multiplied and added: choosing cell by cell takes four times as long.
    codes = cells if known is None else cells * known
    if codes.min() < 0 or codes.max() >= paper.answers:
        return None
    return codes if known is None else codes + (1 - known) * codes.dtype.type(paper.abstained)


def _fits(number: int, kind: pa.DataType) -> bool:
    """Can an integer type hold a number that is not negative?"""
    bits: int = kind.bit_width - pa.types.is_signed_integer(kind)
    return number < 1 << bits


def _cells(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """The numbers of a column, anything where it is null; and 1 where it is not, else 0."""
    bitmap, values = column.buffers()
    kind = np.dtype(str(column.type))
    cells = np.frombuffer(values, kind, len(column), column.offset * kind.itemsize)
    bits = np.frombuffer(bitmap, np.uint8)
    known = np.unpackbits(bits, count=column.offset + len(column), bitorder="little")
    return cells, known[column.offset :]
