"""Comments of leaders and questions of the hall, until the round is archived."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.access import PRESIDERS
from pingyi.apps.rounds.actions.rounds import lock_round
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import AgendaItem, CommentProblem, LeaderComment, OnsiteQuestion
from pingyi.apps.rounds.queries import own_comment, to_comment
from pingyi.apps.rounds.rules import split_problems
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Missing
from pingyi.base.marks import fields_mark, mark_of, need_seen

MOST_PROBLEMS = 30
LONGEST = 500
COMMENTED = "rounds.comment.saved"
ASKED = ("asker", "question", "answer")


@transaction.atomic
def save_comment(
    *,
    by: Account,
    item: AgendaItem,
    leader_name: str,
    praise: str,
    problems: str,
    hope: str,
    comment: LeaderComment | None = None,
    seen: str | None = None,
) -> LeaderComment:
    """A new comment, or a corrected one, written down for the leader. ``problems`` is text as it
    was pasted; ``seen``: the mark of the comment that was on the page (``Stale``)."""
    _open(by, item)
    made = LeaderComment(item=item)
    if comment is not None:
        made = item.comments.get(pk=comment.pk)
        _need_seen(seen, made)
    made.leader_name = leader_name.strip()
    made.leader = item.target.leader if made.leader_name == item.target.leader_name else None
    return _write(by, made, praise, problems, hope)


@transaction.atomic
def save_own_comment(
    *,
    by: Account,
    item: AgendaItem,
    praise: str,
    problems: str,
    hope: str,
    seen: str | None = None,
) -> LeaderComment:
    """The leader's own comment (JZ-09), before the meeting and until it ends. What was written down
    for him before becomes his. ``seen``: the mark of the comment, or of none, that was on the page
    (``Stale``)."""
    unit = item.target.unit
    if unit is None:
        raise Missing(_("这个评议对象没有对应的单位。"), _("请由组织者代为记录。"))
    require(by, Role.LEADER, unit=unit)
    lock_round(item.meeting.round)
    if not to_comment(by).filter(pk=item.pk).exists():
        raise Conflict(
            _("现在不能写点评：通知还没有发出，或会议已结束。"), _("确需更正的，请组织者代为更正。")
        )
    made = own_comment(by, item)
    if made is None:
        made = LeaderComment(item=item, leader=by.person)
        made.leader_name = by.person.name if by.person else by.name
    else:
        _need_seen(seen, made)
    made.prepared = True
    return _write(by, made, praise, problems, hope)


def _write(
    by: Account, made: LeaderComment, praise: str, problems: str, hope: str
) -> LeaderComment:
    split = split_problems(problems)
    if not (praise.strip() or split or hope.strip()):
        raise Invalid(_("点评还是空的。"), _("请填写肯定、问题或希望中的一项。"), field="praise")
    if len(split) > MOST_PROBLEMS or any(len(one) > LONGEST for one in split):
        raise Invalid(
            _("问题最多 %(most)s 条，每条不超过 %(longest)s 字。")
            % {"most": MOST_PROBLEMS, "longest": LONGEST},
            field="problems",
        )
    item, name = made.item, made.leader_name
    if item.comments.filter(leader_name=name).exclude(pk=made.pk).exists():
        raise Invalid(
            _("%(name)s的点评已经有了。") % {"name": name},
            _("请修改原来那一条。"),
            field="leader_name",
        )
    made.praise, made.hope, made.entered_by = praise.strip(), hope.strip(), by
    made.save()
    made.problems.all().delete()
    CommentProblem.objects.bulk_create(
        CommentProblem(comment=made, number=number, text=one)
        for number, one in enumerate(split, start=1)
    )
    facts = {"comment": made.pk, "leader": name, "problems": len(split)}
    audit.record(by=by, verb=COMMENTED, subject=item, **facts)
    return made


def mark_of_comment(comment: LeaderComment | None) -> str:
    """The mark of what a comment says; also of one that isn't there yet."""
    if comment is None:
        return mark_of()
    problems = [*comment.problems.order_by("number").values_list("text", flat=True)]
    return mark_of(comment.leader_name, comment.praise, comment.hope, problems)


def _need_seen(seen: str | None, now: LeaderComment) -> None:
    need_seen(seen, mark_of_comment(now), now.item, verbs=[COMMENTED], comment=now.pk)


@transaction.atomic
def save_question(
    *,
    by: Account,
    item: AgendaItem,
    asker: str,
    question: str,
    answer: str,
    found: OnsiteQuestion | None = None,
    seen: str | None = None,
) -> OnsiteQuestion:
    """A question that was asked, with its answer, or a corrected one. ``seen``: the mark of
    ``ASKED`` that was on the page (``Stale``)."""
    _open(by, item)
    if found is None:
        found = OnsiteQuestion(item=item)
    else:
        found = item.questions.get(pk=found.pk)
        now = fields_mark(found, ASKED)
        need_seen(seen, now, item, verbs=["rounds.question.saved"], question=found.pk)
    found.asker, found.question, found.answer = asker.strip(), question.strip(), answer.strip()
    found.save()
    audit.record(by=by, verb="rounds.question.saved", subject=item, question=found.pk)
    return found


def _open(by: Account, item: AgendaItem) -> None:
    require_for_all(by, *PRESIDERS)
    if lock_round(item.meeting.round).state == RoundState.ARCHIVED:
        raise Conflict(_("轮次已归档，点评和提问不能再改。"))
