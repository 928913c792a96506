"""Units that have not handed in are reminded once, some days before the window ends. Worked out
from the day alone: a day that was missed is made up for by the next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation

from pingyi.apps.pledges.enums import CampaignState
from pingyi.apps.pledges.models import Campaign
from pingyi.apps.pledges.telling import tell_reminded

BEFORE = timedelta(days=3)


def tick(now: datetime) -> int:
    """How many campaigns were reminded of."""
    return remind(timezone.localtime(now).date())


@transaction.atomic
def remind(today: date) -> int:
    due = Campaign.objects.select_for_update().filter(
        state=CampaignState.ANNOUNCED,
        reminded_on=None,
        closes_on__gte=today,
        closes_on__lte=today + BEFORE,
    )
    campaigns = list(due)
    for campaign in campaigns:
        campaign.reminded_on = today
        campaign.save()
        with translation.override("zh-hans"):
            tell_reminded(campaign)
    return len(campaigns)
