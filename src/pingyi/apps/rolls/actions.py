"""What is done with rolls: heads, codes, slips, tellers' counts, the checker's signature."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import lock_poll, touch
from pingyi.apps.polls.enums import CAST, PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls import queries
from pingyi.apps.rolls.enums import CodeState
from pingyi.apps.rolls.models import Code, Roll, Signature
from pingyi.apps.schemes.ballot_forms import BallotForm
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.keyring import PollKeyring
from pingyi.base.marks import mark_of, need_seen
from pingyi.base.stories import last_told
from pingyi.proofs import codes

MOST_CODES = 2_000_000
AT_A_TIME = 20_000
"""Codes that are held in memory."""
PART = 1_200
"""Slips that are printed at a time."""
NUMBERS = ("expected", "present", "population", "printed")
COUNTS = ("given_out", "left_over", "spoiled", "printed")
SLIP_SEED = "slips"
"""The secret that printed codes come from; destroyed when printing is finished."""


@dataclass(frozen=True)
class Heads:
    """How many people a roll stands for."""

    expected: int | None = None
    present: int | None = None
    population: int | None = None


@dataclass(frozen=True)
class Tellers:
    """What the tellers counted of a roll."""

    given_out: int
    left_over: int
    spoiled: int


@dataclass(frozen=True)
class Slip:
    """One printed slip."""

    code: str
    rater_class: str
    paper: str
    channel: str
    target: str


@transaction.atomic
def plan_rolls(*, by: Account, poll: Poll) -> list[Roll]:
    """A roll for each class and paper of each channel with codes; for papers of scope own, one
    for each target too. Rolls that are there stay."""
    require_for_all(by, Role.ORGANISER)
    poll = _not_begun(poll)
    form = form_of(poll)
    for channel in poll.channels.filter(way__in=CAST):
        source = form.channel(channel.input_key)
        for rater_class in source.classes:
            for paper in source.papers:
                own = form.paper(paper).scope == "own"
                for target in poll.targets.all() if own else [None]:
                    Roll.objects.get_or_create(
                        poll=poll,
                        channel=channel,
                        rater_class=rater_class,
                        paper=paper,
                        target=target,
                    )
    rolls = list(poll.rolls.all())
    audit.record(by=by, verb="rolls.rolls.planned", subject=poll, rolls=len(rolls))
    return rolls


@transaction.atomic
def set_heads(
    *,
    by: Account,
    roll: Roll,
    expected: int | None,
    present: int | None = None,
    population: int | None = None,
) -> Roll:
    """How many are expected and present, or how many residents there are."""
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(roll.poll)
    if poll.state not in (PollState.READY, PollState.VOTING):
        # They decide the quorum: nobody moves them once the votes can be known.
        raise Conflict(_("投票截止后，人数不能再改。"), _("确有差错的，报两人裁定。"))
    if present is not None and expected is not None and present > expected:
        raise Invalid(_("实到人数不能多于应到人数。"), field="present")
    roll.expected, roll.present, roll.population = expected, present, population
    roll.save(update_fields=["expected", "present", "population"])
    facts = {"expected": expected, "present": present, "population": population}
    audit.record(by=by, verb="rolls.heads.set", subject=roll, **facts)
    return roll


@transaction.atomic
def set_all_heads(*, by: Account, poll: Poll, heads: Mapping[int, Heads]) -> int:
    """Heads of many rolls, by primary key. Returns how many rolls changed."""
    changed = 0
    for roll in poll.rolls.filter(pk__in=heads):
        wanted = heads[roll.pk]
        if wanted != Heads(roll.expected, roll.present, roll.population):
            set_heads(by=by, roll=roll, **vars(wanted))
            changed += 1
    return changed


@transaction.atomic
def make_codes(*, by: Account, poll: Poll, numbers: Mapping[int, int]) -> int:
    """Make codes: roll → how many. Returns how many there are now.

    Their hashes are stored under serials in random order; the codes themselves can be derived
    until ``finish_printing``. A signature that was there is void: it must be given anew.
    """
    require_for_all(by, Role.ORGANISER)
    poll = _not_begun(poll)
    held = poll.rolls.select_for_update(of=("self",)).select_related("channel")
    rolls = {roll.pk: roll for roll in held}
    wanted = {rolls[pk]: number for pk, number in numbers.items() if number}
    if any(number < 0 for number in wanted.values()) or not wanted:
        raise Invalid(_("请填写要印制的数量。"))
    for roll in wanted:
        if roll.is_open:
            raise Invalid(_("“%(roll)s”开放投票，不用投票码。") % {"roll": roll})
    first = poll.codes.count()
    total = first + sum(wanted.values())
    if total > MOST_CODES:
        raise Invalid(_("一次投票最多 %(most)s 个投票码。") % {"most": MOST_CODES})
    if first and not _seed_file_is_there(poll):
        raise Conflict(_("本次投票已印制完毕，不能再增加投票码。"))
    owners = [roll for roll, number in wanted.items() for _i in range(number)]
    secrets.SystemRandom().shuffle(owners)
    keyring = PollKeyring(poll.slug)
    seed, pepper = keyring.make(SLIP_SEED), keyring.make("pepper")
    hashed = codes.CodeHash(pepper, poll.slug)
    made = (
        Code(poll=poll, roll=roll, serial=serial, digest=hashed.of(_code(seed, serial)))
        for serial, roll in enumerate(owners, start=first + 1)
    )
    while part := list(islice(made, AT_A_TIME)):  # a million at once would take gigabytes
        Code.objects.bulk_create(part)
    for roll, number in wanted.items():
        roll.printed += number
        roll.given_out = roll.left_over = roll.spoiled = None
        roll.save()
    Signature.objects.filter(poll=poll).delete()
    touch(poll)
    audit.record(by=by, verb="rolls.codes.made", subject=poll, number=total - first, total=total)
    return total


@transaction.atomic
def save_numbers(
    *,
    by: Account,
    poll: Poll,
    heads: Mapping[int, Heads],
    numbers: Mapping[int, int],
    seen: str | None = None,
) -> int:
    """Heads, and more codes where any are wanted. Returns how many codes there are now. ``seen``:
    the mark of the ``NUMBERS`` that were on the page (``Stale``)."""
    _need_seen(seen, lock_poll(poll), NUMBERS, "rolls.heads.set")
    set_all_heads(by=by, poll=poll, heads=heads)
    if any(numbers.values()):
        return make_codes(by=by, poll=poll, numbers=numbers)
    return poll.codes.count()


@transaction.atomic
def sign(*, by: Account, poll: Poll) -> Signature:
    """The checker signs how many codes each class has and the digest over all hashes."""
    require_for_all(by, Role.CHECKER)
    poll = lock_poll(poll)
    if not poll.codes.exists():
        raise Conflict(_("还没有投票码，不能签认。"))
    _not_the_maker(by, poll)
    digest, counts = queries.digest_of_codes(poll), queries.counts_of_codes(poll)
    Signature.objects.filter(poll=poll).delete()
    signature = Signature.objects.create(
        poll=poll, digest=digest, counts=counts, signed_by=f"{by.name}（{by.username}）"
    )
    audit.record(by=by, verb="rolls.codes.signed", subject=poll, digest=digest)
    return signature


def _not_the_maker(by: Account, poll: Poll) -> None:
    """Two people: who made codes of a poll doesn't sign them."""
    for maker in queries.makers_of_codes(poll):
        require_another(by, maker, _("签认人不能是生成投票码的人。"))


@transaction.atomic
def print_slips(*, by: Account, poll: Poll, part: int | None = None) -> list[Slip]:
    """Slips in random order, after the checker has signed and until printing is finished.

    The order hangs on the secret of the codes, so it is the same each time: ``part`` (from 0) is
    that part of ``PART`` slips, for printing many; a sheet that jammed can be printed again.
    """
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(poll)
    if not Signature.objects.filter(poll=poll).exists():
        raise Conflict(_("核对人还没有签认投票码。"), _("请先由核对人签认，再印制。"))
    if not _seed_file_is_there(poll):
        raise Conflict(_("印制已经结束，投票码不能再次打印。"))
    form = form_of(poll)
    seed = PollKeyring(poll.slug).secret(SLIP_SEED)
    valid = poll.codes.filter(state=CodeState.VALID).values_list("serial", flat=True)
    serials = sorted(valid, key=lambda serial: _place(seed, serial))
    if part is not None:
        serials = serials[part * PART : (part + 1) * PART]
    mine = poll.codes.filter(serial__in=serials) if part is not None else poll.codes.all()
    roll_of = dict(mine.values_list("serial", "roll_id"))
    rolls = {roll.pk: roll for roll in poll.rolls.select_related("channel", "target")}
    slips = [_slip(form, rolls[roll_of[serial]], _code(seed, serial)) for serial in serials]
    audit.record(by=by, verb="rolls.slips.printed", subject=poll, number=len(slips), part=part)
    return slips


def _slip(form: BallotForm, roll: Roll, code: str) -> Slip:
    return Slip(
        code=code,
        rater_class=form.rater_class(roll.rater_class).title,
        paper=form.paper(roll.paper).title,
        channel=roll.channel.title,
        target=roll.target.title if roll.target else "",
    )


def _place(seed: bytes, serial: int) -> bytes:
    return hmac.digest(seed, b"pingyi order 1\n%d" % serial, hashlib.sha256)


@transaction.atomic
def finish_printing(*, by: Account, poll: Poll) -> Poll:
    """Destroy the secret that codes come from: from now on they stand on paper alone."""
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(poll)
    if not Signature.objects.filter(poll=poll).exists():
        raise Conflict(_("核对人还没有签认投票码。"))
    audit.record(by=by, verb="rolls.printing.finished", subject=poll)
    PollKeyring(poll.slug).remove(SLIP_SEED)
    return poll


@transaction.atomic
def void_codes(*, by: Account, poll: Poll, typed: Iterable[str], state: CodeState) -> int:
    """Void the codes of slips that were left over or spoiled, before voting begins.

    ``typed`` are codes as scanned or typed. Returns how many were voided. Raises ``Invalid`` with
    every one that is wrong; then none is voided.
    """
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = _not_begun(poll)
    found, wrong = _find_codes(poll, typed)
    if wrong:
        raise Invalid(
            _("这些不是本次投票的可用投票码：%(codes)s。") % {"codes": "、".join(wrong[:20])},
            _("请逐个核对；全部正确后才会作废。"),
        )
    Code.objects.filter(pk__in=[code.pk for code in found]).update(state=state)
    touch(poll)
    audit.record(by=by, verb="rolls.codes.voided", subject=poll, number=len(found), state=state)
    return len(found)


@transaction.atomic
def count_slips(*, by: Account, roll: Roll, given_out: int, left_over: int, spoiled: int) -> Roll:
    """The tellers' count of a roll, as they counted it: what is lacking of the printed is missing,
    which the reconciliation tells. Raises ``Invalid`` for more than was printed, or where codes of
    left-over and spoiled slips are not voided yet."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    _not_begun(roll.poll)
    roll = Roll.objects.select_for_update(of=("self",)).select_related("poll").get(pk=roll.pk)
    if min(given_out, left_over, spoiled) < 0 or given_out + left_over + spoiled > roll.printed:
        raise Invalid(
            _("发出 %(given)s + 剩余 %(left)s + 损毁 %(spoiled)s 多于印制 %(printed)s。")
            % {
                "given": given_out,
                "left": left_over,
                "spoiled": spoiled,
                "printed": roll.printed,
            },
            _("请重新清点。"),
            field="given_out",
        )
    voided = {state: roll.codes.filter(state=state).count() for state in CodeState}
    told = {CodeState.LEFT_OVER: left_over, CodeState.SPOILED: spoiled}
    if any(voided[state] != number for state, number in told.items()):
        raise Invalid(
            _("剩余、损毁的票单还没有全部扫码作废（已作废剩余 %(left)s、损毁 %(spoiled)s）。")
            % {"left": voided[CodeState.LEFT_OVER], "spoiled": voided[CodeState.SPOILED]},
            _("请把剩余和损毁的票单逐张扫码。"),
            field="left_over",
        )
    roll.given_out, roll.left_over, roll.spoiled = given_out, left_over, spoiled
    roll.save(update_fields=["given_out", "left_over", "spoiled"])
    facts = {"given_out": given_out, "left_over": left_over, "spoiled": spoiled}
    audit.record(by=by, verb="rolls.slips.counted", subject=roll, **facts)
    return roll


@transaction.atomic
def count_all_slips(
    *, by: Account, poll: Poll, counts: Mapping[int, Tellers], seen: str | None = None
) -> int:
    """The tellers' counts of many rolls, by primary key: all or none. Returns how many. ``seen``:
    the mark of the ``COUNTS`` that were on the page (``Stale``)."""
    _need_seen(seen, lock_poll(poll), COUNTS, "rolls.slips.counted")
    for roll in poll.rolls.select_related("channel", "target").filter(pk__in=counts):
        try:
            count_slips(by=by, roll=roll, **vars(counts[roll.pk]))
        except Invalid as error:
            raise Invalid(f"{error.what}", error.mend, field=f"{error.field}:{roll.pk}") from None
    return len(counts)


def mark_of_rolls(poll: Poll, names: Iterable[str]) -> str:
    """The mark of a table of rolls."""
    return mark_of(*poll.rolls.order_by("pk").values_list("pk", *names))


def _need_seen(seen: str | None, poll: Poll, names: Iterable[str], verb: str) -> None:
    verbs = [verb, "rolls.codes.made"]
    need_seen(seen, mark_of_rolls(poll, names), poll, *poll.rolls.all(), verbs=verbs)


def _find_codes(poll: Poll, typed: Iterable[str]) -> tuple[list[Code], list[str]]:
    pepper = PollKeyring(poll.slug).secret("pepper")
    found: dict[int, Code] = {}
    wrong = []
    for text in typed:
        if not text.strip():
            continue
        code = codes.read_code(text.rsplit("#", 1)[-1])
        digest = codes.hash_code(pepper, poll.slug, code) if code else b""
        row = poll.codes.filter(digest=digest, state=CodeState.VALID).first() if code else None
        if row is None:
            wrong.append(text.strip()[:40])
        else:
            found[row.pk] = row
    return list(found.values()), wrong


def _code(seed: bytes, serial: int) -> str:
    """The code of a serial: 80 bits from a keyed hash, and the check letter."""
    bits = hmac.digest(seed, b"pingyi slip 1\n%d" % serial, hashlib.sha256)
    return codes.code_of(bits[: codes.RANDOM_BYTES])


def _seed_file_is_there(poll: Poll) -> bool:
    return PollKeyring(poll.slug).has(SLIP_SEED)


def _not_begun(poll: Poll) -> Poll:
    poll = lock_poll(poll)
    if poll.state != PollState.READY:
        raise Conflict(
            _("投票“%(title)s”须在封定之后、开始之前办理票册。") % {"title": poll.title}
            + last_told("polls.poll", poll.pk),
        )
    return poll
