"""Figures that the practice of Tangshan reports, out of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.apps.ledger.hands import Town, today
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import unit
from tests.apps.people.tables import as_csv

from pingyi.apps.ledger.actions import imports
from pingyi.apps.ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_130_units_have_a_list_of_problems_each() -> None:
    """TS-28, TS-29: 21 counties and zones, 72 departments, 37 enterprises and institutions; each
    hangs its problems by a table, and the statistics by unit name all 130 and no other."""
    town = Town()
    kinds = ("county",) * 21 + ("municipal_department",) * 72 + ("enterprise",) * 37
    made = [
        unit(f"T{number:03}", f"云州第{number}单位", town.root, kind)
        for number, kind in enumerate(kinds)
    ]
    rows = [
        ["查找出的问题", one.code, "张三", "一、列清单；二、抓整改", today().isoformat()]
        for one in made
    ]
    head = ("事项", "牵头单位", "责任人", "整改措施", "完成期限")
    draft = imports.upload_entries(
        by=town.organiser,
        campaign=town.campaign,
        file_name="问题清单.csv",
        content=as_csv(rows, head),
    )
    assert imports.commit_entries(by=town.organiser, draft=draft).new == 130
    browser = client_of(town.organiser)
    page: Any = browser.get(reverse("ledger:statistics"))
    assert "<dt>涉及单位</dt><dd>130</dd>" in page.content.decode()
    assert {line.title for line in page.context["lines"]} == {one.title for one in made}
    by_kind = Entry.objects.values_list("lead_unit__kind")
    counted = {kind: by_kind.filter(lead_unit__kind=kind).count() for kind in set(kinds)}
    assert counted == {"county": 21, "municipal_department": 72, "enterprise": 37}
