"""The big screen. Nobody signs in there: its address is a secret of 16 letters."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from pingyi.apps.rounds import wall


@require_GET
@never_cache
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The page; what is on it changes by itself."""
    return render(
        request, "rounds/wall.html", {"key": key, **wall.scene_of(wall.find(key)).shown()}
    )


@require_GET
@never_cache
def now(request: HttpRequest, key: str) -> HttpResponse:
    """What is on it; nothing (204) where it is what the wall says it shows."""
    shown = wall.scene_of(wall.find(key)).shown()
    if request.GET.get("seen") == shown["digest"]:
        return HttpResponse(status=204)
    return render(request, "rounds/part/wall.html", shown)
