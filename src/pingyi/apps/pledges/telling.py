"""Who learns of a pledge. What waits stands on the desk; by notice goes what has happened."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ledger.queries import OWNERS
from pingyi.apps.notices.actions import tell
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_at
from pingyi.apps.pledges.enums import PledgeState
from pingyi.apps.pledges.models import Campaign, Pledge
from pingyi.base.figures import day
from pingyi.base.references import Reference


def tell_announced(by: Account, campaign: Campaign) -> None:
    """To each unit that is called up; who knows already hears nothing again."""
    title = _("请于%(day)s前提交公开承诺：%(campaign)s")
    _tell_all(by, campaign, "announced", title)


def tell_reminded(campaign: Campaign) -> None:
    """To each unit whose pledge has not come, before the window ends."""
    _tell_all(None, campaign, "reminded", _("公开承诺将于%(day)s截止：%(campaign)s"))


def _tell_all(by: Account | None, campaign: Campaign, kind: str, title: str) -> None:
    words = title % {"day": day(campaign.closes_on), "campaign": campaign.title}
    waiting = campaign.pledges.filter(state=PledgeState.DRAFTED).select_related("unit")
    for pledge in waiting:
        tell(
            by=by,
            accounts=holders_at(pledge.unit, *OWNERS),
            kind=f"pledges.pledge.{kind}",
            title=words,
            reference=Reference("pledges.pledge", str(pledge.pk)),
            address=reverse("pledges:pledge", args=[pledge.pk]),
        )


def tell_unit(by: Account, pledge: Pledge, kind: str, title: str) -> None:
    """To the unit: what happened to its pledge at this version."""
    tell(
        by=by,
        accounts=holders_at(pledge.unit, *OWNERS),
        kind=f"pledges.pledge.{kind}",
        title=title % {"pledge": pledge},
        reference=Reference("pledges.pledge", f"{pledge.pk} {pledge.version}"),
        address=reverse("pledges:pledge", args=[pledge.pk]),
    )
