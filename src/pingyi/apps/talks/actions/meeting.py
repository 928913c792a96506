"""The meeting: its two clocks, questions with their answers, and what is required."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.models import Account
from pingyi.apps.talks.access import require_inner
from pingyi.apps.talks.actions.keeping import go, keep, locked
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import BankQuestion, Question, Requirement, Talk
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Conflict, Invalid

MOST_REQUIREMENTS = 30
MOST_MONTHS = 24


@transaction.atomic
def begin_report(*, by: Account, talk: Talk) -> Talk:
    """The interviewee reports: the first clock runs."""
    one = _on(by, talk)
    if one.report_began_at is not None:
        raise Conflict(_("汇报已经开始。"), _("请刷新页面。"))
    one.report_began_at = timezone.now()
    return keep(one, by=by, verb="begun")


@transaction.atomic
def begin_questions(*, by: Account, talk: Talk) -> Talk:
    """Questions and requirements: the second clock runs."""
    one = _on(by, talk)
    if one.report_began_at is None or one.questions_began_at is not None:
        raise Conflict(_("汇报还没有开始，或提问已经开始。"), _("请刷新页面。"))
    one.questions_began_at = timezone.now()
    return keep(one, by=by, verb="questioned")


def _on(by: Account, talk: Talk) -> Talk:
    one = locked(talk)
    require_inner(by, one)
    go(one, "meet")
    return one


@transaction.atomic
def end(*, by: Account, talk: Talk) -> Talk:
    """The talk has been held."""
    one = locked(talk)
    require_inner(by, one)
    state = go(one, "hold")
    if one.report_began_at is None:
        raise Conflict(_("约谈还没有开始。"), _("请先点“开始汇报”。"))
    one.state, one.ended_at = state, timezone.now()
    return keep(one, by=by, verb="held")


@transaction.atomic
def ask(
    *,
    by: Account,
    talk: Talk,
    answer: str = "",
    text: str = "",
    prepared: BankQuestion | None = None,
) -> Question:
    """A question of the bank, or another one, and what was answered."""
    one = locked(talk)
    require_inner(by, one)
    go(one, "require")
    if prepared is not None and prepared.unit_id != one.unit_id:
        raise Invalid(_("这个问题不属于这次约谈的单位。"))
    words = prepared.text if prepared else needed(text, _("请写明提问。"), "text")
    again = {"question_asked_once": (_("这个问题已经记过。"), _("请在下面修改回答要点。"))}
    with constraints_told(again):
        return Question.objects.create(
            talk=one, prepared=prepared, text=words, answer=answer.strip()
        )


@transaction.atomic
def note_answer(*, by: Account, question: Question, answer: str) -> Question:
    """Correct what was answered."""
    one = locked(question.talk)
    require_inner(by, one)
    go(one, "require")
    question.answer = answer.strip()
    question.save()
    return question


@transaction.atomic
def require_of(*, by: Account, talk: Talk, text: str, months: int) -> Requirement:
    """What the unit has to do, within how many months after the talk."""
    one = _before_memo(by, talk)
    if one.requirements.count() >= MOST_REQUIREMENTS:
        raise Conflict(_("整改要求最多%(most)s条。") % {"most": MOST_REQUIREMENTS})
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid(_("整改期限是1至24个月。"), field="months")
    words = needed(text, _("请写明整改要求。"), "text")
    made = Requirement.objects.create(talk=one, text=words, months=months)
    keep(one, by=by, verb="required", note=made.text)
    return made


@transaction.atomic
def drop_requirement(*, by: Account, requirement: Requirement) -> None:
    """Take back what was noted wrongly."""
    one = _before_memo(by, requirement.talk)
    keep(one, by=by, verb="requirement_dropped", note=requirement.text)
    requirement.delete()


def _before_memo(by: Account, talk: Talk) -> Talk:
    one = locked(talk)
    require_inner(by, one)
    go(one, "require")
    memo = getattr(one, "memo", None)
    if one.state == TalkState.HELD and memo is not None and memo.offered_at is not None:
        raise Conflict(_("备忘录已提交双方确认，整改要求不能再改。"), _("请先修改备忘录。"))
    return one
