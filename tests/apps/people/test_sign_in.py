"""Signing in: throttled, second factor, duties, idle end. By the pages that people use."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.apps.people.ground import account, fresh

from pingyi.apps.people.actions import accounts, grants
from pingyi.apps.people.enums import ADMIN_ROLES, Role
from pingyi.apps.people.middleware import SEEN
from pingyi.apps.people.models import Account
from pingyi.base.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOGIN = "/accounts/login/"
PASSWORD = "kedaoyuan-2016"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(settings: Any) -> None:
    """No failures on record, and the quick hash first: the slow one is tested elsewhere."""
    cache.clear()
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[::-1]
    settings.SECOND_FACTOR_ROLES = [*ADMIN_ROLES, Role.ORGANISER, Role.CHECKER]


@pytest.fixture
def system() -> Account:
    return account("system", Role.SYSTEM_ADMIN)


def made(system: Account, *roles: Role) -> tuple[Account, str]:
    somebody, password = accounts.create_account(by=system, username="zhou", name="周")
    return somebody, password


def sign_in(client: Client, password: str, username: str = "zhou") -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def test_a_handed_password_is_changed_before_anything_else(system: Account, client: Client) -> None:
    somebody, password = made(system)
    sign_in(client, password, " ＺＨＯＵ ")
    change = reverse("account_change_password")
    assert client.get("/desk/")["Location"] == change
    assert client.get(reverse("people:me"))["Location"] == change
    assert client.get(change).status_code == 200
    for new in ("short", "83917264859", "password123", password):
        client.post(change, {"oldpassword": password, "password1": new, "password2": new})
        assert fresh(somebody).must_change_password, new
    client.post(change, {"oldpassword": password, "password1": PASSWORD, "password2": PASSWORD})
    assert not fresh(somebody).must_change_password
    assert "现在没有角色" in client.get("/desk/").content.decode()
    verbs = list(AuditEntry.objects.values_list("verb", flat=True))
    assert "people.account.password_changed" in verbs
    assert "people.session.begun" in verbs


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_rules_for_passwords_are_told_in_the_words_of_the_house(language: str) -> None:
    somebody = account("zhou-anping")
    with translation.override(language):
        told = password_validators_help_texts()
        for word in ("short", "password12", "83917264859", "zhou-anping"):
            with pytest.raises(ValidationError) as refused:
                validate_password(word, somebody)
            told += refused.value.messages
    assert len(told) >= 9
    assert [text for text in told if "你" in text or re.search("[A-Za-z]", text)] == []


def test_wrong_passwords_lock_and_the_security_admin_unlocks(
    system: Account, client: Client
) -> None:
    somebody, password = made(system)
    answers = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert sign_in(client, password).status_code == 429, "the right password comes too late"
    assert AuditEntry.objects.filter(verb="people.session.failed").count() >= 4
    assert grants.is_locked(somebody)
    security = account("security", Role.SECURITY_ADMIN)
    assert grants.unlock(by=security, account=somebody) == 1
    assert sign_in(client, password).status_code == 302


def code_of(secret: str, at: float) -> str:
    return format_hotp_value(hotp_value(secret, int(at) // 30))


@pytest.mark.parametrize(
    "role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.ORGANISER, Role.CHECKER]
)
def test_some_roles_must_set_up_a_second_factor_first(client: Client, role: Role) -> None:
    somebody = account("zhou", role)
    somebody.set_password(PASSWORD)
    somebody.save()
    sign_in(client, PASSWORD)
    assert client.get("/desk/")["Location"] == reverse("mfa_activate_totp")
    part = client.get("/desk/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, time.time())})
    assert answer.status_code == 302
    codes = client.get(answer["Location"]).content.decode()
    assert 'class="btn btn-primary" href="/desk/"' in codes
    assert "作废" not in codes, "there were none before"
    assert "现在没有角色" not in client.get("/desk/").content.decode()
    other = Client()
    answer = sign_in(other, PASSWORD)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert other.get("/desk/").status_code == 302, "the password alone opens nothing"
    off = client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/desk/").status_code in {200, 302}
    assert off.status_code in {200, 302}


@pytest.mark.parametrize(
    ("off", "counts"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_phone_may_be_a_step_off_and_a_number_counts_once(
    system: Account, client: Client, monkeypatch: pytest.MonkeyPatch, off: int, counts: bool
) -> None:
    somebody, password = made(system)
    secret = generate_totp_secret()
    TOTP.activate(somebody, secret)
    begin = 1_800_000_000  # the first second of a step
    monkeypatch.setattr(time, "time", lambda: begin)
    sign_in(client, password)
    code = {"code": code_of(secret, begin + off)}
    answer = client.post(reverse("mfa_authenticate"), code)
    assert (answer.status_code == 302) is counts
    # Overseen by somebody who knows the password: not for as long as the number could count.
    for later in (1, 35, 59) if counts else ():
        monkeypatch.setattr(time, "time", lambda later=later: begin + later)
        other = Client()
        sign_in(other, password)
        spaced = {"code": f" {code['code'][:3]} {code['code'][3:]}"}
        for again in (code, spaced):
            assert other.post(reverse("mfa_authenticate"), again).status_code == 200


def test_others_need_none_unless_their_account_does(client: Client) -> None:
    somebody = account("zhou", Role.CHAIR)
    client.force_login(somebody)
    assert client.get("/desk/").status_code == 200
    Account.objects.filter(pk=somebody.pk).update(second_factor_required=True)
    assert client.get("/desk/").status_code == 302


def test_a_lost_factor_is_reset_by_the_security_admin_alone(system: Account) -> None:
    somebody, _password = made(system)
    TOTP.activate(somebody, generate_totp_secret())
    security = account("security", Role.SECURITY_ADMIN)
    grants.reset_second_factor(by=security, account=somebody, reason="手机丢失")
    assert not Authenticator.objects.exists()


def test_an_idle_session_ends(system: Account, client: Client, settings: Any) -> None:
    somebody = account("zhou", Role.CHAIR)
    client.force_login(somebody)
    assert client.get("/desk/").status_code == 200
    session = client.session
    session[SEEN] -= settings.SESSION_IDLE_SECONDS - 5
    session.save()
    assert client.get("/desk/").status_code == 200, "still in time, and counted anew"
    assert client.session[SEEN] > time.time() - 5
    session = client.session
    session[SEEN] -= settings.SESSION_IDLE_SECONDS + 1
    session.save()
    assert client.get("/desk/")["Location"].startswith(LOGIN)


def test_an_account_switched_off_is_out_at_once(system: Account, client: Client) -> None:
    somebody, password = made(system)
    sign_in(client, password)
    accounts.switch_off(by=system, account=somebody, reason="调离")
    assert client.get("/desk/")["Location"].startswith(LOGIN)
    sign_in(client, password)
    assert client.get("/desk/")["Location"].startswith(LOGIN)
