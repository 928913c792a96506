"""How every change to a pledge is made: locked, by the table of states, told to the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.errors import changed_meanwhile
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.enums import CampaignState, PledgeState
from pingyi.apps.pledges.models import Pledge
from pingyi.apps.pledges.rules import in_window
from pingyi.apps.pledges.workflow import PLEDGE
from pingyi.base import audit
from pingyi.base.errors import Conflict

TITLES: dict[str, object] = dict(PledgeState.choices)


def locked(pledge: Pledge, seen: int | None = None) -> Pledge:
    """The pledge as it stands, kept from others until the transaction ends. Raises ``Stale`` where
    it isn't the version ``seen`` any more."""
    rows = Pledge.objects.select_for_update(of=("self",))
    found = rows.select_related("campaign", "unit").get(pk=pledge.pk)
    if seen is not None and found.version != seen:
        raise changed_meanwhile("pledges.pledge", found.pk)
    return found


def go(pledge: Pledge, verb: str) -> str:
    """The state to which a verb leads. Raises ``Conflict`` where it isn't possible."""
    if pledge.campaign.state != CampaignState.ANNOUNCED:
        raise Conflict(
            _("承诺活动“%(title)s”现在是“%(state)s”。")
            % {"title": pledge.campaign.title, "state": pledge.campaign.get_state_display()},
            _("只有已部署、未结束的活动才能办理承诺书。"),
        )
    return PLEDGE.go(pledge.state, verb, TITLES)


def keep(pledge: Pledge, *, by: Account, verb: str, note: object = "", **facts: Any) -> Pledge:
    """Save what was changed, and write it into the log."""
    pledge.version += 1
    pledge.save()
    said = {"note": str(note)} if note else {}
    audit.record(by=by, verb=f"pledges.pledge.{verb}", subject=pledge, **facts, **said)
    return pledge


def is_late(pledge: Pledge, today: date | None = None) -> bool:
    """Would it come too late: outside the window, never handed in within it, and not admitted?"""
    campaign, day = pledge.campaign, today or timezone.localdate()
    if pledge.late_reason or pledge.handed_in_on is not None:
        return False
    return not in_window(campaign.opens_on, campaign.closes_on, day)
