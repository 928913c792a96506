"""Reading rounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.accounts import without_holders
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.people.queries.units import heads_of, leaders_of, search_units
from pingyi.apps.polls.access import READERS
from pingyi.apps.polls.enums import ItemState, PollState, Way
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rounds.enums import (
    ON_STAGE,
    OPEN_STATES,
    Direction,
    MeetingState,
    Phase,
    ReportState,
    RoundState,
)
from pingyi.apps.rounds.models import (
    AgendaItem,
    DutyReport,
    LeaderComment,
    Meeting,
    Programme,
    Round,
    RoundPoll,
    RoundTarget,
)
from pingyi.base.errors import Missing
from pingyi.base.references import Subject

PARTIES = (*READERS, Role.UNIT_HANDLER, Role.UNIT_HEAD, Role.LEADER)
"""Who sees the rounds of the units within their reach."""
MOST_UNITS = 2_000
"""Units that are offered at a time."""
ENDED = (PollState.CLOSED, PollState.COUNTED)


def visible(account: Account) -> QuerySet[Round]:
    """The rounds that an account may see: all for those who run them; once announced, for the
    people of the units reviewed, for the leaders in charge of them, and for the officers of a part
    of the tree in which they lie."""
    if reach_of(account, *READERS).everything:
        return Round.objects.all()
    reach = reach_of(account, *PARTIES)
    mine = RoundTarget.objects.filter(reach.condition("unit__"), unit__isnull=False)
    return Round.objects.exclude(state=RoundState.DRAFT).filter(pk__in=mine.values("round"))


def own_targets(account: Account, found: Round) -> QuerySet[RoundTarget]:
    """The targets of a round whose own affairs an account sees: all for those who run it."""
    if reach_of(account, *READERS).everything:
        return found.targets.all()
    reach = reach_of(account, *PARTIES)
    return found.targets.filter(reach.condition("unit__"), unit__isnull=False)


def programmes() -> QuerySet[Programme]:
    return Programme.objects.annotate(held=Count("rounds"))


def polls_of(found: Round) -> QuerySet[Poll]:
    """The votes of a round, in the order in which they were set up; not those called off."""
    held = Poll.objects.filter(round_vote__round=found).exclude(state=PollState.CALLED_OFF)
    return held.order_by("round_vote__pk")


def settled_polls() -> QuerySet[Poll]:
    """Votes whose round has a result: nothing is opened or entered any more. (A vote that is
    counted by hand alone has no boxes by which it could tell.)"""
    early = (*OPEN_STATES, RoundState.DRAFT, RoundState.CLOSED)
    return Poll.objects.filter(round_vote__in=RoundPoll.objects.exclude(round__state__in=early))


def still_voting(found: Round) -> QuerySet[Poll]:
    """Votes that keep a round from being closed."""
    held = polls_of(found).filter(items__isnull=False).distinct()
    return held.exclude(state__in=ENDED)


def unprepared(found: Round) -> QuerySet[Poll]:
    return polls_of(found).filter(state=PollState.DRAFT)


def units_to_pick(found: Round) -> list[Unit]:
    """Living units that are no target yet, in the order of the tree."""
    there = set(found.targets.values_list("code", flat=True))
    living = search_units(Unit.objects.all()).order_by("path")
    return [unit for unit in living[:MOST_UNITS] if unit.code not in there]


def rows_of_units(units: list[Unit]) -> list[dict[str, Any]]:
    """Units as rows of targets, with head and leader of today."""
    heads, leaders = heads_of(units), leaders_of(units)
    rows: list[dict[str, Any]] = []
    for unit in units:
        head = heads[unit.pk][0].person if unit.pk in heads else None
        leader = leaders[unit.pk][0].leader if unit.pk in leaders else None
        rows.append(
            {
                "code": unit.code,
                "title": unit.title,
                "unit": unit,
                "presenter": head.name if head else "",
                "presenter_strokes": head.surname_strokes if head else None,
                "leader": leader,
                "leader_name": leader.name if leader else "",
            }
        )
    return rows


def find_meeting(found: Round, pk: int) -> Meeting:
    """Raises ``Missing``."""
    meeting = found.meetings.select_related("round", "vote__poll__version").filter(pk=pk).first()
    if meeting is None:
        raise Missing(_("没有这场会议。"), _("请从评议轮次的页面进入。"))
    return meeting


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("target", "target__leader", "meeting"))


def to_comment(account: Account) -> QuerySet[AgendaItem]:
    """Presenters of the units that the account leads, in meetings that are not over."""
    rows = AgendaItem.objects.filter(
        reach_of(account, Role.LEADER).condition("target__unit__"),
        target__unit__isnull=False,
        meeting__round__state__in=OPEN_STATES,
    ).exclude(meeting__state=MeetingState.ENDED)
    order = ("meeting__begins_at", "meeting", "number")
    return rows.select_related("target", "meeting__round").order_by(*order)


def own_comment(account: Account, item: AgendaItem) -> LeaderComment | None:
    """What the account, or somebody for it, has said to a presenter."""
    mine = Q(leader_name=account.name)
    if account.person_id:
        mine |= Q(leader=account.person_id)
    return item.comments.filter(mine).first()


def comments_told(account: Account, found: Round) -> QuerySet[LeaderComment]:
    """The comments that an account reads. What a leader has prepared is his, and of those who run
    the round, until its presenter has come so far."""
    rows = LeaderComment.objects.filter(item__target__in=own_targets(account, found))
    rows = rows.select_related("entered_by").prefetch_related("problems")
    if reach_of(account, *READERS).everything:
        return rows
    early = Q(prepared=True, item__state__in=(Phase.WAITING, Phase.REPORTING))
    return rows.exclude(early & Q(item__in=_unheard()) & ~Q(item__in=to_comment(account)))


def _unheard() -> QuerySet[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting__round__state__in=OPEN_STATES)
    return rows.exclude(meeting__state=MeetingState.ENDED)


def on_stage(agenda: Iterable[AgendaItem]) -> AgendaItem | None:
    return next((item for item in agenda if item.state in ON_STAGE), None)


def next_up(agenda: Iterable[AgendaItem]) -> AgendaItem | None:
    return next((item for item in agenda if item.state == Phase.WAITING), None)


def hall_items(meeting: Meeting) -> list[Item]:
    """What is voted on in the hall in the vote of a meeting, in order."""
    if meeting.vote is None:
        return []
    rows = Item.objects.filter(poll=meeting.vote.poll_id, channel__way=Way.HALL)
    return list(rows.select_related("channel", "target", "poll__version").order_by("number"))


def items_for(items: Iterable[Item], target: RoundTarget) -> list[Item]:
    """Those of one presenter alone; none where everybody is voted on at once."""
    return [item for item in items if item.target and item.target.code == target.code]


def whole_items(items: Iterable[Item]) -> list[Item]:
    """Those that cover a whole paper, opened and locked for the meeting as such."""
    return [item for item in items if item.target_id is None]


def any_open(items: Iterable[Item]) -> bool:
    return any(item.state == ItemState.OPEN for item in items)


def downward_unfinished(found: Round) -> list[Meeting]:
    """Meetings that have to be over before the upward one (RY-16)."""
    return list(found.meetings.filter(direction=Direction.DOWN).exclude(state=MeetingState.ENDED))


def missing_reports(found: Round) -> QuerySet[RoundTarget]:
    """Targets whose report was not handed in, or came back, though a unit could."""
    handed_in = DutyReport.objects.filter(target__round=found, state=ReportState.HANDED_IN)
    theirs = found.targets.filter(unit__isnull=False).exclude(pk__in=handed_in.values("target"))
    return theirs.select_related("unit", "round")


def unreached(found: Round) -> list[str]:
    """Titles of the units reviewed, in the running order, for which nobody can sign in as handler
    or head: the notice of the round reaches none of them."""
    units = [one.unit for one in found.targets.select_related("unit") if one.unit is not None]
    lone = without_holders(units, Role.UNIT_HANDLER, Role.UNIT_HEAD)
    return list(dict.fromkeys(one.shown for one in lone))


def readable_reports(found: Round) -> QuerySet[DutyReport]:
    """What raters may read: handed in, and not returned."""
    rows = DutyReport.objects.filter(target__round=found, state=ReportState.HANDED_IN)
    return rows.select_related("target").order_by("target__number")


def find_report(target_id: str) -> Subject | None:
    """The report that a reference leads to; it may be about to be written."""
    if not target_id.isdecimal():
        return None
    target = RoundTarget.objects.select_related("round").filter(pk=target_id).first()
    if target is None:
        return None
    title = _("%(title)s述职报告") % {"title": target.title}
    return Subject(title, reverse("rounds:report", args=[target.round.slug, target.pk]))


def meetings_through(found: Round) -> tuple[bool, Meeting | None]:
    """Has everybody at the meetings of a round been heard? And the first meeting where not."""
    meetings = list(found.meetings.all())
    heard = (Phase.DONE, Phase.ABSENT)
    waiting = set(
        AgendaItem.objects.filter(meeting__round=found)
        .exclude(state__in=heard)
        .values_list("meeting", flat=True)
    )
    going = next((one for one in meetings if one.pk in waiting), None)
    return bool(meetings) and going is None, going


def search(rows: QuerySet[Round], words: str) -> QuerySet[Round]:
    """Rounds by title, period, document or slug."""
    return rows.filter(
        Q(title__icontains=words)
        | Q(period__icontains=words)
        | Q(programme__title__icontains=words)
        | Q(programme__document_number__icontains=words)
        | Q(notice_number__icontains=words)
        | Q(slug__iexact=words)
    )


def find_subject(round_id: str) -> Subject | None:
    """The round that a reference leads to."""
    found = Round.objects.filter(pk=round_id).first() if round_id.isdecimal() else None
    return Subject(found.title, reverse("rounds:round", args=[found.slug])) if found else None
