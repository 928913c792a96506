"""What stands on an officer's desk. Rooms add what waits when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from pingyi.base.parts import Item

Place = Literal["waiting", "late", "news"]
Provider = Callable[[Any], Iterable[tuple[Place, Item]]]
"""Of an account: what waits for it, what is late, what is new."""

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Add a room's part of the desk behind those that are there."""
    _providers.append(provider)


def desk_of(account: Any) -> dict[str, list[Item]]:
    """Everything on the desk of an account."""
    found: dict[str, list[Item]] = {"waiting": [], "late": [], "news": []}
    for provider in _providers:
        for place, item in provider(account):
            found[place].append(item)
    return found
