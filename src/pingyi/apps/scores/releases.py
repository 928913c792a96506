"""Results on the screen of a hall: released by the chair, and taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.enums import MeetingState
from pingyi.apps.rounds.models import Meeting
from pingyi.apps.scores import computing, queries
from pingyi.apps.scores.access import SIGNERS
from pingyi.apps.scores.enums import Scope
from pingyi.apps.scores.models import Release
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid


@transaction.atomic
def release(*, by: Account, meeting: Meeting, scope: str) -> Release:
    """Show the newest result that was checked. Raises ``Conflict`` where there is none, or where
    the votes do not reconcile."""
    require_for_all(by, *SIGNERS)
    if scope not in (Scope.ALL, Scope.GRADES):
        raise Invalid(_("这个范围不能上大屏。"), field="scope")
    found = rounds.lock_round(meeting.round)
    if meeting.state == MeetingState.PLANNED:
        raise Conflict(_("会议还没有开始。"))
    one = queries.current(found)
    if one is None or one.state not in queries.RELEASABLE:
        raise Conflict(_("还没有核对过的结果。"), _("计算后须由另一人核对，才能上大屏。"))
    if wrong := computing.unbalanced(found):
        raise Conflict(
            _("对账不符，结果不得公布：") + "；".join(wrong), _("请到对账页核对，或由两人裁定。")
        )
    _take_back(by, meeting)
    made = Release.objects.create(meeting=meeting, computation=one, scope=scope, released_by=by)
    audit.record(
        by=by, verb="scores.result.released", subject=meeting, number=one.number, scope=scope
    )
    return made


@transaction.atomic
def withdraw(*, by: Account, meeting: Meeting) -> None:
    """Take the result off the screen. Raises ``Conflict`` where none is there."""
    require_for_all(by, *SIGNERS)
    rounds.lock_round(meeting.round)
    if not _take_back(by, meeting):
        raise Conflict(_("大屏上没有公布结果。"))


def _take_back(by: Account, meeting: Meeting) -> bool:
    shown = meeting.releases.filter(withdrawn_at=None)
    if not shown.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        return False
    audit.record(by=by, verb="scores.result.withdrawn", subject=meeting)
    return True
