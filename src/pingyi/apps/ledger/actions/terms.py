"""Longer terms, and entries that rest."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import (
    require_another,
    require_owner,
    require_registrar,
    require_supervisor,
)
from pingyi.apps.ledger.actions.due import Term, renew_term
from pingyi.apps.ledger.actions.keeping import go, keep, locked, needed
from pingyi.apps.ledger.enums import EntryState, ExtensionState
from pingyi.apps.ledger.models import Entry, Extension
from pingyi.apps.ledger.telling import tell_applied, tell_extension
from pingyi.apps.people.models import Account
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.figures import day as shown


@transaction.atomic
def apply_extension(*, by: Account, entry: Entry, due_after: date, reason: str) -> Extension:
    """Ask for a longer term, while the present one lasts."""
    one = locked(entry)
    require_owner(by, one)
    go(one, "extend")
    today = timezone.localdate()
    if one.due_on is None:
        raise Conflict(_("事项没有完成期限，无须延期。"))
    if today > one.due_on:
        raise Conflict(
            _("期限已于%(day)s届满，不能再申请延期。") % {"day": shown(one.due_on)},
            _("请抓紧办理并填报进展；确有原因的，向督办人说明。"),
        )
    if due_after <= one.due_on:
        raise Invalid(_("延至的日期须晚于原期限。"), field="due_after")
    words = needed(reason, _("请写明延期理由。"), "reason")
    taken = {"extension_one_at_a_time": (_("已有一份延期申请待批。"), _("请等待审批。"))}
    with constraints_told(taken):
        made = Extension.objects.create(
            entry=one,
            due_before=one.due_on,
            due_after=due_after,
            reason=words,
            applied_by=by,
            applied_on=today,
        )
    note = _("%(before)s → %(after)s：%(reason)s")
    keep(
        one,
        by=by,
        verb="extension_applied",
        note=note % {"before": shown(one.due_on), "after": shown(due_after), "reason": words},
    )
    tell_applied(by, one, _("%(number)s申请延期"))
    return made


@transaction.atomic
def rule_extension(*, by: Account, extension: Extension, granted: bool, opinion: str) -> Extension:
    """Rule on an extension. Who applied doesn't, nor does anybody of the unit."""
    one = locked(extension.entry)
    require_supervisor(by, one)
    asked = Extension.objects.select_for_update().get(pk=extension.pk)
    if asked.state != ExtensionState.APPLIED:
        raise Conflict(_("这份延期申请已经审批。"))
    require_another(by, asked.applied_by.username, _("申请人不能审批自己的延期。"))
    words = needed(opinion, _("请写明审批意见。"), "opinion")
    asked.state = ExtensionState.GRANTED if granted else ExtensionState.REFUSED
    asked.ruled_by, asked.ruled_at, asked.opinion = by, timezone.now(), words
    asked.save()
    if granted:
        one.due_on = asked.due_after
        one.due_start = one.due_amount = None
        one.due_unit = ""
        one.due_words = _("原期限%(day)s，经批准延期。") % {"day": shown(asked.due_before)}
    verb = "extension_granted" if granted else "extension_refused"
    keep(one, by=by, verb=verb, note=words, due=one.due_on)
    tell_extension(by, asked)
    return asked


@transaction.atomic
def suspend(*, by: Account, entry: Entry, reason: str) -> Entry:
    """Let an entry rest: no light, no urging, no term."""
    one = locked(entry)
    require_registrar(by, one)
    one.state_before, one.state = one.state, go(one, "suspend")
    return keep(one, by=by, verb="suspended", note=needed(reason, _("请写明中止理由。"), "reason"))


@transaction.atomic
def resume(*, by: Account, entry: Entry, term: Term) -> Entry:
    """Go on where it was, with a term that is not over."""
    one = locked(entry)
    require_registrar(by, one)
    go(one, "resume")
    renew_term(one, term, _("原期限%(day)s在中止期间已过。"))
    one.state, one.state_before = EntryState(one.state_before), ""
    one.moved_on = timezone.localdate()
    return keep(one, by=by, verb="resumed", due=one.due_on)
