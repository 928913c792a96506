"""Signing in and out, and what an account does for itself, into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from pingyi.apps.people.actions.accounts import own_password_changed
from pingyi.apps.people.models import Account
from pingyi.apps.people.rules.codes import normal_username
from pingyi.base import audit


@receiver(user_logged_in)
def signed_in(user: Account, **_: Any) -> None:
    audit.record(by=user, verb="people.session.begun", subject=user)


@receiver(user_logged_out)
def signed_out(user: Account | None, **_: Any) -> None:
    if isinstance(user, Account):
        audit.record(by=user, verb="people.session.ended", subject=user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Who tried isn't known; whose account it was is, where there is one of that name. What was
    typed instead of a name isn't kept: it may be a password."""
    name = normal_username(str(credentials.get("username", credentials.get("login", ""))))
    account = Account.objects.filter(username=name).first()
    audit.record(by=None, verb="people.session.failed", subject=account)


@receiver(password_changed)
def changed_password(user: Account, **_: Any) -> None:
    own_password_changed(by=user)


@receiver(authenticator_added)
def added_factor(user: Account, **_: Any) -> None:
    audit.record(by=user, verb="people.account.factor_added", subject=user)


@receiver(authenticator_removed)
def removed_factor(user: Account, **_: Any) -> None:
    audit.record(by=user, verb="people.account.factor_removed", subject=user)
