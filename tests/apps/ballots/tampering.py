"""Ballots in the box, and what somebody with the database can do to them."""

from __future__ import annotations

import sqlite3

from django.db import connection
from tests.apps.ballots.hall import PUBLIC, Vote

from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.polls.models import Item

TABLES = ("batches", "marks", "items", "slots")


def cast(town: Vote, number: int = 4) -> Item:
    """``number`` public ballots in as many batches; the public's item."""
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    for code in town.slips[PUBLIC][:number]:
        assert intake.take([town.casting(code, item)]) == [Answer.COUNTED]
    intake.box.close()
    return item


def alter(town: Vote, sql: str, *values: object) -> int:
    """What an administrator with the database can do. Returns how many rows it changed."""
    slug = town.poll.slug
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in TABLES:
                sql = sql.replace(f"{{{table}}}", f"box.p{slug}_{table}")
            cursor.execute(sql.replace("?", "%s"), values)
            return int(cursor.rowcount)
    box = box_of(slug)
    db = sqlite3.connect(box.path)  # type: ignore[attr-defined]
    for table in TABLES:
        sql = sql.replace(f"{{{table}}}", table)
    changed = db.execute(sql, values).rowcount
    db.commit()
    db.close()
    return changed
