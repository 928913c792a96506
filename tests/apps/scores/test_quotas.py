"""Quotas of a round's result."""

from __future__ import annotations

import pytest
from tests.apps.ballots.hall import DELEGATES, LEADERS, SERVICE
from tests.apps.schemes.hands import draft, organiser, seal
from tests.apps.scores.hands import computed, counted_round

from pingyi.apps.schemes import actions as schemes
from pingyi.apps.schemes.scoring import explain_bundle
from pingyi.apps.scores import queries

pytestmark = pytest.mark.django_db


def test_two_that_tie_for_the_last_top_grade_both_miss_it() -> None:
    """One of three may be 优秀; two have 95. Nobody draws lots: by the scheme neither gets it, and
    the explanation says so."""
    version = schemes.set_parameter(
        by=organiser(), version=draft(), key="excellent_ratio", value="1/3"
    )
    points = {LEADERS: (95, 95, 60), DELEGATES: (95, 95, 50), SERVICE: (95, 95, 40)}
    one = computed(counted_round(points, version=seal(version)))
    assert {
        row.code: (row.score, row.grade, row.rank) for row in queries.table_of(one).standings
    } == {
        "SLJ": ("95.00", "良好", 1),
        "SWJ": ("95.00", "良好", 1),
        "MZJ": ("51.00", "较差", 3),
    }
    told = explain_bundle(bytes(one.bundle), "SLJ")["how"]
    assert "名额：3 个对象 × 1/3 = 最多 1 个“优秀”，改为“良好”" in told
