"""A vote for the tests: three departments, rated in the hall and by the public."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from tests.apps.schemes.hands import account, organiser, sealed

from pingyi.apps.ballots import actions, opening_actions, wire
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.wire import Casting, Proof
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls import actions as rolls
from pingyi.apps.rolls.models import Roll
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.proofs import work
from pingyi.proofs.keys import fingerprint, make_keys

TARGETS = [
    {"code": "SLJ", "title": "市水利局"},
    {"code": "SWJ", "title": "市商务局"},
    {"code": "MZJ", "title": "市民政局"},
]
RESIDENTS = 1_000
CLOSES = datetime(2099, 1, 1, tzinfo=UTC)
LEADERS, DELEGATES, SERVICE, PUBLIC = (
    "four_leading_bodies",
    "delegates_and_members",
    "service_user_rep",
    "public",
)


def checker() -> Account:
    return account(Role.CHECKER)


@dataclass
class Vote:
    """A poll and everything that its people hold: slips by class, shares, receipts."""

    poll: Poll
    slips: dict[str, list[str]]
    """Class → codes that were given out."""
    shares: tuple[str, ...] = ()
    leaves: list[bytes] = field(default_factory=list)
    _desk: Desk | None = None

    def fresh(self) -> Poll:
        return Poll.objects.select_related("version").get(pk=self.poll.pk)

    def items(self, channel: str) -> list[Item]:
        return list(self.poll.items.filter(channel__input_key=channel))

    def desk(self) -> Desk:
        """The desk as of now, read again where the poll has changed since the last."""
        poll = self.fresh()
        if self._desk is None or self._desk.stamp != poll.stamp:
            self._desk = load_desk(poll)
        return self._desk

    def intake(self, clock: Callable[[], float] = time.time) -> Intake:
        return Intake(load_desk(self.fresh()), box_of(self.poll.slug), clock)

    def open_casting(
        self, intake: Intake, item: Item, answers: Iterable[int] | None = None, tag: bytes = b""
    ) -> Casting:
        """A casting as a device without a code makes it, with its work done."""
        found = self.casting("", item, answers)
        return proven(intake, found._replace(tag=tag or found.tag))

    def casting(self, code: str, item: Item, answers: Iterable[int] | None = None) -> Casting:
        """A casting as a device makes it, every answer the first choice unless given."""
        desk = self.desk()
        wide = desk.items[item.number].width
        values = np.full(desk.width, NOT_RATED, "<u2")
        values[:wide] = list(answers) if answers is not None else [0] * wide
        leaf = secrets.token_bytes(wire.LEAF_BYTES)
        self.leaves.append(leaf)
        return Casting(code, secrets.token_bytes(16), leaf, item.number, values.tobytes())

    def open(self, channel: str) -> None:
        for item in self.items(channel):
            actions.open_item(by=organiser(), item=item)

    def lock_all(self) -> None:
        for item in self.poll.items.all():
            actions.lock_item(by=organiser(), item=item)

    def open_boxes(self) -> None:
        """Inspect, confirm, enter shares, open: every item."""
        for item in self.poll.items.all():
            opening_actions.inspect_item(by=organiser(), item=item)
            opening_actions.confirm_inspection(by=checker(), item=item)
            if self.shares:
                opening_actions.enter_shares(
                    by=organiser(), poll=self.poll, shares=list(self.shares[:2])
                )
            opening_actions.open_box(by=organiser(), item=item)


def proven(intake: Intake, casting: Casting) -> Casting:
    """The same casting with work on the challenge of now."""
    asked = intake.work()
    assert asked is not None
    start = bytes.fromhex(str(asked["challenge"]))
    nonce = work.work(start, casting.tag, casting.item, int(str(asked["bits"])))
    return casting._replace(proof=Proof(int(str(asked["window"])), nonce))


def prepared(
    pack: str = "jiaozuo-team-review",
    targets: Sequence[dict[str, str]] = TARGETS,
    *,
    casting: str = "whole",
    held: str = "site",
    rehearsal: bool = False,
    admission: str = "code",
    version: SchemeVersion | None = None,
) -> Poll:
    """A poll whose papers are fixed, without codes and keys. ``admission``: of the public;
    ``version``: in place of the pack as it comes."""
    by = organiser()
    poll = polls.create_poll(
        by=by,
        title="云州市市直机关领导班子述职评议",
        version=version or sealed(pack),
        rehearsal=rehearsal,
        basis="云办〔2026〕8号",
        filing_number="备〔2026〕3号",
        keys_held=held,
    )
    polls.set_targets(by=by, poll=poll, targets=targets)
    for channel in poll.channels.exclude(way="file"):
        online = channel.input_key == "online"
        polls.set_channel(
            by=by,
            channel=channel,
            way="public" if online else "hall",
            casting="whole" if online else casting,
            admission=admission if online else "code",
            closes_at=CLOSES if online else None,
        )
    poll = polls.prepare(by=by, poll=poll)
    rolls.plan_rolls(by=by, poll=poll)
    return poll


def with_codes(poll: Poll, numbers: dict[str, int], missing: int = 0) -> dict[str, list[str]]:
    """Codes made, signed, printed, given out: class → codes. ``missing`` of each class were seen
    by no teller."""
    by = organiser()
    all_rolls = poll.rolls.select_related("channel")
    wanted = {r.pk: 0 if r.is_open else numbers.get(r.rater_class, 0) for r in all_rolls}
    for roll in all_rolls:
        residents = RESIDENTS if roll.is_open else None
        rolls.set_heads(by=by, roll=roll, expected=wanted[roll.pk] or None, population=residents)
    rolls.make_codes(by=by, poll=poll, numbers=wanted)
    rolls.sign(by=checker(), poll=poll)
    slips: dict[str, list[str]] = {}
    titles = {named.title: named.key for named in load_desk(poll).form.classes}
    for slip in rolls.print_slips(by=by, poll=poll):
        slips.setdefault(titles[slip.rater_class], []).append(slip.code)
    rolls.finish_printing(by=by, poll=poll)
    for roll in Roll.objects.filter(poll=poll):
        given = max(0, roll.printed - missing)
        rolls.count_slips(by=by, roll=roll, given_out=given, left_over=0, spoiled=0)
    return slips


def vote(
    numbers: dict[str, int] | None = None,
    missing: int = 0,
    witnessed: bool = True,
    **how: object,
) -> Vote:
    """A poll that has begun; its items still wait."""
    poll = prepared(**how)  # type: ignore[arg-type]
    slips = with_codes(poll, numbers or {LEADERS: 6, DELEGATES: 6, SERVICE: 6, PUBLIC: 8}, missing)
    shares: tuple[str, ...] = ()
    if poll.keys_held == "site":
        actions.make_site_keys(by=organiser(), poll=poll)
    else:
        numbers_of = poll.items.values_list("number", flat=True)
        file, shares = make_keys(poll.slug, numbers_of, split=True)
        actions.install_keys(by=organiser(), poll=poll, text=file.text())
        if not poll.rehearsal:
            actions.confirm_keys(by=checker(), poll=poll, typed=fingerprint(file.public))
    poll = actions.begin(by=organiser(), poll=poll)
    if witnessed:
        actions.witness_zero(by=checker(), poll=poll)
    return Vote(poll, slips, shares)
