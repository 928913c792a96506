"""Pages of a list: counted pages, or keyset pages for tables too large to count.

A keyset page asks for the rows after (or before) the last one seen: as fast at the end of a
million rows as at their start, without a total.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

POSITION = ("page", "after", "before", "end")
"""What stands in an address to say which page; anything else there is filter or order."""

_NEAR = 2


@dataclass(frozen=True)
class Link:
    """A link of the pager; without ``query`` it leads nowhere now."""

    title: object
    query: str = ""
    here: bool = False


@dataclass(frozen=True)
class Pager:
    rows: Sequence[Any]
    links: Sequence[Link]
    size: int
    total: int | None = None
    number: int = 1
    last: int = 1


def without(query: QueryDict, *names: str, **put: object) -> str:
    """The address's query without ``names`` and the position, with ``put``."""
    copy = query.copy()
    for name in (*POSITION, *names):
        copy.pop(name, None)
    for name, value in put.items():
        copy[name] = str(value)
    return copy.urlencode()


def counted(rows: QuerySet[Any], query: QueryDict, size: int) -> Pager:
    """The page that ``?page=`` names; out of range, the nearest there is."""
    page = Paginator(rows, size).get_page(query.get("page"))
    last, here = page.paginator.num_pages, page.number

    def to(title: object, number: int) -> Link:
        there = 1 <= number <= last and number != here
        return Link(title, without(query, page=number) if there else "")

    links: list[Link] = []
    if last > 1:
        near = range(max(1, here - _NEAR), min(last, here + _NEAR) + 1)
        links = [
            to(_("首页"), 1),
            to(_("上一页"), here - 1),
            *(Link(n, here=True) if n == here else to(n, n) for n in near),
            to(_("下一页"), here + 1),
            to(_("末页"), last),
        ]
    return Pager(list(page.object_list), links, size, page.paginator.count, here, last)


def keyset(rows: QuerySet[Any], order: Sequence[str], query: QueryDict, size: int) -> Pager:
    """The page after ``?after=`` or before ``?before=``. ``order`` ends with the primary key; its
    fields hold no NULL. An unreadable position is the first page."""
    backwards = "before" in query or "end" in query
    sorting = [_turned(field) for field in order] if backwards else list(order)
    position = _read(query.get("before") or query.get("after") or "", len(order))
    found = rows.order_by(*sorting)
    try:
        some = list(found.filter(_beyond(sorting, position))[: size + 1] if position else [])
    except (ValidationError, ValueError, TypeError):
        position = None
    if position is None:
        some = list(found[: size + 1])
    more = len(some) > size
    some = some[:size]
    if backwards:
        some.reverse()
    return Pager(some, _keyset_links(some, order, query, backwards, more, position), size)


def _keyset_links(
    some: Sequence[Any],
    order: Sequence[str],
    query: QueryDict,
    backwards: bool,
    more: bool,
    position: Sequence[str] | None,
) -> list[Link]:
    earlier = more if backwards else position is not None
    later = (position is not None) if backwards else more
    if not some or not (earlier or later):
        return [Link(_("首页"), without(query) or "page=1")] if not some and position else []
    before = without(query, before=_write(some[0], order)) if earlier else ""
    after = without(query, after=_write(some[-1], order)) if later else ""
    return [
        Link(_("首页"), (without(query) or "page=1") if earlier else ""),
        Link(_("上一页"), before),
        Link(_("下一页"), after),
        Link(_("末页"), without(query, end=1) if later else ""),
    ]


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _beyond(sorting: Sequence[str], position: Sequence[str]) -> Q:
    """Rows after ``position``: greater in the first field, or equal there and greater in the
    second, and so on; smaller where the field falls."""
    found, equal = Q(), Q()
    for field, value in zip(sorting, position, strict=True):
        name = field.removeprefix("-")
        found |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return found


def _write(row: Any, order: Sequence[str]) -> str:
    values = []
    for field in order:
        value = row
        for step in field.removeprefix("-").split("__"):
            value = getattr(value, step)
        values.append(str(value))
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(text: str, length: int) -> list[str] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None
    fits = isinstance(values, list) and len(values) == length
    return values if fits and all(isinstance(value, str) for value in values) else None
