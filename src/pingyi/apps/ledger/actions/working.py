"""What the responsible unit does, and how it is urged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import require_owner, require_registrar
from pingyi.apps.ledger.actions.keeping import go, keep, locked, needed
from pingyi.apps.ledger.enums import UrgeTo
from pingyi.apps.ledger.models import Entry, Milestone, Progress, Urge
from pingyi.apps.ledger.telling import tell_returned, tell_urged
from pingyi.apps.people.models import Account
from pingyi.base.errors import Invalid

MOST_MILESTONES = 30
FULL = 100


@dataclass(frozen=True)
class Step:
    """A milestone as it is planned."""

    title: str
    due_on: date
    weight: int = 1


@transaction.atomic
def claim(*, by: Account, entry: Entry, person_name: str = "") -> Entry:
    """The unit takes the entry on (JZ-25)."""
    one = locked(entry)
    require_owner(by, one)
    one.state, one.claimed_on = go(one, "claim"), timezone.localdate()
    one.moved_on = one.claimed_on
    one.person_name = person_name.strip() or one.person_name
    return keep(one, by=by, verb="claimed", note=one.person_name)


@transaction.atomic
def give_back(*, by: Account, entry: Entry, reason: str) -> Entry:
    """The unit says why it isn't its own; those who supervise give it to another, or insist."""
    one = locked(entry)
    require_owner(by, one)
    one.state = go(one, "give_back")
    note = needed(reason, _("请写明退回理由。"), "reason")
    keep(one, by=by, verb="given_back", note=note)
    tell_returned(by, one)
    return one


@transaction.atomic
def plan(
    *,
    by: Account,
    entry: Entry,
    seen: int,
    measures: str,
    person_name: str,
    steps: Sequence[Step] = (),
) -> Entry:
    """Measures, who answers for them, and milestones (TS-28: 责任人、路线图、时间表)."""
    one = locked(entry, seen)
    require_owner(by, one)
    one.state = go(one, "plan")
    one.measures = needed(measures, _("请写明整改措施。"), "measures")
    one.person_name = needed(person_name, _("请写明责任人。"), "person_name")
    if len(steps) > MOST_MILESTONES:
        raise Invalid(_("节点最多%(most)s个。") % {"most": MOST_MILESTONES})
    for step in steps:
        if one.due_on is not None and step.due_on > one.due_on:
            raise Invalid(
                _("节点“%(title)s”晚于完成期限。") % {"title": step.title},
                _("请提前节点，或先申请延期。"),
            )
    one.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(entry=one, title=step.title.strip(), due_on=step.due_on, weight=step.weight)
        for step in steps
    )
    return keep(one, by=by, verb="planned", milestones=len(steps))


@transaction.atomic
def report(*, by: Account, entry: Entry, percent: int, text: str) -> Progress:
    """How far it is. Two reports at once both stand: the later one is where the entry is."""
    one = locked(entry)
    require_owner(by, one)
    go(one, "report")
    if not 0 <= percent <= FULL:
        raise Invalid(_("进度是0到100之间的整数。"), field="percent")
    words = needed(text, _("请写明进展情况。"), "text")
    made = Progress.objects.create(entry=one, percent=percent, text=words, reported_by=by)
    before, one.progress, one.moved_on = one.progress, percent, timezone.localdate()
    note = _("%(before)s%% → %(after)s%%") % {"before": before, "after": percent}
    keep(one, by=by, verb="reported", note=note)
    return made


@transaction.atomic
def urge(*, by: Account, entry: Entry, to: UrgeTo, text: str) -> Urge:
    """Urge a unit by hand; the sheet for it (催办单) can be printed whether or not anybody reads
    notices."""
    one = locked(entry)
    require_registrar(by, one)
    go(one, "urge")
    if one.lead_unit is None:
        raise Invalid(_("事项还没有分派，无从催办。"), _("请先分派责任单位。"))
    words = needed(text, _("请写明催办要求。"), "text")
    made = Urge.objects.create(
        entry=one,
        to=to,
        due_on=one.due_on,
        reached_on=timezone.localdate(),
        by=by,
        text=words,
        told=True,
    )
    keep(one, by=by, verb="urged", note=f"{made.get_to_display()}：{words}")
    tell_urged(by, made)
    return made
