"""What scores put on a desk: objections to rule on, answers for the units that objected."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import may
from pingyi.apps.scores.access import CHECKERS
from pingyi.apps.scores.enums import ObjectionState
from pingyi.apps.scores.models import Objection
from pingyi.base.desk import Place
from pingyi.base.parts import Item

NEWEST = 5


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """Objections that wait for a ruling; of one's own, those that were answered."""
    rows = Objection.objects.select_related("publication__computation__round", "target")
    if may(account, *CHECKERS):
        for one in rows.filter(state=ObjectionState.RAISED):
            yield "waiting", _item(one, _("异议待处理"), "scores:objections")
    answered = rows.filter(raised_by=account).exclude(state=ObjectionState.RAISED)
    for one in answered[:NEWEST]:
        yield "news", _item(one, _("异议已答复"), "scores:told")


def _item(one: Objection, what: str, page: str) -> Item:
    found = one.publication.computation.round
    return Item(
        title=f"{one.target.title}：{what}",
        address=reverse(page, args=[found.slug]),
        note=found.title,
    )
