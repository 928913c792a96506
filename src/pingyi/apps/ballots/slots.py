"""Time slots of an open item, and alarms from them. Pure; knows counts and coarse times only.

A slot is closed when ``CELL`` minutes have passed *and* it holds ``LEAST`` ballots; so nothing
that is told or ruled about a slot is about fewer people. What is left at the end and smaller
belongs to the slot before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

LEAST = 200
CELL = 10
"""Minutes; slots begin at whole tens of minutes."""
TIMES = 10
"""So many times the run so far is a burst ..."""
FEW = 60
"""... where it is also more than so many ballots in a minute."""


@dataclass(frozen=True)
class Slot:
    """Ballots that came together. Moments are minutes since 1970."""

    number: int
    """From 1."""
    began: int
    count: int = 0
    minute: int = 0
    """The last minute in which a ballot came, ``in_minute`` how many in it; for ``peak``."""
    in_minute: int = 0
    peak: int = 0
    """The most ballots of a minute."""


EMPTY = Slot(1, 0)


def took(last: Slot, minute: int, ballots: int) -> Slot:
    """The slot that ballots fall into that come together now. A clock that was set back closes no
    slot."""
    cell = minute - minute % CELL
    if not last.began:
        last = replace(last, began=cell)
    elif last.count >= LEAST and cell > last.began:
        last = Slot(last.number + 1, cell)
    already = last.in_minute if last.minute == minute else 0
    together = already + ballots
    return replace(
        last,
        count=last.count + ballots,
        minute=minute,
        in_minute=together,
        peak=max(last.peak, together),
    )


def closed(slots: Sequence[Slot]) -> list[Slot]:
    """The slots of an item that takes nothing more: a last one that is too small is part of the
    one before."""
    if len(slots) < 2 or slots[-1].count >= LEAST:
        return [slot for slot in slots if slot.count]
    *first, before, last = slots
    peak = max(before.peak, last.peak)
    return [*first, replace(before, count=before.count + last.count, peak=peak)]


def slot_of(number: int, slots: Sequence[Slot]) -> int:
    """The number under which a slot stands among those that are ``closed``."""
    return min(number, slots[-1].number) if slots else number


def may_be_set_aside(slot: Slot) -> bool:
    """Never fewer than ``LEAST`` ballots, not even where they are all there are."""
    return slot.count >= LEAST


@dataclass(frozen=True)
class Burst:
    """Far more ballots at once than before."""

    slot: Slot
    in_a_minute: int
    usual: int
    """Ballots a minute in the run so far, rounded up."""


def bursts(slots: Sequence[Slot], now: int) -> Iterator[Burst]:
    """Slots with a minute, or a whole length, far above the run before them; ``now``: the end of
    the last one."""
    ballots = minutes = 0
    ends = [slot.began for slot in slots[1:]] + [now]
    for slot, end in zip(slots, ends, strict=False):  # without a slot, one end is left
        length = max(CELL, end - slot.began)
        # Nothing before the first one: against the rest of itself.
        rest = (ballots, minutes) if minutes else (slot.count - slot.peak, length)
        usual = -(-rest[0] // rest[1])
        most = max(slot.peak, slot.count // length)
        if most > max(FEW, TIMES * usual):
            yield Burst(slot, most, usual)
        ballots, minutes = ballots + slot.count, minutes + length


def exceeds(accepted: int, population: int | None) -> bool:
    """More votes than residents?"""
    return population is not None and accepted > population
