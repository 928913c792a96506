"""What the desk takes for a ballot, against the rule written out answer by answer."""

from __future__ import annotations

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from pingyi.apps.ballots.desk import DeskItem
from pingyi.apps.schemes.ballot_forms import NOT_RATED, Answer, Named, PaperForm


def item(answers: int, dimensions: int, targets: int, extra: tuple[bool, bool]) -> DeskItem:
    """No targets: each rater rates the own one."""
    paper = PaperForm(
        key="paper",
        title="测评表",
        help="",
        basis="",
        dimensions=tuple(Named(str(i), str(i), "") for i in range(dimensions)),
        answers=tuple(Answer(str(i), str(i)) for i in range(answers)),
        points=None,
        may_abstain=extra[0],
        may_be_not_informed=extra[1],
        scope="all" if targets else "own",
        recusal="none",
        rules=(),
        has_rules_over_ballot=False,
    )
    return DeskItem(1, 1, paper, tuple(range(1, targets + 1)), b"")


def allowed(of: DeskItem, values: list[int]) -> bool:
    """The rule, plainly: whole sheets, each rated or blank, then nothing."""
    size = len(of.paper.dimensions)
    for start in range(0, of.width, size):
        sheet = values[start : start + size]
        blank = all(value == NOT_RATED for value in sheet)
        if blank and of.paper.scope == "own":
            return False
        if not blank and not all(of.paper.takes(value) for value in sheet):
            return False
    return all(value == NOT_RATED for value in values[of.width :])


@st.composite
def ballots(draw: st.DrawFn) -> tuple[DeskItem, list[int]]:
    """An item and answers that are nearly right: one of them may be anything."""
    number = draw(st.sampled_from([2, 4, 101, 256, 1001]))
    extra = draw(st.tuples(st.booleans(), st.booleans()))
    of = item(number, draw(st.integers(1, 6)), draw(st.integers(0, 4)), extra)
    values: list[int] = []
    for _ in range(of.sheets):
        good = st.sampled_from([c for c in range(number + 2) if of.paper.takes(c)])
        blank = draw(st.booleans())
        sheet = st.just(NOT_RATED) if blank else good
        values += [draw(sheet) for _ in of.paper.dimensions]
    values += [NOT_RATED] * draw(st.integers(0, 3))
    near = [0, number - 1, number, number + 1, number + 2, 255, 256, NOT_RATED - 1, NOT_RATED]
    if draw(st.booleans()):
        values[draw(st.integers(0, len(values) - 1))] = draw(st.sampled_from(near))
    return of, values


@given(ballots())
@example((item(101, 2, 1, (False, False)), [100, 100]))
@example((item(101, 2, 1, (False, False)), [100, 101]))
def test_a_ballot_is_taken_as_the_rule_says(found: tuple[DeskItem, list[int]]) -> None:
    of, values = found
    answers = struct.pack(f"<{len(values)}H", *values)
    assert of.takes(answers, len(values)) is allowed(of, values)
    assert not of.takes(answers, len(values) + 1)
    assert not of.takes(answers[:-1], len(values))
