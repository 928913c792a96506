"""A table that is edited on the page, row by row: add, move, drop, save."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pingyi.base.errors import Conflict, Invalid, Stale

NEW_ROWS = 3
"""Empty rows that are added at a time."""


@dataclass(frozen=True)
class RowColumn:
    """A column; ``values`` (key, title) where one of a list is to be chosen."""

    name: str
    title: object
    required: bool = False
    values: Sequence[tuple[str, str]] = ()
    longest: int = 120
    wide: bool = False


@dataclass
class RowTable:
    """The table as it stands on the page: rows of text by column. ``seen`` is the mark of what was
    shown (``base.marks``), ``error`` what stands against saving it, ``there`` what another has
    saved meanwhile."""

    columns: Sequence[RowColumn]
    rows: list[dict[str, str]] = field(default_factory=list)
    seen: str = ""
    error: Invalid | Conflict | None = None
    there: RowTable | None = None

    BUTTONS = (
        ("up", "arrow-up", _("上移")),
        ("down", "arrow-down", _("下移")),
        ("drop", "trash", _("删去")),
    )

    def read(self, posted: QueryDict) -> RowTable:
        """The rows as posted; wholly empty ones fall away."""
        lists = {column.name: posted.getlist(column.name) for column in self.columns}
        longest = max(map(len, lists.values()), default=0)
        for values in lists.values():
            values.extend([""] * (longest - len(values)))
        rows = [{name: values[i].strip() for name, values in lists.items()} for i in range(longest)]
        self.rows = [row for row in rows if any(row.values())]
        return self

    def saved(self, posted: QueryDict, save: Callable[[], object]) -> bool:
        """Read what was posted, and save it or do what a button asks for. The rows stay where they
        aren't saved."""
        self.read(posted)
        self.seen, wish = posted.get("seen", ""), posted.get("do", "save")
        if wish != "save":
            self.turn(wish)
            return False
        try:
            save()
        except (Invalid, Conflict) as error:
            self.error = error
        return self.error is None

    def beside(self, rows: list[dict[str, str]], seen: str) -> None:
        """Show what stands there now where another has saved it; sent again it is saved over."""
        if isinstance(self.error, Stale):
            self.seen, self.there = seen, RowTable(self.columns, rows)

    @property
    def late(self) -> bool:
        return isinstance(self.error, Conflict)

    @property
    def status(self) -> int:
        return self.error.status if self.error else 200

    def turn(self, wish: str) -> None:
        """Do what a button of the table asks for: ``add``, ``up:3``, ``down:3``, ``drop:3``."""
        verb, _colon, place = wish.partition(":")
        at = int(place) if place.isdecimal() else -1
        if verb == "add":
            new = range(NEW_ROWS)
            self.rows.extend({column.name: "" for column in self.columns} for _row in new)
        elif not 0 <= at < len(self.rows):
            return
        elif verb == "drop":
            del self.rows[at]
        else:
            other = at + {"up": -1, "down": 1}.get(verb, 0)
            if 0 <= other < len(self.rows):
                self.rows[at], self.rows[other] = self.rows[other], self.rows[at]

    def lines(self) -> Iterator[tuple[int, list[tuple[RowColumn, str]]]]:
        """(place from 0, cells) for the template."""
        for place, row in enumerate(self.rows):
            yield place, [(column, row.get(column.name, "")) for column in self.columns]
