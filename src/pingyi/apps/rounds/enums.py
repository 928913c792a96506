"""What rounds review, where they stand, and in which direction a vote goes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Review(models.TextChoices):
    """What is reviewed (三评, JZ-02)."""

    TEAM = "team", _("评班子")
    ORGANISATION = "organisation", _("评组织")
    MEMBER = "member", _("评党员")


PURPOSES = {
    Review.TEAM: _("提振精神、勇于担当、主动作为"),
    Review.ORGANISATION: _("建设服务型基层党组织"),
    Review.MEMBER: _("当先锋、作表率"),
}
"""What each review is for (JZ-03)."""


class Direction(models.TextChoices):
    """To whom a presenter reports (RY-02)."""

    SINGLE = "single", _("述职评议")
    DOWN = "down", _("向下述职")
    UP = "up", _("向上述职")


class RoundState(models.TextChoices):
    DRAFT = "draft", _("筹备")
    ANNOUNCED = "announced", _("已通知")
    COLLECTING = "collecting", _("评议中")
    CLOSED = "closed", _("已截止")
    COMPUTED = "computed", _("已计算")
    CHECKED = "checked", _("已核对")
    FROZEN = "frozen", _("已签发")
    PUBLISHED = "published", _("已公布")
    RECTIFYING = "rectifying", _("整改中")
    ARCHIVED = "archived", _("已归档")


PUBLIC_STATES = (RoundState.PUBLISHED, RoundState.RECTIFYING, RoundState.ARCHIVED)
"""States in which there is a published result."""


OPEN_STATES = (RoundState.ANNOUNCED, RoundState.COLLECTING)
"""In which reports are written, and leaders prepare what they will say."""


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("未开始")
    RUNNING = "running", _("进行中")
    ENDED = "ended", _("已结束")


class Phase(models.TextChoices):
    """Where a presenter stands (JZ-18, RY-14)."""

    WAITING = "waiting", _("等候")
    REPORTING = "reporting", _("述职")
    COMMENTING = "commenting", _("点评")
    ASKING = "asking", _("提问")
    VOTING = "voting", _("投票")
    DONE = "done", _("已结束")
    ABSENT = "absent", _("缺席")


ON_STAGE = (Phase.REPORTING, Phase.COMMENTING, Phase.ASKING, Phase.VOTING)
"""Phases of a presenter whose turn it is; never two in one meeting."""


class Speaker(models.TextChoices):
    """Who says to be giving an opinion. Nobody checks."""

    RATER = "rater", _("评议代表")
    PUBLIC = "public", _("社会公众")


class OpinionState(models.TextChoices):
    WAITING = "waiting", _("待审")
    RELAYED = "relayed", _("已转现场")
    HELD = "held", _("不转现场")


OPINION_PRESET = ("班子建设", "重点工作", "服务群众", "工作作风", "其他")
"""Five categories (the county had five, and names none): the system's default."""


class ReportState(models.TextChoices):
    DRAFT = "draft", _("起草中")
    HANDED_IN = "handed_in", _("已提交")
    RETURNED = "returned", _("已退回")
