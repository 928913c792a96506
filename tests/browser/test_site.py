"""The pages of the site in a real browser: look, access, languages, signing in, forms, lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from pingyi.apps.people.models import Account
from tests.apps.ballots.server import Server, line_to
from tests.browser.conftest import PASSWORD
from tests.browser.eyes import Eyes
from tests.browser.office import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ("/", "/accounts/login/", "/accounts/inactive/")
SIGNED_IN = (
    "/desk/",
    "/gallery/",
    "/gallery/?form=errors",
    "/gallery/list/",
    "/gallery/list/?one=1&page=7",
    "/gallery/stage/voter/",
    "/gallery/stage/console/",
    "/gallery/stage/wall/",
    "/accounts/password/",
    "/accounts/logout/",
    "/accounts/2fa/",
)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(eyes: Eyes, path: str) -> None:
    eyes.look(eyes.page(), path)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_of_those_signed_in(signed_in: Eyes, path: str) -> None:
    signed_in.look(signed_in.page(), path)


def test_a_row_of_a_list_fits_on_a_phone(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{signed_in.address}/gallery/list/")
    row = page.locator("tbody tr").first
    expect(row.get_by_role("rowheader")).to_have_text("li")
    for shown in ("李明", "启用"):
        expect(row.get_by_role("cell", name=shown)).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    numbers = row.locator("td.is-number")
    expect(numbers).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(numbers).to_be_hidden()


def test_error_page(eyes: Eyes) -> None:
    eyes.expected_status = {404}
    eyes.look(eyes.page(), "/nothing-here/")


@pytest.mark.parametrize(("language", "word"), [("en", "Desk"), ("zh-hant", "工作臺")])
def test_other_languages(signed_in: Eyes, language: str, word: str) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/")
    page.get_by_role("button", name=re.compile("李明")).click()
    page.locator(f"button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    for path in ("/desk/", "/gallery/"):
        signed_in.look(page, path)
    page.goto(f"{signed_in.address}/desk/")
    expect(page.get_by_role("heading", level=1)).to_have_text(word)
    if language == "en":
        # Names of persons stay as they are; nothing else is Chinese.
        text = page.locator("body").inner_text().replace("李明", "")
        assert not re.findall(
            r"[\u4e00-\u9fff]+", text.replace("简体中文", "").replace("繁體中文", "")
        )


def sign_in_by_hand(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("账号", exact=True).fill("li")
    page.get_by_label("密码", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="登录").click()


def test_second_factor(open_eyes: Callable[..., Eyes], account: Account) -> None:
    eyes = open_eyes()
    page = eyes.page()
    sign_in_by_hand(page, eyes.address)
    page.goto(f"{eyes.address}/accounts/2fa/")
    page.get_by_role("link", name="启用").click()
    # Whoever has just signed in is not asked for the password again.
    expect(page.locator("code")).to_be_visible()
    eyes.check(page, "activate")
    secret = page.locator("code").inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_text("两步验证已启用。")).to_be_visible()
    page.goto(f"{eyes.address}/accounts/2fa/codes/")
    eyes.check(page, "recovery codes")
    recovery = page.locator("main ul.font-monospace li").first.inner_text()
    page.goto(f"{eyes.address}/accounts/2fa/codes/new/")
    eyes.check(page, "new codes")

    again = open_eyes()
    page = again.page()
    sign_in_by_hand(page, again.address)
    expect(page).to_have_url(re.compile("2fa/authenticate"))
    again.check(page, "second step")
    page.locator("[name=code]").fill(recovery)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{again.address}/desk/")


def test_cookies_come_in_fields_of_their_own(voting_server: Server, account: Account) -> None:
    """As a browser sends them over HTTP/2, so over every HTTPS."""
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    with closing(line_to(voting_server)) as line:
        line.putrequest("GET", "/desk/")
        line.putheader("Cookie", "csrftoken=x")
        line.putheader("Cookie", f"sessionid={client.cookies['sessionid'].value}")
        line.endheaders()
        assert line.getresponse().status == 200


def test_lock_out(eyes: Eyes, account: Account) -> None:
    eyes.expected_status = {429}
    page = eyes.page()
    for _ in range(5):
        sign_in_by_hand(page, eyes.address, "wrong password")
    expect(page.get_by_role("heading", level=1)).to_contain_text("暂停登录")
    eyes.check(page, "locked out")
    sign_in_by_hand(page, eyes.address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("暂停登录")


def test_asked_before_it_is_done(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/")
    page.get_by_role("button", name="封存标准").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("封存后不能再改")
    signed_in.check(page, "dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status")).to_have_count(0)
    page.get_by_role("button", name="封存标准").click()
    dialog.get_by_role("button", name="封存标准").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    signed_in.check(page, "messages")


def test_a_form_keeps_its_draft_and_is_sent_once(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("名称").fill("水库除险加固")
    page.reload()
    expect(page.get_by_label("名称")).to_have_value("水库除险加固")
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    page.get_by_role("button", name="保存").dblclick()
    # Playwright's own look for elements waits for the answer; the page itself does not.
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert len(posts) == 1
    expect(page.get_by_label("名称")).to_have_value("")


def test_signing_out_asks_before_it_clears_what_was_not_sent(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/")
    heading = page.get_by_role("heading", level=1).inner_text()
    page.on("dialog", lambda dialog: dialog.accept())  # the browser's own, at leaving the page
    page.get_by_label("名称").fill("水库除险加固")
    page.goto(f"{signed_in.address}/notices/wishes/")
    dialog = page.get_by_role("dialog")
    for word in ("取消", "清除并退出"):
        page.locator("header .dropdown-toggle").first.click()
        page.get_by_role("button", name="退出登录").click()
        expect(dialog).to_contain_text(f"没有提交的内容：{heading}")
        signed_in.check(page, "signing out")
        dialog.get_by_role("button", name=word).click()
        expect(dialog).to_be_hidden()
        if word == "取消":
            assert "水库除险加固" in str(page.evaluate("({...sessionStorage})"))
    expect(page.get_by_role("link", name="登录").first).to_be_visible()
    assert "水库除险加固" not in str(page.evaluate("({...sessionStorage})"))


def test_signing_out_with_nothing_unsent_asks_nothing(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/notices/wishes/")
    page.locator("header .dropdown-toggle").first.click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("link", name="登录").first).to_be_visible()


def test_a_page_says_that_its_work_goes_on(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/")
    page.route("**/progress/", lambda route: route.fulfill(json={"text": "检验", "share": 40}))
    page.locator("#working").evaluate("strip => strip.dataset.progress = '/progress/'")
    # An answer that never comes.
    page.evaluate("window.addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#working")).to_be_hidden()
    expect(page.locator("#working")).to_contain_text("不要关闭页面")
    expect(page.locator("#working [data-seconds]")).to_have_text("2")
    expect(page.locator("#working [data-stage]")).to_have_text("检验 40%")
    expect(page.locator("#working .progress-bar")).to_have_attribute("style", "width: 40%;")
    expect(page.locator("#working")).to_be_in_viewport()
    signed_in.check(page, "working")


def test_a_list_sorts_picks_and_exports(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/gallery/list/")
    page.get_by_role("link", name="姓名").click()
    expect(page.get_by_role("columnheader", name="姓名")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page).to_have_url(re.compile("sort=name"))
    swapped = page.locator("#listing").inner_html()
    page.reload()
    token = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert token.sub("", page.locator("#listing").inner_html()) == token.sub("", swapped)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("button", name="催办")).to_be_disabled()
    page.get_by_label("全选本页").check()
    expect(page.get_by_text("已选 1 项")).to_be_visible()
    signed_in.check(page, "rows picked")
    page.get_by_role("button", name="催办").click()
    page.get_by_role("dialog").get_by_role("button", name="确认").click()
    expect(page.get_by_text("已办理 1 项。")).to_be_visible()


def test_by_keyboard_to_the_content(signed_in: Eyes) -> None:
    page = signed_in.page()
    page.goto(f"{signed_in.address}/desk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
