"""The CX month, through the pages alone: scheduled, looked into beforehand, held with both clocks,
the memo confirmed by both sides, its requirement an entry of the ledger, put right, verified,
closed, looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.ledger.enums import EntryState
from pingyi.apps.ledger.models import Entry
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import Talk
from tests.apps.talks.hands import ANSWERED, ASKED, PREPARED, REQUIRED, Town, an_hour_ago, today
from tests.browser.eyes import Eyes
from tests.browser.office import Officer
from tests.browser.voting import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Eyes]


def test_the_month(open_eyes: Open, settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = []
    town = Town()
    organiser = Officer(open_eyes(), town.organiser)
    inspector = Officer(open_eyes(), town.inspector)
    head = Officer(open_eyes(viewport=PHONE), town.head)
    handler = Officer(open_eyes(), town.handler)
    for one in (organiser, inspector, head, handler):
        one.come_in()
    path = schedule_and_arrange(organiser)
    look_into_it(inspector, head, path)
    organiser.go(path, "约谈云州市水利局")
    organiser.press("发出约谈通知", asked="确定发出吗")
    organiser.told("通知已发出。")
    hold(organiser, path)
    agree(organiser, head, path)
    entry = put_right(organiser, handler, inspector, path)
    organiser.go(path, "约谈云州市水利局")
    organiser.press("办结", asked="确定办结吗")
    organiser.told("约谈已办结。")
    assert Talk.objects.get().state == TalkState.CLOSED
    # The second look, when its day has come.
    Entry.objects.filter(pk=entry.pk).update(look_back_on=today())
    inspector.go(f"/ledger/{entry.number}/", REQUIRED)
    inspector.follow("回头看")
    inspector.page.get_by_label("没有反弹", exact=True).check()
    inspector.fill(("检查情况", "三个支部每月都开会"))
    inspector.press("回头看")
    inspector.told("已记录。")
    entry.refresh_from_db()
    assert (entry.state, entry.look_back_on) == (EntryState.CLOSED, None)
    print_the_list(organiser)


def print_the_list(organiser: Officer) -> None:
    """On paper its headings carry no marks of sorting, but the one that it is sorted by."""
    organiser.go("/talks/", "约谈")
    marks = organiser.page.locator("thead .ti-arrows-sort")
    expect(marks.first).to_be_visible()
    organiser.page.emulate_media(media="print")
    for mark in marks.all():
        expect(mark).to_be_hidden()
    expect(organiser.page.locator("thead .ti-arrow-down")).to_be_visible()


def schedule_and_arrange(organiser: Officer) -> str:
    """Where the file of the talk lies."""
    page = organiser.page
    organiser.go("/talks/", "约谈")
    organiser.follow("月度安排")
    organiser.sees("约谈制度")
    organiser.follow("党建月月谈")
    organiser.sees("党建月月谈")
    for title in ("云州市卫生计生委", "云州市民政局", "云州市教育局"):
        page.get_by_label(title, exact=True).uncheck()
    organiser.press("列入本月约谈")
    organiser.told("已列入本月约谈")
    organiser.follow("云州市水利局")
    organiser.sees("约谈云州市水利局")
    path = organiser.path
    organiser.follow("安排时间地点")
    organiser.sees("安排时间地点")
    organiser.fill(
        ("约谈时间", an_hour_ago().strftime("%Y-%m-%dT%H:%M")),
        ("地点", "市委三楼会议室"),
        ("事由", "党建责任制落实情况"),
        ("记录人", "方允中"),
    )
    page.get_by_label("约谈人", exact=True).select_option(label="俞明德")
    organiser.press("保存")
    organiser.told("已安排。")
    organiser.follow("约谈通知书")
    organiser.sees("约谈通知书")
    expect(page.get_by_role("article")).to_contain_text("汇报20分钟，提问和提出要求40分钟")
    return path


def look_into_it(inspector: Officer, head: Officer, path: str) -> None:
    """The inspector's file; for the head there is no such thing, nor any talk yet."""
    inspector.go(f"{path}previsit/", "会前摸底")
    inspector.page.get_by_label("途径", exact=True).select_option(label="暗访")
    inspector.fill(("来源", "走访下属站所"), ("情况", PREPARED))
    inspector.press("记入摸底")
    inspector.told("已记入会前摸底。")
    inspector.fill(("问题", ASKED))
    inspector.press("加入题库")
    inspector.told("已加入题库。")
    head.eyes.expected_status = {404}
    for address in (path, f"{path}previsit/", f"{path}meeting/"):
        head.page.goto(head.eyes.address + address)
        expect(head.page.get_by_role("heading", level=1)).not_to_contain_text("水利局")
        expect(head.page.locator("body")).not_to_contain_text("支部")
    head.eyes.expected_status = set()


def hold(organiser: Officer, path: str) -> None:
    """Both clocks run on the server: a page opened anew counts on."""
    page = organiser.page
    organiser.go(f"{path}meeting/", "约谈云州市水利局")
    organiser.press("开始汇报")
    clock = page.get_by_role("timer")
    expect(clock).to_contain_text("/ 20:00")
    page.reload()
    expect(clock).to_contain_text(re.compile(r"0:\d\d"))
    organiser.press("开始提问")
    expect(clock).to_contain_text("/ 40:00")
    organiser.eyes.check(page, "meeting")
    note(page, ASKED)
    page.get_by_role("textbox", name="整改要求").fill(REQUIRED)
    expect(page.get_by_label("整改期限（月）", exact=True)).to_have_value("2")
    organiser.press("记下要求")
    expect(page.locator("#requirements li")).to_contain_text(REQUIRED)
    organiser.press("结束约谈", asked="确定结束吗")
    organiser.told("约谈已结束。")


def note(page: Page, question: str) -> None:
    """A question of the bank, and its answer."""
    page.get_by_text(question, exact=True).click()
    page.locator("details[open]").get_by_label("回答要点", exact=True).fill(ANSWERED)
    page.locator("details[open]").get_by_role("button", name="记下提问和回答").click()
    expect(page.get_by_role("button", name="保存回答")).to_be_visible()


def agree(organiser: Officer, head: Officer, path: str) -> None:
    """By one person of each side; the head does it on a phone."""
    organiser.press("起草备忘录")
    organiser.sees("约谈备忘录")
    expect(organiser.page.get_by_label("谈话要点")).to_have_value(re.compile(ANSWERED))
    organiser.fill(("表态", "立行立改，两个月内到位"))
    organiser.press("保存")
    organiser.told("备忘录已保存。")
    organiser.press("提交双方确认", asked="确定提交吗")
    organiser.told("已提交双方确认。")
    organiser.press("确认备忘录", asked="内容属实")
    organiser.told("等另一方确认")
    head.go("/desk/", "工作台")
    head.page.get_by_role("link", name=re.compile("水利局")).first.click()
    head.sees("约谈云州市水利局")
    expect(head.page.locator("body")).not_to_contain_text(PREPARED)
    head.page.get_by_role("link", name="约谈备忘录").click()
    head.sees("约谈备忘录")
    head.press("确认备忘录", asked="内容属实")
    head.told("双方已确认")


def put_right(organiser: Officer, handler: Officer, inspector: Officer, path: str) -> Entry:
    """From the requirement to a verified close-out, and the report."""
    organiser.go(path, "约谈云州市水利局")
    organiser.press("整改要求转入台账", asked="确定转入吗")
    organiser.told("整改要求已转入台账。")
    entry = Entry.objects.get()
    at = f"/ledger/{entry.number}/"
    handler.go(at, REQUIRED)
    handler.follow("认领")
    handler.press("认领")
    handler.follow("制定整改措施")
    handler.fill(("整改措施", "逐个支部补开"), ("责任人", "余行之"))
    handler.press("保存")
    handler.follow("填报进展")
    handler.fill(("进度（%）", "100"), ("进展情况", "三个支部都已补开"))
    handler.press("填报进展")
    handler.follow("申请销号")
    handler.fill(("整改结果", "三个支部都已补开，记录齐全"))
    handler.press("申请销号")
    inspector.go(at, REQUIRED)
    inspector.follow("验收")
    inspector.page.get_by_label("合格", exact=True).check()
    inspector.fill(("验收意见", "查阅记录属实"))
    inspector.press("验收")
    inspector.press("销号", asked="确定销号吗")
    inspector.told("已销号。")
    handler.go(f"{path}report/", "整改情况汇报")
    for area in handler.page.locator("textarea").all():
        area.fill("已经整改到位")
    handler.press("报送")
    handler.told("已报送。")
    return entry
