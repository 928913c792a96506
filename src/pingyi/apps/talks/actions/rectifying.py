"""From requirements to entries of the ledger, and the unit's report back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions import Facts, Finding, Term, register_findings
from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.ledger.enums import EntryKind
from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.models import Account
from pingyi.apps.talks.access import require_another, require_organiser, require_unit, sides
from pingyi.apps.talks.actions.keeping import go, keep, locked
from pingyi.apps.talks.enums import Ground
from pingyi.apps.talks.models import (
    Escalation,
    FollowUp,
    RectificationReport,
    Requirement,
    Talk,
    UnitMeeting,
)
from pingyi.apps.talks.queries import REQUIREMENT
from pingyi.apps.talks.rules import follow_up_days, missing_titles
from pingyi.apps.talks.telling import tell_office, tell_unit
from pingyi.base.days import TermUnit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import moment
from pingyi.base.marks import mark_of, need_seen
from pingyi.base.terms import due_after


def day_of(talk: Talk) -> date:
    """On which the talk was held: terms count from there."""
    assert talk.starts_at is not None, "a talk is held on a day"
    return timezone.localdate(talk.starts_at)


@transaction.atomic
def rectify(*, by: Account, talk: Talk) -> list[Entry]:
    """Enter all requirements into the ledger, due so many months after the talk, and lay down the
    days of follow-ups."""
    one = locked(talk)
    require_organiser(by, one)
    state = go(one, "rectify")
    asked = list(one.requirements.all())
    if not asked:
        raise Conflict(_("这次约谈没有提出整改要求。"), _("可以直接办结。"))
    start, made = day_of(one), []
    for months in sorted({each.months for each in asked}):
        findings = [_finding(one, each) for each in asked if each.months == months]
        term = Term(amount=months, unit=TermUnit.MONTHS, start=start)
        made += register_findings(
            by=by, campaign=one.programme.campaign, findings=findings, term=term
        )
    last = due_after(start, max(each.months for each in asked), TermUnit.MONTHS).day
    FollowUp.objects.bulk_create(
        FollowUp(talk=one, title=one.programme.follow_up_title, planned_on=day)
        for day in follow_up_days(start, one.programme.follow_up_days, last)
    )
    one.state = state
    keep(one, by=by, verb="rectifying", note="、".join(entry.number for entry in made))
    return made


def _finding(talk: Talk, asked: Requirement) -> Finding:
    origin = _("约谈%(number)s整改要求") % {"number": talk.number}
    facts = Facts(asked.text, kind=EntryKind.REQUIREMENT)
    return Finding(REQUIREMENT, str(asked.pk), origin, facts, talk.unit)


@transaction.atomic
def write_report(
    *,
    by: Account,
    talk: Talk,
    texts: Mapping[str, str],
    hand_in: bool = False,
    seen: str | None = None,
) -> RectificationReport:
    """Write the unit's report on what was put right, section by section; ``hand_in`` gives it to
    the office, whereafter it stays until it is returned. ``seen``: the mark of the texts that were
    on the page (``Stale``)."""
    one = locked(talk)
    require_unit(by, one)
    go(one, "follow")
    titles = list(one.programme.sections)
    RectificationReport.objects.get_or_create(talk=one)
    made = RectificationReport.objects.select_for_update().get(talk=one)
    if made.handed_in_at is not None:
        said = {
            "who": made.handed_in_by.name if made.handed_in_by else "",
            "at": moment(made.handed_in_at),
        }
        raise Conflict(
            _("整改情况汇报已经报送（%(who)s，%(at)s）。") % said, _("确需修改的，请承办人退回。")
        )
    verbs = ["talks.talk.report_written", "talks.talk.reported"]
    need_seen(seen, mark_of(made.texts), one, verbs=verbs)
    made.texts = {title: texts.get(title, "").strip() for title in titles}
    if not hand_in:
        made.save()
        keep(one, by=by, verb="report_written")
        return made
    missing = missing_titles(titles, made.texts)
    if missing:
        raise Invalid(_("还没有写：%(titles)s。") % {"titles": "、".join(missing)})
    made.handed_in_by, made.handed_in_at, made.returned = by, timezone.now(), ""
    made.save()
    keep(one, by=by, verb="reported")
    turn = made.handed_in_at.isoformat()
    tell_office(by, one, "reported", _("约谈%(number)s的整改情况汇报已报送"), turn)
    return made


@transaction.atomic
def return_report(*, by: Account, talk: Talk, reason: str) -> RectificationReport:
    """Back to the unit, and why."""
    one = locked(talk)
    require_organiser(by, one)
    go(one, "follow")
    made = RectificationReport.objects.select_for_update().filter(talk=one).first()
    if made is None or made.handed_in_at is None:
        raise Conflict(_("整改情况汇报还没有报送。"))
    turn = made.handed_in_at.isoformat()
    made.returned = needed(reason, _("请写明退回理由。"), "reason")
    made.handed_in_at = made.handed_in_by = None
    made.save()
    keep(one, by=by, verb="report_returned", note=made.returned)
    tell_unit(by, one, "report_returned", _("约谈%(number)s的整改情况汇报被退回"), turn)
    return made


@transaction.atomic
def record_meeting(
    *, by: Account, talk: Talk, title: str, held_on: date, participants: str, minutes: str
) -> UnitMeeting:
    """The unit's own meeting on the talk: when, who, what was said (CX-14, JZ-24)."""
    one = locked(talk)
    require_unit(by, one)
    go(one, "unit_meet")
    if not day_of(one) <= held_on <= timezone.localdate():
        raise Invalid(_("会议日期在约谈之后、今天以前。"), field="held_on")
    made = UnitMeeting.objects.create(
        talk=one,
        title=needed(title, _("请写明会议名称。"), "title"),
        held_on=held_on,
        participants=needed(participants, _("请写明参加人员。"), "participants"),
        minutes=needed(minutes, _("请写明会议情况。"), "minutes"),
        written_by=by,
    )
    keep(one, by=by, verb="unit_met", note=made.title)
    return made


@transaction.atomic
def record_follow_up(*, by: Account, follow_up: FollowUp, done_on: date, text: str) -> FollowUp:
    """A follow-up was carried out (CX-15)."""
    one = locked(follow_up.talk)
    if "office" not in sides(by, one):
        require_unit(by, one)
    go(one, "follow")
    made = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if made.done_on is not None:
        raise Conflict(_("这次活动已经填报。"))
    if not day_of(one) <= done_on <= timezone.localdate():
        raise Invalid(_("开展日期在约谈之后、今天以前。"), field="done_on")
    made.done_on, made.done_by = done_on, by
    made.text = needed(text, _("请写明开展情况。"), "text")
    made.save()
    keep(one, by=by, verb="followed", note=made.title)
    return made


@transaction.atomic
def escalate(*, by: Account, talk: Talk, ground: Ground, basis: str, text: str) -> Escalation:
    """A negative attitude or poor rectification, for those who decide (TS-42)."""
    one = locked(talk)
    require_organiser(by, one)
    go(one, "escalate")
    made = Escalation.objects.create(
        talk=one,
        ground=ground,
        basis=needed(basis, _("请写明依据。"), "basis"),
        text=needed(text, _("请写明情况。"), "text"),
        raised_by=by,
    )
    keep(one, by=by, verb="escalated", note=made.get_ground_display())
    return made


@transaction.atomic
def decide(*, by: Account, escalation: Escalation, decision: str) -> Escalation:
    """What was decided, entered by another than who raised it, and never by the unit."""
    one = locked(escalation.talk)
    require_organiser(by, one)
    made = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if made.decided_by is not None:
        raise Conflict(_("已经登记过处理决定。"))
    require_another(by, made.raised_by.username, _("提请的人不能登记处理决定。"))
    made.decision = needed(decision, _("请写明处理决定。"), "decision")
    made.decided_by, made.decided_at = by, timezone.now()
    made.save()
    keep(one, by=by, verb="decided", note=made.decision)
    return made
