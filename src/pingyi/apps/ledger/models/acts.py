"""What is done about an entry: milestones, progress, extensions, checks, urging."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.enums import CheckResult, ExtensionState, UrgeTo
from pingyi.apps.ledger.models.entries import Entry, account_key


class Milestone(models.Model):
    """A step of the plan (路线图, 时间表)."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="milestones")
    title = models.CharField("节点", max_length=200)
    due_on = models.DateField("完成时间")
    weight = models.PositiveSmallIntegerField("权重", default=1)

    class Meta:
        verbose_name = "节点"
        ordering = ("due_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="milestone_weight_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Progress(models.Model):
    """One report of how far it is. Reports are added, never changed."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="reports")
    percent = models.PositiveSmallIntegerField("进度")
    text = models.TextField("进展情况", max_length=3000)
    reported_by = account_key("填报人")
    reported_at = models.DateTimeField("填报时间", auto_now_add=True)

    class Meta:
        verbose_name = "进展"
        ordering = ("-reported_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_of_100"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}%"


class Extension(models.Model):
    """A longer term: applied for before the last day is over, ruled on by another."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="extensions")
    due_before = models.DateField("原期限")
    due_after = models.DateField("申请延至")
    reason = models.CharField("理由", max_length=1000)
    state = models.CharField(
        "状态", max_length=8, choices=ExtensionState, default=ExtensionState.APPLIED
    )
    applied_by = account_key("申请人")
    applied_on = models.DateField("申请日期")
    ruled_by = account_key("审批人", null=True, blank=True)
    ruled_at = models.DateTimeField("审批时间", null=True, blank=True)
    opinion = models.CharField("审批意见", max_length=1000, blank=True)

    class Meta:
        verbose_name = "延期"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("entry",),
                condition=Q(state=ExtensionState.APPLIED),
                name="extension_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(applied_on__lte=F("due_before"), due_after__gt=F("due_before")),
                name="extension_before_expiry",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by=None) | ~Q(ruled_by=F("applied_by")),
                name="extension_ruled_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_before} → {self.due_after}"


class CloseOut(models.Model):
    """An application to be closed, and what the verification found."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="close_outs")
    text = models.TextField("整改结果", max_length=3000)
    applied_by = account_key("申请人")
    applied_at = models.DateTimeField("申请时间", auto_now_add=True)
    result = models.CharField("验收结果", max_length=6, choices=CheckResult, blank=True)
    verified_by = account_key("验收人", null=True, blank=True)
    verified_at = models.DateTimeField("验收时间", null=True, blank=True)
    opinion = models.CharField("验收意见", max_length=1000, blank=True)
    closed_by = account_key("销号人", null=True, blank=True)

    class Meta:
        verbose_name = "销号申请"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("entry",), condition=Q(result=""), name="close_out_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("applied_by")),
                name="close_out_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None)
                | (Q(result=CheckResult.PASSED) & ~Q(closed_by=F("applied_by"))),
                name="close_out_closed_when_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}"


class LookBack(models.Model):
    """A repeat check after closing (回头看)."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="look_backs")
    result = models.CharField("结果", max_length=6, choices=CheckResult)
    text = models.CharField("检查情况", max_length=1000)
    checked_by = account_key("检查人")
    checked_at = models.DateTimeField("检查时间", auto_now_add=True)

    class Meta:
        verbose_name = "回头看"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.entry}"


class Urge(models.Model):
    """Somebody is urged: by a rule, once for each term of an entry, or by hand."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="urges")
    to = models.CharField("催办对象", max_length=8, choices=UrgeTo)
    due_on = models.DateField("期限", null=True, blank=True)
    reached_on = models.DateField("催办日期")
    by = account_key("催办人", null=True, blank=True)
    """None: by a rule."""
    text = models.CharField("催办要求", max_length=500, blank=True)
    told = models.BooleanField("已告知", default=False)

    class Meta:
        verbose_name = "催办"
        ordering = ("-reached_on", "-pk")
        indexes = [models.Index(fields=("told",), condition=Q(told=False), name="urge_untold")]
        constraints = [
            models.UniqueConstraint(
                fields=("entry", "due_on", "to"), condition=Q(by=None), name="urge_once_a_term"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_to_display()}"


class Sweep(models.Model):
    """A day on which all lights and urges were worked out."""

    day = models.DateField(primary_key=True)
    entries = models.PositiveIntegerField(default=0)
    urged = models.PositiveIntegerField(default=0)


class SavedView(models.Model):
    """A filter that somebody gave a name."""

    account = account_key("账号")
    title = models.CharField("名称", max_length=40)
    query = models.CharField("筛选条件", max_length=1000)

    class Meta:
        verbose_name = "常用视图"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("account", "title"), name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.title
