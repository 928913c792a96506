"""What the program does by itself beside answering: once a minute, in every process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from pingyi.apps.ledger import daily
from pingyi.apps.notices import delivery
from pingyi.apps.pledges import daily as pledges_daily

JOBS: tuple[Callable[[datetime], object], ...] = (daily.tick, pledges_daily.tick, delivery.tick)
"""Each may run in several processes at once."""
EVERY = 60
_log = logging.getLogger(__name__)


async def run() -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        for job in JOBS:
            await asyncio.to_thread(_do, job)


def _do(job: Callable[[datetime], object]) -> None:
    close_old_connections()
    try:
        job(timezone.now())
    except Exception:
        _log.exception("%s", job.__module__)
    finally:
        close_old_connections()
