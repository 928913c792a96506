"""What is said to a presenter: comments of leaders (JZ-09) and questions of the hall (JZ-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from pingyi.apps.people.models import Account, Person
from pingyi.apps.rounds.models.meetings import AgendaItem

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class LeaderComment(models.Model):
    """Praise, numbered problems, hope: of the leader in charge, or of another who comments.
    ``prepared``: the leader wrote it himself, and its unit reads it once he has given it."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="comments")
    leader = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    leader_name = models.CharField("点评领导", max_length=60)
    praise = models.TextField("肯定", max_length=3000, blank=True)
    hope = models.TextField("希望和要求", max_length=3000, blank=True)
    prepared = models.BooleanField("本人撰写", default=False)
    entered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        problems: RelatedManager[CommentProblem]

    class Meta:
        verbose_name = "点评"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("item", "leader_name"), name="comment_once_per_leader"),
        ]

    def __str__(self) -> str:
        return f"{self.leader_name}：{self.item.target}"

    @property
    def entered_for(self) -> Account | None:
        """Who wrote it down last, where that was not the leader."""
        by = self.entered_by
        if by is None or by.name == self.leader_name:
            return None
        return None if self.leader_id and by.person_id == self.leader_id else by


class CommentProblem(models.Model):
    """One problem (一是…): a row of its own, so that a ledger can take it up."""

    comment = models.ForeignKey(LeaderComment, models.CASCADE, related_name="problems")
    number = models.PositiveSmallIntegerField("序号")
    text = models.CharField("问题", max_length=500)

    class Meta:
        verbose_name = "点评问题"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("comment", "number"), name="problem_number_once"),
        ]

    def __str__(self) -> str:
        return self.text


class OnsiteQuestion(models.Model):
    """Who asked what, and what was answered."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="questions")
    asker = models.CharField("提问人", max_length=60)
    question = models.TextField("问题", max_length=2000)
    answer = models.TextField("回答", max_length=3000, blank=True)

    class Meta:
        verbose_name = "现场提问"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.asker}：{self.question[:20]}"
