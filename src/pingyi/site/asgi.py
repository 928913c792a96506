"""The program that is served: casting beside the site, on one port.

Casting is a small ASGI application; the site is Django under WSGI in threads, several times as
fast there as under Django's own ASGI.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")

from a2wsgi import WSGIMiddleware

from pingyi.site import wsgi

from pingyi.apps.ballots.intake_app import PREFIX, IntakeApp, Receive, Scope, Send  # isort: skip

THREADS = 16
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
    """Django's threads await by coroutines; the server hands out other awaitables."""

    async def receiving() -> MutableMapping[str, Any]:
        return await receive()

    async def sending(message: MutableMapping[str, Any]) -> None:
        await send(message)

    await _site(scope, receiving, sending)
