"""Columns of a list, and the cells they make of a row: the same on the screen and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from pingyi.base import figures
from pingyi.base.parts import StateKind

Kind = Literal["text", "line", "number", "moment", "day"]
"""A line is short text that is not broken: the number of a document, a period."""

_CSS = {"line": "is-line", "number": "is-number", "moment": "is-moment", "day": "is-moment"}


@dataclass(frozen=True)
class Column:
    """One column. ``name`` is the attribute to show (``unit.title`` follows relations) unless
    ``value`` works it out; ``sort`` names the database's field, where the list may be sorted by it.
    ``link`` gives the address that a cell leads to, ``state`` the kind of state that it shows."""

    name: str
    title: object
    sort: str = ""
    value: Callable[[Any], object] | None = None
    kind: Kind = "text"
    link: Callable[[Any], str] | None = None
    state: Callable[[Any], StateKind] | None = None
    width: int = 0
    """In characters, for files; 0: by what it holds."""
    wide: bool = False
    """Does it hold sentences? Then it gets room on the screen."""
    file_only: bool = False
    """Does it stand in files alone?"""
    phone: bool = False
    """Does a phone show it below the row's first column? It leaves out the others then; where no
    column says so, the table scrolls sideways."""

    def of(self, row: Any) -> object:
        """The value for one row, as the model holds it."""
        if self.value is not None:
            return self.value(row)
        for step in self.name.split("."):
            if row is None:
                return None
            row = getattr(row, step)
            if callable(row):
                row = row()
        found: object = row
        return found

    def _css(self) -> Iterator[str]:
        if self.wide or self.kind in _CSS:
            yield "is-wide" if self.wide else _CSS[self.kind]
        if self.phone:
            yield "on-phone"

    def cell(self, row: Any) -> Cell:
        value = self.of(row)
        return Cell(
            text=shown(value, self.kind),
            css=" ".join(self._css()),
            title=self.title,
            state=self.state(row) if self.state and value not in (None, "") else "",
            address=self.link(row) if self.link else "",
        )


@dataclass(frozen=True)
class Cell:
    text: str
    css: str
    title: object
    state: str
    address: str


def shown(value: object, kind: Kind) -> str:
    """A value as it is read on the screen."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime) and kind != "day":
        return figures.moment(value)
    if isinstance(value, date):
        return figures.day(value)
    return figures.number(value) if kind == "number" else str(value)
