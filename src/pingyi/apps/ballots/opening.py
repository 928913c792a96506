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
from pingyi.apps.ballots.box import Batch, Box
from pingyi.apps.ballots.desk import Desk, DeskItem
from pingyi.apps.ballots.intake import MAC_BYTES, batch_mac, label_of
from pingyi.apps.polls.models import Item
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.counting import OpenedCounts, count_ballots
from pingyi.base.errors import Conflict
from pingyi.base.keyring import PollKeyring
from pingyi.proofs.envelopes import Unreadable, unseal

Codes = NDArray[np.uint16]


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
    """Class → codes spent for a form of paper."""
    findings: list[str] = field(default_factory=list)
    """What is not as the intake left it."""


def inspect(desk: Desk, box: Box, item: int, roll_of: Mapping[int, int]) -> Inspection:
    """Walk everything of an item: chains of MACs, marks against envelopes, lanes to their end.

    ``roll_of``: serial → roll, of all codes.
    """
    keyring = PollKeyring(desk.slug)
    walk = _Walk(desk, keyring.secret("intake"), roll_of)
    for batch in box.batches(item):
        walk.take(batch)
    for lane, length in keyring.lanes(item).items():
        if walk.lengths.get(lane, 0) < length:
            text = _("有 %(number)s 批投票被删除。") % {
                "number": length - walk.lengths.get(lane, 0)
            }
            walk.found.findings.append(text)
    walk.found.digest = walk.running.hexdigest()
    return walk.found


class _Walk:
    def __init__(self, desk: Desk, key: bytes, roll_of: Mapping[int, int]) -> None:
        self.found = Inspection()
        self.running = hashlib.sha256()
        self.lengths: dict[int, int] = {}
        self._heads: dict[int, bytes] = {}
        self._slug, self._key = desk.slug, key
        self._rolls = desk.rolls
        self._roll_of = roll_of

    def take(self, batch: Batch) -> None:
        found = self.found
        self._check_mac(batch)
        self.running.update(batch.mac + batch.key.to_bytes(8, "big"))
        if batch.count and len(batch.marks) != batch.count:
            found.findings.append(_("第 %(key)s 批：用码数与票数不符。") % {"key": batch.key})
        found.envelopes += bool(batch.count)
        found.marks += len(batch.marks)
        found.ballots += batch.count
        found.paper += 0 if batch.count else len(batch.marks)
        into = found.returned if batch.count else found.exchanged
        for mark in batch.marks:
            roll = self._roll_of.get(mark.serial)
            if roll is None:
                found.findings.append(_("有一个用码不在票册里。"))
            else:
                into[self._rolls[roll].rater_class] += 1

    def _check_mac(self, batch: Batch) -> None:
        before = self._heads.get(batch.lane, bytes(MAC_BYTES))
        follows = batch.number == self.lengths.get(batch.lane, 0)
        right = hmac.compare_digest(batch.mac, batch_mac(self._key, self._slug, before, batch))
        if not follows:
            self.found.findings.append(_("第 %(key)s 批之前缺少投票。") % {"key": batch.key})
        if not right:
            text = _("第 %(key)s 批不是收票程序放入的，或被改动过。")
            self.found.findings.append(text % {"key": batch.key})
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


def open_ballots(desk: Desk, batches: Iterable[Batch], item: DeskItem, key: bytes) -> OpenBallots:
    """Unseal every envelope. Raises ``Conflict`` for one that doesn't open: then all stays shut."""
    records = [record for batch in batches for record in _unseal(desk.slug, batch, key)]
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
    if not batch.count:
        return []
    label = label_of(slug, batch.item, batch.lane, batch.number, batch.count)
    try:
        return unseal(label, key, batch.sealed)
    except Unreadable:
        raise Conflict(
            _("第 %(key)s 批信封打不开，开箱已停止，票箱原样保留。") % {"key": batch.key},
            _("请核对密钥；确系损坏的，报两人裁定。"),
        ) from None


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
