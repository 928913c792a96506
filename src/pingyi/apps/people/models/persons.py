"""Persons, the posts they held and hold, and the units they are in charge of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from pingyi.apps.people.enums import ChargeKind, PostKind
from pingyi.apps.people.fields import CodeField
from pingyi.apps.people.models.periods import Period, period_check
from pingyi.apps.people.models.units import Unit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Person(models.Model):
    """Somebody who holds a post. The code is the identity: names repeat."""

    code = CodeField("编号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60, db_index=True)
    surname_strokes = models.PositiveSmallIntegerField("姓氏笔画", null=True, blank=True)
    sort_order = models.PositiveIntegerField("排序号", default=0)
    contact = models.CharField("联系方式", max_length=200, blank=True)

    if TYPE_CHECKING:
        tenures: RelatedManager[Tenure]
        charges: RelatedManager[Charge]

    class Meta:
        verbose_name = "人员"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="person_code_given"),
            models.CheckConstraint(condition=~Q(name=""), name="person_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post in a unit: 局长, 副局长, 经办人. Several persons may hold it at once."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    kind = models.CharField("职务类别", max_length=20, choices=PostKind)
    title = models.CharField("职务", max_length=60)

    if TYPE_CHECKING:
        tenures: RelatedManager[Tenure]

    class Meta:
        verbose_name = "职务"
        constraints = [
            models.UniqueConstraint(fields=("unit", "title"), name="post_once"),
            models.CheckConstraint(condition=~Q(title=""), name="post_title_given"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.title}"


class Tenure(Period):
    """Who held which post, and when. A person who moved keeps the history."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures")

    class Meta:
        verbose_name = "任职"
        constraints = [
            models.UniqueConstraint(
                fields=("post", "person"), condition=Q(until=None), name="tenure_open_once"
            ),
            period_check("tenure_ends_after_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.person}：{self.post}"


class Charge(Period):
    """A leader who answers for a unit: 分管领导 or 包乡县领导."""

    kind = models.CharField("分工类别", max_length=20, choices=ChargeKind)
    leader = models.ForeignKey(Person, models.PROTECT, related_name="charges")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="charges")

    class Meta:
        verbose_name = "分工"
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "leader", "unit"),
                condition=Q(until=None),
                name="charge_open_once",
            ),
            period_check("charge_ends_after_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.leader}（{self.get_kind_display()}）：{self.unit}"
