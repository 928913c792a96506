"""From the errors of the rooms to pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pingyi.base.errors import HouseError


class HouseErrors:
    """Turns a ``HouseError`` into a page, or into a message where htmx asks for a part."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HouseError):
            return None
        part = getattr(request, "htmx", False)
        template = "base/error_part.html" if part else "base/error.html"
        return render(request, template, {"error": error}, status=error.status)
