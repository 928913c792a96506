"""The invented city: complete, sound, and only for demonstrations."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from pingyi.apps.people import demo
from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import ChargeKind, Role, UnitKind
from pingyi.apps.people.models import Account, Grant, Unit
from pingyi.apps.people.queries.scope import visible_units
from pingyi.apps.people.queries.units import heads_of, leaders_of
from pingyi.base import audit
from pingyi.base.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


def test_the_city_is_complete_and_every_role_has_an_account(settings: Any) -> None:
    settings.DEMO = True
    made = demo.make_people()
    assert (len(made.first_batch), len(made.second_batch), len(made.townships)) == (11, 10, 14)
    departments = [*made.first_batch, *made.second_batch]
    assert len(heads_of(departments)) == 21
    leaders = leaders_of(departments, ChargeKind.LEADER_IN_CHARGE)
    assert len(leaders) == 21
    assert len({charge.leader_id for found in leaders.values() for charge in found}) == 4
    assert len(heads_of(made.townships)) == len(leaders_of(made.townships)) == 14
    assert Unit.objects.filter(kind=UnitKind.COUNTY).count() == 3
    # RY: 216 villages, twenty of them in one township; each has a secretary.
    assert len(made.villages) == len(heads_of(made.villages)) == 216
    assert max(Counter(village.code[:4] for village in made.villages).values()) == 20
    assert len({village.title for village in made.villages}) == 216
    assert set(Grant.objects.values_list("role", flat=True)) == set(Role)
    assert Account.objects.get(username="handler").check_password(demo.PASSWORD)
    assert {u.code for u in made.units["202"].predecessors.all()} == {"901", "902"}
    assert made.units["207"].title_on(date(2009, 1, 1)) == "云州市建设局"
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert list(audit.verify()) == []
    seen = visible_units(made.accounts["leader"])
    assert 5 <= seen.count() <= 6
    assert has_role(made.accounts["leader"], Role.LEADER, unit=seen[0])
    assert not has_role(made.accounts["leader"], Role.LEADER, unit=made.townships[0])
    with pytest.raises(Conflict, match="已经有单位"):
        demo.make_people()


def test_nothing_but_a_demo_is_filled(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="不是演示环境"):
        demo.make_people()
    assert not Account.objects.exists()
