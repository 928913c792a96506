"""How the voter's page looks and reads: bounds, hostile words, sizes of type, languages, stores."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from tests.apps.ballots.hall import DELEGATES, PUBLIC, vote
from tests.browser.eyes import Eyes
from tests.browser.voting import (
    PHONE,
    called,
    come_in,
    fill_all,
    fill_points,
    path_of,
    returned,
    start,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Device = Callable[..., Eyes]
SIZES = ((390, 844), (1280, 900), (1920, 1080))


def test_points_by_steps_and_bounds(device: Device) -> None:
    town = vote({DELEGATES: 2}, rehearsal=True)
    town.open("hall")
    page = start(device(viewport=PHONE), town, town.slips[DELEGATES][0])
    field = page.locator(".v-field").first
    number = field.locator(".v-number")
    field.get_by_role("button", name="减 5 分").click()
    expect(number).to_have_value("95")
    field.get_by_role("button", name="加 1 分").click()
    number.press("ArrowUp")
    expect(number).to_have_value("97")
    field.get_by_role("button", name="加 5 分").click()
    expect(number).to_have_value("100")
    for wrong in ("101", "-1", "八十", "88.5"):
        number.fill(wrong)
        number.press("Tab")
        expect(field.get_by_text("请填 0 到 100 之间的分数")).to_be_visible()
    here = page.locator("#fill-title").inner_text()
    page.locator("#fill-next").click()
    expect(page.locator("#fill-title")).to_have_text(here)
    expect(number).to_be_focused()
    number.fill("８８")
    number.press("Tab")
    expect(number).to_have_value("88")
    field.get_by_role("button", name="不了解").click()
    expect(number).to_have_value("")
    expect(field.get_by_role("button", name="不了解")).to_have_attribute("aria-pressed", "true")


def test_hostile_words(device: Device) -> None:
    words = (
        '<script>alert(1)</script><img src=x onerror="alert(2)">',
        "长" * 110,
        "\u202eمرحبا {points}",
    )
    targets = [
        {"code": f"T{i}", "title": word, "presenter": word[:50]} for i, word in enumerate(words)
    ]
    town = vote({DELEGATES: 2, PUBLIC: 2}, targets=targets, rehearsal=True)
    town = called(town, "<b>\u202e" + "名" * 100)
    town.open("hall")
    town.open("online")
    for width, height in SIZES:
        eyes = device(viewport={"width": width, "height": height})
        eyes.context.on("dialog", lambda dialog: pytest.fail(dialog.message))
        eyes.context.route("**/form", _hostile_form)
        page = start(eyes, town, town.slips[DELEGATES][0])
        eyes.check(page, f"hostile at {width}")
        if width < 1000:
            fill_all(page, lambda page: fill_points(page, itertools.repeat(5)))
            eyes.check(page, "hostile review")
            page.locator("#review-back").click()
        page = eyes.page()
        page.goto(f"{eyes.address}{path_of(town)}stored")
        eyes.check(page, f"stored at {width}")
        page.goto(f"{eyes.address}{path_of(town)}check")
        eyes.check(page, f"check at {width}")


def _hostile_form(route: Route) -> None:
    response = route.fetch()
    form = response.json()
    for paper in form["papers"]:
        for dimension in paper["dimensions"]:
            dimension["title"] += "<i onclick=alert(3)>" + "W" * 90
            dimension["help"] += "<script>alert(4)</script>"
    route.fulfill(response=response, json=form)


def test_large_type_and_contrast(device: Device) -> None:
    town = vote({DELEGATES: 2}, rehearsal=True)
    town.open("hall")
    eyes = device(viewport=PHONE)
    page = come_in(eyes, town, town.slips[DELEGATES][0])
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="高对比").click()
    page.get_by_role("button", name="开始填写").click()
    eyes.check(page, "large")
    page.reload()
    expect(page.locator("html")).to_have_class("v-type v-contrast")
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")


def test_what_is_stored(device: Device) -> None:
    town = vote({PUBLIC: 8}, rehearsal=True)
    town.open("online")
    (item,) = town.items("online")
    path = f"{path_of(town)}stored"
    eyes = device()
    page = eyes.page()
    eyes.look(page, path)
    expect(page.get_by_text("现在票箱里没有票").first).to_be_visible()
    intake = town.intake()
    answers = [[i % 3, 0, 1] for i in range(5)]
    for code, given in zip(town.slips[PUBLIC], answers, strict=False):
        intake.take([town.casting(code, item, given)])
    page.reload()
    expect(page.get_by_text("字节）")).to_be_visible()
    returned(town)
    eyes.look(page, path)
    # Those on which all agreed are not shown.
    shown = page.locator("section.v-row").nth(3).inner_text()
    assert "市水利局" in shown
    assert np.uint16(2).tobytes().hex() in shown


def test_no_real_rows_of_formal_polls(device: Device) -> None:
    town = vote({PUBLIC: 2})
    town.open("online")
    eyes = device()
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}stored")
    expect(page.get_by_text("这是正式投票，只作说明")).to_be_visible()
    assert page.locator("section.v-row dd code").count() == 0


SWIPE = """([from, to]) => {
  const area = document.getElementById("fill-title");
  const at = (x) => new Touch({identifier: 1, target: area, clientX: x, clientY: 300});
  const fire = (kind, x, down) => area.dispatchEvent(new TouchEvent(kind, {
    touches: down ? [at(x)] : [], changedTouches: [at(x)], bubbles: true}));
  fire("touchstart", from, true);
  fire("touchend", to, false);
}"""


def test_swiping_turns_the_page(device: Device) -> None:
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    page = start(device(viewport=PHONE, has_touch=True), town, town.slips[PUBLIC][0])
    where = page.locator("#fill-where")
    for swipe, shown in (((300, 60), 2), ((300, 280), 2), ((300, 60), 3), ((300, 60), 3)):
        page.evaluate(SWIPE, swipe)
        expect(where).to_have_text(f"第 {shown} 个，共 3 个")
    page.evaluate(SWIPE, (60, 300))
    expect(where).to_have_text("第 2 个，共 3 个")


def test_in_english(device: Device) -> None:
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    eyes = device(viewport=PHONE, locale="en-US")
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(town)}#{town.slips[PUBLIC][0]}")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("1 of 3", exact=True)).to_be_visible()
    page.get_by_label("Leave this target out").check()
    eyes.check(page, "English")
    shown = page.locator("body").inner_text()
    # Names of the vote stay as they are.
    for name in ("云州市市直机关领导班子述职评议", "网络投票表", "市水利局", "总体评价"):
        shown = shown.replace(name, "")
    for answer in ("不满意", "基本满意", "满意"):
        shown = shown.replace(answer, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", shown)
