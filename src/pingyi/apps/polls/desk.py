"""What polls put on a desk: the next step of each, for those who take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls import rulings
from pingyi.apps.polls.access import may
from pingyi.apps.polls.enums import OVER, PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.steps import steps_of
from pingyi.base.desk import Place
from pingyi.base.parts import Item

NEWEST = 5

_settled: list[Callable[[], QuerySet[Poll]]] = []


def settle(polls: Callable[[], QuerySet[Poll]]) -> None:
    """Votes with which a room above is done: nothing of them waits any more."""
    _settled.append(polls)


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """The step to take now of every poll that goes on; the newest that are counted."""
    roles = [role for role in (Role.ORGANISER, Role.CHECKER, Role.CHAIR) if may(account, role)]
    if not roles:
        return
    for ruling in rulings.waiting_for(account):
        yield "waiting", _item(ruling.poll, _("裁定待批准"), ruling.get_kind_display())
    ended = (PollState.COUNTED, *OVER)
    going_on = Poll.objects.exclude(state__in=ended)
    for polls in _settled:
        going_on = going_on.exclude(pk__in=polls())
    for poll in going_on.select_related("version"):
        for shown in steps_of(poll):
            if shown.state == "now" and set(roles) & set(shown.step.roles):
                yield "waiting", _item(poll, shown.step.title, shown.step.note)
    for poll in Poll.objects.filter(state=PollState.COUNTED)[:NEWEST]:
        yield "news", _item(poll, _("已开箱计票"), "")


def _item(poll: Poll, what: object, note: object) -> Item:
    return Item(
        title=f"{poll.title}：{what}",
        address=reverse("polls:poll", args=[poll.slug]),
        note=note,
        state=(_("演练"), "warning") if poll.rehearsal else None,
    )
