"""Opinions of raters and public (JZ-17, RY-10): apart from ballots, with no tie to them."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from pingyi.apps.rounds.enums import OpinionState, Speaker
from pingyi.apps.rounds.models.rounds import Round, RoundTarget


def random_key() -> int:
    """Keys in a row would tell in which order opinions came, beside which the order of castings
    could be laid."""
    return secrets.randbelow(2**53 - 1) + 1


class Opinion(models.Model):
    """What somebody thinks. Nothing here says who, from where, with which code, or when within the
    day; neither does the audit log, which tells of the moderation alone."""

    id = models.BigIntegerField(primary_key=True, default=random_key, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="opinions")
    target = models.ForeignKey(
        RoundTarget,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="对象",
    )
    category = models.CharField("分类", max_length=40)
    speaker = models.CharField("身份（自报）", max_length=6, choices=Speaker)
    text = models.TextField("意见和建议", max_length=1000)
    day = models.DateField("日期")
    state = models.CharField(
        "状态", max_length=8, choices=OpinionState, default=OpinionState.WAITING
    )
    reason = models.CharField("不转理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "意见"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=OpinionState.HELD) | ~Q(reason=""), name="opinion_held_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]
