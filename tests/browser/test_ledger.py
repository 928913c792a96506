"""A leader's comment that becomes an entry, is worked off by its unit on a phone, verified by
another, closed and looked at again (JZ-09, JZ-24, JZ-25)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Unit
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import remarks
from tests.apps.ledger.hands import BASIS
from tests.apps.rounds.hands import meeting_of, with_notice, with_targets
from tests.apps.schemes.hands import account, organiser
from tests.browser.eyes import Eyes
from tests.browser.office import Officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


def commented() -> str:
    """A round in which a leader has named two problems of a department; its slug."""
    found = with_notice(with_targets())
    item = meeting_of(found).agenda.get(target__code="SLJ")
    rounds.announce(by=organiser(), round=found)
    remarks.save_comment(
        by=organiser(),
        item=item,
        leader_name="顾长河",
        praise="工作扎实",
        problems="一是清淤滞后；二是督查不力",
        hope="",
    )
    ledger.save_campaign(by=organiser(), facts=BASIS)
    return found.slug


def enter(office: Officer, slug: str) -> Entry:
    """The office enters the first of what the leader named, due in two months."""
    office.go(f"/rounds/{slug}/", "第二次述职评议")
    office.page.get_by_role("link", name="转入台账").first.click()
    office.sees("转入台账")
    office.page.get_by_label("督查不力").uncheck()
    office.fill(("办理时限", "2"))
    office.page.get_by_label("按", exact=True).select_option(label="个月")
    office.press("把勾选的转入台账")
    office.told("1项已转入台账。")
    return Entry.objects.get()


def work_off(handler: Officer) -> None:
    """The unit: claim, plan, report, apply."""
    handler.take_up("清淤滞后")
    handler.sees("清淤滞后")
    handler.follow("认领")
    handler.fill(("责任人", "余行之"))
    handler.press("认领")
    handler.told("已认领。")
    handler.follow("制定整改措施")
    handler.sees("制定整改措施")
    handler.fill(("整改措施", "一、分三段清淤。\n二、每周通报。"))
    handler.page.locator("#id_steps-0-title").fill("一段清淤完成")
    day = timezone.localdate() + timedelta(days=14)
    handler.page.locator("#id_steps-0-due_on").fill(day.isoformat())
    handler.press("保存")
    handler.told("整改措施已保存。")
    handler.follow("填报进展")
    handler.fill(("进度（%）", "100"), ("进展情况", "三段全部清完。"))
    handler.press("填报进展")
    handler.told("进展已填报。")
    handler.follow("申请销号")
    handler.fill(("整改结果", "清淤 12 公里，验收照片见附件。"))
    handler.press("申请销号")
    handler.told("已申请销号")


def verify_and_close(checker: Officer) -> None:
    checker.take_up("台账有1个事项等您办理")
    checker.follow("清淤滞后")
    checker.follow("验收")
    checker.sees("验收")
    checker.page.get_by_label("合格", exact=True).check()
    checker.fill(("验收意见", "现场查看，属实。"))
    checker.press("验收")
    checker.told("验收结果已记录。")
    checker.press("销号", asked="确定销号吗")
    checker.told("已销号。")


def look_again(checker: Officer) -> None:
    checker.take_up("1个事项到了回头看的时间")
    checker.follow("清淤滞后")
    checker.follow("回头看")
    checker.page.get_by_label("没有反弹").check()
    checker.fill(("检查情况", "汛后再看，河道畅通。"))
    checker.press("回头看")
    checker.told("已记录。")


def test_a_comment_becomes_an_entry_and_is_closed(open_eyes: Callable[..., Eyes]) -> None:
    slug = commented()
    unit = Unit.objects.get(code="SLJ")
    office = Officer(open_eyes(), organiser())
    handler = Officer(open_eyes(viewport=PHONE), account(Role.UNIT_HANDLER, "handler", unit))
    checker = Officer(open_eyes(), account(Role.CHECKER))
    office.sign_in()
    checker.sign_in()
    handler.come_in()

    entry = enter(office, slug)
    assert entry.title == "清淤滞后"
    work_off(handler)
    handler.eyes.expected_status = {403}
    handler.page.goto(f"{handler.eyes.address}/ledger/{entry.number}/verify/")
    expect(handler.page.get_by_text("责任单位以外的督办人员").first).to_be_visible()
    verify_and_close(checker)
    Entry.objects.update(look_back_on=timezone.localdate())  # months later
    look_again(checker)
    story = checker.page.locator("section", has=checker.page.get_by_text("办理经过", exact=True))
    for words in ("挂账", "认领", "制定整改措施", "填报进展", "申请销号", "验收合格", "销号"):
        expect(story.get_by_text(re.compile(words)).first).to_be_visible()


def test_the_ledger_looks_well(open_eyes: Callable[..., Eyes]) -> None:
    commented()
    by = organiser()
    campaign = ledger.save_campaign(by=by, facts={**BASIS, "title": "重点工作督办"})
    unit = Unit.objects.get(code="SWJ")
    term = ledger.Term(amount=10)
    for title in ("招商项目落地慢", "外贸企业服务不到位"):
        entry = ledger.register(
            by=by, campaign=campaign, facts=ledger.Facts(title), unit=unit, term=term
        )
    office = Officer(open_eyes(), by)
    office.sign_in()
    for path in (
        "",
        "?view=open&kind=problem",
        "board/",
        "timeline/",
        "statistics/",
        "campaigns/",
        "campaigns/new/",
        f"new/?campaign={campaign.pk}",
        f"{entry.number}/",
        f"{entry.number}/assign/",
        "print/",
    ):
        office.eyes.look(office.page, f"/ledger/{path}")
