"""Tells walls over HTTP that something has changed: server-sent events from a small ASGI
application beside the intake.

::

    GET /live/<key>    text/event-stream; the digest of what the wall shows, whenever it changes

An event holds the digest alone. The wall then fetches what it shows from the site, as it does every
few seconds where events do not come through.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections

from pingyi.apps.rounds import wall
from pingyi.base.errors import Missing

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX = "/live/"
EVERY = 1.0
"""Seconds from one look at a meeting to the next, however many walls there are."""
BEAT = 15.0
"""Seconds after which a silent stream shows that it is alive."""
MOST = 100
"""Walls of one process; more are told to come back, and poll meanwhile."""
_log = logging.getLogger(__name__)


class Watch:
    """One meeting, looked at for all its walls."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.walls: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None


class WallApp:
    """The ASGI application. Everything that touches a store runs in its one thread."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wall")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = scope["path"][len(PREFIX) :]
        if sum(len(watch.walls) for watch in self._watches.values()) >= MOST:
            await _reply(send, 503)
            return
        digest = await self._look(key)
        if digest is None:
            await _reply(send, 404)
            return
        watch = self._watches.setdefault(key, Watch(digest))
        changed = asyncio.Event()
        changed.set()
        watch.walls.add(changed)
        if watch.task is None:
            watch.task = asyncio.create_task(self._follow(key, watch))
        try:
            await _stream(watch, changed, receive, send)
        finally:
            watch.walls.discard(changed)

    async def _look(self, key: str) -> str | None:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _digest_of, key)

    async def _follow(self, key: str, watch: Watch) -> None:
        """Until the last wall is gone."""
        while watch.walls:
            await asyncio.sleep(EVERY)
            try:
                digest = await self._look(key)
            except Exception:
                _log.exception("wall")
                continue
            if digest is not None and digest != watch.digest:
                watch.digest = digest
                for changed in watch.walls:
                    changed.set()
        self._watches.pop(key, None)


async def _stream(watch: Watch, changed: asyncio.Event, receive: Receive, send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_gone(receive))
    try:
        while not gone.done():
            waiting = asyncio.create_task(changed.wait())
            await asyncio.wait((gone, waiting), timeout=BEAT, return_when="FIRST_COMPLETED")
            waiting.cancel()
            text = f"retry: 2000\ndata: {watch.digest}\n\n" if changed.is_set() else ":\n\n"
            changed.clear()
            body = {"type": "http.response.body", "body": text.encode(), "more_body": True}
            await send(body)
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _digest_of(key: str) -> str | None:
    close_old_connections()
    try:
        return wall.scene_of(wall.find(key)).digest
    except Missing:
        return None
    finally:
        close_old_connections()


async def _reply(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})
