"""Two officers at one form, in two browsers: what the second to save sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from pingyi.apps.ledger.models import Campaign
from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.actions import remarks
from tests.apps.ledger.hands import Town
from tests.apps.rounds.hands import meeting_of, with_targets
from tests.apps.schemes.hands import account, organiser
from tests.browser.conftest import sign_in
from tests.browser.eyes import SIZES, Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST = "先到的话\n第二行"
TYPED = "只在本页的话"


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]


def _order() -> tuple[str, str]:
    meeting = meeting_of(with_targets())
    target = meeting.agenda.get(number=1).target
    return reverse("rounds:meeting", args=[meeting.round.slug, meeting.pk]), f"place-{target.pk}"


def _comment() -> tuple[str, str]:
    meeting = meeting_of(with_targets())
    item = meeting.agenda.get(number=1)
    said = {"leader_name": "顾长河", "praise": "有成效", "problems": "", "hope": ""}
    made = remarks.save_comment(by=organiser(), item=item, **said)
    address = reverse("rounds:remarks", args=[meeting.round.slug, meeting.pk, item.pk])
    return f"{address}?comment={made.pk}", "hope"


def _campaign() -> tuple[str, str]:
    Town()
    return reverse("ledger:edit_campaign", args=[Campaign.objects.get().pk]), "categories"


@pytest.mark.parametrize("made", [_order, _comment, _campaign])
def test_the_second_to_save_sees_who_was_quicker_and_the_own_words(
    open_eyes: Callable[..., Eyes], made: Callable[[], tuple[str, str]]
) -> None:
    path, field = made()
    first, typed = ("8", "9") if made is _order else (FIRST, TYPED)
    pages: list[Page] = []
    for name, words in (("quick", first), ("slow", typed)):
        eyes = sign_in(open_eyes(), account(Role.ORGANISER, name))
        eyes.expected_status = {409}
        pages.append(eyes.page())
        pages[-1].goto(eyes.address + path)
        pages[-1].locator(f"[name={field}]").fill(words)
    slow = pages[1]
    for page in pages:
        page.locator(f"form:has([name={field}]) button.btn").first.click()
        page.wait_for_load_state()
    alert = slow.get_by_role("alert")
    expect(alert).to_contain_text("没有保存")
    expect(alert).to_contain_text("quick刚刚改过")
    expect(alert).to_be_focused()
    # Who was first is put last of three, and the others move up.
    there = "3 1 2" if made is _order else first
    assert " ".join(alert.locator("dd").all_inner_texts()).split() == there.split()
    expect(slow.locator(f"[name={field}]")).to_have_value(typed)
    for width, height in SIZES:
        slow.set_viewport_size({"width": width, "height": height})
        eyes.check(slow, f"{path} at {width}")
    slow.locator(f"form:has([name={field}]) button.btn").first.click()
    expect(slow.get_by_role("alert")).to_have_count(0)
