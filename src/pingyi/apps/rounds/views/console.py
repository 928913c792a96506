"""The chair's console of a meeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from pingyi.apps.ballots.turnout import ItemTurnout, turnout
from pingyi.apps.polls.access import may
from pingyi.apps.polls.enums import ItemState, PollState
from pingyi.apps.polls.models import Item
from pingyi.apps.rounds import access, queries
from pingyi.apps.rounds.access import PRESIDERS, READERS, OfficeRequest, page
from pingyi.apps.rounds.actions import meetings as actions
from pingyi.apps.rounds.enums import Direction, MeetingState, Phase
from pingyi.apps.rounds.forms import ActForm
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round
from pingyi.apps.rounds.rules import verb_of
from pingyi.apps.rounds.steps import COURSE
from pingyi.apps.rounds.views.meetings import MEETING_KINDS, PHASE_KINDS, times
from pingyi.apps.rounds.wall import timer_for, votes_on
from pingyi.apps.rounds.workflow import AGENDA
from pingyi.base.doors import opens
from pingyi.base.errors import HouseError, Invalid

TITLES = {transition.name: transition.title for transition in AGENDA.transitions}
ICONS = {
    "begin": "microphone",
    "comment": "message",
    "ask": "help-circle",
    "vote": "lock-open",
    "lock": "lock",
    "finish": "check",
}
ASKS = {"lock": gettext_lazy("锁定后不能再开放，没投完的人不能再投。确定锁定吗？")}
OF_MEETING: dict[str, Callable[..., Meeting]] = {
    "end": actions.end,
    "resume": actions.resume,
    "open_vote": actions.open_vote,
    "lock_vote": actions.lock_vote,
}


@require_GET
@never_cache
@page(*READERS)
def console(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """What is going on, and the one thing to do next."""
    found = access.find(request.user, slug)
    return _show(request, found, queries.find_meeting(found, pk))


def _show(
    request: OfficeRequest, found: Round, meeting: Meeting, refused: HouseError | None = None
) -> HttpResponse:
    agenda, items = queries.agenda_of(meeting), queries.hall_items(meeting)
    stage, following = queries.on_stage(agenda), queries.next_up(agenda)
    now = stage or following
    whole = queries.whole_items(items)
    votes = bool(now and queries.items_for(items, now.target))
    verb = verb_of(now.state, asks=meeting.asks, votes=votes) if now else None
    late = meeting.direction == Direction.UP and meeting.state == MeetingState.PLANNED
    shown = {
        "round": found,
        "meeting": meeting,
        "kind": MEETING_KINDS[meeting.state],
        "rows": [(item, PHASE_KINDS[item.state], times(item)) for item in agenda],
        "done": sum(item.state in (Phase.DONE, Phase.ABSENT) for item in agenda),
        "running": meeting.state == MeetingState.RUNNING,
        "presides": may(request.user, *PRESIDERS),
        "stage": stage,
        "now": now,
        "after": _after(agenda, now),
        "verb": verb,
        "title": TITLES.get(verb or ""),
        "icon": ICONS.get(verb or ""),
        "ask": ASKS.get(verb or "", ""),
        "back": next(
            (t.title for t in AGENDA.transitions if stage and t.name == "back"
             and stage.state in t.sources),
            None,
        ),
        "whole_open": queries.any_open(whole),
        "whole_waiting": [item for item in whole if item.state == ItemState.WAITING],
        "unready": bool(items) and items[0].poll.state in (PollState.DRAFT, PollState.READY),
        "unfinished": queries.downward_unfinished(found) if late else [],
        "refused": refused,
        "pages": COURSE.pages_of(found, opens(request.user)),
        "act": reverse("rounds:act", args=[found.slug, meeting.pk]),
        **_live(meeting, stage, items),
    }  # fmt: skip
    status = refused.status if refused else 200
    return render(request, "rounds/console.html", shown, status=status)


def _after(agenda: list[AgendaItem], now: AgendaItem | None) -> AgendaItem | None:
    return queries.next_up(item for item in agenda if item != now)


def _live(meeting: Meeting, stage: AgendaItem | None, items: list[Item]) -> dict[str, Any]:
    """The timer, and how many have voted on who is on stage, or on everybody at once."""
    wanted = votes_on(stage, items)
    found: dict[int, ItemTurnout] = {}
    if wanted:
        found = turnout(wanted[0].poll, wanted)
    return {
        "poll": meeting.vote.poll if meeting.vote else None,
        "turnouts": [(item, found[item.number]) for item in wanted if item.number in found],
        "timer": timer_for(stage),
        "comments": stage.comments.prefetch_related("problems") if stage else [],
    }


@require_GET
@never_cache
@page(*READERS)
def live(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Timer and turnout alone, fetched every few seconds; tells the page to reload once another
    console has taken the meeting on."""
    meeting = queries.find_meeting(access.find(request.user, slug), pk)
    stage = queries.on_stage(queries.agenda_of(meeting))
    shown = {
        "meeting": meeting,
        "stage": stage,
        **_live(meeting, stage, queries.hall_items(meeting)),
    }
    answer = render(request, "rounds/part/console_live.html", shown)
    if request.GET.get("seen") != str(meeting.stamp):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@page(*PRESIDERS)
def act(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """One act. What is refused is told above the meeting as it is now."""
    found = access.find(request.user, slug)
    meeting = queries.find_meeting(found, pk)
    form = ActForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(_("没有看懂这次操作。"), _("请刷新页面后重试。"))
        _do(request, meeting, form.cleaned_data)
    except HouseError as refused:
        return _show(request, found, queries.find_meeting(found, pk), refused)
    return redirect("rounds:console", slug, pk)


def _do(request: OfficeRequest, meeting: Meeting, asked: dict[str, Any]) -> None:
    verb, seen = asked["verb"], asked["seen"]
    if verb == "start":
        actions.start(by=request.user, meeting=meeting, seen=seen, reason=asked["reason"])
    elif verb in OF_MEETING:
        OF_MEETING[verb](by=request.user, meeting=meeting, seen=seen)
    else:
        target = meeting.round.targets.filter(code=asked["target"]).first()
        if target is None or verb not in TITLES:
            raise Invalid(_("没有看懂这次操作。"), _("请刷新页面后重试。"))
        actions.take_on(
            by=request.user,
            meeting=meeting,
            target=target,
            verb=verb,
            seen=seen,
            note=asked["note"],
        )
