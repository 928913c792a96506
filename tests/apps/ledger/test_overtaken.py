"""Pages of the ledger on which somebody types while others go on."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.apps.ballots.office import text
from tests.apps.ledger.hands import Town, now, today
from tests.apps.ledger.test_pages import at, client_of
from tests.apps.people.ground import account
from tests.apps.posting import posted, saved_over

from pingyi.apps.ledger import actions
from pingyi.apps.ledger.actions import Facts
from pingyi.apps.people.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_form_that_came_too_late_keeps_its_words_and_shows_the_others(town: Town) -> None:
    entry = town.registered()
    browser = client_of(town.organiser)
    page = text(browser.get(at("edit", entry)))  # type: ignore[arg-type]
    assert f'value="{entry.version}"' in page
    actions.edit(by=town.inspector, entry=entry, seen=entry.version, facts=Facts("督查人员的写法"))
    mine = {
        "title": "我的写法",
        "text": "我写了很久",
        "kind": "problem",
        "category": "",
        "seen": entry.version,
    }
    answer = browser.post(at("edit", entry), mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "我写了很久" in page
    assert "督查人员的写法" in page
    again = browser.post(at("edit", entry), {**mine, "seen": now(entry).version})
    assert again.status_code == 302
    assert now(entry).title == "我的写法"


def test_a_plan_that_came_too_late_keeps_its_rows(town: Town) -> None:
    entry = town.rectifying()
    seen = entry.version
    actions.report(by=town.head, entry=entry, percent=10, text="开工")
    data = {
        "measures": "改成两段",
        "person_name": "余行之",
        "seen": seen,
        "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 0,
        "steps-0-title": "合龙",
        "steps-0-due_on": today().isoformat(),
        "steps-0-weight": 1,
    }
    answer = client_of(town.handler).post(at("plan", entry), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "改成两段" in page
    assert "合龙" in page


def test_progress_that_came_after_the_closing_stays_on_the_page(town: Town) -> None:
    entry = town.rectifying()
    actions.report(by=town.head, entry=entry, percent=100, text="已改")
    actions.apply_close(by=town.head, entry=now(entry), text="都已改好")
    form = {"percent": "60", "text": "只在本页的话"}
    answer = client_of(town.handler).post(at("report", entry), form)
    assert answer.status_code == 409
    assert "只在本页的话" in answer.content.decode()
    assert now(entry).progress == 100


def test_a_campaign_that_another_has_changed_is_not_written_over(town: Town) -> None:
    quick = client_of(account("quick", Role.ORGANISER))
    address = reverse("ledger:edit_campaign", args=[town.campaign.pk])
    saved_over(client_of(town.organiser), quick, address, "document_title")


def test_lines_that_a_browser_ends_in_its_own_way_are_no_difference(town: Town) -> None:
    """What differs is told; the same lines with a browser's line ends aren't told of."""
    address = reverse("ledger:edit_campaign", args=[town.campaign.pk])
    slow, quick = (client_of(account(name, Role.ORGANISER)) for name in ("slow", "quick"))
    mine = posted(slow, address, "form", "title", "只在本页的话")
    mine["urging"] = str(mine["urging"]).replace("\n", "\r\n")
    theirs = posted(quick, address, "form", "document_number", "云办〔2026〕99号")
    assert quick.post(address, theirs).status_code == 302
    late = slow.post(address, mine)
    assert late.status_code == 409
    told = [str(label) for label, _words in late.context["form"].there]
    assert told == ["专项名称", "依据文号"]
