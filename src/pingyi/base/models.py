"""The audit log: append-only, each entry bound to the one before it by its hash. And the calendar:
the days that differ from the week."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pingyi.base.days import DayKind
from pingyi.base.errors import Conflict


class AuditEntry(models.Model):
    """One thing that somebody did. Names are those of that time; nothing here is a foreign key,
    so that an entry outlives whatever it tells of."""

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("账号", max_length=150, db_index=True)
    actor_name = models.CharField("姓名", max_length=150)
    verb = models.CharField("操作", max_length=100, db_index=True)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=60)
    subject_title = models.CharField("对象", max_length=300)
    details = models.JSONField("内容", default=dict)
    previous = models.CharField("前一条摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64, unique=True)

    class Meta:
        ordering = ("-number",)
        indexes = [models.Index(fields=("subject_kind", "subject_id"), name="audit_subject")]
        verbose_name = "审计记录"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Conflict("审计记录只能追加，不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Conflict("审计记录不能删除。")


class AuditHead(models.Model):
    """The last entry's number and digest; locked while an entry is added, so the chain is one."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)


class CalendarYear(models.Model):
    """A year whose holidays are known, and the document that arranges them."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据文件", max_length=200)

    class Meta:
        verbose_name = "节假日安排"
        ordering = ("year",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__gte=2000, year__lte=2100), name="calendar_year_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年节假日安排"


class CalendarDay(models.Model):
    """A day that differs from the week."""

    day = models.DateField("日期", primary_key=True)
    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days")
    kind = models.CharField(
        "安排",
        max_length=4,
        choices=[(DayKind.OFF.value, _("放假")), (DayKind.WORK.value, _("调休上班"))],
    )
    name = models.CharField("节日", max_length=60)
    source = models.CharField("依据文件", max_length=200, blank=True)

    class Meta:
        verbose_name = "节假日"
        ordering = ("day",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day__year=models.F("year")), name="calendar_day_of_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
