"""The open vote: no code, work instead; one ballot a device; slots, set aside whole or not."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from tests.apps.ballots.hall import (
    LEADERS,
    PUBLIC,
    RESIDENTS,
    Vote,
    checker,
    prepared,
    proven,
    vote,
)
from tests.apps.ballots.server import Server, serving
from tests.apps.ballots.tampering import alter
from tests.apps.ballots.test_attacks import database_bytes
from tests.apps.schemes.hands import account, organiser, sealed

from pingyi.apps.ballots import actions, open_items, opening_actions
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.intake_app import MOST_OPEN
from pingyi.apps.ballots.models import ClassCount, Leaves, OpenedSheets, Opening
from pingyi.apps.ballots.reconciliation import findings, reconcile
from pingyi.apps.ballots.turnout import turnout
from pingyi.apps.ballots.wire import ANSWER_BYTES, Answer, Casting, Proof, write_casting
from pingyi.apps.people.enums import Role
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls import ruling_actions
from pingyi.apps.polls.models import Item, Poll, Ruling
from pingyi.apps.polls.rulings import cases_of
from pingyi.apps.rolls import actions as rolls
from pingyi.base.errors import Conflict, Invalid
from pingyi.proofs import tree, work

pytestmark = pytest.mark.django_db

NOON = 1_900_000_200
"""Seconds since 1970: the beginning of a slot's ten minutes."""


class Clock:
    """A clock that the tests set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def after(self, minutes: int) -> None:
        self.now += 60 * minutes


def open_vote(**how: object) -> tuple[Vote, Item, Intake, Clock]:
    """A vote that is open to the public and has begun."""
    town, clock = vote(admission="open", **how), Clock()
    town.open("online")
    (item,) = town.items("online")
    return town, item, town.intake(clock), clock


def crowd(town: Vote, intake: Intake, item: Item, number: int, answer: int = 0) -> list[Casting]:
    """So many devices of one mind, in one commit."""
    one = town.casting("", item, [answer] * 3)
    people = [
        one._replace(tag=secrets.token_bytes(16), leaf=secrets.token_bytes(32))
        for _ in range(number)
    ]
    castings = [proven(intake, casting) for casting in people]
    assert intake.take(castings) == [Answer.COUNTED] * number
    return castings


def test_one_ballot_a_device_and_item() -> None:
    town, item, intake, clock = open_vote()
    first = town.open_casting(intake, item)
    assert intake.take([first, first]) == [Answer.COUNTED] * 2
    other = town.open_casting(intake, item, [1] * 3, tag=first.tag)
    assert intake.take([other]) == [Answer.SPENT]
    assert town.intake(clock).take([other, first]) == [Answer.SPENT, Answer.COUNTED]
    clock.after(30)
    assert intake.take([first]) == [Answer.UNPROVEN]
    assert intake.take([proven(intake, first)]) == [Answer.COUNTED]  # the same ballot, new work
    assert sum(batch.count for batch in box_of(town.poll.slug).batches(item.number)) == 1


def test_work_that_is_refused() -> None:
    town, item, intake, clock = open_vote()
    good = town.open_casting(intake, item)
    assert good.proof is not None
    window, nonce = good.proof.window, good.proof.nonce
    start = bytes.fromhex(str(intake.work()["challenge"]))  # type: ignore[index]
    easy = next(
        n.to_bytes(8, "little")
        for n in range(10_000)
        if work.is_done(start, good.tag, item.number, n.to_bytes(8, "little"), 4)
        and not work.is_done(start, good.tag, item.number, n.to_bytes(8, "little"), 8)
    )
    # With the few bits of the tests, one tag in 256 would be served by the same nonce.
    others = (secrets.token_bytes(16) for _ in range(1_000))
    other = next(t for t in others if not work.is_done(start, t, item.number, nonce, 8))
    refused = [
        good._replace(proof=Proof(window, easy)),
        good._replace(proof=Proof(window + 1, nonce)),
        good._replace(tag=other),  # somebody else's work
        good._replace(proof=Proof(2**64 - 1, nonce)),
    ]
    assert intake.take(refused) == [Answer.UNPROVEN] * 4
    clock.after(11)
    assert intake.take([good]) == [Answer.UNPROVEN]
    clock.after(-11)
    assert intake.take([good]) == [Answer.COUNTED]  # nothing of it was spent by being refused
    harder = Intake(replace(intake.desk, work_bits=30), intake.box, clock)
    assert harder.take([proven(intake, town.open_casting(intake, item))]) == [Answer.UNPROVEN]


def test_codes_and_open_items_do_not_mix() -> None:
    town, item, intake, _clock = open_vote()
    town.open("hall")
    (hall,) = town.items("hall")
    code = town.slips[LEADERS][0]
    into_the_hall = town.casting("", hall)._replace(proof=town.open_casting(intake, item).proof)
    with_a_code = town.casting(code, item)
    without = town.casting("", item)
    assert intake.take([into_the_hall, with_a_code, without]) == [Answer.UNKNOWN] * 3
    broken = town.open_casting(intake, item, [7] * 3)
    assert intake.take([broken]) == [Answer.MALFORMED]
    assert intake.take([town.casting(code, hall)]) == [Answer.COUNTED]
    actions.lock_item(by=organiser(), item=item)
    assert intake.take([town.open_casting(intake, item)]) == [Answer.NOT_OPEN]


def three_slots() -> tuple[Vote, Item, list[list[Casting]]]:
    """250, 320 and 230 devices, ten minutes apart; a few stragglers belong to the last slot."""
    town, item, intake, clock = open_vote()
    parts = []
    for number, answer in ((250, 0), (320, 2), (230, 1)):
        parts.append(crowd(town, intake, item, number, answer))
        clock.after(10)
    parts[-1] += crowd(town, intake, item, 12, 1)
    intake.box.close()
    town.lock_all()
    return town, item, parts


def rule_aside(town: Vote, item: Item, slot: int) -> Ruling:
    (case,) = (case for case in cases_of(town.fresh()) if case.about.get("slot") == slot)
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=town.fresh(), case=case, reason="机器灌票", basis="云办〔2026〕8号"
    )
    return ruling_actions.approve(by=checker(), ruling=ruling)


def leaves_of(castings: Iterable[Casting]) -> bytes:
    return b"".join(sorted(casting.leaf for casting in castings))


def test_a_whole_slot_is_set_aside() -> None:
    town, item, parts = three_slots()
    offered = [case for case in cases_of(town.fresh()) if case.item == item]
    assert [case.about for case in offered] == [
        {"slot": 1, "count": 250},
        {"slot": 2, "count": 320},
        {"slot": 3, "count": 242},
    ]
    opening_actions.inspect_item(by=organiser(), item=item)
    rule_aside(town, item, 2)
    assert not Opening.objects.filter(item=item).exists(), "what was counted before is void"
    record = opening_actions.inspect_item(by=organiser(), item=item)
    assert (record.ballots, record.set_aside) == (812, 320)
    opening_actions.confirm_inspection(by=checker(), item=item)
    assert [case for case in cases_of(town.fresh()) if case.item == item] == []
    record = opening_actions.open_box(by=organiser(), item=item)
    count = ClassCount.objects.get(item=item, rater_class=PUBLIC)
    assert (count.returned, count.valid, count.invalid, count.set_aside) == (492, 492, 0, 320)
    assert OpenedSheets.objects.get(item=item, target__number=1).number == 492
    published = Leaves.objects.get(item=item)
    everybody = [casting for part in parts for casting in part]
    assert bytes(published.data) == leaves_of(everybody)
    assert bytes(published.aside) == leaves_of(parts[1])
    assert record.aside_root == tree.root(sorted(c.leaf for c in parts[1])).hex()
    line = next(line for line in reconcile(town.fresh()) if line.open)
    assert (line.accepted, line.valid, line.invalid, line.set_aside) == (812, 492, 0, 320)
    assert [text for text, _ruling in findings(town.fresh()) if "网络" in text] == []


def test_a_ruling_comes_before_the_confirmed_inspection() -> None:
    """The digest that the checker has confirmed tells which slots are out."""
    town, item, _parts = three_slots()
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    by = organiser()
    Ruling.objects.create(  # slipped in by SQL
        poll=town.poll,
        item=item,
        kind="slot_aside",
        about={"slot": 1, "count": 250},
        state="approved",
        reason="无",
        basis="无",
        applied_by=by,
        decided_by=checker(),
        decided_at=item.poll.created_at,
    )
    with pytest.raises(Conflict, match="不一致"):
        opening_actions.open_box(by=by, item=item)


def test_nobody_sets_a_few_ballots_aside() -> None:
    town, item, intake, _clock = open_vote()
    crowd(town, intake, item, 199)
    intake.box.close()
    town.lock_all()
    assert [case for case in cases_of(town.fresh()) if case.item == item] == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {batches} SET slot = 2 WHERE slot = 1",
        "UPDATE {slots} SET count = count - 1 WHERE slot = 2",
        "UPDATE {marks} SET serial = serial + 1 WHERE serial = (SELECT max(serial) FROM {marks})",
    ],
)
def test_slots_changed_by_sql_stop_the_opening(sql: str) -> None:
    town, item, intake, clock = open_vote()
    for _ in range(2):
        crowd(town, intake, item, 200)
        clock.after(10)
    town.lock_all()
    intake.box.close()
    assert alter(town, sql) > 0
    with pytest.raises(Conflict):
        opening_actions.inspect_item(by=organiser(), item=item)


@pytest.mark.django_db(transaction=True)
def test_neither_tag_nor_answer_in_clear() -> None:
    town, item, intake, _clock = open_vote()
    castings = crowd(town, intake, item, 60) + crowd(town, intake, item, 60, 2)
    before = database_bytes(town)
    for casting in castings[::10]:
        assert casting.tag not in before
        assert casting.tag.hex().encode() not in before
        assert casting.leaf not in before
    # The mark is the same for nobody who has the tag alone: the intake key goes into it.
    serials = set(box_of(town.poll.slug).serials(item.number))
    assert len(serials) == 120
    assert max(serials) > 2**40
    intake.box.close()


def test_alarms_tell_and_change_nothing() -> None:
    town, item, intake, clock = open_vote()
    for _ in range(5):
        crowd(town, intake, item, 44)
        clock.after(10)
    assert open_items.alarms(town.fresh()) == []
    crowd(town, intake, item, RESIDENTS - 219)
    intake.box.close()
    more, burst = open_items.alarms(town.fresh())
    assert "1,001 票，多于常住人口 1,000" in more
    assert "一分钟最多 781 票" in burst
    shown = turnout(town.fresh(), [item])[item.number]
    assert (shown.spent, shown.given_out, shown.classes) == (1001, None, ())
    town.lock_all()
    town.open_boxes()
    assert ClassCount.objects.get(item=item, rater_class=PUBLIC).valid == 1001
    assert len(open_items.alarms(town.fresh())) == 2, "they stay with the reconciliation"


def test_a_vote_with_an_open_channel_alone_needs_no_codes() -> None:
    """Nothing of slips and signatures, but how many residents there are."""
    by = organiser()
    poll = prepared(admission="open")
    hall = poll.rolls.filter(channel__input_key="hall")
    with pytest.raises(Invalid, match="不用投票码"):
        rolls.make_codes(by=by, poll=poll, numbers={poll.rolls.get(rater_class=PUBLIC).pk: 5})
    hall.delete()
    poll.items.filter(channel__input_key="hall").delete()
    poll.channels.filter(input_key="hall").delete()
    actions.make_site_keys(by=by, poll=poll)
    with pytest.raises(Conflict, match="常住人口"):
        actions.begin(by=by, poll=poll)
    rolls.set_heads(by=by, roll=poll.rolls.get(), expected=None, population=RESIDENTS)
    poll = actions.begin(by=by, poll=poll)
    actions.witness_zero(by=checker(), poll=poll)
    town = Vote(poll, {})
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    assert intake.take([town.open_casting(intake, item)]) == [Answer.COUNTED]
    intake.box.close()
    town.lock_all()
    town.open_boxes()
    assert Poll.objects.get(pk=poll.pk).state == "counted"


@pytest.mark.parametrize(
    ("pack", "key", "how", "why"),
    [
        ("jiaozuo-team-review", "hall", {"way": "hall"}, "不是网络投票"),
        ("jiaozuo-team-review", "hall", {"way": "public"}, "几个票种"),
        ("jiaozuo-team-review", "online", {"way": "public", "casting": "sheet"}, "单独投"),
    ],
)
def test_what_cannot_be_open(pack: str, key: str, how: dict[str, str], why: str) -> None:
    by = account(Role.ORGANISER)
    poll = polls.create_poll(by=by, title="述职评议", version=sealed(pack), rehearsal=True)
    channel = poll.channels.get(input_key=key)
    with pytest.raises(Invalid, match=why):
        polls.set_channel(by=by, channel=channel, admission="open", **how)


@pytest.mark.django_db(transaction=True)
def test_no_address_is_written_down_and_floods_wait() -> None:
    """Over HTTP: one address may send so many a minute, and stands neither in the log nor in the
    database."""
    town = vote(admission="open", rehearsal=True)
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    one = town.casting("", item)
    castings = [
        proven(intake, one._replace(tag=secrets.token_bytes(16), leaf=secrets.token_bytes(32)))
        for _ in range(MOST_OPEN + 1)
    ]
    intake.box.close()
    with serving() as server:
        post = partial(code_of, server, town)
        with ThreadPoolExecutor(16) as pool:
            status = list(pool.map(partial(post, "127.0.0.2"), castings))
        # Counted anew with each minute: where one turned, nobody had to wait.
        assert sorted(status) in ([200] * MOST_OPEN + [429], [200] * (MOST_OPEN + 1))
        held_up = castings[status.index(max(status))]
        assert post("127.0.0.3", held_up) == 200, "others go on"
        taken = sum(b.count for b in box_of(town.poll.slug).batches(item.number))
        assert taken == MOST_OPEN + 1
        written = database_bytes(town) + server.log.read_bytes()
    for address in (b"127.0.0.2", b"127.0.0.3"):
        assert address not in written
    for casting in castings:
        assert casting.tag not in written
        assert casting.tag.hex().encode() not in written


def code_of(server: Server, town: Vote, address: str, casting: Casting) -> int:
    """The status of the answer to a casting from an address of this machine."""
    line = http.client.HTTPConnection(
        "127.0.0.1", server.port, timeout=30, source_address=(address, 0)
    )
    line.request("POST", f"/cast/{town.poll.slug}/", write_casting(casting))
    answer = line.getresponse()
    assert len(answer.read()) in (2, ANSWER_BYTES)
    line.close()
    return answer.status
