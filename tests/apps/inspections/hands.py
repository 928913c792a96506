"""A small city with an office, three departments, and an inspection at each of its states."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from tests.apps.people.ground import account, unit

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.incoming import Sent, SentFinding
from pingyi.apps.inspections.models import Inspection, Place, Visit
from pingyi.apps.inspections.presets import FIVE_LOOKS
from pingyi.apps.people.enums import Role

ITEMS = len(FIVE_LOOKS)


def today() -> date:
    return timezone.localdate()


def facts(**more: Any) -> dict[str, Any]:
    """A plan's facts: ten days, begun the day before yesterday."""
    return {
        "title": "“为官不为”专项督查",
        "kind": "special",
        "basis": "云办〔2015〕20号",
        "filing_number": "督备〔2015〕3号",
        "starts_on": today() - timedelta(days=2),
        "ends_on": today() + timedelta(days=7),
        "methods": ["concentrated", "covert"],
        "checklist": list(FIVE_LOOKS),
        "categories": ["庸", "懒", "散", "拖"],
        "sample_size": None,
        "seed_source": "",
        "window_months": 6,
        "repeat_reason": "",
    } | more


class Town:
    """Units, accounts, and what leads an inspection from state to state."""

    def __init__(self) -> None:
        self.root = unit("00", "云州市", kind="authority")
        self.water = unit("001", "云州市水利局", self.root, "municipal_department")
        self.health = unit("002", "云州市卫生计生委", self.root, "municipal_department")
        self.roads = unit("003", "云州市交通运输局", self.root, "municipal_department")
        self.organiser = account("organiser", Role.ORGANISER)
        self.inspector = account("inspector", Role.INSPECTOR)
        self.checker = account("checker", Role.CHECKER)
        self.walker = account("walker", Role.UNIT_HANDLER, unit=self.roads)
        self.second = account("second", Role.INSPECTOR)
        self.handler = account("handler", Role.UNIT_HANDLER, unit=self.water)
        self.head = account("head", Role.UNIT_HEAD, unit=self.water)
        self.stranger = account("stranger", Role.UNIT_HANDLER, unit=self.health)

    def drafted(self, *units: Any, **more: Any) -> Inspection:
        given = units or (self.water, self.roads)
        return actions.save_plan(by=self.organiser, facts=facts(**more), units=given)

    def approved(self, *units: Any, **more: Any) -> Inspection:
        return self.approve(self.drafted(*units, **more))

    def approve(self, one: Inspection, **more: Any) -> Inspection:
        given = {"approver_name": "江照野", "approval_document": "云政督〔2015〕7号"} | more
        return actions.approve(by=self.checker, inspection=one, **given)

    def manned(self, *units: Any, **more: Any) -> Inspection:
        one = self.approved(*units, **more)
        add = {"by": self.organiser, "inspection": one, "team": "第一组"}
        actions.add_member(**add, account=self.inspector, leads=True)
        actions.add_member(**add, account=self.walker, seconded_from="云州市交通运输局")
        return now(one)

    def running(self, *units: Any, **more: Any) -> Inspection:
        return actions.start(by=self.organiser, inspection=self.manned(*units, **more))

    def visited(self, *units: Any, covert: bool = False, **more: Any) -> Inspection:
        one = self.running(*units, **more)
        self.visit(one, covert=covert)
        return now(one)

    def visit(self, one: Inspection, by: Any = None, **more: Any) -> Visit:
        got = actions.receive(by=by or self.inspector, inspection=one, sent=sent(one, **more))
        return got.visit

    def concluded(self, **more: Any) -> Inspection:
        one = self.visited(**more)
        return actions.conclude(by=self.organiser, inspection=one, text="总体有进展，问题不少。")

    def drafted_circular(self, **more: Any) -> Inspection:
        one = self.concluded(**more)
        how = {"title": "督查通报", "number": "云督通〔2015〕1号", "text": "现通报如下。"}
        actions.save_circular(by=self.organiser, inspection=one, **how)
        return now(one)

    def circulated(self, **more: Any) -> Inspection:
        one = self.drafted_circular(**more)
        actions.issue_circular(by=self.checker, inspection=one)
        return now(one)


def place_of(one: Inspection, unit: Any = None) -> Place:
    rows = one.places.order_by("code")
    return rows.get(unit=unit) if unit else rows.first()  # type: ignore[return-value]


def sent(one: Inspection, **more: Any) -> Sent:
    """A visit to the first unit of the scope with one finding, as a device sends it."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "place": place_of(one).pk,
        "base": 0,
        "day": today(),
        "covert": False,
        "note": "",
        "answers": (("good", ""),) * ITEMS,
        "findings": (found("窗口无人值守"),),
    }
    return Sent(**(given | more))


def found(text: str, category: str = "懒", key: UUID | None = None) -> SentFinding:
    return SentFinding(key or uuid4(), category, "light", text)


def now(one: Inspection) -> Inspection:
    """As it stands in the database."""
    return Inspection.objects.get(pk=one.pk)
