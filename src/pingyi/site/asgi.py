"""The program that is served: casting beside the site, on one port.

Casting is a small ASGI application; the site is Django under WSGI in threads, several times as
fast there as under Django's own ASGI.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")

from a2wsgi import WSGIMiddleware

from pingyi.site import wsgi

from pingyi.apps.ballots.intake_app import PREFIX, IntakeApp, Receive, Scope, Send  # isort: skip

THREADS = 16
MOST_BODY = 64 * 1024 * 1024
"""Bytes of a request's body; it is read before a thread is taken, so that a slow client holds up
nobody."""
BODY_SECONDS = 60
_intake = IntakeApp()
_handler: Any = wsgi.application
_site: Any = WSGIMiddleware(_handler, workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """``/cast/…`` to the intake, all else to the site."""
    if scope["type"] == "http":
        if scope["path"].startswith(PREFIX):
            await _intake(scope, receive, send)
        else:
            await _in_threads(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _intake.lifespan(receive, send)


async def _in_threads(scope: Scope, receive: Receive, send: Send) -> None:
    """To Django, once the whole body is there."""
    try:
        body = await asyncio.wait_for(_whole_body(receive), BODY_SECONDS)
    except TimeoutError:
        body = None
    if body is None:
        await send({"type": "http.response.start", "status": 413, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    # Threads await by coroutines; the server hands out other awaitables.
    async def receiving() -> MutableMapping[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def sending(message: MutableMapping[str, Any]) -> None:
        await send(message)

    await _site(scope, receiving, sending)


async def _whole_body(receive: Receive) -> bytes | None:
    """None for one that is too long, or whose client went away."""
    parts = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)
