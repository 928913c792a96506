"""Programmes, their rounds, and what a round holds: targets, votes, changes of state."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from pingyi.apps.people.models import Person, Unit
from pingyi.apps.polls.models import SLUG_LETTERS, Poll, new_slug
from pingyi.apps.rounds.enums import OPINION_PRESET, Direction, Review, RoundState
from pingyi.apps.schemes.models import SchemeVersion

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.rounds.models.meetings import Meeting
    from pingyi.apps.rounds.models.opinions import Opinion
    from pingyi.apps.rounds.models.reports import GuidanceGroup


def new_key() -> str:
    """A secret in an address, for those who don't sign in."""
    return "".join(secrets.choice(SLUG_LETTERS) for _ in range(16))


def preset_categories() -> list[str]:
    return list(OPINION_PRESET)


class Programme(models.Model):
    """What rounds are held under: an issued document (JZ-01, RY-01)."""

    title = models.CharField("名称", max_length=120, unique=True)
    document_title = models.CharField("文件标题", max_length=200)
    document_number = models.CharField("依据文号", max_length=100)
    issuer = models.CharField("印发机关", max_length=120)
    issued_on = models.DateField("印发日期")
    filing_number = models.CharField("备案号", max_length=100)
    purpose = models.TextField("目的", max_length=1000, blank=True)

    class Meta:
        verbose_name = "评议制度"
        ordering = ("-issued_on", "pk")

    def __str__(self) -> str:
        return self.title


class Round(models.Model):
    """One run of a sealed scheme over some targets."""

    slug = models.CharField("短码", max_length=8, unique=True, default=new_slug, editable=False)
    guest_key = models.CharField(
        "来访地址", max_length=16, unique=True, default=new_key, editable=False
    )
    """Of the pages for raters and the public. Units know the round's slug, and are not to read each
    other's reports by it."""
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="rounds", verbose_name="评议制度"
    )
    version = models.ForeignKey(
        SchemeVersion, models.PROTECT, related_name="rounds", verbose_name="方案版本"
    )
    review = models.CharField("评议内容", max_length=12, choices=Review, default=Review.TEAM)
    title = models.CharField("名称", max_length=120)
    period = models.CharField("评议周期", max_length=60)
    held_on = models.DateField("评议日期", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    notice_number = models.CharField("通知文号", max_length=100, blank=True)
    notice = models.TextField("通知内容", max_length=5000, blank=True)
    visits = models.PositiveIntegerField("网页浏览人次", null=True, blank=True)
    """As the portal's operator reports it: no page of ours counts who looks."""
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.DRAFT)
    reports_due = models.DateField("述职报告截止日", null=True, blank=True)
    opinion_categories = models.JSONField("意见分类", default=preset_categories)
    """Five as in Ruyang, whose names no source gives: a preset of the system, to be edited."""
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    """The round before, from which this one was copied: movements are told against it."""
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    if TYPE_CHECKING:
        targets: RelatedManager[RoundTarget]
        votes: RelatedManager[RoundPoll]
        changes: RelatedManager[RoundChange]
        meetings: RelatedManager[Meeting]
        opinions: RelatedManager[Opinion]
        groups: RelatedManager[GuidanceGroup]

    class Meta:
        verbose_name = "评议轮次"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.title


class RoundTarget(models.Model):
    """Who or what is reviewed, under the name of that time."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="targets")
    number = models.PositiveSmallIntegerField("序号")
    code = models.CharField("编码", max_length=40)
    title = models.CharField("名称", max_length=120)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    """Whose people may read its result and object to it; for a person, the unit of the person."""
    presenter = models.CharField("述职人", max_length=60, blank=True)
    presenter_strokes = models.PositiveSmallIntegerField("姓氏笔画", null=True, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分管领导"
    )
    leader_name = models.CharField("分管领导", max_length=60, blank=True)
    parent = models.CharField("上级编码", max_length=40, blank=True)
    attributes = models.JSONField("属性", default=dict, blank=True)

    class Meta:
        verbose_name = "评议对象"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("round", "number"), name="round_target_number_once"),
            models.UniqueConstraint(fields=("round", "code"), name="round_target_code_once"),
        ]

    def __str__(self) -> str:
        return self.title


class RoundPoll(models.Model):
    """A vote of a round. Both directions of a two-way review are votes of one round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="votes")
    poll = models.OneToOneField(Poll, models.PROTECT, related_name="round_vote")
    direction = models.CharField("方向", max_length=6, choices=Direction, default=Direction.SINGLE)

    class Meta:
        verbose_name = "轮次投票"
        ordering = ("pk",)

    def __str__(self) -> str:
        if self.direction == Direction.SINGLE:
            return str(self.poll)
        return f"{self.poll} · {self.get_direction_display()}"


class RoundChange(models.Model):
    """One change of state: who, when, why."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="changes")
    verb = models.CharField("办理", max_length=20)
    before = models.CharField("原状态", max_length=10, choices=RoundState)
    after = models.CharField("现状态", max_length=10, choices=RoundState)
    reason = models.CharField("说明", max_length=500, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "轮次变动"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(verb__in=("reopen", "send_back")) | ~Q(reason=""),
                name="round_change_back_needs_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
