"""Notices, and how each account wants to be written to."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q

from pingyi.apps.notices.rules import Wishes


class Notice(models.Model):
    """One account is told one thing, once. ``kind`` says what about the thing it is told
    (``polls.poll.prepared``); ``waits`` where something is to be done."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField("类别", max_length=60)
    title = models.CharField("内容", max_length=200)
    address = models.CharField("网址", max_length=300)
    subject_kind = models.CharField("事项类别", max_length=60)
    subject_id = models.CharField("事项编号", max_length=60)
    waits = models.BooleanField("待办", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)
    mail_after = models.DateTimeField("邮件不早于")
    mailed_at = models.DateTimeField("邮件时间", null=True)
    urgent = models.BooleanField("催办", default=False)
    """Goes by text message as well."""
    text_after = models.DateTimeField("短信不早于")
    texted_at = models.DateTimeField("短信时间", null=True)

    class Meta:
        verbose_name = "消息"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("subject_kind", "subject_id", "kind", "account"), name="notice_once"
            ),
        ]
        indexes = [
            models.Index(fields=("account",), condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=("mail_after",),
                condition=Q(read_at=None, mailed_at=None),
                name="notice_to_mail",
            ),
            models.Index(
                fields=("text_after",),
                condition=Q(read_at=None, texted_at=None, urgent=True),
                name="notice_to_text",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeWishes(models.Model):
    """When an account is written to. Whoever has no row has the defaults."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_wishes"
    )
    by_mail = models.BooleanField("发电子邮件", default=True)
    by_sms = models.BooleanField("发短信", default=False)
    mobile = models.CharField("手机号", max_length=20, blank=True)
    quiet_at_night = models.BooleanField("夜间不发", default=True)
    quiet_from = models.TimeField("免打扰开始", default=time(22))
    quiet_until = models.TimeField("免打扰结束", default=time(7))
    quiet_rest_days = models.BooleanField("休息日不发", default=True)

    class Meta:
        verbose_name = "消息设置"
        constraints = [
            models.CheckConstraint(
                condition=Q(by_sms=False) | ~Q(mobile=""), name="notice_wishes_mobile_for_sms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}"

    @property
    def wishes(self) -> Wishes:
        night = (self.quiet_from, self.quiet_until) if self.quiet_at_night else None
        return Wishes(self.by_mail, night, self.quiet_rest_days, self.by_sms, self.mobile)
