"""Head counts and codes. Nothing here knows a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pingyi.apps.polls.enums import Admission
from pingyi.apps.polls.models import Channel, Poll, Target
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.enums import CodeState


class Roll(models.Model):
    """Those who may vote with one class of codes on one paper: numbers only.

    ``printed`` = ``given_out`` + ``left_over`` + ``spoiled`` + ``missing`` once the tellers have
    counted.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="rolls")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="rolls")
    rater_class = models.CharField("票种", max_length=60)
    paper = models.CharField("测评表", max_length=60)
    target = models.ForeignKey(
        Target, models.CASCADE, null=True, blank=True, related_name="rolls", verbose_name="对象"
    )
    expected = models.PositiveIntegerField("应到", null=True, blank=True)
    present = models.PositiveIntegerField("实到", null=True, blank=True)
    printed = models.PositiveIntegerField("印制", default=0)
    given_out = models.PositiveIntegerField("发出", null=True, blank=True)
    left_over = models.PositiveIntegerField("剩余", null=True, blank=True)
    spoiled = models.PositiveIntegerField("损毁", null=True, blank=True)
    population = models.PositiveIntegerField("常住人口", null=True, blank=True)

    class Meta:
        verbose_name = "票册"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "rater_class", "paper", "target"), name="roll_once"
            ),
            models.UniqueConstraint(
                fields=("channel", "rater_class", "paper"),
                condition=Q(target=None),
                name="roll_once_without_target",
            ),
            models.CheckConstraint(
                condition=Q(given_out=None)
                | Q(printed__gte=F("given_out") + F("left_over") + F("spoiled")),
                name="roll_balances",
            ),
            models.CheckConstraint(
                condition=Q(given_out=None, left_over=None, spoiled=None)
                | Q(given_out__isnull=False, left_over__isnull=False, spoiled__isnull=False),
                name="roll_counted_together",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Of a channel without codes: whoever comes may cast."""
        return self.channel.admission == Admission.OPEN

    @property
    def missing(self) -> int:
        """Slips that the tellers found nowhere."""
        if self.given_out is None:
            return 0
        return self.printed - self.given_out - (self.left_over or 0) - (self.spoiled or 0)

    def __str__(self) -> str:
        title = form_of(self.poll).rater_class(self.rater_class).title
        return f"{self.channel} {title} {self.target or ''}".strip()


class Signature(models.Model):
    """The checker's signature under the class counts and the digest of all hashes of codes."""

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="roll_signature")
    digest = models.CharField("摘要", max_length=64)
    counts = models.JSONField("各票种数量")
    signed_by = models.CharField("核对人", max_length=150)
    signed_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "票册签认"

    def __str__(self) -> str:
        return self.digest


class Code(models.Model):
    """A keyed hash of a code under a dense serial in random order."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="codes")
    roll = models.ForeignKey(Roll, models.CASCADE, related_name="codes")
    serial = models.PositiveIntegerField("序号")
    digest = models.BinaryField("摘要", max_length=16)
    state = models.CharField("状态", max_length=10, choices=CodeState, default=CodeState.VALID)

    class Meta:
        verbose_name = "投票码"
        constraints = [
            models.UniqueConstraint(fields=("poll", "serial"), name="code_serial_once"),
            models.UniqueConstraint(fields=("poll", "digest"), name="code_digest_once"),
        ]

    def __str__(self) -> str:
        return str(self.serial)
