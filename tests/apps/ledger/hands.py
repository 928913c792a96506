"""A small city with a ledger: two departments, each with its people, and those who supervise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from tests.apps.people.ground import account, unit

from pingyi.apps.ledger import actions
from pingyi.apps.ledger.actions import Facts, Term
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.enums import ChargeKind, Role
from pingyi.apps.people.models import Charge, Person

BASIS = {
    "title": "述职评议问题整改",
    "document_title": "述职评议整改工作方案",
    "document_number": "云办〔2026〕8号",
    "filing_number": "备〔2026〕2号",
    "look_back_months": 3,
    "ended": False,
}


class Town:
    """Units, accounts and one campaign."""

    def __init__(self) -> None:
        self.root = unit("00", "云州市", kind="authority")
        self.water = unit("001", "云州市水利局", self.root, "municipal_department")
        self.health = unit("002", "云州市卫生计生委", self.root, "municipal_department")
        self.leader = Person.objects.create(code="L1", name="顾长河")
        charge = ChargeKind.LEADER_IN_CHARGE
        for one in (self.water, self.health):
            Charge.objects.create(kind=charge, leader=self.leader, unit=one, since=date(2016, 1, 1))
        self.organiser = account("organiser", Role.ORGANISER)
        self.checker = account("checker", Role.CHECKER)
        self.inspector = account("inspector", Role.INSPECTOR)
        self.handler = account("handler", Role.UNIT_HANDLER, unit=self.water)
        self.head = account("head", Role.UNIT_HEAD, unit=self.water)
        self.stranger = account("stranger", Role.UNIT_HANDLER, unit=self.health)
        self.boss = account("boss", Role.LEADER, person=self.leader)
        self.campaign: Campaign = actions.save_campaign(by=self.organiser, facts=BASIS)

    def registered(self, title: str = "河道清淤滞后", **how: Any) -> Entry:
        """Given to the water department, due in thirty days."""
        given = {"unit": self.water, "term": Term(day=today() + timedelta(days=30))} | how
        return actions.register(
            by=self.organiser, campaign=self.campaign, facts=Facts(title), **given
        )

    def rectifying(self, **how: Any) -> Entry:
        entry = self.registered(**how)
        actions.claim(by=self.handler, entry=entry, person_name="余行之")
        return self.planned(entry)

    def planned(self, entry: Entry, **how: Any) -> Entry:
        given = {"measures": "分三段清淤", "person_name": "余行之"} | how
        return actions.plan(by=self.handler, entry=entry, seen=now(entry).version, **given)

    def applied(self, **how: Any) -> Entry:
        entry = self.rectifying(**how)
        actions.report(by=self.handler, entry=entry, percent=100, text="三段全部完成")
        actions.apply_close(by=self.handler, entry=entry, text="已清淤12公里")
        return now(entry)

    def closed(self) -> Entry:
        entry = self.applied()
        actions.verify(by=self.inspector, entry=entry, passed=True, opinion="现场查看属实")
        return actions.close(by=self.organiser, entry=entry)


def now(entry: Entry) -> Entry:
    """As it stands in the database."""
    return Entry.objects.select_related("campaign", "lead_unit").get(pk=entry.pk)


def today() -> date:
    return timezone.localdate()


def past(entry: Entry, days: int) -> Entry:
    """The same entry, whose last day was so many days ago."""
    Entry.objects.filter(pk=entry.pk).update(due_on=today() - timedelta(days=days))
    return now(entry)
