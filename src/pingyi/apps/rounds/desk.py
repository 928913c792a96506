"""What rounds put on a desk: the next step of each. What is new comes by notices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import may
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import own_comment, to_comment, visible
from pingyi.apps.rounds.steps import COURSE
from pingyi.base.desk import Place
from pingyi.base.parts import Item


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """The step to take now of every round that goes on, for those who take it; for leaders, whom
    to comment on."""
    yield from _to_comment(account)
    roles = {role for role in (Role.ORGANISER, Role.CHECKER, Role.CHAIR) if may(account, role)}
    if not roles:
        return
    for found in visible(account).exclude(state=RoundState.ARCHIVED):
        for shown in COURSE.steps_of(found):
            if shown.state == "now" and roles & set(shown.step.roles):
                yield "waiting", _item(found, shown.step.title, shown.step.note)


def _to_comment(account: Account) -> Iterator[tuple[Place, Item]]:
    """One line a meeting, until all is written."""
    for meeting, items in groupby(to_comment(account), lambda item: item.meeting):
        left = [item for item in items if own_comment(account, item) is None]
        if left:
            names = "、".join(item.target.title for item in left)
            yield (
                "waiting",
                Item(
                    title=_("%(title)s：写点评") % {"title": meeting.title},
                    address=reverse("rounds:all_remarks", args=[meeting.round.slug]),
                    note=_("待写：%(names)s") % {"names": names},
                ),
            )


def _item(found: Round, what: object, note: object) -> Item:
    return Item(
        title=f"{found.title}：{what}",
        address=reverse("rounds:round", args=[found.slug]),
        note=note,
    )
