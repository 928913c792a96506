"""What is prepared for a talk and never shown to the interviewee, what is said there, and the memo
of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pingyi.apps.ledger.models.entries import account_key
from pingyi.apps.people.models import Unit
from pingyi.apps.talks.enums import Secrecy, Way
from pingyi.apps.talks.models.talks import Talk


class PrevisitNote(models.Model):
    """What was found out before a talk (CX-06). Its evidence is attached to the pre-visit file of
    the talk."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="notes")
    way = models.CharField("途径", max_length=16, choices=Way, default=Way.OPEN_CHECK)
    source = models.CharField("来源", max_length=200)
    found_on = models.DateField("日期")
    text = models.TextField("情况", max_length=3000)
    written_by = account_key("记录人")
    written_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = "会前摸底"
        ordering = ("found_on", "pk")

    def __str__(self) -> str:
        # Goes into the audit log, which auditors of any unit read: it says nothing.
        return "会前摸底记录"


class BankQuestion(models.Model):
    """A question kept for a unit, never shown beforehand (CX-07). It may serve several talks."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    topic = models.CharField("约谈内容", max_length=120, blank=True)
    text = models.CharField("问题", max_length=500)
    dropped = models.BooleanField("不再用", default=False)
    written_by = account_key("拟题人")
    written_at = models.DateTimeField("拟题时间", auto_now_add=True)

    class Meta:
        verbose_name = "题库"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("unit", "text"), name="bank_question_once"),
        ]

    def __str__(self) -> str:
        # As above.
        return "题库问题"


class Question(models.Model):
    """A question that was asked, and what was answered."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="questions")
    prepared = models.ForeignKey(
        BankQuestion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.CharField("提问", max_length=500)
    answer = models.TextField("回答要点", max_length=3000, blank=True)
    asked_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "提问"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("talk", "prepared"),
                condition=Q(prepared__isnull=False),
                name="question_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Memo(models.Model):
    """约谈备忘录 (TS-39): drafted, offered to both sides, frozen once both have confirmed it."""

    talk = models.OneToOneField(Talk, models.CASCADE, related_name="memo")
    interviewers = models.CharField("约谈人", max_length=300)
    interviewees = models.CharField("被约谈人", max_length=300)
    recorder = models.CharField("记录人", max_length=60, blank=True)
    attendants = models.CharField("列席", max_length=300, blank=True)
    points = models.TextField("谈话要点", max_length=10000)
    problems = models.TextField("指出的问题", max_length=5000, blank=True)
    attitude = models.TextField("表态", max_length=3000, blank=True)
    secrecy = models.CharField("密级", max_length=12, choices=Secrecy, default=Secrecy.INTERNAL)
    audience = models.CharField("知悉范围", max_length=300, blank=True)
    version = models.PositiveSmallIntegerField("版本", default=1)
    """Whoever edits or confirms says which one was on the page."""
    objection = models.CharField("不同意的地方", max_length=500, blank=True)
    """What the unit's head found wrong, until it is offered again."""
    offered_at = models.DateTimeField("提交确认时间", null=True, blank=True)
    office_confirmed_by = account_key("约谈方确认人", null=True, blank=True)
    office_confirmed_at = models.DateTimeField("约谈方确认时间", null=True, blank=True)
    unit_confirmed_by = account_key("被约谈方确认人", null=True, blank=True)
    unit_confirmed_at = models.DateTimeField("被约谈方确认时间", null=True, blank=True)

    class Meta:
        verbose_name = "约谈备忘录"
        constraints = [
            models.CheckConstraint(
                condition=Q(office_confirmed_by=None)
                | Q(unit_confirmed_by=None)
                | ~Q(office_confirmed_by=F("unit_confirmed_by")),
                name="memo_confirmed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(offered_at__isnull=False)
                | Q(office_confirmed_by=None, unit_confirmed_by=None),
                name="memo_confirmed_when_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.talk}"

    @property
    def frozen(self) -> bool:
        return self.office_confirmed_at is not None and self.unit_confirmed_at is not None
