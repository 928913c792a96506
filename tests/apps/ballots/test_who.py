"""Who may open what in the rooms polls, rolls and ballots: a table written by hand, walked with
every role against every address."""

import pytest
from django.urls import reverse
from tests.apps.ballots.hall import vote
from tests.apps.ballots.office import Officer
from tests.apps.people.ground import account as people_account
from tests.apps.people.ground import unit

from pingyi.apps.ballots import urls as ballots
from pingyi.apps.people.enums import Role
from pingyi.apps.polls import urls as polls
from pingyi.apps.rolls import urls as rolls

pytestmark = [pytest.mark.django_db, pytest.mark.once]

O, K, C = Role.ORGANISER, Role.CHECKER, Role.CHAIR  # noqa: E741
NUMBER = {"number": 1}

# Address: how it is asked for, who may, and what stands in the address beside the poll.
TABLE: dict[str, tuple[str, set[Role], dict[str, object]]] = {
    "polls:index": ("GET", {O, K, C}, {}),
    "polls:create": ("GET", {O}, {}),
    "polls:poll": ("GET", {O, K, C}, {}),
    "polls:edit": ("GET", {O}, {}),
    "polls:targets": ("GET", {O, K, C}, {}),
    "polls:draw_lots": ("POST", {O}, {}),
    "polls:target_template": ("GET", {O, K, C}, {}),
    "polls:import_targets": ("GET", {O}, {}),
    "polls:pick_units": ("GET", {O}, {}),
    "polls:channels": ("GET", {O, K, C}, {}),
    "polls:prepare": ("POST", {O}, {}),
    "polls:rulings": ("GET", {O, K, C}, {}),
    "polls:apply": ("GET", {O, K}, {"key": "calloff"}),
    "polls:ruling": ("GET", {O, K, C}, NUMBER),
    "rolls:rolls": ("GET", {O, K, C}, {}),
    "rolls:plan": ("POST", {O}, {}),
    "rolls:codes": ("GET", {O}, {}),
    "rolls:signature": ("GET", {O, K, C}, {}),
    "rolls:slips": ("GET", {O}, {}),
    "rolls:print": ("POST", {O}, {}),
    "rolls:finish": ("POST", {O}, {}),
    "rolls:poster": ("GET", {O, K, C}, {}),
    "rolls:void": ("GET", {O, K}, {}),
    "rolls:counts": ("GET", {O, K}, {}),
    "ballots:keys": ("GET", {O, K}, {}),
    "ballots:key_request": ("GET", {O, K}, {}),
    "ballots:site_keys": ("POST", {O}, {}),
    "ballots:confirm_keys": ("POST", {O, K}, {}),
    "ballots:begin": ("POST", {O}, {}),
    "ballots:zero": ("GET", {O, K, C}, {}),
    "ballots:console": ("GET", {O, K, C}, {}),
    "ballots:live": ("GET", {O, K, C}, {}),
    "ballots:accept_clock": ("POST", {O, C}, {}),
    "ballots:open_item": ("POST", {O, C}, NUMBER),
    "ballots:lock_item": ("POST", {O, C}, NUMBER),
    "ballots:exchange": ("GET", {O, K}, {}),
    "ballots:paper": ("GET", {O, K}, {}),
    "ballots:paper_template": ("GET", {O, K}, {}),
    "ballots:purge": ("GET", {O}, {}),
    "ballots:opening": ("GET", {O, K, C}, {}),
    "ballots:inspect": ("POST", {O}, {}),
    "ballots:confirm": ("POST", {K}, {}),
    "ballots:shares": ("POST", {O, K}, {}),
    "ballots:open_box": ("POST", {O}, {}),
    "ballots:protocol": ("GET", {O, K, C}, NUMBER),
    "ballots:plan": ("GET", {O, K, C}, {}),
    "ballots:reconciliation": ("GET", {O, K}, {}),
    "ballots:results": ("GET", {O, K, C}, {}),
    "ballots:answers": ("GET", {O, K, C}, NUMBER),
    "ballots:tallies": ("GET", {O, K}, {}),
    "ballots:tally_template": ("GET", {O, K, C}, {}),
    "ballots:figures": ("GET", {O}, {}),
    "ballots:figure_template": ("GET", {O, K, C}, {}),
    "ballots:score": ("GET", {O, K, C}, {}),
    "ballots:why": ("GET", {O, K, C}, {"code": "SLJ"}),
}

# Pages that a reader may open, but not change: address and who may post to it.
CHANGES: dict[str, set[Role]] = {
    "polls:targets": {O},
    "polls:channels": {O},
    "rolls:signature": {K},
    "ballots:zero": {K},
    "ballots:reconciliation": {K},
}

# What they are told who may, where there is nothing to show: without ballots the scheme gives no
# result to explain, and nothing was ruled on.
NOTHING = {"ballots:why": {409}, "polls:apply": {404}, "polls:ruling": {404}}

NO_POLL = {"polls:index", "polls:create"}


def address(name: str, slug: str) -> str:
    given = dict(TABLE[name][2])
    return reverse(name, kwargs=given if name in NO_POLL else {"slug": slug, **given})


def test_the_table_names_every_address() -> None:
    there = {
        f"{module.app_name}:{pattern.name}"
        for module in (polls, rolls, ballots)
        for pattern in module.urlpatterns
    }
    assert there == set(TABLE)


def test_every_role_at_every_address() -> None:
    town = vote(admission="open")
    town.open("hall")
    town.open("online")
    town.lock_all()
    town.open_boxes()
    slug = town.poll.slug
    for role in Role:
        officer = Officer(role)
        for name, (method, may, _given) in TABLE.items():
            if role not in may:
                answer = officer.client.generic(method, address(name, slug))
                assert answer.status_code == 403, (role, name, answer.status_code)
            elif method == "GET":
                answer = officer.client.get(address(name, slug))
                good = {200, *NOTHING.get(name, set())}
                assert answer.status_code in good, (role, name, answer.status_code)
            else:  # allowed, but there is no such poll
                answer = officer.client.post(address(name, "nothere"))
                assert answer.status_code == 404, (role, name, answer.status_code)
        for name, may in CHANGES.items():
            if role not in may:
                assert officer.client.post(address(name, slug)).status_code == 403, (role, name)


def test_nobody_comes_in_without_signing_in() -> None:
    stranger = Officer(None)
    for name, (method, _may, _given) in TABLE.items():
        answer = stranger.client.generic(method, address(name, "abc234"))
        assert answer.status_code == 302, name
        assert "/accounts/login/" in answer["Location"]


def test_an_organiser_of_one_unit_holds_no_vote() -> None:
    officer = Officer(None)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    water = unit("SLJ", "市水利局")
    officer.client.force_login(people_account("one", Role.ORGANISER, unit=water), backend=backend)
    for name, (method, _may, _given) in TABLE.items():
        answer = officer.client.generic(method, address(name, "abc234"))
        assert answer.status_code == 403, name


def test_posts_are_no_gets() -> None:
    officer = Officer(Role.ORGANISER)
    for name, (method, _may, _given) in TABLE.items():
        if method == "POST":
            assert officer.client.get(address(name, "abc234")).status_code == 405, name
