"""The demo's inspections: the figures of TS-30 and TS-33, and a sample that anyone can repeat."""

from __future__ import annotations

import hashlib

import pytest
from tests.apps.people.ground import account, unit

from pingyi.apps.inspections.demo import Office, make_inspections
from pingyi.apps.inspections.models import Circular, Inspection, Visit
from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.enums import Role

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_july_november_and_a_sample() -> None:
    root = unit("00", "云州市", kind="authority")
    departments = [unit(f"2{n}", f"{n}局", root) for n in range(3)]
    townships = [unit(f"3{n}", f"{n}镇", root) for n in range(6)]
    make_inspections(
        Office(
            organiser=account("organiser", Role.ORGANISER),
            checker=account("checker", Role.CHECKER),
            inspector=account("inspector", Role.INSPECTOR),
            member=account("town", Role.UNIT_HANDLER, unit=townships[0]),
            owner=account("head", Role.UNIT_HEAD, unit=departments[0]),
            departments=departments,
            townships=townships,
        )
    )
    july, november = (Inspection.objects.get(starts_on__month=m, ends_on__day=10) for m in (7, 11))
    circular = Circular.objects.get(inspection=november)
    assert len(circular.sections) == 7
    assert sum(len(rows) for _name, rows in circular.sections) == 22
    for one in (july, november):
        assert one.starts_on.day == 1
        assert one.visits.filter(covert=True).count() == 1
    assert Entry.objects.filter(source_kind="inspections.finding").count() == 30
    running = Inspection.objects.get(state="running")
    lots = sorted(
        (hashlib.sha256(f"{running.seed}\n{one.code}".encode()).hexdigest(), one.code)
        for one in townships
    )
    drawn = set(running.places.filter(chosen=True).values_list("code", flat=True))
    assert drawn == {code for _lot, code in lots[:5]}
    assert Visit.objects.filter(inspection=running).count() == 2
