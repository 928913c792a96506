"""The attacks on the secret vote. They stay green for ever.

The opening's own attacks (a killed opener, rows slipped in by SQL) are in ``test_opening``, kills
of the intake in ``test_kills``, small cells in ``test_disclosure``.
"""

from __future__ import annotations

import random
import secrets
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from tests.apps.ballots.hall import LEADERS, PUBLIC, SERVICE, Vote, vote
from tests.apps.ballots.server import line_to, post, serving
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import opening_actions
from pingyi.apps.ballots.box import Box
from pingyi.apps.ballots.box_sqlite import SqliteBox
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.models import Leaves, OpenedSheets
from pingyi.apps.ballots.opening import unpack_rows
from pingyi.apps.ballots.reconciliation import findings
from pingyi.apps.ballots.wire import Answer, Casting, write_casting
from pingyi.base.errors import Conflict
from pingyi.base.keyring import PollKeyring
from pingyi.proofs.codes import hash_code
from pingyi.proofs.keys import join, read_key_file

pytestmark = pytest.mark.django_db(transaction=True)


def one_by_one(town: Vote, castings: list[Casting]) -> None:
    """The worst case: every ballot in a batch of its own."""
    intake = town.intake()
    one_by_one_with(intake, castings)
    intake.box.close()


def one_by_one_with(intake: Intake, castings: list[Casting]) -> None:
    for casting in castings:
        assert intake.take([casting]) == [Answer.COUNTED]


def database_bytes(town: Vote) -> bytes:
    """Everything that a copy of the database holds: main file, box, journals, row versions."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            (folder,) = cursor.fetchone()
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
    else:
        main = Path(str(connection.settings_dict["NAME"]))
        files = [
            *main.parent.glob(main.name + "*"),
            *settings.HOME.boxes.glob(f"{town.poll.slug}*"),
        ]
    found, since = [], town.poll.created_at.timestamp() - 1
    for path in files:
        with suppress(FileNotFoundError):  # the server goes on working, and clears up
            # What is older was written by other tests.
            if path.stat().st_mtime >= since:
                found.append(path.read_bytes())
    return b"".join(found)


def serial_order(town: Vote, codes: list[str]) -> dict[str, int]:
    """Code → serial, as whoever holds the slips and the pepper could work it out."""
    pepper = PollKeyring(town.poll.slug).secret("pepper")
    by_digest = {bytes(c.digest): c.serial for c in town.poll.codes.all()}
    return {code: by_digest[hash_code(pepper, town.poll.slug, code)] for code in codes}


def test_1_codes_do_not_lead_to_ballots() -> None:
    """Sixty voters, one to a batch, all with another answer. The attacker knows every slip and
    the order of voting, has the database before and after the opening, but no key."""
    number = 60
    town = vote({LEADERS: number})
    town.open("hall")
    (item,) = town.items("hall")
    codes = town.slips[LEADERS]
    random.shuffle(codes)
    marks = random.sample(range(number), number)
    answers = [[mark] + [50] * 17 for mark in marks]
    castings = [town.casting(c, item, a) for c, a in zip(codes, answers, strict=True)]
    one_by_one(town, castings)
    before = database_bytes(town)
    # In clear the ballot is nowhere: neither its leaf nor its answers, tag or code.
    for casting in castings[::5]:
        assert casting.leaf not in before
        assert casting.answers[:36] not in before
        assert casting.tag not in before
        assert casting.code.encode() not in before
    serials = serial_order(town, codes)
    town.lock_all()
    town.open_boxes()
    sheets = OpenedSheets.objects.get(item=item, target__number=1, counted=True)
    laid = unpack_rows(bytes(sheets.rows), 6)[:, 0].tolist()
    leaves = bytes(Leaves.objects.get(item=item).data)
    truth = dict(zip(codes, marks, strict=True))
    by_leaf = {c.leaf: truth[c.code] for c in castings}
    # Orders that the attacker knows against orders in which something lies: the guess that the
    # n-th is the n-th hits one of sixty on average. Twelve by chance: less than once in 10^9.
    orders = {
        "voting": codes,
        "serials": sorted(codes, key=lambda code: serials[code]),
        "slips": sorted(codes),
    }
    lying = {
        "sheets": laid,
        "leaves": [by_leaf[leaves[i : i + 32]] for i in range(0, len(leaves), 32)],
    }
    for known, order in orders.items():
        for name, found in lying.items():
            hits = sum(found[i] == truth[code] for i, code in enumerate(order))
            assert hits < 12, (known, name)


def test_1_the_order_on_disk_is_that_of_the_answers_alone() -> None:
    """Two votes with the same ballots in another order leave the same rows."""
    left = []
    for turn in range(2):
        town = vote({SERVICE: 12})
        town.open("hall")
        (item,) = town.items("hall")
        answers = [[n * 5, n, 3] * 6 for n in range(12)]
        if turn:
            answers.reverse()
        castings = [
            town.casting(c, item, a) for c, a in zip(town.slips[SERVICE], answers, strict=True)
        ]
        one_by_one(town, castings)
        town.lock_all()
        town.open_boxes()
        rows = OpenedSheets.objects.filter(item=item).order_by("target__number")
        left.append([bytes(entry.rows) for entry in rows])
    assert left[0] == left[1]


def test_2_no_private_key_and_no_ballot_lies_about_before_the_opening() -> None:
    town = vote({PUBLIC: 5}, held="split")
    town.open("online")
    (item,) = town.items("online")
    castings = [town.casting(code, item, [2, 1, 0]) for code in town.slips[PUBLIC]]
    with serving() as server, closing(line_to(server)) as line:
        for casting in castings:
            assert post(line, town.poll.slug, casting) is Answer.COUNTED
        environment = server.environments()
    live = database_bytes(town) + environment + server.log.read_bytes()
    keys = b"".join(p.read_bytes() for p in settings.HOME.keys.rglob("*") if p.is_file())
    file = read_key_file(PollKeyring(town.poll.slug).key_file() or "")
    private = file.private_key(item.number, join(town.shares[:2]))
    for secret in (private, private.hex().encode()):
        assert secret not in live
        assert secret not in keys
    for casting in castings:
        assert casting.leaf not in live + keys
        assert casting.code.encode() not in live + keys


def test_3_receipt_and_tag_exclude_no_ballot_after_the_opening() -> None:
    """Somebody has a voter's receipt and tag and the whole database: every laid-down ballot is
    still as possible as any other, since none of the bytes left depends on which it was."""
    town = vote({PUBLIC: 9})
    town.open("online")
    (item,) = town.items("online")
    castings = [town.casting(c, item, [i % 3] * 3) for i, c in enumerate(town.slips[PUBLIC])]
    one_by_one(town, castings)
    town.lock_all()
    town.open_boxes()
    left = database_bytes(town) if connection.vendor == "sqlite" else b""
    keys = PollKeyring(town.poll.slug).folder
    assert not keys.exists()
    for casting in castings:
        assert casting.tag not in left
    with connection.cursor() as cursor:
        names = [
            name for name in connection.introspection.table_names(cursor) if "ballots_" in name
        ]
    # The only tables that know of this vote hold sorted leaves, sorted sheets and sums.
    assert sorted(names) == [
        "ballots_classcount",
        "ballots_clockalarm",
        "ballots_figureentry",
        "ballots_keysbrought",
        "ballots_leaves",
        "ballots_openedsheets",
        "ballots_opening",
        "ballots_paperentry",  # emptied at the opening: test_paper_sealed.py
        "ballots_stop",
        "ballots_tallyentry",
        "ballots_zeroreport",
    ]
    for sheets in OpenedSheets.objects.filter(item=item):
        assert Counter(unpack_rows(bytes(sheets.rows), 1)[:, 0].tolist()) == {0: 3, 1: 3, 2: 3}


def test_6_sixty_four_posts_of_one_code_from_four_processes() -> None:
    town = vote({LEADERS: 1}, casting="sheet")
    town.open("hall")
    items = town.items("hall")[:2]
    (code,) = town.slips[LEADERS]
    castings = [town.casting(code, items[i % 2], [i % 100] * 6) for i in range(64)]
    told: list[tuple[int, Answer | None]] = []
    ready = threading.Barrier(16)
    with serving(4) as server:

        def device(mine: list[Casting]) -> None:
            with closing(line_to(server)) as line:
                ready.wait()
                for casting in mine:
                    told.append((casting.item, post(line, town.poll.slug, casting)))

        threads = [threading.Thread(target=device, args=(castings[i::16],)) for i in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(told) == 64
    for item in items:
        answers = Counter(answer for number, answer in told if number == item.number)
        assert answers == {Answer.COUNTED: 1, Answer.SPENT: 31}
        assert sum(batch.count for batch in box_of(town.poll.slug).batches(item.number)) == 1


def test_9_five_codes_too_many_block() -> None:
    """An organiser votes with five slips that the tellers never gave out."""
    town = vote({SERVICE: 12}, missing=5)
    town.open("hall")
    (item,) = town.items("hall")
    one_by_one(town, [town.casting(code, item) for code in town.slips[SERVICE]])
    assert any("多于发出" in text for text, _ruling in findings(town.fresh()))
    town.lock_all()
    town.open_boxes()
    told = "".join(text for text, _ruling in findings(town.fresh()))
    assert "用码 12 多于发出 7。" in told
    assert "缺失 5 张票单" in told


def test_codes_that_change_class_by_sql_stop_the_opening() -> None:
    """An administrator moves delegates' codes to the leaders, before or after the beginning."""
    town = vote({LEADERS: 3, SERVICE: 6})
    leaders = town.poll.rolls.get(rater_class=LEADERS)
    town.open("hall")
    (item,) = town.items("hall")
    one_by_one(town, [town.casting(code, item) for code in town.slips[SERVICE]])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rolls_code SET roll_id = %s WHERE poll_id = %s", [leaders.pk, town.poll.pk]
        )
    town.lock_all()
    with pytest.raises(Conflict, match="开始投票时不一致"):
        opening_actions.inspect_item(by=organiser(), item=item)


def test_two_voters_with_one_leaf_stop_nothing() -> None:
    town = vote({PUBLIC: 6})
    town.open("online")
    (item,) = town.items("online")
    castings = [town.casting(code, item) for code in town.slips[PUBLIC]]
    castings[1] = castings[1]._replace(leaf=castings[0].leaf)
    one_by_one(town, castings)
    town.lock_all()
    town.open_boxes()
    assert Leaves.objects.get(item=item).number == 6


def test_all_castings_and_answers_have_one_length() -> None:
    """Class, item, answers and outcome show neither in the length of what is sent nor of what
    comes back."""
    town = vote({LEADERS: 3, PUBLIC: 3})
    town.open("hall")
    (hall,), (online,) = town.items("hall"), town.items("online")
    one = town.casting(town.slips[LEADERS][0], hall, [100] * 18)
    sent = [
        one,
        town.casting(town.slips[LEADERS][1], hall, [0xFFFF] * 18),
        town.casting(town.slips[PUBLIC][0], online, [2, 0, 1]),
        town.casting("0" * 17, hall),
        one._replace(tag=secrets.token_bytes(16)),
    ]
    assert len({len(write_casting(casting)) for casting in sent}) == 1
    seen = set()
    with serving() as server, closing(line_to(server)) as line:
        for casting in sent:
            line.request("POST", f"/cast/{town.poll.slug}/", write_casting(casting))
            answer = line.getresponse()
            body = answer.read()
            headers = [(k, v) for k, v in answer.getheaders() if k != "date"]
            seen.add((answer.status, answer.reason, len(body), tuple(headers)))
        looks = set()
        for code in (town.slips[LEADERS][0], town.slips[PUBLIC][0], "0" * 17):
            line.request("POST", f"/cast/{town.poll.slug}/look", b"\1" + code.encode())
            answer = line.getresponse()
            looks.add((answer.status, len(answer.read())))
    assert len(seen) == 1
    assert len(looks) == 1


@contextmanager
def full_store(town: Vote, box: Box) -> Iterator[None]:
    """The store takes nothing more: a SQLite file that may not grow, a table that refuses rows."""
    if isinstance(box, SqliteBox):
        pages = box._db.execute("PRAGMA page_count").fetchone()[0]
        box._db.execute(f"PRAGMA max_page_count = {pages}")
        yield
        box._db.execute("PRAGMA max_page_count = 1000000")
        return
    table = f"box.p{town.poll.slug}_batches"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT full_up CHECK (false) NOT VALID")
        yield
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT full_up")


def test_a_store_that_is_full_takes_nothing_and_says_so() -> None:
    town = vote({PUBLIC: 30})
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    assert intake.take([town.casting(town.slips[PUBLIC][0], item)]) == [Answer.COUNTED]
    castings = [town.casting(code, item) for code in town.slips[PUBLIC][1:]]
    errors = (sqlite3.OperationalError, IntegrityError)
    with full_store(town, intake.box), pytest.raises(errors, match="full"):
        one_by_one_with(intake, castings)
    assert set(intake.take(castings)) == {Answer.COUNTED}
    intake.box.close()
    town.lock_all()
    town.open_boxes()
    assert sum(sheets.number for sheets in OpenedSheets.objects.all()) == 30 * 3


def test_the_answers_of_a_ballot_are_parted() -> None:
    """126 answers together are a signature; after the opening no row knows two targets."""
    town = vote({SERVICE: 8})
    town.open("hall")
    (item,) = town.items("hall")
    random_ = np.random.RandomState(7)
    answers = [random_.randint(0, 101, 18).tolist() for _ in range(8)]
    pairs = zip(town.slips[SERVICE], answers, strict=True)
    castings = [town.casting(code, item, given) for code, given in pairs]
    one_by_one(town, castings)
    town.lock_all()
    town.open_boxes()
    for sheets in OpenedSheets.objects.filter(item=item):
        place = sheets.target.number - 1
        expected = sorted(a[place * 6 : place * 6 + 6] for a in answers)
        assert unpack_rows(bytes(sheets.rows), 6).tolist() == expected
