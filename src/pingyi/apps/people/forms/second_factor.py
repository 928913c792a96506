"""The number of the second factor, counted once.

The phone's clock may be one step off and the number may turn over while it is typed, so one step
before and after counts as well (RFC 6238, 5.2). allauth remembers a number as used for a single
step only; it stays used here for as long as it could count."""

from __future__ import annotations

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class _Once:
    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        steps = 2 * app_settings.TOTP_TOLERANCE + 1
        user = self.user  # type: ignore[attr-defined]
        key = f"people.second_factor.{user.pk}.{normalize_user_code(code)}"
        if not cache.add(key, True, timeout=steps * app_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(_Once, AuthenticateForm):
    pass


class Reauthenticate(_Once, ReauthenticateForm):
    pass
