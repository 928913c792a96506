"""A list page: filter, sort, page, export what is shown, bulk actions. In a view::

listing = Listing(
    title=_("单位"),
    rows=queries.visible_units(request.user),
    columns=(Column("code", _("编码"), sort="code"), Column("title", _("名称"), sort="title")),
    filters=UnitFilter,
)
return listing.respond(request)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from pingyi.base import paging
from pingyi.base.columns import Cell, Column
from pingyi.base.export import Sheet, file_of

__all__ = ["Bulk", "Chip", "Column", "Listing", "picked"]

SIZE = 25
_NOT_FILTERS = {*paging.POSITION, "sort", "export"}


@dataclass(frozen=True)
class Chip:
    """A view worth a name: the filters it sets, as a query (``state=late&kind=village``)."""

    title: object
    query: str


@dataclass(frozen=True)
class Bulk:
    """Something to do with the rows ticked: posts ``action`` (its name) and ``pick`` (keys)."""

    name: str
    title: object
    ask: object
    """The question before it is done."""
    icon: str = ""


@dataclass(frozen=True)
class Listing:
    """What a list page shows. ``order`` is the column sorted by at first (``-name``: falling).
    ``keyset`` pages without counting, for tables of hundreds of thousands of rows; it does so only
    where the sorted field holds no NULL."""

    title: object
    rows: QuerySet[Any]
    columns: Sequence[Column]
    order: str = ""
    filters: type[django_filters.FilterSet] | None = None
    chips: Sequence[Chip] = ()
    bulk: Sequence[Bulk] = ()
    bulk_address: str = ""
    nothing: object = ""
    period: object = ""
    size: int = SIZE
    keyset: bool = False

    def respond(
        self, request: HttpRequest, template: str = "base/list.html", **context: Any
    ) -> HttpResponseBase:
        """The page, or with ``?export=xlsx|csv`` the file of what it shows."""
        shown = Shown(self, request)
        if kind := request.GET.get("export"):
            return file_of(kind, shown.sheet, shown.ordered.iterator(chunk_size=2_000))
        return render(request, template, {"listing": shown, **context})


@dataclass(frozen=True)
class Head:
    title: object
    query: str
    sorted: str
    number: bool


@dataclass(frozen=True)
class Row:
    key: object
    cells: Sequence[Cell]


class Shown:
    """A listing as one request asks for it; what the template reads."""

    def __init__(self, listing: Listing, request: HttpRequest) -> None:
        self._listing = listing
        self._query: QueryDict = request.GET
        self._request = request
        self.title = listing.title
        self.chips = listing.chips
        self.bulk = listing.bulk
        self.bulk_address = listing.bulk_address or request.path
        self.nothing = listing.nothing
        self.exports = (("xlsx", _("导出 Excel")), ("csv", _("导出 CSV")))

    @cached_property
    def _filter(self) -> Any:
        if self._listing.filters is None:
            return None
        return self._listing.filters(
            data=self._query, queryset=self._listing.rows, request=self._request
        )

    @property
    def filter_form(self) -> BaseForm | None:
        return self._filter.form if self._filter is not None else None

    @property
    def filter_fields(self) -> tuple[list[BoundField], list[BoundField]]:
        """Those that stand there, and those that unfold: named by the filter's ``more``."""
        return fields_of(self.filter_form, getattr(self._listing.filters, "more", ()))

    @property
    def filtered(self) -> bool:
        return any(value and name not in _NOT_FILTERS for name, value in self._query.items())

    @property
    def bare(self) -> bool:
        """Is there nothing at all, so nothing to filter either?"""
        return not self.filtered and not self.page_rows

    @cached_property
    def _sortable(self) -> dict[str, Column]:
        return {column.name: column for column in self._listing.columns if column.sort}

    @cached_property
    def sort(self) -> str:
        """The sorted column's name, with a minus for falling; empty for the rows' own order."""
        asked = self._query.get("sort", "")
        wanted = asked if asked.removeprefix("-") in self._sortable else self._listing.order
        return wanted if wanted.removeprefix("-") in self._sortable else ""

    @cached_property
    def _order(self) -> tuple[str, ...]:
        if not self.sort:
            own = self._listing.rows.query.order_by or self._listing.rows.model._meta.ordering
            return (*(str(field) for field in own), "pk") if own else ("pk",)
        sign = "-" if self.sort.startswith("-") else ""
        return (f"{sign}{self._sortable[self.sort.removeprefix('-')].sort}", f"{sign}pk")

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        rows = self._filter.qs if self._filter is not None else self._listing.rows
        ordered: QuerySet[Any] = rows.order_by(*self._order)
        return ordered

    @cached_property
    def pager(self) -> paging.Pager:
        if self._listing.keyset and all(self._never_null(field) for field in self._order):
            return paging.keyset(self.ordered, self._order, self._query, self._listing.size)
        return paging.counted(self.ordered, self._query, self._listing.size)

    def _never_null(self, field: str) -> bool:
        model, found = self._listing.rows.model, None
        for step in field.removeprefix("-").split("__"):
            try:
                found = model._meta.pk if step == "pk" else model._meta.get_field(step)
            except FieldDoesNotExist:
                return False
            if found.null:
                return False
            model = found.related_model or model
        return True

    @cached_property
    def page_rows(self) -> Sequence[Row]:
        columns = self._columns
        return [Row(row.pk, [column.cell(row) for column in columns]) for row in self.pager.rows]

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self._columns]

    @property
    def stacked(self) -> bool:
        """Does a phone show the cells of a row one below the other?"""
        return any(column.phone for column in self._columns)

    @property
    def _columns(self) -> list[Column]:
        return [column for column in self._listing.columns if not column.file_only]

    def _head(self, column: Column) -> Head:
        now = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")
        turn = f"-{column.name}" if now == "ascending" else column.name
        query = paging.without(self._query, "export", sort=turn) if column.sort else ""
        return Head(column.title, query, now, column.kind == "number")

    @property
    def shown_chips(self) -> list[dict[str, object]]:
        now = {name: value for name, value in self._query.items() if name not in _NOT_FILTERS}
        return [
            {
                "title": chip.title,
                "query": chip.query,
                "active": QueryDict(chip.query).dict() == now,
            }
            for chip in self._listing.chips
        ]

    @property
    def export_query(self) -> str:
        query = paging.without(self._query, "export")
        return f"{query}&" if query else ""

    @property
    def sheet(self) -> Sheet:
        listing = self._listing
        unit = getattr(settings, "AUTHORITY", "")
        return Sheet(str(listing.title), listing.columns, str(listing.period), unit)


def fields_of(
    form: BaseForm | None, more: Sequence[str]
) -> tuple[list[BoundField], list[BoundField]]:
    """The fields of a filter, and those of them that unfold."""
    fields = form.visible_fields() if form is not None else []
    return [f for f in fields if f.name not in more], [f for f in fields if f.name in more]


def picked(request: HttpRequest) -> tuple[str, list[str]]:
    """What a bulk form asks for: the action's name, and the keys of the rows ticked."""
    return request.POST.get("action", ""), request.POST.getlist("pick")
