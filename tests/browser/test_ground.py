"""The calendar and the notices, as an officer uses them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pingyi.apps.notices.actions import tell
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant
from pingyi.base.references import Reference
from tests.browser.eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _without_second_factor(settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]


def test_a_holiday_is_entered_and_a_term_counted(signed_in: Eyes, account: Account) -> None:
    Grant.objects.create(account=account, role=Role.ORGANISER)
    page = signed_in.page()
    page.goto(f"{signed_in.address}/calendar/2028/")
    expect(page.get_by_role("note").last).to_contain_text("2028年的节假日安排尚未录入")
    page.get_by_role("link", name="开始录入").click()
    page.get_by_label("依据文件").fill("关于2028年部分节假日安排的通知")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="录入节假日、调休").click()
    page.get_by_label("起日").fill("2028-01-01")
    page.get_by_label("止日").fill("2028-01-03")
    page.get_by_label("节日").fill("元旦")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".day-off:has-text('休')")).to_have_count(4)  # and one in the legend
    page.get_by_label("起算日").fill("2027-12-31")
    page.get_by_role("spinbutton").fill("1")
    page.get_by_role("button", name="计算").click()
    expect(page.locator("#term")).to_contain_text("跳过元旦放假3天，至2028年1月4日。")
    signed_in.look(page, "/calendar/2028/")
    page.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.locator("#alerts")).to_contain_text("已删除3天的安排")


def test_the_bell_leads_to_what_is_new(signed_in: Eyes, account: Account) -> None:
    for number in (1, 2):
        tell(
            by=None,
            accounts=[account],
            kind="tests.told",
            title=f"第{number}件事请办理",
            reference=Reference("tests.thing", str(number)),
            address="/desk/",
            waits=number == 1,
        )
    page = signed_in.page()
    page.goto(f"{signed_in.address}/desk/")
    expect(page.get_by_role("link", name="第1件事请办理")).to_be_visible()
    page.get_by_role("link", name="消息 2 条未读").click()
    page.get_by_role("link", name="第2件事请办理").click()
    expect(page).to_have_url(f"{signed_in.address}/desk/")
    signed_in.look(page, "/notices/")
    page.get_by_role("checkbox", name="第1件事请办理").check()
    page.get_by_role("button", name="标为已读", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="确认").click()
    expect(page.locator("#alerts")).to_contain_text("已把1条消息标为已读")
    expect(page.get_by_role("link", name="消息", exact=True)).to_be_visible()
