"""Officers at their browsers, for the tests of pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.apps.posting import marks_on
from tests.apps.schemes.hands import account

from pingyi.apps.people.enums import Role

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}{% now %}=1+1"
"""Goes into every text field; never comes back as anything but text."""


class Officer:
    """Somebody with a role, signed in."""

    def __init__(self, role: Role | None, username: str = "") -> None:
        self.client = Client()
        if role is not None:
            self.account = account(role, username)
            backend = "allauth.account.auth_backends.AuthenticationBackend"
            self.client.force_login(self.account, backend=backend)

    def get(self, name: str, *args: object, **query: str) -> HttpResponse:
        found: Any = self.client.get(reverse(name, args=args), query)
        return found

    def post(self, name: str, *args: object, **data: Any) -> HttpResponse:
        found: Any = self.client.post(reverse(name, args=args), data)
        return found

    def save(self, name: str, *args: object, **data: Any) -> HttpResponse:
        """Post what was filled in on the page as it is now."""
        return self.post(name, *args, **{**marks_on(text(self.get(name, *args))), **data})


def text(answer: HttpResponse) -> str:
    """The page, which must have come well."""
    assert answer.status_code == 200, (answer.status_code, answer.content.decode()[:2000])
    found = answer.content.decode()
    assert "<script>alert" not in found
    assert "<img src=x" not in found
    return found
