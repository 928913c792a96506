"""Two people with the same form of this room: what either has typed stays, and neither writes over
the other unawares."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from tests.apps.people.ground import City, account, fresh
from tests.apps.posting import form_of

from pingyi.apps.people.actions import persons
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GROUND = {"on": "2016-07-01", "basis": "云机编〔2016〕12号", "reason": "机构改革"}
FORMS = {
    # Address: what is changed, which field of it, and what else is filled in.
    "unit_edit": ("unit", "contact", {}),
    "unit_rename": ("unit", "title", GROUND),
    "unit_correct": ("unit", "title", {"reason": "错字"}),
    "person_edit": ("person", "contact", {}),
    "account_edit": ("account", "name", {}),
}


@pytest.fixture(autouse=True)
def no_second_factor(settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]


def signed_in(who: Account) -> Client:
    browser = Client()
    browser.force_login(who)
    return browser


@pytest.mark.parametrize("name", FORMS)
def test_the_second_to_save_sees_the_first_and_keeps_the_own_words(city: City, name: str) -> None:
    what, field, more = FORMS[name]
    things: dict[str, tuple[Model, object]] = {
        "unit": (city.water, city.water.code),
        "person": (city.leader, city.leader.code),
    }
    other = account("other", password="!")
    thing, key = things.get(what, (other, other.pk))
    role = Role.SYSTEM_ADMIN if what == "account" else Role.ORGANISER
    quick, slow = (signed_in(account(who, role)) for who in ("quick", "slow"))
    address = reverse(f"people:{name}", args=[key])
    first = form_of(quick, address, **{field: "先到的话"}, **more)
    second = form_of(slow, address, **{field: "后到的<b>话"}, **more)
    assert quick.post(address, first).status_code == 302
    answer = slow.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert getattr(fresh(thing), field) == "先到的话"
    assert "先到的话" in page, "what the other has saved"
    assert "后到的&lt;b&gt;话" in page, "the own words"
    assert "测试quick" in page, "who was quicker"
    again = {**second, "seen": answer.context["form"]["seen"].value()}
    assert slow.post(address, again).status_code == 302
    assert getattr(fresh(thing), field) == "后到的<b>话"
    without = {key: value for key, value in second.items() if key != "seen"}
    assert slow.post(address, without).status_code == 409, "without a mark: none seen"


def test_only_what_differs_is_shown_beside_ones_own(city: City) -> None:
    other = account("other", password="!", person=Person.objects.create(code="P7", name="苏望北"))
    quick, slow = (signed_in(account(who, Role.SYSTEM_ADMIN)) for who in ("quick", "slow"))
    address = reverse("people:account_edit", args=[other.pk])
    second = form_of(slow, address, name="后到")
    quick.post(address, form_of(quick, address, name="先到", second_factor_required="on"))
    there = slow.post(address, second).context["form"].there
    assert [value for _title, value in there] == ["先到", "是"]


def test_a_switch_that_another_has_made_is_not_undone(city: City) -> None:
    other = account("other", password="!")
    quick, slow = (signed_in(account(who, Role.SYSTEM_ADMIN)) for who in ("quick", "slow"))
    address = reverse("people:account_switch", args=[other.pk])
    late = form_of(slow, address, reason="调离的人")
    assert quick.post(address, form_of(quick, address, reason="退休")).status_code == 302
    answer = slow.post(address, late)
    assert answer.status_code == 409
    assert not fresh(other).is_active
    assert "调离的人" in answer.content.decode()
    assert "停用账号" in answer.content.decode()


def test_what_is_for_another_to_do_keeps_the_words(city: City) -> None:
    own = account("own", Role.SECURITY_ADMIN)
    browser, address = signed_in(own), reverse("people:grant_new", args=[own.pk])
    answer = browser.post(address, {"role": "chair", "until": "2016-09-09"})
    assert answer.status_code == 403
    assert 'value="2016-09-09"' in answer.content.decode()
    assert "另一位安全管理员" in answer.content.decode()


def test_a_day_typed_for_a_tenure_that_was_ended_stays(city: City) -> None:
    tenure = persons.appoint(
        by=city.organiser, person=city.leader, unit=city.water, title="局长", kind="unit_head"
    )
    address = reverse("people:end_tenure", args=[tenure.pk])
    browser = signed_in(city.organiser)
    assert browser.post(address, {"until": "2016-03-01"}).status_code == 302
    answer = browser.post(address, {"until": "2016-04-01"})
    assert answer.status_code == 409
    assert 'value="2016-04-01"' in answer.content.decode()
