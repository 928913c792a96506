"""What is said of an inspection: to each unit, to all, and what units say against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from pingyi.apps.inspections.enums import Outcome
from pingyi.apps.inspections.models.plans import Inspection, Place, account_key


class Conclusion(models.Model):
    """What one unit is told (督查结论); sent with the circular, with the term for an objection."""

    place = models.OneToOneField(Place, models.PROTECT, related_name="conclusion")
    text = models.TextField("结论", max_length=5000)
    written_by = account_key("拟写人")
    sent_on = models.DateField("反馈日期", null=True, blank=True)
    object_by = models.DateField("申请复核截止", null=True, blank=True)
    object_words = models.CharField("期限怎样算出", max_length=1000, blank=True)

    if TYPE_CHECKING:
        objection: Objection

    class Meta:
        verbose_name = "督查结论"
        ordering = ("place__unit__path",)

    def __str__(self) -> str:
        return f"{self.place.inspection}：{self.place}"


class Circular(models.Model):
    """The circular (通报). ``sections`` are frozen when it is issued."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="circular")
    number = models.CharField("文号", max_length=100, blank=True)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("正文", max_length=10000)
    sections = models.JSONField("问题", default=list)
    """[category, [[unit, text], …]] each."""
    drafted_by = account_key("起草人")
    issued_by = account_key("签发登记人", null=True, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)

    class Meta:
        verbose_name = "通报"
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_by=None) | ~Q(issued_by=F("drafted_by")),
                name="circular_issued_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """A unit asks for a review (申请复核); decided by somebody who wrote none of it."""

    conclusion = models.OneToOneField(Conclusion, models.PROTECT, related_name="objection")
    text = models.TextField("异议和理由", max_length=3000)
    applied_by = account_key("申请人")
    applied_on = models.DateField("申请日期")
    due_on = models.DateField("应作出复核决定日期")
    due_words = models.CharField("期限怎样算出", max_length=1000)
    outcome = models.CharField("复核结果", max_length=7, choices=Outcome, blank=True)
    opinion = models.TextField("复核意见", max_length=3000, blank=True)
    decided_by = account_key("复核人", null=True, blank=True)
    decided_on = models.DateField("复核日期", null=True, blank=True)

    class Meta:
        verbose_name = "复核申请"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_on=None)
                | (
                    ~Q(outcome="")
                    & Q(decided_by__isnull=False, decided_on__isnull=False)
                    & ~Q(decided_by=F("applied_by"))
                ),
                name="objection_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conclusion}"
