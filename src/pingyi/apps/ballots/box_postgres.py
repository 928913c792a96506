"""The box as tables of its own in PostgreSQL, in a schema beside the ordinary tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import astuple
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg import Cursor

from pingyi.apps.ballots.box import (
    ALL_ROWS,
    KEEP_SLOT,
    LAST_SLOT,
    Batch,
    BoxItem,
    Mark,
    read_batches,
)
from pingyi.apps.ballots.slots import Slot
from pingyi.apps.ballots.wire import TAG_BYTES

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS box;
CREATE TABLE {items} (item integer PRIMARY KEY, state smallint NOT NULL);
CREATE TABLE {batches} (batch bigint PRIMARY KEY, item integer NOT NULL, count integer NOT NULL,
    sealed bytea NOT NULL, mac bytea NOT NULL, slot integer NOT NULL);
CREATE TABLE {slots} (item integer NOT NULL, slot integer NOT NULL, began integer NOT NULL,
    count integer NOT NULL, minute integer NOT NULL, in_minute integer NOT NULL,
    peak integer NOT NULL, PRIMARY KEY (item, slot));
CREATE TABLE {marks} (item integer NOT NULL, serial bigint NOT NULL, batch bigint NOT NULL,
    tag bytea NOT NULL, PRIMARY KEY (item, serial));
"""
_PARTS = ("items", "batches", "marks", "slots")
_FROM_MARKS = "SELECT * FROM unnest(%b::integer[], %b::bigint[], %b::bigint[], %b::bytea[])"
_BATCHES = (
    "unnest(%b::bigint[], %b::integer[], %b::integer[], %b::bytea[], %b::bytea[], %b::integer[])"
)
# Serials come as text and tags in one piece: over the elements of arrays the driver takes longer
# than the server over the whole statement.
_PUT = f"""
WITH held AS MATERIALIZED (
        SELECT item FROM {{items}} WHERE item = %(item)b AND state = %(open)b FOR SHARE),
    spent AS (INSERT INTO {{marks}}
        SELECT %(item)b, serial, %(batch)b,
            substr(%(tags)b, {TAG_BYTES} * (place::integer - 1) + 1, {TAG_BYTES})
        FROM unnest(%(serials)t::bigint[]) WITH ORDINALITY AS mark (serial, place))
INSERT INTO {{batches}}
    SELECT %(batch)b, (SELECT item FROM held), %(count)b, %(sealed)b, %(mac)b, %(slot)b
"""


class PostgresBox:
    """See ``box.Box``. Uses the thread's own connection."""

    def __init__(self, slug: str) -> None:
        if not slug.isalnum():
            raise ValueError(slug)
        self._names = {part: f"box.p{slug}_{part}" for part in _PARTS}

    def exists(self) -> bool:
        rows = self._run("SELECT to_regclass(%s) IS NOT NULL", [self._names["items"]])
        return bool(rows[0][0])

    def create(self, items: Iterable[int]) -> None:
        if self.exists():
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SCHEMA.format(**self._names))
            rows = [(item, int(BoxItem.WAITING)) for item in items]
            cursor.executemany(self._sql("INSERT INTO {items} VALUES (%s, %s)"), rows)
            first = "INSERT INTO {slots} SELECT item, 1, 0, 0, 0, 0, 0 FROM {items}"
            cursor.execute(self._sql(first))

    def put(self, batches: Sequence[Batch]) -> bool:
        connection.ensure_connection()
        # One statement is a transaction of its own: one way there and back.
        alone = len(batches) == 1 and not connection.in_atomic_block
        try:
            with connection.wrap_database_errors, nullcontext() if alone else transaction.atomic():
                writer = PostgresWriter(self, Cursor(connection.connection))
                for batch in batches:
                    writer.put(batch)
        except IntegrityError:
            return False
        return True

    @contextmanager
    def write(self) -> Iterator[PostgresWriter]:
        connection.ensure_connection()
        durable = not connection.in_atomic_block
        with connection.wrap_database_errors, transaction.atomic(durable=durable):
            yield PostgresWriter(self, Cursor(connection.connection))

    def set_state(self, item: int, state: BoxItem) -> None:
        # Waits for castings that hold the item, so nothing comes in behind it.
        self._run("UPDATE {items} SET state = %s WHERE item = %s", [int(state), item])

    def states(self) -> dict[int, BoxItem]:
        rows = self._run("SELECT item, state FROM {items} ORDER BY item")
        return {item: BoxItem(state) for item, state in rows}

    def spent_items(self, serial: int) -> list[int]:
        rows = self._run(
            "SELECT item FROM {marks} WHERE serial = %s AND item IN "
            "(SELECT item FROM {items}) ORDER BY item",
            [serial],
        )
        return [item for (item,) in rows]

    def serials(self, item: int) -> Iterator[int]:
        rows = self._run("SELECT serial FROM {marks} WHERE item = %s ORDER BY 1", [item])
        yield from (serial for (serial,) in rows)

    def batches(self, item: int) -> Iterator[Batch]:
        sql = ALL_ROWS.format(item=int(item), **self._names)
        yield from read_batches(item, self._run(sql))

    def slots(self, item: int) -> list[Slot]:
        rows = self._run(LAST_SLOT.format(slots="{slots}", item=int(item)))
        return [Slot(*row) for row in rows][::-1]

    def clear(self, item: int) -> None:
        with transaction.atomic():
            for part in ("marks", "batches", "slots"):
                self._run(f"DELETE FROM {{{part}}} WHERE item = %s", [item])
            self._run("UPDATE {items} SET state = %s WHERE item = %s", [int(BoxItem.CLEARED), item])

    def destroy(self) -> None:
        self._run("".join(f"DROP TABLE IF EXISTS {{{part}}};" for part in _PARTS))

    def close(self) -> None:
        """The connection is Django's."""

    def _sql(self, sql: str) -> str:
        return sql.format(**self._names)

    def _run(self, sql: str, values: Sequence[Any] | None = None) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql(sql), values)
            return cursor.fetchall() if cursor.description else []


class PostgresWriter:
    """Works on the driver's own cursor: Django's writes every value into the statement as text,
    while this one prepares statements and sends bytes as they are."""

    def __init__(self, box: PostgresBox, cursor: Cursor[tuple[Any, ...]]) -> None:
        self._box = box
        self._cursor = cursor

    def put(self, batch: Batch) -> None:
        """Raises ``IntegrityError`` where the item is not open, for it is not found, or a mark is
        there already."""
        values = {
            "open": BoxItem.OPEN.value,
            "item": batch.item,
            "batch": batch.key,
            "serials": "{" + ",".join([str(mark.serial) for mark in batch.marks]) + "}",
            "tags": b"".join([mark.tag for mark in batch.marks]),
            "count": batch.count,
            "sealed": batch.sealed,
            "mac": batch.mac,
            "slot": batch.slot,
        }
        self._cursor.execute(self._box._sql(_PUT), values)

    def states(self, items: Iterable[int]) -> dict[int, BoxItem]:
        rows = self._rows(
            "SELECT item, state FROM {items} WHERE item = ANY(%b) ORDER BY item FOR SHARE",
            [sorted(set(items))],
        )
        return {item: BoxItem(state) for item, state in rows}

    def spend(self, marks: Sequence[tuple[Mark, int]]) -> set[tuple[int, int]]:
        rows = self._rows(
            f"INSERT INTO {{marks}} {_FROM_MARKS} ON CONFLICT DO NOTHING RETURNING item, serial",
            _columns_of_marks(marks),
        )
        return {(item, serial) for item, serial in rows}

    def tags(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        rows = self._rows(
            "SELECT item, serial, tag FROM {marks} WHERE (item, serial) IN"
            " (SELECT * FROM unnest(%b::integer[], %b::bigint[]))",
            [[item for item, _ in keys], [serial for _, serial in keys]],
        )
        return {(item, serial): tag for item, serial, tag in rows}

    def add(self, batches: Sequence[Batch]) -> None:
        self._send(
            f"INSERT INTO {{batches}} SELECT * FROM {_BATCHES}", _columns_of_batches(batches)
        )

    def last_slot(self, item: int) -> Slot:
        # The item's first slot stands for all of them; who waited for it sees the newest after it.
        self._rows("SELECT 1 FROM {slots} WHERE item = %b AND slot = 1 FOR UPDATE", [item])
        return self._box.slots(item)[-1]

    def keep_slot(self, item: int, slot: Slot) -> None:
        sql = KEEP_SLOT.format(slots="{slots}", values=", ".join(["%b"] * 7))
        self._send(sql, [item, *astuple(slot)])

    def _send(self, sql: str, values: Sequence[Any]) -> None:
        self._cursor.execute(self._box._sql(sql), values)

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        self._send(sql, values)
        return self._cursor.fetchall()


def _columns_of_marks(marks: Sequence[tuple[Mark, int]]) -> list[list[Any]]:
    return [
        [mark.item for mark, _ in marks],
        [mark.serial for mark, _ in marks],
        [batch for _, batch in marks],
        [mark.tag for mark, _ in marks],
    ]


def _columns_of_batches(batches: Sequence[Batch]) -> list[list[Any]]:
    return [
        [b.key for b in batches],
        [b.item for b in batches],
        [b.count for b in batches],
        [b.sealed for b in batches],
        [b.mac for b in batches],
        [b.slot for b in batches],
    ]
