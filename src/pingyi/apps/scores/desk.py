"""What scores put on a desk: objections to rule on. What is new comes by notices."""

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


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """Objections that wait for a ruling."""
    if not may(account, *CHECKERS):
        return
    rows = Objection.objects.select_related("publication__computation__round", "target")
    for one in rows.filter(state=ObjectionState.RAISED):
        found = one.publication.computation.round
        yield (
            "waiting",
            Item(
                title=f"{one.target.title}：{_('异议待处理')}",
                address=reverse("scores:rule", args=[found.slug, one.pk]),
                note=found.title,
            ),
        )
