"""Polls, their targets, channels and items."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from pingyi.apps.polls.enums import (
    CAST,
    Admission,
    Casting,
    ItemState,
    KeyHolding,
    PollState,
    RulingKind,
    RulingState,
    Way,
)
from pingyi.apps.schemes.models import SchemeVersion

SLUG_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_slug() -> str:
    """The short name of a poll in addresses and on slips."""
    return "".join(secrets.choice(SLUG_LETTERS) for _ in range(6))


class Poll(models.Model):
    """A vote being held. ``rehearsal`` never changes; keys, codes and box are the poll's own."""

    slug = models.CharField("短码", max_length=8, unique=True, default=new_slug, editable=False)
    title = models.CharField("名称", max_length=120)
    version = models.ForeignKey(
        SchemeVersion, models.PROTECT, related_name="polls", verbose_name="方案版本"
    )
    rehearsal = models.BooleanField("演练", default=False)
    basis = models.CharField("依据文号", max_length=200, blank=True)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    keys_held = models.CharField("密钥保管", max_length=5, choices=KeyHolding, default="split")
    smallest_cell = models.PositiveSmallIntegerField(
        "最小公开票数", default=5, validators=[MinValueValidator(2)]
    )
    state = models.CharField("状态", max_length=10, choices=PollState, default=PollState.DRAFT)
    key_fingerprint = models.CharField("密钥指纹", max_length=30, blank=True)
    stamp = models.PositiveIntegerField(default=0)
    """Rises with every change that the intake must know of."""
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "投票"
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=Q(smallest_cell__gte=2), name="poll_smallest_cell"),
            models.CheckConstraint(
                condition=~Q(state=PollState.PURGED) | Q(rehearsal=True), name="poll_purge_real"
            ),
            models.CheckConstraint(
                condition=~Q(state=PollState.CALLED_OFF) | Q(rehearsal=False),
                name="poll_rehearsal_not_called_off",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """Who or what is rated, in the running order."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="targets")
    number = models.PositiveSmallIntegerField("序号")
    """From 1, without a gap; also the place in a ballot."""
    code = models.CharField("编码", max_length=40)
    title = models.CharField("名称", max_length=120)
    presenter = models.CharField("述职人", max_length=60, blank=True)
    parent = models.CharField("上级编码", max_length=40, blank=True)
    attributes = models.JSONField("属性", default=dict, blank=True)

    class Meta:
        verbose_name = "评议对象"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("poll", "number"), name="target_number_once"),
            models.UniqueConstraint(fields=("poll", "code"), name="target_code_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Channel(models.Model):
    """A channel of the scheme and how its ballots come in."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="channels")
    input_key = models.CharField("渠道", max_length=60)
    title = models.CharField("名称", max_length=120)
    way = models.CharField("方式", max_length=6, choices=Way)
    casting = models.CharField("投票", max_length=5, choices=Casting, default=Casting.WHOLE)
    admission = models.CharField(
        "凭什么投", max_length=4, choices=Admission, default=Admission.CODE
    )
    opens_at = models.DateTimeField("开始时间", null=True, blank=True)
    closes_at = models.DateTimeField("截止时间", null=True, blank=True)

    class Meta:
        verbose_name = "渠道"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("poll", "input_key"), name="channel_once"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="channel_window",
            ),
            models.CheckConstraint(
                condition=~Q(admission=Admission.OPEN) | Q(way=Way.PUBLIC, casting=Casting.WHOLE),
                name="channel_open_to_the_public",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_cast(self) -> bool:
        """Are its ballots cast here, in the hall or from home?"""
        return self.way in CAST


class Item(models.Model):
    """What one casting covers: a whole paper, or one presenter's sheet."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField("场次")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="items")
    paper = models.CharField("测评表", max_length=60)
    target = models.ForeignKey(
        Target, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="对象"
    )
    state = models.CharField("状态", max_length=8, choices=ItemState, default=ItemState.WAITING)
    public_key = models.BinaryField("公钥", max_length=32, null=True)
    opened_at = models.DateTimeField("开放时间", null=True, blank=True)
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)

    class Meta:
        verbose_name = "场次"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("poll", "number"), name="item_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel.title} {self.target or ''}".strip()


class Ruling(models.Model):
    """Two people let something go on that the rules had stopped (裁定). It holds for what it is
    ``about`` and nothing else; once decided it never changes, and none is ever deleted."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="rulings")
    kind = models.CharField("事项", max_length=20, choices=RulingKind)
    item = models.ForeignKey(
        Item, models.SET_NULL, null=True, blank=True, related_name="rulings", verbose_name="场次"
    )
    about = models.JSONField("所裁定的", default=dict)
    """What exactly, as the remedy of the kind tells it: batches, numbers of a class, slots."""
    found = models.TextField("查明的情况")
    allows = models.TextField("批准后可以办理")
    """What goes on when it is approved, in the words that both people read."""
    reason = models.TextField("理由")
    basis = models.CharField("依据", max_length=200)
    paper_number = models.CharField("纸质裁定书编号", max_length=100, blank=True)
    barred = models.JSONField("须回避的账号", default=list)
    """User names of those whose own work is ruled on: they don't decide."""
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    applied_at = models.DateTimeField("申请时间", auto_now_add=True)
    state = models.CharField(
        "状态", max_length=10, choices=RulingState, default=RulingState.APPLIED
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="批准人",
    )
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    opinion = models.TextField("批准人意见", blank=True)

    class Meta:
        verbose_name = "裁定"
        ordering = ("-applied_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RulingState.APPLIED, decided_by=None, decided_at=None)
                | (
                    ~Q(state=RulingState.APPLIED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="ruling_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("applied_by")),
                name="ruling_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.item}" if self.item else self.get_kind_display()
