"""A round in the browser: from a programme to a notice, and from a closed round to an answered
objection and the portal, each by who does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.people.models import Account
from pingyi.apps.rounds.models import Round
from tests.apps.rounds.hands import city
from tests.apps.schemes.hands import organiser as organiser_account
from tests.apps.schemes.hands import sealed
from tests.apps.scores.hands import chair, checker, counted_round, people_of
from tests.browser.conftest import sign_in
from tests.browser.eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Eyes]


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    """Signing in is tested elsewhere."""
    settings.SECOND_FACTOR_ROLES = []


def at_work(open_eyes: Open, account: Account) -> Page:
    """Somebody signed in, at a page of their own."""
    return sign_in(open_eyes(), account).page()


def press(page: Page, title: str, asked: str = "") -> None:
    """A button; where it asks, answer yes."""
    page.locator("main").get_by_role("button", name=title).first.click()
    if asked:
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(asked)
        dialog.locator("button[value=yes]").click()


def told(page: Page, words: str) -> None:
    expect(page.locator("#alerts").get_by_text(words)).to_be_visible()


def test_from_the_document_to_the_notice(open_eyes: Open) -> None:
    sealed()
    city()
    eyes = sign_in(open_eyes(), organiser_account())
    page = eyes.page()
    page.goto(f"{eyes.address}/rounds/")
    page.get_by_role("link", name="评议制度", exact=True).click()
    page.get_by_role("link", name="登记评议制度").first.click()
    for label, words in (
        ("制度名称", "市直机关述职评议"),
        ("文件标题", "关于开展述职评议工作的实施方案"),
        ("依据文号", "云办〔2026〕8号"),
        ("印发机关", "云州市委办公室"),
        ("印发日期", "2026-01-13"),
        ("备案号", "备〔2026〕3号"),
    ):
        page.get_by_label(label, exact=True).fill(words)
    press(page, "保存")
    told(page, "已保存")
    page.goto(f"{eyes.address}/rounds/new/")
    page.get_by_label("评议制度", exact=True).select_option(label="市直机关述职评议")
    page.get_by_label("方案版本", exact=True).select_option(index=1)
    page.get_by_label("轮次名称", exact=True).fill("第一次述职评议")
    page.get_by_label("评议周期", exact=True).fill("2026年上半年")
    press(page, "建立轮次")
    told(page, "已建立")
    page.get_by_role("link", name="录入评议对象").first.click()
    page.get_by_role("link", name="从单位选").click()
    for title in ("市水利局", "市商务局", "市民政局"):
        page.get_by_label(title, exact=True).check()
    press(page, "加入所选单位")
    told(page, "已加入")
    press(page, "按姓氏笔画排序", "姓氏笔画从少到多")
    told(page, "已按姓氏笔画排序")
    expect(page.locator("input[name=code]").first).to_have_value("SWJ")
    found = Round.objects.get()
    page.goto(f"{eyes.address}/rounds/{found.slug}/edit/")
    page.get_by_label("评议日期").fill("2026-12-25")
    page.get_by_label("通知文号").fill("云组通〔2026〕12号")
    page.get_by_label("通知内容").fill("定于12月25日召开述职评议会。")
    press(page, "保存")
    page.get_by_role("link", name="建立投票").first.click()
    press(page, "建立投票")
    told(page, "评议对象已带入")
    page.goto(f"{eyes.address}/rounds/{found.slug}/")
    reading = people_of("SLJ")
    press(page, "发出通知", "评议对象不能再改")
    told(page, "通知已发出")
    head = sign_in(open_eyes(viewport={"width": 390, "height": 844}), reading)
    reader = head.page()
    reader.goto(f"{head.address}/desk/")
    reader.get_by_role("link", name="评议通知：第一次述职评议").first.click()
    expect(reader.get_by_text("定于12月25日召开述职评议会")).to_be_visible()
    expect(reader.get_by_text("余行之")).to_be_visible()
    head.look(reader, f"/rounds/{found.slug}/")
    eyes.look(page, f"/rounds/{found.slug}/")


def test_from_a_closed_round_to_an_answer_and_the_portal(open_eyes: Open) -> None:
    found = counted_round()
    office = sign_in(open_eyes(), organiser_account())
    page = office.page()
    result = f"/scores/{found.slug}/"
    page.goto(office.address + result)
    press(page, "计算得分", "计算")
    told(page, "请由另一位核对人核对")
    expect(page.get_by_role("row", name="市商务局").first).to_contain_text("95.00")

    second = at_work(open_eyes, checker())
    second.goto(office.address + result)
    second.get_by_role("link", name="为什么？").first.click()
    expect(second.get_by_role("heading", name="得分说明")).to_be_visible()
    second.goto(office.address + result)
    second.get_by_label("核对意见").fill("抽查一个单位，无误")
    press(second, "核对无误")
    told(second, "复算一致")

    third = at_work(open_eyes, chair())
    third.goto(office.address + result)
    press(third, "签发", "只能作更正")
    told(third, "已签发")

    page.goto(f"{office.address}{result}publish/")
    page.get_by_label("同时在公众门户公布").check()
    press(page, "公布")
    told(page, "公示期开始")
    for path in ("", "1/report/", "1/why/SLJ/", "objections/", "determinations/"):
        office.look(page, result + path)

    home = open_eyes(viewport={"width": 390, "height": 844})
    public = home.page()
    public.goto(home.address)
    public.get_by_role("link", name="第二次述职评议评分结果").click()
    expect(public.get_by_role("row", name="市水利局")).to_contain_text("81.00")
    home.look(public, public.url.removeprefix(home.address))

    unit = sign_in(open_eyes(viewport={"width": 390, "height": 844}), people_of("SLJ"))
    reader = unit.page()
    reader.goto(f"{unit.address}{result}told/")
    reader.get_by_role("link", name="提出异议").click()
    reader.get_by_label("异议内容和理由").fill("服务对象的票数与现场清点不符。")
    press(reader, "提出异议")
    told(reader, "异议已提出")

    second.goto(f"{office.address}/desk/")
    second.get_by_role("link", name="市水利局：异议待处理").click()
    second.get_by_label("异议不成立").check()
    second.get_by_label("答复", exact=True).fill("经复核，六张全部计入。")
    press(second, "答复")
    told(second, "已答复")
    reader.goto(f"{unit.address}{result}told/")
    expect(reader.get_by_text("经复核，六张全部计入。")).to_be_visible()
    unit.look(reader, f"{result}told/")
