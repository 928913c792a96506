"""Units in a tree, and what became of them: each change with its day, basis and reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from treebeard.mp_tree import MP_Node

from pingyi.apps.people.enums import UnitChangeKind, UnitKind
from pingyi.apps.people.fields import CodeField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.people.models.persons import Charge, Post


class Unit(MP_Node):
    """A unit of the authority. Its code is its identity; its title may change."""

    code = CodeField("编码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=120, db_index=True)
    short_title = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=30, choices=UnitKind, db_index=True)
    population = models.PositiveIntegerField("常住人口", null=True, blank=True)
    sort_order = models.PositiveIntegerField("排序号", default=0)
    contact = models.CharField("联系方式", max_length=200, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    abolished_on = models.DateField("撤销日期", null=True, blank=True, db_index=True)
    successors: models.ManyToManyField[Unit, Succession] = models.ManyToManyField(
        "self",
        through="Succession",
        through_fields=("predecessor", "successor"),
        symmetrical=False,
        related_name="predecessors",
        verbose_name="承继单位",
    )

    if TYPE_CHECKING:
        path: str
        depth: int
        numchild: int
        changes: RelatedManager[UnitChange]
        precessions: RelatedManager[Succession]
        posts: RelatedManager[Post]
        charges: RelatedManager[Charge]

    class Meta:
        verbose_name = "单位"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="unit_code_given"),
            models.CheckConstraint(condition=~Q(title=""), name="unit_title_given"),
            models.CheckConstraint(
                condition=Q(abolished_on=None)
                | Q(founded_on=None)
                | Q(abolished_on__gte=F("founded_on")),
                name="unit_abolished_after_founded",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def parent(self) -> Unit | None:
        found: Unit | None = type(self).objects.get_parent(self)
        return found

    def children(self) -> models.QuerySet[Unit]:
        """The units directly below, in their order of display."""
        found: models.QuerySet[Unit] = type(self).objects.get_children(self)
        return found.order_by("sort_order", "path")

    def ancestors(self) -> models.QuerySet[Unit]:
        """The units above, from the top."""
        found: models.QuerySet[Unit] = type(self).objects.get_ancestors(self)
        return found

    @property
    def shown(self) -> str:
        """The short title where there is one."""
        return self.short_title or self.title

    def lives_on(self, day: date) -> bool:
        founded = self.founded_on is None or self.founded_on <= day
        return founded and (self.abolished_on is None or self.abolished_on > day)

    def title_on(self, day: date) -> str:
        """The title of that day: records keep the name of their time."""
        renamed = self.changes.filter(kind=UnitChangeKind.RENAMED, on__gt=day)
        first = renamed.order_by("on", "pk").first()
        return first.title_before if first else self.title


class UnitChange(models.Model):
    """One thing that happened to a unit. Titles are those of that time."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    kind = models.CharField("变动", max_length=20, choices=UnitChangeKind)
    on = models.DateField("日期")
    basis = models.CharField("依据文件", max_length=200)
    reason = models.CharField("事由", max_length=500)
    title_before = models.CharField("原名称", max_length=120, blank=True)
    title_after = models.CharField("现名称", max_length=120, blank=True)
    other_before = models.CharField("原隶属", max_length=170, blank=True)
    other_after = models.CharField("现隶属或承继单位", max_length=1000, blank=True)
    recorded_by = models.CharField("登记人", max_length=150)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "单位变动"
        ordering = ("on", "pk")
        indexes = [models.Index(fields=("unit", "on"), name="unit_change_day")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis="") & ~Q(reason=""), name="unit_change_grounded"
            ),
            models.CheckConstraint(
                condition=~Q(kind=UnitChangeKind.RENAMED) | ~Q(title_before=F("title_after")),
                name="unit_change_renames",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


class Succession(models.Model):
    """A unit that came out of another: statistics may follow it."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="precessions")
    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="successions")

    class Meta:
        verbose_name = "承继关系"
        constraints = [
            models.UniqueConstraint(fields=("change", "successor"), name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="succession_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
