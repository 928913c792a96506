"""The pages that belong to no room: home, desk, health."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from pingyi import __version__

POINTS = (
    ("lock", _("票是保密的"), _("用过的投票码与选票分开存放，单凭数据库看不出谁投了什么。")),
    ("calculator", _("分是算得清的"), _("每个得分都能展开到规则、票数和算式。")),
    ("list-check", _("事是有下文的"), _("评出的问题进入同一本台账，整改到验收销号。")),
)
"""What the start page says of the house: icon, title, text."""


def home(request: HttpRequest) -> HttpResponse:
    """The start page: the desk for those signed in."""
    if request.user.is_authenticated:
        return redirect("desk")
    return render(request, "site/home.html", {"votes": [], "points": POINTS})


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """待办 first."""
    return render(request, "site/desk.html", {"waiting": [], "late": [], "news": []})


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})
