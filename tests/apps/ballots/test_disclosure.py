"""Attack 8: whoever sees every page, and knows the rules, determines no class under k."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.ballots.disclosure import (
    ClassCell,
    disclose,
    turnout,
    withheld_answers,
    withheld_classes,
)

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


def test_one_withheld_class_takes_another_along_target_by_target() -> None:
    mixed, all_same = [[5, 4, 1]], [[10, 0, 0]]
    assert withheld_answers({"a": mixed, "b": mixed, "c": mixed}, frozenset(), 5) == frozenset()
    assert withheld_answers({"a": mixed, "b": mixed, "c": all_same}, frozenset(), 5) == {"c", "a"}
    assert withheld_answers({"b": mixed, "c": mixed}, frozenset("a"), 5) == {"a", "b"}
    assert withheld_answers({"a": all_same}, frozenset(), 5) == {"a"}


def test_turnout_by_class_waits_for_the_last() -> None:
    assert turnout({"a": 20, "b": 4}, 5) is None
    assert turnout({"a": 20, "b": 5}, 5) == {"a": 20, "b": 5}
