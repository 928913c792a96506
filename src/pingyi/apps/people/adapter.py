"""How allauth is used here: nobody signs up, and a user name is read as the account's column is."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from pingyi.apps.people.rules.codes import normal_username


class HouseAdapter(DefaultAccountAdapter):  # type: ignore[misc] # ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        if "username" in credentials:
            credentials["username"] = normal_username(credentials["username"])
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not right after signing in: who sets up a second factor then has just shown the
        password."""
        now = time.time()
        records = get_authentication_records(self.request, self.request.user)
        return all(now - each["at"] > app_settings.REAUTHENTICATION_TIMEOUT for each in records)
