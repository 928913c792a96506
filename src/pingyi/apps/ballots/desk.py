"""The intake's desk for one poll: everything that a casting is checked against, in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from pingyi.apps.ballots import wire
from pingyi.apps.polls.enums import Admission, Casting
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rolls.queries import CodeIndex, Holder, load_codes
from pingyi.apps.schemes.ballot_forms import NOT_RATED, BallotForm, PaperForm, ballot_form

_SOURCE = re.compile(r"(?<![A-Z])[A-Z]{2}-\d{2}(?!\d)")
_SOURCE_NOTE = re.compile(rf"（[^（）]*{_SOURCE.pattern}[^（）]*）")
_BLANK = re.escape(NOT_RATED.to_bytes(2, "little"))


@dataclass(frozen=True)
class DeskRoll:
    """What the codes of a roll are good for."""

    channel: int
    rater_class: int
    paper: str
    target: int
    """Number of the own target, or ``wire.EVERY_TARGET``."""


@dataclass(frozen=True)
class DeskItem:
    """One item: who may cast for it, how many answers, which codes of answers are taken."""

    number: int
    channel: int
    paper: PaperForm
    targets: tuple[int, ...]
    """Numbers of the targets on the ballot; empty where each rater rates the own one."""
    public_key: bytes
    whoever: DeskRoll | None = None
    """As what everybody casts, where no code is needed."""

    @property
    def sheets(self) -> int:
        return len(self.targets) or 1

    @cached_property
    def width(self) -> int:
        """Answers of a ballot: sheets × dimensions."""
        return self.sheets * len(self.paper.dimensions)

    @cached_property
    def _ballot(self) -> re.Pattern[bytes]:
        """What a ballot looks like: its sheets, rated or (if it has several targets) blank, and
        padding. A pattern, since every casting is held against it."""
        dimensions = len(self.paper.dimensions)
        codes = filter(self.paper.takes, range(len(self.paper.answers) + 2))
        sheet = _one_of(codes) * dimensions
        if self.paper.scope != "own":
            sheet += b"|" + _BLANK * dimensions
        return re.compile(b"(?:%s){%d}(?:%s)*" % (sheet, self.sheets, _BLANK), re.DOTALL)

    def takes(self, answers: bytes, padded: int) -> bool:
        """Are these answers, padded to ``padded``, a ballot of this item?"""
        return len(answers) == 2 * padded and bool(self._ballot.fullmatch(answers))


@dataclass(frozen=True)
class Desk:
    """A poll as the intake knows it; replaced as a whole when the poll's stamp rises."""

    slug: str
    stamp: int
    form: BallotForm
    items: Mapping[int, DeskItem]
    rolls: Mapping[int, DeskRoll]
    codes: CodeIndex
    public: Mapping[str, Any]
    """What every device is told: the same for all."""
    work_bits: int
    """How hard the proof of work is that stands for a code."""

    @cached_property
    def width(self) -> int:
        return max((item.width for item in self.items.values()), default=1)

    def items_of(self, roll: DeskRoll) -> list[int]:
        """Items for which the codes of a roll are good."""
        return [
            item.number
            for item in self.items.values()
            if item.channel == roll.channel and item.paper.key == roll.paper
        ]

    def holder(self, code: str) -> tuple[Holder, DeskRoll] | None:
        holder = self.codes.find(code)
        return (holder, self.rolls[holder.roll]) if holder else None


def _one_of(codes: Iterable[int]) -> bytes:
    """A pattern for one answer: its low byte, then its high byte."""
    lows: dict[int, list[bytes]] = {}
    for code in codes:
        low, high = code.to_bytes(2, "little")
        lows.setdefault(high, []).append(re.escape(bytes([low])))
    pairs = (b"[%s]%s" % (b"".join(low), re.escape(bytes([high]))) for high, low in lows.items())
    return b"(?:%s)" % b"|".join(pairs)


def load_desk(poll: Poll) -> Desk:
    """Read everything that the intake needs of a poll."""
    form = ballot_form(poll.version)
    targets = list(poll.targets.all())
    everyone = tuple(target.number for target in targets)
    classes = [named.key for named in form.classes]
    rolls = {
        roll.pk: DeskRoll(
            roll.channel_id,
            classes.index(roll.rater_class),
            roll.paper,
            roll.target.number if roll.target else wire.EVERY_TARGET,
        )
        for roll in Roll.objects.filter(poll=poll).select_related("target")
    }
    items = {}
    for item in Item.objects.filter(poll=poll).select_related("target", "channel"):
        paper = form.paper(item.paper)
        whom = everyone if paper.scope == "all" else ()
        if item.channel.casting == Casting.SHEET and item.target is not None:
            whom = (item.target.number,)
        key = bytes(item.public_key or b"")
        whoever = _whoever(item, rolls.values())
        items[item.number] = DeskItem(item.number, item.channel_id, paper, whom, key, whoever)
    public = _public(poll, form, items)
    codes = load_codes(poll)
    return Desk(poll.slug, poll.stamp, form, items, rolls, codes, public, settings.WORK_BITS)


def _whoever(item: Item, rolls: Iterable[DeskRoll]) -> DeskRoll | None:
    """The one roll of an open channel's paper; None where codes are needed."""
    if item.channel.admission != Admission.OPEN:
        return None
    (roll,) = (r for r in rolls if r.channel == item.channel_id and r.paper == item.paper)
    return roll


def _public(poll: Poll, form: BallotForm, items: Mapping[int, DeskItem]) -> dict[str, Any]:
    return {
        "slug": poll.slug,
        "title": poll.title,
        "rehearsal": poll.rehearsal,
        "width": max((item.width for item in items.values()), default=1),
        "classes": [{"title": n.title, "help": _for_voters(n.help)} for n in form.classes],
        "papers": [_paper(paper) for paper in form.papers],
        "targets": [
            {"number": t.number, "title": t.title, "presenter": t.presenter}
            for t in poll.targets.all()
        ],
        "items": [
            {
                "number": item.number,
                "channel": item.channel,
                "paper": [paper.key for paper in form.papers].index(item.paper.key),
                "targets": list(item.targets),
                "open": item.whoever and item.whoever.rater_class,
            }
            for item in items.values()
        ],
    }


def _paper(paper: PaperForm) -> dict[str, Any]:
    return {
        "title": paper.title,
        "help": _for_voters(paper.help),
        "rules": list(paper.rules),
        "dimensions": [{"title": d.title, "help": _for_voters(d.help)} for d in paper.dimensions],
        "answers": [answer.label for answer in paper.answers],
        "points": bool(paper.points),
        "least": paper.points.least if paper.points else "",
        "most": paper.points.most if paper.points else "",
        "step": paper.points.step if paper.points else "",
        "abstained": paper.abstained if paper.may_abstain else None,
        "not_informed": paper.not_informed if paper.may_be_not_informed else None,
        "own": paper.scope == "own",
    }


def _for_voters(text: str) -> str:
    """A help text without its notes on sources (``（JZ-10）``), which are for officers; nothing
    where the text itself is such a note."""
    plain = _SOURCE_NOTE.sub("", text)
    return "" if _SOURCE.search(plain) else plain
