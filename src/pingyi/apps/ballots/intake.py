"""The intake: castings in, many to one durable commit; exactly one per code and item."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from binascii import hexlify
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from pingyi.apps.ballots import slots, wire
from pingyi.apps.ballots.box import Batch, Box, BoxItem, Mark, Writer, batch_key
from pingyi.apps.ballots.desk import Desk, DeskItem, DeskRoll
from pingyi.base.keyring import LaneNote, PollKeyring
from pingyi.proofs import work
from pingyi.proofs.envelopes import Label, seal

_Key = tuple[int, int]
"""Item and serial."""
MAC_BYTES = 32
_LANE_BITS = 31
SERIAL_BYTES = 8


class Checked(NamedTuple):
    """A casting that may go into the box if its code is not spent."""

    mark: Mark
    record: bytes


class Lane:
    """What one process puts into a box for one item, batch after batch, each bound to the one
    before."""

    def __init__(self, slug: str, item: int, keyring: PollKeyring) -> None:
        self._slug = slug
        self._item = item
        self._keyring = keyring
        self._key = keyring.secret("intake")
        self._lane = secrets.randbits(_LANE_BITS)
        self._length = 0
        self._head = bytes(MAC_BYTES)
        self._note: LaneNote | None = None

    @property
    def next_key(self) -> int:
        return batch_key(self._lane, self._length)

    def batch(
        self, marks: Sequence[Mark], records: Sequence[bytes], public: bytes, slot: int = 0
    ) -> Batch:
        """The next batch; it counts once ``advance`` is told. No records: exchanged for paper."""
        label = label_of(self._slug, self._item, self._lane, self._length, len(records))
        sealed = seal(label, public, records) if records else b""
        bare = Batch(
            self._lane, self._length, self._item, len(records), sealed, b"", tuple(marks), slot
        )
        return replace(bare, mac=batch_mac(self._key, self._slug, self._head, bare))

    def advance(self, batch: Batch) -> None:
        """The batch is durable: the next one follows it."""
        self._length += 1
        self._head = batch.mac
        if self._note is None:
            self._note = self._keyring.lane_note(self._item, self._lane)
        self._note.write(self._length)


def label_of(slug: str, item: int, lane: int, number: int, count: int) -> Label:
    """What stands on the envelope of a batch."""
    return Label(slug, item, lane.to_bytes(8, "big"), number, count)


def batch_mac(key: bytes, slug: str, before: bytes, batch: Batch) -> bytes:
    """HMAC-SHA-256 over everything that a batch put into the box, and the MAC before it."""
    numbers = (batch.item, batch.lane, batch.number, batch.count, len(batch.marks), batch.slot)
    parts = (
        b"pingyi batch 1\n%s\n" % slug.encode("ascii"),
        b"%d %d %d %d %d %d\n" % numbers,
        before,
        hashlib.sha256(batch.sealed).digest(),
        *[b"%d %s\n" % (serial, hexlify(tag)) for _, serial, tag in sorted(batch.marks)],
    )
    return hmac.digest(key, b"".join(parts), hashlib.sha256)


class Intake:
    """Puts batches of castings of one poll into its box. Used by one thread at a time."""

    def __init__(self, desk: Desk, box: Box, clock: Callable[[], float] = time.time) -> None:
        self.desk = desk
        self.box = box
        self._clock = clock
        self._keyring = PollKeyring(desk.slug)
        self._key = self._keyring.secret("intake")
        self._tag_start = HMAC(self._key, SHA256())
        self._tag_start.update(b"pingyi tag 1\n")
        self._lanes: dict[int, Lane] = {}

    def take(self, castings: Sequence[wire.Casting | None]) -> list[wire.Answer]:
        """Check castings and commit what may go in: their answers, in their order. When this
        returns, what is ``COUNTED`` is durable.

        Raises whatever the store raises; then nothing of the batch is in the box.
        """
        found = [self._check(casting) for casting in castings]
        first: dict[_Key, Checked] = {}
        for entry in found:
            if isinstance(entry, Checked):
                first.setdefault(entry.mark[:2], entry)
        stored = self._write(first) if first else {}
        return [
            _answer(entry.mark, stored) if isinstance(entry, Checked) else entry for entry in found
        ]

    def work(self) -> dict[str, object] | None:
        """What devices without codes have to work on now; None where none is let in."""
        if all(item.whoever is None for item in self.desk.items.values()):
            return None
        window = work.window_at(self._clock())
        start = work.challenge(self._key, self.desk.slug, window)
        return {"window": window, "challenge": start.hex(), "bits": self.desk.work_bits}

    def _check(self, casting: wire.Casting | None) -> wire.Answer | Checked:
        """May this casting go into the box, if its code is not spent? Touches no store."""
        if casting is None:
            return wire.Answer.MALFORMED
        item = self.desk.items.get(casting.item)
        if casting.proof is not None:
            return self._check_open(casting, casting.proof, item)
        known = self.desk.holder(casting.code)
        if known is None or item is None:
            return wire.Answer.UNKNOWN
        holder, roll = known
        if item.channel != roll.channel or item.paper.key != roll.paper:
            return wire.Answer.UNKNOWN
        return self._checked(casting, item, roll, holder.serial)

    def _check_open(
        self, casting: wire.Casting, proof: wire.Proof, item: DeskItem | None
    ) -> wire.Answer | Checked:
        """Without a code: work has to be shown, and the device's tag stands for the code."""
        if item is None or item.whoever is None:
            return wire.Answer.UNKNOWN
        start = work.challenge(self._key, self.desk.slug, proof.window)
        done = work.is_done(start, casting.tag, item.number, proof.nonce, self.desk.work_bits)
        if not (done and work.holds(proof.window, work.window_at(self._clock()))):
            return wire.Answer.UNPROVEN
        head = b"pingyi open 1\n%d\n" % item.number
        serial = hmac.digest(self._key, head + casting.tag, hashlib.sha256)[:SERIAL_BYTES]
        return self._checked(casting, item, item.whoever, int.from_bytes(serial, "big") >> 1)

    def _checked(
        self, casting: wire.Casting, item: DeskItem, roll: DeskRoll, serial: int
    ) -> wire.Answer | Checked:
        if not item.takes(casting.answers, self.desk.width):
            return wire.Answer.MALFORMED
        answers = casting.answers[: 2 * item.width]
        record = wire.write_record(roll.rater_class, roll.target, casting.leaf, answers)
        return Checked(Mark(item.number, serial, self._tag(casting, serial)), record)

    def _tag(self, casting: wire.Casting, serial: int) -> bytes:
        """Recognises the same casting of the same device. Tells nothing without the intake key."""
        running = self._tag_start.copy()
        head = b"%d %d\n" % (casting.item, serial)
        running.update(head + casting.tag + casting.leaf + casting.answers)
        return running.finalize()[: wire.TAG_BYTES]

    def _write(self, first: dict[_Key, Checked]) -> dict[_Key, bytes]:
        """The tags that lie in the box afterwards."""
        # A lane whose batch may or may not be in the box is never continued: lanes are taken out
        # here and come back once it is known that the batch is durable.
        lanes = {item: self._take_lane(item) for item in {item for item, _ in first}}
        # Ascending, so that two processes never wait for each other.
        entries = [first[key] for key in sorted(first)]
        stored: dict[_Key, bytes] = {}
        batches = self._put(lanes, entries)
        if batches is None:
            batches, stored = self._write_what_may(lanes, entries)
        for batch in batches:
            lanes[batch.item].advance(batch)
        self._lanes.update(lanes)
        won = {mark[:2]: mark.tag for batch in batches for mark in batch.marks}
        return stored | won

    def _put(self, lanes: dict[int, Lane], entries: Sequence[Checked]) -> list[Batch] | None:
        """As if nothing were in the way, as is usual. None, and nothing is in the box, where
        something is, or where a slot has to be looked up first."""
        if any(self.desk.items[item].whoever for item in lanes):
            return None
        batches = self._batches(lanes, entries, lambda item, ballots: 0)
        return batches if self.box.put(batches) else None

    def _write_what_may(
        self, lanes: dict[int, Lane], entries: Sequence[Checked]
    ) -> tuple[list[Batch], dict[_Key, bytes]]:
        """One transaction: batches of what could be spent, and the tags of what was before."""
        batches: list[Batch] = []
        won: set[_Key] = set()
        with self.box.write() as writer:
            states = writer.states(lanes)
            ready = [e for e in entries if states.get(e.mark.item) is BoxItem.OPEN]
            if ready:
                won = writer.spend([(e.mark, lanes[e.mark.item].next_key) for e in ready])
                kept = [e for e in ready if e.mark[:2] in won]
                batches = self._batches(lanes, kept, partial(self._slot, writer))
                writer.add(batches)
            missed = [e.mark[:2] for e in entries if e.mark[:2] not in won]
            return batches, writer.tags(missed) if missed else {}

    def _batches(
        self,
        lanes: dict[int, Lane],
        kept: Sequence[Checked],
        slot_of: Callable[[int, int], int],
    ) -> list[Batch]:
        by_item: dict[int, list[Checked]] = defaultdict(list)
        for entry in kept:
            by_item[entry.mark.item].append(entry)
        return [
            lanes[item].batch(
                [entry.mark for entry in found],
                [entry.record for entry in found],
                self.desk.items[item].public_key,
                slot_of(item, len(found)),
            )
            for item, found in by_item.items()
        ]

    def _slot(self, writer: Writer, item: int, ballots: int) -> int:
        """The slot of an open item that ballots fall into; 0 where codes are needed."""
        if self.desk.items[item].whoever is None:
            return 0
        slot = slots.took(writer.last_slot(item), int(self._clock()) // 60, ballots)
        writer.keep_slot(item, slot)
        return slot.number

    def _take_lane(self, item: int) -> Lane:
        return self._lanes.pop(item) if item in self._lanes else self._new_lane(item)

    def _new_lane(self, item: int) -> Lane:
        return Lane(self.desk.slug, item, self._keyring)

    def spend_for_paper(self, code: str) -> list[int]:
        """Spend a code for every item that it is good for and not spent for, with no ballot: the
        rater votes on paper. Returns the items."""
        known = self.desk.holder(code)
        if known is None:
            return []
        holder, roll = known
        wanted = self.desk.items_of(roll)
        tag = hmac.digest(self._key, b"pingyi paper 1\n%d" % holder.serial, hashlib.sha256)
        marks = [Mark(item, holder.serial, tag[: wire.TAG_BYTES]) for item in sorted(wanted)]
        lanes = {item: self._new_lane(item) for item in wanted}
        with self.box.write() as writer:
            states = writer.states(wanted)
            free = [m for m in marks if states.get(m.item) in (BoxItem.WAITING, BoxItem.OPEN)]
            won = writer.spend([(m, lanes[m.item].next_key) for m in free]) if free else set()
            batches = [lanes[m.item].batch([m], [], b"") for m in free if (m.item, m.serial) in won]
            if batches:
                writer.add(batches)
        for batch in batches:
            lanes[batch.item].advance(batch)
        return [batch.item for batch in batches]

    def spent_items(self, code: str) -> tuple[DeskRoll, list[int]] | None:
        """What a code is good for and for which items it is spent; None if it is no code here."""
        known = self.desk.holder(code)
        if known is None:
            return None
        holder, roll = known
        return roll, self.box.spent_items(holder.serial)


def _answer(mark: Mark, stored: dict[_Key, bytes]) -> wire.Answer:
    tag = stored.get(mark[:2])
    if tag is None:
        return wire.Answer.NOT_OPEN
    same = hmac.compare_digest(tag, mark.tag)
    return wire.Answer.COUNTED if same else wire.Answer.SPENT
