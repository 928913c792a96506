"""Ballots of paper, for which codes were exchanged: typed in by two people, compared, and counted
together with those of the box.

They lie sealed to the item's key from the moment they are typed in: whole ballots are signatures
that somebody could demand. What is compared are keyed digests (ADR 0018).
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.models import PaperEntry
from pingyi.apps.polls.enums import ItemState, PollState
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls.queries import serials_by_roll
from pingyi.apps.schemes import paper_ballots
from pingyi.apps.schemes.paper_ballots import Wanted
from pingyi.base.errors import Conflict
from pingyi.base.keyring import PollKeyring
from pingyi.base.models import AuditEntry
from pingyi.proofs.envelopes import Label, Unreadable, unseal

Place = tuple[int, int]
"""Class, and number of the own target or ``wire.EVERY_TARGET``."""
EXCHANGED = "ballots.code.exchanged"
TYPED = "ballots.paper.typed"


@dataclass(frozen=True)
class Waiting:
    """A locked item whose ballots of paper are not typed in by two yet."""

    item: Item
    exchanged: Mapping[Place, int]
    entries: tuple[PaperEntry, ...]

    @property
    def number(self) -> int:
        return sum(self.exchanged.values())

    @property
    def only(self) -> tuple[list[str], list[str]]:
        """Numbers of the sheets that the first and the second entry have alone."""
        if len(self.entries) < 2:
            return [], []
        first, second = self.entries
        return _only(first, second), _only(second, first)


def was_exchanged(poll: Poll) -> bool:
    """Was any code of the poll exchanged for paper?"""
    told = AuditEntry.objects.filter(verb=EXCHANGED, subject_kind="polls.poll")
    return told.filter(subject_id=str(poll.pk)).exists()


def typists_of(poll: Poll) -> frozenset[str]:
    """User names of those who typed in ballots of paper."""
    told = AuditEntry.objects.filter(verb=TYPED, subject_kind="polls.poll")
    return frozenset(told.filter(subject_id=str(poll.pk)).values_list("actor", flat=True))


def waiting(poll: Poll) -> list[Waiting]:
    """In the order of the items; none is ready before its item is locked."""
    if not was_exchanged(poll):
        return []  # spares walking the box
    items = Item.objects.filter(poll=poll, state=ItemState.LOCKED, opening=None)
    items = items.select_related("channel", "target", "poll").order_by("number")
    box = box_of(poll.slug)
    if poll.state not in {PollState.VOTING, PollState.CLOSED} or not box.exists():
        return []
    desk, roll_of = load_desk(poll), serials_by_roll(poll)
    found = []
    for item in items:
        rolls = Counter(
            roll_of[mark.serial]
            for batch in box.batches(item.number)
            if not batch.count
            for mark in batch.marks
            if mark.serial in roll_of
        )
        if rolls and agreed(item) is None:
            entries = tuple(item.paper_entries.order_by("turn"))
            found.append(Waiting(item, places_of(desk, rolls), entries))
    box.close()
    return found


def places_of(desk: Desk, rolls: Mapping[int, int]) -> Counter[Place]:
    """Numbers by roll (primary key), by class and own target."""
    found: Counter[Place] = Counter()
    for roll, number in rolls.items():
        found[desk.rolls[roll].rater_class, desk.rolls[roll].target] += number
    return found


def agreed(item: Item) -> PaperEntry | None:
    """The first entry, where the second says the same."""
    entries = list(item.paper_entries.order_by("turn"))
    if len(entries) < 2 or _only(*entries) or _only(*reversed(entries)):
        return None
    return entries[0]


def _only(one: PaperEntry, other: PaperEntry) -> list[str]:
    left = Counter(digest for _label, digest in other.digests)
    found = []
    for label, digest in one.digests:
        if left[digest]:
            left[digest] -= 1
        else:
            found.append(label)
    return found


def needed(item: Item, exchanged: int) -> PaperEntry | None:
    """What was typed in for an item; None where nothing had to be. Raises ``Conflict``."""
    entry = agreed(item)
    if exchanged and entry is None:
        raise Conflict(
            _("“%(item)s”换发了 %(number)s 张纸票，还没有由两人录入一致，不能清点。")
            % {"item": item, "number": exchanged},
            _("请到“录入纸票”页办理；没有收回纸票的，也由两人在那里确认。"),
        )
    return entry


def bound(digest: str, entry: PaperEntry | None) -> str:
    """The digest of a box, together with the ballots of paper."""
    if entry is None:
        return digest
    typed = sorted(digest for _label, digest in entry.digests)
    return hashlib.sha256("\n".join([digest, *typed]).encode()).hexdigest()


def label_of(slug: str, item: Item, turn: int, count: int) -> Label:
    return Label(slug, item.number, b"paper", turn, count)


def digest_of(slug: str, item: Item, record: bytes) -> str:
    """What tells whether two ballots of an item say the same, and nothing without the intake's
    key."""
    head = b"pingyi typed 1\n%d\n" % item.number
    return hmac.digest(PollKeyring(slug).secret("intake"), head + record, hashlib.sha256).hex()


def opened(entry: PaperEntry | None, key: bytes) -> list[bytes]:
    """The ballots of paper as in an envelope. Raises ``Unreadable``, also where they are not those
    that were typed in: whoever knows the public key can seal others in their place."""
    if entry is None or not entry.digests:
        return []
    item = entry.item
    slug = item.poll.slug
    records = unseal(label_of(slug, item, entry.turn, len(entry.digests)), key, bytes(entry.sealed))
    if sorted(digest_of(slug, item, r) for r in records) != sorted(d for _l, d in entry.digests):
        raise Unreadable
    return records


def stacks(poll: Poll, waits: Sequence[Waiting]) -> list[Wanted]:
    """What waits, as forms of paper: a form goes through all items of its channel and paper."""
    classes = [named.key for named in load_desk(poll).form.classes] if waits else []
    codes = list(poll.targets.values_list("code", flat=True))
    most: dict[tuple[str, str, str], int] = {}
    rated: dict[tuple[str, str], list[str]] = {}
    for one in waits:
        item = one.item
        source = (item.channel.input_key, item.paper)
        mine = [item.target.code] if item.target is not None else codes
        rated[source] = [c for c in codes if c in mine or c in rated.get(source, ())]
        numbers: Counter[int] = Counter()
        for (rater_class, _target), number in one.exchanged.items():
            numbers[rater_class] += number
        for rater_class, number in numbers.items():
            place = (source[0], classes[rater_class], source[1])
            most[place] = max(most.get(place, 0), number)
    return [
        Wanted(source, rater_class, paper, number, tuple(rated[source, paper]))
        for (source, rater_class, paper), number in most.items()
    ]


def template(poll: Poll) -> bytes:
    """An .xlsx with the rows of everything that waits to be typed in."""
    return paper_ballots.template(poll.version, stacks(poll, waiting(poll)))
