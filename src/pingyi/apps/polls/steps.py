"""What is to be done next for a poll. The rooms above add their own steps when the site starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.polls import queries
from pingyi.apps.polls.enums import OVER, PollState
from pingyi.apps.polls.models import Poll
from pingyi.base import steps
from pingyi.base.doors import Opens
from pingyi.base.steps import Course, Room, Shown

COURSE: Course[Poll] = Course()


@dataclass(frozen=True)
class Step(steps.Step):
    """A step that the organiser takes, where nobody else is named."""

    roles: tuple[Role, ...] = (Role.ORGANISER,)


def steps_of(poll: Poll, opens: Opens = lambda address: True) -> list[Shown]:
    """All steps; the first that is not done is the one to do now."""
    return [] if poll.state in OVER else COURSE.steps_of(poll, opens)


def _own_steps(poll: Poll) -> Iterable[Step]:
    at = [poll.slug]
    obstacles = queries.obstacles(poll) if poll.state == PollState.DRAFT else []
    blocked = any(found.blocks for found in obstacles)
    number = poll.targets.count()
    yield Step(
        _("录入评议对象"),
        reverse("polls:targets", args=at),
        bool(number),
        _("共 %(number)s 个") % {"number": number} if number else "",
        icon="users-group",
    )
    wrong = any(found.blocks and found.about == "channel" for found in obstacles)
    ways = [f"{channel.title}：{channel.get_way_display()}" for channel in poll.channels.all()]
    yield Step(
        _("设定渠道"),
        reverse("polls:channels", args=at),
        poll.state != PollState.DRAFT or (not wrong and queries.channels_were_set(poll)),
        "；".join(ways),
        icon="route",
    )
    yield Step(
        _("封定对象和渠道"),
        reverse("polls:prepare", args=at),
        poll.state != PollState.DRAFT,
        "" if poll.state != PollState.DRAFT else _("封定后对象和渠道不能再改。"),
        ask=_(
            "评议对象 %(number)s 个；%(ways)s。"
            "封定后，评议对象、顺序和渠道都不能再改，只能另建一次投票。确定封定吗？"
        )
        % {"number": number, "ways": "；".join(ways)},
        icon="lock",
        ready=not blocked,
    )


def _own_subjects(poll: Poll) -> Mapping[str, Iterable[object]]:
    return {
        "polls.poll": [poll.pk],
        "polls.channel": poll.channels.values_list("pk", flat=True),
        "polls.item": poll.items.values_list("pk", flat=True),
        "polls.ruling": poll.rulings.values_list("pk", flat=True),
    }


def _own_pages(poll: Poll) -> Iterable[tuple[object, str, str]]:
    yield _("评议对象"), reverse("polls:targets", args=[poll.slug]), "users-group"
    yield _("渠道"), reverse("polls:channels", args=[poll.slug]), "route"
    yield _("裁定"), reverse("polls:rulings", args=[poll.slug]), "gavel"


COURSE.join(Room(_own_steps, _own_subjects, _own_pages))
