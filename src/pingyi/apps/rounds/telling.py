"""Who learns of a round: the people of the units reviewed, and the leaders in charge of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import tell
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_of
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import own_targets
from pingyi.base.references import Reference


def people_of(found: Round) -> list[Account]:
    """Handlers and heads of the units reviewed, and leaders in charge of one of them."""
    holders = holders_of(Role.UNIT_HANDLER) | holders_of(Role.UNIT_HEAD) | holders_of(Role.LEADER)
    return [one for one in holders.distinct() if own_targets(one, found).exists()]


def tell_announced(by: Account, found: Round) -> None:
    """The notice of the review."""
    tell(
        by=by,
        accounts=people_of(found),
        kind="rounds.round.announced",
        title=_("评议通知：%(title)s") % {"title": found.title},
        reference=Reference("rounds.round", str(found.pk)),
        address=reverse("rounds:round", args=[found.slug]),
    )
