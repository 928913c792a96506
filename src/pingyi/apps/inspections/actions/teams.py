"""Who goes, and who stays away from which unit."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.inspections.access import require_officer
from pingyi.apps.inspections.actions.keeping import go, locked, needed, told
from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Inspection, Member, Place, Recusal
from pingyi.apps.people.models import Account
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict


@transaction.atomic
def add_member(
    *,
    by: Account,
    inspection: Inspection,
    account: Account,
    team: str,
    leads: bool = False,
    seconded_from: str = "",
) -> Member:
    """Second somebody to a team (TS-30). The own units are barred without being asked."""
    one = locked(inspection)
    require_officer(by, one)
    go(one, "team")
    taken = {
        "member_once": (_("%(name)s已在督导组里。") % {"name": account.name}, ""),
        "member_one_leader": (_("这一组已有组长。"), _("请先移出，或不选“组长”。")),
    }
    with constraints_told(taken):
        made = Member.objects.create(
            inspection=one,
            account=account,
            team=needed(team, _("请填写组别。"), "team"),
            leads=leads,
            seconded_from=seconded_from.strip(),
        )
    told(one, by=by, verb="member_added", note=f"{made.team} {account.name}")
    return made


@transaction.atomic
def drop_member(*, by: Account, member: Member) -> None:
    """Take somebody out of a team. What he reported stays."""
    one = locked(member.inspection)
    require_officer(by, one)
    go(one, "team")
    if member.leads and one.state == InspectionState.RUNNING:
        raise Conflict(_("督查中不能没有组长。"), _("请先结束督查。"))
    name = member.account.name
    member.delete()
    told(one, by=by, verb="member_dropped", note=name)


@transaction.atomic
def recuse(*, by: Account, place: Place, account: Account, reason: str) -> Recusal:
    """A member stays away from a unit; recorded by the office or by the member."""
    one = locked(place.inspection)
    if by != account:
        require_officer(by, one)
    go(one, "team")
    if not one.members.filter(account=account).exists():
        raise Conflict(_("%(name)s不在督导组里。") % {"name": account.name})
    words = needed(reason, _("请写明回避理由。"), "reason")
    with constraints_told({"recusal_once": (_("已经记录过。"), _("请刷新。"))}):
        made = Recusal.objects.create(inspection=one, place=place, account=account, reason=words)
    told(one, by=by, verb="recused", note=f"{account.name} · {place.title}：{words}")
    return made
