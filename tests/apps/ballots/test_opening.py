"""Openings that are disturbed: by SQL, by a wrong key, by a kill at any step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.apps.ballots.hall import LEADERS, checker, vote
from tests.apps.ballots.tampering import alter, cast
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import opening_actions, reconciliation
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import ClassCount, OpenedSheets, Opening
from pingyi.apps.ballots.wire import Answer
from pingyi.base.errors import Conflict
from pingyi.base.keyring import PollKeyring

pytestmark = pytest.mark.django_db(transaction=True)


SPARE = "(SELECT max(serial) FROM {marks})"
TAMPERINGS = {
    "a mark by hand": ("INSERT INTO {marks} VALUES (?, 9999, 77, ?)", True),
    "a mark into a batch": (
        "INSERT INTO {marks} SELECT item, 9999, batch, tag FROM {marks} LIMIT 1",
        False,
    ),
    "a mark removed": (f"DELETE FROM {{marks}} WHERE serial = {SPARE}", False),
    "a tag changed": ("UPDATE {marks} SET tag = ? WHERE serial = " + SPARE, "tag"),
    "an envelope changed": ("UPDATE {batches} SET sealed = ?", "tag"),
    "a count changed": ("UPDATE {batches} SET count = count + 1", False),
    "a batch removed": (
        "DELETE FROM {batches} WHERE batch = (SELECT min(batch) FROM {batches})",
        False,
    ),
    "the last batch and its mark removed": ("last", False),
    "a MAC changed": ("UPDATE {batches} SET mac = ?", "tag"),
}


@pytest.mark.parametrize("locked_first", [False, True])
@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_somebody_alters_by_sql_stops_the_opening(name: str, locked_first: bool) -> None:
    town = vote()
    item = cast(town)
    if locked_first:
        town.lock_all()
    sql, values = TAMPERINGS[name]
    if sql == "last":
        newest = "(SELECT max(batch) FROM {batches})"
        assert alter(town, f"DELETE FROM {{marks}} WHERE batch = {newest}") == 1
        assert alter(town, f"DELETE FROM {{batches}} WHERE batch = {newest}") == 1
    elif values is True:
        assert alter(town, sql, item.number, b"0" * 16) == 1
    else:
        assert alter(town, sql, *([b"0" * 16] if values else [])) >= 1
    if not locked_first:
        town.lock_all()
    with pytest.raises(Conflict, match="开箱已停止"):
        opening_actions.inspect_item(by=organiser(), item=item)
    assert not OpenedSheets.objects.exists()


def test_what_changes_after_the_inspection_stops_the_opening() -> None:
    town = vote()
    item = cast(town)
    town.lock_all()
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    alter(town, f"DELETE FROM {{marks}} WHERE serial = {SPARE}")
    with pytest.raises(Conflict, match="开箱已停止"):
        opening_actions.open_box(by=organiser(), item=item)
    assert not OpenedSheets.objects.exists()
    key_file = PollKeyring(town.poll.slug).key_file()
    assert key_file is not None
    assert '"private"' in key_file


def test_an_envelope_sealed_to_another_key_stops_the_opening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = vote()
    item = cast(town)
    town.lock_all()
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    monkeypatch.setattr(opening_actions, "_private_key", lambda _item: bytes([1]) * 32)
    with pytest.raises(Conflict, match="信封打不开"):
        opening_actions.open_box(by=organiser(), item=item)
    monkeypatch.undo()
    assert opening_actions.open_box(by=organiser(), item=item).state == "cleared"


class Killed(BaseException):
    """Stands for a killed process: nothing catches it."""


STEPS = [
    "open_ballots",
    "lay_down",
    "_destroy_key",
    "_step",
    "clear",
    "destroy",
    "keyring",
]


def kill_at(monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool) -> None:
    def killing(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            if after:
                work(*args, **kwargs)
            raise Killed

        return run

    owner: Any = opening_actions
    name = step
    if step == "open_ballots":
        owner = opening_actions.opening
    elif step == "lay_down":
        owner = opening_actions.laying
    elif step in ("clear", "destroy"):
        owner = type(box_of("x"))
    elif step == "keyring":
        owner, name = PollKeyring, "destroy"
    monkeypatch.setattr(owner, name, killing(getattr(owner, name)))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_the_opener_is_killed_at_every_step(
    monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    town = vote()
    town.open("hall")
    (hall,) = town.items("hall")
    intake = town.intake()
    for place, code in enumerate(town.slips[LEADERS]):
        assert intake.take([town.casting(code, hall, [place * 10] * 18)]) == [Answer.COUNTED]
    intake.box.close()
    town.lock_all()
    (online,) = town.items("online")
    for item in (online, hall):
        opening_actions.inspect_item(by=organiser(), item=item)
        opening_actions.confirm_inspection(by=checker(), item=item)
    opening_actions.open_box(by=organiser(), item=online)
    kill_at(monkeypatch, step, after=after)
    with pytest.raises(Killed):
        opening_actions.open_box(by=organiser(), item=hall)
    monkeypatch.undo()
    record = opening_actions.open_box(by=organiser(), item=hall)
    assert record.state == "cleared"
    assert ClassCount.objects.get(item=hall, rater_class=LEADERS).returned == 6
    assert sum(s.number for s in OpenedSheets.objects.filter(item=hall)) == 6 * 3
    assert Opening.objects.filter(state="cleared").count() == 2
    assert town.fresh().state == "counted"
    assert not PollKeyring(town.poll.slug).folder.exists()
    assert not box_of(town.poll.slug).exists()


def test_a_class_without_slips_needs_no_count() -> None:
    line = reconciliation.Line(
        1, "public", "网络投票", "社会公众", "", "", 0, None, None, None, 0, 0, 0, None, None
    )
    assert not list(line.findings())
    assert list(replace(line, printed=1).findings())
    assert list(replace(line, returned=1).findings())
