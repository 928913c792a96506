"""The plan: drafted by one, approved by another; the sample; the beginning and the end."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.inspections.access import (
    require_another,
    require_approver,
    require_officer,
    require_units,
)
from pingyi.apps.inspections.actions.keeping import go, keep, locked, needed
from pingyi.apps.inspections.models import Conclusion, Inspection, Place
from pingyi.apps.inspections.queries import repeats_of
from pingyi.apps.inspections.rules import candidates_digest, sample
from pingyi.apps.inspections.telling import tell_started
from pingyi.apps.people.models import Account, Unit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, mark_of, need_seen

MOST_ITEMS = 30
FACTS = (
    "title",
    "kind",
    "basis",
    "filing_number",
    "starts_on",
    "ends_on",
    "methods",
    "sample_size",
    "seed_source",
    "window_months",
    "checklist",
    "categories",
    "repeat_reason",
)
_VERBS = ("inspections.inspection.drafted", "inspections.inspection.edited")


@transaction.atomic
def save_plan(
    *,
    by: Account,
    facts: Mapping[str, Any],
    units: Sequence[Unit],
    inspection: Inspection | None = None,
    seen: str | None = None,
) -> Inspection:
    """A plan, new or changed while it is a draft. Whoever saves it last is its author, and another
    one approves it. ``seen``: the mark of the plan that was on the page (``Stale``)."""
    one = Inspection() if inspection is None else locked(inspection)
    if inspection is not None:
        require_officer(by, one)
        go(one, "edit")
        need_seen(seen, mark_of_plan(one), one, verbs=_VERBS)
    require_units(by, units)
    for name, value in facts.items():
        setattr(one, name, value)
    _check_plan(one, units)
    one.author = by
    one.seed_source = one.seed_source.strip() if one.samples else ""
    keep(one, by=by, verb="drafted" if inspection is None else "edited")
    _set_places(one, units)
    return one


def mark_of_plan(inspection: Inspection) -> str:
    """The mark of all that the form of a plan saves."""
    units = sorted(inspection.places.values_list("unit", flat=True))
    return mark_of(fields_mark(inspection, FACTS), units)


def _check_plan(one: Inspection, units: Sequence[Unit]) -> None:
    one.title = needed(one.title, _("请填写督查名称。"), "title")
    one.basis = needed(one.basis, _("请填写督查依据。"), "basis")
    if one.ends_on < one.starts_on:
        raise Invalid(_("结束日期早于开始日期。"), _("请核对期限。"), field="ends_on")
    if not one.methods:
        raise Invalid(_("请选择督查方式。"), field="methods")
    if not units:
        raise Invalid(_("请选择督查范围。"), field="units")
    for name in ("checklist", "categories"):
        given = [str(text).strip() for text in getattr(one, name) if str(text).strip()]
        if not given or len(given) > MOST_ITEMS:
            raise Invalid(_("请填写1到%(most)s项，每行一项。") % {"most": MOST_ITEMS}, field=name)
        setattr(one, name, list(dict.fromkeys(given)))
    if one.sample_size is not None and not 1 <= one.sample_size < len(units):
        raise Invalid(
            _("抽取单位数须少于候选单位数（%(number)s个）。") % {"number": len(units)},
            _("全部走访的，请把抽取单位数留空。"),
            field="sample_size",
        )


def _set_places(one: Inspection, units: Sequence[Unit]) -> None:
    wanted = {unit.pk: unit for unit in units}
    one.places.exclude(unit__in=wanted).delete()
    there = set(one.places.values_list("unit", flat=True))
    Place.objects.bulk_create(
        Place(inspection=one, unit=unit, title=unit.title, code=unit.code)
        for key, unit in wanted.items()
        if key not in there
    )


@transaction.atomic
def approve(
    *,
    by: Account,
    inspection: Inspection,
    approver_name: str,
    approval_document: str,
    repeat_reason: str = "",
) -> Inspection:
    """Record the approval: by whom, in which document. The candidates of a sample stand from here
    on, and the seed is shown, unless it is a public value still to come."""
    one = locked(inspection)
    require_approver(by, one)
    require_another(by, str(one.author), _("拟定方案的人不能批准。"))
    one.state = go(one, "approve")
    one.approver_name = needed(approver_name, _("请填写批准人。"), "approver_name")
    one.approval_document = needed(approval_document, _("请填写批准文件。"), "approval_document")
    repeats = repeats_of(by, one)
    one.repeat_reason = repeat_reason.strip() or one.repeat_reason
    if repeats and not one.repeat_reason:
        raise Invalid(
            _("%(unit)s在%(months)s个月内已列入“%(other)s”。")
            % {
                "unit": repeats[0].place.title,
                "months": one.window_months,
                "other": repeats[0].other.title,
            },
            _("请写明确需重复督查的理由，或退回调整范围。"),
            field="repeat_reason",
        )
    one.approved_by, one.approved_on = by, timezone.localdate()
    if one.samples:
        codes = one.places.values_list("code", flat=True)
        one.candidates_digest = candidates_digest(codes)
        one.seed = "" if one.seed_source else secrets.token_hex(16)
    else:
        one.places.update(chosen=True)
    note = f"{one.approver_name}，{one.approval_document}"
    twice = [f"{repeat.place.title}：{repeat.other.title}" for repeat in repeats]
    return keep(one, by=by, verb="approved", note=note, repeats=twice, seed=one.seed)


@transaction.atomic
def enter_seed(*, by: Account, inspection: Inspection, seed: str) -> Inspection:
    """The public value that the plan named, once it is known; entered once."""
    one = locked(inspection)
    require_officer(by, one)
    go(one, "seed")
    if not one.samples or one.seed:
        raise Conflict(_("种子已经公布，不能再改。"), _("请直接抽取样本。"))
    one.seed = needed(seed, _("请填写种子。"), "seed")
    if not one.seed.isprintable() or "'" in one.seed:
        # It stands in quotes in the command that draws again.
        raise Invalid(_("种子里不能有单引号和换行。"), _("请改正。"), field="seed")
    return keep(one, by=by, verb="seeded", note=one.seed)


@transaction.atomic
def draw(*, by: Account, inspection: Inspection) -> Inspection:
    """Draw the sample: once, from the seed that everybody has seen."""
    one = locked(inspection)
    require_officer(by, one)
    go(one, "draw")
    if one.sample_size is None or one.drawn_at is not None:
        raise Conflict(_("样本已经抽取，或不需要抽取。"), _("请刷新。"))
    if not one.seed:
        raise Conflict(_("种子还没有公布。"), _("请先录入方案写明的公开数值。"))
    places = {place.code: place for place in one.places.all()}
    draws = sample(one.seed, places, one.sample_size)[: one.sample_size]
    one.places.filter(code__in=[draw.code for draw in draws]).update(chosen=True)
    one.drawn_at = timezone.now()
    note = "、".join(places[draw.code].title for draw in draws)
    return keep(one, by=by, verb="drawn", note=note, seed=one.seed)


@transaction.atomic
def start(*, by: Account, inspection: Inspection) -> Inspection:
    """The teams set out."""
    one = locked(inspection)
    require_officer(by, one)
    one.state = go(one, "start")
    if not one.is_drawn:
        raise Conflict(_("样本还没有抽取。"), _("请先公布种子，再抽取样本。"))
    if not one.members.filter(leads=True).exists():
        raise Conflict(_("督导组还没有组长。"), _("请先组成督导组。"))
    keep(one, by=by, verb="started")
    tell_started(by, one)
    return one


@transaction.atomic
def close(*, by: Account, inspection: Inspection) -> Inspection:
    """It is over: nobody can object any more, and no objection waits."""
    one = locked(inspection)
    require_officer(by, one)
    one.state = go(one, "close")
    sent = Conclusion.objects.filter(place__inspection=one)
    if sent.filter(objection__outcome="", objection__isnull=False).exists():
        raise Conflict(_("还有复核申请没有决定。"), _("请先作出复核决定。"))
    if sent.filter(objection=None, object_by__gte=timezone.localdate()).exists():
        raise Conflict(_("还有单位在申请复核的期限内。"), _("请在期限届满后办结。"))
    return keep(one, by=by, verb="closed")
