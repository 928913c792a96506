"""Campaigns: saved, announced to the units called up, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.models import Campaign as LedgerCampaign
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.units import heads_of
from pingyi.apps.pledges.access import EDITORS
from pingyi.apps.pledges.enums import CampaignState, PledgeState
from pingyi.apps.pledges.models import Aspect, Campaign, Pledge
from pingyi.apps.pledges.presets import ASPECTS, OWN, WINDOW_DAYS
from pingyi.apps.pledges.telling import tell_announced
from pingyi.apps.pledges.workflow import CAMPAIGN
from pingyi.base import audit
from pingyi.base.constraints import constraints_told
from pingyi.base.days import TermUnit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import mark_of, need_seen
from pingyi.base.stories import last_told
from pingyi.base.terms import derivation, due_after

TITLES: dict[str, object] = dict(CampaignState.choices)


@dataclass(frozen=True)
class CampaignFacts:
    """What a campaign says. The window is ``days`` from ``opens_on``."""

    title: str
    year: int
    opens_on: date
    settle_on: date
    days: int = WINDOW_DAYS
    document_title: str = ""
    document_number: str = ""
    filing_number: str = ""
    outlets: str = ""
    ledger: LedgerCampaign | None = None


@transaction.atomic
def save_campaign(
    *,
    by: Account,
    campaign: Campaign | None = None,
    facts: CampaignFacts,
    units: Sequence[Unit],
    aspects: Sequence[str] = (),
    seen: str | None = None,
) -> Campaign:
    """A new campaign, or a changed one, with the units called up: each has its empty pledge. A
    unit that has written something stays. ``aspects``: their titles, in order; a source stays
    with its own title alone. ``seen``: the mark that was on the page (``Stale``)."""
    require_for_all(by, *EDITORS)
    made = Campaign.objects.select_for_update().get(pk=campaign.pk) if campaign else Campaign()
    if made.state == CampaignState.ENDED:
        raise Conflict(_("承诺活动已结束，不能再改。"), last_told("pledges.campaign", made.pk))
    if campaign is not None:
        need_seen(seen, mark_of_campaign(made), made, verbs=["pledges.campaign.saved"])
    _write(made, facts)
    with constraints_told({"campaign_title": (_("已有同名的承诺活动。"), _("请换一个名称。"))}):
        made.save()
    _name_aspects(made, aspects)
    _call_up(made, units)
    audit.record(by=by, verb="pledges.campaign.saved", subject=made, units=len(units))
    if made.state == CampaignState.ANNOUNCED:
        tell_announced(by, made)
    return made


def mark_of_campaign(campaign: Campaign) -> str:
    """The mark of all that the form of a campaign saves."""
    facts = [str(getattr(campaign, one.name)) for one in fields(CampaignFacts)]
    aspects = [*campaign.aspects.order_by("number").values_list("number", "title")]
    units = [*campaign.pledges.order_by("unit").values_list("unit", flat=True)]
    return mark_of(facts, aspects, units)


def _write(made: Campaign, facts: CampaignFacts) -> None:
    if not facts.title.strip():
        raise Invalid(_("请填写名称。"), field="title")
    for name in ("year", "opens_on", "days", "settle_on", "outlets", "ledger"):
        setattr(made, name, getattr(facts, name))
    for name in ("title", "document_title", "document_number", "filing_number"):
        setattr(made, name, getattr(facts, name).strip())
    due = due_after(facts.opens_on, facts.days, TermUnit.NATURAL)
    made.closes_on, made.closes_words = due.day, derivation(due)
    if facts.settle_on < made.closes_on:
        raise Invalid(_("交账日期不能早于提交截止日期。"), field="settle_on")


def _name_aspects(campaign: Campaign, titles: Sequence[str]) -> None:
    there = {one.number: one for one in campaign.aspects.all()}
    for number, (preset, source) in enumerate(ASPECTS, start=1):
        title = titles[number - 1].strip() if number <= len(titles) else preset
        one = there.get(number) or Aspect(campaign=campaign, number=number)
        if not title and one.pk and one.items.exists():
            raise Invalid(
                _("第%(number)s个方面已有承诺事项，不能去掉名称。") % {"number": number},
                field=f"aspect_{number}",
            )
        one.title, one.source = title, source if title == preset else OWN
        one.save()


def _call_up(campaign: Campaign, units: Sequence[Unit]) -> None:
    wanted = {unit.pk: unit for unit in units}
    empty = campaign.pledges.filter(state=PledgeState.DRAFTED, items=None)
    empty.exclude(unit__in=wanted).delete()
    left = campaign.pledges.exclude(unit__in=wanted).first()
    if left is not None:
        raise Invalid(
            _("%(unit)s已填写承诺，不能移出。") % {"unit": left.unit_title}, field="units"
        )
    there = set(campaign.pledges.values_list("unit", flat=True))
    new = [unit for unit in wanted.values() if unit.pk not in there]
    heads = heads_of(new)
    for unit in new:
        if not unit.lives_on(timezone.localdate()):
            raise Invalid(_("%(unit)s已撤销。") % {"unit": unit.title}, field="units")
        held = heads.get(unit.pk, [])
        Pledge.objects.create(
            campaign=campaign,
            unit=unit,
            unit_title=unit.title,
            head_name=held[0].person.name if held else "",
            head_post=held[0].post.title if held else "",
        )


@transaction.atomic
def announce(*, by: Account, campaign: Campaign) -> Campaign:
    """Call up the units: each hears of it, and may write from now on."""
    require_for_all(by, *EDITORS)
    one = Campaign.objects.select_for_update().get(pk=campaign.pk)
    state = CAMPAIGN.go(one.state, "announce", TITLES)
    if not one.pledges.exists():
        raise Invalid(_("还没有选定承诺单位。"), _("请先在活动里选择。"))
    one.state = state
    one.save()
    audit.record(by=by, verb="pledges.campaign.announced", subject=one)
    tell_announced(by, one)
    return one


@transaction.atomic
def end(*, by: Account, campaign: Campaign) -> Campaign:
    """Nothing is left to settle: what was published is closed. Who never pledged stays named."""
    require_for_all(by, *EDITORS)
    one = Campaign.objects.select_for_update().get(pk=campaign.pk)
    state = CAMPAIGN.go(one.state, "end", TITLES)
    over = (PledgeState.CLOSED, PledgeState.DRAFTED)
    left = one.pledges.exclude(state__in=over).count()
    if left:
        raise Conflict(
            _("还有%(number)s份承诺书没有办结。") % {"number": left}, _("请先逐份交账、办结。")
        )
    one.state = state
    one.save()
    audit.record(by=by, verb="pledges.campaign.ended", subject=one)
    return one
