"""The plan of an inspection (督查方案), the units in it, and the team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pingyi.apps.inspections.enums import InspectionKind, InspectionState, Method
from pingyi.apps.inspections.presets import CATEGORIES, FIVE_LOOKS, WINDOW_MONTHS
from pingyi.apps.inspections.rules import Period
from pingyi.apps.people.models import Unit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.inspections.models.outcomes import Circular
    from pingyi.apps.inspections.models.visits import Visit


def account_key(title: str, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=title, **options
    )


def _categories() -> list[str]:
    return list(CATEGORIES)


def _checklist() -> list[str]:
    return list(FIVE_LOOKS)


class Inspection(models.Model):
    """One inspection: on what ground, by whom approved, which units, when and how."""

    title = models.CharField("督查名称", max_length=120)
    kind = models.CharField("督查类型", max_length=13, choices=InspectionKind)
    basis = models.CharField("督查依据", max_length=300)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    methods = models.JSONField("督查方式", default=list)
    checklist = models.JSONField("检查清单", default=_checklist)
    categories = models.JSONField("问题类别", default=_categories)
    state = models.CharField(
        "状态", max_length=10, choices=InspectionState, default=InspectionState.DRAFTED
    )
    author = account_key("方案拟定人")

    # Approval, by somebody else.
    approved_by = account_key("批准登记人", null=True, blank=True)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approver_name = models.CharField("批准人", max_length=60, blank=True)
    approval_document = models.CharField("批准文件", max_length=200, blank=True)

    # Units that are inspected twice.
    window_months = models.PositiveSmallIntegerField("重复督查的间隔（月）", default=WINDOW_MONTHS)
    repeat_reason = models.CharField("确需重复督查的理由", max_length=500, blank=True)

    # Random sampling: candidates are fixed at approval, the seed is shown before the draw.
    sample_size = models.PositiveSmallIntegerField("抽取单位数", null=True, blank=True)
    """None: all units are visited."""
    seed_source = models.CharField("种子来源", max_length=200, blank=True)
    """A public value that isn't known yet when the candidates are fixed; empty: the system's own
    random number, made at approval."""
    seed = models.CharField("抽样种子", max_length=100, blank=True)
    candidates_digest = models.CharField("候选名单摘要", max_length=64, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)

    conclusion = models.TextField("督查结论", max_length=5000, blank=True)
    concluded_on = models.DateField("形成结论日期", null=True, blank=True)

    if TYPE_CHECKING:
        places: RelatedManager[Place]
        members: RelatedManager[Member]
        recusals: RelatedManager[Recusal]
        visits: RelatedManager[Visit]
        circular: Circular

    class Meta:
        verbose_name = "督查"
        ordering = ("-starts_on", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="inspection_period_forward"
            ),
            models.CheckConstraint(
                condition=Q(state=InspectionState.DRAFTED, approved_by=None)
                | (
                    ~Q(state=InspectionState.DRAFTED)
                    & Q(approved_by__isnull=False)
                    & ~Q(approved_by=F("author"))
                ),
                name="inspection_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def samples(self) -> bool:
        return self.sample_size is not None

    @property
    def is_drawn(self) -> bool:
        """Is it settled which units are visited?"""
        return not self.samples or self.drawn_at is not None

    @property
    def methods_text(self) -> str:
        return "、".join(str(Method(one).label) for one in self.methods)


class Place(models.Model):
    """A unit in the scope; with a sample, a candidate. Titles and codes are those of the time."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    title = models.CharField("单位", max_length=120)
    code = models.CharField("编码", max_length=40)
    chosen = models.BooleanField("列入走访", default=False)

    class Meta:
        verbose_name = "督查范围"
        ordering = ("unit__path",)
        constraints = [
            models.UniqueConstraint(fields=("inspection", "unit"), name="place_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """Somebody of a team (督导组), seconded from a unit."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="members")
    team = models.CharField("组别", max_length=20)
    account = account_key("成员")
    leads = models.BooleanField("组长", default=False)
    seconded_from = models.CharField("抽调自", max_length=120, blank=True)

    class Meta:
        verbose_name = "督导组成员"
        ordering = ("team", "-leads", "pk")
        constraints = [
            models.UniqueConstraint(fields=("inspection", "account"), name="member_once"),
            models.UniqueConstraint(
                fields=("inspection", "team"), condition=Q(leads=True), name="member_one_leader"
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)


class Recusal(models.Model):
    """A member stays away from a unit (回避), and why."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="recusals")
    account = account_key("回避人")
    place = models.ForeignKey(Place, models.CASCADE, related_name="recusals")
    reason = models.CharField("回避理由", max_length=300)

    class Meta:
        verbose_name = "回避"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("account", "place"), name="recusal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account.name} {self.place}"
