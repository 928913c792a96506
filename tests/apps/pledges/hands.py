"""The ledger's small city with a campaign of pledges that is open today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.apps.ledger.hands import Town as LedgerTown
from tests.apps.ledger.hands import today

from pingyi.apps.ledger.actions import Term
from pingyi.apps.people.enums import PostKind
from pingyi.apps.people.models import Person, Post, Tenure
from pingyi.apps.pledges import actions
from pingyi.apps.pledges.actions import CampaignFacts, Giver, Outcome, Promise
from pingyi.apps.pledges.enums import First, Result
from pingyi.apps.pledges.models import Campaign, Pledge

WORK = "完成民生工程投资150亿元"
FIRST = "万元生产总值能耗下降幅度居全省第一"


def facts(title: str = "2026年一把手公开承诺", **more: Any) -> CampaignFacts:
    """A window that began today."""
    given = {
        "year": today().year,
        "opens_on": today(),
        "settle_on": today() + timedelta(days=90),
        "document_number": "云办〔2026〕27号",
    }
    return CampaignFacts(title, **{**given, **more})


class Town(LedgerTown):
    """With heads in their posts, and the water and health departments called up."""

    def __init__(self) -> None:
        super().__init__()
        head = Person.objects.create(code="H1", name="余行之")
        post = Post.objects.create(unit=self.water, kind=PostKind.UNIT_HEAD, title="局长")
        Tenure.objects.create(post=post, person=head, since=date(2016, 1, 1))
        self.pledges: Campaign = actions.save_campaign(
            by=self.organiser, facts=facts(), units=[self.water, self.health]
        )

    def announced(self) -> Pledge:
        """The empty pledge of the water department."""
        actions.announce(by=self.organiser, campaign=self.pledges)
        return Pledge.objects.get(campaign=self.pledges, unit=self.water)

    def promised(self, pledge: Pledge, text: str = WORK, **how: Any) -> None:
        given = {
            "target": Decimal(150),
            "measured_in": "亿元",
            "term": Term(day=today() + timedelta(days=60)),
        }
        aspect = how.pop("aspect", 4)
        promise = Promise(self.pledges.aspects.get(number=aspect), text, **{**given, **how})
        actions.save_item(by=self.handler, pledge=pledge, promise=promise)

    def written(self) -> Pledge:
        """With a number and a claim to be the first."""
        pledge = self.announced()
        actions.write(by=self.handler, pledge=pledge, giver=Giver("余行之", "局长"))
        self.promised(pledge)
        claim = {"target": None, "first": First.PROVINCE, "benchmark": "邻省青川市"}
        self.promised(pledge, FIRST, aspect=3, measured_in="", **claim)
        return now(pledge)

    def handed_in(self) -> Pledge:
        return actions.hand_in(by=self.handler, pledge=self.written())

    def published(self) -> Pledge:
        return actions.publish(by=self.organiser, pledge=self.handed_in())

    def settled(self) -> Pledge:
        """126 of 150 is not met; the claim is."""
        return actions.settle(by=self.inspector, pledge=self.published(), outcomes=OUTCOMES)

    def closed(self) -> Pledge:
        return actions.close(by=self.checker, pledge=self.settled())


OUTCOMES = {
    1: Outcome(Result.NOT_MET, Decimal(126), "尚有两个项目未开工"),
    2: Outcome(Result.MET),
}


def now(pledge: Pledge) -> Pledge:
    """As it stands in the database."""
    return Pledge.objects.select_related("campaign", "unit").get(pk=pledge.pk)


def after_window(campaign: Campaign) -> None:
    """The same campaign, whose window ended yesterday."""
    window = {"opens_on": today() - timedelta(days=11), "closes_on": today() - timedelta(days=1)}
    Campaign.objects.filter(pk=campaign.pk).update(**window)
