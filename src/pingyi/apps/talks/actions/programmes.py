"""Programmes, their units and the month's schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.access import require, require_for_all
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.units import heads_of
from pingyi.apps.talks.actions.keeping import next_number
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import Declined, Programme, ProgrammeUnit, Talk
from pingyi.apps.talks.queries import EDITORS, insiders, of_month, places_of
from pingyi.apps.talks.sources import Proposal
from pingyi.base import audit
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.marks import fields_mark, mark_of, need_seen

FACTS = (
    "title",
    "document_title",
    "document_number",
    "filing_number",
    "campaign",
    "interviewer_posts",
    "interviewees",
    "least",
    "most",
    "report_minutes",
    "question_minutes",
    "rectify_months",
    "follow_up_days",
    "follow_up_title",
    "apart_days",
    "topics",
    "triggers",
    "sections",
)
TAKEN = {
    "talk_once_a_cycle": (_("这个单位本周期已安排过约谈。"), _("请刷新后重新选择。")),
    "talk_source_once": (_("这条提请刚刚已由他人办理。"), _("请刷新。")),
}


@transaction.atomic
def save_programme(
    *,
    by: Account,
    programme: Programme | None = None,
    facts: Mapping[str, Any],
    interviewers: Sequence[Person],
    units: Sequence[Unit],
    seen: str | None = None,
) -> Programme:
    """A new programme, or a changed one; ``units`` in the order in which they are talked to. A
    unit with a talk of this cycle stays. ``seen``: the mark that was on the page (``Stale``)."""
    require_for_all(by, *EDITORS)
    if programme is None:
        made = Programme()
    else:
        made = Programme.objects.select_for_update().get(pk=programme.pk)
        need_seen(seen, mark_of_programme(made), made, verbs=["talks.programme.saved"])
    for name, value in facts.items():
        setattr(made, name, value.strip() if isinstance(value, str) else value)
    if made.least > made.most:
        raise Invalid(_("每月最少不能多于最多。"), field="least")
    words = {"programme_title": (_("已有同名的约谈制度。"), _("请换一个名称。"))}
    with constraints_told(words):
        made.save()
    made.interviewers.set(interviewers)
    _set_units(made, units)
    audit.record(by=by, verb="talks.programme.saved", subject=made, units=len(units))
    return made


def mark_of_programme(programme: Programme) -> str:
    """The mark of all that the form of a programme saves."""
    interviewers = sorted(programme.interviewers.values_list("pk", flat=True))
    units = [*programme.places.order_by("number").values_list("unit", flat=True)]
    return mark_of(fields_mark(programme, FACTS), interviewers, units)


def _set_units(programme: Programme, units: Sequence[Unit]) -> None:
    wanted = list(dict.fromkeys(unit.pk for unit in units))
    for place in places_of(programme):
        if place.talk is not None and place.unit.pk not in wanted:
            raise Conflict(
                _("%(unit)s本周期已安排约谈，不能移出。") % {"unit": place.unit.title},
                _("请先取消对它的约谈。"),
            )
    programme.places.all().delete()
    ProgrammeUnit.objects.bulk_create(
        ProgrammeUnit(programme=programme, unit_id=key, number=number)
        for number, key in enumerate(wanted, start=1)
    )


@transaction.atomic
def schedule(
    *, by: Account, programme: Programme, month: date, units: Sequence[Unit]
) -> list[Talk]:
    """Take units on for a month: each once a cycle, no more than the programme's most."""
    one = _running(programme)
    first = month.replace(day=1)
    if not units:
        raise Invalid(_("请选择单位。"), field="units")
    there = of_month(one, first).count()
    if there + len(units) > one.most:
        raise Conflict(
            _("每月最多约谈%(most)s个单位，本月已安排%(there)s个。")
            % {"most": one.most, "there": there},
            _("请减少选择，或安排到下个月。"),
        )
    places = {place.unit.pk: place for place in places_of(one)}
    made = []
    for unit in units:
        place = places.get(unit.pk)
        if place is None:
            raise Invalid(_("%(unit)s不在这项制度里。") % {"unit": unit.title})
        if place.talk is not None:
            raise Conflict(*TAKEN["talk_once_a_cycle"])
        talk = Talk(programme=one, unit=unit, month=first)
        made.append(_plan(by, talk))
    return made


@transaction.atomic
def take_up(*, by: Account, programme: Programme, proposal: Proposal) -> Talk:
    """A talk that something else proposes, taken up once."""
    talk = Talk(programme=_running(programme), unit=proposal.unit, in_turn=False)
    if Declined.objects.filter(source_kind=proposal.kind, source_id=proposal.id).exists():
        raise Conflict(*TAKEN["talk_source_once"])
    talk.source_kind, talk.source_id = proposal.kind, proposal.id
    talk.source_title, talk.reason = proposal.title, proposal.reason
    return _plan(by, talk)


@transaction.atomic
def add_talk(*, by: Account, programme: Programme, unit: Unit, reason: str) -> Talk:
    """A talk beside the turn, for a reason."""
    talk = Talk(programme=_running(programme), unit=unit, in_turn=False)
    talk.reason = needed(reason, _("请写明事由。"), "reason")
    return _plan(by, talk)


@transaction.atomic
def decline(*, by: Account, proposal: Proposal, reason: str) -> Declined:
    """No talk on a proposal, and why."""
    require(by, *EDITORS, unit=proposal.unit)
    if Talk.objects.filter(source_kind=proposal.kind, source_id=proposal.id).exists():
        raise Conflict(*TAKEN["talk_source_once"])
    with constraints_told({"declined_once": TAKEN["talk_source_once"]}):
        made = Declined.objects.create(
            source_kind=proposal.kind,
            source_id=proposal.id,
            source_title=proposal.title,
            reason=needed(reason, _("请写明理由。"), "reason"),
            declined_by=by,
        )
    audit.record(by=by, verb="talks.proposal.declined", subject=made, reason=made.reason)
    return made


@transaction.atomic
def begin_cycle(*, by: Account, programme: Programme) -> Programme:
    """Once all units had their talk, from the beginning."""
    require_for_all(by, *EDITORS)
    one = _running(programme)
    left = [place for place in places_of(one) if not place.candidate.in_cycle]
    if left:
        raise Conflict(
            _("本周期还有%(number)s个单位没有约谈。") % {"number": len(left)},
            _("请先安排完，再开始下一周期。"),
        )
    one.cycle += 1
    one.save()
    audit.record(by=by, verb="talks.programme.cycle_begun", subject=one, cycle=one.cycle)
    return one


def _running(programme: Programme) -> Programme:
    """The programme, if it goes on; nobody else schedules meanwhile."""
    found = Programme.objects.select_for_update().get(pk=programme.pk)
    if found.ended:
        raise Conflict(_("约谈制度“%(title)s”已停止。") % {"title": found.title})
    return found


def _plan(by: Account, talk: Talk) -> Talk:
    """With the names of today; the head of the unit is who is talked to."""
    unit, today = talk.unit, timezone.localdate()
    require(by, *EDITORS, unit=unit)
    if not unit.lives_on(today):
        raise Invalid(_("%(unit)s已撤销。") % {"unit": unit.title}, _("请选择承继单位。"))
    talk.number, talk.planned_on, talk.cycle = next_number(today.year), today, talk.programme.cycle
    talk.unit_title, talk.organiser, talk.state = unit.title, by, TalkState.PLANNED
    heads = heads_of([unit]).get(unit.pk, [])
    if heads:
        talk.interviewee, talk.interviewee_name = heads[0].person, heads[0].person.name
        talk.interviewee_post = heads[0].post.title
    with constraints_told(TAKEN):
        talk.save()
    if Talk.objects.filter(insiders(by), pk=talk.pk).exists():
        raise Refused(
            _("被约谈单位的人不能承办对本单位的约谈。"), _("请由被约谈单位以外的组织者办理。")
        )
    audit.record(by=by, verb="talks.talk.planned", subject=talk, note=talk.source_title)
    return talk
