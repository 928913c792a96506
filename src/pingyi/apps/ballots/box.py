"""The box: where a casting becomes a spent mark and part of a sealed envelope. The only raw SQL
of the vote (ADR 0010).

::

    items    item → state
    batches  batch → item, count, sealed, MAC    (batch = lane << 32 | number; one item each)
    slots    (item, slot) → when it began, how many, how fast; open items only (ADR 0014)
    marks    (item, serial) → batch, tag         one casting a code and item, by primary key
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple, Protocol

from pingyi.apps.ballots.slots import Slot

LANE_SHIFT = 32


class BoxItem(IntEnum):
    """The state of an item, in the box itself, so that locking and casting can't cross."""

    WAITING = 0
    OPEN = 1
    LOCKED = 2
    CLEARED = 3


class Mark(NamedTuple):
    """A code is spent for an item. ``tag`` recognises an exact retry."""

    item: int
    serial: int
    tag: bytes


@dataclass(frozen=True)
class Batch:
    """What one commit brought for one item: marks, and a sealed envelope of ``count`` ballots.

    Codes that were exchanged for paper leave marks and an empty envelope.
    """

    lane: int
    number: int
    item: int
    count: int
    sealed: bytes
    mac: bytes
    marks: tuple[Mark, ...]
    slot: int = 0
    """Of an open item; 0 for others."""

    @property
    def key(self) -> int:
        return batch_key(self.lane, self.number)


def batch_key(lane: int, number: int) -> int:
    """The number of a batch in the box."""
    return lane << LANE_SHIFT | number


class Writer(Protocol):
    """Inside one transaction."""

    def states(self, items: Iterable[int]) -> dict[int, BoxItem]:
        """States of items, held until the transaction ends."""
        ...

    def spend(self, marks: Sequence[tuple[Mark, int]]) -> set[tuple[int, int]]:
        """Insert marks with the keys of their batches, ascending by item and serial; the
        (item, serial) that were not there before."""
        ...

    def tags(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Tags of marks that are there."""
        ...

    def add(self, batches: Sequence[Batch]) -> None:
        """Insert batches; their marks are there already."""
        ...

    def last_slot(self, item: int) -> Slot:
        """The last slot of an item, held until the transaction ends."""
        ...

    def keep_slot(self, item: int, slot: Slot) -> None:
        """The last slot as it is now, or the next one."""
        ...


class Box(Protocol):
    """One poll's box."""

    def create(self, items: Iterable[int]) -> None:
        """Make the box with its items waiting; nothing happens if it is there."""
        ...

    def exists(self) -> bool: ...

    def put(self, batches: Sequence[Batch]) -> bool:
        """Spend the marks of batches and add the batches, durably, in the fewest steps. False, and
        nothing is done, where an item is not open or a mark is there already. Marks ascend by
        item and serial."""
        ...

    def write(self) -> AbstractContextManager[Writer]:
        """A transaction that is durable when the block ends; undone if it raises. For what
        ``put`` can't do."""
        ...

    def set_state(self, item: int, state: BoxItem) -> None: ...

    def states(self) -> dict[int, BoxItem]: ...

    def spent_items(self, serial: int) -> list[int]:
        """Items for which a code is spent."""
        ...

    def serials(self, item: int) -> Iterator[int]:
        """Serials that are spent for an item, ascending."""
        ...

    def batches(self, item: int) -> Iterator[Batch]:
        """All batches of an item in order of lane and number."""
        ...

    def slots(self, item: int) -> list[Slot]:
        """The slots of an item, the first with no ballot before the first ballot."""
        ...

    def clear(self, item: int) -> None:
        """Remove marks, batches and slots of an item and mark it cleared; may be repeated."""
        ...

    def destroy(self) -> None:
        """Remove the box; may be repeated."""
        ...

    def close(self) -> None: ...


ALL_ROWS = """
SELECT batch, 0, count, sealed, mac, slot FROM {batches} WHERE item = {item} UNION ALL
SELECT batch, 1, serial, tag, tag, 0 FROM {marks} WHERE item = {item} ORDER BY 1, 2, 3"""
"""Everything in a box about an item: (batch, kind, count or serial, bytes, bytes, slot)."""

LAST_SLOT = """
SELECT slot, began, count, minute, in_minute, peak FROM {slots}
WHERE item = {item} ORDER BY slot DESC"""
KEEP_SLOT = """
INSERT INTO {slots} VALUES ({values}) ON CONFLICT (item, slot) DO UPDATE SET
began = excluded.began, count = excluded.count, minute = excluded.minute,
in_minute = excluded.in_minute, peak = excluded.peak"""


def read_batches(
    item: int, rows: Iterable[tuple[int, int, int, bytes, bytes, int]]
) -> Iterator[Batch]:
    """The rows of ``ALL_ROWS`` as batches. Marks that belong to no batch (somebody put them in by
    hand) come as a batch without a MAC."""
    for key, group in groupby(rows, key=lambda row: row[0]):
        count, sealed, mac, slot = 0, b"", b"", 0
        marks: list[Mark] = []
        for _, kind, number, first, second, place_in_time in group:
            if kind == 0:
                count, sealed, mac = number, bytes(first), bytes(second)
                slot = place_in_time
            else:
                marks.append(Mark(item, number, bytes(first)))
        lane, place = key >> LANE_SHIFT, key & ((1 << LANE_SHIFT) - 1)
        yield Batch(lane, place, item, count, sealed, mac, tuple(marks), slot)
