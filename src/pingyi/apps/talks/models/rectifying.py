"""What comes of a talk: requirements, the report back, follow-ups, the unit's own meeting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models.entries import account_key
from pingyi.apps.talks.enums import Ground
from pingyi.apps.talks.models.talks import Talk


class Requirement(models.Model):
    """What the unit has to do, and within how many months after the talk. Once the memo is
    confirmed it becomes an entry of the ledger."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="requirements")
    text = models.CharField("整改要求", max_length=300)
    months = models.PositiveSmallIntegerField("整改期限（月）")

    class Meta:
        verbose_name = "整改要求"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=24), name="requirement_months"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RectificationReport(models.Model):
    """整改情况汇报 (CX-10, CX-11): section title → text, as the programme's sections were then."""

    talk = models.OneToOneField(Talk, models.CASCADE, related_name="report")
    texts = models.JSONField("汇报", default=dict)
    handed_in_by = account_key("报送人", null=True, blank=True)
    handed_in_at = models.DateTimeField("报送时间", null=True, blank=True)
    returned = models.CharField("退回理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "整改情况汇报"

    def __str__(self) -> str:
        return f"{self.talk}"


class FollowUp(models.Model):
    """A follow-up activity with its planned day (CX-15)."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="follow_ups")
    title = models.CharField("活动", max_length=60)
    planned_on = models.DateField("计划日期")
    done_on = models.DateField("开展日期", null=True, blank=True)
    text = models.CharField("开展情况", max_length=1000, blank=True)
    done_by = account_key("填报人", null=True, blank=True)

    class Meta:
        verbose_name = "跟踪活动"
        ordering = ("planned_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=("talk", "planned_on"), name="follow_up_once_a_day"),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(text=""), name="follow_up_done_is_told"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class UnitMeeting(models.Model):
    """The meeting that the unit holds on the talk (CX-14, JZ-24)."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="unit_meetings")
    title = models.CharField("会议", max_length=120)
    held_on = models.DateField("日期")
    participants = models.CharField("参加人员", max_length=500)
    minutes = models.TextField("会议情况", max_length=5000)
    written_by = account_key("填报人")
    written_at = models.DateTimeField("填报时间", auto_now_add=True)

    class Meta:
        verbose_name = "单位会议"
        ordering = ("held_on", "pk")

    def __str__(self) -> str:
        return self.title


class Escalation(models.Model):
    """A negative attitude or poor rectification, told to those who decide (TS-42)."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="escalations")
    ground = models.CharField("情形", max_length=16, choices=Ground)
    basis = models.CharField("依据", max_length=200)
    text = models.TextField("情况", max_length=3000)
    raised_by = account_key("提请人")
    raised_at = models.DateTimeField("提请时间", auto_now_add=True)
    decision = models.TextField("处理决定", max_length=2000, blank=True)
    decided_by = account_key("登记人", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        verbose_name = "提请追究"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("raised_by")) & ~Q(decision="")),
                name="escalation_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.talk} {self.get_ground_display()}"
