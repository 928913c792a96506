"""The memo (约谈备忘录): drafted, offered to both sides, confirmed by two, frozen."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.models import Account
from pingyi.apps.talks.access import (
    require_another,
    require_head,
    require_inner,
    require_organiser,
    sides,
)
from pingyi.apps.talks.actions.keeping import go, keep, locked
from pingyi.apps.talks.models import Memo, Talk
from pingyi.apps.talks.telling import tell_office, tell_unit
from pingyi.base.errors import Conflict, Invalid, Stale

FIELDS = (
    "interviewers",
    "interviewees",
    "recorder",
    "attendants",
    "points",
    "problems",
    "attitude",
    "secrecy",
    "audience",
)


@transaction.atomic
def draft(*, by: Account, talk: Talk) -> Memo:
    """Written from the meeting, to be edited; one that is there stays as it is."""
    one = locked(talk)
    require_organiser(by, one)
    go(one, "draft")
    there = Memo.objects.filter(talk=one).first()
    if there is not None:
        return there
    asked = one.questions.all()
    lines = [
        _("%(number)s. 问：%(text)s") % {"number": number, "text": said.text}
        + "\n"
        + _("答：%(text)s") % {"text": said.answer or "—"}
        for number, said in enumerate(asked, start=1)
    ]
    made = Memo.objects.create(
        talk=one,
        interviewers=one.interviewer_name,
        interviewees=f"{one.unit_title}{one.interviewee_post} {one.interviewee_name}",
        recorder=one.recorder_name,
        attendants=one.attendants,
        points="\n".join(lines),
        audience=_("约谈人、被约谈单位、承办部门"),
    )
    keep(one, by=by, verb="memo_drafted")
    return made


@transaction.atomic
def edit(*, by: Account, talk: Talk, seen: int, facts: Mapping[str, str]) -> Memo:
    """Change the memo; what one side has confirmed already has to be confirmed anew."""
    one, memo = _open(talk, seen)
    require_organiser(by, one)
    for name in FIELDS:
        setattr(memo, name, facts[name].strip())
    memo.version += 1
    _unconfirmed(memo)
    memo.offered_at = None
    memo.save()
    keep(one, by=by, verb="memo_edited")
    return memo


@transaction.atomic
def offer(*, by: Account, talk: Talk, seen: int) -> Memo:
    """Hand it to both sides for confirmation."""
    one, memo = _open(talk, seen)
    require_organiser(by, one)
    needed(memo.points, _("请写明谈话要点。"), "points")
    memo.offered_at, memo.objection = timezone.now(), ""
    memo.save()
    keep(one, by=by, verb="memo_offered")
    tell_unit(by, one, "memo", _("约谈%(number)s的备忘录待确认"), memo.version)
    tell_office(by, one, "memo", _("约谈%(number)s的备忘录待确认"), memo.version)
    return memo


@transaction.atomic
def confirm(*, by: Account, talk: Talk, seen: int) -> Memo:
    """By the side on which the account stands; the second one freezes it."""
    one, memo = _open(talk, seen)
    if memo.offered_at is None:
        raise Conflict(_("备忘录还没有提交确认。"), _("请等承办人提交。"))
    if {"unit", "head"} & sides(by, one):
        require_head(by, one)
        _another(by, memo.office_confirmed_by)
        memo.unit_confirmed_by, memo.unit_confirmed_at = by, timezone.now()
    else:
        _for_the_office(by, one)
        _another(by, memo.unit_confirmed_by)
        memo.office_confirmed_by, memo.office_confirmed_at = by, timezone.now()
    memo.save()
    if memo.frozen:
        one.state = go(one, "confirm")
        tell_office(by, one, "confirmed", _("约谈%(number)s的备忘录双方已确认"))
    keep(one, by=by, verb="memo_confirmed")
    return memo


def _for_the_office(by: Account, talk: Talk) -> None:
    """Who led the talk, or organised it."""
    require_inner(by, talk)
    if "interviewer" not in sides(by, talk):
        require_organiser(by, talk)


def _another(by: Account, other: Account | None) -> None:
    if other is not None:
        require_another(by, other.username, _("备忘录由双方各一人确认。"))


@transaction.atomic
def object_to(*, by: Account, talk: Talk, seen: int, reason: str) -> Memo:
    """The unit's head doesn't find the talk in it, and says where."""
    one, memo = _open(talk, seen)
    require_head(by, one)
    if memo.offered_at is None:
        raise Conflict(_("备忘录还没有提交确认。"), _("请等承办人提交。"))
    words = needed(reason, _("请写明不同意的地方。"), "reason")
    memo.offered_at, memo.objection = None, words
    memo.version += 1
    _unconfirmed(memo)
    memo.save()
    keep(one, by=by, verb="memo_objected", note=words)
    tell_office(by, one, "memo_objected", _("约谈%(number)s的备忘录被退回修改"), memo.version)
    return memo


def _unconfirmed(memo: Memo) -> None:
    memo.office_confirmed_by = memo.office_confirmed_at = None
    memo.unit_confirmed_by = memo.unit_confirmed_at = None


def _open(talk: Talk, seen: int) -> tuple[Talk, Memo]:
    """The memo as it was seen. Raises ``Conflict`` where it is frozen, ``Stale`` where it is
    another one by now."""
    one = locked(talk)
    memo = Memo.objects.select_for_update().filter(talk=one).first()
    if memo is None:
        raise Invalid(_("还没有备忘录。"), _("请先起草。"))
    if memo.frozen:
        raise Conflict(_("备忘录经双方确认，不能再改。"))
    go(one, "draft")
    if memo.version != seen:
        raise Stale(_("备忘录刚刚被改过。"), _("请刷新，看过改动再办理。"))
    return one, memo
