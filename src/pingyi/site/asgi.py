"""The program that is served: casting beside the site, on one port.

Casting and the events of walls are small ASGI applications; the site is Django under WSGI in
threads, several times as fast there as under Django's own ASGI. A thread is held neither by who
sends slowly (a body is read first, large ones to the disk) nor by who reads a file slowly (it is
sent from here).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import IO, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingyi.site.settings")

from a2wsgi import WSGIMiddleware

from pingyi.site import wsgi

from django.conf import settings  # isort: skip
from django.contrib.auth import SESSION_KEY  # isort: skip
from django.db import close_old_connections  # isort: skip
from pingyi.apps.ballots.intake_app import PREFIX, IntakeApp, Receive, Scope, Send  # isort: skip
from pingyi.apps.rounds.wall_app import PREFIX as LIVE  # isort: skip
from pingyi.apps.rounds.wall_app import WallApp  # isort: skip
from pingyi.site import background  # isort: skip
from pingyi.base.sending import CHUNK, OUTGOING, Outgoing  # isort: skip

THREADS = 16
MOST_BODY = 64 * 1024 * 1024
"""Bytes of a request's body; it is read before a thread is taken, so that a slow client holds up
nobody."""
BODY_SECONDS = 60
"""Within which a body must be there; an upload: its next piece."""
UPLOADS = "/documents/add/"
"""Where those who are signed in may send films."""
IN_MEMORY = 1 << 20
_FORM = 1 << 20
"""Bytes of an upload's form around its files."""
Headers = list[tuple[bytes, bytes]]

_intake = IntakeApp()
_wall = WallApp()
_handler: Any = wsgi.application
_site: Any = WSGIMiddleware(_handler, workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """``/cast/…`` to the intake, ``/live/…`` to the walls, all else to the site."""
    if scope["type"] == "http":
        if scope["path"].startswith(PREFIX):
            await _intake(scope, receive, send)
        elif scope["path"].startswith(LIVE):
            await _wall(scope, receive, send)
        else:
            await _in_threads(scope, receive, send)
    elif scope["type"] == "lifespan":
        jobs = asyncio.create_task(background.run())
        try:
            await _intake.lifespan(receive, send)
        finally:
            jobs.cancel()


class _Unwanted(Exception):
    """A body that is too long or too slow, or whose client went away."""

    status = 413


class _NoRoom(_Unwanted):
    status = 507


async def _in_threads(scope: Scope, receive: Receive, send: Send) -> None:
    """To Django, once the whole body is there."""
    scope["headers"] = _with_one_cookie(scope["headers"])
    with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(settings.HOME.incoming)) as body:
        try:
            await _read_body(scope, receive, body)
        except (_Unwanted, TimeoutError) as unwanted:
            status = getattr(unwanted, "status", 413)
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        body.seek(0)
        await _to_site(scope, body, send)


def _with_one_cookie(headers: Headers) -> Headers:
    """Over HTTP/2 a browser may send each of its cookies in a field of its own; under WSGI fields
    of one name are joined by commas, which would make them one cookie."""
    cookies = [value for name, value in headers if name == b"cookie"]
    rest = [(name, value) for name, value in headers if name != b"cookie"]
    return [*rest, (b"cookie", b"; ".join(cookies))] if cookies else rest


async def _read_body(scope: Scope, receive: Receive, body: IO[bytes]) -> None:
    if scope["path"].startswith(UPLOADS) and await asyncio.to_thread(_is_signed_in, scope):
        most = max(settings.FILM_BYTES, settings.UPLOAD_BYTES) + _FORM
        # Once as it comes, once as Django takes it apart.
        if 2 * _length_of(scope) > shutil.disk_usage(settings.HOME.incoming).free:
            raise _NoRoom
        await _take(receive, body, most, BODY_SECONDS)
    else:
        async with asyncio.timeout(BODY_SECONDS):
            await _take(receive, body, MOST_BODY, None)


async def _take(receive: Receive, body: IO[bytes], most: int, piece_seconds: int | None) -> None:
    size = 0
    waiting = bytearray()
    more = True
    while more:
        async with asyncio.timeout(piece_seconds):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise _Unwanted
        waiting += message.get("body", b"")
        size += len(message.get("body", b""))
        if size > most:
            raise _Unwanted
        more = message.get("more_body", False)
        if len(waiting) >= IN_MEMORY or not more:
            if size > IN_MEMORY:  # on the disk: castings must not wait for it
                await asyncio.to_thread(body.write, bytes(waiting))
            else:
                body.write(waiting)
            waiting.clear()


def _length_of(scope: Scope) -> int:
    return int(_header(scope, b"content-length") or 0)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")


def _is_signed_in(scope: Scope) -> bool:
    """In a thread: does the request belong to somebody's session?"""
    close_old_connections()
    try:
        cookies = SimpleCookie(_header(scope, b"cookie").decode("latin1"))
    except CookieError:
        return False
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return False
    store: Any = import_module(settings.SESSION_ENGINE)
    return SESSION_KEY in store.SessionStore(morsel.value)


async def _to_site(scope: Scope, body: IO[bytes], send: Send) -> None:
    outgoing = Outgoing()
    scope[OUTGOING] = outgoing

    # Threads await by coroutines; the server hands out other awaitables.
    async def receiving() -> MutableMapping[str, Any]:
        piece = body.read(IN_MEMORY)
        return {"type": "http.request", "body": piece, "more_body": len(piece) == IN_MEMORY}

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" or outgoing.path is None:
            await send(message)

    await _site(scope, receiving, sending)
    if outgoing.path is not None:
        await _send_file(outgoing, send)


async def _send_file(outgoing: Outgoing, send: Send) -> None:
    assert outgoing.path is not None
    left = outgoing.length
    with outgoing.path.open("rb") as stream:
        stream.seek(outgoing.start)
        while left and (chunk := await asyncio.to_thread(stream.read, min(CHUNK, left))):
            left -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
