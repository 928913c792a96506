"""Rulings by two (裁定): one person applies, another approves or refuses."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.polls import rulings
from pingyi.apps.polls.access import RULERS
from pingyi.apps.polls.actions import lock_poll
from pingyi.apps.polls.enums import RulingState
from pingyi.apps.polls.models import Poll, Ruling
from pingyi.apps.polls.rulings import Case
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import moment


@transaction.atomic
def apply_for_ruling(
    *, by: Account, poll: Poll, case: Case, reason: str, basis: str, paper_number: str = ""
) -> Ruling:
    """Ask for a ruling on what was found. Nothing goes on before somebody else approves.

    Raises ``Invalid`` without a reason or a basis, ``Conflict`` where it was asked for already.
    """
    require_for_all(by, *RULERS)
    poll = lock_poll(poll)
    for name, text, title in (("reason", reason, _("理由")), ("basis", basis, _("依据"))):
        if not text.strip():
            raise Invalid(_("请填写%(title)s。") % {"title": title}, field=name)
    if case.key not in {one.key for one in rulings.cases_of(poll)}:
        raise rulings.gone(poll, case.key)
    ruling = Ruling.objects.create(
        poll=poll,
        kind=case.kind,
        item=case.item,
        about=dict(case.about),
        found=case.found,
        allows=case.allows,
        reason=reason.strip(),
        basis=basis.strip(),
        paper_number=paper_number.strip(),
        barred=sorted(case.barred),
        applied_by=by,
    )
    facts = {"poll": poll.slug, "kind": case.kind, "reason": ruling.reason, "basis": ruling.basis}
    audit.record(by=by, verb="polls.ruling.applied", subject=ruling, **facts)
    return ruling


@transaction.atomic
def approve(*, by: Account, ruling: Ruling, opinion: str = "") -> Ruling:
    """Let go on what the ruling says. Raises ``Conflict`` where things have changed since it was
    applied for, ``Refused`` for its applicant and for those whose own work it is about."""
    ruling = _waiting(by, ruling)
    if not rulings.still_stands(ruling):
        raise Conflict(
            _("申请之后情况已经变化，这件裁定不能再批准。"), _("请不予批准，按现在的情况另行申请。")
        )
    ruling = _decide(by, ruling, RulingState.APPROVED, opinion)
    rulings.remedy_of(ruling).take_effect(by, ruling)
    return ruling


@transaction.atomic
def refuse(*, by: Account, ruling: Ruling, opinion: str) -> Ruling:
    """Refuse a ruling, with the reason: all stays as it stopped."""
    ruling = _waiting(by, ruling)
    if not opinion.strip():
        raise Invalid(_("不予批准须写明理由。"), field="opinion")
    return _decide(by, ruling, RulingState.REFUSED, opinion)


def _waiting(by: Account, ruling: Ruling) -> Ruling:
    require_for_all(by, *RULERS)
    lock_poll(ruling.poll)
    found = Ruling.objects.select_for_update(of=("self",)).select_related(
        "poll", "item", "decided_by"
    )
    ruling = found.get(pk=ruling.pk)
    if ruling.state != RulingState.APPLIED:
        told = {"name": ruling.decided_by, "at": moment(ruling.decided_at)}
        raise Conflict(
            _("这件裁定已由%(name)s于%(at)s办结。") % told, _("请回到裁定页看办理结果。")
        )
    require_another(by, ruling.applied_by.username, _("批准人不能是申请人本人。"))
    for username in ruling.barred:
        require_another(by, username, _("所裁定的正是您经办的事，须回避。"))
    return ruling


def _decide(by: Account, ruling: Ruling, state: RulingState, opinion: str) -> Ruling:
    ruling.state, ruling.opinion = state, opinion.strip()
    ruling.decided_by, ruling.decided_at = by, timezone.now()
    ruling.save(update_fields=["state", "opinion", "decided_by", "decided_at"])
    verb = "polls.ruling.approved" if state == RulingState.APPROVED else "polls.ruling.refused"
    facts = {"poll": ruling.poll.slug, "kind": ruling.kind, "opinion": ruling.opinion}
    audit.record(by=by, verb=verb, subject=ruling, **facts)
    return ruling
