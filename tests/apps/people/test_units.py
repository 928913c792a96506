"""Units: codes, history, and what follows from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.people.ground import BASIS, City, account, fresh

from pingyi.apps.people.actions import changes, persons, units
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Grant, Person, Tenure, Unit
from pingyi.apps.people.queries.units import search_units, successors_of, titles_on
from pingyi.apps.people.rules.codes import is_code, normal_code
from pingyi.base.errors import Conflict, HouseError, Invalid, Refused
from pingyi.base.models import AuditEntry


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ａ０１", "A01"),
        (" a 01 ", "A01"),
        ("0０1", "001"),
        ("b-1\u200b", "B-1"),
        ("Ａ．１", "A.1"),
    ],
)
def test_a_code_has_one_way_of_writing(city: City, written: str, kept: str) -> None:
    Unit.objects.filter(pk=city.water.pk).update(code="OLD")
    make = partial(units.create_unit, by=city.organiser, kind="other", parent=city.root)
    made = make(code=written, title="新局")
    assert made.code == kept
    assert Unit.objects.get(code=written).pk == made.pk
    with pytest.raises(Conflict, match="编码已经有了"):
        units.create_unit(
            by=city.organiser, code=kept, title="另局", kind="other", parent=city.root
        )


@given(st.text())
def test_a_code_stays_what_it_is(text: str) -> None:
    code = normal_code(text)
    if is_code(code):
        assert code.isascii()
        assert normal_code(code) == normal_code(code.lower()) == code


@pytest.mark.parametrize("code", ["", "-", "水利", "a" * 41, "a/b", "=1+1", "<b>"])
def test_a_bad_code_is_refused(city: City, code: str) -> None:
    with pytest.raises(Invalid, match="不合规"):
        units.create_unit(by=city.organiser, code=code, title="局", kind="other", parent=city.root)


def test_records_keep_the_name_of_their_time(city: City) -> None:
    for day, title in ((date(2014, 1, 1), "云州市卫计委"), (date(2016, 5, 1), "云州市卫健委")):
        changes.rename_unit(
            by=city.organiser, unit=city.health, title=title, ground=replace(BASIS, on=day)
        )
    health = fresh(city.health)
    cases = {
        date(2013, 12, 31): "云州市卫生计生委",
        date(2014, 1, 1): "云州市卫计委",
        date(2016, 4, 30): "云州市卫计委",
        date(2016, 5, 1): "云州市卫健委",
    }
    for day, title in cases.items():
        assert health.title_on(day) == title
        assert titles_on([health, city.water], day)[health.pk] == title
    assert list(search_units(Unit.objects.all(), text="卫生计生")) == [health]
    with pytest.raises(Conflict, match="不能更早"):
        changes.rename_unit(
            by=city.organiser, unit=health, title="旧名", ground=replace(BASIS, on=date(2015, 1, 1))
        )


def test_a_merger_moves_what_was_below_and_is_followed(city: City) -> None:
    changes.merge_units(by=city.organiser, units=[city.town], into=city.other_town, ground=BASIS)
    assert fresh(city.village).parent() == city.other_town
    assert fresh(city.town).abolished_on == BASIS.on
    changes.rename_unit(
        by=city.organiser,
        unit=city.other_town,
        title="柳桥镇",
        ground=replace(BASIS, on=date(2017, 1, 1)),
    )
    assert successors_of(fresh(city.town)) == [city.other_town]
    assert successors_of(fresh(city.town), date(2016, 6, 30)) == [city.town]
    kinds = [change.kind for change in fresh(city.village).changes.all()]
    assert kinds == ["moved"]
    with pytest.raises(Conflict, match="已于2016-07-01撤销"):
        changes.merge_units(
            by=city.organiser, units=[city.town], into=city.other_town, ground=BASIS
        )


def test_a_split_is_followed_into_all_parts(city: City) -> None:
    parts = [
        units.create_unit(by=city.organiser, code=code, title=title, kind="other", parent=city.root)
        for code, title in (("003", "云州市文化局"), ("004", "云州市旅游局"))
    ]
    changes.split_unit(by=city.organiser, unit=city.water, into=parts, ends=True, ground=BASIS)
    changes.merge_units(
        by=city.organiser,
        units=[parts[1]],
        into=city.health,
        ground=replace(BASIS, on=date(2018, 1, 1)),
    )
    assert successors_of(fresh(city.water), date(2017, 1, 1)) == parts
    assert successors_of(fresh(city.water)) == [city.health, parts[0]]


def test_an_end_ends_posts_charges_and_grants(city: City) -> None:
    handler = account("handler", Role.UNIT_HANDLER, unit=city.water)
    persons.appoint(
        by=city.organiser, person=city.leader, unit=city.water, title="局长", kind="unit_head"
    )
    persons.put_in_charge(
        by=city.organiser, leader=city.leader, unit=city.water, kind="leader_in_charge"
    )
    changes.abolish_unit(by=city.organiser, unit=city.water, ground=BASIS)
    assert Tenure.objects.get().until == BASIS.on
    assert fresh(city.leader).charges.get().until == BASIS.on
    grant = Grant.objects.get(account=handler)
    assert grant.until is not None
    assert not grant.holds_on(timezone.localdate())


def bad(city: City) -> dict[str, Callable[[], object]]:
    by = city.organiser
    future = replace(BASIS, on=timezone.localdate() + timedelta(days=1))
    return {
        "不能反过来": lambda: changes.move_unit(
            by=by, unit=city.county, parent=city.village, ground=BASIS
        ),
        "上级单位没有变化": lambda: changes.move_unit(
            by=by, unit=city.town, parent=city.county, ground=BASIS
        ),
        "名称没有变化": lambda: changes.rename_unit(
            by=by, unit=city.town, title=" 柳林镇 ", ground=BASIS
        ),
        "还没有到": lambda: changes.rename_unit(by=by, unit=city.town, title="新", ground=future),
        "缺少依据文件": lambda: changes.rename_unit(
            by=by, unit=city.town, title="新", ground=replace(BASIS, basis=" ")
        ),
        "缺少事由": lambda: changes.abolish_unit(
            by=by, unit=city.water, ground=replace(BASIS, reason="\u200b")
        ),
        "还有柳林镇": lambda: changes.abolish_unit(by=by, unit=city.county, ground=BASIS),
        "不能是承继单位自己": lambda: changes.merge_units(
            by=by, units=[city.water], into=city.water, ground=BASIS
        ),
        "不能承继它": lambda: changes.merge_units(
            by=by, units=[city.county], into=city.town, ground=BASIS
        ),
        "不能是原单位自己": lambda: changes.split_unit(
            by=by, unit=city.water, into=[city.water], ends=False, ground=BASIS
        ),
        "名称：": lambda: changes.rename_unit(
            by=by, unit=city.town, title="长" * 121, ground=BASIS
        ),
    }


@pytest.mark.parametrize("case", range(11))
def test_what_makes_no_sense_is_refused_and_changes_nothing(city: City, case: int) -> None:
    words, attempt = list(bad(city).items())[case]
    before = list(Unit.objects.values_list())
    with pytest.raises(HouseError, match=words):
        attempt()
    assert list(Unit.objects.values_list()) == before
    assert not AuditEntry.objects.exists()


def test_an_organiser_of_a_county_stays_in_it(city: City) -> None:
    county = account("county", Role.ORGANISER, unit=city.county)
    units.update_unit(by=county, unit=city.town, population=32_000)
    entry = AuditEntry.objects.get()
    assert entry.details == {"changes": {"population": ["", "32000"]}}
    for attempt in (
        lambda: units.update_unit(by=county, unit=city.water, population=1),
        lambda: units.create_unit(by=county, code="9", title="局", kind="other"),
        lambda: units.create_unit(by=county, code="9", title="局", kind="other", parent=city.root),
        lambda: changes.move_unit(by=county, unit=city.town, parent=city.root, ground=BASIS),
        lambda: changes.move_unit(by=county, unit=city.town, parent=None, ground=BASIS),
        lambda: changes.merge_units(by=county, units=[city.water], into=city.town, ground=BASIS),
        lambda: changes.split_unit(
            by=county, unit=city.town, into=[city.water], ends=False, ground=BASIS
        ),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_person_who_moved_keeps_the_history(city: City) -> None:
    person = persons.create_person(by=city.organiser, code="p1", name="苏望北", surname_strokes=7)
    first = persons.appoint(
        by=city.organiser,
        person=person,
        unit=city.water,
        title="局长",
        kind="unit_head",
        since=date(2013, 3, 1),
    )
    with pytest.raises(Conflict, match="正担任这个职务"):
        persons.appoint(
            by=city.organiser, person=person, unit=city.water, title="局长", kind="unit_head"
        )
    with pytest.raises(Conflict, match="早于任职日期"):
        persons.end_tenure(by=city.organiser, tenure=first, until=date(2012, 1, 1))
    persons.end_tenure(by=city.organiser, tenure=first, until=date(2016, 3, 1))
    with pytest.raises(Conflict, match="已于2016-03-01结束"):
        persons.end_tenure(by=city.organiser, tenure=first, until=date(2016, 3, 1))
    persons.appoint(
        by=city.organiser,
        person=person,
        unit=city.health,
        title="主任",
        kind="unit_head",
        since=date(2016, 3, 1),
    )
    assert [t.holds_on(date(2016, 2, 29)) for t in person.tenures.order_by("pk")] == [True, False]
    assert [t.holds_on(date(2016, 3, 1)) for t in person.tenures.order_by("pk")] == [False, True]
    with pytest.raises(Conflict, match="职务类别是“一把手”"):
        persons.appoint(
            by=city.organiser, person=person, unit=city.health, title="主任", kind="other"
        )
    assert Person.objects.get(code="Ｐ１") == person
