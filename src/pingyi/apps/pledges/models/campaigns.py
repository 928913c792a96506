"""Campaigns of pledges (承诺活动): who is called up, until when, on which aspects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models import Campaign as LedgerCampaign
from pingyi.apps.pledges.enums import CampaignState
from pingyi.apps.pledges.presets import WINDOW_DAYS

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.pledges.models.pledges import Pledge


class Campaign(models.Model):
    """One calling-up of heads of units to pledge in public."""

    title = models.CharField("名称", max_length=120, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    document_title = models.CharField("依据文件", max_length=200, blank=True)
    document_number = models.CharField("依据文号", max_length=100, blank=True)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    opens_on = models.DateField("开始日期")
    days = models.PositiveSmallIntegerField("集中承诺天数", default=WINDOW_DAYS)
    closes_on = models.DateField("截止日期")
    closes_words = models.CharField("截止日期怎样算出", max_length=1000, blank=True)
    settle_on = models.DateField("交账日期")
    outlets = models.CharField("公布媒体", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=CampaignState, default=CampaignState.DRAFT
    )
    ledger = models.ForeignKey(
        LedgerCampaign, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Into which campaign of the ledger the items go; made at the first publication where none
    was chosen."""
    reminded_on = models.DateField("提醒日期", null=True, blank=True)

    if TYPE_CHECKING:
        aspects: RelatedManager[Aspect]
        pledges: RelatedManager[Pledge]

    class Meta:
        verbose_name = "承诺活动"
        ordering = ("-year", "-opens_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="pledge_campaign_title_given"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on"), settle_on__gte=F("closes_on")),
                name="pledge_campaign_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Aspect(models.Model):
    """One of the aspects that a pledge covers (HD-18); without a name until it is given one."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="aspects")
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("方面", max_length=60, blank=True)
    source = models.CharField("出处", max_length=200, blank=True)

    class Meta:
        verbose_name = "承诺方面"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("campaign", "number"), name="aspect_number_once"),
        ]

    def __str__(self) -> str:
        return self.title
