"""Talks. Names of units and persons are those of the time at which they were written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models.entries import account_key
from pingyi.apps.people.models import Person, Unit
from pingyi.apps.talks.enums import AHEAD, TalkKind, TalkState
from pingyi.apps.talks.models.programmes import Programme
from pingyi.apps.talks.rules import Slot

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.talks.models.meetings import Memo, PrevisitNote, Question
    from pingyi.apps.talks.models.rectifying import (
        Escalation,
        FollowUp,
        RectificationReport,
        Requirement,
        UnitMeeting,
    )

UNHELD = (*AHEAD, TalkState.CANCELLED)


class Serial(models.Model):
    """The last number given in a year; locked while one is given."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Talk(models.Model):
    """One talk with the head of one unit."""

    number = models.CharField("编号", max_length=20, unique=True)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="talks", verbose_name="约谈制度"
    )
    cycle = models.PositiveSmallIntegerField("第几个周期")
    in_turn = models.BooleanField("按月度安排", default=True)
    """False: proposed from elsewhere, or entered by hand beside the turn."""
    kind = models.CharField("约谈种类", max_length=16, choices=TalkKind, default=TalkKind.REMINDER)
    state = models.CharField(
        "状态", max_length=12, choices=TalkState, default=TalkState.PLANNED, db_index=True
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="被约谈单位")
    unit_title = models.CharField("被约谈单位", max_length=120)
    interviewee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被约谈人"
    )
    interviewee_name = models.CharField("被约谈人", max_length=60, blank=True)
    interviewee_post = models.CharField("职务", max_length=60, blank=True)
    interviewer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="约谈人"
    )
    interviewer_name = models.CharField("约谈人", max_length=60, blank=True)
    attendants = models.CharField("列席", max_length=300, blank=True)
    recorder_name = models.CharField("记录人", max_length=60, blank=True)
    organiser = account_key("承办人")

    trigger = models.CharField("约谈情形", max_length=300, blank=True)
    reason = models.TextField("事由", max_length=2000, blank=True)
    purpose = models.TextField("目的", max_length=1000, blank=True)
    materials = models.TextField("要求", max_length=1000, blank=True)
    """What the interviewee is asked to bring."""
    notice_number = models.CharField("通知书文号", max_length=100, blank=True)
    contact = models.CharField("联系人、联系方式", max_length=200, blank=True)
    starts_at = models.DateTimeField("约谈时间", null=True, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    month = models.DateField("月份", null=True, blank=True)
    """The first day of the month for which it was planned."""
    planned_on = models.DateField("列入日期")
    noticed_at = models.DateTimeField("通知时间", null=True, blank=True)

    # Where it is from. A proposal is taken up once.
    source_kind = models.CharField("来源类别", max_length=60, blank=True)
    source_id = models.CharField("来源编号", max_length=60, blank=True)
    source_title = models.CharField("来源", max_length=300, blank=True)

    # The clocks of the meeting: kept here, so that no page that is lost loses them.
    report_began_at = models.DateTimeField("汇报开始", null=True, blank=True)
    questions_began_at = models.DateTimeField("提问开始", null=True, blank=True)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    cancel_reason = models.CharField("取消理由", max_length=500, blank=True)

    if TYPE_CHECKING:
        memo: Memo
        report: RectificationReport
        notes: RelatedManager[PrevisitNote]
        questions: RelatedManager[Question]
        requirements: RelatedManager[Requirement]
        follow_ups: RelatedManager[FollowUp]
        unit_meetings: RelatedManager[UnitMeeting]
        escalations: RelatedManager[Escalation]

    class Meta:
        verbose_name = "约谈"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("unit", "state"), name="talk_unit_state"),
            models.Index(fields=("starts_at",), name="talk_starts"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("programme", "cycle", "unit"),
                condition=Q(in_turn=True) & ~Q(state=TalkState.CANCELLED),
                name="talk_once_a_cycle",
            ),
            models.UniqueConstraint(
                fields=("source_kind", "source_id"),
                condition=~Q(source_id=""),
                name="talk_source_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNHELD) | Q(ended_at__isnull=False), name="talk_held_ended"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(TalkState.PLANNED, TalkState.CANCELLED))
                | Q(noticed_at__isnull=False, starts_at__isnull=False, interviewer__isnull=False),
                name="talk_noticed_is_arranged",
            ),
            models.CheckConstraint(
                condition=~Q(state=TalkState.CANCELLED) | ~Q(cancel_reason=""),
                name="talk_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(interviewer=None)
                | Q(interviewee=None)
                | ~Q(interviewer=F("interviewee")),
                name="talk_between_two",
            ),
        ]

    @property
    def is_arranged(self) -> bool:
        """Is there all that a notice tells?"""
        return bool(self.starts_at and self.place and self.interviewer_id and self.reason)

    def __str__(self) -> str:
        return f"{self.number} {self.unit_title}"

    @property
    def slot(self) -> Slot | None:
        """When it takes up its people."""
        if self.starts_at is None:
            return None
        return Slot(self.starts_at, self.programme.minutes)


class Declined(models.Model):
    """A proposal from elsewhere that was not taken up, and why."""

    source_kind = models.CharField("来源类别", max_length=60)
    source_id = models.CharField("来源编号", max_length=60)
    source_title = models.CharField("来源", max_length=300)
    reason = models.CharField("理由", max_length=500)
    declined_by = account_key("办理人")
    declined_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "不予约谈"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("source_kind", "source_id"), name="declined_once"),
        ]

    def __str__(self) -> str:
        return self.source_title
