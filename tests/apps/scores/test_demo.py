"""The demo city's rounds: in many stages, with the figures that the practices report."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from pingyi.apps.demo import demo_codes, demo_codes_file, make_demo
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rounds.models import Round
from pingyi.apps.scores import queries
from pingyi.base.figures import percent

pytestmark = pytest.mark.django_db


def test_the_rounds_of_the_demo(settings: Any) -> None:
    settings.DEMO = True
    said = []
    try:
        demo = make_demo(lambda zh, _en: said.append(zh))
        codes = demo_codes()
    finally:
        demo_codes_file().unlink(missing_ok=True)
    assert said
    assert len(demo.accounts) == 14
    rounds = {found.title: found for found in Round.objects.all()}
    states = sorted(found.state for found in rounds.values())
    expected = ["announced", "collecting", "computed", "draft", "published", "published"]
    assert states == expected
    first = rounds["2026年第一次市直机关领导班子述职评议"]
    second = rounds["2026年第二次市直机关领导班子述职评议"]
    towns = rounds["清河县2026年上半年双向述职评议"]
    # JZ: 11 + 10 = 21 departments; 460,000 of 560,000 voted. RY: 14 townships, 24 delegates.
    assert [first.targets.count(), second.targets.count(), towns.targets.count()] == [11, 10, 14]
    one = queries.signed(second)
    assert one is not None
    taken = queries.participation(one)
    assert taken is not None
    assert (taken.visits, taken.votes, taken.share) == (560_000, 460_000, Fraction(46, 56))
    assert percent(taken.share, 2) == "82.14%"
    delegates = Roll.objects.get(poll__round_vote__round=towns, rater_class="delegates_and_members")
    assert delegates.expected == 24
    directions = towns.votes.values_list("direction", flat=True)
    assert list(directions) == ["down", "up"]
    table = queries.table_of(queries.current(towns))  # type: ignore[arg-type]
    assert {row.rank for row in table.standings} == set(range(1, 15))
    assert codes  # slips for those who try it
