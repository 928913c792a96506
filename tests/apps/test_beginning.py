"""The desk of an installation in which there is nothing yet."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.apps.people.ground import account, unit
from tests.apps.rounds import hands as rounds
from tests.apps.schemes import hands

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls import actions

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEP = re.compile(
    r'href="([^"]+)">\s*<div[^>]*><span class="fw-medium">[^<]*</span>'
    r'<span class="state state-(\w+)"'
)


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = []


def steps(who: Account) -> list[tuple[str, str]]:
    """Address and state of each first step on somebody's desk."""
    client = Client()
    client.force_login(who, backend=BACKEND)
    page = client.get("/desk/").content.decode()
    return STEP.findall(page.partition('id="desk-steps"')[2])


def test_an_organiser_is_led_from_units_to_a_round() -> None:
    organiser = account("zhou", Role.ORGANISER)
    units, persons = "/people/imports/new/units/", "/people/imports/new/posts/"
    assert steps(organiser) == [
        (units, "waiting"),
        (persons, "waiting"),
        ("/schemes/packs/", "waiting"),
        ("/polls/new/", "waiting"),
        ("/rounds/new/", "waiting"),
    ]
    unit("101", "水利局")
    version = hands.sealed()
    assert steps(organiser)[:3] == [
        (units, "done"),
        (persons, "waiting"),
        ("/schemes/packs/", "done"),
    ]
    actions.create_poll(by=organiser, title="演练", version=version, rehearsal=True)
    assert steps(organiser)[3:] == [("/polls/new/", "done"), ("/rounds/new/", "waiting")]
    rounds.draft()
    assert steps(organiser) == []


def test_administrators_make_accounts_and_grant_roles() -> None:
    system, security = account("xi", Role.SYSTEM_ADMIN), account("an", Role.SECURITY_ADMIN)
    assert steps(system) == [("/people/accounts/new/", "waiting")]
    assert steps(security) == [("/people/accounts/", "waiting")]
    assert steps(account("shen", Role.AUDIT_ADMIN)) == []
    account("zhou", Role.ORGANISER)
    assert steps(system) == [("/people/accounts/new/", "done")]
    assert steps(security) == [("/people/accounts/", "done")]


def test_without_a_sealed_scheme_nothing_is_asked_for() -> None:
    client = Client()
    client.force_login(account("zhou", Role.ORGANISER), backend=BACKEND)
    for address in ("/polls/new/", "/rounds/new/"):
        page = client.get(address).content.decode()
        assert "/schemes/packs/" in page
        assert 'name="title"' not in page


def test_an_empty_list_offers_no_filter() -> None:
    client = Client()
    client.force_login(account("zhou", Role.ORGANISER), backend=BACKEND)
    assert 'role="search"' not in client.get("/people/units/").content.decode()
    assert 'role="search"' in client.get("/people/units/?text=x").content.decode()
    unit("101", "水利局")
    assert 'role="search"' in client.get("/people/units/").content.decode()


def test_an_import_begins_at_its_first_step() -> None:
    client = Client()
    client.force_login(account("zhou", Role.ORGANISER), backend=BACKEND)
    page = client.get("/people/imports/new/units/").content.decode()
    assert re.findall(r'is-(\w+)" aria-current="step"><span>([^<]*)', page) == [
        ("now", "1. 填好模板，上传")
    ]
