"""Reading rolls: what the intake must know of codes, and how many there are."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pingyi.apps.polls.enums import Admission, Way
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.enums import CodeState
from pingyi.apps.rolls.models import Code, Roll
from pingyi.base.keyring import PollKeyring
from pingyi.base.models import AuditEntry
from pingyi.proofs.codes import CodeHash

HEADS = {"expected": _("应到人数"), "present": _("实到人数"), "issued": _("发出数")}

USED = Q(printed__gt=0) | Q(channel__admission=Admission.OPEN)
"""Rolls that somebody may vote with."""
_HALVES = struct.Struct(">QQ")
_HALF_BITS = 64


class Holder(NamedTuple):
    """What a code is good for."""

    serial: int
    roll: int
    """Primary key of the roll."""


class CodeIndex:
    """All valid codes of a poll in about 30 bytes each: hash → serial and roll.

    Hashes are even, so that their first bits, as many as make about one code each, say where a
    code lies; a search by halves misses the processor's cache at every step.
    """

    def __init__(
        self, rows: Iterable[tuple[bytes | memoryview, int, int]], code_hash: CodeHash
    ) -> None:
        """``rows``: hash, serial, primary key of the roll."""
        table = np.fromiter(
            ((*_HALVES.unpack(digest), serial, roll) for digest, serial, roll in rows),
            dtype=[("high", "u8"), ("low", "u8"), ("serial", "u4"), ("roll", "u4")],
        )
        table.sort(order="high")
        bits = len(table).bit_length()
        self._shift = _HALF_BITS - bits
        firsts = np.arange(1 << bits, dtype="u8") << np.uint64(self._shift)
        starts = np.searchsorted(table["high"], firsts)
        # Memory views: to read one number of them costs a tenth of what it costs in numpy.
        self._starts = np.append(starts, len(table)).astype("u4").data
        self._highs, self._lows, self._serials, self._rolls = (
            np.ascontiguousarray(table[name]).data for name in table.dtype.names or ()
        )
        self._hash = code_hash

    def __len__(self) -> int:
        return len(self._highs)

    def find(self, code: str) -> Holder | None:
        """What a code as printed is good for; None if it is none of this poll's."""
        return self.at(self._hash.of(code))

    def at(self, digest: bytes) -> Holder | None:
        """What the code with this hash is good for."""
        high, low = _HALVES.unpack(digest)
        first = high >> self._shift
        for place in range(self._starts[first], self._starts[first + 1]):
            if self._highs[place] == high and self._lows[place] == low:
                return Holder(self._serials[place], self._rolls[place])
        return None


def load_codes(poll: Poll) -> CodeIndex:
    """The valid codes of a poll."""
    valid = Code.objects.filter(poll=poll, state=CodeState.VALID)
    rows = valid.values_list("digest", "serial", "roll_id")
    # Where nobody needs a code there is no secret of codes either.
    pepper = PollKeyring(poll.slug).secret("pepper") if valid.exists() else b""
    return CodeIndex(rows.iterator(chunk_size=10_000), CodeHash(pepper, poll.slug))


def serials_by_roll(poll: Poll) -> dict[int, int]:
    """Serial → primary key of the roll, for the codes of a poll, valid or not."""
    return dict(Code.objects.filter(poll=poll).values_list("serial", "roll_id"))


def digest_of_codes(poll: Poll, *, states: bool = False) -> str:
    """SHA-256 over all hashes in order of serial with their rolls; with ``states`` also which are
    void."""
    running = hashlib.sha256()
    rows = Code.objects.filter(poll=poll).order_by("serial")
    for serial, digest, roll, state in rows.values_list("serial", "digest", "roll_id", "state"):
        told = state.encode() if states else b""
        running.update(b"%d %d %s %s\n" % (serial, roll, bytes(digest), told))
    return running.hexdigest()


def heads_lacking(poll: Poll) -> list[str]:
    """Heads that a quorum needs and nobody has filled in, as sentences. Rolls without slips have
    nobody to count."""
    form = form_of(poll)
    found = []
    rolls = Roll.objects.filter(poll=poll, printed__gt=0).select_related("channel", "target")
    for roll in rolls:
        quorum = form.channel(roll.channel.input_key).quorum
        if quorum is None or not quorum.blocks:
            continue
        known = {"expected": roll.expected, "present": roll.present, "issued": roll.given_out}
        lacking = [name for name in quorum.heads() if known[name] is None]
        if lacking:
            facts = {
                "roll": roll,
                "heads": "、".join(str(HEADS[name]) for name in lacking),
                "title": quorum.title,
                "words": quorum.words(),
            }
            text = _("“%(roll)s”没有填%(heads)s，方案的“%(title)s”（%(words)s）要用它判断。")
            found.append(text % facts)
    return found


def makers_of_codes(poll: Poll) -> frozenset[str]:
    """User names of those who made codes of a poll."""
    return _actors("rolls.codes.made", "polls.poll", poll.pk)


def tellers_of(roll: Roll) -> frozenset[str]:
    """User names of those who counted the slips of a roll."""
    return _actors("rolls.slips.counted", "rolls.roll", roll.pk)


def _actors(verb: str, kind: str, key: int) -> frozenset[str]:
    told = AuditEntry.objects.filter(verb=verb, subject_kind=kind, subject_id=str(key))
    return frozenset(told.values_list("actor", flat=True))


def counts_of_codes(poll: Poll) -> list[dict[str, object]]:
    """Codes per roll: what the checker signs."""
    return [
        {
            "channel": roll.channel.input_key,
            "rater_class": roll.rater_class,
            "paper": roll.paper,
            "target": roll.target.code if roll.target else "",
            "valid": roll.codes.filter(state=CodeState.VALID).count(),
            "printed": roll.printed,
        }
        for roll in Roll.objects.filter(poll=poll).select_related("channel", "target")
    ]


def printed(poll: Poll) -> int:
    """How many codes there are."""
    return Code.objects.filter(poll=poll).count()


def missing(poll: Poll) -> int:
    """How many slips the tellers found nowhere."""
    return sum(roll.missing for roll in Roll.objects.filter(poll=poll))


def can_print(poll: Poll) -> bool:
    """Is the secret that codes come from still there?"""
    return PollKeyring(poll.slug).has("slips")


@dataclass(frozen=True)
class RollLine:
    """A roll as the pages show it."""

    roll: Roll
    channel: str
    rater_class: str
    paper: str
    target: str
    public: bool
    open: bool
    """No codes: whoever comes may cast."""
    left_over: int
    """Codes voided as left over."""
    spoiled: int


def lines(poll: Poll) -> list[RollLine]:
    """All rolls of a poll with their titles and what is voided."""
    form = form_of(poll)
    void: dict[tuple[int, str], int] = {
        (row["roll"], row["state"]): row["number"]
        for row in Code.objects.filter(poll=poll)
        .exclude(state=CodeState.VALID)
        .values("roll", "state")
        .annotate(number=Count("pk"))
    }
    return [
        RollLine(
            roll=roll,
            channel=roll.channel.title,
            rater_class=form.rater_class(roll.rater_class).title,
            paper=form.paper(roll.paper).title,
            target=roll.target.title if roll.target else "",
            public=roll.channel.way == Way.PUBLIC,
            open=roll.is_open,
            left_over=void.get((roll.pk, CodeState.LEFT_OVER), 0),
            spoiled=void.get((roll.pk, CodeState.SPOILED), 0),
        )
        for roll in Roll.objects.filter(poll=poll).select_related("channel", "target")
    ]


def totals(poll: Poll) -> dict[str, int]:
    """Sums over all rolls."""
    names = ("expected", "present", "printed", "given_out", "left_over", "spoiled")
    found = Roll.objects.filter(poll=poll).aggregate(**{name: Sum(name) for name in names})
    return {name: value or 0 for name, value in found.items()}
