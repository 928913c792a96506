"""Whose wrong passwords are counted: the account's name, however the attempt reaches us."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pingyi.apps.people.rules.codes import normal_username


def name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name from what a backend was given, else from the sign-in form."""
    given = (credentials or {}).get("username") or request.POST.get("login", "")
    return normal_username(str(given))
