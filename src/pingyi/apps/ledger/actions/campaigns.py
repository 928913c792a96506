"""Campaigns, and the filters that somebody keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.ledger.models import Campaign, SavedView
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.apps.ledger.rules import LightRule, UrgeRule
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.base import audit
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Invalid
from pingyi.base.marks import fields_mark, need_seen
from pingyi.base.terms import TermRule

EDITORS = (Role.ORGANISER,)
FACTS = (
    "title",
    "document_title",
    "document_number",
    "filing_number",
    "look_back_months",
    "ended",
)
SAVED = (
    *FACTS,
    "categories",
    "columns",
    "lights",
    "urging",
    "terms",
)
"""Fields of a campaign that its form saves."""
MOST_COLUMNS = 12
MOST_VIEWS = 20


@transaction.atomic
def save_campaign(  # noqa: PLR0913 - the parts of a campaign, and what was seen of them
    *,
    by: Account,
    campaign: Campaign | None = None,
    facts: dict[str, Any],
    categories: Sequence[str] = (),
    columns: Sequence[OwnColumn] = (),
    lights: Sequence[LightRule] | None = None,
    urging: Sequence[UrgeRule] | None = None,
    terms: Sequence[TermRule] | None = None,
    seen: str | None = None,
) -> Campaign:
    """A new campaign, or a changed one. A column that entries have filled stays. ``seen``: the
    mark of ``SAVED`` that was on the page (``Stale``)."""
    require_for_all(by, *EDITORS)
    if campaign is None:
        made = Campaign()
    else:
        made = Campaign.objects.select_for_update().get(pk=campaign.pk)
        need_seen(seen, fields_mark(made, SAVED), made, verbs=["ledger.campaign.saved"])
    for name, value in facts.items():
        setattr(made, name, value)
    if not made.title.strip():
        raise Invalid(_("请填写专项名称。"), field="title")
    made.categories = list(dict.fromkeys(one.strip() for one in categories if one.strip()))
    if len(columns) > MOST_COLUMNS:
        raise Invalid(_("自设栏目最多%(most)s个。") % {"most": MOST_COLUMNS}, field="columns")
    made.columns = [[one.key, one.title, one.kind, list(one.choices)] for one in columns]
    if lights is not None:
        made.lights = [[rule.light, rule.kind, rule.number] for rule in lights]
    if urging is not None:
        made.urging = [[rule.to, rule.after] for rule in urging]
    if terms is not None:
        made.terms = [[one.since.isoformat(), one.amount, one.unit, one.basis] for one in terms]
    with constraints_told({"campaign_title": (_("已有同名的专项。"), _("请换一个名称。"))}):
        made.save()
    audit.record(by=by, verb="ledger.campaign.saved", subject=made)
    return made


@transaction.atomic
def save_view(*, by: Account, title: str, query: str) -> SavedView:
    """Keep a filter under a name; the same name again is changed."""
    if not title.strip():
        raise Invalid(_("请给常用视图起个名称。"), field="title")
    views = SavedView.objects.filter(account=by)
    if not views.filter(title=title.strip()).exists() and views.count() >= MOST_VIEWS:
        raise Invalid(_("常用视图最多%(most)s个。") % {"most": MOST_VIEWS}, field="title")
    made, _new = SavedView.objects.update_or_create(
        account=by, title=title.strip()[:40], defaults={"query": query[:1000]}
    )
    audit.record(by=by, verb="ledger.view.saved", subject=made)
    return made


@transaction.atomic
def drop_view(*, by: Account, view: SavedView) -> None:
    """Forget one's own filter."""
    SavedView.objects.filter(account=by, pk=view.pk).delete()
    audit.record(by=by, verb="ledger.view.dropped", subject=view)
