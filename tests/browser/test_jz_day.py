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
    Plan,
    begin,
    bring_in_keys,
    come_to_the_hall,
    compute_check_sign,
    count_slips,
    make_a_round,
    make_a_vote,
    make_codes,
    open_the_box,
    plan_a_meeting,
    print_slips,
    sign_codes,
    slug_of,
    two_places,
    upload,
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
PLAN = Plan(
    "市直机关述职评议",
    "关于开展述职评议工作的实施方案",
    TITLE,
    "2026年上半年",
    [title for _code, title, _head, _strokes in CITY],
)
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
    found = make_a_round(organiser, PLAN, "按姓氏笔画排序", asked="姓氏笔画从少到多")
    channels = ("现场测评", "网络投票汇总")
    vote = make_a_vote(organiser, found, channels, 现场测评="每个对象单独投")
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
    meeting = plan_a_meeting(organiser, found, f"{TITLE}会", TITLE)
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
    scores = {TITLES[code]: two_places(given.score(code)) for code in ORDER}
    result = compute_check_sign(organiser, checker, chair, found, scores)
    release(chair, result, screen, scores)
    wall.check(screen, "wall with results")
    chair.page.goto(f"{chair.eyes.address}{meeting}console/")
    chair.press("结束会议", asked="不再投票")
    expect(chair.page.get_by_role("heading", name="会议已结束")).to_be_visible()
    publish(organiser, result)
    look_at_home(device(viewport=PHONE), scores)
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
            # All rate the first; of the others half, as the quorum asks: the rest have left.
            for rater in pages if LONG or not place else pages[::2]:
                points = [hand.randrange(60, 101) for _ in range(6)]
                given.sheets[code][name].append(points)
                rate(rater, TITLES[code], iter(points), following=place > 0)
        cast = sum(len(sheets) for sheets in given.sheets[code].values())
        everybody = sum(HEADS.values())
        expect(screen.locator(".wall-turnout")).to_contain_text(f"{cast} / {everybody}")
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
    at = f"/ballots/{slug_of(vote)}/"
    for who in (officer, checker):
        files = {
            "file": (folder / "票数.csv", "\n".join(rows)),
            "rolls": (folder / "人数.csv", heads),
        }
        upload(who, f"{at}tallies/", **files)
    expect(checker.page.locator(".house-head")).to_contain_text("两遍一致")
    upload(officer, f"{at}figures/", file=(folder / "调查.csv", "\n".join(survey)))
    expect(officer.row("受访基层群众").first).to_be_visible()


def release(chair: Officer, result: str, screen: Page, scores: dict[str, str]) -> None:
    """The result stands on the wall of the hall as soon as the chair lets it, and not before."""
    expect(screen.get_by_text("评议结果")).to_have_count(0)
    chair.go(f"{result}screen/", "大屏公布结果")
    chair.press("公布全部得分", asked="会场大屏将立即显示结果")
    chair.told("大屏已显示结果")
    for title, score in scores.items():
        expect(screen.get_by_role("row", name=title)).to_contain_text(score)


def publish(officer: Officer, result: str) -> None:
    officer.go(f"{result}publish/", "公布")
    officer.page.get_by_label("同时在公众门户公布").check()
    officer.press("公布")
    officer.told("公示期开始")
    for path in ("", "1/report/", "1/why/SLJ/", "objections/", "determinations/"):
        officer.eyes.look(officer.page, result + path)


def look_at_home(home: Eyes, scores: dict[str, str]) -> None:
    page = home.page()
    page.goto(home.address)
    page.get_by_role("link", name=f"{TITLE}评分结果").click()
    for title, score in scores.items():
        expect(page.get_by_role("row", name=title)).to_contain_text(score)
    home.look(page, page.url.removeprefix(home.address))
    for score in scores.values():
        expect(page.locator("figure svg")).to_contain_text(score)
    assert page.context.browser
    with page.context.browser.new_context(java_script_enabled=False) as plain:
        without = plain.new_page()
        without.goto(page.url)
        for title in scores:
            expect(without.get_by_role("row", name=title)).to_be_visible()
        expect(without.locator("figcaption")).to_contain_text("最高")


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
