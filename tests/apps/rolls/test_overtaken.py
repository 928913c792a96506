"""Two officers fill in one table of rolls, or void slips of a vote that has begun."""

from __future__ import annotations

import pytest
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.office import Officer, text
from tests.apps.posting import marks_on
from tests.apps.rolls.test_pages import make

from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.rolls import actions, queries
from pingyi.apps.rolls.models import Roll

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def poll(db: None) -> Poll:
    return prepared(rehearsal=True)


def two() -> tuple[Officer, Officer]:
    return Officer(Role.ORGANISER, "quick"), Officer(Role.ORGANISER, "slow")


def test_heads_that_another_has_filled_in_are_not_emptied(poll: Poll) -> None:
    quick, slow = two()
    one, other, *_more = poll.rolls.all()
    seen = marks_on(text(slow.get("rolls:codes", poll.slug)))
    filled = {f"expected:{one.pk}": "41", f"more:{one.pk}": "50"}
    assert quick.save("rolls:codes", poll.slug, **filled).status_code == 302
    mine = {f"expected:{other.pk}": "17", f"more:{one.pk}": "50"}
    answer = slow.post("rolls:codes", poll.slug, **seen, **mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert (Roll.objects.get(pk=one.pk).expected, queries.printed(poll)) == (41, 50)
    assert Roll.objects.get(pk=other.pk).expected is None
    for words in ("quick", "<dd>41</dd>", 'value="17"'):
        assert words in page
    assert slow.post("rolls:codes", poll.slug, **marks_on(page), **mine).status_code == 302
    assert Roll.objects.get(pk=other.pk).expected == 17


def test_counts_that_another_has_saved_are_seen_first(poll: Poll) -> None:
    quick, slow = two()
    make(quick, poll)
    seen = marks_on(text(slow.get("rolls:counts", poll.slug)))
    rolls = list(poll.rolls.all())

    def counted(less: int) -> dict[str, int]:
        none = {f"{name}:{roll.pk}": 0 for name in ("left_over", "spoiled") for roll in rolls}
        return {**none, **{f"given_out:{roll.pk}": roll.printed - less for roll in rolls}}

    assert quick.save("rolls:counts", poll.slug, **counted(0)).status_code == 302
    answer = slow.post("rolls:counts", poll.slug, **seen, **counted(1))
    assert answer.status_code == 409
    assert [roll.given_out for roll in poll.rolls.all()] == [roll.printed for roll in rolls]
    assert "quick" in answer.content.decode()
    assert len(answer.context["form"].there) == len(rolls), "only what differs"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["codes", "counts", "void"])
def test_what_was_typed_stays_where_voting_has_begun(poll: Poll, name: str) -> None:
    quick, slow = two()
    make(quick, poll)
    actions.plan_rolls(by=quick.account, poll=poll)
    roll = poll.rolls.first()
    assert roll is not None
    asked: dict[str, dict[str, str]] = {
        "codes": {f"more:{roll.pk}": "37"},
        "counts": {
            f"{name}:{one.pk}": "37" if name == "given_out" else "0"
            for one in poll.rolls.all()
            for name in ("given_out", "left_over", "spoiled")
        },
        "void": {"state": "left_over", "codes": "AAAA-37"},
    }
    Poll.objects.filter(pk=poll.pk).update(state=PollState.VOTING)
    answer = slow.save(f"rolls:{name}", poll.slug, **asked[name])
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "没有保存" in page
    assert ("AAAA-37" if name == "void" else 'value="37"') in page
    assert "quick已于" in page
