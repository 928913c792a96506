"""Duty reports: written and handed in by the unit, returned by the organiser. Guidance groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.access import REPORTERS
from pingyi.apps.rounds.actions.rounds import lock_round
from pingyi.apps.rounds.enums import OPEN_STATES, ReportState
from pingyi.apps.rounds.models import DutyReport, GuidanceGroup, Round, RoundTarget
from pingyi.apps.rounds.queries import missing_reports
from pingyi.apps.rounds.telling import (
    settle_waiting,
    tell_handed_in,
    tell_missing,
    tell_returned,
    writers_of,
)
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Missing
from pingyi.base.figures import moment
from pingyi.base.marks import fields_mark, mark_of, need_seen

DUE = ("reports_due",)


@transaction.atomic
def save_report(
    *, by: Account, target: RoundTarget, text: str, hand_in: bool, seen: str | None = None
) -> DutyReport:
    """Keep the draft, or hand it in: then only a return opens it again. Past the day it is still
    taken, and marked late: a report that is missing helps nobody. ``seen``: the mark of the text
    that was on the page (``Stale``)."""
    if target.unit is None:
        raise Missing(_("这个评议对象没有对应的单位。"), _("请由组织者代为联系。"))
    require(by, *REPORTERS, unit=target.unit)
    found = _taking(target.round)
    report, _new = DutyReport.objects.select_for_update().get_or_create(target=target)
    if report.state == ReportState.HANDED_IN:
        said = {
            "who": report.handed_in_by.name if report.handed_in_by else "",
            "at": moment(report.handed_in_at),
        }
        raise Conflict(
            _("报告已提交（%(who)s，%(at)s），不能再改。") % said, _("确需修改的，请组织者退回。")
        )
    verbs = ["rounds.report.written", "rounds.report.handed_in"]
    need_seen(seen, mark_of(report.text), found, verbs=verbs, target=target.code)
    report.text = text.strip()
    if not hand_in:
        audit.record(by=by, verb="rounds.report.written", subject=found, target=target.code)
    else:
        if not report.text:
            raise Invalid(_("报告还是空的。"), _("请写好正文再提交，或先保存草稿。"), field="text")
        settle_waiting(report)
        report.state, report.handed_in_by = ReportState.HANDED_IN, by
        report.handed_in_at = timezone.now()
        due = found.reports_due
        report.late = due is not None and timezone.localdate() > due
        report.reason = ""
        audit.record(by=by, verb="rounds.report.handed_in", subject=found, target=target.code)
        tell_handed_in(by, report)
    report.save()
    return report


def _taking(round: Round) -> Round:
    """The round, locked. Raises ``Conflict`` where it takes no reports now."""
    found = lock_round(round)
    if found.state not in OPEN_STATES:
        raise Conflict(_("现在不收述职报告：通知还没有发出，或评议已截止。"))
    return found


@transaction.atomic
def set_due(*, by: Account, round: Round, day: date | None, seen: str | None = None) -> Round:
    """Until when reports are to be handed in. ``seen``: the mark of ``DUE`` that was on the page
    (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    need_seen(seen, fields_mark(found, DUE), found, verbs=["rounds.report.due"])
    found.reports_due = day
    found.save(update_fields=["reports_due"])
    audit.record(by=by, verb="rounds.report.due", subject=found, day=day)
    return found


@dataclass(frozen=True)
class Reminded:
    """Of the units whose reports are missing: how many heard, and who has no account to hear."""

    told: int
    unreached: list[str]


@transaction.atomic
def remind(*, by: Account, round: Round) -> Reminded:
    """Remind the units whose reports are missing: an account once a day for each. Raises
    ``Conflict`` where nothing is missing, or all were reminded today."""
    require_for_all(by, Role.ORGANISER)
    found, today = _taking(round), timezone.localdate()
    missing = [(target, writers_of(target)) for target in missing_reports(found)]
    if not missing:
        raise Conflict(_("没有缺的述职报告：都已提交。"))
    told = [one for one, writers in missing if tell_missing(by, one, writers, day=today)]
    unreached = [one.title for one, writers in missing if not writers]
    if not told and len(unreached) < len(missing):
        raise Conflict(_("今天已经催交过，各单位都已收到消息。"), _("仍不提交的，请明天再催。"))
    if told:
        codes = [one.code for one in told]
        audit.record(by=by, verb="rounds.report.reminded", subject=found, targets=codes)
    return Reminded(len(told), unreached)


@transaction.atomic
def send_back(*, by: Account, report: DutyReport, reason: str) -> DutyReport:
    """Back to the unit, with what is to be mended."""
    require_for_all(by, Role.ORGANISER)
    if not reason.strip():
        raise Invalid(_("请写明退回的理由。"), field="reason")
    found = DutyReport.objects.select_for_update().get(pk=report.pk)
    if found.state != ReportState.HANDED_IN:
        raise Conflict(_("这份报告没有提交，或已退回。"))
    found.state, found.reason = ReportState.RETURNED, reason.strip()
    found.save()
    audit.record(
        by=by,
        verb="rounds.report.returned",
        subject=report.target.round,
        target=report.target.code,
        reason=found.reason,
    )
    tell_returned(by, found)
    return found


@transaction.atomic
def save_group(
    *,
    by: Account,
    round: Round,
    facts: Mapping[str, Any],
    group: GuidanceGroup | None = None,
    seen: str | None = None,
) -> GuidanceGroup:
    """A guidance group, or the corrected facts of one. ``facts``: title, leader, members,
    targets; ``seen``: the mark that was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    round = lock_round(round)
    if group is None:
        found = GuidanceGroup(round=round)
    else:
        found = round.groups.get(pk=group.pk)
        verbs = ["rounds.group.saved"]
        need_seen(seen, mark_of_group(found), round, verbs=verbs, group=found.pk)
    found.title, found.leader = facts["title"].strip(), facts["leader"]
    found.members = facts["members"].strip()
    if round.groups.filter(title=found.title).exclude(pk=found.pk).exists():
        raise Invalid(_("已有同名的指导组。"), field="title")
    found.save()
    found.targets.set(facts["targets"])
    codes = sorted(target.code for target in facts["targets"])
    facts = {"group": found.pk, "title": found.title, "targets": codes}
    audit.record(by=by, verb="rounds.group.saved", subject=round, **facts)
    return found


def mark_of_group(group: GuidanceGroup) -> str:
    """The mark of all that the form of a group saves."""
    targets = sorted(group.targets.values_list("pk", flat=True))
    return mark_of(group.title, group.leader_id, group.members, targets)
