"""Comments of leaders and questions of the hall, until the round is archived."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.access import PRESIDERS
from pingyi.apps.rounds.actions.rounds import lock_round
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import AgendaItem, CommentProblem, LeaderComment, OnsiteQuestion
from pingyi.apps.rounds.rules import split_problems
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid

MOST_PROBLEMS = 30
LONGEST = 500


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
) -> LeaderComment:
    """A new comment, or a corrected one. ``problems`` is text as it was pasted."""
    _open(by, item)
    name, split = leader_name.strip(), split_problems(problems)
    if not (praise.strip() or split or hope.strip()):
        raise Invalid(_("点评还是空的。"), _("请填写肯定、问题或希望中的一项。"), field="praise")
    if len(split) > MOST_PROBLEMS or any(len(one) > LONGEST for one in split):
        raise Invalid(
            _("问题最多 %(most)s 条，每条不超过 %(longest)s 字。")
            % {"most": MOST_PROBLEMS, "longest": LONGEST},
            field="problems",
        )
    found = comment or LeaderComment(item=item)
    if item.comments.filter(leader_name=name).exclude(pk=found.pk).exists():
        raise Invalid(
            _("%(name)s的点评已经有了。") % {"name": name},
            _("请修改原来那一条。"),
            field="leader_name",
        )
    found.leader_name, found.praise, found.hope = name, praise.strip(), hope.strip()
    found.leader = item.target.leader if name == item.target.leader_name else None
    found.save()
    found.problems.all().delete()
    CommentProblem.objects.bulk_create(
        CommentProblem(comment=found, number=number, text=one)
        for number, one in enumerate(split, start=1)
    )
    audit.record(
        by=by,
        verb="rounds.comment.saved",
        subject=item,
        leader=name,
        problems=len(split),
    )
    return found


@transaction.atomic
def save_question(
    *,
    by: Account,
    item: AgendaItem,
    asker: str,
    question: str,
    answer: str,
    found: OnsiteQuestion | None = None,
) -> OnsiteQuestion:
    """A question that was asked, with its answer, or a corrected one."""
    _open(by, item)
    found = found or OnsiteQuestion(item=item)
    found.asker, found.question, found.answer = asker.strip(), question.strip(), answer.strip()
    found.save()
    audit.record(by=by, verb="rounds.question.saved", subject=item)
    return found


def _open(by: Account, item: AgendaItem) -> None:
    require_for_all(by, *PRESIDERS)
    if lock_round(item.meeting.round).state == RoundState.ARCHIVED:
        raise Conflict(_("轮次已归档，点评和提问不能再改。"))
