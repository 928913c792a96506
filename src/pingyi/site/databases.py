"""Which database: SQLite in the home folder, or what ``PINGYI_DATABASE`` names: a PostgreSQL
(``postgresql://user@host/name``) or another SQLite file (``sqlite:///path``)."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pingyi.site.home import Home

_SQLITE = "sqlite://"
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON;"
)


def find_database(home: Home) -> dict[str, Any]:
    """Django's settings of the one database. Raises ``ValueError`` for another scheme."""
    address = os.environ.get("PINGYI_DATABASE", "")
    if not address or address.startswith(_SQLITE):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(address.removeprefix(_SQLITE)) or home.database,
            # A transaction that writes takes the lock at its start: it waits instead of failing.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": _SQLITE_PRAGMAS,
            },
            "TEST": {"NAME": home.path / "test.sqlite3"},
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(
            f"PINGYI_DATABASE: {parts.scheme}:// is neither postgresql:// nor sqlite://"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": dict(parse_qsl(parts.query)).get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8},
            # For the box, which runs the same few statements; Django's own are never prepared.
            "prepare_threshold": 5,
        },
    }
