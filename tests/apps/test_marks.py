"""Marks of what was on a page: the same for the same rows, on every database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from tests.apps.people.ground import City, account, fresh
from tests.apps.people.test_imports import as_csv
from tests.apps.schemes.hands import organiser, sealed

from pingyi.apps.people.actions import imports, units
from pingyi.apps.people.enums import ImportKind, Role
from pingyi.apps.polls import actions as polls
from pingyi.base.errors import Stale
from pingyi.base.marks import fields_mark, mark_of
from pingyi.base.posting import words_of


@pytest.mark.django_db
def test_whoever_saves_over_anothers_facts_is_told_who_that_is() -> None:
    city = City()
    unit, other = city.water, account("other", Role.ORGANISER)
    seen = fields_mark(unit, units.FACTS)
    units.update_unit(by=other, unit=unit, contact="一号楼", seen=seen)
    with pytest.raises(Stale, match=other.name):
        units.update_unit(by=city.organiser, unit=unit, contact="二号楼", seen=seen)
    assert fresh(unit).contact == "一号楼"
    units.update_unit(by=city.organiser, unit=unit, contact="二号楼")
    assert fresh(unit).contact == "二号楼", "without a mark nothing is asked"


@pytest.mark.django_db
def test_a_file_is_somebody_too() -> None:
    city = City()
    unit, other = city.water, account("other", Role.ORGANISER)
    seen = fields_mark(unit, units.FACTS)
    content = as_csv([("001", "云州市水利局", "市直部门", "00", "999")])
    draft = imports.upload_table(
        by=other, kind=ImportKind.UNITS, file_name="a.csv", content=content
    )
    imports.commit_import(by=other, draft=draft, skip_errors=False, ground=None)
    with pytest.raises(Stale, match=other.name):
        units.update_unit(by=city.organiser, unit=unit, contact="二号楼", seen=seen)


@pytest.mark.django_db
def test_rows_that_nobody_changed_keep_their_mark() -> None:
    poll = polls.create_poll(by=organiser(), title="投票", version=sealed(), rehearsal=True)
    attributes = {"kind": "town", "size": "2"}
    rows = [{"code": "A", "title": "甲", "attributes": attributes}, {"code": "B", "title": "乙"}]
    polls.set_targets(by=organiser(), poll=poll, targets=rows)
    channel = poll.channels.first()
    assert channel is not None
    closes = datetime(2031, 12, 1, 18, tzinfo=UTC)
    for _time in range(2):
        seen = fields_mark(fresh(channel), polls.CHANNEL_FACTS)
        polls.set_channel(by=organiser(), channel=channel, way="hall", closes_at=closes, seen=seen)
        targets = polls.mark_of_targets(poll.targets.all())
        polls.set_targets(by=organiser(), poll=poll, targets=rows, seen=targets)
        assert polls.mark_of_targets(poll.targets.all()) == targets
    polls.set_targets(by=organiser(), poll=poll, targets=rows[::-1])
    assert polls.mark_of_targets(poll.targets.all()) != targets, "another order is another table"


def test_every_value_counts() -> None:
    marks = {
        mark_of(*values) for values in ([], [None], [""], ["a", "b"], ["ab"], [["a"], "b"], [1])
    }
    assert len(marks) == 7


CHOICE = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (CHOICE, "b", "乙"),
        (CHOICE, "c", "c"),
        (forms.MultipleChoiceField(choices=CHOICE.choices), ["a", "b"], "甲、乙"),
        (forms.BooleanField(), True, "是"),
        (forms.BooleanField(), False, "否"),
        (forms.DateField(), date(2026, 5, 1), "2026年5月1日"),
        (forms.DecimalField(), Decimal("1.50"), "1.50"),
        (forms.CharField(), None, ""),
    ],
)
def test_values_in_words(field: forms.Field, value: object, words: str) -> None:
    assert words_of(field, value) == words
