"""The JZ round from the pack to the answered objection, through the pages alone: the document, the
scheme, the round, the slips, the meeting with its wall, the delegates, three channels, the result.

Besides making the units and the accounts, and the keys on a computer without a network, nothing
happens behind the pages. Ten delegates vote; sixty and their leaders with ``make test-long``.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.people.enums import Role
from tests.apps.rounds.hands import CITY, city
from tests.apps.schemes.hands import account
from tests.apps.scores.hands import people_of
from tests.browser.eyes import Eyes
from tests.browser.office import (
    Officer,
    begin,
    bring_in_keys,
    come_to_the_hall,
    count_slips,
    make_codes,
    open_the_box,
    print_slips,
    sign_codes,
    slug_of,
)
from tests.browser.voting import PHONE, fill_points, press_cast, receipt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Eyes]
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
LEADERS, DELEGATES, USERS = "四大班子领导", "两代表一委员", "服务对象代表"
HEADS = {LEADERS: 8, DELEGATES: 30, USERS: 30} if LONG else {LEADERS: 2, DELEGATES: 4, USERS: 4}
WEIGHTS = {LEADERS: Fraction(2, 5), DELEGATES: Fraction(3, 10), USERS: Fraction(3, 10)}
SCHEME = "云州市2026年述职评议方案"
TITLE = "第二次述职评议"
ORDER = ("SWJ", "SLJ", "MZJ")
"""By the strokes of their heads' surnames: 史 5, 余 7, 段 9."""
TITLES = {code: title for code, title, _head, _strokes in CITY}
HEAD_OF = {code: head for code, _title, head, _strokes in CITY}
SURVEYED = {"SWJ": 90, "SLJ": 85, "MZJ": 60}
"""What the agency gives: the same from all three kinds of those asked."""
PUBLIC = {"SWJ": (300_000, 122_000), "SLJ": (250_000, 150_000), "MZJ": (100_000, 90_000)}
"""Of 460,000 votes on each: satisfied, fairly satisfied."""
VOTES = 460_000


@dataclass
class Given:
    """What the hall has given: target → class → sheets of six points."""

    sheets: dict[str, dict[str, list[list[int]]]] = field(
        default_factory=lambda: {code: {name: [] for name in HEADS} for code in ORDER}
    )

    def score(self, code: str) -> Fraction:
        """As the scheme says: the hall half, the agency a fifth, satisfaction online the rest; of
        more than five sheets of a class the highest and the lowest are left out."""
        hall = Fraction(0)
        for name, sheets in self.sheets[code].items():
            means = sorted(Fraction(sum(points), 6) for points in sheets)
            counted = means[1:-1] if len(means) > 5 else means
            hall += WEIGHTS[name] * sum(counted, Fraction(0)) / len(counted)
        online = Fraction(100 * sum(PUBLIC[code]), VOTES)
        return hall / 2 + Fraction(SURVEYED[code], 5) + online * Fraction(3, 10)


def two_places(value: Fraction) -> str:
    """Half up."""
    hundredths = (value * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02}"


@pytest.fixture
def organiser(device: Open) -> Officer:
    return Officer(device(), account(Role.ORGANISER))


@pytest.fixture
def checker(device: Open) -> Officer:
    return Officer(device(), account(Role.CHECKER))


@pytest.fixture
def chair(device: Open) -> Officer:
    return Officer(device(), account(Role.CHAIR))


def test_a_whole_round(
    organiser: Officer, checker: Officer, chair: Officer, device: Open, tmp_path: Path
) -> None:
    city()
    organiser.sign_in()
    checker.sign_in()
    chair.come_in()
    seal_a_scheme(organiser)
    found = make_a_round(organiser)
    vote = make_a_vote(organiser, found)
    unit = Officer(device(viewport=PHONE), people_of("SLJ"))
    unit.come_in()
    announce(organiser, unit, found)
    make_codes(organiser, vote, HEADS, more=DELEGATES)
    sign_codes(checker, vote)
    codes = print_slips(organiser, vote)
    assert {name: len(slips) for name, slips in codes.items()} == {
        name: number + (name == DELEGATES) for name, number in HEADS.items()
    }
    count_slips(organiser, vote, HEADS, left_over=codes[DELEGATES].pop())
    shares = bring_in_keys(organiser, checker, vote, tmp_path)
    begin(organiser, checker, vote, items=3)
    meeting = plan_a_meeting(organiser, found)
    raters = {
        name: [come_to_the_hall(device(viewport=PHONE), vote, code) for code in slips]
        for name, slips in codes.items()
    }
    wall = device(viewport={"width": 1920, "height": 1080})
    screen = wall.page()
    chair.go(meeting, f"{TITLE}会")
    at = chair.page.get_by_role("link", name="打开大屏").get_attribute("href")
    screen.goto(f"{wall.address}{at}")
    given = hold_the_meeting(chair, wall, screen, meeting, raters)
    for page in [page for pages in raters.values() for page in pages]:
        page.close()
    enter_files(organiser, checker, vote, tmp_path)
    open_the_box(organiser, checker, vote, shares, items=3)
    result = compute_check_sign(organiser, checker, chair, found, given)
    release(chair, result, screen, given)
    wall.check(screen, "wall with results")
    chair.page.goto(f"{chair.eyes.address}{meeting}console/")
    chair.press("结束会议", asked="不再投票")
    publish(organiser, result)
    look_at_home(device(viewport=PHONE), given)
    object_and_be_answered(unit, checker, result)


def seal_a_scheme(officer: Officer) -> None:
    page = officer.page
    officer.go("/schemes/packs/", "选择制度包")
    officer.follow("市直机关领导班子述职评议")
    officer.sees("市直机关领导班子述职评议")
    page.get_by_label("焦作 2017").check()
    page.get_by_label("名称", exact=True).fill(SCHEME)
    officer.press("起草方案")
    officer.sees("参数")
    officer.fill(
        ("依据文号", "云办〔2026〕8号"), ("备案号", "备〔2026〕3号"), ("现场测评法定比例", "1/2")
    )
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
    expect(page.locator(".house-head")).to_contain_text("已封存")


def make_a_round(officer: Officer) -> str:
    """The document, the round, its units in the order of strokes; where its file lies."""
    page = officer.page
    officer.go("/rounds/programmes/new/", "登记评议制度")
    officer.fill(
        ("制度名称", "市直机关述职评议"),
        ("文件标题", "关于开展述职评议工作的实施方案"),
        ("依据文号", "云办〔2026〕8号"),
        ("印发机关", "云州市委办公室"),
        ("印发日期", "2026-01-13"),
        ("备案号", "备〔2026〕3号"),
    )
    officer.press("保存")
    officer.told("已保存")
    officer.go("/rounds/new/", "新建轮次")
    page.get_by_label("评议制度", exact=True).select_option(label="市直机关述职评议")
    page.get_by_label("方案版本", exact=True).select_option(index=1)
    officer.fill(("轮次名称", TITLE), ("评议周期", "2026年上半年"))
    officer.press("建立轮次")
    officer.told("已建立")
    path = officer.path
    officer.follow("录入评议对象")
    officer.follow("从单位选")
    for title in TITLES.values():
        page.get_by_label(title, exact=True).check()
    officer.press("加入所选单位")
    officer.told("已加入")
    officer.press("按姓氏笔画排序", asked="姓氏笔画从少到多")
    officer.told("已按姓氏笔画排序")
    for place, code in enumerate(ORDER):
        expect(page.locator("input[name=code]").nth(place)).to_have_value(code)
    officer.go(f"{path}edit/", "")
    officer.fill(
        ("评议日期", "2026-12-25"),
        ("通知文号", "云组通〔2026〕12号"),
        ("通知内容", "定于12月25日召开述职评议会。"),
    )
    officer.press("保存")
    return path


def make_a_vote(officer: Officer, found: str) -> str:
    """In the hall by presenter; the public's votes come from another platform's count."""
    page = officer.page
    officer.go(found, TITLE)
    officer.follow("建立投票")
    page.get_by_label("网络投票", exact=True).uncheck()
    officer.press("建立投票")
    officer.told("评议对象已带入")
    path = officer.path
    officer.follow("设定渠道")
    officer.sees("渠道")
    hall = page.get_by_role("region", name="现场测评")
    hall.get_by_label("会场投票：由主持人").check()
    hall.get_by_label("每个对象单独投").check()
    officer.press("保存")
    officer.told("已保存。")
    officer.press("封定对象和渠道", asked="只能另建一次投票")
    officer.told("已封定。")
    return path


def announce(officer: Officer, unit: Officer, found: str) -> None:
    """The unit reads it on a phone and hands in its report; then collecting begins."""
    officer.go(found, TITLE)
    officer.press("发出通知", asked="评议对象不能再改")
    officer.told("通知已发出")
    unit.take_up(f"评议通知：{TITLE}")
    expect(unit.page.get_by_text("定于12月25日召开述职评议会")).to_be_visible()
    expect(unit.page.get_by_text(HEAD_OF["SLJ"])).to_be_visible()
    unit.go(f"{found}reports/", "述职报告")
    unit.follow(TITLES["SLJ"])
    unit.page.get_by_label("述职报告", exact=True).fill("一年来，抓河湖治理，补安全短板。")
    unit.press("提交", asked="附件都传齐了吗")
    unit.told("已提交")
    officer.go(found, TITLE)
    officer.press("开始评议", asked="不能再改")
    officer.told("评议已开始")


def plan_a_meeting(officer: Officer, found: str) -> str:
    officer.go(f"{found}meetings/new/", "安排会议")
    officer.fill(("会议名称", f"{TITLE}会"), ("开始时间", "2026-12-25T09:00"))
    officer.page.get_by_label("会上的投票", exact=True).select_option(index=1)
    officer.press("保存")
    officer.told("已")
    return officer.path


def hold_the_meeting(
    chair: Officer, wall: Eyes, screen: Page, meeting: str, raters: dict[str, list[Page]]
) -> Given:
    """Report, comment, vote, lock: one presenter after the other, each rater with own points."""
    hand, given, page = random.Random(2016), Given(), chair.page
    page.goto(f"{chair.eyes.address}{meeting}console/")
    chair.press("开始会议")
    for place, code in enumerate(ORDER):
        now = page.locator(".console-now")
        expect(now.locator("h2").first).to_contain_text(TITLES[code])
        chair.press("开始述职")
        expect(screen.locator(".wall-who")).to_contain_text(TITLES[code])
        chair.press("转入点评")
        comment(chair, TITLES[code])
        chair.press("转入提问")
        chair.press("开放投票")
        expect(screen.locator(".wall-vote")).to_contain_text("投票中")
        for name, pages in raters.items():
            for rater in pages:
                points = [hand.randrange(60, 101) for _ in range(6)]
                given.sheets[code][name].append(points)
                rate(rater, TITLES[code], iter(points), following=place > 0)
        everybody = sum(HEADS.values())
        expect(screen.locator(".wall-turnout")).to_contain_text(f"{everybody} / {everybody}")
        wall.check(screen, f"wall {code}")
        chair.eyes.check(page, f"console {code}")
        chair.press("锁定投票", asked="锁定")
        expect(screen.locator(".wall-vote")).to_contain_text("投票已锁定")
    return given


def comment(chair: Officer, title: str) -> None:
    """In a window of its own beside the console."""
    with chair.page.expect_popup() as opened:
        chair.follow("记点评和提问")
    notes = opened.value
    notes.get_by_label("肯定", exact=True).fill("工作有成效。")
    form = notes.get_by_role("region", name="记点评")
    form.get_by_label("问题", exact=True).fill("一是进度偏慢；二是服务不优。")
    notes.get_by_role("button", name="保存点评").click()
    expect(notes.get_by_role("region", name="已记录")).to_contain_text("服务不优")
    notes.close()


def rate(rater: Page, title: str, points: Iterator[int], *, following: bool) -> None:
    if following:
        rater.get_by_role("button", name=f"下一位已开放：{title}").click()
    expect(rater.get_by_role("heading", name=title)).to_be_visible()
    fill_points(rater, points)
    rater.get_by_role("button", name="检查并投票").click()
    press_cast(rater)
    receipt(rater)


def enter_files(officer: Officer, checker: Officer, vote: str, folder: Path) -> None:
    """The public's votes by two people, as Excel saves them here (GB18030); the agency's scores."""
    rows = ["渠道,票种,测评表,对象编码,测评内容,选项,票数"]
    for code, (good, fair) in PUBLIC.items():
        numbers = (("满意", good), ("基本满意", fair), ("不满意", VOTES - good - fair))
        rows += [f"网络投票汇总,社会公众,网络投票表,{code},总体评价,{g},{n}" for g, n in numbers]
    heads = "渠道,票种,测评表,收回,有效,无效,常住人口\n"
    heads += f"网络投票汇总,社会公众,网络投票表,{VOTES},{VOTES},0,3620000\n"
    survey = ["指标,对象编码,应答人类别,数值,样本量"]
    for code, value in SURVEYED.items():
        survey += [
            f"第三方调查机构评分,{code},{kind},{value},100"
            for kind in ("受访市场主体", "受访服务对象", "受访基层群众")
        ]
    for name, text in (("votes", "\n".join(rows)), ("heads", heads), ("survey", "\n".join(survey))):
        (folder / f"{name}.csv").write_bytes(text.encode("gb18030"))
    for who in (officer, checker):
        who.go(f"/ballots/{slug_of(vote)}/tallies/", "录入汇总票")
        who.page.locator("input[name=file]").set_input_files(folder / "votes.csv")
        who.page.locator("input[name=rolls]").set_input_files(folder / "heads.csv")
        who.press("上传")
    expect(checker.page.locator(".house-head")).to_contain_text("两遍一致")
    officer.go(f"/ballots/{slug_of(vote)}/figures/", "录入第三方评分和指标")
    officer.page.locator("input[name=file]").set_input_files(folder / "survey.csv")
    officer.press("上传")
    expect(officer.row("受访基层群众").first).to_be_visible()


def compute_check_sign(
    officer: Officer, checker: Officer, chair: Officer, found: str, given: Given
) -> str:
    """Where the result lies."""
    result = f"/scores/{slug_of(found)}/"
    officer.go(found, TITLE)
    officer.press("截止评议", asked="截止后不能再投票")
    officer.told("评议已截止")
    officer.go(result, "得分和排名")
    officer.press("计算得分", asked="计算")
    officer.told("请由另一位核对人核对")
    for code in ORDER:
        expect(officer.row(TITLES[code]).first).to_contain_text(two_places(given.score(code)))
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


def release(chair: Officer, result: str, screen: Page, given: Given) -> None:
    """The result stands on the wall of the hall as soon as the chair lets it, and not before."""
    expect(screen.get_by_text("评议结果")).to_have_count(0)
    chair.go(f"{result}screen/", "大屏公布结果")
    chair.press("公布全部得分", asked="会场大屏将立即显示结果")
    chair.told("大屏已显示结果")
    for code in ORDER:
        row = screen.get_by_role("row", name=TITLES[code])
        expect(row).to_contain_text(two_places(given.score(code)))


def publish(officer: Officer, result: str) -> None:
    officer.go(f"{result}publish/", "公布")
    officer.page.get_by_label("同时在公众门户公布").check()
    officer.press("公布")
    officer.told("公示期开始")
    for path in ("", "1/report/", "1/why/SLJ/", "objections/", "determinations/"):
        officer.eyes.look(officer.page, result + path)


def look_at_home(home: Eyes, given: Given) -> None:
    page = home.page()
    page.goto(home.address)
    page.get_by_role("link", name=f"{TITLE}评分结果").click()
    for code in ORDER:
        row = page.get_by_role("row", name=TITLES[code])
        expect(row).to_contain_text(two_places(given.score(code)))
    home.look(page, page.url.removeprefix(home.address))


def object_and_be_answered(unit: Officer, checker: Officer, result: str) -> None:
    unit.page.goto(f"{unit.eyes.address}{result}told/")
    unit.follow("提出异议")
    unit.page.get_by_label("异议内容和理由").fill("服务对象的票数与现场清点不符。")
    unit.press("提出异议")
    unit.told("异议已提出")
    checker.take_up("市水利局：异议待处理")
    checker.page.get_by_label("异议不成立").check()
    checker.page.get_by_label("答复", exact=True).fill("经复核，全部计入。")
    checker.press("答复")
    checker.told("已答复")
    unit.page.goto(f"{unit.eyes.address}{result}told/")
    expect(unit.page.get_by_text("经复核，全部计入。")).to_be_visible()
    unit.eyes.look(unit.page, f"{result}told/")
