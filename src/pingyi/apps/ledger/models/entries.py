"""Entries of the ledger."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from pingyi.apps.ledger.enums import OVER, EntryKind, EntryState, Light
from pingyi.apps.ledger.models.campaigns import Campaign
from pingyi.apps.people.models import Person, Unit
from pingyi.base.days import TermUnit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.ledger.models.acts import CloseOut, Extension, LookBack, Milestone, Progress


def account_key(title: str, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=title, **options
    )


_FIGURES = ("state", "light", "due_on", "closed_on")
"""What the statistics read of each entry, beside that by which they count."""


class Serial(models.Model):
    """The last number given in a year; locked while one is given."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Entry(models.Model):
    """One thing that somebody owes, and how far it has come. Names of units and persons are those
    of the time at which they were written down."""

    number = models.CharField("编号", max_length=20, unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="entries")
    kind = models.CharField("类型", max_length=12, choices=EntryKind, default=EntryKind.PROBLEM)
    title = models.CharField("事项", max_length=300)
    text = models.TextField("内容", max_length=3000, blank=True)
    category = models.CharField("分类", max_length=60, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=EntryState, default=EntryState.REGISTERED
    )
    state_before = models.CharField("中止前状态", max_length=12, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    """Rises with every change; whoever saves says which one was on the page."""

    # Where it is from. A finding stands in the ledger once.
    source_kind = models.CharField("来源类别", max_length=60, blank=True, db_index=True)
    source_id = models.CharField("来源编号", max_length=60, blank=True)
    source_title = models.CharField("来源", max_length=200, blank=True)
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )

    # Whose it is.
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头单位"
    )
    lead_title = models.CharField("牵头单位", max_length=120, blank=True)
    support_units: models.ManyToManyField[Unit, Support] = models.ManyToManyField(
        Unit, through="Support", related_name="+", verbose_name="配合单位"
    )
    person_name = models.CharField("责任人", max_length=60, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任领导"
    )
    leader_name = models.CharField("责任领导", max_length=60, blank=True)
    supervisor = account_key("督办人", null=True, blank=True)
    listed = models.BooleanField("挂牌督办", default=False)

    # What is done, and by when.
    measures = models.TextField("整改措施", max_length=5000, blank=True)
    registered_on = models.DateField("挂账日期")
    claimed_on = models.DateField("认领日期", null=True, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    due_words = models.CharField("期限怎样算出", max_length=1000, blank=True)
    due_start = models.DateField("期限起算日", null=True, blank=True)
    due_amount = models.PositiveSmallIntegerField("期限", null=True, blank=True)
    due_unit = models.CharField("按", max_length=8, choices=[(u, u) for u in TermUnit], blank=True)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    moved_on = models.DateField("最近进展日期")
    closed_on = models.DateField("销号日期", null=True, blank=True)
    look_back_on = models.DateField("应回头看日期", null=True, blank=True)
    extra = models.JSONField("自设栏目", default=dict, blank=True)

    # Worked out daily and after each change.
    light = models.CharField("亮灯", max_length=6, choices=Light, default=Light.GREEN)
    light_kind = models.CharField("亮灯原因", max_length=12, blank=True)
    light_number = models.PositiveIntegerField(null=True, blank=True)

    if TYPE_CHECKING:
        supports: RelatedManager[Support]
        milestones: RelatedManager[Milestone]
        reports: RelatedManager[Progress]
        extensions: RelatedManager[Extension]
        close_outs: RelatedManager[CloseOut]
        look_backs: RelatedManager[LookBack]
        parts: RelatedManager[Entry]
        merged: RelatedManager[Entry]

    class Meta:
        verbose_name = "事项"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("state", "due_on"), name="entry_state_due"),
            models.Index(fields=("lead_unit", "state"), name="entry_unit_state"),
            models.Index(fields=("closed_on", "id"), name="entry_closed"),
            *(
                models.Index(fields=(by, *_FIGURES), name=f"entry_by_{by}")
                for by in ("campaign", "lead_title", "source_title", "category")
            ),
            models.Index(fields=("light",), name="entry_light"),
            models.Index(fields=("due_on", "id"), name="entry_due"),
            models.Index(fields=("look_back_on",), name="entry_look_back"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("source_kind", "source_id"),
                condition=~Q(source_id=""),
                name="entry_source_once",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="entry_title_given"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="entry_progress_of_100"),
            models.CheckConstraint(
                condition=Q(state=EntryState.CLOSED, closed_on__isnull=False)
                | (~Q(state=EntryState.CLOSED) & Q(closed_on=None)),
                name="entry_closed_on",
            ),
            models.CheckConstraint(
                condition=Q(state=EntryState.MERGED, merged_into__isnull=False)
                | (~Q(state=EntryState.MERGED) & Q(merged_into=None)),
                name="entry_merged_into",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(EntryState.REGISTERED, EntryState.RETURNED, *OVER))
                | Q(state=EntryState.SUSPENDED)
                | Q(lead_unit__isnull=False),
                name="entry_worked_on_by_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def is_late(self, today: date) -> bool:
        """Past its last day and not over."""
        return self.due_on is not None and self.state not in OVER and today > self.due_on


class Support(models.Model):
    """A unit that helps (配合单位)."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="supports")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField("单位名称", max_length=120)

    class Meta:
        verbose_name = "配合单位"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("entry", "unit"), name="support_once"),
        ]

    def __str__(self) -> str:
        return self.title
