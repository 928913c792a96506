"""The pages that belong to no room: home, desk, health."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from pingyi import __version__


def home(request: HttpRequest) -> HttpResponse:
    """The start page: the desk for those signed in."""
    if request.user.is_authenticated:
        return redirect("desk")
    return render(request, "site/home.html")


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """待办 first."""
    return render(request, "site/desk.html")


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})
