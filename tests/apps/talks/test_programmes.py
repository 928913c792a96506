"""Pages of programmes of talks, and what is proposed by them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.ballots.office import text
from tests.apps.ledger.test_pages import client_of
from tests.apps.posting import marks_on
from tests.apps.talks.hands import Town, today
from tests.apps.talks.test_pages import at

from pingyi.apps.ledger.actions import Facts, Term
from pingyi.apps.ledger.actions import register as register_entry
from pingyi.apps.ledger.enums import UrgeTo
from pingyi.apps.ledger.models import Urge
from pingyi.apps.talks.forms import ProgrammeForm
from pingyi.apps.talks.models import Declined, Programme, Talk
from pingyi.apps.talks.presets import STARTS, TRIGGERS_NAMED

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def programme_form(town: Town, **how: object) -> dict[str, object]:
    start = STARTS["tangshan-decisions"].facts
    form = ProgrammeForm(town.organiser, "tangshan-decisions", programme=None)
    shown = {name: form.initial.get(name, "") for name in form.fields}
    return {
        **shown,
        "title": "重大决策落实约谈",
        "document_title": "重大决策部署贯彻落实情况约谈办法",
        "document_number": "云办〔2026〕9号",
        "campaign": town.campaign.pk,
        "interviewers": [town.secretary.pk],
        "units": [one.pk for one in town.units],
        "most": start["most"],
        **how,
    }


def test_a_programme_begins_from_its_preset_and_marks_what_is_ours(town: Town) -> None:
    browser = client_of(town.organiser)
    page = text(browser.get(at("create_programme") + "?preset=tangshan-decisions"))  # type: ignore[arg-type]
    assert all(trigger in page for trigger in TRIGGERS_NAMED)
    assert "其余6种" in page
    assert page.count("系统默认值") == len(STARTS["tangshan-decisions"].ours)
    own = "\n".join([*TRIGGERS_NAMED, "本级自定的一种"])
    answer: Any = browser.post(
        at("create_programme") + "?preset=tangshan-decisions", programme_form(town, triggers=own)
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Programme.objects.get(title="重大决策落实约谈")
    assert made.triggers[-1] == ["本级自定的一种", ""]
    assert len(made.triggers) == 5
    address = at("edit_programme", None, made.pk)
    marks = marks_on(text(browser.get(address)))  # type: ignore[arg-type]
    again: Any = browser.post(address, programme_form(town, least=9, **marks))
    assert again.status_code == 422


def test_the_schedule_tells_how_long_it_takes(town: Town) -> None:
    browser = client_of(town.organiser)
    page = text(browser.get(at("schedule", None, town.programme.pk)))  # type: ignore[arg-type]
    assert page.count(" checked") == 4, "four at most are proposed"
    picked = [one.pk for one in town.units[:3]]
    answer: Any = browser.post(
        at("schedule", None, town.programme.pk), {"units": picked}, follow=True
    )
    assert "已列入" in text(answer)
    assert Talk.objects.count() == 3
    assert text(answer).count(" checked") == 1, "one more place this month"


def urged(town: Town) -> Urge:
    entry = register_entry(
        by=town.organiser,
        campaign=town.campaign,
        facts=Facts("河道清淤滞后"),
        unit=town.water,
        term=Term(day=today()),
    )
    return Urge.objects.create(entry=entry, to=UrgeTo.TALK, due_on=today(), reached_on=today())


def test_a_proposal_is_taken_up_once(town: Town) -> None:
    key = f"ledger.urge {urged(town).pk}"
    browser = client_of(town.organiser)
    assert "河道清淤滞后" in text(browser.get(at("proposals")))  # type: ignore[arg-type]
    given = {"key": key, "programme": town.programme.pk}
    answer: Any = browser.post(at("take_up"), given, follow=True)
    assert "河道清淤滞后" in text(answer)
    again = client_of(town.second).post(at("take_up"), given)
    assert again.status_code == 404
    assert Talk.objects.get().in_turn is False


def test_a_proposal_may_be_declined_with_a_reason(town: Town) -> None:
    key = f"ledger.urge {urged(town).pk}"
    browser = client_of(town.organiser)
    assert browser.get(at("decline") + f"?key={key}").status_code == 200
    assert browser.post(at("decline"), {"key": key, "reason": " "}).status_code == 422
    assert browser.post(at("decline"), {"key": key, "reason": "已办结"}).status_code == 302
    assert Declined.objects.get().reason == "已办结"
    assert "河道清淤滞后" not in text(browser.get(at("proposals")))  # type: ignore[arg-type]


def test_proposals_on_ones_own_unit_are_another_organisers(town: Town) -> None:
    key = f"ledger.urge {urged(town).pk}"
    both = town.insiders()["both"]
    assert "河道清淤滞后" not in text(client_of(both).get(at("proposals")))  # type: ignore[arg-type]
    given = {"key": key, "programme": town.programme.pk}
    assert client_of(both).post(at("take_up"), given).status_code in (403, 404)
    assert not Talk.objects.exists()
