"""What the big screen in the hall shows: aggregates and public words, nothing personal or internal.

Results come from the room of the scores, which joins with ``provide``; they are shown only while
the chair releases them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots.turnout import ItemTurnout, turnout
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Item
from pingyi.apps.rounds import queries
from pingyi.apps.rounds.enums import MeetingState, OpinionState, Phase
from pingyi.apps.rounds.models import AgendaItem, Meeting
from pingyi.apps.rounds.rules import Timer, in_view, timer_of
from pingyi.base.errors import Missing

MOST_OPINIONS = 40
MOST_TURNS = 8
"""Of the agenda: nobody scrolls a screen in a hall."""
MANY_RESULTS = 10
"""More of them stand in two columns."""


@dataclass(frozen=True)
class Row:
    """A line of released results; None: not told."""

    title: str
    rank: int | None
    score: str | None
    grade: str | None


@dataclass(frozen=True)
class Board:
    """Results as far as they are released."""

    rows: tuple[Row, ...]
    scores: bool

    @property
    def long(self) -> bool:
        return len(self.rows) > MANY_RESULTS


Provider = Callable[[Meeting], Board | None]
_providers: list[Provider] = []


def provide(results: Provider) -> None:
    """Take results from a room above."""
    _providers.append(results)


@dataclass(frozen=True)
class Vote:
    """A vote that is open, or was locked just now."""

    open: bool
    turnout: ItemTurnout


@dataclass(frozen=True)
class Scene:
    """Everything on the screen. Two scenes that look the same have the same ``digest``; the clock
    counts on by itself."""

    title: str
    state: str
    stage: AgendaItem | None
    following: AgendaItem | None
    agenda: tuple[AgendaItem, ...]
    timer: Timer | None
    vote: Vote | None
    opinions: tuple[tuple[str, str], ...]
    results: Board | None

    @property
    def digest(self) -> str:
        rows = [(item.number, item.target_id, item.state) for item in self.agenda]
        began = self.stage.phase_began_at if self.stage else None
        told = (self.title, self.state, rows, began, self.vote, self.opinions, self.results)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:24]

    @property
    def turns(self) -> tuple[AgendaItem, ...]:
        """Those of the agenda around who is on stage, or comes next."""
        now = self.stage or self.following
        place = self.agenda.index(now) if now else len(self.agenda)
        return self.agenda[in_view(len(self.agenda), place, MOST_TURNS)]

    @property
    def heard(self) -> int:
        return sum(item.state in (Phase.DONE, Phase.ABSENT) for item in self.agenda)

    def shown(self) -> dict[str, Any]:
        """For the template."""
        return {"scene": self, "digest": self.digest, "running": self.state == MeetingState.RUNNING}


def find(key: str) -> Meeting:
    """Raises ``Missing``."""
    rows = Meeting.objects.select_related("round", "vote__poll__version")
    meeting = rows.filter(wall=key).first()
    if meeting is None:
        raise Missing(_("没有这块大屏。"), _("请从会议页面打开大屏。"))
    return meeting


def scene_of(meeting: Meeting) -> Scene:
    agenda = queries.agenda_of(meeting)
    stage = queries.on_stage(agenda)
    return Scene(
        title=meeting.title,
        state=meeting.state,
        stage=stage,
        following=queries.next_up(agenda),
        agenda=tuple(agenda),
        timer=timer_for(stage),
        vote=_vote(meeting, agenda, stage),
        opinions=_opinions(meeting, stage),
        results=next((found for one in _providers if (found := one(meeting))), None),
    )


def timer_for(stage: AgendaItem | None) -> Timer | None:
    """The clock of who is on stage, from the time in the database."""
    if stage is None:
        return None
    minutes = (stage.meeting.report_minutes, stage.meeting.question_minutes)
    return timer_of(stage.state, stage.phase_began_at, stage.used, timezone.now(), minutes)


def votes_on(stage: AgendaItem | None, items: list[Item]) -> list[Item]:
    """What is, or was, voted on now: this presenter alone, or everybody at once."""
    own = queries.items_for(items, stage.target) if stage else []
    shown = (ItemState.OPEN, ItemState.LOCKED)
    return [item for item in own or queries.whole_items(items) if item.state in shown]


def _vote(meeting: Meeting, agenda: list[AgendaItem], stage: AgendaItem | None) -> Vote | None:
    heard = [item for item in agenda if item.state == Phase.DONE]
    wanted = votes_on(stage or (heard[-1] if heard else None), queries.hall_items(meeting))
    if not wanted:
        return None
    found = turnout(wanted[0].poll, wanted[:1]).get(wanted[0].number)
    return Vote(wanted[0].state == ItemState.OPEN, found) if found else None


def _opinions(meeting: Meeting, stage: AgendaItem | None) -> tuple[tuple[str, str], ...]:
    """Relayed ones on who is on stage and on nobody in particular; between two, all."""
    rows = meeting.round.opinions.filter(state=OpinionState.RELAYED).select_related("target")
    return tuple(
        (one.target.title if one.target else "", one.text)
        for one in rows
        if stage is None or one.target_id in (None, stage.target_id)
    )[:MOST_OPINIONS]
