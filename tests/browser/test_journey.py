"""A formal vote from the pack to the ranking, through the pages alone.

The organiser, the checker and the delegates each have a browser of their own. Besides making the
two accounts, and the keys on a computer without a network, nothing happens behind the pages.
"""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Locator, Page, expect

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant
from tests.apps.ballots.server import PINGYI
from tests.browser.conftest import PASSWORD
from tests.browser.eyes import Eyes
from tests.browser.voting import PHONE, fill_points, press_cast, receipt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHEME = "云州市2026年述职评议方案"
TITLE = "云州市2026年领导班子述职评议"
TARGETS = (
    ("SLJ", "市水利局", "江澄"),
    ("SWJ", "市商务局", "商容"),
    ("MZJ", "市民政局", "安民"),
)
POINTS = (80, 90, 70)
"""What everyone gives each of them for everything."""
ROLLS = {"四大班子领导": (1, 1), "两代表一委员": (1, 2), "服务对象代表": (1, 1), "社会公众": (1, 1)}
"""Class → heads, slips."""
HALL = ("四大班子领导", "两代表一委员", "服务对象代表")


class Officer:
    """At the browser: what is pressed, filled in and read."""

    def __init__(self, eyes: Eyes, username: str, name: str, role: Role) -> None:
        account = Account.objects.create_account(username, PASSWORD, name)
        Grant.objects.create(account=account, role=role)
        self.eyes = eyes
        self.username = username
        self.page = eyes.page()

    def sign_in(self) -> None:
        """By password; at the first time a second factor is set up."""
        page = self.page
        page.goto(f"{self.eyes.address}/accounts/login/")
        page.get_by_label("账号", exact=True).fill(self.username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="启用两步验证")).to_be_visible()
        counter = next(iter(yield_hotp_counters_from_time()))
        code = format_hotp_value(hotp_value(page.locator("code").inner_text(), counter))
        page.locator("[name=code]").fill(str(code))
        page.get_by_role("button", name="启用").click()
        expect(page.get_by_text("两步验证已启用。")).to_be_visible()

    def go(self, path: str, heading: str) -> None:
        self.page.goto(self.eyes.address + path)
        self.sees(heading)

    def sees(self, heading: str) -> None:
        """The page with this heading, sound at the size that it has."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.eyes.check(self.page, heading)

    def told(self, words: str) -> None:
        """A message above the content."""
        expect(self.page.locator("#alerts").get_by_text(words)).to_be_visible()

    def follow(self, title: str) -> None:
        self.page.get_by_role("link", name=title, exact=True).first.click()

    def press(self, title: str, asked: str = "") -> None:
        """A button; where it asks, answer yes."""
        self.page.locator("main").get_by_role("button", name=title).first.click()
        if asked:
            dialog = self.page.get_by_role("dialog")
            expect(dialog).to_contain_text(asked)
            dialog.locator("button[value=yes]").click()

    def row(self, words: str) -> Locator:
        return self.page.get_by_role("row", name=re.compile(words))


@pytest.fixture
def organiser(device: Callable[..., Eyes]) -> Officer:
    return Officer(device(), "fang", "方允中", Role.ORGANISER)


@pytest.fixture
def checker(device: Callable[..., Eyes]) -> Officer:
    return Officer(device(), "kong", "孔较真", Role.CHECKER)


def test_a_formal_vote(
    organiser: Officer, checker: Officer, device: Callable[..., Eyes], tmp_path: Path
) -> None:
    organiser.sign_in()
    checker.sign_in()
    seal_a_scheme(organiser)
    path = create_poll(organiser)
    slug = path.strip("/").rpartition("/")[2]
    set_targets_and_channels(organiser, path)
    make_codes(organiser, path)
    sign_codes(checker, slug)
    codes = print_slips(organiser, slug)
    count_slips(organiser, slug, codes["两代表一委员"].pop())
    shares = bring_in_keys(organiser, checker, path, tmp_path)
    begin(organiser, checker, path)
    delegates = [come_to_the_hall(device(viewport=PHONE), slug, codes[name][0]) for name in HALL]
    present(organiser, slug, delegates)
    for delegate in delegates:
        delegate.close()
    open_the_box(organiser, checker, slug, shares)
    read_the_outcome(organiser, path)


def seal_a_scheme(officer: Officer) -> None:
    page = officer.page
    officer.go("/schemes/packs/", "选择制度包")
    officer.follow("市直机关领导班子述职评议")
    officer.sees("市直机关领导班子述职评议")
    page.get_by_label("焦作 2017").check()
    page.get_by_label("名称", exact=True).fill(SCHEME)
    officer.press("起草方案")
    officer.sees("参数")
    page.get_by_label("依据文号", exact=True).fill("云办〔2026〕8号")
    page.get_by_label("备案号", exact=True).fill("备〔2026〕3号")
    page.get_by_label("现场测评法定比例", exact=True).fill("1/2")
    officer.press("保存")
    expect(page.get_by_text("与制度包不同的参数：1 项")).to_be_visible()
    officer.follow("核对并封存")
    officer.sees("核对并封存")
    card = page.get_by_role("region", name="网络投票计分")
    expect(card).to_contain_text("多地发生过组织刷票")
    page.get_by_label("我已核对全部参数").check()
    officer.eyes.expected_status = {422}
    officer.press("封存方案", asked="谁也不能修改")
    expect(page.get_by_role("alert").first).to_be_visible()
    officer.eyes.expected_status = set()
    for region in page.get_by_role("region", name=re.compile("：")).all():
        region.get_by_label("为什么这样定").fill("市委常委会研究同意，复算往年场次。")
        region.get_by_label("依据（文件名称、文号、条款）").fill("云办〔2026〕8号第五条")
    page.get_by_label("我已核对全部参数").check()
    officer.press("封存方案", asked="谁也不能修改")
    officer.told("方案已封存。")
    officer.sees(SCHEME)
    expect(page.locator(".house-head")).to_contain_text("已封存")


def create_poll(officer: Officer) -> str:
    """Where its file lies."""
    page = officer.page
    officer.go("/polls/new/", "新建投票")
    page.get_by_label("名称", exact=True).fill(TITLE)
    version = page.get_by_label("方案版本", exact=True).locator("option", has_text=SCHEME)
    page.get_by_label("方案版本", exact=True).select_option(value=version.get_attribute("value"))
    page.get_by_label("正式：须有依据文号").check()
    page.get_by_label("依据文号", exact=True).fill("云办〔2026〕8号")
    page.get_by_label("备案号", exact=True).fill("备〔2026〕3号")
    page.get_by_label("三人分持").check()
    officer.press("建立投票")
    officer.told("已建立。")
    officer.sees(TITLE)
    expect(page.get_by_text("还没有评议对象：请先录入。")).to_be_visible()
    return "/" + page.url.split("/", 3)[3]


def set_targets_and_channels(officer: Officer, path: str) -> None:
    page = officer.page
    officer.follow("录入评议对象")
    officer.sees("评议对象")
    if not page.locator("input[name=code]").count():
        officer.press("加三行")
    expect(page.locator("input[name=code]")).to_have_count(3)
    for place, target in enumerate(TARGETS):
        for name, value in zip(("code", "title", "presenter"), target, strict=True):
            page.locator(f"input[name={name}]").nth(place).fill(value)
    page.locator("main").get_by_role("button", name="保存", exact=True).last.click()
    officer.told("已保存 3 个评议对象。")
    officer.go(path, TITLE)
    officer.follow("设定渠道")
    officer.sees("渠道")
    hall = page.get_by_role("region", name="现场测评")
    hall.get_by_label("会场投票：由主持人").check()
    hall.get_by_label("每个对象单独投").check()
    online = page.get_by_role("region", name="网络投票", exact=True)
    online.get_by_label("网络投票：到开始时间").check()
    online.get_by_label("一次投完").check()
    online.get_by_label("开始时间", exact=True).fill("2026-01-01T08:00")
    online.get_by_label("截止时间", exact=True).fill("2098-12-31T18:00")
    officer.press("保存")
    officer.told("已保存。")
    officer.sees(TITLE)
    officer.press("封定对象和渠道", asked="只能另建一次投票")
    officer.told("已封定。")


def make_codes(officer: Officer, path: str) -> None:
    page = officer.page
    officer.press("编制票册", asked="现在编制吗")
    officer.told("票册已编制。")
    officer.sees("人数与投票码")
    for name, (heads, slips) in ROLLS.items():
        row = officer.row(name)
        row.get_by_label(re.compile("应到")).fill(str(heads))
        row.get_by_label(re.compile("增印")).fill(str(slips))
    page.get_by_label(re.compile("常住人口")).fill("4000000")
    officer.press("保存")
    officer.told("已保存，共 5 个投票码。")
    officer.go(path, TITLE)
    expect(page.get_by_text("下一步“核对人签认投票码”由核对人办理。")).to_be_visible()


def sign_codes(checker: Officer, slug: str) -> None:
    checker.go("/desk/", "工作台")
    checker.go(f"/rolls/{slug}/signature/", "签认投票码")
    checker.press("签认", asked="签认上列摘要")
    checker.told("已签认。")
    expect(checker.page.locator(".house-head")).to_contain_text("已签认")


def print_slips(officer: Officer, slug: str) -> dict[str, list[str]]:
    """Class → codes, read from the paper."""
    page = officer.page
    officer.go(f"/rolls/{slug}/slips/", "票单")
    with page.expect_popup() as opened:
        officer.press("打开打印页")
    sheet = opened.value
    expect(sheet.locator(".slip")).to_have_count(5)
    officer.eyes.check(sheet, "slips")
    found: dict[str, list[str]] = {}
    for slip in sheet.locator(".slip").all():
        name = slip.locator(".slip-class").inner_text().strip()
        found.setdefault(name, []).append(slip.locator(".slip-code").inner_text().strip())
    sheet.close()
    assert {name: len(codes) for name, codes in found.items()} == {
        name: slips for name, (_heads, slips) in ROLLS.items()
    }
    officer.press("印制完毕，销毁底码", asked="确定销毁底码吗")
    officer.told("底码已销毁，投票码只在纸上。")
    expect(page.get_by_text("谁也不能再打印一次")).to_be_visible()
    return found


def count_slips(officer: Officer, slug: str, left_over: str) -> None:
    """One slip was not given out."""
    page = officer.page
    officer.go(f"/rolls/{slug}/void/", "作废剩余、损毁的票单")
    page.get_by_label("投票码", exact=True).fill(left_over)
    officer.press("作废", asked="不能恢复")
    officer.told("已作废 1 张票单。")
    officer.go(f"/rolls/{slug}/counts/", "清点票单")
    for name in ROLLS:
        officer.row(name).get_by_label(re.compile("发出")).fill("1")
    officer.press("保存清点结果")
    officer.told("清点结果已保存。")
    officer.go(f"/rolls/{slug}/", "票册")
    expect(officer.row("合计")).to_contain_text(re.compile(r"5\s*4\s*1\s*0"))


def bring_in_keys(officer: Officer, checker: Officer, path: str, folder: Path) -> list[str]:
    """Made away from the site; the shares of the three keepers."""
    page = officer.page
    officer.go(path, TITLE)
    officer.follow("导入密钥，核对指纹")
    officer.sees("密钥")
    with page.expect_download() as download:
        officer.follow("下载密钥申请")
    request = folder / download.value.suggested_filename
    download.value.save_as(request)
    made = subprocess.run(
        [str(PINGYI), "poll", "keys", str(request), "--out", str(folder / "keys")],
        check=True,
        capture_output=True,
        text=True,
    )
    page.get_by_label("密钥文件", exact=True).set_input_files(folder / "keys" / "keys.json")
    officer.press("导入")
    officer.told("密钥已导入。")
    # Somebody else compares what the offline computer showed.
    told = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", made.stdout)[0]
    checker.go(f"/ballots/{path.strip('/').rpartition('/')[2]}/keys/", "密钥")
    checker.page.get_by_label("离线电脑上的密钥指纹").fill(told)
    checker.press("核对")
    checker.told("指纹相符，密钥已核对。")
    page.reload()
    shown = page.get_by_role("region", name="密钥指纹").locator(".font-monospace").inner_text()
    assert shown == told
    shares = [(folder / "keys" / f"share-{n}.txt").read_text("utf-8") for n in (1, 2, 3)]
    return [" ".join(re.findall(r"\b[0-9]{4}\b", share.split("\n\n")[1])) for share in shares]


def begin(officer: Officer, checker: Officer, path: str) -> None:
    slug = path.strip("/").rpartition("/")[2]
    officer.go(path, TITLE)
    officer.press("验空箱，开始投票", asked="确定开始吗")
    officer.told("票箱是空的，零票报告已出具，投票开始。")
    officer.sees("零票报告")
    expect(officer.page.locator("tbody tr")).to_have_count(4)
    checker.go(f"/ballots/{slug}/zero/", "零票报告")
    checker.press("见证", asked="票箱是空的")
    checker.told("已见证。")
    expect(checker.page.locator(".house-head")).to_contain_text("已见证")


def come_to_the_hall(eyes: Eyes, slug: str, code: str) -> Page:
    page = eyes.page()
    page.goto(f"{eyes.address}/v/{slug}/#{code.replace(' ', '').replace('-', '')}")
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_role("heading", name="请等待主持人开放投票")).to_be_visible()
    return page


def present(officer: Officer, slug: str, delegates: list[Page]) -> None:
    """One presenter after the other: opened, voted on, locked."""
    page = officer.page
    page.goto(f"{officer.eyes.address}/ballots/{slug}/console/")
    officer.press("提前锁定", asked="网络投票到截止时间会自动锁定")  # it opened by itself
    officer.told("已锁定：网络投票")
    for place, (_code, title, presenter) in enumerate(TARGETS):
        stage = page.locator(".console-now")
        expect(stage.locator("h2")).to_contain_text(title)
        expect(stage.locator(".console-who").first).to_have_text(presenter)
        officer.press("开放投票")
        expect(stage.get_by_role("button", name="锁定", exact=True)).to_be_visible()
        for delegate in delegates:
            if place:
                delegate.get_by_role("button", name=f"下一位已开放：{title}").click()
            expect(delegate.get_by_role("heading", name=title)).to_be_visible()
            fill_points(delegate, itertools.repeat(POINTS[place]))
            delegate.get_by_role("button", name="检查并投票").click()
            press_cast(delegate)
            receipt(delegate)
        expect(stage.locator(".turnout-total").last).to_have_text(re.compile(r"3\s*/\s*3"))
        officer.eyes.check(page, f"console {title}")
        stage.get_by_role("button", name="锁定", exact=True).click()
        page.get_by_role("dialog").locator("button[value=yes]").click()
        expect(page.locator(".console-list li").nth(place)).to_contain_text("已锁定")
    expect(page.get_by_role("heading", level=1)).to_have_text("全部场次已锁定")


def open_the_box(officer: Officer, checker: Officer, slug: str, shares: list[str]) -> None:
    page = officer.page
    officer.go(f"/ballots/{slug}/opening/", "开箱")
    officer.press("清点全部已锁定场次")
    officer.told("已清点 4 个场次。")
    checker.go(f"/ballots/{slug}/opening/1/", "清点单")
    expect(checker.page.get_by_role("main")).to_contain_text(re.compile(r"信封内票数\s*3"))
    checker.go(f"/ballots/{slug}/opening/", "开箱")
    checker.press("确认全部清点结果", asked="信封数、用码数、摘要无误")
    checker.told("已确认 4 个场次的清点结果。")
    officer.go(f"/ballots/{slug}/opening/", "开箱")
    officer.eyes.expected_status = {422}
    page.get_by_label("第一份分片", exact=True).fill(shares[0])
    page.get_by_label("第二份分片", exact=True).fill(shares[0])
    officer.press("核验分片")
    expect(page.get_by_role("alert")).to_be_visible()
    officer.eyes.expected_status = set()
    for label, share in (("第一份分片", shares[0]), ("第二份分片", shares[2])):
        expect(page.get_by_label(label, exact=True)).to_have_value("")
        page.get_by_label(label, exact=True).fill(share)
    officer.press("核验分片")
    officer.told("两份分片有效，四小时内可以开箱。")
    officer.press("开箱全部已确认场次", asked="不能重来")
    officer.told("已开箱 4 个场次，密钥和信封已销毁。")
    officer.eyes.check(page, "opened")


def read_the_outcome(officer: Officer, path: str) -> None:
    page = officer.page
    slug = path.strip("/").rpartition("/")[2]
    officer.go(f"/ballots/{slug}/reconciliation/", "对账")
    expect(page.locator(".house-head")).to_contain_text("相符")
    expect(page.get_by_role("main")).not_to_contain_text("不符")
    expect(officer.row("两代表一委员").first).to_contain_text("＊")
    officer.go(f"/ballots/{slug}/results/", "开箱结果")
    expect(page.get_by_text("＊（少于 5 票或为其配对，不单独公布）").first).to_be_visible()
    for number in (1, 4):
        officer.go(f"/ballots/{slug}/results/{number}/", "各对象的评价")
    officer.go(f"/ballots/{slug}/score/", "得分和排名")
    expect(page.locator("tbody tr")).to_have_text(
        [
            re.compile(r"1\s*市商务局\s*90\.00\s*优秀"),
            re.compile(r"2\s*市水利局\s*80\.00\s*良好"),
            re.compile(r"3\s*市民政局\s*70\.00\s*一般"),
        ]
    )
    officer.follow("为什么？")
    officer.sees("得分说明")
    expect(page.get_by_role("main")).to_contain_text("90")
    officer.go(path, TITLE)
    expect(page.locator(".house-head")).to_contain_text("已开箱")
