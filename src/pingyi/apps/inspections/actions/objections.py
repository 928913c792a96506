"""A unit objects, and somebody who wrote none of it decides."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.inspections.access import require_another, require_approver, require_owner
from pingyi.apps.inspections.actions.keeping import go, locked, needed, told
from pingyi.apps.inspections.enums import Outcome
from pingyi.apps.inspections.models import Conclusion, Objection
from pingyi.apps.inspections.presets import review_term
from pingyi.apps.inspections.telling import tell_decided, tell_objected
from pingyi.apps.people.models import Account
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict
from pingyi.base.figures import day as shown
from pingyi.base.terms import derivation, due_after


@transaction.atomic
def object_to(*, by: Account, conclusion: Conclusion, text: str) -> Objection:
    """Apply for a review, until the last day is over."""
    one = locked(conclusion.place.inspection)
    require_owner(by, conclusion.place)
    go(one, "object")
    today = timezone.localdate()
    if conclusion.object_by is None or today > conclusion.object_by:
        raise Conflict(
            _("申请复核的期限到%(day)s为止，已经过了。") % {"day": shown(conclusion.object_by)},
            _("仍有意见的，请向督查机关反映。"),
        )
    rule = review_term(today)
    due = due_after(today, rule.amount, rule.unit)
    words = needed(text, _("请写明异议和理由。"), "text")
    with constraints_told({"objection_conclusion": (_("已经申请过复核。"), _("请等待复核决定。"))}):
        made = Objection.objects.create(
            conclusion=conclusion,
            text=words,
            applied_by=by,
            applied_on=today,
            due_on=due.day,
            due_words=derivation(due) + rule.basis_words,
        )
    told(one, by=by, verb="objected", note=conclusion.place.title)
    tell_objected(by, made)
    return made


@transaction.atomic
def decide(*, by: Account, objection: Objection, outcome: Outcome, opinion: str) -> Objection:
    """Decide on a review. Raises ``Refused`` for whoever wrote the conclusion or the circular, or
    was of the team (art. 17)."""
    made = Objection.objects.select_for_update().get(pk=objection.pk)
    place = made.conclusion.place
    one = locked(place.inspection)
    require_approver(by, one)
    writers = [made.conclusion.written_by, one.circular.drafted_by]
    writers += [member.account for member in one.members.select_related("account")]
    for writer in writers:
        require_another(by, str(writer), _("拟写结论、起草通报和参加督导组的人不能复核。"))
    if made.outcome:
        raise Conflict(_("已经作出复核决定。"), _("请刷新。"))
    made.outcome, made.decided_by, made.decided_on = outcome, by, timezone.localdate()
    made.opinion = needed(opinion, _("请写明复核意见。"), "opinion")
    made.save()
    note = f"{place.title}：{made.get_outcome_display()}"
    told(one, by=by, verb="decided", note=note)
    tell_decided(by, made)
    return made
