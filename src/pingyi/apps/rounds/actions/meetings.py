"""What is done with meetings: planned, put in order, led from presenter to presenter.

Every act at a console names the stamp of the meeting that it saw. Whoever comes second is refused:
two consoles, a double click and a browser that comes back to life do nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import actions as ballots
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Item
from pingyi.apps.rounds import queries
from pingyi.apps.rounds.access import PRESIDERS
from pingyi.apps.rounds.actions.ordering import in_order
from pingyi.apps.rounds.enums import ON_STAGE, Direction, MeetingState, Phase, RoundState
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round, RoundTarget
from pingyi.apps.rounds.rules import at_the_end, verb_of
from pingyi.apps.rounds.workflow import AGENDA, MEETING
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid, Stale
from pingyi.base.marks import fields_mark, mark_of, need_seen

PHASE_TITLES: dict[str, object] = {phase.value: phase.label for phase in Phase}
STATE_TITLES: dict[str, object] = {state.value: state.label for state in MeetingState}
FACTS = (
    "title",
    "vote",
    "direction",
    "begins_at",
    "place",
    "report_minutes",
    "question_minutes",
    "asks",
)
_ASIDE = 10_000
"""Numbers stand here while an order is changed: none may stand twice even for a moment."""


@transaction.atomic
def plan_meeting(
    *,
    by: Account,
    round: Round,
    facts: Mapping[str, Any],
    meeting: Meeting | None = None,
    seen: str | None = None,
) -> Meeting:
    """A meeting with all targets of the round in their order, or the corrected facts of one.
    ``facts`` are its fields by name; ``seen``: the mark of ``FACTS`` that was on the page
    (``Stale``). Raises ``Conflict`` once it has ended."""
    require_for_all(by, Role.ORGANISER)
    new = meeting is None
    found = _held(meeting) if meeting else Meeting(round=round)
    if found.state == MeetingState.ENDED:
        raise Conflict(_("会议已经结束，不能再改。"))
    if not new:
        need_seen(seen, fields_mark(found, FACTS), found, verbs=["rounds.meeting.planned"])
    vote = facts.get("vote")
    if found.state != MeetingState.PLANNED and vote != found.vote:
        raise Conflict(_("会议已经开始，不能再换投票。"))
    if vote is not None and vote.round_id != round.pk:
        raise Invalid(_("这次投票不属于本轮次。"), field="vote")
    for name, value in facts.items():
        setattr(found, name, value.strip() if isinstance(value, str) else value)
    if vote is not None:
        found.direction = vote.direction
    found.save()
    if new:
        _put_agenda(found, round.targets.all())
    audit.record(by=by, verb="rounds.meeting.planned", subject=found, title=found.title)
    return found


@transaction.atomic
def set_agenda(
    *,
    by: Account,
    meeting: Meeting,
    how: str,
    codes: Sequence[str] = (),
    seen: str | None = None,
) -> Meeting:
    """The running order, before the meeting begins: as in the round (``round``), by ``strokes``,
    by ``lot``, or by ``hand``: ``codes`` may leave out who reports elsewhere. ``seen``: the mark
    of the order that was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    found = _held(meeting)
    if found.state != MeetingState.PLANNED:
        raise Conflict(_("会议已经开始，不能重排。"), _("没有到场的，请在控制台移到最后。"))
    need_seen(seen, mark_of_agenda(found), found, verbs=["rounds.meeting.ordered"])
    there = [item.target for item in queries.agenda_of(found)]
    if how == "round":
        order = list(found.round.targets.all())
    elif how == "hand":
        order = in_order(found.round.targets.filter(code__in=codes), how, codes)
    else:
        order = in_order(there, how)
    if not order:
        raise Invalid(_("议程里没有人。"), _("请至少排入一位。"))
    _put_agenda(found, order)
    order_of = [target.code for target in order]
    audit.record(by=by, verb="rounds.meeting.ordered", subject=found, how=how, order=order_of)
    return found


def mark_of_agenda(meeting: Meeting) -> str:
    """The mark of the running order."""
    return mark_of(*meeting.agenda.order_by("number").values_list("target", flat=True))


def _put_agenda(meeting: Meeting, targets: Iterable[RoundTarget]) -> None:
    """Who stays keeps the turn, and what a leader has prepared for it."""
    order = list(targets)
    gone = meeting.agenda.exclude(target__in=order)
    said = gone.filter(Q(comments__isnull=False) | Q(questions__isnull=False)).first()
    if said is not None:
        raise Conflict(
            _("%(who)s已有点评或提问，不能移出议程。") % {"who": said},
            _("不来述职的，请在控制台记为缺席。"),
        )
    gone.delete()
    meeting.agenda.update(number=F("number") + _ASIDE)
    for number, target in enumerate(order, start=1):
        meeting.agenda.update_or_create(target=target, defaults={"number": number})


@transaction.atomic
def start(*, by: Account, meeting: Meeting, seen: int, reason: str = "") -> Meeting:
    """Begin. Raises ``Invalid`` for an upward meeting before the downward ones are over, unless
    ``reason`` says why (RY-16)."""
    found = _taken(by, meeting, seen)
    found.state = MEETING.go(found.state, "start", STATE_TITLES)
    if found.round.state != RoundState.COLLECTING:
        raise Conflict(_("轮次还没有开始评议，或已截止。"), _("请由组织者先办理“开始评议”。"))
    before = queries.downward_unfinished(found.round) if found.direction == Direction.UP else []
    if before and not reason.strip():
        titles = "、".join(one.title for one in before)
        raise Invalid(
            _("向下述职还没有结束：%(titles)s。") % {"titles": titles},
            _("先向下、后向上；确需提前的，请写明理由。"),
            field="reason",
        )
    found.early_reason = reason.strip() if before else ""
    found.started_at = timezone.now()
    found.save()
    audit.record(
        by=by, verb="rounds.meeting.started", subject=found, early_reason=found.early_reason
    )
    return found


@transaction.atomic
def end(*, by: Account, meeting: Meeting, seen: int) -> Meeting:
    """End, with everybody heard or marked absent. The votes on who was absent are locked unopened:
    nobody can rate a report that was not given."""
    found = _taken(by, meeting, seen)
    found.state = MEETING.go(found.state, "end", STATE_TITLES)
    agenda, items = queries.agenda_of(found), queries.hall_items(found)
    left = [item for item in agenda if item.state not in (Phase.DONE, Phase.ABSENT)]
    if left:
        names = "、".join(str(item) for item in left)
        raise Conflict(
            _("还有没有结束的：%(names)s。") % {"names": names},
            _("请继续；没有到场的，请记为缺席。"),
        )
    if queries.any_open(items):
        raise Conflict(_("投票还开放着。"), _("请先锁定投票。"))
    for item in agenda:
        if item.state == Phase.ABSENT:
            _lock(by, queries.items_for(items, item.target), ItemState.WAITING)
    found.ended_at = timezone.now()
    found.save()
    audit.record(by=by, verb="rounds.meeting.ended", subject=found)
    return found


@transaction.atomic
def resume(*, by: Account, meeting: Meeting, seen: int) -> Meeting:
    """Go on with a meeting that was ended too early."""
    found = _taken(by, meeting, seen)
    found.state = MEETING.go(found.state, "resume", STATE_TITLES)
    found.ended_at = None
    found.save()
    audit.record(by=by, verb="rounds.meeting.resumed", subject=found)
    return found


@transaction.atomic
def take_on(
    *, by: Account, meeting: Meeting, target: RoundTarget, verb: str, seen: int, note: str = ""
) -> AgendaItem:
    """Take a presenter to another phase by a verb of ``AGENDA``. Opens and locks the votes on this
    presenter where the vote is held presenter by presenter."""
    found = _running(by, meeting, seen)
    agenda = queries.agenda_of(found)
    item = next((one for one in agenda if one.target_id == target.pk), None)
    if item is None:
        raise Invalid(_("议程里没有这一位。"))
    before, now = item.state, timezone.now()
    after = AGENDA.go(before, verb, PHASE_TITLES)
    items = queries.items_for(queries.hall_items(found), target)
    if verb == "begin" and (other := queries.on_stage(agenda)):
        raise Conflict(_("%(who)s还没有结束。") % {"who": other}, _("请先结束这一位。"))
    if verb in {"vote", "finish"} and verb_of(Phase.ASKING, asks=True, votes=bool(items)) != verb:
        raise Conflict(
            _("对这一位单独投票，请先开放投票。") if items else _("这场会议没有对这一位的投票。")
        )
    if verb == "ask" and not found.asks:
        raise Conflict(_("这场会议不设现场提问。"))
    if verb == "vote":
        _open(by, items)
    elif verb == "lock":
        _lock(by, items, ItemState.OPEN)
    _note_time(item, now)
    item.state = after
    item.phase_began_at = now if after in ON_STAGE else None
    item.note = note.strip() or {"postpone": _("未到场，移到最后"), "arrive": _("后到场")}.get(
        verb, item.note
    )
    item.save()
    if verb in {"postpone", "arrive"}:
        _renumber(agenda, at_the_end([one.pk for one in agenda], item.pk))
    audit.record(
        by=by,
        verb=f"rounds.agenda.{verb}",
        subject=item,
        before=before,
        after=after,
        note=note.strip(),
    )
    return item


@transaction.atomic
def open_vote(*, by: Account, meeting: Meeting, seen: int) -> Meeting:
    """Open the vote on everybody at once."""
    found = _running(by, meeting, seen)
    _open(by, _whole(found))
    audit.record(by=by, verb="rounds.meeting.vote_opened", subject=found)
    return found


@transaction.atomic
def lock_vote(*, by: Account, meeting: Meeting, seen: int) -> Meeting:
    """Lock it, for good."""
    found = _running(by, meeting, seen)
    _lock(by, _whole(found), ItemState.OPEN)
    audit.record(by=by, verb="rounds.meeting.vote_locked", subject=found)
    return found


def _whole(meeting: Meeting) -> list[Item]:
    items = queries.whole_items(queries.hall_items(meeting))
    if not items:
        raise Conflict(_("这场会议没有一次投完的投票。"))
    return items


def _open(by: Account, items: Iterable[Item]) -> None:
    for item in items:
        if item.state != ItemState.OPEN:
            ballots.open_item(by=by, item=item)


def _lock(by: Account, items: Iterable[Item], state: ItemState) -> None:
    """Those in that state; others were locked at the console of the vote, or never opened."""
    for item in items:
        if item.state == state:
            ballots.lock_item(by=by, item=item)


def _note_time(item: AgendaItem, now: datetime) -> None:
    if item.phase_began_at is not None:
        gone = max(0, int((now - item.phase_began_at).total_seconds()))
        item.used = item.used | {item.state: int(item.used.get(item.state, 0)) + gone}


def _renumber(agenda: Iterable[AgendaItem], order: Sequence[int]) -> None:
    rows = AgendaItem.objects.filter(pk__in=[item.pk for item in agenda])
    rows.update(number=F("number") + _ASIDE)
    for number, pk in enumerate(order, start=1):
        rows.filter(pk=pk).update(number=number)


def _held(meeting: Meeting) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("round", "vote__poll").get(pk=meeting.pk)


def _taken(by: Account, meeting: Meeting, seen: int) -> Meeting:
    """The meeting, held and one act further. Raises ``Stale`` where another was quicker."""
    require_for_all(by, *PRESIDERS)
    if not Meeting.objects.filter(pk=meeting.pk, stamp=seen).update(stamp=F("stamp") + 1):
        raise Stale(
            _("会场的状态已经变了：可能是另一台控制台已办理，或按了两次。这一次没有办理。"),
            _("请看清现在的状态再操作。"),
        )
    return _held(meeting)


def _running(by: Account, meeting: Meeting, seen: int) -> Meeting:
    found = _taken(by, meeting, seen)
    if found.state != MeetingState.RUNNING:
        raise Conflict(_("会议没有在进行。"), _("请先开始会议。"))
    return found
