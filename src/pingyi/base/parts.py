"""What shared components are given: stages, events of a story, items of a desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

StateKind = Literal["neutral", "waiting", "active", "done", "warning", "late", "locked"]
"""How a state is coloured and marked; its word comes from the room."""

STATE_ICONS: dict[str, str] = {
    "neutral": "circle-dashed",
    "waiting": "hourglass",
    "active": "player-play",
    "done": "circle-check",
    "warning": "alert-triangle",
    "late": "alarm",
    "locked": "lock",
}

_STAGE_ICONS = {"done": "check", "now": "map-pin", "todo": "circle", "stopped": "circle-x"}
_STAGE_WORDS = {"done": _("已完成"), "now": _("当前"), "todo": _("未开始"), "stopped": _("已中止")}


@dataclass(frozen=True)
class Stage:
    """One stage of a stage bar: ``state`` is done, now, todo or stopped."""

    title: object
    state: Literal["done", "now", "todo", "stopped"]
    at: datetime | None = None
    note: object = ""

    @property
    def icon(self) -> str:
        return _STAGE_ICONS[self.state]

    @property
    def word(self) -> object:
        return _STAGE_WORDS[self.state]


def stages_of(choices: Iterable[tuple[str, object]], now: str) -> Iterator[Stage]:
    """Stages in the order of ``choices`` (value, title): done up to ``now``, the rest to do."""
    state: Literal["done", "now", "todo"] = "done"
    for value, title in choices:
        if value == now:
            yield Stage(title, "now")
            state = "todo"
        else:
            yield Stage(title, state)


def steps_of(titles: Sequence[object], step: int) -> list[tuple[object, str, object]]:
    """(title, state, word) per step of a form; ``step`` counts from 1."""
    states = ("done" if n < step else "now" if n == step else "todo" for n in range(1, 99))
    return [(t, s, _STAGE_WORDS[s]) for t, s in zip(titles, states, strict=False)]


@dataclass(frozen=True)
class Event:
    """One entry of a history that reads as a story; ``at`` may be a day without a time."""

    at: date
    what: object
    who: object = ""
    note: object = ""
    icon: str = "point"


@dataclass(frozen=True)
class Item:
    """One line of a desk: what waits, where it leads, its state (word, kind) and when it is due."""

    title: object
    address: str
    note: object = ""
    state: tuple[object, StateKind] | None = None
    due: datetime | None = None
