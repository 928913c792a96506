"""How many have voted, while voting runs: aggregates from the box, nothing about a ballot."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pingyi.apps.ballots import disclosure
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.open_items import accepted
from pingyi.apps.polls.enums import Admission, ItemState
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.models import Code, Roll


@dataclass(frozen=True)
class ClassTurnout:
    title: str
    spent: int
    given_out: int


@dataclass(frozen=True)
class ItemTurnout:
    """``classes`` is empty where a class (on any target, where each rates its own unit) has fewer
    than the smallest cell: only the total then. ``given_out`` is None where nobody needs a code."""

    number: int
    spent: int
    given_out: int | None
    classes: tuple[ClassTurnout, ...]


@dataclass(frozen=True)
class _Serials:
    """Serial → place of its roll in ``rolls``."""

    stamp: int
    rolls: tuple[int, ...]
    places: NDArray[np.int32]


_lock = threading.Lock()
_known: dict[str, _Serials] = {}
_locked: dict[tuple[str, int, datetime | None], dict[int, int]] = {}
"""Counts of items that are locked: nothing comes in any more."""


def _serials(poll: Poll) -> _Serials:
    with _lock:
        known = _known.get(poll.slug)
        if known is not None and known.stamp == poll.stamp:
            return known
    rolls = tuple(Roll.objects.filter(poll=poll).values_list("pk", flat=True))
    rows = list(Code.objects.filter(poll=poll).values_list("serial", "roll_id"))
    places = np.full(max((serial for serial, _roll in rows), default=0) + 1, len(rolls), np.int32)
    place_of = {pk: place for place, pk in enumerate(rolls)}
    for serial, roll in rows:
        places[serial] = place_of[roll]
    found = _Serials(poll.stamp, rolls, places)
    with _lock:
        _known[poll.slug] = found
    return found


def spent_by_roll(poll: Poll, items: Iterable[Item]) -> dict[int, dict[int, int]]:
    """Number of an item → primary key of a roll → codes spent (for ballots or paper)."""
    known, found = _serials(poll), {}
    box = box_of(poll.slug)
    try:
        for item in items:
            kept = _locked.get((poll.slug, item.number, item.locked_at))
            if kept is not None and item.state == ItemState.LOCKED:
                found[item.number] = kept
                continue
            serials = np.fromiter(box.serials(item.number), np.int64)
            serials = serials[serials < len(known.places)]
            counts = np.bincount(known.places[serials], minlength=len(known.rolls))
            found[item.number] = {pk: int(counts[place]) for place, pk in enumerate(known.rolls)}
            if item.state == ItemState.LOCKED:
                with _lock:
                    _locked[poll.slug, item.number, item.locked_at] = found[item.number]
    finally:
        box.close()
    return found


def turnout(poll: Poll, items: Iterable[Item]) -> dict[int, ItemTurnout]:
    """What the console shows of items, by number; only for items that are not opened yet."""
    shut = [item for item in items if item.state in {ItemState.OPEN, ItemState.LOCKED}]
    if not shut:
        return {}
    form = form_of(poll)
    rolls = list(Roll.objects.filter(poll=poll))
    spent = spent_by_roll(poll, [i for i in shut if i.channel.admission == Admission.CODE])
    found = {}
    for item in shut:
        if item.channel.admission == Admission.OPEN:
            found[item.number] = ItemTurnout(item.number, accepted(item), None, ())
            continue
        mine = [r for r in rolls if r.channel_id == item.channel_id and r.paper == item.paper]
        used = [roll for roll in mine if roll.printed]
        cells = {(r.rater_class, r.target_id): spent[item.number].get(r.pk, 0) for r in used}
        given_out: dict[str, int] = {}
        for roll in used:
            mine_out = roll.printed if roll.given_out is None else roll.given_out
            given_out[roll.rater_class] = given_out.get(roll.rater_class, 0) + mine_out
        shown = disclosure.turnout_over_targets(cells, poll.smallest_cell) or {}
        found[item.number] = ItemTurnout(
            item.number,
            sum(cells.values()),
            sum(given_out.values()),
            tuple(
                ClassTurnout(form.rater_class(key).title, number, given_out[key])
                for key, number in shown.items()
            ),
        )
    return found
