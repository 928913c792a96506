"""From the slip to the count: once each, durable, reconciled, and laid down without a tie."""

import numpy as np
import pytest
from tests.apps.ballots.hall import (
    LEADERS,
    PUBLIC,
    SERVICE,
    checker,
    prepared,
    vote,
    with_codes,
)
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import actions, opening_actions, paper_actions
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import ClassCount, Leaves, OpenedSheets, Opening
from pingyi.apps.ballots.opening import unpack_rows
from pingyi.apps.ballots.reconciliation import findings, reconcile
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.polls.models import Poll
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.keyring import PollKeyring
from pingyi.proofs import tree

pytestmark = pytest.mark.django_db


def test_one_casting_a_code_and_item() -> None:
    town = vote()
    town.open("hall")
    (item,) = town.items("hall")
    first = town.casting(town.slips[LEADERS][0], item)
    other = town.casting(town.slips[LEADERS][0], item, [1] * 18)
    intake = town.intake()
    assert intake.take([first]) == [Answer.COUNTED]
    assert intake.take([first]) == [Answer.COUNTED]  # an exact retry
    assert intake.take([other]) == [Answer.SPENT]
    assert town.intake().take([first, other]) == [Answer.COUNTED, Answer.SPENT]  # another process
    assert list(box_of(town.poll.slug).serials(item.number)) != []
    assert sum(b.count for b in box_of(town.poll.slug).batches(item.number)) == 1


def test_a_race_within_one_batch() -> None:
    town = vote()
    town.open("hall")
    (item,) = town.items("hall")
    code = town.slips[LEADERS][0]
    castings = [town.casting(code, item, [i] * 18) for i in range(5)]
    told = town.intake().take([*castings, castings[0]])
    assert told == [Answer.COUNTED, *[Answer.SPENT] * 4, Answer.COUNTED]


def test_a_spent_code_among_others_holds_nobody_up() -> None:
    town = vote({PUBLIC: 6})
    town.open("online")
    (item,) = town.items("online")
    castings = [town.casting(code, item) for code in town.slips[PUBLIC]]
    again = town.casting(town.slips[PUBLIC][0], item)
    intake = town.intake()
    assert intake.take(castings[:2]) == [Answer.COUNTED] * 2
    assert intake.take([castings[2], again]) == [Answer.COUNTED, Answer.SPENT]
    assert intake.take(castings) == [Answer.COUNTED] * 6
    assert [b.count for b in box_of(town.poll.slug).batches(item.number)] == [2, 1, 3]
    town.lock_all()
    town.open_boxes()
    assert ClassCount.objects.get(item=item).valid == 6


def test_what_is_refused() -> None:
    town = vote()
    (hall,), (online,) = town.items("hall"), town.items("online")
    code = town.slips[LEADERS][0]
    intake = town.intake()
    assert intake.take([town.casting(code, hall)]) == [Answer.NOT_OPEN]
    town.open("hall")
    town.open("online")
    wrong_class = town.casting(code, online)
    unknown = town.casting("0" * 17, hall)
    too_many_points = town.casting(code, hall, [103] + [0] * 17)
    half_a_sheet = town.casting(code, hall, [NOT_RATED] + [0] * 17)
    past_the_ballot = town.casting(town.slips[PUBLIC][0], online)
    tail = np.frombuffer(past_the_ballot.answers, "<u2").copy()
    tail[-1] = 0  # the public's paper is narrower than the hall's
    past_the_ballot = past_the_ballot._replace(answers=tail.tobytes())
    assert intake.take([wrong_class, unknown, too_many_points, half_a_sheet, past_the_ballot]) == [
        Answer.UNKNOWN,
        Answer.UNKNOWN,
        Answer.MALFORMED,
        Answer.MALFORMED,
        Answer.MALFORMED,
    ]
    nobody_rated = town.casting(code, hall, [NOT_RATED] * 18)
    assert intake.take([nobody_rated]) == [Answer.COUNTED]
    town.lock_all()
    late = town.casting(town.slips[LEADERS][1], hall)
    assert intake.take([late, nobody_rated]) == [Answer.NOT_OPEN, Answer.COUNTED]


@pytest.mark.parametrize("held", ["site", "split"])
@pytest.mark.parametrize("casting", ["whole", "sheet"])
def test_the_whole_way(held: str, casting: str) -> None:
    town = vote(held=held, casting=casting)
    town.open("hall")
    town.open("online")
    intake = town.intake()
    cast: dict[str, list[list[int]]] = {}
    for number, (name, codes) in enumerate(town.slips.items()):
        for place, code in enumerate(codes[:5]):
            for item in town.items("online" if name == PUBLIC else "hall"):
                width = intake.desk.items[item.number].width
                answers = [
                    (number * 7 + place * 3 + i) % (3 if name == PUBLIC else 101)
                    for i in range(width)
                ]
                assert intake.take([town.casting(code, item, answers)]) == [Answer.COUNTED]
                cast.setdefault(name, []).append(answers)
    town.lock_all()
    town.open_boxes()
    poll = town.fresh()
    assert poll.state == "counted"
    assert not box_of(poll.slug).exists()
    assert not PollKeyring(poll.slug).folder.exists()
    # Every ballot of a class is there, sheet by sheet, and nothing else.
    for name, ballots in cast.items():
        dimensions = 1 if name == PUBLIC else 6
        expected = sorted(
            tuple(answers[i : i + dimensions])
            for answers in ballots
            for i in range(0, len(answers), dimensions)
        )
        found = sorted(
            tuple(row)
            for sheets in OpenedSheets.objects.filter(rater_class=name)
            for row in unpack_rows(bytes(sheets.rows), sheets.dimensions).tolist()
        )
        assert found == expected
    leaves = b"".join(bytes(entry.data) for entry in Leaves.objects.all())
    assert sorted(leaves[i : i + 32] for i in range(0, len(leaves), 32)) == sorted(town.leaves)
    for entry in Leaves.objects.select_related("item__opening"):
        part = [bytes(entry.data)[i : i + 32] for i in range(0, 32 * entry.number, 32)]
        assert entry.item.opening.root == tree.root(part).hex()
    assert findings(poll) == []
    for line in reconcile(poll):
        assert (line.returned, line.valid, line.invalid) == (5, 5, 0)


def test_locking_lets_nothing_in_behind_it() -> None:
    town = vote()
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    for code in town.slips[PUBLIC][:3]:
        assert intake.take([town.casting(code, item)]) == [Answer.COUNTED]
    actions.lock_item(by=organiser(), item=item)
    assert intake.take([town.casting(town.slips[PUBLIC][3], item)]) == [Answer.NOT_OPEN]
    record = opening_actions.inspect_item(by=organiser(), item=item)
    assert (record.ballots, record.marks, record.paper) == (3, 3, 0)
    with pytest.raises(Conflict, match="不能"):
        actions.open_item(by=organiser(), item=item)


def test_a_code_exchanged_for_paper_casts_nothing() -> None:
    town = vote()
    town.open("online")
    (item,) = town.items("online")
    code = town.slips[PUBLIC][0]
    shown = f"http://127.0.0.1/v/{town.poll.slug}#{code}"
    assert actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=shown) == [item.number]
    assert town.intake().take([town.casting(code, item)]) == [Answer.SPENT]
    with pytest.raises(Invalid, match="已经用过"):
        actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=code)
    town.lock_all()
    for by in (organiser(), checker()):
        paper_actions.type_in(by=by, poll=town.fresh(), file=None)
    town.open_boxes()
    count = ClassCount.objects.get(item=item, rater_class=PUBLIC)
    assert (count.returned, count.paper) == (0, 1)
    line = next(line for line in reconcile(town.fresh()) if line.spent)
    assert (line.given_out, line.spent, list(line.findings())) == (8, 1, [])


def test_opening_takes_two_people_and_two_shares() -> None:
    town = vote(held="split")
    town.open("hall")
    item, *_rest = town.items("hall")
    town.intake().take([town.casting(town.slips[SERVICE][0], item)])
    with pytest.raises(Conflict, match="锁定之后"):
        opening_actions.inspect_item(by=organiser(), item=item)
    town.lock_all()
    opening_actions.inspect_item(by=organiser(), item=item)
    with pytest.raises(Conflict, match="没有由核对人确认"):
        opening_actions.open_box(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    with pytest.raises(Conflict, match="两份密钥分片"):
        opening_actions.open_box(by=organiser(), item=item)
    with pytest.raises(Invalid, match="两份不同的"):
        opening_actions.enter_shares(
            by=organiser(), poll=town.poll, shares=[town.shares[0], town.shares[0]]
        )
    opening_actions.enter_shares(by=organiser(), poll=town.poll, shares=list(town.shares[1:]))
    record = opening_actions.open_box(by=organiser(), item=item)
    assert record.state == "cleared"
    text = PollKeyring(town.poll.slug).key_file()
    assert text is not None
    assert text.count('"private"') == len(town.poll.items.all()) - 1


def test_a_rehearsal_is_purged_and_a_real_poll_is_not() -> None:
    real = vote()
    with pytest.raises(Conflict, match="不是演练"):
        actions.purge(by=organiser(), poll=real.poll)
    trial = vote(rehearsal=True)
    trial.open("hall")
    actions.purge(by=organiser(), poll=trial.poll)
    assert trial.fresh().state == "purged"
    assert not box_of(trial.poll.slug).exists()
    assert not PollKeyring(trial.poll.slug).folder.exists()
    assert not trial.poll.codes.exists()
    assert Opening.objects.count() == 0
    assert Poll.objects.get(pk=real.poll.pk).state == "voting"


def test_heads_that_a_quorum_needs_are_asked_for_at_the_beginning() -> None:
    poll = prepared()
    with_codes(poll, {LEADERS: 6})
    actions.make_site_keys(by=organiser(), poll=poll)
    poll.rolls.filter(rater_class=LEADERS).update(expected=None)
    with pytest.raises(Conflict, match=r"四大班子领导”没有填应到人数.*法定人数.*填人数"):
        actions.begin(by=organiser(), poll=poll)
    poll.rolls.filter(rater_class=LEADERS).update(expected=6)
    assert actions.begin(by=organiser(), poll=poll).state == "voting"
