"""Ballot numbers: where a ballot begins, whether numbers rise, and the fold of each ballot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pingyi.engine.counted.kernel import Ints
from pingyi.engine.counted.layout import FOLDS
from pingyi.engine.counted.lookup import as_numpy, is_constant, is_text, plain_text
from pingyi.engine.numbers import normal_text


def used_channels(channels: Ints) -> list[int]:
    """The channels that occur, ascending."""
    if not len(channels):
        return []
    if is_constant(channels):
        return [int(channels[0])]
    low, high = int(channels.min()), int(channels.max())
    return [low] if low == high else np.unique(channels).tolist()


class Order:
    """Do ballot numbers rise throughout, within each channel? Then none can appear twice."""

    def __init__(self) -> None:
        self.is_rising = True
        self._last: dict[int, object] = {}

    def follow(self, firsts: Any, channels: Ints) -> None:
        """The numbers of the ballots that begin in a batch, in order."""
        if not self.is_rising:
            return
        for channel in used_channels(channels):
            mine = channels == channel
            if isinstance(firsts, np.ndarray):
                values = firsts[mine]
                rising = bool((values[1:] > values[:-1]).all())
            else:
                import pyarrow.compute as pc  # noqa: PLC0415 - slow to import, and only text needs it

                values = firsts.filter(pa.array(mine))
                rising = pc.all(pc.greater(values[1:], values[:-1])).as_py() is not False
            first, before = scalar(values, 0), self._last.get(channel)
            if before is not None:
                rising = rising and type(before) is type(first) and before < first  # type: ignore[operator]
            self._last[channel] = scalar(values, len(values) - 1)
            self.is_rising = self.is_rising and rising


def ballot_values(column: pa.Array) -> Any:
    """Ballot numbers as int64 where they are integers, else as Arrow text without nulls."""
    if pa.types.is_integer(column.type) and column.null_count == 0:
        return as_numpy(column).astype(np.int64, copy=False)
    import pyarrow.compute as pc  # noqa: PLC0415 - slow to import, and only text needs it

    text = plain_text(column) if is_text(column.type) else column.cast(pa.string())
    text = pc.fill_null(text, "")
    if not pc.all(pc.string_is_ascii(text)).as_py():
        text = pc.utf8_normalize(text, form="NFKC")
    return pc.utf8_trim_whitespace(text)


def scalar(values: Any, index: int) -> object:
    return int(values[index]) if isinstance(values, np.ndarray) else values[index].as_py()


def ballot_folds(ballots: Any) -> Ints:
    """The fold of each ballot: a hash of its number, the same for 17 and "17"."""
    if not isinstance(ballots, np.ndarray):
        texts: Sequence[str] = [normal_text(text) for text in ballots.to_pylist()]
        hashed = [
            _mixed(np.array([int(t)], np.int64))[0] if _is_plain_number(t) else crc32(t.encode())
            for t in texts
        ]
        return np.array(hashed, np.uint64).astype(np.int64) % FOLDS
    return (_mixed(ballots) % np.uint64(FOLDS)).astype(np.int64)


def _is_plain_number(text: str) -> bool:
    """Would this text have been a 64-bit integer in a file that has types?"""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or text != str(int(text)):
        return False
    return int(text) < 1 << 63


def _mixed(numbers: Ints) -> NDArray[np.uint64]:
    """Well spread 32-bit hashes of integers (multiply and shift, twice)."""
    mixed = numbers.astype(np.uint64)
    for factor in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9):
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(factor)
    return mixed >> np.uint64(32)
