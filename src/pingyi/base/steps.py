"""Steps of a thing that goes on for long (a vote, a round): what is done, what is next, by whom.

The room that owns the thing tells its own steps; rooms above add theirs when the site starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pingyi.base.doors import Opens

Thing = TypeVar("Thing")
Page = tuple[object, str, str]
"""Title, address, icon."""


@dataclass(frozen=True)
class Step:
    """One thing to do. ``ask`` makes it a button that posts after this question; without it, it
    leads to a page. ``roles`` are who does it, each with a ``label``."""

    title: object
    address: str
    done: bool
    note: object = ""
    ask: object = ""
    icon: str = "arrow-right"
    roles: tuple[Any, ...] = ()
    ready: bool = True
    """May it be done as things stand?"""
    optional: bool = False
    """Does it hold up nothing?"""


@dataclass(frozen=True)
class Shown:
    """A step where it stands."""

    step: Step
    state: Literal["done", "now", "todo"]
    leads: bool = True
    """Does its page open for who looks on?"""


@dataclass(frozen=True)
class Room(Generic[Thing]):
    """What a room tells on the file of a thing: steps, kinds and keys of subjects of the audit log,
    pages."""

    steps: Callable[[Thing], Iterable[Step]]
    subjects: Callable[[Thing], Mapping[str, Iterable[object]]]
    pages: Callable[[Thing], Iterable[Page]]
    member_pages: Callable[[Thing, Any], Iterable[Page]] = lambda thing, account: ()
    """Pages for an account that takes part without running the thing."""
    public_pages: Callable[[Thing], Iterable[Page]] = lambda thing: ()
    """Pages for everybody, to which the thing's public page leads."""


class Course(Generic[Thing]):
    """All that the rooms tell of one kind of thing, in the order of the floors."""

    def __init__(self) -> None:
        self._rooms: list[Room[Thing]] = []

    def join(self, room: Room[Thing]) -> None:
        """Add a room behind those that are there."""
        self._rooms.append(room)

    def steps_of(self, thing: Thing, opens: Opens = lambda address: True) -> list[Shown]:
        """All steps; the first that is not done is the one to do now."""
        found = []
        waiting = False
        for room in self._rooms:
            for step in room.steps(thing):
                state: Literal["done", "now", "todo"] = "done"
                if not step.done and step.optional:
                    state = "todo"
                elif not step.done:
                    state = "todo" if waiting else "now"
                    waiting = True
                found.append(Shown(step, state, opens(step.address)))
        return found

    def subjects_of(self, thing: Thing) -> dict[str, list[object]]:
        """Kinds and keys of everything in the audit log that belongs to the thing."""
        found: dict[str, list[object]] = {}
        for room in self._rooms:
            for kind, keys in room.subjects(thing).items():
                found.setdefault(kind, []).extend(keys)
        return found

    def pages_of(self, thing: Thing, opens: Opens) -> list[Page]:
        return [page for room in self._rooms for page in room.pages(thing) if opens(page[1])]

    def member_pages_of(self, thing: Thing, account: Any) -> list[Page]:
        return [page for room in self._rooms for page in room.member_pages(thing, account)]

    def public_pages_of(self, thing: Thing) -> list[Page]:
        return [page for room in self._rooms for page in room.public_pages(thing)]
