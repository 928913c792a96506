"""A unit isn't burdened twice unawares: the schedule of talks knows inspections of the same month,
inspections know talks, and neither tells those from whom it is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.apps.inspections.hands import facts
from tests.apps.ledger.test_pages import client_of
from tests.apps.talks.hands import Town, now, today

from pingyi.apps.inspections import actions as inspections
from pingyi.apps.inspections import queries as inspecting
from pingyi.apps.inspections.models import Inspection
from pingyi.apps.talks import queries
from pingyi.apps.talks.actions import talks
from pingyi.base.engagements import whole_months

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def drafted(town: Town, first: date, last: date, *units: Any) -> Inspection:
    given = facts(title="秋季综合督查", starts_on=first, ends_on=last)
    return inspections.save_plan(by=town.organiser, facts=given, units=units or [town.water])


def approved(town: Town, first: date, last: date, *units: Any) -> Inspection:
    how = {"approver_name": "江照野", "approval_document": "云政督〔2015〕7号"}
    one = drafted(town, first, last, *units)
    return inspections.approve(by=town.second, inspection=one, **how)


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 23, 30))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2016, 2, 10), date(2016, 2, 10), (date(2016, 2, 1), date(2016, 2, 29))),
        (date(2015, 12, 31), date(2016, 1, 1), (date(2015, 12, 1), date(2016, 1, 31))),
    ],
)
def test_whole_months(first: date, last: date, months: tuple[date, date]) -> None:
    assert whole_months(first, last) == months


def test_both_rooms_tell_of_the_same_month_and_of_no_other(town: Town) -> None:
    """By days: an inspection from 10 to 12 July, talks at the ends of three months, late in the
    evening, when it is another day elsewhere."""
    one = approved(town, date(2026, 7, 10), date(2026, 7, 12))
    talk = town.arranged(starts_at=at(date(2026, 7, 31)))
    for day, meet in (
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
        (date(2026, 7, 31), True),
        (date(2026, 8, 1), False),
    ):
        talk.starts_at = at(day)
        talk.save()
        from_talk = queries.elsewhere_of(town.organiser, talk)
        from_inspection = inspecting.elsewhere_of(town.organiser, one)
        assert [found.title for found in from_talk] == [one.title] * meet
        assert [rows[0].title for _place, rows in from_inspection] == [talk.number] * meet


def test_the_month_of_a_talk_without_a_day_counts(town: Town) -> None:
    one = approved(town, today(), today() + timedelta(days=1))
    talk = town.planned()
    ((place, rows),) = inspecting.elsewhere_of(town.organiser, one)
    assert (place.unit, rows[0].first) == (town.water, today().replace(day=1))
    talks.cancel(by=town.organiser, talk=talk, reason="督查先行")
    assert inspecting.elsewhere_of(town.organiser, one) == []


def test_a_unit_that_is_inspected_is_proposed_last_and_marked(town: Town) -> None:
    approved(town, today(), today(), town.water)
    page = client_of(town.organiser).get(reverse("talks:schedule", args=[town.programme.pk]))
    content = page.content.decode()
    assert "秋季综合督查" in content
    picked = [place.unit for place, ticked, _linked in page.context["places"] if ticked]
    assert picked == town.units[1:]


def test_pages_of_both_warn(town: Town) -> None:
    one = approved(town, today(), today())
    talk = town.planned()
    client = client_of(town.organiser)
    for name, key, words in (
        ("talks:talk", talk.number, one.title),
        ("talks:arrange", talk.number, one.title),
        ("inspections:inspection", one.pk, talk.number),
    ):
        assert words in client.get(reverse(name, args=[key])).content.decode(), name


def test_nobody_learns_of_what_is_kept_from_them(town: Town) -> None:
    """Drafts are told to nobody; who may not know of the talk or the inspection learns nothing by
    way of the other; the unit's own page says nothing before the circular."""
    draft = drafted(town, today(), today())
    talk = town.planned()
    assert queries.elsewhere_of(town.organiser, talk) == []
    one = approved(town, today(), today())
    insiders = town.insiders()
    for name, who in {**insiders, "stranger": town.stranger}.items():
        assert list(queries.planned(who, [town.water.pk], today(), today())) == [], name
    for name in set(insiders) - {"namesake"}:
        assert list(inspecting.planned(insiders[name], [town.water.pk], today(), today())) == []
    noticed = town.noticed(now(talk))
    page = client_of(town.head).get(reverse("talks:talk", args=[noticed.number]))
    assert (page.status_code, one.title in page.content.decode()) == (200, False)
    assert inspecting.elsewhere_of(town.checker, draft) == []
