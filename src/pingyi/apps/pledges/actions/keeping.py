"""How every change to a pledge is made: locked, by the table of states, told to the log."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.people.models import Account
from pingyi.apps.pledges.enums import CampaignState, PledgeState
from pingyi.apps.pledges.models import Pledge
from pingyi.apps.pledges.rules import in_window
from pingyi.apps.pledges.workflow import PLEDGE
from pingyi.base import audit
from pingyi.base.errors import Conflict
from pingyi.base.marks import changed_meanwhile
from pingyi.base.stories import last_told

TITLES: dict[str, object] = dict(PledgeState.choices)


_WAYS: dict[str, object] = {
    PledgeState.HANDED_IN: gettext_lazy("确需修改的，请组织者退回，退回后再改。"),
    PledgeState.PUBLISHED: gettext_lazy("公布后不能再改；情况有变的，请在填报完成情况时说明。"),
}
"""How what was written can still be changed, by the state that the pledge has come to."""


def locked(pledge: Pledge) -> Pledge:
    """The pledge as it stands, kept from others until the transaction ends."""
    rows = Pledge.objects.select_for_update(of=("self",))
    return rows.select_related("campaign", "unit").get(pk=pledge.pk)


def as_seen(pledge: Pledge, seen: int | None) -> None:
    """Raises ``Stale`` where it isn't the version ``seen`` any more."""
    if seen is not None and pledge.version != seen:
        raise changed_meanwhile("pledges.pledge", pledge.pk)


def go(pledge: Pledge, verb: str) -> str:
    """The state to which a verb leads. Raises ``Conflict`` where it isn't possible, with who went
    on with the pledge, and when."""
    if pledge.campaign.state != CampaignState.ANNOUNCED:
        raise Conflict(
            _("承诺活动“%(title)s”现在是“%(state)s”。")
            % {"title": pledge.campaign.title, "state": pledge.campaign.get_state_display()},
            _("只有已部署、未结束的活动才能办理承诺书。"),
        )
    try:
        return PLEDGE.go(pledge.state, verb, TITLES)
    except Conflict as refused:
        what = f"{refused.what}{last_told('pledges.pledge', pledge.pk)}"
        way = _WAYS.get(pledge.state) if verb == "write" else None
        raise Conflict(what, way or refused.mend) from refused


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
