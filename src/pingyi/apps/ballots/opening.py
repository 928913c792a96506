"""Inside the box: inspect what lies there, open it, part ballots into sheets. Writes nothing."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from pingyi.apps.ballots import wire
from pingyi.apps.ballots.box import LANE_SHIFT, Batch, Box
from pingyi.apps.ballots.desk import Desk, DeskItem
from pingyi.apps.ballots.intake import MAC_BYTES, batch_mac, label_of
from pingyi.apps.ballots.slots import Slot, closed, slot_of
from pingyi.apps.polls.models import Item
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.counting import OpenedCounts, count_ballots
from pingyi.base.errors import Conflict
from pingyi.base.keyring import PollKeyring
from pingyi.proofs.envelopes import Unreadable, public_key_of, unseal

Codes = NDArray[np.uint16]


@dataclass(frozen=True)
class LeftOut:
    """Envelopes of an item that two people ruled out, by the keys of their batches."""

    foreign: frozenset[int] = frozenset()
    """Refused: never put in by the intake, and no code spent for them."""
    unreadable: frozenset[int] = frozenset()
    """Set aside whole: as the intake left them, but the item's key doesn't open them."""
    slots: frozenset[int] = frozenset()
    """Numbers of the slots of an open item that are not counted; their envelopes are opened for
    the receipts alone."""


NOTHING = LeftOut()


def name_of(key: int) -> str:
    """A batch in words: the end of its lane, and its place there from 1."""
    lane, number = key >> LANE_SHIFT, key & ((1 << LANE_SHIFT) - 1)
    return f"{lane & 0xFFFF:04X}-{number + 1}"


class Stopped(Conflict):
    """The opening has stopped; all stays shut. ``foreign`` and ``unreadable`` are batches that two
    people may rule out, empty where no ruling can help: then the poll can only be called off."""

    def __init__(
        self, found: list[str], foreign: Iterable[int] = (), unreadable: Iterable[int] = ()
    ) -> None:
        self.found = found
        self.foreign, self.unreadable = sorted(foreign), sorted(unreadable)
        mend = _("开箱已停止，票箱原样保留。请到裁定页，由两人裁定。")
        if not self.foreign and not self.unreadable:
            mend = _("开箱已停止，票箱原样保留。改动过的票箱不能裁定放行，只能由两人裁定作废重投。")
        super().__init__("".join(found[:MOST_FINDINGS]), mend)


MOST_FINDINGS = 10


@dataclass
class Inspection:
    """What lies in the box for an item, before anything is opened."""

    envelopes: int = 0
    marks: int = 0
    paper: int = 0
    ballots: int = 0
    digest: str = ""
    returned: Counter[int] = field(default_factory=Counter)
    """Class → codes spent for a ballot."""
    exchanged: Counter[int] = field(default_factory=Counter)
    """Primary key of a roll → codes spent for a ballot of paper."""
    unreadable: Counter[int] = field(default_factory=Counter)
    """Primary key of a roll → codes spent for ballots in envelopes that were set aside."""
    refused: int = 0
    """Foreign envelopes that are left out as ruled."""
    foreign: list[int] = field(default_factory=list)
    """Batches that the intake never put in and for which no code was spent; not ruled on yet."""
    slots: list[Slot] = field(default_factory=list)
    """Of an open item."""
    by_slot: Counter[int] = field(default_factory=Counter)
    """Ballots of each slot that are to be opened."""
    aside: frozenset[int] = frozenset()
    """Numbers of slots that are not counted."""
    findings: list[str] = field(default_factory=list)
    """What is not as the intake left it, beside the foreign ones."""

    def check(self) -> None:
        """Raises ``Stopped`` where something is not as the intake left it."""
        strange = [
            _("第 %(key)s 批不是收票程序放入的。") % {"key": name_of(key)} for key in self.foreign
        ]
        if self.findings:
            raise Stopped([*self.findings, *strange])
        if strange:
            raise Stopped(strange, foreign=self.foreign)

    def is_aside(self, slot: int) -> bool:
        """Is a slot, as it stands on a batch, not counted?"""
        return slot_of(slot, self.slots) in self.aside

    @property
    def set_aside(self) -> int:
        """Ballots of slots that are not counted."""
        return sum(number for slot, number in self.by_slot.items() if self.is_aside(slot))


def inspect(
    desk: Desk, box: Box, item: int, roll_of: Mapping[int, int], left_out: LeftOut = NOTHING
) -> Inspection:
    """Walk everything of an item: chains of MACs, marks against envelopes, lanes to their end.

    ``roll_of``: serial → roll, of all codes.
    """
    keyring = PollKeyring(desk.slug)
    walk = _Walk(desk, item, roll_of, left_out)
    for batch in box.batches(item):
        walk.take(batch)
    for lane, length in keyring.lanes(item).items():
        if walk.lengths.get(lane, 0) < length:
            text = _("有 %(number)s 批投票被删除。") % {
                "number": length - walk.lengths.get(lane, 0)
            }
            walk.found.findings.append(text)
    if desk.items[item].whoever is not None:
        walk.cut(box.slots(item))
    walk.found.digest = walk.running.hexdigest()
    return walk.found


class _Walk:
    def __init__(
        self, desk: Desk, item: int, roll_of: Mapping[int, int], left_out: LeftOut
    ) -> None:
        keyring = PollKeyring(desk.slug)
        self._noted = keyring.lanes(item)
        self._left_out = left_out
        self.found = Inspection()
        self.running = hashlib.sha256()
        self.lengths: dict[int, int] = {}
        self._heads: dict[int, bytes] = {}
        self._slug, self._key = desk.slug, keyring.secret("intake")
        self._rolls = desk.rolls
        self._roll_of = roll_of
        whoever = desk.items[item].whoever
        self._everybody = next((pk for pk, roll in desk.rolls.items() if roll == whoever), None)
        self._in_slots: Counter[int] = Counter()

    def take(self, batch: Batch) -> None:
        found = self.found
        self.running.update(batch.mac + batch.key.to_bytes(8, "big"))
        if self._is_foreign(batch):
            if batch.key in self._left_out.foreign:
                found.refused += 1
            else:
                found.foreign.append(batch.key)
            return
        self._check_mac(batch)
        if batch.count and len(batch.marks) != batch.count:
            found.findings.append(
                _("第 %(key)s 批：用码数与票数不符。") % {"key": name_of(batch.key)}
            )
        found.envelopes += bool(batch.count)
        found.marks += len(batch.marks)
        found.ballots += batch.count
        found.paper += 0 if batch.count else len(batch.marks)
        self._in_slots[batch.slot] += batch.count
        if batch.key not in self._left_out.unreadable:
            found.by_slot[batch.slot] += batch.count
        for mark in batch.marks:
            # The serials of an open item are those of devices.
            roll = self._everybody or self._roll_of.get(mark.serial)
            if roll is None:
                found.findings.append(_("有一个用码不在票册里。"))
            elif batch.key in self._left_out.unreadable:
                found.unreadable[roll] += 1
            elif batch.count:
                found.returned[self._rolls[roll].rater_class] += 1
            else:
                found.exchanged[roll] += 1

    def cut(self, slots: list[Slot]) -> None:
        """Take what stands of slots beside the envelopes, where the two agree."""
        if any(self._in_slots[slot.number] != slot.count for slot in slots):
            self.found.findings.append(_("时段的票数与信封不符。"))
        self.found.slots, self.found.aside = closed(slots), self._left_out.slots
        self.running.update(b"".join(b" aside %d" % n for n in sorted(self._left_out.slots)))

    def _is_foreign(self, batch: Batch) -> bool:
        """Did somebody slip it in, and lay nothing of the intake's aside by it? It lies behind
        the noted end of its lane, has no right MAC, and no voter's code is spent for it."""
        behind = batch.number >= self._noted.get(batch.lane, 0)
        codes = any(mark.serial in self._roll_of for mark in batch.marks)
        return behind and not codes and not self._is_sealed(batch)

    def _is_sealed(self, batch: Batch) -> bool:
        before = self._heads.get(batch.lane, bytes(MAC_BYTES))
        return hmac.compare_digest(batch.mac, batch_mac(self._key, self._slug, before, batch))

    def _check_mac(self, batch: Batch) -> None:
        follows = batch.number == self.lengths.get(batch.lane, 0)
        right = self._is_sealed(batch)
        if not follows:
            self.found.findings.append(
                _("第 %(key)s 批之前缺少投票。") % {"key": name_of(batch.key)}
            )
        if not right:
            text = _("第 %(key)s 批不是收票程序放入的，或被改动过。")
            self.found.findings.append(text % {"key": name_of(batch.key)})
        self.lengths[batch.lane] = batch.number + 1
        self._heads[batch.lane] = batch.mac


@dataclass(frozen=True)
class OpenBallots:
    """All ballots of an item in the clear, in memory."""

    classes: NDArray[np.uint16]
    targets: NDArray[np.uint16]
    leaves: list[bytes]
    """Ascending: parted from the ballots."""
    answers: Codes
    """(ballots, sheets, dimensions)"""

    def and_on_paper(self, paper: OpenBallots) -> OpenBallots:
        """Together with ballots of paper, which have no receipts."""
        return OpenBallots(
            np.concatenate([self.classes, paper.classes]),
            np.concatenate([self.targets, paper.targets]),
            self.leaves,
            np.concatenate([self.answers, paper.answers]),
        )

    def places(self) -> Counter[tuple[int, int]]:
        """How many there are of each class and own target."""
        return Counter(zip(self.classes.tolist(), self.targets.tolist(), strict=True))


def open_ballots(
    desk: Desk,
    batches: Iterable[Batch],
    item: DeskItem,
    key: bytes,
    left_out: LeftOut = NOTHING,
) -> OpenBallots:
    """Unseal every envelope but those that were ruled out. Raises ``Stopped`` for those that don't
    open: then all stays shut."""
    if public_key_of(key) != item.public_key:
        raise Conflict(
            _("信封打不开：私钥与这一场的公钥不是一对，开箱已停止，票箱原样保留。"),
            _("请核对密钥文件和分片。"),
        )
    out = left_out.foreign | left_out.unreadable
    envelopes = [batch for batch in batches if batch.count and batch.key not in out]
    records, unreadable = [], []
    for batch in envelopes:
        try:
            records += _unseal(desk.slug, batch, key)
        except Unreadable:
            unreadable.append(batch)
    if unreadable:
        texts = [
            _("第 %(key)s 批信封打不开，内有 %(number)s 票。")
            % {"key": name_of(b.key), "number": b.count}
            for b in unreadable
        ]
        # Where nothing would be left to count, there is nothing to rule on.
        raise Stopped(texts, unreadable=[batch.key for batch in unreadable] if records else ())
    return open_records(records, item)


def open_records(records: Iterable[bytes], item: DeskItem) -> OpenBallots:
    """Ballots as they lie in envelopes."""
    parsed = [wire.read_record(record) for record in records]
    dimensions = len(item.paper.dimensions)
    joined = b"".join(answers for _c, _t, _l, answers in parsed)
    answers = np.frombuffer(joined, "<u2").reshape(-1, item.sheets, dimensions)
    return OpenBallots(
        np.array([rater_class for rater_class, *_rest in parsed], np.uint16),
        np.array([target for _c, target, *_rest in parsed], np.uint16),
        sorted(leaf for _c, _t, leaf, _a in parsed),
        answers.astype(np.uint16),
    )


def _unseal(slug: str, batch: Batch, key: bytes) -> list[bytes]:
    label = label_of(slug, batch.item, batch.lane, batch.number, batch.count)
    return unseal(label, key, batch.sealed)


@dataclass(frozen=True)
class ClassBox:
    """The ballots of one class, spread over all targets of the poll."""

    rater_class: str
    codes: Codes
    """(ballots, targets, dimensions)"""
    found: OpenedCounts


def by_class(item: Item, desk_item: DeskItem, desk: Desk, ballots: OpenBallots) -> list[ClassBox]:
    """Apply the ballot rules class by class, on whole ballots."""
    targets = list(item.poll.targets.all())
    codes = [target.code for target in targets]
    if len(desk_item.targets) == 1 and item.target is not None:
        codes = [item.target.code]
    boxes = []
    for index in sorted(set(ballots.classes.tolist())):
        mine = ballots.classes == index
        spread = _spread(ballots.answers[mine], ballots.targets[mine], len(codes))
        rater_class = desk.form.classes[index].key
        found = count_ballots(
            item.poll.version, codes, item.channel.input_key, rater_class, item.paper, spread
        )
        boxes.append(ClassBox(rater_class, spread, found))
    return boxes


def _spread(answers: Codes, own: NDArray[np.uint16], targets: int) -> Codes:
    """Ballots that rate one own target each, over all targets."""
    if not len(answers) or (answers.shape[1] == targets and not own.any()):
        return answers
    wide = np.full((len(answers), targets, answers.shape[2]), NOT_RATED, np.uint16)
    wide[np.arange(len(answers)), own - 1] = answers[:, 0]
    return wide


def pack_rows(sheets: Codes) -> bytes:
    """Sheets (number, dimensions) sorted and packed."""
    order = np.lexsort(sheets.T[::-1])
    return zlib.compress(sheets[order].astype("<u2").tobytes(), 6)


def unpack_rows(data: bytes, dimensions: int) -> Codes:
    """The sheets again."""
    return np.frombuffer(zlib.decompress(data), "<u2").reshape(-1, dimensions)


def sheets_of(box: ClassBox) -> Iterator[tuple[int, bool, Codes]]:
    """(place of the target, counted?, sheets) for all that were rated."""
    for counted, mask in ((True, box.found.kept), (False, box.found.void_sheets)):
        for place in range(box.codes.shape[1]):
            rows = box.codes[mask[:, place], place]
            if len(rows):
                yield place, counted, rows
