"""Reading pledges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import MEMBERS, OWNERS, SUPERVISORS, entered
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.pledges.enums import TOLD, CampaignState, PledgeState
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.base.references import Reference, Subject

SOURCE = "pledges.item"


def visible(account: Account) -> QuerySet[Pledge]:
    """The pledges that an account may see: all for those who supervise everything; else those of
    the units within its reach, once the campaign is announced."""
    if reach_of(account, *SUPERVISORS).everything:
        return Pledge.objects.all()
    reach = reach_of(account, *SUPERVISORS, *MEMBERS)
    units = Unit.objects.filter(reach.condition())
    return Pledge.objects.filter(unit__in=units.values("pk")).exclude(
        campaign__state=CampaignState.DRAFT
    )


def own(account: Account) -> QuerySet[Pledge]:
    """Pledges of units for which the account acts, in campaigns that go on."""
    units = Unit.objects.filter(reach_of(account, *OWNERS).condition())
    return Pledge.objects.filter(
        unit__in=units.values("pk"), campaign__state=CampaignState.ANNOUNCED
    )


def supervised(account: Account, *roles: Role) -> QuerySet[Pledge]:
    """Pledges over which the roles of the account have a say, in campaigns that go on."""
    units = Unit.objects.filter(reach_of(account, *roles).condition())
    return Pledge.objects.filter(
        unit__in=units.values("pk"), campaign__state=CampaignState.ANNOUNCED
    )


def to_settle(day: date | None = None) -> Q:
    """A filter: published, and the day of the settlement has come."""
    return Q(state=PledgeState.PUBLISHED, campaign__settle_on__lte=day or timezone.localdate())


def visible_campaigns(account: Account) -> QuerySet[Campaign]:
    """Those with a pledge that the account may see; all for those who supervise everything."""
    if reach_of(account, *SUPERVISORS).everything:
        return Campaign.objects.all()
    return Campaign.objects.filter(pk__in=visible(account).values("campaign"))


def with_numbers(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns with how many pledges stand where."""
    handed = Q(pledges__state__in=(PledgeState.HANDED_IN, *TOLD))
    settled = Q(pledges__state__in=(PledgeState.SETTLED, PledgeState.CLOSED))
    # A grouped query forgets the order of its model.
    return campaigns.order_by("-year", "-opens_on", "-pk").annotate(
        called=Count("pledges"),
        handed=Count("pledges", filter=handed),
        told=Count("pledges", filter=Q(pledges__state__in=TOLD)),
        settled=Count("pledges", filter=settled),
    )


def published() -> QuerySet[Pledge]:
    """What everybody may read."""
    rows = Pledge.objects.filter(state__in=TOLD).exclude(campaign__state=CampaignState.DRAFT)
    return rows.select_related("campaign", "unit")


def published_campaigns() -> QuerySet[Campaign]:
    """Campaigns of which everybody may read something."""
    return with_numbers(Campaign.objects.filter(pk__in=published().values("campaign")))


def items_of(pledges: QuerySet[Pledge]) -> QuerySet[Item]:
    rows = Item.objects.filter(pledge__in=pledges.values("pk"))
    return rows.select_related("pledge__unit", "pledge__campaign", "aspect")


def entries_of(items: Iterable[Item]) -> dict[int, Entry]:
    """Item id → its entry in the ledger, for those that have one."""
    keys = {Reference(SOURCE, str(item.pk)): item.pk for item in items}
    return {keys[reference]: entry for reference, entry in entered(keys).items()} if keys else {}


def items_with_entries(pledge: Pledge) -> Sequence[tuple[Item, Entry | None]]:
    items = list(pledge.items.select_related("aspect"))
    found = entries_of(items)
    return [(item, found.get(item.pk)) for item in items]


def find_subject(pledge_id: str) -> Subject | None:
    """The pledge that a reference leads to."""
    found = Pledge.objects.filter(pk=pledge_id).first() if pledge_id.isdecimal() else None
    return Subject(str(found), reverse("pledges:pledge", args=[found.pk])) if found else None
