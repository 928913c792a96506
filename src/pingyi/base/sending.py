"""Files sent in parts: a film seeks by asking for ranges of bytes.

Under ``site.asgi`` the bytes go out beside Django, so that a slow reader holds no thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

OUTGOING = "pingyi.outgoing"
"""Under this name the server gives its ``Outgoing`` in the scope of a request."""
CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass
class Outgoing:
    """The part of a file that the server shall send as the body of its answer."""

    path: Path | None = None
    start: int = 0
    length: int = 0


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """Start and length of the part that a Range header asks for. None: the whole, also for what
    is not understood or asks for several parts. Raises ``Unsatisfiable``."""
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start = max(0, size - int(last))
        end = size
    else:
        start = int(first)
        end = min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or end <= start:
        raise Unsatisfiable
    return start, end - start


def send_file(
    request: HttpRequest, path: Path, *, name: str, media_type: str, tag: str, inline: bool = False
) -> HttpResponseBase:
    """The file, or the part of it that is asked for. ``tag`` changes with its content."""
    size = path.stat().st_size
    tag = f'"{tag}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        asked = ""
    try:
        part = part_of(asked, size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, length = part or (0, size)
    response = _body(request, path, start, length)
    response["Content-Type"] = media_type
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return response


def _body(request: HttpRequest, path: Path, start: int, length: int) -> HttpResponseBase:
    outgoing = request.META.get("asgi.scope", {}).get(OUTGOING)
    if outgoing is None or request.method == "HEAD":
        return StreamingHttpResponse(_read(path, start, length))
    outgoing.path, outgoing.start, outgoing.length = path, start, length
    return HttpResponse()


def _read(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while length and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
