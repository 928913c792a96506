"""Of which units somebody is: the one rule by which rooms keep people from files on their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.people.ground import City, account

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Grant, Person, Post, Tenure, Unit
from pingyi.apps.people.models.periods import today
from pingyi.apps.people.queries.scope import homes_of

pytestmark = pytest.mark.django_db

# 00 the city > 001 and 002 departments, 100 a county > 101 > 10101, and 102.
COUNTY = {"100", "101", "10101", "102"}
CASES: dict[str, tuple[list[tuple[Role, str]], str, set[str]]] = {
    # Roles with their units ("" for all), a unit with a post, and the units that it is of.
    "nobody": ([], "", set()),
    "for all": ([(Role.ORGANISER, ""), (Role.INSPECTOR, "")], "", set()),
    "a post, with those above": ([], "10101", {"10101", "101", "100", "00"}),
    "a post, without those below": ([], "100", {"100", "00"}),
    "an organiser for all with a post below": (
        [(Role.ORGANISER, "")],
        "101",
        {"101", "100", "00"},
    ),
    "an organiser of a county, not of its towns": ([(Role.ORGANISER, "100")], "", {"100", "00"}),
    "a checker of a town": ([(Role.CHECKER, "101")], "", {"101", "100", "00"}),
    "a leader is over units": ([(Role.LEADER, "100")], "", set()),
    "a leader with a post": ([(Role.LEADER, "100")], "002", {"002", "00"}),
    "acts for a county and all in it": ([(Role.UNIT_HEAD, "100")], "", {"00", *COUNTY}),
    "acts for a village": ([(Role.UNIT_HANDLER, "10101")], "", {"10101", "101", "100", "00"}),
    "acts here, has a post there": (
        [(Role.UNIT_HANDLER, "001"), (Role.INSPECTOR, "")],
        "002",
        {"001", "002", "00"},
    ),
}


def seat(person: Person, code: str, since: date, until: date | None = None) -> None:
    post = Post.objects.create(unit=Unit.objects.get(code=code), title="站长", kind="unit_head")
    Tenure.objects.create(post=post, person=person, since=since, until=until)


@pytest.mark.parametrize("name", CASES)
def test_of_which_units(name: str) -> None:
    roles, post, expected = CASES[name]
    city = City()
    who = account("who", person=city.leader)
    for role, code in roles:
        there = Unit.objects.get(code=code) if code else None
        Grant.objects.create(account=who, role=role, unit=there)
    if post:
        seat(city.leader, post, date(2016, 1, 1))
    homes = homes_of(who)
    assert {unit.code for unit in Unit.objects.all() if homes.cover(unit)} == expected
    rows = Unit.objects.filter(homes.condition())
    assert set(rows.values_list("code", flat=True)) == expected, "as a filter, the same"


def test_what_is_over_or_not_yet_counts_for_nothing() -> None:
    city = City()
    who = account("who", person=city.leader)
    seat(city.leader, "101", date(2016, 1, 1), today())
    seat(city.leader, "002", today() + timedelta(days=1))
    Grant.objects.create(
        account=who,
        role=Role.UNIT_HANDLER,
        unit=city.water,
        since=date(2016, 1, 1),
        until=today(),
    )
    assert not [unit for unit in Unit.objects.all() if homes_of(who).cover(unit)]
