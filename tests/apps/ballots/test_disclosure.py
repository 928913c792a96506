"""Attack 8: whoever sees every page, and knows the rules, determines no class under k."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, prepared, with_codes
from tests.apps.ballots.office import Officer, text
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import actions, reconciliation
from pingyi.apps.ballots import turnout as console
from pingyi.apps.ballots.disclosure import (
    ClassCell,
    Outlook,
    disclose,
    outlook,
    turnout,
    turnout_over_targets,
    withheld_answers,
    withheld_classes,
)
from pingyi.apps.ballots.plan import plan_of
from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Item
from pingyi.base.models import AuditEntry

Truth = tuple[ClassCell, ...]


def shown(truth: Truth, k: int) -> object:
    """Everything that the pages of an item show: turnout at the end, and the table."""
    cells = {str(i): cell for i, cell in enumerate(truth)}
    live = turnout({key: cell.returned for key, cell in cells.items()}, k)
    table = disclose(cells, k)
    return (
        tuple(live.values()) if live else None,
        tuple(table.cells.values()),
        table.returned,
        table.total,
    )


def truths(classes: int, most: int) -> Iterator[Truth]:
    """All tables of so many classes with at most so many ballots returned together."""
    cells = [ClassCell(v + i, v, i) for v in range(most + 1) for i in range(most + 1 - v)]
    for truth in product(cells, repeat=classes):
        if sum(cell.returned for cell in truth) <= most:
            yield truth


@pytest.mark.parametrize(("classes", "most", "k"), [(1, 12, 5), (2, 9, 3), (2, 12, 5), (3, 7, 2)])
def test_no_small_class_is_determined(classes: int, most: int, k: int) -> None:
    """A solver by enumeration: of all tables that look the same, each small class must have at
    least two sizes. It is complete, since the number returned is told."""
    alike: dict[object, list[Truth]] = defaultdict(list)
    for truth in truths(classes, most):
        alike[shown(truth, k)].append(truth)
    for same in alike.values():
        for i in range(classes):
            sizes = {truth[i].valid for truth in same}
            assert len(sizes) > 1 or sizes.isdisjoint(range(1, k)), (i, same[0])


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=6),
    st.integers(2, 10),
)
def test_withheld_never_alone_nor_few(valid: list[int], k: int) -> None:
    named = {str(i): number for i, number in enumerate(valid)}
    hidden = withheld_classes(named, k)
    assert hidden >= {key for key, number in named.items() if number < k}
    if hidden and len(hidden) < len(named):
        assert len(hidden) >= 2
        assert sum(named[key] for key in hidden) >= k


@given(
    st.lists(
        st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=2),
        min_size=2,
        max_size=5,
    ),
    st.integers(2, 6),
)
def test_shown_answers_tell_nobodys(classes: list[list[list[int]]], k: int) -> None:
    named = {str(i): rows for i, rows in enumerate(classes)}
    hidden = withheld_answers(named, frozenset(), k)
    assert len(hidden) != 1
    for key in set(named) - hidden:
        for row in named[key]:
            assert sum(row) >= k
            assert max(row) < sum(row)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6),
    st.integers(2, 10),
)
def test_what_the_plan_calls_small_is_withheld_in_the_end(
    classes: list[tuple[int, int]], k: int
) -> None:
    heads = {str(i): max(pair) for i, pair in enumerate(classes)}
    valid = {str(i): min(pair) for i, pair in enumerate(classes)}
    planned = outlook(heads, k)
    small = {key for key, found in planned.items() if found == Outlook.SMALL}
    assert small == {key for key, number in heads.items() if number < k}
    assert small <= withheld_classes(valid, k)
    # Where all vote, the plan is what comes.
    told = {key for key, found in planned.items() if found in (Outlook.SMALL, Outlook.PARTNER)}
    assert told == withheld_classes(heads, k)


@pytest.mark.django_db(transaction=True)
def test_the_plan_is_seen_before_voting_begins() -> None:
    poll = prepared()
    officer = Officer(Role.ORGANISER)
    assert "还没有人数" in text(officer.get("ballots:plan", poll.slug))
    with_codes(poll, {LEADERS: 3, DELEGATES: 6, SERVICE: 12, PUBLIC: 8})
    hall, online = plan_of(poll)
    assert [line.outlook for line in hall.lines] == ["small", "partner", "shown"]
    assert [line.outlook for line in online.lines] == ["depends"]
    page = text(officer.get("ballots:plan", poll.slug))
    assert "不单独公布：人数太少" in page
    actions.make_site_keys(by=organiser(), poll=poll)
    assert "连同配对共 2 个不单独公布" in text(officer.get("polls:poll", poll.slug))
    actions.begin(by=organiser(), poll=poll)
    told = AuditEntry.objects.get(verb="ballots.voting.begun").details["to_be_withheld"]
    assert [name.rpartition(" ")[2] for name in told] == ["四大班子领导", "两代表一委员"]


def test_one_withheld_class_takes_another_along_target_by_target() -> None:
    mixed, all_same = [[5, 4, 1]], [[10, 0, 0]]
    assert withheld_answers({"a": mixed, "b": mixed, "c": mixed}, frozenset(), 5) == frozenset()
    assert withheld_answers({"a": mixed, "b": mixed, "c": all_same}, frozenset(), 5) == {"c", "a"}
    assert withheld_answers({"b": mixed, "c": mixed}, frozenset("a"), 5) == {"a", "b"}
    assert withheld_answers({"a": all_same}, frozenset(), 5) == {"a"}


def test_turnout_by_class_waits_for_the_last() -> None:
    assert turnout({"a": 20, "b": 4}, 5) is None
    assert turnout({"a": 20, "b": 5}, 5) == {"a": 20, "b": 5}


def test_a_class_on_one_target_holds_back_its_sum_over_targets() -> None:
    cells: dict[tuple[str, object], int] = {("a", 1): 7, ("a", 2): 7, ("b", 1): 9}
    assert turnout_over_targets(cells, 5) == {"a": 14, "b": 9}
    assert turnout_over_targets({**cells, ("a", 3): 2}, 5) is None
    assert turnout_over_targets({}, 5) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("last", [0, 1, 2, 4, 5, 7])
def test_console_less_reconciliation_tells_no_small_class(
    last: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rates its own unit: in the last one, as few as told; on one roll there is nobody."""
    poll = prepared("ruyang-two-way")
    k = poll.smallest_cell
    own = list(poll.rolls.exclude(target=None).select_related("channel", "target"))
    classes = list(dict.fromkeys(roll.rater_class for roll in own))
    third = own[-1].target_id
    poll.rolls.update(printed=10)
    empty = next(roll for roll in own if roll.target_id != third)
    poll.rolls.filter(pk=empty.pk).update(printed=0)
    truth = {
        roll.pk: 0 if roll == empty else last if roll.target_id == third else 7 for roll in own
    }
    item = Item.objects.get(poll=poll, channel=own[0].channel, paper=own[0].paper)
    Item.objects.filter(pk=item.pk).update(state=ItemState.OPEN)
    item.refresh_from_db()
    live = Counter({(item.number, pk, False): number for pk, number in truth.items()})
    monkeypatch.setattr(console, "spent_by_roll", lambda poll, items: {item.number: truth})
    monkeypatch.setattr(reconciliation, "_live", lambda poll: live)
    told = console.turnout(poll, [item])[item.number]
    assert told.spent == sum(truth.values())
    sums = {one.title: one.spent for one in told.classes}
    assert len(sums) == (len(classes) if last >= k else 0)
    known: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    for group in reconciliation.statement(poll):
        for shown in group.lines:
            line = shown.line
            if line.number != item.number:
                continue
            known[line.rater_class] += 0 if shown.hidden else line.spent
            withheld[line.rater_class] += shown.hidden
    for title, number in sums.items():
        assert not withheld[title] or number - known[title] >= k
