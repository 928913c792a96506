"""The way out of the ledger: applied for by the unit, verified by another, closed, looked at again.
No unit closes its own entry."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import require_another, require_owner, require_supervisor
from pingyi.apps.ledger.actions.due import NO_TERM, Term, renew_term
from pingyi.apps.ledger.actions.keeping import go, keep, locked, needed
from pingyi.apps.ledger.enums import CheckResult, ExtensionState
from pingyi.apps.ledger.models import CloseOut, Entry, Extension, LookBack
from pingyi.apps.ledger.telling import tell_applied, tell_closed, tell_sent_back
from pingyi.apps.people.models import Account
from pingyi.base.days import TermUnit
from pingyi.base.errors import Conflict
from pingyi.base.terms import due_after


@transaction.atomic
def apply_close(*, by: Account, entry: Entry, text: str) -> CloseOut:
    """The unit says that it is done, and what came of it."""
    one = locked(entry)
    require_owner(by, one)
    state = go(one, "apply")
    if Extension.objects.filter(entry=one, state=ExtensionState.APPLIED).exists():
        raise Conflict(_("有一份延期申请待批。"), _("请等待审批后再申请销号。"))
    words = needed(text, _("请写明整改结果。"), "text")
    made = CloseOut.objects.create(entry=one, text=words, applied_by=by)
    one.state, one.moved_on = state, timezone.localdate()
    keep(one, by=by, verb="close_applied", note=words)
    tell_applied(by, one, _("%(number)s申请销号，待验收"))
    return made


@transaction.atomic
def verify(*, by: Account, entry: Entry, passed: bool, opinion: str) -> CloseOut:
    """What was found on the spot: good, or back to work."""
    one = locked(entry)
    require_supervisor(by, one)
    one.state = go(one, "verify" if passed else "send_back")
    asked = one.close_outs.select_for_update().get(result="")
    require_another(by, asked.applied_by.username, _("申请销号的人不能验收。"))
    asked.result = CheckResult.PASSED if passed else CheckResult.FAILED
    asked.opinion = needed(opinion, _("请写明验收意见。"), "opinion")
    asked.verified_by, asked.verified_at = by, timezone.now()
    asked.save()
    keep(one, by=by, verb="verified" if passed else "sent_back", note=asked.opinion)
    if not passed:
        tell_sent_back(by, one)
    return asked


@transaction.atomic
def close(*, by: Account, entry: Entry) -> Entry:
    """Strike the entry off, and set the day for a second look."""
    one = locked(entry)
    require_supervisor(by, one)
    one.state = go(one, "close")
    asked = one.close_outs.select_for_update().filter(result=CheckResult.PASSED).first()
    assert asked is not None, "verified without a close-out"
    require_another(by, asked.applied_by.username, _("申请销号的人不能销号。"))
    asked.closed_by = by
    asked.save()
    one.closed_on = timezone.localdate()
    months = one.campaign.look_back_months
    one.look_back_on = due_after(one.closed_on, months, TermUnit.MONTHS).day if months else None
    keep(one, by=by, verb="closed", look_back=one.look_back_on)
    tell_closed(by, one)
    return one


@transaction.atomic
def look_back(
    *, by: Account, entry: Entry, passed: bool, text: str, term: Term = NO_TERM
) -> LookBack:
    """The second look. What has come back is opened again, with a new term."""
    one = locked(entry)
    require_supervisor(by, one)
    go(one, "look_back")
    result = CheckResult.PASSED if passed else CheckResult.FAILED
    words = needed(text, _("请写明检查情况。"), "text")
    made = LookBack.objects.create(entry=one, result=result, text=words, checked_by=by)
    one.look_back_on = None
    keep(one, by=by, verb="looked_back", note=f"{made.get_result_display()}：{words}")
    if not passed:
        reopen(by=by, entry=one, reason=words, term=term)
    return made


@transaction.atomic
def reopen(*, by: Account, entry: Entry, reason: str, term: Term = NO_TERM) -> Entry:
    """Back into the ledger, to the unit that had it."""
    one = locked(entry)
    require_supervisor(by, one)
    one.state = go(one, "reopen")
    one.closed_on = one.look_back_on = None
    one.progress, one.moved_on = 0, timezone.localdate()
    renew_term(one, term, _("原期限%(day)s已过。"))
    keep(one, by=by, verb="reopened", note=needed(reason, _("请写明理由。"), "reason"))
    tell_sent_back(by, one)
    return one
