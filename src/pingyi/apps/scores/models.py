"""Computations of rounds, their publication, objections to them, and determinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Unit
from pingyi.apps.rounds.models import Meeting, Round, RoundTarget
from pingyi.apps.scores.enums import (
    ComputationState,
    DeterminationKind,
    DeterminationState,
    ObjectionState,
    Scope,
    Stage,
    TermUnit,
)
from pingyi.base.errors import Conflict

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


def _account(title: str, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=title, **options
    )


class Computation(models.Model):
    """One computation of a round. Once signed it never changes: a correction is a successor."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="computations")
    number = models.PositiveSmallIntegerField("第几次")
    state = models.CharField(
        "状态", max_length=10, choices=ComputationState, default=ComputationState.COMPUTED
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    reason = models.CharField("更正理由", max_length=500, blank=True)
    result = models.JSONField("结果")
    """As the engine writes it; ``bundle`` holds the same beside all that it was computed from."""
    bundle = models.BinaryField("结果包")
    digest = models.CharField("结果包摘要", max_length=64)
    computed_by = _account("计算人")
    computed_at = models.DateTimeField("计算时间", auto_now_add=True)
    checked_by = _account("核对人", null=True, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    signed_by = _account("签发人", null=True, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    returned_by = _account("退回人", null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    opinion = models.CharField("核对意见", max_length=500, blank=True)

    if TYPE_CHECKING:
        publications: RelatedManager[Publication]

    class Meta:
        verbose_name = "计算"
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("round", "number"), name="computation_number_once"),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("computed_by")),
                name="computation_checked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=ComputationState.SIGNED)
                | Q(checked_by__isnull=False, signed_by__isnull=False, signed_at__isnull=False),
                name="computation_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""), name="computation_correction_grounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = Computation.objects.filter(pk=self.pk, state=ComputationState.SIGNED)
        if not self._state.adding and stored.exists():
            raise Conflict(_("结果已签发，不能再改。"), _("确有错误的，请作更正。"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Conflict(_("计算结果不能删除。"))


class Progress(models.Model):
    """How far a computation of a round is that goes on; gone when it ends."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="+", primary_key=True)
    stage = models.CharField("步骤", max_length=10, choices=Stage)
    share = models.PositiveSmallIntegerField("百分比", null=True)
    """Of the stage, in percent; None where it can't be told."""

    class Meta:
        verbose_name = "计算进度"

    def __str__(self) -> str:
        return f"{self.round} {self.get_stage_display()}"


class Publication(models.Model):
    """A signed result that was told, and the days of its public notice (公示)."""

    computation = models.ForeignKey(Computation, models.PROTECT, related_name="publications")
    scope = models.CharField("公布范围", max_length=10, choices=Scope)
    on_portal = models.BooleanField("在公众门户公布", default=False)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("说明", max_length=3000, blank=True)
    contact = models.CharField("异议受理方式", max_length=300, blank=True)
    published_by = _account("公布人")
    published_at = models.DateTimeField("公布时间", auto_now_add=True)
    days = models.PositiveSmallIntegerField("公示天数")
    unit = models.CharField("按", max_length=8, choices=TermUnit, default=TermUnit.WORKING)
    ends_on = models.DateField("公示截止日")
    derivation = models.CharField("截止日怎样算出", max_length=1000)
    """In words, by the calendar as it stood."""
    public_bundle = models.BinaryField("公开结果包", null=True)
    """What anyone may recompute; None where the public isn't told all, or where grades or ranks
    can't be worked out without what is withheld."""
    public_digest = models.CharField("公开结果包摘要", max_length=64, blank=True)

    if TYPE_CHECKING:
        objections: RelatedManager[Objection]

    class Meta:
        verbose_name = "公布"
        ordering = ("-published_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(on_portal=False) | Q(scope__in=(Scope.ALL, Scope.GRADES)),
                name="publication_portal_scope",
            ),
            models.CheckConstraint(
                condition=Q(public_bundle=None) | Q(scope=Scope.ALL, on_portal=True),
                name="publication_bundle_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Release(models.Model):
    """A result on the big screen of a meeting, from its release by the chair until it is taken
    back (JZ-18)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="releases")
    computation = models.ForeignKey(Computation, models.PROTECT, related_name="releases")
    scope = models.CharField("范围", max_length=10, choices=Scope)
    released_by = _account("公布人")
    released_at = models.DateTimeField("公布时间", auto_now_add=True)
    withdrawn_by = _account("撤下人", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = "大屏公布"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("meeting",), condition=Q(withdrawn_at=None), name="release_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=(Scope.ALL, Scope.GRADES)), name="release_scope"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="release_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.computation.number}"


class Objection(models.Model):
    """A unit objects to its result; somebody rules on it, and the unit is answered."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="objections")
    target = models.ForeignKey(RoundTarget, models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="提出单位")
    text = models.TextField("异议内容", max_length=3000)
    raised_by = _account("提出人")
    raised_at = models.DateTimeField("提出时间", auto_now_add=True)
    state = models.CharField(
        "处理", max_length=10, choices=ObjectionState, default=ObjectionState.RAISED
    )
    answer = models.TextField("答复", max_length=3000, blank=True)
    ruled_by = _account("处理人", null=True, blank=True)
    ruled_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = "异议"
        ordering = ("-raised_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ObjectionState.RAISED, ruled_by=None)
                | (~Q(state=ObjectionState.RAISED) & Q(ruled_by__isnull=False) & ~Q(answer="")),
                name="objection_ruled_and_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}：{self.text[:20]}"


class Determination(models.Model):
    """Fault tolerance or protection for one part of one target's score (容错、担当保护): applied
    for, reviewed, granted by a third person. It is laid over the result; nothing is deleted."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="determinations")
    number = models.CharField("认定编号", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=DeterminationKind)
    target = models.ForeignKey(
        RoundTarget, models.PROTECT, related_name="determinations", verbose_name="对象"
    )
    node = models.CharField("计分项", max_length=60)
    node_title = models.CharField("计分项名称", max_length=120)
    reason = models.TextField("理由", max_length=2000)
    basis = models.CharField("依据", max_length=200)
    authority = models.CharField("认定机关", max_length=120)
    signatories = models.CharField("签批人", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=DeterminationState, default=DeterminationState.APPLIED
    )
    applied_by = _account("申请人")
    applied_at = models.DateTimeField("申请时间", auto_now_add=True)
    reviewed_by = _account("审核人", null=True, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    review = models.CharField("审核意见", max_length=500, blank=True)
    decided_by = _account("认定登记人", null=True, blank=True)
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)

    class Meta:
        verbose_name = "认定"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("round", "number"), name="determination_number_once"),
            models.UniqueConstraint(
                fields=("target", "node"),
                condition=~Q(state=DeterminationState.REFUSED),
                name="determination_once_per_part",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("applied_by")),
                name="determination_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeterminationState.GRANTED)
                | (Q(reviewed_by__isnull=False, decided_by__isnull=False) & ~Q(signatories="")),
                name="determination_granted_and_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.target} {self.node_title}"
