"""The daily sweep: lights and urging that come out the same however often it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.apps.ledger.hands import Town, now, past, today

from pingyi.apps.ledger import actions, daily
from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.enums import Light, UrgeTo
from pingyi.apps.ledger.models import Entry, Sweep, Urge
from pingyi.apps.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def urged() -> set[tuple[str, int]]:
    """To whom, how many days after the last day."""
    return {
        (one.to, (one.reached_on - one.due_on).days) for one in Urge.objects.all() if one.due_on
    }


def digests(username: str) -> list[str]:
    rows = Notice.objects.filter(kind="ledger.digest", account__username=username)
    return [one.title for one in rows.order_by("pk")]


def test_a_second_run_and_a_missed_day_change_nothing(town: Town) -> None:
    past(town.rectifying(), 12)
    daily.sweep(today())
    everything = {("handler", -3), ("head", 1), ("leader", 10)}
    assert urged() == everything
    before = list(Notice.objects.values_list("pk", flat=True))
    daily.sweep(today())
    assert urged() == everything
    assert list(Notice.objects.values_list("pk", flat=True)) == before


def test_day_by_day_gives_what_one_late_run_gives(town: Town) -> None:
    due = today() + timedelta(days=30)
    town.rectifying()
    for day in range(20, 75, 5):
        daily.sweep(today() + timedelta(days=day))
    often = set(Urge.objects.values_list("to", "reached_on"))
    Urge.objects.all().delete()
    daily.sweep(today() + timedelta(days=75))
    assert set(Urge.objects.values_list("to", "reached_on")) == often
    assert (UrgeTo.TALK, due + timedelta(days=30)) in often


def test_one_digest_a_day_however_many_entries(town: Town) -> None:
    for days in (2, 3, 4):
        past(town.rectifying(), days)
    daily.sweep(today())
    assert digests("head") == ["台账催办：0项将到期，3项已逾期"]
    # The handler hears of each entry at two steps: before it is due, and with the head.
    assert len(digests("handler")) == 1
    assert digests("stranger") == digests("boss") == []
    later = today() + timedelta(days=1)
    daily.sweep(later)
    assert len(digests("head")) == 1, "nothing new was reached: no second notice"


def test_ten_days_late_the_leader_hears_of_it(town: Town) -> None:
    past(town.rectifying(), 10)
    daily.sweep(today())
    assert digests("boss") == ["台账催办：0项将到期，1项已逾期"]


def test_a_longer_term_is_urged_anew(town: Town) -> None:
    entry = past(town.rectifying(), 0)
    asked = actions.apply_extension(
        by=town.handler, entry=entry, due_after=today() + timedelta(days=20), reason="汛期"
    )
    daily.sweep(today())
    actions.rule_extension(by=town.checker, extension=asked, granted=True, opinion="同意")
    daily.sweep(today() + timedelta(days=18))
    assert Urge.objects.filter(to=UrgeTo.HANDLER).count() == 2


def test_lights_go_with_the_day(town: Town) -> None:
    entry = town.rectifying()
    actions.report(by=town.handler, entry=entry, percent=100, text="提前完成")
    assert now(entry).light == Light.GREEN
    daily.sweep(today() + timedelta(days=24))
    assert now(entry).light == Light.BLUE
    daily.sweep(today() + timedelta(days=31))
    assert (now(entry).light, now(entry).light_kind) == (Light.RED, "overdue")


def test_what_is_over_is_left_alone(town: Town) -> None:
    closed = town.closed()
    other = town.registered()
    actions.suspend(by=town.organiser, entry=other, reason="等待批复")
    Entry.objects.update(due_on=today() - timedelta(days=50))
    daily.sweep(today())
    assert not Urge.objects.exists()
    assert now(closed).light == Light.GREEN


def test_the_tick_works_once_a_day_and_not_in_its_first_hour(town: Town) -> None:
    town.registered(term=Term())
    # 01:30 and 00:30 in the zone of the site, which is eight hours ahead.
    early = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    late = early + timedelta(hours=1)
    assert daily.tick(early) is None
    assert daily.tick(late) is not None
    assert daily.tick(late + timedelta(minutes=1)) is None
    assert Sweep.objects.count() == 1


def test_many_entries_take_a_bounded_number_of_statements(
    town: Town, django_assert_max_num_queries: object
) -> None:
    for _number in range(3):
        past(town.rectifying(), 2)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        daily.sweep(today())
    Urge.objects.all().delete()
    for _number in range(9):
        past(town.rectifying(), 2)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        daily.sweep(today())
