"""Which kind of box this installation has."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from pingyi.apps.ballots.box import Box
from pingyi.apps.ballots.box_postgres import PostgresBox
from pingyi.apps.ballots.box_sqlite import SqliteBox


def box_of(slug: str) -> Box:
    """The box of a poll, made or not."""
    if connection.vendor == "postgresql":
        return PostgresBox(slug)
    return SqliteBox(settings.HOME.boxes / f"{slug}.sqlite3")
