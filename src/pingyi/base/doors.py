"""Which pages open for whom, asked of the check that guards the page itself: a link is shown to
those who may follow it, by no second list."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.urls import resolve

Check = Callable[[Any], bool]
"""May the account come in?"""
Opens = Callable[[str], bool]
"""Does an address open for who looks on?"""


def guard(view: Callable[..., Any], check: Check) -> None:
    """Tell of a view who may come in."""
    view.opens_to = check  # type: ignore[attr-defined] # functions take attributes


def opens(by: Any) -> Opens:
    """For an account. A page without a check decides by itself, and counts as open."""
    asked = cache(lambda check: check(by))

    def inner(address: str) -> bool:
        check = getattr(resolve(address).func, "opens_to", None)
        return check is None or asked(check)

    return inner
