"""Duty reports (RY-17), and the groups that help with them (RY-18)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from pingyi.apps.people.models import Person
from pingyi.apps.rounds.enums import ReportState
from pingyi.apps.rounds.models.rounds import Round, RoundTarget


class DutyReport(models.Model):
    """The written report of one target; slides and films are its attachments."""

    target = models.OneToOneField(RoundTarget, models.PROTECT, related_name="report")
    text = models.TextField("述职报告", max_length=50_000, blank=True)
    state = models.CharField("状态", max_length=9, choices=ReportState, default=ReportState.DRAFT)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    late = models.BooleanField("逾期提交", default=False)
    reason = models.CharField("退回理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "述职报告"
        ordering = ("target__number",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ReportState.HANDED_IN)
                | (Q(handed_in_by__isnull=False, handed_in_at__isnull=False) & ~Q(text="")),
                name="report_handed_in_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.RETURNED) | ~Q(reason=""),
                name="report_returned_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} 述职报告"


class GuidanceGroup(models.Model):
    """Section heads of the organisation department who help towns to prepare and take part."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="groups")
    title = models.CharField("组名", max_length=60)
    leader = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="组长", null=True, blank=True
    )
    members = models.CharField("组员", max_length=500, blank=True)
    targets = models.ManyToManyField(
        RoundTarget, related_name="groups", blank=True, verbose_name="指导对象"
    )

    class Meta:
        verbose_name = "指导组"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("round", "title"), name="group_title_once"),
        ]

    def __str__(self) -> str:
        return self.title
