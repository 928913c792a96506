"""Programmes (约谈制度): who talks with whom, how often, about what, under which document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models import Campaign
from pingyi.apps.people.models import Person, Unit
from pingyi.apps.talks.enums import Preset
from pingyi.apps.talks.presets import FOLLOW_UP, SECTIONS

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.talks.models.talks import Talk


def preset_sections() -> list[str]:
    return list(SECTIONS)


class Programme(models.Model):
    """A programme, and the cycle in which each of its units is talked to once."""

    title = models.CharField("制度名称", max_length=120, unique=True)
    document_title = models.CharField("文件标题", max_length=200)
    document_number = models.CharField("依据文号", max_length=100)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    preset = models.CharField("参照", max_length=24, choices=Preset, default=Preset.CIXI)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name="整改要求转入的专项"
    )
    interviewees = models.CharField("约谈对象", max_length=300, blank=True)
    interviewer_posts = models.CharField("约谈人职务", max_length=300, blank=True)
    interviewers: models.ManyToManyField[Person, models.Model] = models.ManyToManyField(
        Person, related_name="+", verbose_name="约谈人"
    )
    units: models.ManyToManyField[Unit, ProgrammeUnit] = models.ManyToManyField(
        Unit, through="ProgrammeUnit", related_name="+", verbose_name="被约谈单位"
    )
    least = models.PositiveSmallIntegerField("每月最少", default=3)
    most = models.PositiveSmallIntegerField("每月最多", default=4)
    report_minutes = models.PositiveSmallIntegerField("汇报时长（分钟）", default=20)
    question_minutes = models.PositiveSmallIntegerField("提问时长（分钟）", default=40)
    rectify_months = models.PositiveSmallIntegerField("整改期限（月）", default=2)
    follow_up_days = models.PositiveSmallIntegerField("跟踪活动间隔（天）", default=15)
    """0: none."""
    follow_up_title = models.CharField("跟踪活动名称", max_length=60, default=FOLLOW_UP)
    apart_days = models.PositiveSmallIntegerField("两次约谈至少间隔（天）", default=60)
    """Sooner, the schedule warns; no source says how long."""
    topics = models.JSONField("约谈内容", default=list)
    triggers = models.JSONField("约谈情形", default=list)
    """[text, source] each; without a source, the authority's own."""
    sections = models.JSONField("整改情况汇报的部分", default=preset_sections)
    cycle = models.PositiveSmallIntegerField("第几个周期", default=1)
    ended = models.BooleanField("已停止", default=False)

    if TYPE_CHECKING:
        places: RelatedManager[ProgrammeUnit]
        talks: RelatedManager[Talk]

    class Meta:
        verbose_name = "约谈制度"
        ordering = ("ended", "title")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="talk_programme_title_given"),
            models.CheckConstraint(
                condition=~Q(document_title="") & ~Q(document_number=""),
                name="talk_programme_has_a_basis",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1) & Q(least__lte=F("most")), name="talk_programme_a_month"
            ),
            models.CheckConstraint(
                condition=Q(rectify_months__gte=1), name="talk_programme_months_to_rectify"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        """Of a whole talk."""
        return self.report_minutes + self.question_minutes


class ProgrammeUnit(models.Model):
    """A unit that is talked to, and its place in the order."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "被约谈单位"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("programme", "unit"), name="programme_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"
