"""The same POST, answered without any work."""

from __future__ import annotations

from typing import Any

ANSWER = b'{"answer": "counted"}'.ljust(32)
HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"content-length", b"32"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})
