"""The hall: console and wall side by side through one presenter; a second console takes over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pingyi.apps.rounds.models import Meeting, Round, RoundPoll
from pingyi.apps.scores import actions as scores
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, vote
from tests.apps.rounds.hands import collecting, meeting_of, take_on
from tests.apps.schemes.hands import organiser
from tests.apps.scores.hands import chair, checker, counted_round
from tests.browser.conftest import sign_in
from tests.browser.eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def one_factor(settings: object) -> None:
    """The organiser's second factor is tested elsewhere."""
    settings.SECOND_FACTOR_ROLES = []  # type: ignore[attr-defined]


ONLY_EVENTS = "window.setInterval = () => 0"
"""Without it nothing asks: what changes on a wall was told by an event."""


def hall() -> tuple[Vote, Meeting]:
    town = vote({LEADERS: 6, DELEGATES: 6, SERVICE: 6, PUBLIC: 1}, casting="sheet")
    return town, meeting_of(collecting(town))


def console_of(eyes: Eyes, meeting: Meeting, account: object) -> Page:
    page = sign_in(eyes, account).page()  # type: ignore[arg-type]
    page.goto(f"{eyes.address}/rounds/{meeting.round.slug}/meetings/{meeting.pk}/console/")
    return page


def wall_of(eyes: Eyes, meeting: Meeting) -> Page:
    page = eyes.page()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{eyes.address}/rounds/wall/{meeting.wall}/")
    return page


def press(page: Page, title: str, asked: bool = False) -> None:
    page.get_by_role("button", name=title, exact=True).first.click()
    if asked:
        page.get_by_role("dialog").locator("button[value=yes]").click()


def press_key(page: Page, key: str) -> None:
    """On a page that is whole: before, nothing listens."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_one_presenter_on_console_and_wall(device: Callable[..., Eyes]) -> None:
    town, meeting = hall()
    office, screen = device(), device()
    screen.context.add_init_script(ONLY_EVENTS)
    console, wall = console_of(office, meeting, chair()), wall_of(screen, meeting)
    expect(wall.get_by_role("heading", name="会议即将开始")).to_be_visible()
    press_key(console, "n")
    expect(wall.locator(".wall-who")).to_contain_text("下一位：市水利局")
    expect(console.locator(".console-item .state").first).to_contain_text("等候")
    for key, phase in (("n", "述职"), ("n", "点评"), ("n", "提问"), ("b", "点评"), ("n", "提问")):
        press_key(console, key)
        expect(wall.locator(".wall-phase")).to_contain_text(phase)
        expect(console.locator(".console-item .state").first).to_contain_text(phase)
    expect(wall.locator("[data-clock-now]")).to_have_text(re.compile(r"^\d+:\d\d$"))
    press(console, "开放投票")
    expect(wall.locator(".wall-vote")).to_contain_text("投票中")
    (item,) = [one for one in town.items("hall") if one.target and one.target.code == "SLJ"]
    codes = [code for key in (LEADERS, DELEGATES, SERVICE) for code in town.slips[key]]
    town.intake().take([town.casting(code, item) for code in codes[:7]])
    expect(wall.locator(".wall-turnout")).to_contain_text("7 / 18")
    expect(console.locator(".turnout-total")).to_contain_text("7 / 18")
    screen.check(wall, "wall")
    office.check(console, "console")
    press(console, "锁定投票", asked=True)
    expect(wall.locator(".wall-vote")).to_contain_text("投票已锁定")
    expect(wall.locator(".wall-who")).to_contain_text("下一位：市商务局")
    expect(console.locator(".console-item .state").first).to_contain_text("等候")
    # The page is loaded anew, as after a crash of the browser: the clock goes on where it was.
    press_key(console, "n")
    expect(wall.locator(".wall-phase")).to_contain_text("述职")
    expect(console.locator("[data-clock-now]")).not_to_have_text("0:00")
    console.reload()
    expect(console.locator("[data-clock]")).not_to_have_attribute("data-clock", "0")


@pytest.mark.usefixtures("one_factor")
def test_a_second_console_takes_over(open_eyes: Callable[..., Eyes]) -> None:
    _town, meeting = hall()
    first, second = open_eyes(), open_eyes()
    first.expected_status = {409}
    old, new = console_of(first, meeting, chair()), console_of(second, meeting, organiser())
    # The first console loses its connection to what is new, and is left standing.
    old.route("**/console/live/**", lambda route: route.fulfill(status=204))
    press(new, "开始会议")
    press(new, "开始述职")
    expect(new.locator(".console-item .state").first).to_contain_text("述职")
    press(old, "开始会议")
    expect(old.get_by_role("alert")).to_contain_text("这一次没有办理")
    expect(old.locator(".console-item .state").first).to_contain_text("述职")
    # Now it has seen what is, and may act; the other learns of it by itself.
    press_key(old, "n")
    expect(old.locator(".console-item .state").first).to_contain_text("点评")
    expect(new.locator(".console-item .state").first).to_contain_text("点评")
    meeting.refresh_from_db()
    assert meeting.stamp == 3


def test_a_wall_without_events_asks(open_eyes: Callable[..., Eyes]) -> None:
    _town, meeting = hall()
    eyes = open_eyes()
    eyes.expected_status = {404}  # the tests' own server has no events
    wall = wall_of(eyes, meeting)
    meeting.round.meetings.update(state="running", started_at=meeting.round.created_at, stamp=1)
    take_on(meeting, "SLJ", "begin")
    expect(wall.locator(".wall-who")).to_have_text("市水利局")
    # Away, and back again.
    wall.context.set_offline(True)
    expect(wall.locator("#wall-lost")).to_be_visible()
    take_on(meeting, "SLJ", "comment")
    wall.context.set_offline(False)
    expect(wall.locator(".wall-phase")).to_contain_text("点评")
    expect(wall.locator("#wall-lost")).to_be_hidden()


def test_results_come_and_go_with_the_release(device: Callable[..., Eyes]) -> None:
    found = counted_round()
    scores.check(by=checker(), computation=scores.compute(by=organiser(), round=found))
    meeting = meeting_of(found)
    Meeting.objects.update(state="running", started_at=found.created_at)
    assert RoundPoll.objects.filter(round=found).exists()
    office, screen = device(), device()
    wall = wall_of(screen, meeting)
    page = sign_in(office, chair()).page()
    office.look(page, f"/scores/{found.slug}/screen/")
    expect(wall.get_by_text("95.00")).to_have_count(0)
    press(page, "公布全部得分、等次和位次", asked=True)
    expect(wall.get_by_role("row", name=re.compile("市商务局"))).to_contain_text("95.00")
    screen.check(wall, "released")
    press(page, "撤下", asked=True)
    expect(wall.get_by_text("95.00")).to_have_count(0)


@pytest.mark.usefixtures("one_factor")
def test_the_pages_of_a_meeting_look_well(open_eyes: Callable[..., Eyes]) -> None:
    _town, meeting = hall()
    found: Round = meeting.round
    item = meeting.agenda.get(number=1)
    eyes = sign_in(open_eyes(), organiser())
    page = eyes.page()
    at = f"/rounds/{found.slug}"
    for path in (
        f"{at}/",
        f"{at}/meetings/new/",
        f"{at}/meetings/{meeting.pk}/",
        f"{at}/meetings/{meeting.pk}/remarks/{item.pk}/",
        f"{at}/remarks/",
        f"{at}/opinions/",
        f"{at}/opinions/categories/",
        f"/rounds/say/{found.guest_key}/",
    ):
        eyes.look(page, path)
    visitor = open_eyes(viewport={"width": 390, "height": 844})
    guest = visitor.page()
    guest.goto(f"{visitor.address}/rounds/say/{found.guest_key}/")
    guest.get_by_label("社会公众").check()
    guest.get_by_label("工作作风").check()
    guest.get_by_label("意见和建议").fill("办事要跑三趟")
    guest.get_by_role("button", name="提交").click()
    expect(guest.get_by_role("status")).to_contain_text("已收到")
    assert guest.evaluate("document.scripts.length") == 0
    page.goto(f"{eyes.address}{at}/opinions/")
    expect(page.get_by_role("link", name="办事要跑三趟")).to_be_visible()
