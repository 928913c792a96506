"""Ballots of paper, typed in on the page by two people, from the desk to the opened box."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.ballots import actions
from pingyi.apps.ballots.models import ClassCount
from pingyi.apps.people.models import Account
from tests.apps.ballots.hall import DELEGATES, Vote, checker, vote
from tests.apps.schemes.hands import organiser
from tests.browser.conftest import sign_in
from tests.browser.eyes import Eyes
from tests.browser.voting import PHONE, returned, sheets_of, storage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Eyes]
OWN = "members_and_masses"
FORMS = [list(range(60, 78)), list(range(80, 98))]
"""Points of two forms, target by target."""


@pytest.fixture(autouse=True)
def _without_second_factor(settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]


def exchanged(town: Vote, channel: str, codes: Sequence[str]) -> Vote:
    """All who came took paper, and the voting is over."""
    for code in codes:
        actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=code)
    town.open(channel)
    town.lock_all()
    return town


def typing(eyes: Eyes, page: Page, town: Vote, by: Account) -> Page:
    """At the page in this tab, signed in."""
    sign_in(eyes, by)
    page.goto(f"{eyes.address}/ballots/{town.poll.slug}/paper/")
    expect(page.get_by_role("heading", name="逐张录入")).to_be_visible()
    eyes.check(page, "typing in")
    return page


def drafts(page: Page) -> list[str]:
    return [key for key in storage(page) if key.startswith("draft:")]


def at(page: Page, place: int, total: int) -> None:
    expect(page.locator("#typing-where")).to_have_text(f"第 {place} 张，共 {total} 张")


def type_form(page: Page, texts: Sequence[object]) -> None:
    """With the keyboard alone, from the first cell to the next form."""
    for text in texts:
        page.keyboard.type(str(text))
        page.keyboard.press("Enter")


def seal(page: Page) -> None:
    """The button at the end has the focus."""
    expect(page.get_by_role("button", name="录完，封存我的录入")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="封存").press("Enter")


def first(page: Page) -> None:
    """Types on a phone, loses the page, mends a form typed before, seals."""
    page.locator("[data-cell]").first.focus()
    type_form(page, [*FORMS[0][:5], 101, *FORMS[0][6:-1], 1000])
    fault = page.locator("#typing-fault")
    expect(fault).to_contain_text("市水利局 · 工作作风：请填 0 到 100 之间的分数")
    type_form(page, [99])
    page.locator("[data-cell]").last.fill("")
    page.get_by_role("button", name="下一张").press("Enter")
    expect(fault).to_have_text("第 1 张还没有录完：市民政局 · 工作作风")
    type_form(page, FORMS[0][-1:])
    at(page, 2, 2)
    page.reload()
    at(page, 2, 2)
    page.get_by_role("button", name="1 已录").press("Enter")
    expect(page.locator("[data-cell]").nth(5)).to_have_value("99")
    page.get_by_role("button", name="下一张").press("Enter")
    type_form(page, FORMS[1])
    page.get_by_role("button", name="1 已录").press("Enter")
    page.locator("[data-cell]").nth(5).fill(str(FORMS[0][5]))
    page.get_by_role("button", name="下一张").press("Enter")
    page.get_by_role("button", name="最后一张，去封存").press("Enter")
    seal(page)
    expect(page.get_by_text("您的录入已经封存。")).to_be_visible()
    expect(page.locator("[data-cell]").first).to_be_hidden()


def test_two_type_in_what_one_of_them_gets_wrong(open_eyes: Open) -> None:
    town = vote({DELEGATES: 2}, casting="sheet", rehearsal=True)
    exchanged(town, "hall", town.slips[DELEGATES])
    eyes, others = open_eyes(viewport=PHONE), open_eyes(viewport={"width": 1280, "height": 900})
    page = typing(eyes, eyes.page(), town, organiser())
    first(page)
    other = typing(others, others.page(), town, checker())
    other.locator("[data-cell]").first.focus()
    type_form(other, FORMS[0])
    at(other, 2, 2)
    type_form(other, [*FORMS[1][:-1], 0])
    seal(other)
    expect(other.locator("#alerts")).to_contain_text("两遍录入不一致")
    expect(other.get_by_text("您录的第 2 张与另一遍对不上")).to_be_visible()
    at(other, 2, 2)
    page.reload()
    expect(page.get_by_text("您录的第 2 张与另一遍对不上")).to_be_visible()
    expect(page.locator("[data-cell]")).to_have_count(6)  # the presenters that agree are done
    expect(page.locator("[data-cell]").last).to_have_value(str(FORMS[1][-1]))
    other.locator("[data-cell]").last.focus()
    type_form(other, FORMS[1][-1:])
    seal(other)
    expect(other.locator("#alerts")).to_contain_text("两遍录入一致，可以清点了")
    assert drafts(other) == []
    assert len(drafts(page)) == 1
    page.locator("header .dropdown-toggle").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("dialog")).to_contain_text("录入纸票")
    page.get_by_role("button", name="清除并退出").click()
    expect(page.get_by_role("link", name="登录").first).to_be_visible()
    assert drafts(page) == []
    assert returned(town) == {DELEGATES: 6}  # two for every presenter
    rows = [tuple(form[at : at + 6]) for form in FORMS for at in (0, 6, 12)]
    assert sheets_of(town, DELEGATES) == sorted(rows)


def test_a_form_of_the_own_unit_and_one_that_did_not_come_back(open_eyes: Open) -> None:
    town = vote({OWN: 2}, pack="ruyang-two-way", rehearsal=True)
    desk = town.desk()
    units = {known[1].target: code for code in town.slips[OWN] if (known := desk.holder(code))}
    exchanged(town, "down", [units[1], units[2]])
    eyes = open_eyes(viewport=PHONE)
    page = eyes.page()
    for by in (organiser(), checker()):
        typing(eyes, page, town, by)
        assert drafts(page) == []  # nor the first person's, who left the tab without signing out
        page.get_by_label("评议对象").select_option(label="市商务局")
        type_form(page, ["", 2])
        at(page, 2, 2)
        page.get_by_label("这张没有收回").check()
        page.get_by_role("button", name="最后一张，去封存").press("Enter")
        seal(page)
        expect(page.locator("#alerts")).to_contain_text(re.compile("已录入|可以清点了"))
    assert returned(town) == {OWN: 1}
    (count,) = ClassCount.objects.filter(item__poll=town.poll, rater_class=OWN)
    assert [code for code, told in count.by_target.items() if told.get("typed")] == ["SWJ"]
    assert sheets_of(town, OWN) == [(1,)]
