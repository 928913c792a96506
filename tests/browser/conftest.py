"""A live site and a browser: Chromium's headless shell, another Chromium of the system, or
Playwright's own (``make browser``).

Without one the tests fail; they are never skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pingyi.apps.people.models import Account
from tests.apps.ballots.server import Server, serving
from tests.browser.eyes import Eyes

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "a long password"
LONGEST = ("test_demo.py", "test_jz_day.py", "test_ry_day.py", "test_voter.py")
"""Files whose tests take longest: begun first, so that no process is left with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright keeps an event loop in this thread; Django's guard takes the tests for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=20_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    started = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield started
    started.close()


def opener(browser: Browser, address: str) -> Iterator[Callable[..., Eyes]]:
    """A new browser context per call, watched; all are checked when the test ends."""
    opened: list[Eyes] = []

    def open_one(**options: object) -> Eyes:
        usual = {"locale": "zh-CN", "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **options})
        opened.append(Eyes(context, address))
        return opened[-1]

    yield open_one
    for eyes in opened:
        eyes.close()


@pytest.fixture
def open_eyes(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Eyes]]:
    yield from opener(browser, live_server.url)


@pytest.fixture(scope="session")
def voting_server(django_db_setup: None) -> Iterator[Server]:
    """The site with its intake, as a program of its own on the tests' database."""
    with serving() as server:
        yield server


@pytest.fixture
def device(browser: Browser, voting_server: Server) -> Iterator[Callable[..., Eyes]]:
    """A new device of a voter per call."""
    yield from opener(browser, f"http://127.0.0.1:{voting_server.port}")


@pytest.fixture
def eyes(open_eyes: Callable[..., Eyes]) -> Eyes:
    """A visitor."""
    return open_eyes()


@pytest.fixture
def account(live_server: LiveServer) -> Account:
    return Account.objects.create_account("li", PASSWORD, "李明")


@pytest.fixture
def signed_in(eyes: Eyes, account: Account) -> Eyes:
    """An officer without a role, signed in."""
    return sign_in(eyes, account)


def sign_in(eyes: Eyes, account: Account) -> Eyes:
    """Sign an account in without the page for it."""
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies["sessionid"].value
    eyes.context.add_cookies([{"name": "sessionid", "value": cookie, "url": eyes.address}])
    return eyes
