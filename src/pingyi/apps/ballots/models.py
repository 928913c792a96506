"""What is left of a box after its opening. Nothing here points to rolls or people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.polls.models import Item, Poll, Target


class KeysBrought(models.Model):
    """A key file that one person brought in and another compares with the offline computer's
    paper. The poll takes the fingerprint when it is confirmed."""

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="keys_brought")
    fingerprint = models.CharField("密钥指纹", max_length=30)
    brought_by = models.CharField("导入人", max_length=150)
    brought_at = models.DateTimeField("导入时间", auto_now_add=True)
    confirmed_by = models.CharField("核对人", max_length=150, blank=True)
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = "密钥导入"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at=None)
                | (~Q(confirmed_by="") & Q(confirmed_at__isnull=False)),
                name="keys_confirmed_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=models.F("brought_by")), name="keys_by_two"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class ZeroReport(models.Model):
    """The box was empty when voting began."""

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="zero_report")
    digest = models.CharField("空箱摘要", max_length=64)
    signed_by = models.CharField("组织者", max_length=150)
    witnessed_by = models.CharField("见证人", max_length=150, blank=True)
    signed_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "零票报告"

    def __str__(self) -> str:
        return self.digest


class ClockAlarm(models.Model):
    """The clock of a server jumped while it ran: windows rest until it is right again, or somebody
    says that it is."""

    off = models.IntegerField("跳动秒数")
    """Seconds by which it went ahead of the time that passed."""
    noticed_at = models.DateTimeField("时间", auto_now_add=True)
    accepted_by = models.CharField("确认人", max_length=150, blank=True)
    over = models.BooleanField("已恢复", default=False)

    class Meta:
        verbose_name = "时钟告警"

    def __str__(self) -> str:
        minutes = round(abs(self.off) / 60)
        facts = {"hours": minutes // 60, "minutes": minutes % 60}
        if self.off > 0:
            return _("向前跳了 %(hours)s 小时 %(minutes)s 分") % facts
        return _("向后跳了 %(hours)s 小时 %(minutes)s 分") % facts


class Opening(models.Model):
    """The opening of an item's part of the box, step by step."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="opening")
    state = models.CharField("进度", max_length=10, choices=OpeningState)
    envelopes = models.PositiveIntegerField("信封数")
    marks = models.PositiveIntegerField("用码数")
    paper = models.PositiveIntegerField("换纸票数")
    typed = models.PositiveIntegerField("录入纸票数", default=0)
    """Ballots of paper that came back and were typed in by two."""
    ballots = models.PositiveIntegerField("信封内票数")
    digest = models.CharField("票箱摘要", max_length=64)
    inspected_by = models.CharField("清点人", max_length=150)
    inspected_at = models.DateTimeField("清点时间", auto_now_add=True)
    confirmed_by = models.CharField("确认人", max_length=150, blank=True)
    opened_by = models.CharField("开箱人", max_length=150, blank=True)
    opened_at = models.DateTimeField("开箱时间", null=True, blank=True)
    root = models.CharField("回执树根", max_length=64, blank=True)
    unreadable = models.PositiveIntegerField("打不开而不计的票数", default=0)
    refused = models.PositiveIntegerField("拒收的信封数", default=0)
    slots = models.JSONField("时段", default=list, blank=True)
    """Of an open item: the fields of ``slots.Slot``."""
    set_aside = models.PositiveIntegerField("搁置票数", default=0)
    aside_root = models.CharField("搁置回执树根", max_length=64, blank=True)

    class Meta:
        verbose_name = "开箱"
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by="") | Q(opened_at__isnull=False),
                name="opening_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=OpeningState.CONFIRMED) | ~Q(confirmed_by=""),
                name="opening_confirmed_by_somebody",
            ),
        ]

    @property
    def opened(self) -> int:
        """Ballots that were opened."""
        return self.ballots - self.unreadable

    def __str__(self) -> str:
        return str(self.item)


class Stop(models.Model):
    """Why the opening of an item has stopped, as long as it has (ADR 0013)."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="stop")
    at = models.DateTimeField("时间", auto_now=True)
    found = models.JSONField("查明的情况", default=list)
    foreign = models.JSONField("来历不明的信封", default=list)
    unreadable = models.JSONField("打不开的信封", default=list)
    """Batches that may be ruled out; both empty where no ruling can help."""
    number = models.PositiveIntegerField("票数", default=0)
    """Ballots in those that can't be opened."""

    class Meta:
        verbose_name = "开箱停止"

    def __str__(self) -> str:
        return str(self.item)


class ClassCount(models.Model):
    """How many ballots of a class came back and what became of them; the counts for the score."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="class_counts")
    rater_class = models.CharField("票种", max_length=60)
    returned = models.PositiveIntegerField("收回")
    paper = models.PositiveIntegerField("换纸票", default=0)
    typed = models.PositiveIntegerField("其中纸票", default=0)
    """Of those returned, how many came on paper; ``paper`` are the codes spent for it."""
    unreadable = models.PositiveIntegerField("打不开而不计", default=0)
    """Beside those returned; in ``by_target``, too, where raters rate their own unit."""
    valid = models.PositiveIntegerField("有效")
    invalid = models.PositiveIntegerField("无效")
    set_aside = models.PositiveIntegerField("搁置", default=0)
    """Beside those returned: accepted = valid + invalid + set aside."""
    abstained = models.PositiveIntegerField("弃权")
    not_informed = models.PositiveIntegerField("不了解")
    by_target = models.JSONField("各对象票数", default=dict)
    """For papers of scope own: code of the target → statuses."""
    counts = models.JSONField("计数")
    """As ``schemes.counting`` gives and takes it."""

    class Meta:
        verbose_name = "票种计数"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("item", "rater_class"), name="class_count_once"),
            models.CheckConstraint(
                condition=Q(returned=models.F("valid") + models.F("invalid")),
                name="class_count_balances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.rater_class}"


class OpenedSheets(models.Model):
    """The sheets of a class on a target, parted from their ballots and sorted, so that their
    order holds nothing. ``rows`` are zlib-packed little-endian codes of answers."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="sheets")
    rater_class = models.CharField("票种", max_length=60)
    target = models.ForeignKey(Target, models.CASCADE, related_name="sheets")
    counted = models.BooleanField("计入")
    number = models.PositiveIntegerField("张数")
    dimensions = models.PositiveSmallIntegerField("测评内容数")
    rows = models.BinaryField("答案")

    class Meta:
        verbose_name = "测评单"
        constraints = [
            models.UniqueConstraint(
                fields=("item", "rater_class", "target", "counted"), name="sheets_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.target}"


class Leaves(models.Model):
    """The receipts of an opened item, ascending: 32 bytes each."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="leaves")
    number = models.PositiveIntegerField("张数")
    data = models.BinaryField("回执")
    aside = models.BinaryField("搁置时段的回执", default=bytes)
    """Those of slots that were set aside, once more, ascending."""

    class Meta:
        verbose_name = "回执"

    def __str__(self) -> str:
        return str(self.item)


class TallyEntry(models.Model):
    """Paper ballots counted by hand, or counted sheets from a file: entered twice, by two people,
    and compared."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="tally_entries")
    turn = models.PositiveSmallIntegerField("第几次录入")
    rows = models.JSONField("票数")
    """Rows of the tables ``tallies`` and ``rolls``, by column key, in canonical order."""
    digest = models.CharField("摘要", max_length=64)
    entered_by = models.CharField("录入人", max_length=150)
    entered_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "汇总票录入"
        constraints = [
            models.UniqueConstraint(fields=("poll", "turn"), name="tally_turn_once"),
            models.CheckConstraint(condition=Q(turn__in=(1, 2)), name="tally_two_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.poll} {self.turn}"


class PaperEntry(models.Model):
    """The ballots of paper of an item, typed in twice, by two people, and compared. They lie here
    sealed to the item's key, like those of the box, until the item is opened (ADR 0018)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="paper_entries")
    turn = models.PositiveSmallIntegerField("第几次录入")
    digests = models.JSONField("各张摘要", default=list)
    """[number on the sheet of paper, keyed digest of what it says], in the order of the file."""
    sealed = models.BinaryField("封存的纸票")
    entered_by = models.CharField("录入人", max_length=150)
    entered_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "纸票录入"
        constraints = [
            models.UniqueConstraint(fields=("item", "turn"), name="paper_turn_once"),
            models.CheckConstraint(condition=Q(turn__in=(1, 2)), name="paper_two_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.turn}"


class FigureEntry(models.Model):
    """Scores of an agency and other supplied figures, with sample sizes, from a file."""

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="figure_entry")
    rows = models.JSONField("数值")
    digest = models.CharField("摘要", max_length=64)
    entered_by = models.CharField("录入人", max_length=150)
    entered_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "指标录入"

    def __str__(self) -> str:
        return str(self.poll)
