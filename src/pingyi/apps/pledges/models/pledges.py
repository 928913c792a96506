"""Pledges of unit heads, and their items."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models.entries import account_key
from pingyi.apps.people.models import Unit
from pingyi.apps.pledges.enums import (
    First,
    Manner,
    Measure,
    Medium,
    PledgeState,
    Result,
    Signature,
)
from pingyi.apps.pledges.models.campaigns import Aspect, Campaign
from pingyi.apps.pledges.rules import done_share

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Pledge(models.Model):
    """What the head of a unit promises in one campaign (HD-16). It is there, empty, from the day
    the unit is called up. Names are those of the time."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_title = models.CharField("单位", max_length=120)
    head_name = models.CharField("承诺人", max_length=60, blank=True)
    head_post = models.CharField("职务", max_length=60, blank=True)
    manner = models.CharField("承诺形式", max_length=12, choices=Manner, default=Manner.MEDIA)
    medium = models.CharField("公布媒体", max_length=10, choices=Medium, blank=True)
    signature = models.CharField(
        "签署方式", max_length=11, choices=Signature, default=Signature.SEAL
    )
    state = models.CharField(
        "状态", max_length=9, choices=PledgeState, default=PledgeState.DRAFTED, db_index=True
    )
    version = models.PositiveIntegerField("版本", default=1)
    """Rises with every change, so that what happens again is told again."""

    handed_in_by = account_key("提交人", null=True, blank=True)
    handed_in_on = models.DateField("首次提交日期", null=True, blank=True)
    """The first time: what comes back to be mended is not late by that."""
    late_reason = models.CharField("准予逾期的理由", max_length=500, blank=True)
    late_ruled_by = account_key("准予人", null=True, blank=True)
    returned_reason = models.CharField("退回理由", max_length=500, blank=True)
    published_by = account_key("公布人", null=True, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    settled_by = account_key("核实人", null=True, blank=True)
    settled_on = models.DateField("交账日期", null=True, blank=True)
    closed_by = account_key("办结人", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    if TYPE_CHECKING:
        items: RelatedManager[Item]

    class Meta:
        verbose_name = "承诺书"
        ordering = ("campaign", "pk")
        constraints = [
            models.UniqueConstraint(fields=("campaign", "unit"), name="pledge_once_a_unit"),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("handed_in_by")),
                name="pledge_settled_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("settled_by")),
                name="pledge_closed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("handed_in_by")),
                name="pledge_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(late_ruled_by=None) | ~Q(late_reason=""),
                name="pledge_late_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_title}：{self.campaign.title}"


class Item(models.Model):
    """One thing that is promised, and what became of it."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField("序号")
    version = models.PositiveIntegerField("版本", default=1)
    """Rises with every change of what is promised; whoever saves says which one was on the page."""
    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="items", verbose_name="方面")
    text = models.CharField("承诺事项", max_length=300)
    measure = models.CharField("目标", max_length=6, choices=Measure, default=Measure.NUMBER)
    target = models.DecimalField("目标数量", max_digits=14, decimal_places=4, null=True, blank=True)
    measured_in = models.CharField("计量单位", max_length=20, blank=True)
    benchmark = models.CharField("对标单位", max_length=100, blank=True)
    benchmark_figure = models.CharField("对标水平", max_length=100, blank=True)
    first = models.CharField("争第一", max_length=8, choices=First, default=First.NONE)
    due_on = models.DateField("完成期限")
    due_words = models.CharField("期限怎样算出", max_length=1000, blank=True)

    claimed = models.DecimalField(
        "本单位填报", max_digits=14, decimal_places=4, null=True, blank=True
    )
    account = models.CharField("完成情况", max_length=1000, blank=True)
    done = models.DecimalField("核实完成", max_digits=14, decimal_places=4, null=True, blank=True)
    result = models.CharField("核实结果", max_length=13, choices=Result, blank=True)
    reason = models.CharField("核实说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = "承诺事项"
        ordering = ("pledge", "number")
        constraints = [
            models.UniqueConstraint(fields=("pledge", "number"), name="pledge_item_number_once"),
            models.CheckConstraint(
                condition=Q(measure=Measure.YES_NO, target=None)
                | Q(measure=Measure.NUMBER, target__isnull=False, target__gt=0),
                name="pledge_item_target_fits",
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.MET)
                | Q(measure=Measure.YES_NO)
                | Q(done__isnull=False, done__gte=F("target")),
                name="pledge_item_met_when_done",
            ),
            models.CheckConstraint(
                condition=~Q(result=Result.FORCE_MAJEURE) | ~Q(reason=""),
                name="pledge_item_prevented_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def share(self) -> Fraction | None:
        """What was done of the target, as a share of one."""
        return done_share(self.done, self.target)
