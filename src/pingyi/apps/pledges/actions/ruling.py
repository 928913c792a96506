"""What the organiser does: admits late, returns, publishes into the ledger."""

from __future__ import annotations

from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.actions import Facts, Finding, Term
from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.ledger.enums import EntryKind
from pingyi.apps.ledger.models import Campaign as LedgerCampaign
from pingyi.apps.people.access import require_another
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.access import require_organiser
from pingyi.apps.pledges.actions.keeping import go, is_late, keep, locked
from pingyi.apps.pledges.enums import Measure
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.apps.pledges.queries import SOURCE
from pingyi.apps.pledges.telling import tell_unit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import day as shown
from pingyi.base.figures import number


@transaction.atomic
def admit(*, by: Account, pledge: Pledge, reason: str) -> Pledge:
    """Let a pledge come after the window, with a reason that stays beside it."""
    one = locked(pledge)
    require_organiser(by, one)
    go(one, "admit")
    if not is_late(one):
        raise Conflict(_("这份承诺书现在就能提交，无须准予。"))
    one.late_reason = needed(reason, _("请写明准予逾期的理由。"), "reason")
    one.late_ruled_by = by
    keep(one, by=by, verb="admitted", note=one.late_reason)
    tell_unit(by, one, "admitted", _("%(pledge)s：准予逾期提交"))
    return one


@transaction.atomic
def give_back(*, by: Account, pledge: Pledge, reason: str) -> Pledge:
    """Back to the unit, to be mended. It may come again, the window over or not."""
    one = locked(pledge)
    require_organiser(by, one)
    one.state = go(one, "give_back")
    one.returned_reason = needed(reason, _("请写明退回理由。"), "reason")
    keep(one, by=by, verb="given_back", note=one.returned_reason)
    tell_unit(by, one, "given_back", _("%(pledge)s：已退回，请修改后再提交"))
    return one


@transaction.atomic
def publish(*, by: Account, pledge: Pledge) -> Pledge:
    """Tell everybody, and enter each item into the ledger, once."""
    one = locked(pledge)
    require_organiser(by, one)
    one.state = go(one, "publish")
    if one.handed_in_by is not None:
        require_another(by, one.handed_in_by.username, _("提交承诺书的人不能公布。"))
    items = list(one.items.select_related("aspect").order_by("due_on", "number"))
    today = timezone.localdate()
    past = next((item for item in items if item.due_on < today), None)
    if past is not None:
        raise Invalid(
            _("“%(text)s”的期限%(day)s已经过去。") % {"text": past.text, "day": shown(past.due_on)},
            _("请退回单位改期限。"),
        )
    one.published_by, one.published_on = by, today
    keep(one, by=by, verb="published")
    campaign = _ledger_of(by, one.campaign)
    for due, group in groupby(items, key=lambda item: item.due_on):
        findings = [_finding(one, item) for item in group]
        ledger.register_findings(by=by, campaign=campaign, findings=findings, term=Term(day=due))
    tell_unit(by, one, "published", _("%(pledge)s：已公布"))
    return one


def _ledger_of(by: Account, campaign: Campaign) -> LedgerCampaign:
    """The ledger's campaign for the items; made with the same basis where none was chosen."""
    found = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if found.ledger is None:
        found.ledger = LedgerCampaign.objects.filter(title=found.title).first()
    if found.ledger is None:
        names = ("title", "document_title", "document_number", "filing_number")
        found.ledger = ledger.save_campaign(
            by=by,
            facts={name: getattr(found, name) for name in names},
            categories=[one.title for one in found.aspects.all() if one.title],
        )
    found.save()
    return found.ledger


def _finding(pledge: Pledge, item: Item) -> Finding:
    lines = [item.text, _("目标：%(target)s") % {"target": target_words(item)}]
    if item.benchmark:
        words = {"whom": item.benchmark, "figure": item.benchmark_figure}
        lines.append(_("对标：%(whom)s %(figure)s") % words)
    facts = Facts(item.text, "\n".join(lines), EntryKind.PLEDGE, item.aspect.title)
    return Finding(SOURCE, str(item.pk), str(pledge), facts, pledge.unit)


def target_words(item: Item) -> str:
    """``150亿元``, or that it is kept or not."""
    if item.measure == Measure.NUMBER:
        return f"{number(item.target)}{item.measured_in}"
    return str(Measure(item.measure).label)
