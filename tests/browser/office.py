"""What officers do with the pages of a vote, as the journeys through whole rounds do it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Locator, Page, expect

from pingyi.apps.people.models import Account
from tests.apps.ballots.server import PINGYI
from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.eyes import Eyes

LOOKED_AT: set[str] = {""}
"""Headings of pages that were looked at; none is no page's."""


def code_of(secret: str) -> str:
    """What an authenticator shows at this moment."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


class Officer:
    """At the browser: what is pressed, filled in and read."""

    def __init__(self, eyes: Eyes, account: Account) -> None:
        self.eyes = eyes
        self.account = account
        self.page = eyes.page()

    def sign_in(self) -> None:
        """By password; at the first time a second factor is set up."""
        self.account.set_password(PASSWORD)
        self.account.save()
        page = self.page
        page.goto(f"{self.eyes.address}/accounts/login/")
        page.get_by_label("账号", exact=True).fill(self.account.username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="启用两步验证")).to_be_visible()
        page.locator("[name=code]").fill(code_of(page.locator("code").inner_text()))
        page.get_by_role("button", name="启用").click()
        expect(page.get_by_text("两步验证已启用。")).to_be_visible()

    def come_in(self) -> None:
        """Without the page for it: one whose role asks for no second factor."""
        sign_in(self.eyes, self.account)

    def go(self, path: str, heading: str) -> None:
        self.page.goto(self.eyes.address + path)
        self.sees(heading)

    def sees(self, heading: str) -> None:
        """The page with this heading, sound at the size that it has: looked at once a run."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        if heading not in LOOKED_AT:
            LOOKED_AT.add(heading)
            self.eyes.check(self.page, heading)

    def told(self, words: str) -> None:
        """A message above the content."""
        expect(self.page.locator("#alerts").get_by_text(words)).to_be_visible()

    def follow(self, title: str) -> None:
        self.page.get_by_role("link", name=title, exact=True).first.click()

    def take_up(self, task: str) -> None:
        """What waits on the desk."""
        self.go("/desk/", "工作台")
        self.page.get_by_role("link", name=task).first.click()

    def fill(self, *labelled: tuple[str, str]) -> None:
        for label, words in labelled:
            self.page.get_by_label(label, exact=True).fill(words)

    def press(self, title: str, asked: str = "") -> None:
        """A button; where it asks, answer yes."""
        self.page.locator("main").get_by_role("button", name=title).first.click()
        if asked:
            dialog = self.page.get_by_role("dialog")
            expect(dialog).to_contain_text(asked)
            dialog.locator("button[value=yes]").click()

    def row(self, words: str) -> Locator:
        return self.page.get_by_role("row", name=re.compile(words))

    @property
    def path(self) -> str:
        """Where the page lies."""
        return "/" + self.page.url.split("/", 3)[3]


def slug_of(path: str) -> str:
    """Of the file of a vote or of a round."""
    return path.strip("/").rpartition("/")[2]


def make_codes(officer: Officer, path: str, heads: Mapping[str, int], more: str = "") -> None:
    """Lay out the rolls; ``heads``: words of a row → how many are to come, a slip for each and one
    more for the class ``more``."""
    officer.go(path, "")
    officer.press("编制票册", asked="现在编制吗")
    officer.told("票册已编制。")
    officer.sees("人数与投票码")
    for words, number in heads.items():
        row = officer.row(words)
        row.get_by_label(re.compile("应到")).fill(str(number))
        row.get_by_label(re.compile("印制|增印")).fill(str(number + (words == more)))
    officer.press("保存")
    officer.told(f"已保存，共 {sum(heads.values()) + bool(more)} 个投票码。")


def sign_codes(checker: Officer, path: str) -> None:
    checker.go(f"/rolls/{slug_of(path)}/signature/", "签认投票码")
    checker.press("签认", asked="签认上列摘要")
    checker.told("已签认。")


def print_slips(officer: Officer, path: str) -> dict[str, list[str]]:
    """Class → codes, read from the paper."""
    page = officer.page
    officer.go(f"/rolls/{slug_of(path)}/slips/", "票单")
    with page.expect_popup() as opened:
        officer.press("打开打印页")
    sheet = opened.value
    expect(sheet.locator(".slip").first).to_be_visible()
    officer.eyes.check(sheet, "slips")
    found: dict[str, list[str]] = {}
    for slip in sheet.locator(".slip").all():
        name = " ".join(slip.locator(".slip-class").inner_text().split())
        found.setdefault(name, []).append(slip.locator(".slip-code").inner_text().strip())
    sheet.close()
    officer.press("印制完毕，销毁底码", asked="确定销毁底码吗")
    officer.told("底码已销毁，投票码只在纸上。")
    expect(page.get_by_text("谁也不能再打印一次")).to_be_visible()
    return found


def count_slips(officer: Officer, path: str, heads: Mapping[str, int], left_over: str = "") -> None:
    """All were given out, but ``left_over``."""
    page = officer.page
    if left_over:
        officer.go(f"/rolls/{slug_of(path)}/void/", "作废剩余、损毁的票单")
        page.get_by_label("投票码", exact=True).fill(left_over)
        officer.press("作废", asked="不能恢复")
        officer.told("已作废 1 张票单。")
    officer.go(f"/rolls/{slug_of(path)}/counts/", "清点票单")
    for words, number in heads.items():
        officer.row(words).get_by_label(re.compile("发出")).fill(str(number))
    officer.press("保存清点结果")
    officer.told("清点结果已保存。")


def bring_in_keys(officer: Officer, checker: Officer, path: str, folder: Path) -> list[str]:
    """Made away from the site; the shares of the three keepers."""
    page = officer.page
    officer.go(path, "")
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
    checker.go(f"/ballots/{slug_of(path)}/keys/", "密钥")
    checker.page.get_by_label("离线电脑上的密钥指纹").fill(told)
    checker.press("核对")
    checker.told("指纹相符，密钥已核对。")
    page.reload()
    shown = page.get_by_role("region", name="密钥指纹").locator(".font-monospace").inner_text()
    assert shown == told
    shares = [(folder / "keys" / f"share-{n}.txt").read_text("utf-8") for n in (1, 2, 3)]
    return [" ".join(re.findall(r"\b[0-9]{4}\b", share.split("\n\n")[1])) for share in shares]


def begin(officer: Officer, checker: Officer, path: str, items: int) -> None:
    """The boxes are empty, and somebody else has seen it."""
    officer.go(path, "")
    officer.press("验空箱，开始投票", asked="确定开始吗")
    officer.told("票箱是空的，零票报告已出具，投票开始。")
    officer.sees("零票报告")
    expect(officer.page.locator("tbody tr")).to_have_count(items)
    checker.go(f"/ballots/{slug_of(path)}/zero/", "零票报告")
    checker.press("见证", asked="票箱是空的")
    checker.told("已见证。")


def come_to_the_hall(eyes: Eyes, path: str, code: str) -> Page:
    """A rater with a slip, at the page that waits for the first item."""
    page = eyes.page()
    page.goto(f"{eyes.address}/v/{slug_of(path)}/#{code.replace(' ', '').replace('-', '')}")
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    page.get_by_role("button", name="开始填写").click()
    return page


def open_the_box(
    officer: Officer, checker: Officer, path: str, shares: list[str], items: int
) -> None:
    """Two of the three keepers; a share entered twice is refused."""
    page, at = officer.page, f"/ballots/{slug_of(path)}/opening/"
    officer.go(at, "开箱")
    officer.press("清点全部已锁定场次")
    officer.told(f"已清点 {items} 个场次。")
    checker.go(at, "开箱")
    checker.press("确认全部清点结果", asked="信封数、用码数、摘要无误")
    checker.told(f"已确认 {items} 个场次的清点结果。")
    officer.go(at, "开箱")
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
    officer.told(f"已开箱 {items} 个场次，密钥和信封已销毁。")
    officer.go(f"/ballots/{slug_of(path)}/reconciliation/", "对账")
    expect(page.locator(".house-head")).to_contain_text("相符")
    expect(page.get_by_role("main")).not_to_contain_text("不符")


@dataclass(frozen=True)
class Plan:
    """What a round is called, and under which document it is held."""

    programme: str
    document: str
    title: str
    period: str
    units: Sequence[str]


def make_a_round(officer: Officer, plan: Plan, order: str, asked: str) -> str:
    """The document, the round of its one sealed scheme, its units in an ``order``, the notice;
    where its file lies."""
    page = officer.page
    officer.go("/rounds/programmes/new/", "登记评议制度")
    officer.fill(
        ("制度名称", plan.programme),
        ("文件标题", plan.document),
        ("依据文号", "云办〔2026〕8号"),
        ("印发机关", "云州市委办公室"),
        ("印发日期", "2026-01-13"),
        ("备案号", "备〔2026〕3号"),
    )
    officer.press("保存")
    officer.told("已保存")
    officer.go("/rounds/new/", "新建轮次")
    page.get_by_label("评议制度", exact=True).select_option(label=plan.programme)
    page.get_by_label("方案版本", exact=True).select_option(index=1)
    officer.fill(("轮次名称", plan.title), ("评议周期", plan.period))
    officer.press("建立轮次")
    officer.told("已建立")
    path = officer.path
    officer.follow("录入评议对象")
    officer.follow("从单位选")
    for title in plan.units:
        page.get_by_label(title, exact=True).check()
    officer.press("加入所选单位")
    officer.told("已加入")
    officer.press(order, asked=asked)
    officer.told("已按")
    officer.go(f"{path}edit/", "")
    officer.fill(
        ("评议日期", "2026-12-25"),
        ("通知文号", "云组通〔2026〕12号"),
        ("通知内容", "定于12月25日召开述职评议会。"),
    )
    officer.press("保存")
    return path


def make_a_vote(officer: Officer, found: str, inputs: Collection[str], **ways: str) -> str:
    """A vote of the round that holds these channels (``ways``: label → what is chosen); where its
    file lies."""
    page = officer.page
    officer.go(f"{found}votes/new/", "建立投票")
    if direction := ways.pop("direction", ""):
        page.get_by_label(direction, exact=True).check()
    for box in page.locator("input[name=inputs]").all():
        box.set_checked(box.evaluate("box => box.labels[0].innerText.trim()") in inputs)
    officer.press("建立投票")
    officer.told("评议对象已带入")
    path = officer.path
    officer.follow("设定渠道")
    officer.sees("渠道")
    for title, casting in ways.items():
        region = page.get_by_role("region", name=title, exact=True)
        region.get_by_label("会场投票：由主持人").check()
        region.get_by_label(casting).check()
    officer.press("保存")
    officer.told("已保存。")
    officer.press("封定对象和渠道", asked="只能另建一次投票")
    officer.told("已封定。")
    return path


def plan_a_meeting(officer: Officer, found: str, title: str, vote: str) -> str:
    """Where its file lies."""
    officer.go(f"{found}meetings/new/", "安排会议")
    officer.fill(("会议名称", title), ("开始时间", "2026-12-25T09:00"))
    choice = officer.page.get_by_label("会上的投票", exact=True)
    option = choice.locator("option", has_text=vote)
    choice.select_option(value=option.get_attribute("value"))
    officer.press("保存")
    officer.told("会议已安排")
    return officer.path


def upload(officer: Officer, path: str, **files: tuple[Path, str]) -> None:
    """Tables as Excel saves them here, in GB18030."""
    officer.page.goto(officer.eyes.address + path)
    for name, (file, text) in files.items():
        file.write_bytes(text.encode("gb18030"))
        officer.page.locator(f"input[name={name}]").set_input_files(file)
    officer.press("上传")


def compute_check_sign(
    officer: Officer, checker: Officer, chair: Officer, found: str, scores: Mapping[str, str]
) -> str:
    """By three people; ``scores``: title → what has to come out. Where the result lies."""
    result = f"/scores/{slug_of(found)}/"
    officer.go(found, "")
    officer.press("截止评议", asked="截止后不能再投票")
    officer.told("评议已截止")
    officer.go(result, "得分和排名")
    officer.press("计算得分", asked="计算")
    officer.told("请由另一位核对人核对")
    for title, score in scores.items():
        expect(officer.row(title).first).to_contain_text(score)
    checker.go(result, "得分和排名")
    checker.follow("为什么？")
    checker.sees("得分说明")
    checker.go(result, "得分和排名")
    checker.page.get_by_label("核对意见").fill("抽查一个单位，无误")
    checker.press("核对无误")
    checker.told("复算一致")
    chair.go(result, "得分和排名")
    chair.press("签发", asked="只能作更正")
    chair.told("已签发")
    return result


def two_places(value: Fraction) -> str:
    """Half up."""
    hundredths = (value * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02}"
