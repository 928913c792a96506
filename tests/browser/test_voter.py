"""From the slip to the receipt, by delegates in the hall and by the public at home."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.ballots import actions
from pingyi.apps.ballots.models import Leaves
from pingyi.apps.polls.models import Item
from pingyi.proofs import receipts
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, vote
from tests.apps.schemes.hands import organiser
from tests.browser.eyes import Eyes
from tests.browser.voting import (
    PHONE,
    choose,
    come_in,
    fill_all,
    fill_points,
    press_cast,
    receipt,
    returned,
    sheets_of,
    start,
    storage,
    vote_for_all,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Device = Callable[..., Eyes]


def open_for(town: Vote, target: int) -> Item:
    """The chair opens the voting on a presenter."""
    (item,) = [i for i in town.items("hall") if i.target and i.target.number == target]
    return actions.open_item(by=organiser(), item=item)


def test_whole_ballots_of_three_classes(device: Device) -> None:
    town = vote({LEADERS: 4, DELEGATES: 4, SERVICE: 4, PUBLIC: 2}, rehearsal=True)
    town.open("hall")
    hand = random.Random(10)
    codes = [(name, code) for name in (LEADERS, DELEGATES, SERVICE) for code in town.slips[name]]
    expected: dict[str, list[tuple[int, ...]]] = {}
    pages: list[Page] = []
    for name, code in codes[::4]:
        page = start(device(viewport=PHONE), town, code)
        points = [hand.randrange(101) for _ in range(18)]
        given = iter(points)
        fill_all(page, lambda page, given=given: fill_points(page, given))
        expected.setdefault(name, []).extend(
            tuple(points[i : i + 6]) for i in range(0, len(points), 6)
        )
        pages.append(page)
    for page in pages:
        press_cast(page)
    kept = [receipt(page) for page in pages]
    assert all(storage(page).keys() == {f"pingyi.code.{town.poll.slug}"} for page in pages)
    assert returned(town) == {LEADERS: 1, DELEGATES: 1, SERVICE: 1}
    for name, sheets in expected.items():
        assert sheets_of(town, name) == sorted(sheets)
    data = b"".join(bytes(leaves.data) for leaves in Leaves.objects.all())
    published = {data[i : i + 32] for i in range(0, len(data), 32)}
    assert {receipts.read_receipt(text) for text in kept} == published


def test_the_public_at_home(device: Device) -> None:
    town = vote({PUBLIC: 6}, rehearsal=True)
    town.open("online")
    eyes = device(viewport=PHONE, has_touch=True)
    page = eyes.page()
    page.goto(f"{eyes.address}/")
    page.get_by_role("link", name="云州市市直机关领导班子述职评议").click()
    eyes.check(page, "code")
    page.get_by_label("投票码").fill(town.slips[PUBLIC][0].lower().replace("0", "o"))
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_text("社会公众", exact=True)).to_be_visible()
    expect(page.get_by_text("码不是人")).to_be_visible()
    eyes.check(page, "instructions")
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_text("第 1 个，共 3 个")).to_be_visible()
    eyes.check(page, "filling in")
    with_gaps(eyes, page)
    press_cast(page)
    kept = receipt(page)
    eyes.check(page, "receipt")
    page.get_by_label("在这台设备上保存回执").check()
    page.get_by_role("link", name="开箱后核对回执").click()
    expect(page.get_by_text("还没有开箱").first).to_be_visible()
    eyes.check(page, "nothing to check yet")
    assert returned(town) == {PUBLIC: 1}
    assert sheets_of(town, PUBLIC) == [(2,), (3,)]
    check_receipt(eyes, page, kept)


def with_gaps(eyes: Eyes, page: Page) -> None:
    """One rated, one left out, one abstained at last."""
    choose("不满意")(page)
    page.locator("#fill-next").click()
    page.get_by_label("这个对象我不评").check()
    page.locator("#fill-over").click()
    expect(page.locator(".v-cell")).to_have_text(
        [re.compile("市水利局.*已填"), re.compile("市商务局.*不评"), re.compile("市民政局.*未填")]
    )
    eyes.check(page, "overview")
    page.get_by_role("button", name="市民政局").click()
    page.locator("#fill-next").click()
    expect(page.get_by_role("button", name="投出这张票")).to_be_disabled()
    eyes.check(page, "review with a gap")
    page.get_by_role("button", name="没填的全部按弃权").click()
    eyes.check(page, "review")


def check_receipt(eyes: Eyes, page: Page, kept: str) -> None:
    """At home: whole files are loaded, and nobody is asked about one receipt."""
    page.reload()
    page.get_by_role("button", name=re.compile(kept[:4])).click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="在本机核对").click()
    expect(page.get_by_text("查到了：您的信封已开箱")).to_be_visible()
    expect(page.get_by_text("与公布的树根一致")).to_be_visible()
    eyes.check(page, "found")
    assert asked
    assert all(re.search(r"/leaves/\d+\.bin$", url) for url in asked), asked
    wrong = receipts.receipt_of(bytes(32))
    page.locator("#check-receipt").fill(wrong)
    page.get_by_role("button", name="在本机核对").click()
    expect(page.get_by_text("已开箱的场次里没有这个回执")).to_be_visible()
    page.locator("#check-receipt").fill(wrong[:-1] + "Z")
    page.get_by_role("button", name="在本机核对").click()
    expect(page.get_by_text("有字母输错")).to_be_visible()


def test_presenter_by_presenter(device: Device) -> None:
    town = vote({DELEGATES: 3}, casting="sheet", rehearsal=True)
    eyes = device(viewport=PHONE)
    page = start(eyes, town, town.slips[DELEGATES][0])
    expect(page.get_by_role("heading", name="请等待主持人开放投票")).to_be_visible()
    eyes.check(page, "waiting")
    first = open_for(town, 1)
    expect(page.get_by_role("heading", name="市水利局")).to_be_visible()
    expect(page.get_by_role("button", name="总览")).to_be_hidden()
    fill_points(page, itertools.repeat(80))
    page.get_by_role("button", name="检查并投票").click()
    press_cast(page)
    receipt(page)
    second = open_for(town, 2)
    expect(page.get_by_role("button", name="下一位已开放：市商务局")).to_be_visible()
    eyes.check(page, "receipt of one")
    page.get_by_role("button", name="下一位已开放：市商务局").click()
    page.locator(".v-number").first.fill("60")
    page.reload()
    expect(page.locator(".v-number").first).to_have_value("60")
    for item in (first, second):
        actions.lock_item(by=organiser(), item=item)
    expect(page.get_by_role("heading", name="这一项已经锁定")).to_be_visible()
    eyes.check(page, "locked under the hand")
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".v-wait")).to_have_text(
        ["市水利局已投", "市商务局已锁定，未投", "市民政局未开放"]
    )
    open_for(town, 3)
    expect(page.get_by_role("heading", name="市民政局")).to_be_visible()
    fill_all(page, lambda page: fill_points(page, itertools.repeat(70)))
    press_cast(page)
    receipt(page)
    expect(page.locator("#receipt-next")).to_be_hidden()
    assert returned(town) == {DELEGATES: 2}


def test_the_own_unit_only(device: Device) -> None:
    town = vote(
        {"members_and_masses": 2, "delegates_and_members": 2},
        pack="ruyang-two-way",
        rehearsal=True,
    )
    town.open("down")
    eyes = device(viewport=PHONE)
    page = come_in(eyes, town, town.slips["members_and_masses"][0])
    expect(page.get_by_text(re.compile("只评本单位：市(水利|商务|民政)局"))).to_be_visible()
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_label("这个对象我不评")).to_have_count(0)
    eyes.check(page, "own unit")
    choose("较好")(page)
    page.get_by_role("button", name="检查并投票").click()
    press_cast(page)
    receipt(page)
    assert returned(town) == {"members_and_masses": 1}
    assert sheets_of(town, "members_and_masses") == [(1,)]


def test_all_in_a_grid(device: Device) -> None:
    town = vote({DELEGATES: 2}, rehearsal=True)
    town.open("hall")
    eyes = device(viewport={"width": 1280, "height": 900})
    page = start(eyes, town, town.slips[DELEGATES][0])
    expect(page.get_by_role("table")).to_be_visible()
    eyes.check(page, "grid")
    for place, field in enumerate(page.locator(".v-grid .v-number").all()):
        field.fill(str(place))
    page.get_by_role("button", name="不评：市民政局").click()
    page.get_by_role("button", name="改为逐个填写").click()
    expect(page.locator(".v-number:visible").first).to_have_value("0")
    page.get_by_role("button", name="改为整表填写").click()
    page.get_by_role("button", name="检查并投票").click()
    expect(page.get_by_text("您选择不评这个对象")).to_be_visible()
    eyes.check(page, "review of a grid")
    press_cast(page)
    receipt(page)
    returned(town)
    assert sheets_of(town, DELEGATES) == [tuple(range(6)), tuple(range(6, 12))]


def test_by_keyboard_alone(device: Device) -> None:
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    eyes = device(viewport=PHONE)
    page = come_in(eyes, town, town.slips[PUBLIC][0])

    def press(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.textContent.trim()")
            if focused == name:
                page.keyboard.press("Enter")
                return
        pytest.fail(f"no {name} by keyboard")

    press("开始填写")
    for place in range(3):
        expect(page.locator("#fill-where")).to_have_text(f"第 {place + 1} 个，共 3 个")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="基本满意")).to_be_checked()
        press("下一个" if place < 2 else "检查并投票")
    press("投出这张票")
    press("投出")
    receipt(page)
    returned(town)
    assert sheets_of(town, PUBLIC) == [(1,)] * 3


def test_a_vote_to_the_end(device: Device) -> None:
    """Nothing but its receipt is left on a device."""
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    eyes = device(viewport=PHONE)
    page = start(eyes, town, town.slips[PUBLIC][0])
    choose("满意")(page)
    assert any(key.startswith(f"pingyi.vote.{town.poll.slug}.") for key in storage(page))
    assert town.slips[PUBLIC][0] not in "".join(page.evaluate("Object.keys(localStorage)"))
    vote_for_all(page)
    page.get_by_role("button", name="结束，换下一位").click()
    expect(page.get_by_role("heading", name="输入投票码")).to_be_visible()
    assert storage(page) == {}
    assert page.locator("#receipt-list").inner_text() == ""
