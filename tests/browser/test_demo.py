"""The demo city: its rounds, every page of it for every account, and how wide pages are."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import unescape
from shutil import rmtree
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings
from django.urls import resolve, reverse
from django.utils.html import escape
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Playwright, Route

from pingyi.apps.demo import PORTAL, Demo, demo_codes, demo_codes_file, make_demo
from pingyi.apps.documents.queries import attachments_of
from pingyi.apps.ledger import queries as queries_of_ledger
from pingyi.apps.ledger.enums import OPEN, EntryState, ExtensionState, Light
from pingyi.apps.ledger.models import Entry, Extension
from pingyi.apps.ledger.sources import left_of
from pingyi.apps.people.models import Account
from pingyi.apps.polls.models import Poll
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rounds.enums import Review, RoundState
from pingyi.apps.rounds.models import DutyReport, Opinion, Round
from pingyi.apps.scores import queries
from pingyi.apps.tours import TOURS
from pingyi.base.figures import percent
from pingyi.base.references import Reference
from pingyi.site.tours import link

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WIDTHS = ((390, 844), (1280, 900), (1920, 1080))
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
TEXT = re.compile(r">([^<]*[^<\s][^<]*)<")
COMMON = ("account_", "mfa_", "calendar:", "people:me", "notices:wishes")
"""Pages that anybody who is signed in has; one account opens them."""
TOUR_WAYS = re.compile(r'<a class="btn btn-sm" href="([^"]+)"')
TOO_WIDE = """Math.max(0, ...[
  document.documentElement,
  ...[...document.querySelectorAll(".rows-fit")].map((table) => table.parentElement),
].map((one) => one.scrollWidth - one.clientWidth))"""
"""By how much a page is, or a table on it that is to fit on a phone."""
FILES = {"rounds:round", "polls:poll"}
"""Whose links depend on how far the thing has come: each of these is opened, of others one."""


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
VOTES = 460_000 if LONG else 4_600
"""Of the public on the portal."""
SITE = "http://demo.invalid"
LOOKED_AT = {
    "home", "desk", "rounds:index", "rounds:round", "rounds:targets", "rounds:meeting",
    "rounds:console", "rounds:wall", "rounds:remarks", "rounds:reports", "rounds:opinions",
    "polls:poll", "polls:targets", "rolls:rolls", "ballots:console", "ballots:reconciliation",
    "scores:version", "scores:report", "schemes:version", "people:units", "people:unit",
    "boards:results", "boards:result", "voter:open", "rounds:report", "ledger:index",
    "ledger:board", "ledger:entry", "ledger:timeline", "ledger:statistics", "ledger:import_upload",
    "ledger:campaigns",
}  # fmt: skip
NAMES = {
    "云州市水利局", "水利局", "国庆节", "现场测评", "网络投票", "社会公众",
    "市直机关领导班子述职评议", "评议对象表", "汇总票表", "人数与票数表", "其他",
    "优秀", "合格", "良好", "一般", "较差", "预设", "参数", "方案", "事项", "得分", "结果", "来源",
    "日期", "指定日期。", "导入时指定的日期。",
    "年度", "指标表", "情形",
}  # fmt: skip
"""Names of data, words on the pages of packs that the interface happens to use as well, and how a
term came about: that is kept as it was written."""


@pytest.fixture(scope="module")
def city(playwright: Playwright, django_db_setup: None, django_db_blocker: Any) -> Iterator[Demo]:
    """Made once for all tests here, in English, and rolled back behind them. What is Chinese then
    is a name, or a fault. Behind ``playwright``: its event loop brings another connection."""
    demo = override_settings(DEMO=True, SECOND_FACTOR_ROLES=[])
    with django_db_blocker.unblock(), demo, transaction.atomic():
        try:
            with override("en"):
                made = make_demo(lambda zh, en: None, VOTES)
            yield made
        finally:
            demo_codes_file().unlink(missing_ok=True)
            rmtree(settings.HOME.path / PORTAL, ignore_errors=True)
            transaction.set_rollback(True)


def client_of(username: str) -> Client:
    """A browser without scripts, in English; nobody is signed in for ``""``."""
    client = Client(headers={"accept-language": "en"})
    if username:
        client.force_login(Account.objects.get(username=username), backend=BACKEND)
    return client


@dataclass(frozen=True)
class Visit:
    """One page as an account saw it. ``where``: the page that led there."""

    name: str
    address: str
    where: str
    status: int
    page: str
    """Markup; empty where it is a file."""


def crawl(client: Client, common: set[str]) -> Iterator[Visit]:
    """Follow the links of each page from the start page. Of those that differ in their arguments
    alone the first is opened. ``common``: pages for all that an account before has opened."""
    todo, seen, tried = [("/", "")], set[str](), set[str]()
    while todo:
        address, where = todo.pop(0)
        if address in tried:
            continue
        tried.add(address)
        match = resolve(urlsplit(address).path)
        key = address if match.view_name in FILES else match.view_name
        if key in seen | common:
            continue
        seen.add(key)
        if match.view_name.startswith(COMMON):
            common.add(key)
        answer = client.get(address)
        if answer.has_header("location"):
            todo.append((answer["location"], address))
        markup = "html" in answer.headers.get("content-type", "")
        page = answer.content.decode() if markup else ""
        yield Visit(match.view_name, address, where, answer.status_code, page)
        found = [urlsplit(urljoin(address, unescape(link))) for link in LINK.findall(page)]
        todo += [(f"{u.path}?{u.query}" if u.query else u.path, address) for u in found]


@pytest.fixture(scope="module")
def visits(city: Demo) -> dict[str, list[Visit]]:
    """Every page that each account comes to from the start page; ``""`` is the public."""
    names, common = ["", *(name for name, _roles in city.accounts)], set[str]()
    return {name: list(crawl(client_of(name), common)) for name in names}


def test_every_link_opens(visits: dict[str, list[Visit]]) -> None:
    """Whoever sees a link may follow it."""
    assert [
        f"{username}: {one.status} at {one.address}, linked on {one.where}"
        for username, seen in visits.items()
        for one in seen
        if one.status >= 400
    ] == []


def test_no_page_leaves_chinese_that_has_english(visits: dict[str, list[Visit]]) -> None:
    with override("en"):
        found = {
            f"{text} at {one.address}"
            for seen in visits.values()
            for one in seen
            for text in {unescape(piece).strip() for piece in TEXT.findall(one.page)} - NAMES
            if gettext(text) != text
        }
    assert sorted(found) == []


def test_no_page_is_wider_than_the_screen(visits: dict[str, list[Visit]], browser: Browser) -> None:
    """In a browser without a server: it is given the pages as they were visited."""
    pages = {one.name: one for seen in visits.values() for one in seen if one.name in LOOKED_AT}
    assert pages.keys() == LOOKED_AT
    # With all four columns: what is linked first tells grades only.
    told = queries.publication(Round.objects.order_by("pk")[1])
    whole = reverse("boards:result", args=[told.pk])  # type: ignore[union-attr]
    pages["whole"] = Visit("", whole, "", 200, client_of("").get(whole).content.decode())
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", serving({one.address: one.page for one in pages.values()}))
    page, wrong = context.new_page(), []
    for one in pages.values():
        page.goto(SITE + one.address)
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate(TOO_WIDE)
            if wide > 0:
                wrong.append(f"{one.address} at {width}: {wide} px too wide")
    context.close()
    assert wrong == []


def test_papers_print_on_one_page(city: Demo, browser: Browser) -> None:
    """The score report of ten departments, and what an objecting unit is handed, in Chinese."""
    found = Round.objects.order_by("pk")[1]
    papers = {
        reverse("scores:report", args=[found.slug, 1]): "organiser",
        reverse("scores:why", args=[found.slug, 1, "201"]): "handler",
    }
    chinese = {"accept-language": "zh-hans"}
    pages = {
        one: client_of(name).get(one, headers=chinese).content.decode()
        for one, name in papers.items()
    }
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", serving(pages))
    page, sheets = context.new_page(), {}
    for address in papers:
        page.goto(SITE + address)
        sheets[address] = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    context.close()
    assert sheets == dict.fromkeys(papers, 1)


def serving(pages: dict[str, str]) -> Callable[[Route], None]:
    """Answers a browser with these pages and the static files."""

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(SITE)
        if address in pages:
            route.fulfill(body=pages[address], content_type="text/html; charset=utf-8")
        elif address.startswith("/static/"):
            route.fulfill(path=finders.find(address.removeprefix("/static/")))
        else:
            route.abort()

    return answer


def test_every_stop_of_a_tour_opens_for_its_account(city: Demo) -> None:
    """And leads to the next, and the last one out."""
    wrong = []
    for tour in TOURS:
        client, number = client_of(tour.account), 1
        address = link(tour, 1)
        while address:
            answer = client.get(address.partition("#")[0])
            ways = TOUR_WAYS.findall(answer.content.decode())
            if answer.status_code != 200 or not ways:
                wrong.append(f"{tour.key} {number}: {answer.status_code} at {address}")
            number += 1
            address = link(tour, number) if number <= len(tour.stops) else ""
            if address and address not in map(unescape, ways):
                wrong.append(f"{tour.key} {number}: no way to {address}")
    assert wrong == []
    assert {tour.account for tour in TOURS} >= {name for name, _roles in city.accounts}


def test_what_is_saved_at_a_stop_leads_on_with_its_bar(city: Demo) -> None:
    """Also where the form comes back with mistakes, and nowhere else."""
    tour = next(one for one in TOURS if one.key == "audit")
    number = next(i for i, stop in enumerate(tour.stops, 1) if stop.page == "notices:wishes")
    client, address = client_of("audit"), reverse("notices:wishes")
    came_from = {"referer": SITE + link(tour, number)}
    good = {"quiet_from": "22:00", "quiet_until": "07:00"}
    saved = client.post(address, good, headers=came_from)
    assert saved["location"] == f"{reverse('notices:index')}?tour=audit&stop={number}"
    assert TOUR_WAYS.search(client.get(saved["location"]).content.decode())
    wrong = client.post(address, good | {"quiet_from": "25:00"}, headers=came_from)
    assert wrong.status_code == 422
    assert TOUR_WAYS.search(wrong.content.decode())
    alone = client.post(address, good, headers={"referer": SITE + address})
    assert alone["location"] == reverse("notices:index")


def test_the_rounds_of_the_demo(city: Demo) -> None:
    assert len(city.accounts) == 15
    first, second, before, towns, *rest = Round.objects.order_by("pk")
    villages = rest[3]
    # A part of one score is protected, and the result told with and without (TS-26).
    (protected,) = first.determinations.all()
    table = queries.table_of(queries.signed(first))  # type: ignore[arg-type]
    (line,) = (row for row in table.standings if row.code == protected.target.code)
    assert line.without is not None
    assert line.without.score != line.score
    # Reports come with slides; raters read them.
    handed_in = DutyReport.objects.filter(state="handed_in")
    assert handed_in.count() == 2
    for report in handed_in:
        assert attachments_of(Reference("rounds.report", str(report.target_id))).count() == 1
    read = client_of("").get(reverse("rounds:read", args=[rest[1].guest_key])).content.decode()
    assert "述职演示文稿.pdf" in read
    assert {found.state for found in Round.objects.all()} == set(RoundState)
    # All three of the three reviews.
    assert {found.review for found in rest} == set(Review)
    assert before.state == RoundState.ARCHIVED
    # JZ: 11 + 10 = 21 departments; 460,000 of 560,000 voted (here fewer). RY: 14 townships, 24
    # delegates.
    assert [first.targets.count(), second.targets.count(), towns.targets.count()] == [11, 10, 14]
    assert villages.targets.count() == 216
    assert queries.publication(villages).scope == "grades"  # type: ignore[union-attr]
    one = queries.signed(second)
    assert one is not None
    taken = queries.participation(one)
    assert taken is not None
    assert (taken.visits, taken.votes, taken.share) == (560_000, VOTES, Fraction(VOTES, 560_000))
    if LONG:
        assert percent(taken.share, 2) == "82.14%"
    delegates = Roll.objects.get(poll__round_vote__round=towns, rater_class="delegates_and_members")
    assert delegates.expected == 24
    for found in (towns, villages):
        directions = found.votes.values_list("direction", flat=True)
        assert list(directions) == ["down", "up"]
    table = queries.table_of(queries.current(towns))  # type: ignore[arg-type]
    assert {row.rank for row in table.standings} == set(range(1, 15))
    # And each has moved, or not, since the half year before.
    assert [row.before for row in table.standings].count(None) == 0
    assert any(row.moved for row in table.standings)
    assert "movement" in [chart.key for chart in queries.charts_of(towns, table)]
    assert demo_codes()  # slips for those who try it


def test_a_row_of_everything_that_a_vote_leaves_is_shown(city: Demo) -> None:
    """For a bureau chief: a spent mark, an envelope, an opened sheet and receipts, on one page."""
    poll = Poll.objects.get(rehearsal=True)
    page = Client().get(reverse("voter:stored", args=[poll.slug]))
    kinds = page.context["kinds"]
    assert [kind.title for kind in kinds if kind.empty] == []
    shown = page.content.decode()
    assert [
        field.name
        for kind in kinds
        for field in kind.fields
        if not field.value or escape(field.value) not in shown
    ] == []


def test_the_ledger_of_the_demo(city: Demo) -> None:
    """RY: more than four hundred opinions in five categories, all of them in the ledger."""
    assert 550 < Entry.objects.exclude(kind="pledge").count() < 700
    towns = Round.objects.order_by("pk")[3]
    opinions = Entry.objects.filter(source_kind="rounds.opinion", state__in=OPEN)
    assert Opinion.objects.filter(round=towns).count() == 420
    assert left_of(towns) == (420, 0)
    assert opinions.values("category").distinct().count() == 5
    assert set(Entry.objects.values_list("state", flat=True)) == set(EntryState)
    assert set(Entry.objects.values_list("light", flat=True)) == set(Light)
    late, again = queries_of_ledger.overdue(), queries_of_ledger.look_backs_due()
    for rule in (late, again, queries_of_ledger.orphaned()):
        assert Entry.objects.filter(rule).exists()
    closed = Entry.objects.filter(state=EntryState.CLOSED)
    assert closed.filter(closed_on__gt=F("due_on")).exists()
    assert closed.filter(closed_on__lte=F("due_on")).exists()
    assert Extension.objects.filter(state=ExtensionState.APPLIED).exists()
