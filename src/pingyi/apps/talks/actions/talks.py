"""A talk: arranged, noticed, recalled, cancelled, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.models import Account, Person
from pingyi.apps.people.queries.units import heads_of
from pingyi.apps.talks.access import require_organiser
from pingyi.apps.talks.actions.keeping import go, keep, locked
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import RectificationReport, Talk
from pingyi.apps.talks.queries import clashes, open_entries
from pingyi.apps.talks.telling import notice_title, tell_unit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import moment
from pingyi.base.marks import fields_mark, need_seen

TEXTS = (
    "kind",
    "trigger",
    "reason",
    "purpose",
    "materials",
    "place",
    "attendants",
    "recorder_name",
    "contact",
    "notice_number",
)
"""Facts that are arranged, as they are entered."""
ARRANGED = (*TEXTS, "starts_at", "interviewer", "interviewee")


@dataclass(frozen=True)
class Meeting:
    """When and between whom. Without an interviewee, the head of the unit."""

    starts_at: datetime | None
    interviewer: Person | None
    interviewee: Person | None = None


@transaction.atomic
def arrange(
    *,
    by: Account,
    talk: Talk,
    meeting: Meeting,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> Talk:
    """Day, place, who leads it, what it is about. Raises ``Invalid`` where one of the two has
    another talk at that time, ``Stale`` where ``seen`` isn't the mark of what is ``ARRANGED``."""
    one = locked(talk)
    require_organiser(by, one)
    go(one, "arrange")
    need_seen(seen, fields_mark(one, ARRANGED), one, verbs=["talks.talk.arranged"])
    for name in TEXTS:
        if name in facts:
            setattr(one, name, facts[name].strip())
    one.starts_at = meeting.starts_at
    one.interviewer = meeting.interviewer
    one.interviewer_name = meeting.interviewer.name if meeting.interviewer else ""
    if meeting.interviewee is not None:
        _set_interviewee(one, meeting.interviewee)
    _not_between_one(one)
    _no_clash(one)
    return keep(one, by=by, verb="arranged", note=moment(one.starts_at))


def _set_interviewee(talk: Talk, person: Person) -> None:
    held = heads_of([talk.unit]).get(talk.unit_id, [])
    post = next((one.post.title for one in held if one.person_id == person.pk), "")
    if talk.interviewee_id != person.pk:
        talk.interviewee_post = post
    talk.interviewee, talk.interviewee_name = person, person.name


def _not_between_one(talk: Talk) -> None:
    if talk.interviewer is not None and talk.interviewer == talk.interviewee:
        raise Invalid(_("约谈人和被约谈人是同一人。"), field="interviewer")


def _no_clash(talk: Talk) -> None:
    if talk.slot is None:
        return
    for other in clashes(talk, talk.slot, (talk.interviewer_id, talk.interviewee_id)):
        raise Invalid(
            _("这个时间%(who)s另有约谈：%(talk)s（%(when)s）。")
            % {"who": _shared(talk, other), "talk": other, "when": moment(other.starts_at)},
            _("请换一个时间。"),
            field="starts_at",
        )


def _shared(talk: Talk, other: Talk) -> str:
    if talk.interviewer_id in (other.interviewer_id, other.interviewee_id):
        return talk.interviewer_name
    return talk.interviewee_name


@transaction.atomic
def notify(*, by: Account, talk: Talk) -> Talk:
    """Send the notice (约谈通知书): from now on the unit sees the talk. Raises ``Invalid`` for
    what the notice would lack."""
    one = locked(talk)
    require_organiser(by, one)
    state = go(one, "notify")
    lacking = [
        str(title)
        for title, value in (
            (_("约谈时间"), one.starts_at),
            (_("地点"), one.place),
            (_("约谈人"), one.interviewer_id),
            (_("被约谈人"), one.interviewee_name),
            (_("事由"), one.reason),
        )
        if not value
    ]
    if lacking:
        raise Invalid(
            _("通知书还缺：%(what)s。") % {"what": "、".join(lacking)}, _("请先安排时间地点。")
        )
    _no_clash(one)
    one.state, one.noticed_at = state, timezone.now()
    keep(one, by=by, verb="noticed", note=moment(one.starts_at))
    tell_unit(by, one, "noticed", notice_title(), one.noticed_at.isoformat())
    return one


@transaction.atomic
def recall(*, by: Account, talk: Talk, reason: str) -> Talk:
    """Take the notice back, to arrange the talk anew; the unit is told."""
    one = locked(talk)
    require_organiser(by, one)
    state = go(one, "recall")
    if one.report_began_at is not None:
        raise Conflict(_("约谈已经开始，不能收回通知。"))
    words = needed(reason, _("请写明理由。"), "reason")
    turn = one.noticed_at.isoformat() if one.noticed_at else ""
    tell_unit(by, one, "recalled", _("约谈%(number)s的通知已收回，另行通知"), turn)
    one.state, one.noticed_at = state, None
    return keep(one, by=by, verb="recalled", note=words)


@transaction.atomic
def cancel(*, by: Account, talk: Talk, reason: str) -> Talk:
    """No talk after all, and why; the unit may be scheduled again."""
    one = locked(talk)
    require_organiser(by, one)
    one.state = go(one, "cancel")
    if one.report_began_at is not None:
        raise Conflict(_("约谈已经开始，不能取消。"), _("请结束约谈。"))
    one.cancel_reason = needed(reason, _("请写明取消理由。"), "reason")
    keep(one, by=by, verb="cancelled", note=one.cancel_reason)
    if one.noticed_at is not None:
        tell_unit(by, one, "cancelled", _("约谈%(number)s已取消"))
    return one


@transaction.atomic
def close(*, by: Account, talk: Talk) -> Talk:
    """All requirements struck off the ledger, and the report handed in (CX-10)."""
    one = locked(talk)
    require_organiser(by, one)
    state = go(one, "close")
    left = open_entries(one)
    if left:
        names = "、".join(entry.number for entry in left)
        raise Conflict(
            _("还有整改事项没有销号：%(names)s。") % {"names": names}, _("请先在台账验收、销号。")
        )
    asked = one.requirements.exists()
    if asked and one.state == TalkState.CONFIRMED:
        raise Conflict(_("整改要求还没有转入台账。"), _("请先转入。"))
    handed_in = RectificationReport.objects.filter(talk=one, handed_in_at__isnull=False).exists()
    if asked and not handed_in:
        raise Conflict(_("被约谈单位还没有报送整改情况汇报。"), _("请催其报送。"))
    one.state, one.closed_on = state, timezone.localdate()
    keep(one, by=by, verb="closed")
    tell_unit(by, one, "closed", _("约谈%(number)s已办结"))
    return one
