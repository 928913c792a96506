"""Pages of the ledger: who opens which, the way of an entry through them, and hostile words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, text
from tests.apps.ledger.hands import Town, now, past, today

from pingyi.apps.ledger import actions, urls
from pingyi.apps.ledger.actions import Facts, Finding, Owner, Term
from pingyi.apps.ledger.enums import EntryState, Light
from pingyi.apps.ledger.models import Campaign, Entry, SavedView
from pingyi.apps.people.models import Account
from pingyi.base.days import TermUnit
from pingyi.base.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

ALL = {"organiser", "checker", "inspector", "handler", "head", "stranger", "boss"}
OFFICE, REGISTRARS = {"organiser", "checker", "inspector"}, {"organiser", "inspector"}
SEES = ALL - {"stranger"}
OWNERS = {"handler", "head"}
OUTSIDE = {"agency", "system"}

# Address: how it is asked for, who may, in which state of the entry, and what else it needs.
TABLE: dict[str, tuple[str, set[str], str]] = {
    "index": ("GET", ALL, ""),
    "board": ("GET", ALL, ""),
    "timeline": ("GET", ALL, ""),
    "statistics": ("GET", ALL, ""),
    "print": ("GET", ALL, ""),
    "register": ("GET", REGISTRARS, ""),
    "moved": ("GET", REGISTRARS, ""),
    "import_choose": ("GET", REGISTRARS, ""),
    "import_upload": ("GET", REGISTRARS, ""),
    "import_template": ("GET", REGISTRARS, ""),
    "campaigns": ("GET", ALL, ""),
    "create_campaign": ("GET", {"organiser"}, ""),
    "edit_campaign": ("GET", {"organiser"}, ""),
    "entry": ("GET", SEES, "registered"),
    "plan": ("GET", OWNERS, "accepted"),
    "close": ("POST", OFFICE, "verified"),
    "listed": ("POST", REGISTRARS, "registered"),
    "claim": ("GET", OWNERS, "registered"),
    "give-back": ("GET", OWNERS, "registered"),
    "report": ("GET", OWNERS, "rectifying"),
    "apply": ("GET", OWNERS, "rectifying"),
    "extend": ("GET", OWNERS, "rectifying"),
    "assign": ("GET", REGISTRARS, "registered"),
    "edit": ("GET", REGISTRARS, "registered"),
    "split": ("GET", REGISTRARS, "registered"),
    "merge": ("GET", REGISTRARS, "registered"),
    "urge": ("GET", REGISTRARS, "registered"),
    "suspend": ("GET", REGISTRARS, "registered"),
    "resume": ("GET", REGISTRARS, "suspended"),
    "verify": ("GET", OFFICE, "applied"),
    "look-back": ("GET", OFFICE, "closed"),
    "reopen": ("GET", OFFICE, "closed"),
}
OF_CAMPAIGN = {"edit_campaign", "import_upload", "import_template"}
ELSEWHERE = {
    *("act", "assign_many", "save_view", "drop_view", "from_round", "recount", "urge_sheet"),
    *("import", "import_again", "import_discard", "import_marked"),
}
"""Tested by their own tests, with what they need."""


@pytest.fixture
def town() -> Town:
    return Town()


def client_of(account: Account | None) -> Client:
    found = Client()
    if account is not None:
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        found.force_login(account, backend=backend)
    return found


def at(name: str, entry: Entry | None = None, *more: object) -> str:
    verbs = {one for one in TABLE if one not in {pattern.name for pattern in urls.urlpatterns}}
    if name in verbs:
        assert entry is not None
        return reverse("ledger:act", args=[entry.number, name])
    args = [entry.number, *more] if entry is not None else list(more)
    return reverse(f"ledger:{name}", args=args)


def in_state(town: Town, state: str) -> Entry:
    entry = town.applied()
    facts: dict[str, Any] = {"state": state}
    if state == EntryState.VERIFIED:
        actions.verify(by=town.checker, entry=entry, passed=True, opinion="好")
    if state == EntryState.CLOSED:
        facts["closed_on"] = today()
    if state == EntryState.SUSPENDED:
        facts["state_before"] = EntryState.RECTIFYING
    Entry.objects.filter(pk=entry.pk).update(**facts)
    return now(entry)


def test_the_table_is_whole() -> None:
    known = {pattern.name for pattern in urls.urlpatterns}
    assert known <= {*TABLE, *ELSEWHERE}


@pytest.mark.parametrize("name", TABLE)
def test_who_opens_which_page(town: Town, name: str) -> None:
    how, allowed, state = TABLE[name]
    entry = in_state(town, state) if state else None
    more = [town.campaign.pk] if name in OF_CAMPAIGN else []
    for who in sorted(ALL):
        browser = client_of(getattr(town, who))
        ask: Any = browser.get if how == "GET" else browser.post
        answer: HttpResponse = ask(at(name, entry, *more))
        good = answer.status_code in (200, 302)
        assert good == (who in allowed), (who, answer.status_code)
        if how == "POST" and good and entry is not None:
            Entry.objects.filter(pk=entry.pk).update(state=state, closed_on=None)
    assert client_of(None).get(at(name, entry, *more)).status_code in (302, 405)


def test_strangers_learn_nothing_by_guessing(town: Town) -> None:
    entry = town.registered()
    answer = client_of(town.stranger).get(at("entry", entry))
    missing = client_of(town.stranger).get(reverse("ledger:entry", args=["2026-99999"]))
    assert answer.status_code == missing.status_code == 404
    assert entry.title not in answer.content.decode()


def test_an_entry_goes_its_way_through_the_pages(town: Town) -> None:
    office, unit = client_of(town.organiser), client_of(town.handler)
    form = {
        "title": "河道清淤滞后",
        "text": "主汛期前未完成",
        "kind": "problem",
        "category": "",
        "lead_unit": town.water.pk,
        "due_on": (today() + timedelta(days=20)).isoformat(),
        "amount": "",
        "unit": "natural",
        "source_title": "防汛督查",
    }
    answer: Any = office.post(reverse("ledger:register"), form, follow=True)
    entry = Entry.objects.get()
    assert entry.number in text(answer)

    def post(browser: Client, verb: str, **data: object) -> str:
        answer: Any = browser.post(at(verb, entry), data, follow=True)
        return text(answer)

    post(unit, "claim", person_name="余行之")
    plan = {
        "measures": "分三段清淤",
        "person_name": "余行之",
        "seen": now(entry).version,
        "steps-TOTAL_FORMS": 2,
        "steps-INITIAL_FORMS": 0,
        "steps-0-title": "一段",
        "steps-0-due_on": today().isoformat(),
        "steps-0-weight": 1,
        "steps-1-title": "",
        "steps-1-due_on": "",
        "steps-1-weight": 1,
    }
    assert "一段" in post(unit, "plan", **plan)
    post(unit, "report", percent=100, text="全部完成")
    post(unit, "apply", text="已清淤12公里")
    page = text(office.get(at("entry", entry)))  # type: ignore[arg-type]
    assert "验收" in page
    post(client_of(town.checker), "verify", passed="1", opinion="属实")
    post(client_of(town.checker), "close")
    assert now(entry).state == EntryState.CLOSED


def test_hostile_words_stay_words(town: Town) -> None:
    campaign = Campaign.objects.create(
        title=HOSTILE[:100], categories=[HOSTILE[:60]], columns=[["c", HOSTILE[:40], "text", []]]
    )
    entry = actions.register(
        by=town.organiser,
        campaign=campaign,
        facts=Facts(HOSTILE, HOSTILE, category=HOSTILE[:60], extra={"c": HOSTILE}),
        unit=town.water,
        person_name=HOSTILE[:60],
        source_title=HOSTILE,
    )
    browser = client_of(town.organiser)
    for address in (
        at("entry", entry),
        at("edit", entry),
        at("urge", entry),
        reverse("ledger:campaigns"),
        *(
            reverse(f"ledger:{name}") + f"?campaign={campaign.pk}"
            for name in (
                "index",
                "board",
                "timeline",
                "statistics",
                "print",
            )
        ),
    ):
        text(browser.get(address))  # type: ignore[arg-type]
    sheet = browser.get(reverse("ledger:index") + f"?campaign={campaign.pk}&export=csv")
    cells = b"".join(sheet.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "\n=" not in cells
    assert ",=" not in cells


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("view=to_do", {"mine"}),
        ("view=own", {"mine", "helped"}),
        ("view=overdue", {"helped"}),
        ("light=red", {"helped"}),
        ("words=清淤", {"mine"}),
        ("words=卫生", {"helped"}),
        ("state=rectifying", set()),
        ("due_to=2000-01-01", set()),
    ],
)
def test_filters(town: Town, query: str, expected: set[str]) -> None:
    """As the handler of the water department, which helps with an entry that is late."""
    mine = town.registered("河道清淤滞后")
    helped = town.registered("水质监测缺失", unit=town.health)
    actions.assign(
        by=town.organiser, entry=helped, owner=Owner(town.health, [town.water]), term=None
    )
    past(helped, 3)
    Entry.objects.filter(pk=helped.pk).update(light=Light.RED)
    page = text(client_of(town.handler).get(f"{reverse('ledger:index')}?{query}"))  # type: ignore[arg-type]
    found = {name for name, one in (("mine", mine), ("helped", helped)) if one.number in page}
    assert found == expected


def test_bulk_acts_do_what_can_be_done_and_tell_the_rest(town: Town) -> None:
    claimed, fresh = town.rectifying(), town.registered()
    browser = client_of(town.handler)
    data = {"action": "claim", "pick": [claimed.pk, fresh.pk], "next": "https://evil.example/"}
    answer: Any = browser.post(reverse("ledger:index"), data, follow=True)
    page = text(answer)
    assert now(fresh).state == EntryState.ACCEPTED
    assert "已办理1项" in page
    assert claimed.number in page
    assert answer.redirect_chain[-1][0] == reverse("ledger:index")


def test_many_are_assigned_at_once_or_none(town: Town) -> None:
    one, two = town.registered(unit=None), town.registered(unit=None)
    address = f"{reverse('ledger:assign_many')}?numbers={one.number},{two.number}"
    browser = client_of(town.organiser)
    data = {
        "lead_unit": town.water.pk,
        "amount": 10,
        "unit": "working",
        "person_name": "",
        "reason": "",
    }
    assert browser.post(address, data).status_code == 302
    assert {now(one).lead_unit, now(two).lead_unit} == {town.water}
    three = town.registered(unit=None)
    address = f"{reverse('ledger:assign_many')}?numbers={one.number},{three.number}"
    answer = browser.post(address, {**data, "lead_unit": town.health.pk})
    assert answer.status_code == 422, "one of them was with another unit, and no reason was given"
    assert now(three).lead_unit is None


def test_kept_filters_are_ones_own(town: Town) -> None:
    browser = client_of(town.organiser)
    data = {"title": "我的红灯", "query": "light=red"}
    assert browser.post(reverse("ledger:save_view"), data).status_code == 302
    assert "我的红灯" in text(browser.get(reverse("ledger:index")))  # type: ignore[arg-type]
    view = SavedView.objects.get()
    other = client_of(town.checker)
    assert "我的红灯" not in text(other.get(reverse("ledger:index")))  # type: ignore[arg-type]
    assert other.post(reverse("ledger:drop_view", args=[view.pk])).status_code == 404
    assert browser.post(reverse("ledger:drop_view", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()


def test_the_urging_sheet_can_be_printed(town: Town) -> None:
    entry = past(town.rectifying(), 4)
    urge = actions.urge(by=town.organiser, entry=entry, to="head", text="三日内报送整改情况")
    page = text(client_of(town.head).get(at("urge_sheet", entry, urge.pk)))  # type: ignore[arg-type]
    assert "已逾期4天" in page
    assert "三日内报送整改情况" in page
    other = town.registered(unit=town.health)
    answer = client_of(town.organiser).get(at("urge_sheet", other, urge.pk))
    assert answer.status_code == 404


def test_terms_that_the_calendar_has_moved_are_listed_and_counted_anew(town: Town) -> None:
    entry = town.registered(term=Term(amount=5, unit=TermUnit.WORKING))
    town.registered("指定了日期的")
    browser = client_of(town.organiser)
    address = reverse("ledger:moved")
    assert entry.number not in text(browser.get(address))  # type: ignore[arg-type]
    due = now(entry).due_on
    assert due is not None
    year, _new = CalendarYear.objects.get_or_create(year=due.year, defaults={"source": "国办发"})
    CalendarDay.objects.create(day=due, year=year, kind="off", name="台风停工")
    page = text(browser.get(address))  # type: ignore[arg-type]
    assert entry.number in page
    assert "指定了日期的" not in page
    browser.post(address, {"pick": [entry.pk]})
    assert entry.number not in text(browser.get(address))  # type: ignore[arg-type]
    moved = now(entry).due_on
    assert moved is not None
    assert moved > due


@pytest.mark.parametrize("who", ["organiser", "handler"])
def test_statements_of_a_page_do_not_grow_with_the_entries(town: Town, who: str) -> None:
    names = ("index", "board", "timeline", "statistics", "print")
    addresses = [reverse(f"ledger:{name}") for name in names]
    addresses += [f"{addresses[0]}?view=overdue&sort=due_on", f"{addresses[0]}?words=第", "/desk/"]
    browser = client_of(getattr(town, who))
    browser.get(addresses[0])
    counts = []
    for number in (30, 270):
        findings = [
            Finding("test", f"{number} {n}", "来源", Facts(f"第{n}件"), town.water)
            for n in range(number)
        ]
        made = actions.register_findings(
            by=town.organiser, campaign=town.campaign, findings=findings
        )
        for n, entry in enumerate(made):
            entry.due_on = today() + timedelta(days=n % 30 - 15)
            entry.state = (EntryState.REGISTERED, EntryState.ACCEPTED)[n % 2]
        Entry.objects.bulk_update(made, ("due_on", "state"))
        asked = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert Entry.objects.count() == 300
    assert counts[0] == counts[1]
