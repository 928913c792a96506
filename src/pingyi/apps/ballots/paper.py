"""Ballots of paper, for which codes were exchanged: typed in by two people, compared, and counted
together with those of the box.

They lie sealed to the item's key from the moment they are typed in: whole ballots are signatures
that somebody could demand. What is compared are keyed digests (ADR 0018).
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.ballots import wire
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.files import Upload, codes_of, turn_of
from pingyi.apps.ballots.models import PaperEntry
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import lock_poll
from pingyi.apps.polls.enums import ItemState, PollState
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls.queries import serials_by_roll
from pingyi.apps.schemes import paper_ballots
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.paper_ballots import PaperBallot, Wanted
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.keyring import PollKeyring
from pingyi.base.models import AuditEntry
from pingyi.proofs.envelopes import Label, seal, unseal

Place = tuple[int, int]
"""Class, and number of the own target or ``wire.EVERY_TARGET``."""
_NO_LEAF = bytes(wire.LEAF_BYTES)
EXCHANGED = "ballots.code.exchanged"


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


@transaction.atomic
def type_in(*, by: Account, poll: Poll, file: Upload | None) -> int:
    """The first or the second entry of all ballots of paper that wait; no file: none came back.
    Whoever made an entry replaces it until both agree. Returns how many ballots were read.

    Raises ``Invalid`` with everything that is wrong with the file.
    """
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = lock_poll(poll)
    waits = waiting(poll)
    if not waits:
        raise Conflict(
            _("现在没有要录入纸票的场次。"), _("换发过纸票的场次，锁定以后、清点以前录入。")
        )
    ballots = _read(poll, file) if file is not None else []
    desk = load_desk(poll)
    records = {one.item.pk: _records(desk, one.item, ballots) for one in waits}
    _all_used(poll, waits, ballots)
    for one in waits:
        _not_too_many(desk, one, records[one.item.pk])
    for one in waits:
        _keep(by, desk, one, records[one.item.pk])
    audit.record(by=by, verb="ballots.paper.typed", subject=poll, ballots=len(ballots))
    return len(ballots)


def _read(poll: Poll, file: Upload) -> list[PaperBallot]:
    return paper_ballots.read_paper_ballots(
        poll.version, file.content, file.name, codes_of(poll)
    )


def _is_of(item: Item, ballot: PaperBallot) -> bool:
    return (item.channel.input_key, item.paper) == (ballot.input, ballot.paper)


def _records(desk: Desk, item: Item, ballots: Iterable[PaperBallot]) -> list[tuple[str, bytes]]:
    """(number on the sheet, ballot as in an envelope) of what is for this item."""
    places = {named.key: index for index, named in enumerate(desk.form.classes)}
    own = desk.items[item.number].paper.scope == "own"
    found = []
    for ballot in ballots:
        if not _is_of(item, ballot):
            continue
        rated = [place for place, row in enumerate(ballot.codes) if row[0] != NOT_RATED]
        codes, target = ballot.codes, wire.EVERY_TARGET
        if item.target is not None:
            if item.target.number - 1 not in rated:
                continue
            codes = ballot.codes[item.target.number - 1]
        elif own:
            codes, target = ballot.codes[rated[0]], rated[0] + 1
        answers = codes.astype("<u2").tobytes()
        record = wire.write_record(places[ballot.rater_class], target, _NO_LEAF, answers)
        found.append((ballot.label, record))
    return found


def _all_used(poll: Poll, waits: list[Waiting], ballots: list[PaperBallot]) -> None:
    """Nothing that was typed in may be lost. Raises ``Invalid``."""
    titles = list(poll.targets.values_list("title", flat=True))
    for ballot in ballots:
        mine = [one.item for one in waits if _is_of(one.item, ballot)]
        whole = any(item.target is None for item in mine)
        into = {item.target.number - 1 for item in mine if item.target is not None}
        rated = {place for place, row in enumerate(ballot.codes) if row[0] != NOT_RATED}
        lost = set() if whole else rated - into
        if lost:
            facts = {
                "label": ballot.label,
                "targets": "、".join(titles[place] for place in sorted(lost)),
            }
            raise Invalid(
                _("第 %(label)s 张评了“%(targets)s”，这些场次没有换发过纸票，或不在待录入之列。")
                % facts,
                _("请核对渠道、票种和对象；已经一致或已经清点的场次，把它的行删去。"),
                field="file",
            )


def _not_too_many(desk: Desk, one: Waiting, records: list[tuple[str, bytes]]) -> None:
    """At most as many as codes were exchanged, class by class. Raises ``Invalid``."""
    for (rater_class, target), number in _numbers(record for _label, record in records).items():
        if number > one.exchanged.get((rater_class, target), 0):
            raise Invalid(
                _("“%(item)s”的“%(title)s”录入了 %(number)s 张，多于换发的 %(most)s 张。")
                % {
                    "item": one.item,
                    "title": desk.form.classes[rater_class].title,
                    "number": number,
                    "most": one.exchanged.get((rater_class, target), 0),
                },
                _("请核对票种；票箱里确实多出纸票的，不要录入，报两人裁定。"),
                field="file",
            )


def _numbers(records: Iterable[bytes]) -> Counter[Place]:
    return Counter(wire.read_record(record)[:2] for record in records)


def _keep(by: Account, desk: Desk, one: Waiting, records: list[tuple[str, bytes]]) -> None:
    item = one.item
    turn = turn_of(by, {entry.turn: entry for entry in one.entries})
    key = PollKeyring(desk.slug).secret("intake")
    head = b"pingyi typed 1\n%d\n" % item.number
    plain = [record for _label, record in records]
    public = desk.items[item.number].public_key
    numbers: Counter[str] = Counter()
    for (rater_class, _target), number in _numbers(plain).items():
        numbers[desk.form.classes[rater_class].key] += number
    PaperEntry.objects.filter(item=item, turn=turn).delete()
    PaperEntry.objects.create(
        item=item,
        turn=turn,
        classes=dict(numbers),
        digests=[
            [label, hmac.digest(key, head + record, hashlib.sha256).hex()]
            for label, record in records
        ],
        sealed=seal(_label(desk.slug, item, turn, len(plain)), public, plain) if plain else b"",
        entered_by=str(by),
    )


def _label(slug: str, item: Item, turn: int, count: int) -> Label:
    return Label(slug, item.number, b"paper", turn, count)


def opened(entry: PaperEntry | None, key: bytes) -> list[bytes]:
    """The ballots of paper as in an envelope. Raises ``Unreadable``."""
    if entry is None or not entry.digests:
        return []
    item = entry.item
    label = _label(item.poll.slug, item, entry.turn, len(entry.digests))
    return unseal(label, key, bytes(entry.sealed))


def template(poll: Poll) -> bytes:
    """An .xlsx with the rows of everything that waits to be typed in."""
    desk = load_desk(poll)
    codes = codes_of(poll)
    most: dict[tuple[str, str, str], int] = {}
    rated: dict[tuple[str, str], list[str]] = {}
    for one in waiting(poll):
        item = one.item
        source = (item.channel.input_key, item.paper)
        mine = [item.target.code] if item.target is not None else codes
        rated[source] = [c for c in codes if c in mine or c in rated.get(source, ())]
        numbers: Counter[int] = Counter()
        for (rater_class, _target), number in one.exchanged.items():
            numbers[rater_class] += number
        for rater_class, number in numbers.items():
            place = (source[0], desk.form.classes[rater_class].key, source[1])
            most[place] = max(most.get(place, 0), number)
    wanted = [
        Wanted(source, rater_class, paper, number, tuple(rated[source, paper]))
        for (source, rater_class, paper), number in most.items()
    ]
    return paper_ballots.template(poll.version, wanted)
