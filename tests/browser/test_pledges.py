"""A pledge from the unit's phone to its settlement: written, published, read by the public, on the
ledger, settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from pingyi.apps.pledges import actions
from pingyi.apps.pledges.models import Pledge
from tests.apps.ledger.hands import today
from tests.apps.pledges.hands import WORK, Town
from tests.browser.eyes import Eyes
from tests.browser.office import Officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def write_on_the_phone(unit: Officer) -> None:
    unit.come_in()
    unit.take_up("公开承诺：2026年一把手公开承诺")
    unit.sees("云州市水利局")
    unit.follow("添加承诺事项")
    unit.sees("添加承诺事项")
    unit.page.get_by_label("承诺方面").select_option(label="为民办实事")
    unit.page.get_by_label("承诺事项").fill(WORK)
    unit.page.get_by_label("目标数量").fill("150")
    unit.page.get_by_label("计量单位").fill("亿元")
    unit.page.get_by_label("完成期限").fill((today() + timedelta(days=60)).isoformat())
    unit.press("保存")
    unit.told("承诺事项已保存。")
    unit.follow("承诺书和明白纸")
    unit.sees("承诺书和明白纸")
    unit.page.go_back()
    unit.press("提交承诺书", asked="提交后不能再改")
    unit.told("承诺书已提交，待组织者公布。")


def publish(organiser: Officer) -> None:
    organiser.come_in()
    organiser.take_up("1份承诺书待公布")
    organiser.sees("公开承诺")
    organiser.follow("云州市水利局")
    organiser.press("公布", asked="人人可以查看")
    organiser.told("已公布，承诺事项已转入台账。")
    expect(organiser.page.get_by_text("挂账")).to_be_visible()


def test_from_a_phone_to_the_settlement(open_eyes: Callable[..., Eyes], settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = []
    town = Town()
    actions.announce(by=town.organiser, campaign=town.pledges)
    path = f"/pledges/{Pledge.objects.get(campaign=town.pledges, unit=town.water).pk}/"
    write_on_the_phone(Officer(open_eyes(viewport=PHONE), town.handler))
    publish(Officer(open_eyes(), town.organiser))

    public = open_eyes(viewport=PHONE)
    page = public.page()
    page.goto(public.address)
    page.get_by_role("link", name="2026年一把手公开承诺").click()
    page.get_by_role("link", name="云州市水利局").click()
    expect(page.get_by_text(WORK)).to_be_visible()
    public.check(page, "a pledge for everybody")

    inspector = Officer(open_eyes(), town.inspector)
    inspector.come_in()
    inspector.go(path + "settle/", "核实交账")
    inspector.page.get_by_label("核实完成数量").fill("126")
    inspector.page.get_by_label("未完成", exact=True).check()
    inspector.page.get_by_label("说明").fill("两个项目跨年实施")
    inspector.press("核实交账")
    inspector.told("已保存。")
    expect(inspector.page.get_by_text("84.00%")).to_be_visible()

    checker = Officer(open_eyes(), town.checker)
    checker.come_in()
    checker.go(path, "云州市水利局")
    checker.press("办结", asked="核实结果向社会公布")
    checker.told("已办结，核实结果已公布。")
    checker.go(f"/pledges/campaigns/{town.pledges.pk}/", "公开承诺")
    checker.go(f"/pledges/statistics/?campaign={town.pledges.pk}", "公开承诺统计")
    page.reload()
    expect(page.get_by_text("84.00%")).to_be_visible()
