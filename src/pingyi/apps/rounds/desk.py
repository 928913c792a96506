"""What rounds put on a desk: the next step of each; for the units reviewed, the notice."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import READERS, may
from pingyi.apps.rounds.enums import PUBLIC_STATES, RoundState
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import visible
from pingyi.apps.rounds.steps import COURSE
from pingyi.base.desk import Place
from pingyi.base.parts import Item

NEWEST = 5


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """The step to take now of every round that goes on; what is new, for everybody else."""
    roles = {role for role in (Role.ORGANISER, Role.CHECKER, Role.CHAIR) if may(account, role)}
    rounds = visible(account)
    if roles:
        for found in rounds.exclude(state=RoundState.ARCHIVED):
            for shown in COURSE.steps_of(found):
                if shown.state == "now" and roles & set(shown.step.roles):
                    yield "waiting", _item(found, shown.step.title, shown.step.note)
    elif not may(account, *READERS):
        for found in rounds[:NEWEST]:
            published = found.state in PUBLIC_STATES
            what = _("结果已公布") if published else _("评议通知")
            yield "news", _item(found, what, found.period)


def _item(found: Round, what: object, note: object) -> Item:
    return Item(
        title=f"{found.title}：{what}",
        address=reverse("rounds:round", args=[found.slug]),
        note=note,
    )
