"""Two people at one inspection: what either has typed stays, whoever was quicker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from tests.apps.inspections.hands import Town
from tests.apps.inspections.test_pages import client_of
from tests.apps.people.ground import account
from tests.apps.posting import saved_over

from pingyi.apps.inspections.models import Conclusion, Inspection
from pingyi.apps.people.enums import Role

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _plan(one: Inspection) -> str:
    return reverse("inspections:edit", args=[one.pk])


def _conclusion(one: Inspection) -> str:
    return reverse("inspections:conclusion", args=[one.pk, Conclusion.objects.get().pk])


def _circular(one: Inspection) -> str:
    return reverse("inspections:act", args=[one.pk, "circular"])


PAGES: dict[str, tuple[Callable[[Town], Inspection], Callable[[Inspection], str], str]] = {
    "plan": (Town.drafted, _plan, "basis"),
    "conclusion": (Town.concluded, _conclusion, "text"),
    "first circular": (Town.concluded, _circular, "text"),
    "circular": (Town.drafted_circular, _circular, "text"),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_another_has_saved_meanwhile_is_not_written_over(name: str) -> None:
    happen, address, field = PAGES[name]
    town = Town()
    quick = client_of(account("quick", Role.INSPECTOR))
    saved_over(client_of(town.organiser), quick, address(happen(town)), field)
