"""The gateway that ``PINGYI_SMS`` names. Off without it.

``file:/path`` writes each message as a line of JSON into a file: for trials and the demo.
``package.module:name`` is the authority's own function ``name(number, text)``; it raises
``OSError`` where the gateway can't be reached, and the message is tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

Gateway = Callable[[str, str], None]


def find_gateway(address: str) -> Gateway | None:
    """The gateway of an address; nothing for an empty one. Raises ``ValueError`` for others."""
    if not address:
        return None
    kind, _colon, rest = address.partition(":")
    if kind == "file" and rest:
        return partial(_write, Path(rest))
    try:
        found = getattr(import_module(kind), rest)
    except (ImportError, AttributeError) as error:
        raise ValueError(
            f"PINGYI_SMS: {address} is neither file:/path nor package.module:name"
        ) from error
    if not callable(found):
        raise ValueError(f"PINGYI_SMS: {address} can't be called")
    gateway: Gateway = found
    return gateway


def _write(path: Path, number: str, text: str) -> None:
    line = json.dumps({"number": number, "text": text}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
