"""Visits to units, and what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from pingyi.apps.inspections.enums import Severity
from pingyi.apps.inspections.models.plans import Inspection, Place, account_key

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Visit(models.Model):
    """One visit. Its key was made by the device, so that what is sent twice is there once."""

    id = models.UUIDField(primary_key=True)
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="visits")
    place = models.ForeignKey(Place, models.PROTECT, related_name="visits")
    day = models.DateField("走访日期")
    covert = models.BooleanField("暗访", default=False)
    note = models.TextField("走访情况", max_length=3000, blank=True)
    answers = models.JSONField("清单", default=list)
    """[mark, note] for each item of the checklist; an empty mark was not answered."""
    version = models.PositiveIntegerField("版本", default=1)
    by = account_key("走访人")
    received_at = models.DateTimeField("上报时间", auto_now_add=True)

    if TYPE_CHECKING:
        findings: RelatedManager[Finding]
        uploads: RelatedManager[Upload]

    class Meta:
        verbose_name = "走访"
        ordering = ("-day", "-received_at")

    def __str__(self) -> str:
        return f"{self.place} {self.day}"


class Finding(models.Model):
    """One problem that a visit found."""

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings")
    category = models.CharField("类别", max_length=60)
    severity = models.CharField("程度", max_length=5, choices=Severity, default=Severity.LIGHT)
    text = models.CharField("问题", max_length=500)
    place = models.PositiveSmallIntegerField("序号", default=0)

    class Meta:
        verbose_name = "发现的问题"
        ordering = ("visit", "place", "pk")

    def __str__(self) -> str:
        return self.text


class Upload(models.Model):
    """What a device sent, kept as it came: nothing that was overwritten or refused is lost."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="uploads")
    base = models.PositiveIntegerField("所据版本")
    digest = models.CharField("摘要", max_length=64)
    content = models.JSONField("内容")
    taken = models.BooleanField("已采用")
    by = account_key("上报人")
    at = models.DateTimeField("上报时间", auto_now_add=True)

    class Meta:
        verbose_name = "上报记录"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("visit", "base", "digest"), name="upload_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit} {self.base}"
