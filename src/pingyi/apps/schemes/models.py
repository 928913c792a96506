"""Scheme versions (drafts that are edited, sealed ones that never change) and their trials."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from pingyi.apps.schemes.enums import State, TrialKind, TrialState
from pingyi.base.errors import Conflict


class Versions(models.QuerySet["SchemeVersion"]):
    """Refuses to change or delete what is sealed, also in bulk."""

    def sealed(self) -> Versions:
        return self.filter(state=State.SEALED)

    def drafts(self) -> Versions:
        return self.filter(state=State.DRAFT)

    def update(self, **values: Any) -> int:
        self._refuse_sealed()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_sealed()
        return super().delete()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise Conflict(_("方案版本不能成批修改。"))

    def _refuse_sealed(self) -> None:
        if self.filter(state=State.SEALED).exists():
            raise _is_sealed()


def _is_sealed() -> Conflict:
    return Conflict(_("方案已经封存，不能修改，也不能删除。"), _("请另起一稿，在新版本里修改。"))


class SchemeVersion(models.Model):
    """A scheme as written. ``digest`` is the engine's, over the canonical form of the text;
    ``seal`` binds it to everything else that was sealed with it."""

    title = models.CharField("名称", max_length=200)
    pack = models.CharField("制度包", max_length=60, blank=True)
    pack_scheme = models.CharField("包内方案", max_length=60, blank=True)
    preset = models.CharField("预设", max_length=60, blank=True)
    scheme_key = models.CharField("方案键", max_length=64, blank=True)
    text = models.TextField("方案文本")
    grammar = models.CharField("语法版本", max_length=10)
    basis_document = models.CharField("依据文号", max_length=200, blank=True)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    reasons = models.JSONField("特别事项的理由和依据", default=dict, blank=True)
    """By mark of the choice: {"title", "value", "reason", "basis"}."""
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField("修改次数", default=0)
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="schemes_created"
    )
    changed_at = models.DateTimeField("修改时间", auto_now=True)
    sealed_at = models.DateTimeField("封存时间", null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="schemes_sealed",
    )
    digest = models.CharField("方案摘要", max_length=64, blank=True)
    seal = models.CharField("封存摘要", max_length=64, blank=True)

    objects = Versions.as_manager()

    class Meta:
        verbose_name = "评议方案"
        ordering = ("-created_at", "-pk")
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="scheme_sealed_by_somebody",
                condition=(
                    Q(state=State.DRAFT, sealed_at=None, sealed_by=None, digest="", seal="")
                    | (
                        Q(state=State.SEALED, sealed_at__isnull=False, sealed_by__isnull=False)
                        & ~Q(digest="")
                        & ~Q(seal="")
                        & ~Q(basis_document="")
                        & ~Q(filing_number="")
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sealed(self) -> bool:
        return self.state == State.SEALED

    def seal_of(self) -> str:
        """SHA-256 (hex) over everything that is sealed, the scheme's digest among it."""
        facts = {
            "title": self.title,
            "pack": [self.pack, self.pack_scheme, self.preset],
            "key": self.scheme_key,
            "grammar": self.grammar,
            "text": self.text,
            "digest": self.digest,
            "basis": [self.basis_document, self.filing_number],
            "reasons": self.reasons,
            "predecessor": self.predecessor.digest if self.predecessor else None,
            "sealed_at": self.sealed_at
            and self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "sealed_by": self.sealed_by_id,
        }
        form = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(form.encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and self._was_sealed():
            raise _is_sealed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self._was_sealed():
            raise _is_sealed()
        return super().delete(*args, **kwargs)

    def _was_sealed(self) -> bool:
        """What the database says; the object in hand may have been altered."""
        stored = SchemeVersion.objects.filter(pk=self.pk)
        return stored.filter(state=State.SEALED).exists()


class Trial(models.Model):
    """A scheme run for trial: on tables of an earlier year, or on synthetic ballots. Decides
    nothing. What was uploaded is deleted after the run; the bundle stays, so that every figure
    can be explained."""

    version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="trials")
    against = models.ForeignKey(
        SchemeVersion, models.PROTECT, null=True, blank=True, related_name="trials_against"
    )
    kind = models.CharField("种类", max_length=10, choices=TrialKind)
    state = models.CharField("状态", max_length=10, choices=TrialState, default=TrialState.WAITING)
    text = models.TextField("试算时的方案文本")
    folder = models.CharField("文件夹", max_length=32, unique=True)
    plan = models.JSONField("试算内容", default=dict)
    stage = models.CharField("步骤", max_length=20, blank=True)
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(null=True)
    beat_at = models.DateTimeField("最近进展", auto_now_add=True)
    findings = models.JSONField("发现的问题", default=list)
    outcome = models.JSONField("结果", null=True)
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "方案试算"
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.version.title}：{self.get_kind_display()}"
