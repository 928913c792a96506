"""The RY round in both directions, through the pages alone: each secretary reports downwards to the
own team and members, then upwards to the superior team and the delegates; both count.

Three townships and ten raters; twenty-four delegates with ``make test-long``.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.people.enums import Role, UnitKind
from tests.apps.rounds.hands import city
from tests.apps.schemes.hands import account, sealed
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
from tests.browser.voting import PHONE, choose, fill_all, press_cast, receipt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Eyes]
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TOWNS = (
    ("CG", "城关镇", "史千帆", 5),
    ("BS", "白沙镇", "余行之", 7),
    ("XH", "下河乡", "段长亭", 9),
)
TITLES = [title for _code, title, _head, _strokes in TOWNS]
PLAN = Plan(
    "乡镇党委书记双向述职评议",
    "关于建立党组织书记抓基层党建工作双向述职评议制度的意见",
    "2026年上半年双向述职评议",
    "2026年上半年",
    TITLES,
)
TEAM, DELEGATES = "上级班子成员", "两代表一委员"
OWN, MEMBERS = "本级班子成员", "党员群众"
UP = {TEAM: 2, DELEGATES: 24 if LONG else 2}
DOWN = {OWN: 1, MEMBERS: 2 if LONG else 1}
"""In each township."""
GRADES = {"好": 100, "较好": 80, "一般": 60, "较差": 40}
QUANTITATIVE = {"城关镇": 92, "白沙镇": 88, "下河乡": 70}

Votes = dict[tuple[str, str], list[int]]
"""Township and class → points."""


def test_both_directions(device: Open, tmp_path: Path) -> None:
    city(TOWNS, UnitKind.TOWNSHIP)
    organiser, checker = Officer(device(), account(Role.ORGANISER)), account(Role.CHECKER)
    second = Officer(device(), checker)
    chair = Officer(device(), account(Role.CHAIR))
    organiser.sign_in()
    second.sign_in()
    chair.come_in()
    sealed("ruyang-two-way")
    found = make_a_round(organiser, PLAN, "按姓氏笔画排序", asked="姓氏笔画从少到多")
    down = make_a_vote(
        organiser, found, ["向下述职测评"], direction="向下述职", 向下述职测评="一次投完"
    )
    up = make_a_vote(
        organiser, found, ["向上述职测评"], direction="向上述职", 向上述职测评="一次投完"
    )
    organiser.go(found, PLAN.title)
    organiser.press("发出通知", asked="评议对象不能再改")
    organiser.press("开始评议", asked="不能再改")
    organiser.told("评议已开始")
    at_home = {f"{name}.*{title}": number for title in TITLES for name, number in DOWN.items()}
    slips, shares = {}, {}
    for vote, heads in ((down, at_home), (up, UP)):
        (tmp_path / slug_of(vote)).mkdir()
        make_codes(organiser, vote, heads)
        sign_codes(second, vote)
        slips[vote] = print_slips(organiser, vote)
        count_slips(organiser, vote, heads)
        shares[vote] = bring_in_keys(organiser, second, vote, tmp_path / slug_of(vote))
        begin(organiser, second, vote, items=1)
    below = plan_a_meeting(organiser, found, "向下述职会", "向下述职")
    above = plan_a_meeting(organiser, found, "向上述职会", "向上述职")
    # Upwards comes after downwards; to begin earlier wants a reason.
    chair.page.goto(f"{chair.eyes.address}{above}console/")
    expect(chair.page.get_by_label(re.compile("向下述职还没有结束"))).to_be_visible()
    votes = meet(chair, device, below, down, slips[down])
    votes |= meet(chair, device, above, up, slips[up])
    rows = [f"量化考评得分,{code},{QUANTITATIVE[title]}" for code, title, *_ in TOWNS]
    table = "\n".join(["指标,对象编码,数值", *rows])
    at = f"/ballots/{slug_of(up)}/figures/"
    upload(organiser, at, file=(tmp_path / "量化.csv", table))
    for vote in (down, up):
        open_the_box(organiser, second, vote, shares[vote], items=1)
    exact = {title: score(votes, title) for title in TITLES}
    scores = {title: two_places(value) for title, value in exact.items()}
    result = compute_check_sign(organiser, second, chair, found, scores)
    lowest = min(exact, key=lambda title: exact[title])
    expect(organiser.row(lowest).first).to_contain_text("排名靠后拟约谈")
    tell_each_its_own(organiser, device, result, scores)


def meet(
    chair: Officer, device: Open, meeting: str, vote: str, slips: dict[str, list[str]]
) -> Votes:
    """All report; then one ballot over everybody, or over the own township."""
    page = chair.page
    page.goto(f"{chair.eyes.address}{meeting}console/")
    chair.press("开始会议")
    for title in TITLES:
        expect(page.locator(".console-now h2").first).to_contain_text(title)
        for verb in ("开始述职", "转入点评", "转入提问"):
            chair.press(verb)
        chair.press("结束这一位")
    raters = [
        (name, come_to_the_hall(device(viewport=PHONE), vote, code))
        for name, codes in slips.items()
        for code in codes
    ]
    chair.press("开放投票", asked="一次开放")
    found: Votes = {}
    draw = random.Random(2013)
    for name, rater in raters:
        title, _, town = name.partition(" · ")
        rated = [town] if town else TITLES
        given = [draw.choice(list(GRADES)) for _ in rated]
        for one, grade in zip(rated, given, strict=True):
            found.setdefault((one, title), []).append(GRADES[grade])
        rate(rater, iter(given))
        rater.close()
    chair.eyes.check(page, "console")
    chair.press("锁定投票", asked="不能再投")
    chair.press("结束会议", asked="不再投票")
    expect(page.get_by_role("heading", name="会议已结束")).to_be_visible()
    return found


def rate(rater: Page, grades: Iterator[str]) -> None:
    expect(rater.locator("#fill-next")).to_be_visible()
    fill_all(rater, lambda page: choose(next(grades))(page))  # noqa: PLW0108 - one a target
    press_cast(rater)
    receipt(rater)


def score(votes: Votes, title: str) -> Fraction:
    """Upwards 0.6 and downwards 0.4, seven tenths; the quantitative figure three tenths."""

    def mean(name: str) -> Fraction:
        points = votes[title, name]
        return Fraction(sum(points), len(points))

    above = mean(TEAM) * Fraction(2, 5) + mean(DELEGATES) * Fraction(3, 5)
    below = mean(OWN) * Fraction(3, 10) + mean(MEMBERS) * Fraction(7, 10)
    review = above * Fraction(3, 5) + below * Fraction(2, 5)
    return review * Fraction(7, 10) + QUANTITATIVE[title] * Fraction(3, 10)


def tell_each_its_own(officer: Officer, device: Open, result: str, scores: dict[str, str]) -> None:
    """A township sees itself and no other; the public nothing."""
    officer.go(f"{result}publish/", "公布")
    officer.page.get_by_label("各单位只看本单位").check()
    officer.press("公布")
    officer.told("公示期开始")
    officer.eyes.look(officer.page, result)
    head = Officer(device(viewport=PHONE), people_of("BS", Role.UNIT_HEAD))
    head.come_in()
    head.page.goto(f"{head.eyes.address}{result}told/")
    expect(head.row("白沙镇").first).to_contain_text(scores["白沙镇"])
    expect(head.row("城关镇")).to_have_count(0)
    head.eyes.look(head.page, f"{result}told/")
