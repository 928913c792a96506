"""Bad days of a voter: lost connections, killed servers, wrong codes, closed polls, two on one
tablet. Whatever happens, a ballot is counted once or its voter is told that it is not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from pingyi.apps.ballots import actions
from pingyi.apps.ballots.boxes import box_of
from tests.apps.ballots.hall import DELEGATES, PUBLIC, Vote, prepared, vote
from tests.apps.ballots.server import Server, serving
from tests.apps.schemes.hands import organiser
from tests.browser.conftest import opener
from tests.browser.eyes import Eyes
from tests.browser.voting import (
    PHONE,
    choose,
    come_in,
    fill_all,
    path_of,
    press_cast,
    receipt,
    start,
    storage,
    vote_for_all,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Device = Callable[..., Eyes]
CAST = re.compile(r"/cast/\w+/$")
RETRYING = "还没有收到确认"


@pytest.fixture
def public() -> Vote:
    """A public vote that is open."""
    town = vote({PUBLIC: 4, DELEGATES: 2}, rehearsal=True)
    town.open("online")
    return town


def in_the_box(town: Vote) -> int:
    box = box_of(town.poll.slug)
    found = sum(batch.count for item in town.poll.items.all() for batch in box.batches(item.number))
    box.close()
    return found


def bodies(page: Page) -> list[bytes]:
    """Castings that the page sends, as they leave it."""
    found: list[bytes] = []
    page.on(
        "request",
        lambda r: found.append(r.post_data_buffer or b"") if CAST.search(r.url) else None,
    )
    return found


def test_reload_in_mid_ballot(device: Device, public: Vote) -> None:
    page = start(device(viewport=PHONE), public, public.slips[PUBLIC][0])
    assert public.slips[PUBLIC][0] not in page.url
    choose("满意")(page)
    page.locator("#fill-next").click()
    choose("不满意")(page)
    page.reload()
    expect(page.get_by_text("已恢复这台设备上没有投出的选择").first).to_be_visible()
    expect(page.locator("#fill-where")).to_have_text("第 2 个，共 3 个")
    expect(page.get_by_role("radio", name="不满意")).to_be_checked()
    page.get_by_role("button", name="上一个").click()
    expect(page.get_by_role("radio", name="满意", exact=True)).to_be_checked()
    page.get_by_role("button", name="清除本机草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="清除").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    vote_for_all(page)
    assert in_the_box(public) == 1


def test_offline_and_back(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    page = start(eyes, public, public.slips[PUBLIC][0])
    sent = bodies(page)
    eyes.context.set_offline(True)
    fill_all(page, choose("基本满意"))
    press_cast(page)
    expect(page.get_by_text(RETRYING).first).to_be_visible()
    eyes.check(page, "retrying")
    page.get_by_role("button", name="现在重试").click()
    expect(page.get_by_role("button", name="现在重试")).to_be_visible()
    eyes.context.set_offline(False)
    receipt(page)
    assert len(set(sent)) == 1
    assert len(sent) > 2
    assert in_the_box(public) == 1


def test_double_tap(device: Device, public: Vote) -> None:
    page = start(device(viewport=PHONE), public, public.slips[PUBLIC][0])
    sent = bodies(page)
    fill_all(page, choose("满意"))
    page.get_by_role("button", name="投出这张票").dblclick()
    page.evaluate(
        "const yes = document.querySelector('#ask [value=yes]'); yes.click(); yes.click()"
    )
    receipt(page)
    assert len(sent) == 1
    assert in_the_box(public) == 1


def test_the_browser_is_killed_in_mid_cast(device: Device, public: Vote) -> None:
    """The same bytes go out again when somebody opens the page; the answer is the same."""
    eyes = device(viewport=PHONE)
    page = start(eyes, public, public.slips[PUBLIC][0])
    lost: list[bytes] = []

    def lose(route: Route) -> None:
        lost.append(route.request.post_data_buffer or b"")
        route.fetch()
        route.abort()

    eyes.context.route(CAST, lose)
    fill_all(page, choose("满意"))
    press_cast(page)
    expect(page.get_by_text(RETRYING).first).to_be_visible()
    page.close()
    assert in_the_box(public) == 1
    eyes.context.unroute(CAST)
    page = eyes.page()
    sent = bodies(page)
    page.goto(f"{eyes.address}{path_of(public)}")
    receipt(page)
    assert set(sent) == set(lost)
    assert in_the_box(public) == 1
    assert not [key for key in storage(page) if key.startswith("pingyi.vote.")]


@pytest.fixture
def frail(browser: Browser, django_db_setup: None) -> Iterator[tuple[Server, Device]]:
    """A server of the test's own, to be killed."""
    with serving() as server:
        make = opener(browser, f"http://127.0.0.1:{server.port}")
        yield server, next(make)
        with suppress(StopIteration):
            next(make)


def test_the_server_is_killed_between_commit_and_answer(
    frail: tuple[Server, Device], public: Vote
) -> None:
    server, device = frail
    eyes = device(viewport=PHONE)
    page = start(eyes, public, public.slips[PUBLIC][0])
    sent = bodies(page)
    killed = threading.Event()

    def kill(route: Route) -> None:
        if killed.is_set():
            with suppress(Error):
                route.continue_()
            return
        killed.set()
        route.fetch()
        server.kill()
        route.abort()

    eyes.context.route(CAST, kill)
    fill_all(page, choose("满意"))
    press_cast(page)
    expect(page.get_by_text(RETRYING).first).to_be_visible()
    assert in_the_box(public) == 1
    server.start()
    receipt(page)
    assert len(set(sent)) == 1
    assert in_the_box(public) == 1


def test_a_busy_box_is_tried_again(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    eyes.expected_status = {503}
    page = start(eyes, public, public.slips[PUBLIC][0])
    turns = iter((503, 503))

    def busy(route: Route) -> None:
        status = next(turns, 0)
        if status:
            route.fulfill(status=status, headers={"retry-after": "1"}, body="{}")
        else:
            route.continue_()

    eyes.context.route(CAST, busy)
    fill_all(page, choose("满意"))
    press_cast(page)
    expect(page.get_by_text("票箱繁忙").first).to_be_visible()
    receipt(page)
    assert in_the_box(public) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "请输入票单上的投票码"),
        ("ABCD", "还差 13 位"),
        ("0" * 18, "多了 1 位"),
        ("ABCD-EFGH-JK*", "“*”不会出现在投票码里"),
        ("0000-0000-0000-0001-0", "有一位输错或颠倒"),
        ("0" * 17, "没有这个投票码"),
    ],
)
def test_mistyped_codes(device: Device, public: Vote, typed: str, told: str) -> None:
    eyes = device(viewport=PHONE)
    page = eyes.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{eyes.address}{path_of(public)}")
    page.get_by_label("投票码").fill(typed)
    page.get_by_role("button", name="进入").click()
    expect(page.locator("#code-fault")).to_contain_text(told)
    expect(page.get_by_label("投票码")).to_be_focused()
    # Only what may be a code is asked about.
    assert any(url.endswith("/look") for url in asked) == (typed == "0" * 17)


def test_a_code_of_another_poll(device: Device, public: Vote) -> None:
    other = vote({PUBLIC: 2}, rehearsal=True)
    eyes = device(viewport=PHONE)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(public)}#{other.slips[PUBLIC][0]}")
    expect(page.get_by_text("这次投票没有这个投票码")).to_be_visible()
    assert "#" not in page.url
    assert storage(page) == {}


def test_too_many_codes(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    eyes.expected_status = {429}
    eyes.context.route("**/look", lambda route: route.fulfill(status=429, body="{}"))
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(public)}#{public.slips[PUBLIC][0]}")
    expect(page.get_by_text("一分钟后再试")).to_be_visible()


def test_a_code_that_is_spent(device: Device, public: Vote) -> None:
    code = public.slips[PUBLIC][0]
    vote_for_all(start(device(viewport=PHONE), public, code))
    eyes = device(viewport=PHONE)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(public)}#{code}")
    expect(page.get_by_role("heading", name="这个投票码已经用过")).to_be_visible()
    expect(page.get_by_text("请马上拿票单告诉核对人")).to_be_visible()
    eyes.check(page, "spent")
    # Somebody else was faster while this one filled in.
    code = public.slips[PUBLIC][1]
    slow = start(device(viewport=PHONE), public, code)
    fill_all(slow, choose("满意"))
    vote_for_all(start(device(viewport=PHONE), public, code))
    press_cast(slow)
    expect(slow.get_by_role("heading", name="这个投票码已经用过")).to_be_visible()
    assert not [key for key in storage(slow) if key.startswith("pingyi.vote.")]
    assert in_the_box(public) == 2


def test_a_slip_exchanged_for_paper(device: Device, public: Vote) -> None:
    code = public.slips[PUBLIC][0]
    actions.exchange_for_paper(by=organiser(), poll=public.poll, typed=code)
    eyes = device(viewport=PHONE)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(public)}#{code}")
    expect(page.get_by_text("如果换领过纸票，请填纸票")).to_be_visible()


def test_a_closed_poll(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    late = start(eyes, public, public.slips[PUBLIC][0])
    fill_all(late, choose("满意"))
    early = come_in(device(viewport=PHONE), public, public.slips[PUBLIC][1])
    public.lock_all()
    press_cast(late)
    expect(late.get_by_role("heading", name="这一项已经锁定")).to_be_visible()
    expect(late.get_by_text("没有投出，也没有计入")).to_be_visible()
    late.get_by_role("button", name="清除本机草稿").click()
    assert not [key for key in storage(late) if key.startswith("pingyi.vote.")]
    early.wait_for_timeout(1_500)
    early.reload()
    early.get_by_role("button", name="开始填写").click()
    expect(early.get_by_role("heading", name="投票已经截止")).to_be_visible()
    assert in_the_box(public) == 0


def test_before_and_after(device: Device) -> None:
    poll = prepared(rehearsal=True)
    eyes = device(viewport=PHONE)
    eyes.expected_status = {404}
    page = eyes.page()
    page.goto(f"{eyes.address}/v/{poll.slug}/")
    expect(page.get_by_role("heading", name="投票还没有开始")).to_be_visible()
    eyes.check(page, "not begun")
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    waiting = start(eyes, town, town.slips[PUBLIC][0])
    fill_all(waiting, choose("满意"))
    town.lock_all()
    town.open_boxes()
    page.goto(f"{eyes.address}{path_of(town)}")
    expect(page.get_by_role("heading", name="投票已经结束，票箱已开")).to_be_visible()
    page.wait_for_timeout(1_500)
    press_cast(waiting)
    expect(waiting.get_by_role("heading", name="没有收到确认，投票已经结束")).to_be_visible()
    expect(waiting.locator(".v-receipt")).to_be_visible()
    eyes.check(waiting, "unsure")


def test_two_raters_on_one_tablet(device: Device, public: Vote) -> None:
    first, second = public.slips[PUBLIC][:2]
    eyes = device(viewport={"width": 1024, "height": 768})
    page = start(eyes, public, first)
    choose("满意")(page)
    # The second one scans in the same tab, and meets nothing of the first.
    page.goto(f"{eyes.address}{path_of(public)}#{second}")
    expect(page.get_by_role("heading", name="填写说明")).to_be_visible()
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    vote_for_all(page, "不满意")
    page.get_by_role("button", name="结束，换下一位").click()
    page.get_by_label("投票码").fill(first)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("radio", name="满意", exact=True)).to_be_checked()
    assert page.locator("#receipt-list").inner_text() == ""
    vote_for_all(page)
    assert in_the_box(public) == 2


def test_two_tabs_of_one_slip_send_one_body(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    pages = [start(eyes, public, public.slips[PUBLIC][0]) for _ in range(2)]
    for page in pages:
        fill_all(page, choose("满意"))
    held: list[Route] = []
    eyes.context.route(CAST, lambda route: held.extend([route]))
    for page in pages:
        press_cast(page)
        page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    assert receipt(pages[0]) == receipt(pages[1])
    assert in_the_box(public) == 1


def test_a_formal_poll_over_plain_http(device: Device) -> None:
    town = vote({PUBLIC: 2})
    town.open("online")
    eyes = device(viewport=PHONE, extra_http_headers={})
    page = eyes.page()
    # On the machine itself it may be held.
    page.goto(f"{eyes.address}{path_of(town)}")
    expect(page.get_by_role("heading", name="输入投票码")).to_be_visible()
    assert page.get_by_text("不计入任何正式结果").count() == 0
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"{eyes.address}{path_of(town)}#{town.slips[PUBLIC][0]}")
    page.reload()
    expect(page.get_by_role("heading", name="这个连接没有加密，不能投正式票")).to_be_visible()
    eyes.check(page, "plain")
    assert "#" not in page.url


def test_without_script(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE, java_script_enabled=False)
    page = eyes.page()
    page.goto(f"{eyes.address}{path_of(public)}")
    expect(page.get_by_text("请凭票单到工作台求助").first).to_be_visible()


def test_a_device_that_keeps_nothing(device: Device, public: Vote) -> None:
    eyes = device(viewport=PHONE)
    eyes.context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    page = start(eyes, public, public.slips[PUBLIC][0])
    expect(page.get_by_text("不要关闭或刷新本页").first).to_be_visible()
    eyes.check(page, "keeps nothing")
    vote_for_all(page)
    assert in_the_box(public) == 1
