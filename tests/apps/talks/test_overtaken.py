"""Pages of talks on which somebody types while others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from tests.apps.ballots.office import text
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import account
from tests.apps.posting import marks_on, saved_over
from tests.apps.talks.hands import Town
from tests.apps.talks.test_pages import at
from tests.apps.talks.test_programmes import programme_form

from pingyi.apps.people.enums import Role
from pingyi.apps.talks.actions import memos, talks
from pingyi.apps.talks.enums import Secrecy
from pingyi.apps.talks.models import Programme, Talk

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def town() -> Town:
    return Town()


TYPED = "只在本页的话"


def _noticed(town: Town) -> Talk:
    talk = town.arranged()
    talks.notify(by=town.organiser, talk=talk)
    return talk


def _handed_in(town: Town) -> Talk:
    talk = town.rectifying()
    town.handed_in(talk)
    return talk


def _edited(town: Town) -> Talk:
    """The memo was offered, and is changed once more."""
    talk = town.offered()
    words = dict.fromkeys(memos.FIELDS, "改过")
    memos.edit(by=town.second, talk=talk, seen=1, facts=words)
    return talk


MEMO = {**dict.fromkeys(memos.FIELDS, TYPED), "secrecy": Secrecy.INTERNAL.value, "seen": "1"}
OVERTAKEN: dict[str, tuple[Callable[[Town], Talk], str, dict[str, str]]] = {
    # Address: how another was quicker, who types, and what.
    "arrange": (_noticed, "organiser", {"kind": "reminder", "reason": TYPED}),
    "add_note": (
        Town.held,
        "organiser",
        {"way": "covert_check", "source": TYPED, "found_on": "2016-01-04", "text": TYPED},
    ),
    "keep_question": (Town.held, "organiser", {"bank-text": TYPED}),
    "ask": (Town.confirmed, "organiser", {"ask-text": "又一问", "ask-answer": TYPED}),
    "note_answer": (Town.confirmed, "organiser", {"answer": TYPED}),
    "require_of": (Town.offered, "organiser", {"require-text": TYPED, "require-months": "2"}),
    "edit_memo": (Town.confirmed, "organiser", MEMO),
    "object_to_memo": (_edited, "head", {"reason": TYPED, "seen": "1"}),
    "cancel": (Town.held, "organiser", {"reason": TYPED}),
    "report": (_handed_in, "head", {"section_0": TYPED}),
}


@pytest.mark.parametrize("name", OVERTAKEN)
def test_what_was_typed_stays_where_another_was_quicker(town: Town, name: str) -> None:
    happen, who, words = OVERTAKEN[name]
    talk = happen(town)
    if name == "note_answer":
        address = reverse("talks:note_answer", args=[talk.number, talk.questions.get().pk])
    elif name == "cancel":
        address = reverse("talks:act", args=[talk.number, name])
    else:
        address = reverse(f"talks:{name}", args=[talk.number])
    answer = client_of(getattr(town, who)).post(address, words)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert TYPED in shown
    assert "没有保存" in shown
    if name == "report":
        assert town.handler.name in shown, "who was quicker"
        assert "请承办人退回" in shown, "and what can be done"
        outsider = client_of(town.stranger).post(address, words)
        assert TYPED not in outsider.content.decode()


def test_a_programme_keeps_its_words_where_a_unit_was_taken_on_meanwhile(town: Town) -> None:
    town.planned(town.water)
    address = at("edit_programme", None, town.programme.pk)
    others = [one.pk for one in town.units if one != town.water]
    browser = client_of(town.organiser)
    marks = marks_on(text(browser.get(address)))  # type: ignore[arg-type]
    answer: Any = browser.post(address, programme_form(town, title=TYPED, units=others, **marks))
    assert answer.status_code == 409
    assert TYPED in answer.content.decode()
    assert "不能移出" in answer.content.decode()
    assert Programme.objects.get().title == "党建月月谈"


def test_a_programme_that_another_has_changed_is_not_written_over(town: Town) -> None:
    quick = client_of(account("quick", Role.ORGANISER))
    address = at("edit_programme", None, town.programme.pk)
    saved_over(client_of(town.organiser), quick, address, "document_title")


def test_what_another_has_arranged_is_not_written_over(town: Town) -> None:
    quick = client_of(account("quick", Role.ORGANISER))
    address = at("arrange", town.arranged())
    saved_over(client_of(town.organiser), quick, address, "reason")


def test_a_report_that_a_colleague_has_written_on_is_not_written_over(town: Town) -> None:
    quick = client_of(account("quick", Role.UNIT_HANDLER, unit=town.water))
    address = at("report", town.rectifying())
    saved_over(client_of(town.head), quick, address, "section_0")
