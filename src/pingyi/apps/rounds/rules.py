"""Rules of meetings: what comes next for a presenter, how long is left, how comments are split."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pingyi.apps.rounds.enums import Phase


def verb_of(state: str, *, asks: bool, votes: bool) -> str | None:
    """What takes a presenter on from ``state``; None at the end. ``asks``: there are questions;
    ``votes``: there is a vote of this presenter alone."""
    after = "vote" if votes else "finish"
    return {
        Phase.WAITING: "begin",
        Phase.REPORTING: "comment",
        Phase.COMMENTING: "ask" if asks else after,
        Phase.ASKING: after,
        Phase.VOTING: "lock",
    }.get(Phase(state))


@dataclass(frozen=True)
class Timer:
    """Seconds gone in what is counted now, and for how many it was planned (None: not limited)."""

    gone: int
    planned: int | None


def timer_of(
    state: str,
    began_at: datetime | None,
    used: Mapping[str, int],
    now: datetime,
    minutes: tuple[int, int],
) -> Timer | None:
    """The timer of a presenter on stage. ``minutes`` are those of the report, and those that
    comments and questions share. A clock set back counts nothing rather than less than nothing."""
    if began_at is None:
        return None
    together: tuple[str, ...] = (state,)
    planned: int | None = None
    if state == Phase.REPORTING:
        planned = minutes[0] * 60
    elif state in (Phase.COMMENTING, Phase.ASKING):
        planned, together = minutes[1] * 60, (Phase.COMMENTING, Phase.ASKING)
    running = max(0, int((now - began_at).total_seconds()))
    return Timer(sum(int(used.get(phase, 0)) for phase in together) + running, planned)


def in_view(total: int, place: int, most: int) -> slice:
    """The turns of an agenda that a wall has room for: the one at ``place`` (from 0), the one
    before it, and those that follow, ``most`` in all."""
    first = max(0, min(place - 1, total - most))
    return slice(first, first + most)


def at_the_end(order: Sequence[int], moved: int) -> list[int]:
    """The order with one of its members behind all others."""
    return [one for one in order if one != moved] + [moved]


_FIGURES = "一二三四五六七八九十"
_MARK = re.compile(
    rf"[①-⑳]\s*|(?:^|(?<=[\s。；;！!？?：:，,]))"
    rf"(?:[{_FIGURES}]+是[，,：:]?|第[{_FIGURES}]+[，,、]|[{_FIGURES}]+、"
    rf"|[（(](?:[{_FIGURES}]+|\d+)[）)]|\d+[.．、)）](?!\d))\s*"
)


def split_problems(text: str) -> list[str]:
    """The problems of a comment as it was pasted: at 一是, 一、 1. （一） ①, else by lines.
    What stands before the first number is kept, unless it only announces (ends with a colon)."""
    pieces = _MARK.split(text) if _MARK.search(text) else text.splitlines()
    found = [piece.strip().rstrip("；;，,、").strip() for piece in pieces]
    if found and found[0].endswith(("：", ":")):
        found = found[1:]
    return [piece for piece in found if piece]
