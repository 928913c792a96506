"""Opinions: given by anybody, moderated by whoever presides."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.access import PRESIDERS
from pingyi.apps.rounds.actions.rounds import lock_round
from pingyi.apps.rounds.enums import OpinionState, RoundState
from pingyi.apps.rounds.models import Opinion, Round, RoundTarget
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, need_seen

MOST_CATEGORIES = 20
LONGEST = 40
CATEGORIES = ("opinion_categories",)


def give(
    *, round: Round, target: RoundTarget | None, category: str, speaker: str, text: str
) -> None:
    """Somebody's opinion. Without ``by`` and without an entry in the audit log: who gave it, and
    when, is nowhere written down. The same words sent twice are one opinion."""
    if round.state != RoundState.COLLECTING:
        raise Conflict(_("现在不收意见：评议还没有开始，或已截止。"))
    if category not in round.opinion_categories:
        raise Invalid(_("没有这个分类。"), _("请重新选择。"), field="category")
    Opinion.objects.get_or_create(
        round=round,
        target=target,
        category=category,
        speaker=speaker,
        text=text.strip(),
        day=timezone.localdate(),
    )


@transaction.atomic
def relay(*, by: Account, round: Round, opinions: Sequence[int]) -> int:
    """Show these to the hall. Returns how many were not shown before."""
    require_for_all(by, *PRESIDERS)
    rows = round.opinions.filter(pk__in=opinions).exclude(state=OpinionState.RELAYED)
    keys = sorted(rows.values_list("pk", flat=True))
    number = rows.update(state=OpinionState.RELAYED, reason="")
    audit.record(by=by, verb="rounds.opinion.relayed", subject=round, opinions=keys)
    return number


@transaction.atomic
def hold(*, by: Account, opinion: Opinion, reason: str) -> None:
    """Keep one from the hall, or take it back from there. It stays in the list."""
    require_for_all(by, *PRESIDERS)
    if not reason.strip():
        raise Invalid(_("请写明不转现场的理由。"), field="reason")
    rows = Opinion.objects.filter(pk=opinion.pk)
    rows.update(state=OpinionState.HELD, reason=reason.strip())
    audit.record(
        by=by,
        verb="rounds.opinion.held",
        subject=opinion.round,
        opinion=opinion.pk,
        reason=reason.strip(),
    )


@transaction.atomic
def set_categories(
    *, by: Account, round: Round, categories: Sequence[str], seen: str | None = None
) -> Round:
    """The categories offered from now on; opinions keep the one that they were given under.
    ``seen``: the mark of ``CATEGORIES`` that was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    wanted = list(dict.fromkeys(one.strip() for one in categories if one.strip()))
    if not 1 <= len(wanted) <= MOST_CATEGORIES or any(len(one) > LONGEST for one in wanted):
        raise Invalid(
            _("分类须有 1 到 %(most)s 个，每个不超过 %(longest)s 字。")
            % {"most": MOST_CATEGORIES, "longest": LONGEST},
            field="categories",
        )
    found = lock_round(round)
    need_seen(seen, fields_mark(found, CATEGORIES), found, verbs=["rounds.opinion.categories"])
    found.opinion_categories = wanted
    found.save(update_fields=["opinion_categories"])
    audit.record(by=by, verb="rounds.opinion.categories", subject=found, categories=wanted)
    return found
