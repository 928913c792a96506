"""Who writes a pledge, who publishes and settles it, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import guarded
from pingyi.apps.ledger.queries import MEMBERS, OWNERS, SUPERVISORS, belongs_to
from pingyi.apps.people.access import has_role, require
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.enums import CampaignState, PledgeState
from pingyi.apps.pledges.models import Campaign, Pledge
from pingyi.apps.pledges.queries import visible, visible_campaigns
from pingyi.apps.polls.access import Given, OfficeRequest, View
from pingyi.base.errors import Missing, Refused
from pingyi.base.references import Rights

EDITORS = (Role.ORGANISER,)
"""Who makes campaigns and publishes."""
READERS = (*SUPERVISORS, *MEMBERS)

PledgeView = Callable[Concatenate[OfficeRequest, Pledge, Given], HttpResponseBase]
CampaignView = Callable[Concatenate[OfficeRequest, Campaign, Given], HttpResponseBase]


def find(account: Account, pk: int) -> Pledge:
    """Raises ``Missing`` where there is none that the account may see."""
    found = visible(account).select_related("campaign", "unit").filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这份承诺书。"), _("请从公开承诺列表进入。"))
    return found


def find_campaign(account: Account, pk: int) -> Campaign:
    """Raises ``Missing`` where there is none that the account may see."""
    found = visible_campaigns(account).filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这个承诺活动。"), _("请从承诺活动列表进入。"))
    return found


def owns(account: Account, pledge: Pledge) -> bool:
    """Does the account act for the unit?"""
    return has_role(account, *OWNERS, unit=pledge.unit)


def sides(account: Account, pledge: Pledge) -> frozenset[str]:
    """On which sides of the pledge the account stands. No unit's own people are on another."""
    if belongs_to(account, [pledge.unit]):
        return frozenset({"owner"} if owns(account, pledge) else ())
    found = set()
    if has_role(account, *EDITORS, unit=pledge.unit):
        found.add("organiser")
    if has_role(account, *SUPERVISORS, unit=pledge.unit):
        found.add("supervisor")
    return frozenset(found)


def require_owner(by: Account, pledge: Pledge) -> None:
    """To write, hand in and account for a pledge."""
    if not owns(by, pledge):
        raise Refused(
            _("承诺书由本单位的经办人或主要负责人填写。"), _("请由本单位办理，或请组织者协助。")
        )


def require_organiser(by: Account, pledge: Pledge) -> None:
    """To admit late, return and publish."""
    require(by, *EDITORS, unit=pledge.unit)
    _not_its_own(by, pledge)


def require_supervisor(by: Account, pledge: Pledge) -> None:
    """To settle and close. Raises ``Refused`` for whoever is of the unit."""
    require(by, *SUPERVISORS, unit=pledge.unit)
    _not_its_own(by, pledge)


def _not_its_own(by: Account, pledge: Pledge) -> None:
    if belongs_to(by, [pledge.unit]):
        raise Refused(
            _("单位不能公布、核实自己的承诺。"), _("请由承诺单位以外的组织者或督查人员办理。")
        )


def list_page(view: View[Given]) -> Callable[..., HttpResponseBase]:
    """A page for whoever may see any pledges at all."""
    return guarded(view, READERS, lambda account: has_role(account, *READERS))


def pledge_page(view: PledgeView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on a pledge for everyone who may see it."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, pk: int, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, find(request.user, pk), *args, **kwargs)

    return inner


def campaign_page(view: CampaignView[Given]) -> Callable[..., HttpResponseBase]:
    """A page on a campaign for everyone who may see it."""

    @login_required
    @wraps(view)
    def inner(
        request: OfficeRequest, pk: int, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        return view(request, find_campaign(request.user, pk), *args, **kwargs)

    return inner


def rights_at(by: Account, pledge_id: str) -> Rights:
    """The letter and evidence: whoever sees the pledge reads them; the unit adds while it writes
    and accounts, those who supervise until it is closed. The unit removes while it writes."""
    found = visible(by).select_related("campaign", "unit").filter(pk=pledge_id).first()
    if found is None:
        return Rights()
    runs = found.campaign.state != CampaignState.ENDED and found.state != PledgeState.CLOSED
    on = sides(by, found)
    writes = found.state in (PledgeState.DRAFTED, PledgeState.PUBLISHED) and "owner" in on
    return Rights(
        see=True,
        add=runs and (writes or "supervisor" in on),
        remove=runs and found.state == PledgeState.DRAFTED and "owner" in on,
    )
