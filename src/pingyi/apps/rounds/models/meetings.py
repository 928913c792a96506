"""Meetings of a round (the sessions of the design), and who presents there when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from pingyi.apps.rounds.enums import ON_STAGE, Direction, MeetingState, Phase
from pingyi.apps.rounds.models.rounds import Round, RoundPoll, RoundTarget, new_key

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

MINUTES = 10
"""For a report, and for comments and questions: the system's default, of no source. The talks of
Cixi have 20 and 40 (CX-05)."""


class Meeting(models.Model):
    """One meeting at which targets of a round report. ``stamp`` rises with every act, so that a
    console that shows yesterday's state can be told."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    vote = models.ForeignKey(
        RoundPoll, models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    direction = models.CharField("方向", max_length=6, choices=Direction, default=Direction.SINGLE)
    title = models.CharField("名称", max_length=120)
    place = models.CharField("地点", max_length=120, blank=True)
    begins_at = models.DateTimeField("开始时间", null=True, blank=True)
    report_minutes = models.PositiveSmallIntegerField(
        "述职分钟", default=MINUTES, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    question_minutes = models.PositiveSmallIntegerField(
        "点评和提问分钟", default=MINUTES, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    asks = models.BooleanField("设现场提问", default=True)
    state = models.CharField(
        "状态", max_length=8, choices=MeetingState, default=MeetingState.PLANNED
    )
    stamp = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField("实际开始", null=True, blank=True)
    ended_at = models.DateTimeField("实际结束", null=True, blank=True)
    early_reason = models.CharField("向下述职未完即开始的理由", max_length=500, blank=True)
    wall = models.CharField("大屏", max_length=16, unique=True, default=new_key, editable=False)
    """Its address: nobody signs in at a screen in a hall, so it must not be guessed."""

    if TYPE_CHECKING:
        agenda: RelatedManager[AgendaItem]

    class Meta:
        verbose_name = "述职评议会"
        ordering = ("begins_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MeetingState.PLANNED) | Q(started_at__isnull=False),
                name="meeting_started_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.ENDED) | Q(ended_at__isnull=False),
                name="meeting_ended_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One target's turn. Time used stands in the database: a console only counts on."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    target = models.ForeignKey(RoundTarget, models.PROTECT, related_name="agenda_items")
    number = models.PositiveSmallIntegerField("序号")
    state = models.CharField("状态", max_length=10, choices=Phase, default=Phase.WAITING)
    phase_began_at = models.DateTimeField("本环节开始", null=True, blank=True)
    used = models.JSONField("各环节用时", default=dict, blank=True)
    """Phase → seconds of its finished stretches."""
    note = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = "议程"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("meeting", "number"), name="agenda_number_once"),
            models.UniqueConstraint(fields=("meeting", "target"), name="agenda_target_once"),
            models.UniqueConstraint(
                fields=("meeting",), condition=Q(state__in=ON_STAGE), name="agenda_one_on_stage"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ON_STAGE) | Q(phase_began_at__isnull=False),
                name="agenda_phase_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.title} {self.target.presenter}".strip()
