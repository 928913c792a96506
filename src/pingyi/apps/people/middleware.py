"""What stands between signing in and working: an idle session ends; a handed-out password is
changed first; a second factor is set up where one is required."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import needs_second_factor
from pingyi.apps.people.queries.scope import one_page
from pingyi.base.errors import HouseError

Handler = Callable[[HttpRequest], HttpResponse]
SEEN = "seen"
_STEP = 60
"""The session is written at most once in so many seconds."""

FREE = frozenset({"account_logout", "account_reauthenticate", "set_language", "health"})
"""Names of addresses that stay open while a duty waits."""
PASSWORD_PAGE = "account_change_password"
FACTOR_PAGES = frozenset({"mfa_index", "mfa_activate_totp", "mfa_reauthenticate"})


class OnePage:
    """While a page is read, what an account may is asked of the database once."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_page():
            return self.get_response(request)


class IdleSession:
    """Signs out whoever did nothing for ``SESSION_IDLE_SECONDS``."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, _("您离开时间较长，已自动退出，请重新登录。"))
            elif SEEN not in request.session or now - seen >= _STEP:
                request.session[SEEN] = now
        return self.get_response(request)


class SignInDuties:
    """Leads whoever has signed in to what must be done first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = waiting_duty(request)
        if page is None:
            return self.get_response(request)
        if getattr(request, "htmx", False):
            response = HttpResponse()
            response["HX-Redirect"] = reverse(page)
            return response
        return redirect(page)


def waiting_duty(request: HttpRequest) -> str | None:
    """The page that has to be done before the one asked for, or None."""
    account = request.user
    if not isinstance(account, Account) or request.path.startswith(settings.STATIC_URL):
        return None
    try:
        name = resolve(request.path_info).view_name
    except (HouseError, LookupError, ValueError):
        return None
    if name in FREE:
        return None
    if account.must_change_password:
        return None if name == PASSWORD_PAGE else PASSWORD_PAGE
    if name in FACTOR_PAGES or not needs_second_factor(account):
        return None
    if Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        return None
    return "mfa_activate_totp"
