"""An inspection from its plan to a unit's objection; in between a phone without a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, expect

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.incoming import SentFinding
from pingyi.apps.inspections.models import Finding, Inspection, Visit
from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.models import Entry
from tests.apps.inspections.hands import Town, place_of, sent, today
from tests.apps.ledger.hands import BASIS
from tests.browser.eyes import Eyes
from tests.browser.office import Officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = []


def officer(open_eyes: Callable[..., Eyes], who: Any, **options: Any) -> Officer:
    made = Officer(open_eyes(**options), who)
    made.come_in()
    return made


def kept(phone: Officer) -> list[str]:
    """What the phone holds of visits."""
    found: list[str] = phone.page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('inspection:'))"
    )
    return found


def mark(phone: Officer, item: str, word: str) -> None:
    group = phone.page.get_by_role("group", name=item)
    group.get_by_text(word, exact=True).click()


def finding(phone: Officer, number: int) -> Locator:
    return phone.page.get_by_role("group", name=f"问题 {number}")


def test_from_the_plan_to_the_objection(open_eyes: Callable[..., Eyes]) -> None:
    town = Town()
    ledger.save_campaign(by=town.organiser, facts=BASIS)
    office, checker = officer(open_eyes, town.organiser), officer(open_eyes, town.checker)
    planned(office, town)
    checker.take_up("七月督查")
    checker.follow("批准")
    checker.fill(("批准人", "江照野"), ("批准文件", "云政督〔2015〕7号"))
    checker.press("批准")
    checker.told("已登记批准。")
    office.take_up("七月督查")
    office.press("抽取样本", asked="不能重抽")
    office.told("样本已抽取。")
    one = Inspection.objects.get()
    office.go(f"/inspections/{one.pk}/sample/", "随机抽样")
    office.go(f"/inspections/{one.pk}/team/", "督导组和回避")
    office.page.get_by_role("combobox", name="人员").select_option(str(town.inspector.pk))
    office.page.get_by_role("checkbox", name="组长").check()
    office.press("列入督导组")
    office.told("已列入督导组。")
    office.go(f"/inspections/{one.pk}/", "七月督查")
    office.press("开始督查", asked="通知督导组")
    in_the_field(officer(open_eyes, town.inspector, viewport=PHONE), one)
    office.go(f"/inspections/{one.pk}/entries/", "转入台账")
    office.press("把勾选的转入台账")
    office.told("2项已转入台账。")
    assert set(Entry.objects.values_list("title", flat=True)) == {"窗口无人值守", "台账不实"}
    office.go(f"/inspections/{one.pk}/do/conclude/", "形成结论")
    office.fill(("督查结论", "总体有进展，问题不少。"))
    office.press("形成结论")
    office.go(f"/inspections/{one.pk}/do/circular/", "起草通报")
    office.press("起草通报")
    office.told("通报已保存")
    checker.go(f"/inspections/{one.pk}/", "七月督查")
    checker.press("签发通报", asked="不能收回")
    checker.told("通报已印发")
    objected(open_eyes, town, one)


def planned(office: Officer, town: Town) -> None:
    office.go("/inspections/new/", "拟定督查方案")
    page, day = office.page, today().isoformat()
    office.fill(("督查名称", "七月督查"), ("督查依据", "云办〔2015〕20号"))
    page.get_by_label("开始日期").fill(day)
    page.get_by_label("结束日期").fill(day)
    page.get_by_label("随机抽查", exact=True).check()
    for unit in (town.water, town.health):
        page.get_by_label(unit.title, exact=True).check()
    page.get_by_label("随机抽取单位数").fill("1")
    office.press("保存")
    office.told("方案已保存")


def in_the_field(phone: Officer, one: Inspection) -> None:
    """Filled in without a connection, sent afterwards with two taps, there once."""
    page = phone.page
    phone.go(f"/inspections/{one.pk}/field/", "现场走访")
    phone.eyes.context.set_offline(True)
    expect(page.get_by_text("没有网络：照常填写")).to_be_visible()
    page.get_by_role("button", name="开始填写").click()
    mark(phone, "1. 看问题清单", "合格")
    mark(phone, "2. 看整改台账", "不合格")
    page.get_by_label("走访情况").fill("查看了大厅和台账")
    for number, (category, words) in enumerate((("懒", "窗口无人值守"), ("散", "台账不实")), 1):
        page.get_by_role("button", name="添加问题").click()
        finding(phone, number).get_by_label("类别").select_option(category)
        finding(phone, number).get_by_label("问题", exact=True).fill(words)
    expect(page.get_by_text("已存在本机")).to_be_visible()
    phone.eyes.check(page, "a visit without a connection")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("没有连上服务器。内容仍在本机")).to_be_visible()
    assert (len(kept(phone)), Visit.objects.count()) == (1, 0)
    phone.eyes.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("在本机，未上报")).to_be_visible()
    page.get_by_role("button", name="打开").click()
    expect(finding(phone, 2).get_by_label("问题", exact=True)).to_have_value("台账不实")
    page.get_by_role("button", name="上报", exact=True).dblclick()
    expect(page.get_by_text("已上报，本机的副本已删除。")).to_be_visible()
    assert (kept(phone), Visit.objects.count(), Finding.objects.count()) == ([], 1, 2)
    assert Visit.objects.get().answers[:3] == [["good", ""], ["bad", ""], ["", ""]]
    differing(phone, one)


def differing(phone: Officer, one: Inspection) -> None:
    """Another device was there in between: both stay, and who reports chooses."""
    page, visit = phone.page, Visit.objects.get()
    page.get_by_role("button", name="打开").click()
    page.get_by_label("走访情况").fill("手机上改的")
    rows = visit.findings.all()
    findings = tuple(SentFinding(one.pk, one.category, one.severity, one.text) for one in rows)
    how = {"id": visit.pk, "place": visit.place_id, "base": 1, "findings": findings}
    other = sent(one, note="电脑上改的", **how)
    actions.receive(by=visit.by, inspection=one, sent=other)
    phone.eyes.expected_status.add(409)
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("电脑上改的")).to_be_visible()
    page.get_by_role("button", name="用本机的").click()
    expect(page.get_by_text("已上报，本机的副本已删除。")).to_be_visible()
    visit.refresh_from_db()
    assert visit.note == "手机上改的"
    assert {row.content["note"] for row in visit.uploads.all()} >= {"手机上改的", "电脑上改的"}


def test_the_page_opens_anew_without_a_connection_and_goes_with_the_signing_out(
    open_eyes: Callable[..., Eyes],
) -> None:
    """Only where its owner wishes so, without what others reported, and for this page alone."""
    town = Town()
    one = town.running()
    town.visit(one, by=town.walker, place=place_of(one, town.water).pk, note="别人记的情况")
    phone = officer(open_eyes, town.inspector, viewport=PHONE)
    address = f"{phone.eyes.address}/inspections/{one.pk}/field/"
    page = phone.page
    page.goto(address)
    expect(page.get_by_text("没有网络时打不开本页")).to_be_visible()
    page.get_by_role("switch", name="没有网络也能打开本页").check()
    expect(page.get_by_text("这台手机也能打开本页")).to_be_visible()
    phone.eyes.check(page, "the page for visits, laid aside")
    page.close()
    phone.eyes.context.set_offline(True)
    page = phone.page = phone.eyes.page()
    page.goto(address)
    expect(page.get_by_text("这是手机上存的一页")).to_be_visible()
    phone.eyes.check(page, "the page for visits, from the phone")
    words = page.content() + page.evaluate(
        "JSON.stringify(JSON.parse(document.getElementById('field-data').textContent))"
    )
    assert "云州市水利局" in words
    assert "别人记的情况" not in words
    assert town.inspector.name not in words
    page.get_by_role("button", name="开始填写").click()
    mark(phone, "1. 看问题清单", "合格")
    page.get_by_label("走访情况").fill("山里没有信号")
    expect(page.get_by_text("已存在本机")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_label("走访情况")).to_have_value("山里没有信号")
    phone.eyes.context.set_offline(False)
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("已上报，本机的副本已删除。")).to_be_visible()
    assert Visit.objects.filter(note="山里没有信号", by=town.inspector).count() == 1
    phone.go(f"/inspections/{one.pk}/field/", "现场走访")
    expect(page.get_by_text("这台手机也能打开本页")).to_be_visible()
    page.locator("header .dropdown-toggle").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("link", name="登录").first).to_be_visible()
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")
    page.wait_for_function(
        "navigator.serviceWorker.getRegistrations().then((found) => found.length === 0)"
    )
    phone.eyes.context.set_offline(True)
    with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(address)


def objected(open_eyes: Callable[..., Eyes], town: Town, one: Inspection) -> None:
    visited = one.places.get(chosen=True).unit
    head = town.head if visited == town.water else town.stranger
    unit = officer(open_eyes, head, viewport=PHONE)
    unit.take_up("七月督查")
    unit.sees("七月督查")
    unit.follow("申请复核")
    unit.fill(("异议和理由", "当天窗口系统升级，已贴公告。"))
    unit.press("提交申请")
    unit.told("已申请复核")
    second = officer(open_eyes, town.second)
    second.take_up("申请复核，待决定")
    second.page.get_by_label("变更结论").check()
    second.fill(("复核意见", "情况属实，改为一般问题。"))
    second.press("作出决定")
    second.told("复核决定已作出")
    unit.page.reload()
    expect(unit.page.get_by_text("情况属实，改为一般问题。")).to_be_visible()
