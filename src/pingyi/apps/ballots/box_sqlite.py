"""The box as a SQLite file of its own: the file goes, and everything with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

from pingyi.apps.ballots.box import (
    ALL_ROWS,
    KEEP_SLOT,
    LAST_SLOT,
    Batch,
    BoxItem,
    Mark,
    read_batches,
)
from pingyi.apps.ballots.slots import EMPTY, Slot

_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (item INTEGER PRIMARY KEY, state INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
    batch INTEGER PRIMARY KEY, item INTEGER NOT NULL, count INTEGER NOT NULL,
    sealed BLOB NOT NULL, mac BLOB NOT NULL, slot INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS slots (
    item INTEGER NOT NULL, slot INTEGER NOT NULL, began INTEGER NOT NULL, count INTEGER NOT NULL,
    minute INTEGER NOT NULL, in_minute INTEGER NOT NULL, peak INTEGER NOT NULL,
    PRIMARY KEY (item, slot)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (
    item INTEGER NOT NULL, serial INTEGER NOT NULL, batch INTEGER NOT NULL, tag BLOB NOT NULL,
    PRIMARY KEY (item, serial)) WITHOUT ROWID;
"""
_PAGE = 1024
"""Bytes. Serials come in random order, so that in a large box each mark lies on a page of its own
that has to be written: a small one."""
_PRAGMAS = (
    "synchronous=FULL",
    "secure_delete=ON",
    "cache_size=-65536",
    # Pages: seldom, since each page is then written once for several marks.
    "wal_autocheckpoint=16384",
)
_WAIT = 20
_PER_STATEMENT = 500


class SqliteBox:
    """See ``box.Box``. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(
                f"{self.path.as_uri()}?mode=rw",
                uri=True,
                timeout=_WAIT,
                isolation_level=None,
                check_same_thread=False,
            )
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            self._connection = connection
        return self._connection

    def exists(self) -> bool:
        return self.path.exists()

    def create(self, items: Iterable[int]) -> None:
        if not self.exists():
            # Made aside and moved into place, so that a half-made box is never met.
            new = self.path.with_suffix(".new")
            new.unlink(missing_ok=True)
            connection = sqlite3.connect(new, isolation_level=None)
            connection.execute(f"PRAGMA page_size={_PAGE}")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
            rows = [(item, BoxItem.WAITING) for item in items]
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO items VALUES (?, ?)", rows)
            connection.execute("COMMIT")
            connection.close()
            new.rename(self.path)

    def put(self, batches: Sequence[Batch]) -> bool:
        try:
            with self.write() as writer:
                writer.add_to_open(batches)
                for batch in batches:
                    writer.insert([(mark, batch.key) for mark in batch.marks], "")
        except sqlite3.IntegrityError:
            return False
        return True

    @contextmanager
    def write(self) -> Iterator[SqliteWriter]:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield SqliteWriter(db)
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def set_state(self, item: int, state: BoxItem) -> None:
        with self.write():
            self._db.execute("UPDATE items SET state = ? WHERE item = ?", (state, item))

    def states(self) -> dict[int, BoxItem]:
        rows = self._db.execute("SELECT item, state FROM items ORDER BY item")
        return {item: BoxItem(state) for item, state in rows}

    def spent_items(self, serial: int) -> list[int]:
        rows = self._db.execute(
            "SELECT item FROM items WHERE EXISTS"
            " (SELECT 1 FROM marks WHERE marks.item = items.item AND serial = ?)",
            (serial,),
        )
        return [item for (item,) in rows]

    def serials(self, item: int) -> Iterator[int]:
        rows = self._db.execute("SELECT serial FROM marks WHERE item = ? ORDER BY 1", (item,))
        yield from (serial for (serial,) in rows)

    def batches(self, item: int) -> Iterator[Batch]:
        sql = ALL_ROWS.format(batches="batches", marks="marks", item=int(item))
        yield from read_batches(item, self._db.execute(sql))

    def slots(self, item: int) -> list[Slot]:
        rows = self._db.execute(LAST_SLOT.format(slots="slots", item=int(item)))
        return [Slot(*row) for row in rows.fetchall()][::-1]

    def clear(self, item: int) -> None:
        with self.write():
            self._db.execute("DELETE FROM marks WHERE item = ?", (item,))
            self._db.execute("DELETE FROM batches WHERE item = ?", (item,))
            self._db.execute("DELETE FROM slots WHERE item = ?", (item,))
            self._db.execute("UPDATE items SET state = ? WHERE item = ?", (BoxItem.CLEARED, item))
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def destroy(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SqliteWriter:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def states(self, items: Iterable[int]) -> dict[int, BoxItem]:
        rows = self._db.execute("SELECT item, state FROM items")
        wanted = set(items)
        return {item: BoxItem(state) for item, state in rows if item in wanted}

    def spend(self, marks: Sequence[tuple[Mark, int]]) -> set[tuple[int, int]]:
        # Not RETURNING: each row that is read lets other threads in between, which costs more
        # than the rows.
        all_won = self.insert(marks, "ON CONFLICT DO NOTHING") == len(marks)
        return {(m.item, m.serial) for m, batch in marks if all_won or self._lies_in(m, batch)}

    def insert(self, marks: Sequence[tuple[Mark, int]], conflict: str) -> int:
        """How many marks were inserted."""
        inserted = 0
        for i in range(0, len(marks), _PER_STATEMENT):
            part = marks[i : i + _PER_STATEMENT]
            values = ",".join(["(?,?,?,?)"] * len(part))
            flat = [v for mark, batch in part for v in (mark.item, mark.serial, batch, mark.tag)]
            sql = f"INSERT INTO marks VALUES {values} {conflict}"
            inserted += self._db.execute(sql, flat).rowcount
        return inserted

    def _lies_in(self, mark: Mark, batch: int) -> bool:
        sql = "SELECT 1 FROM marks WHERE item = ? AND serial = ? AND batch = ?"
        return bool(self._db.execute(sql, (mark.item, mark.serial, batch)).fetchone())

    def tags(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        found = {}
        for item, serial in keys:
            row = self._db.execute(
                "SELECT tag FROM marks WHERE item = ? AND serial = ?", (item, serial)
            ).fetchone()
            if row is not None:
                found[item, serial] = row[0]
        return found

    def add(self, batches: Sequence[Batch]) -> None:
        self._db.executemany(
            "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)",
            [(b.key, b.item, b.count, b.sealed, b.mac, b.slot) for b in batches],
        )

    def add_to_open(self, batches: Sequence[Batch]) -> None:
        """Raises ``IntegrityError`` where an item is not open: its number is not found."""
        found = "(SELECT item FROM items WHERE item = ? AND state = ?)"
        self._db.executemany(
            f"INSERT INTO batches VALUES (?, {found}, ?, ?, ?, ?)",
            [(b.key, b.item, BoxItem.OPEN, b.count, b.sealed, b.mac, b.slot) for b in batches],
        )

    def last_slot(self, item: int) -> Slot:
        row = self._db.execute(LAST_SLOT.format(slots="slots", item=int(item))).fetchone()
        return Slot(*row) if row else EMPTY

    def keep_slot(self, item: int, slot: Slot) -> None:
        sql = KEEP_SLOT.format(slots="slots", values="?, ?, ?, ?, ?, ?, ?")
        self._db.execute(sql, (item, *astuple(slot)))
