"""The public without a code: from the link on the start page to the receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.slots import LEAST
from tests.apps.ballots.hall import LEADERS, PUBLIC, Vote, vote
from tests.apps.ballots.test_open import crowd, rule_aside
from tests.browser.eyes import Eyes
from tests.browser.voting import (
    PHONE,
    choose,
    fill_all,
    path_of,
    press_cast,
    receipt,
    returned,
    storage,
    vote_for_all,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Device = Callable[..., Eyes]


def open_vote() -> Vote:
    town = vote({LEADERS: 2}, admission="open", rehearsal=True)
    town.open("online")
    return town


def come(eyes: Eyes, town: Vote) -> Page:
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}open")
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    return page


def test_the_public_without_a_code(device: Device) -> None:
    town = open_vote()
    eyes = device(viewport=PHONE, has_touch=True)
    page = eyes.page()
    page.goto(f"{eyes.address}/")
    page.get_by_role("link", name="云州市市直机关领导班子述职评议").click()
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    expect(page.get_by_text("设备不是人")).to_be_visible()
    expect(page.locator("#code")).to_have_count(0)
    eyes.check(page, "instructions")
    page.get_by_role("button", name="开始填写").click()
    fill_all(page, choose("满意"))
    eyes.check(page, "review")
    press_cast(page)
    assert receipt(page)
    eyes.check(page, "receipt")
    (kept,) = (key for key in storage(page) if key.startswith("pingyi."))
    assert kept == f"pingyi.open.{town.poll.slug}", "neither answers nor receipt stay"
    page.reload()
    expect(page.get_by_role("heading", name="这台设备已经投过")).to_be_visible()
    eyes.check(page, "spent")
    other = come(device(viewport=PHONE), town)
    other.get_by_role("button", name="开始填写").click()
    vote_for_all(other, "不满意")
    assert returned(town) == {PUBLIC: 2}


def test_the_code_page_leads_to_the_open_one(device: Device) -> None:
    town = open_vote()
    eyes = device(viewport=PHONE)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}")
    page.get_by_role("link", name="参加公众投票").click()
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    page.get_by_role("link", name="我有票单上的投票码").click()
    expect(page.locator("#code")).to_be_visible()


def test_too_little_work_is_told_and_the_choices_stay(device: Device) -> None:
    town = open_vote()
    page = come(device(viewport=PHONE), town)
    page.get_by_role("button", name="开始填写").click()
    fill_all(page, choose("满意"))

    def lazy(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "work": {**told["work"], "bits": 0}})

    page.route("**/state", lazy)
    press_cast(page)
    expect(page.get_by_role("heading", name="防灌票的计算没有通过")).to_be_visible()
    (item,) = town.items("online")
    assert not list(box_of(town.poll.slug).serials(item.number))
    page.unroute("**/state")
    page.get_by_role("button", name="继续").click()
    assert receipt(page)
    assert returned(town) == {PUBLIC: 1}


def test_a_receipt_of_a_slot_that_was_set_aside(device: Device) -> None:
    town = open_vote()
    page = come(device(viewport=PHONE), town)
    page.get_by_role("button", name="开始填写").click()
    kept = vote_for_all(page)
    (item,) = town.items("online")
    intake = town.intake()
    crowd(town, intake, item, LEAST)
    intake.box.close()
    town.lock_all()
    rule_aside(town, item, 1)
    assert returned(town) == {PUBLIC: 0}
    eyes = device(viewport=PHONE)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}check")
    page.get_by_label("回执").first.fill(kept)
    page.get_by_role("button", name="在本机核对").click()
    expect(page.get_by_text("由两人裁定搁置的时段里，没有计票。")).to_be_visible()
    eyes.check(page, "a receipt set aside")
