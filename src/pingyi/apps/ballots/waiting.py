"""What the box puts on a desk: a clock that jumped while a vote goes on."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ballots import clock
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import may
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.base.desk import Place
from pingyi.base.parts import Item


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """For those who may say that the clock is right; it leads to the console of the vote."""
    if not may(account, Role.ORGANISER, Role.CHAIR):
        return
    poll = Poll.objects.filter(state=PollState.VOTING).order_by("pk").last()
    if poll is None:
        return
    for alarm in clock.alarms():
        yield (
            "waiting",
            Item(
                title=_("服务器时钟跳动，自动开放和自动锁定已暂停"),
                address=reverse("ballots:console", args=[poll.slug]),
                note=_("时钟%(jump)s。请校准时钟；若现在的时钟就是对的，请到控制台确认。")
                % {"jump": alarm},
                state=(_("告警"), "late"),
                due=alarm.noticed_at,
            ),
        )
