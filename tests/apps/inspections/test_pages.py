"""Pages of inspections: who opens which, the way of an inspection through them, hostile words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, text
from tests.apps.inspections.hands import Town, found, now, place_of, sent, today
from tests.apps.ledger.hands import BASIS
from tests.apps.people.ground import account
from tests.apps.posting import marks_on

from pingyi.apps.inspections import actions, urls
from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Conclusion, Finding, Inspection, Objection, Visit
from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account

pytestmark = pytest.mark.django_db

ALL = {"organiser", "inspector", "checker", "second", "walker", "handler", "head", "stranger"}
OFFICERS = {"organiser", "inspector", "second"}
OFFICE = OFFICERS | {"checker"}
TEAM = {"inspector", "walker"}
INSIDE = OFFICE | TEAM
OWNERS = {"handler", "head"}

# Address: how it is asked for, who may, and the state of the inspection.
TABLE: dict[str, tuple[str, set[str], str]] = {
    "index": ("GET", ALL, ""),
    "create": ("GET", OFFICERS, ""),
    "inspection": ("GET", INSIDE, "running"),
    "edit": ("GET", OFFICERS, "drafted"),
    "team": ("GET", OFFICERS, "running"),
    "sample": ("GET", INSIDE, "sampled"),
    "codes": ("GET", INSIDE, "sampled"),
    "field": ("GET", TEAM, "running"),
    "field_offline": ("GET", TEAM, "running"),
    "worker": ("GET", TEAM, "running"),
    "sync": ("POST", set(), "running"),
    "visit": ("GET", INSIDE, "visited_covertly"),
    "finding": ("GET", INSIDE, "visited_covertly"),
    "entries": ("GET", OFFICERS, "visited_covertly"),
    "conclusion": ("GET", OFFICERS, "concluded"),
    "circular": ("GET", INSIDE | OWNERS, "circulated"),
    "object": ("GET", OWNERS, "circulated"),
    "decide": ("GET", OFFICE, "objected"),
    "approve": ("GET", OFFICE, "drafted"),
    "seed": ("GET", OFFICERS, "to_seed"),
    "draw": ("POST", OFFICERS, "sampled"),
    "start": ("POST", OFFICERS, "manned"),
    "conclude": ("GET", OFFICERS, "running"),
    "circular_draft": ("GET", OFFICERS, "concluded"),
    "issue": ("POST", OFFICE - {"organiser"}, "drafted_circular"),
}
ELSEWHERE = {"act", "drop_member"}
"""Asked for under the names of the verbs; tested by tests of their own."""
VERBS = {"approve", "seed", "draw", "start", "conclude", "circular_draft", "issue"}


@pytest.fixture
def town() -> Town:
    return Town()


def client_of(by: Account | None) -> Client:
    made = Client()
    if by is not None:
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        made.force_login(by, backend=backend)
    return made


def in_state(town: Town, state: str) -> Inspection | None:
    match state:
        case "":
            return None
        case "sampled":
            return town.manned(sample_size=1)
        case "to_seed":
            return town.manned(sample_size=1, seed_source="收盘点位")
        case "visited_covertly":
            return town.visited(covert=True)
        case "objected":
            one = town.circulated()
            asked = Conclusion.objects.get()
            actions.object_to(by=town.handler, conclusion=asked, text="有出入")
            return one
        case _:
            made: Inspection = getattr(town, state)()
            return made


def at(name: str, one: Inspection | None) -> str:
    if one is None:
        return reverse(f"inspections:{name}")
    if name in VERBS:
        return reverse("inspections:act", args=[one.pk, name.removesuffix("_draft")])
    more: dict[str, Any] = {
        "visit": Visit.objects.first(),
        "finding": Finding.objects.first(),
        "conclusion": Conclusion.objects.first(),
        "object": Conclusion.objects.first(),
        "decide": Objection.objects.first(),
    }
    args = [one.pk, *([more[name].pk] if name in more else [])]
    return reverse(f"inspections:{name}", args=args)


def test_the_table_is_whole() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} <= {*TABLE, *ELSEWHERE}


@pytest.mark.parametrize("name", TABLE)
def test_who_opens_which_page(town: Town, name: str) -> None:
    how, allowed, state = TABLE[name]
    one = in_state(town, state)
    before = one.state if one else ""
    system = account("system", Role.SYSTEM_ADMIN)
    address = at(name, one)
    for who in sorted(ALL):
        browser = client_of(getattr(town, who))
        ask: Any = browser.get if how == "GET" else browser.post
        answer: HttpResponse = ask(address)
        good = answer.status_code in (200, 302)
        assert good == (who in allowed), (who, answer.status_code)
        if one is not None and how == "POST" and good:
            Inspection.objects.filter(pk=one.pk).update(state=before, drawn_at=None)
    if name != "index":
        assert client_of(system).get(address).status_code in (403, 404, 405)
    assert client_of(None).get(address).status_code in (302, 405)


@pytest.mark.parametrize("state", ["drafted", "running", "visited_covertly"])
def test_units_guess_no_address(town: Town, state: str) -> None:
    """Before the circular nothing tells an inspection that is there from one that isn't."""
    one = in_state(town, state)
    assert one is not None
    browser = client_of(town.handler)
    for name in (
        "inspection",
        "sample",
        "codes",
        "field",
        "field_offline",
        "worker",
        "entries",
        "circular",
        "team",
    ):
        there = browser.get(at(name, one))
        missing = browser.get(reverse(f"inspections:{name}", args=[one.pk + 999]))
        assert there.status_code == missing.status_code == 404, name
        assert one.title not in there.content.decode()
    for verb in ("approve", "conclude", "start"):
        assert browser.post(at(verb, one)).status_code == 404
    assert one.title not in text(browser.get(reverse("inspections:index")))  # type: ignore[arg-type]
    assert one.title not in text(browser.get(reverse("desk")))  # type: ignore[arg-type]
    if Finding.objects.exists():
        assert browser.get(at("finding", one)).status_code == 404
        assert browser.get(at("visit", one)).status_code == 404


def test_of_an_open_visit_a_unit_sees_that_it_was_and_no_more(town: Town) -> None:
    one = town.visited()
    town.visit(one, covert=True, day=today(), note="暗访记录", findings=(found("暗访所见"),))
    page = text(client_of(town.handler).get(at("inspection", one)))  # type: ignore[arg-type]
    assert "测试inspector" in page
    for word in ("窗口无人值守", "暗访", "交通运输局"):
        assert word not in page
    actions.conclude(by=town.organiser, inspection=one, text="总体情况")
    how = {"title": "督查通报", "number": "1号", "text": "现通报如下。"}
    actions.save_circular(by=town.organiser, inspection=one, **how)
    actions.issue_circular(by=town.checker, inspection=one)
    page = text(client_of(town.handler).get(at("inspection", one)))  # type: ignore[arg-type]
    for word in ("窗口无人值守", "暗访所见", "申请复核"):
        assert word in page
    printed = text(client_of(town.handler).get(at("circular", one)))  # type: ignore[arg-type]
    assert "暗访所见" in printed


def test_an_inspection_goes_its_way_through_the_pages(town: Town) -> None:
    office, checker = client_of(town.organiser), client_of(town.checker)
    form = {
        "title": "七月督查",
        "kind": "special",
        "basis": "云办〔2015〕20号",
        "filing_number": "",
        "starts_on": today().isoformat(),
        "ends_on": today().isoformat(),
        "methods": ["random", "covert"],
        "units": [town.water.pk, town.health.pk],
        "sample_size": "1",
        "seed_source": "收盘点位",
        "window_months": "6",
        "checklist": "看台账\n看时限",
        "categories": "庸\n懒",
        "repeat_reason": "",
    }
    assert "拟定" in text(office.post(reverse("inspections:create"), form, follow=True))  # type: ignore[arg-type]
    one = Inspection.objects.get()
    assert one.checklist == ["看台账", "看时限"]

    def post(browser: Client, name: str, **data: object) -> str:
        return text(browser.post(at(name, one), data, follow=True))  # type: ignore[arg-type]

    def save(name: str, **data: object) -> str:
        page = text(office.get(at(name, one)))  # type: ignore[arg-type]
        return post(office, name, **marks_on(page), **data)

    post(checker, "approve", approver_name="江照野", approval_document="批示")
    assert "3373.23" in post(office, "seed", seed="3373.23")
    post(office, "draw")
    page = text(office.get(at("sample", one)))  # type: ignore[arg-type]
    assert "pingyi inspect sample" in page
    assert office.get(at("codes", one)).content == b"001\n002\n"
    member = {"account": town.inspector.pk, "team": "第一组", "leads": "on", "seconded_from": ""}
    assert "组长" in post(office, "team", **member)
    other = {"account": town.walker.pk, "team": "第一组"}
    post(office, "team", **other)
    recusal = {
        "recuse-account": town.walker.pk,
        "recuse-place": place_of(one).pk,
        "recuse-reason": "亲属",
    }
    assert "亲属" in post(office, "team", **recusal)
    dropped = one.members.get(account=town.walker)
    address = reverse("inspections:drop_member", args=[one.pk, dropped.pk])
    assert office.post(address).status_code == 302
    post(office, "start")
    assert now(one).state == InspectionState.RUNNING
    chosen = one.places.get(chosen=True)
    visit = sent(one, place=chosen.pk, answers=(("bad", "没有"), ("", ""))).content()
    browser = client_of(town.inspector)
    answer = browser.post(at("sync", one), json.dumps(visit), content_type="application/json")
    assert (answer.status_code, answer.json()["visit"]["base"]) == (200, 1)
    assert str(visit["id"]) in text(browser.get(at("field", one)))  # type: ignore[arg-type]
    assert "没有" in text(browser.get(at("visit", one)))  # type: ignore[arg-type]
    assert "窗口无人值守" in text(browser.get(at("finding", one)))  # type: ignore[arg-type]
    campaign = ledger.save_campaign(by=town.organiser, facts=BASIS)
    pick = str(Finding.objects.get().pk)
    terms = {"campaign": campaign.pk, "due_on": "", "amount": "30", "unit": "natural"}
    for _time in range(2):
        office.post(at("entries", one), {"pick": [pick], **terms})
    assert Entry.objects.get().title == "窗口无人值守"
    post(office, "conclude", text="总体情况")
    draft = text(office.get(at("circular_draft", one)))  # type: ignore[arg-type]
    assert "1个方面1个问题" in draft
    save("circular_draft", title="督查通报", number="1号", text="现通报如下。")
    assert "改写的结论" in save("conclusion", text="改写的结论")
    post(checker, "issue")
    assert now(one).state == InspectionState.CIRCULATED


def test_a_sync_tells_in_words_and_codes(town: Town) -> None:
    one = town.running()
    browser = client_of(town.inspector)

    def post(body: object, by: Client = browser) -> Any:
        return by.post(at("sync", one), json.dumps(body), content_type="application/json")

    good = sent(one)
    assert post(good.content()).status_code == 200
    assert post(good.content()).status_code == 200
    other = {**good.content(), "note": "另一台设备"}
    answer = post(other)
    assert (answer.status_code, answer.json()["diverged"]) == (409, True)
    assert post({"id": str(uuid4())}).status_code == 422
    assert post({**good.content(), "id": str(uuid4()), "place": 0}).status_code == 422
    assert post(good.content(), client_of(town.stranger)).status_code == 404
    assert post(good.content(), client_of(town.second)).status_code == 403
    assert "另一台设备" in text(browser.get(at("visit", one)))  # type: ignore[arg-type]


def test_a_page_of_refusals_keeps_what_was_filled_in(town: Town) -> None:
    first = town.approved()
    second = town.drafted(title="又一次")
    browser = client_of(town.checker)
    data = {"approver_name": "江照野", "approval_document": "批示"}
    answer = browser.post(at("approve", second), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "江照野" in page
    assert first.title in page
    form = client_of(town.organiser).post(reverse("inspections:create"), {"title": "只有名称"})
    assert form.status_code == 422
    assert "只有名称" in form.content.decode()


def test_an_objection_is_made_and_decided_through_the_pages(town: Town) -> None:
    one = town.circulated()
    unit, office = client_of(town.head), client_of(town.second)
    page = text(unit.post(at("object", one), {"text": "事实有出入"}, follow=True))  # type: ignore[arg-type]
    assert "事实有出入" in page
    data = {"outcome": "revoked", "opinion": "经查属实，撤销"}
    assert "撤销结论" in text(office.post(at("decide", one), data, follow=True))  # type: ignore[arg-type]
    assert "经查属实" in text(unit.get(at("inspection", one)))  # type: ignore[arg-type]
    assert "经查属实" in text(office.get(at("decide", one)))  # type: ignore[arg-type]


def test_hostile_words_stay_words(town: Town) -> None:
    one = town.running(title=HOSTILE[:100], checklist=[HOSTILE[:100]], categories=[HOSTILE[:50]])
    finding = found(HOSTILE[:200], HOSTILE[:50])
    town.visit(one, answers=(("good", HOSTILE[:100]),), note=HOSTILE, findings=(finding,))
    for name in ("inspection", "field", "visit", "finding", "entries"):
        page = client_of(town.inspector).get(at(name, one)).content.decode()
        assert HOSTILE[:50] not in page


def test_what_a_phone_lays_aside_names_nobody_and_tells_nothing_that_was_reported(
    town: Town,
) -> None:
    one = town.running()
    town.visit(one, by=town.walker, note="别人记的情况", place=place_of(one, town.water).pk)
    browser = client_of(town.inspector)
    page, online = browser.get(at("field_offline", one)), browser.get(at("field", one))
    kept, there = (one.content.decode() + str(one.context["data"]) for one in (page, online))
    assert "云州市水利局" in kept
    for words in ("别人记的情况", "窗口无人值守", town.inspector.name, town.walker.name, "csrf"):
        assert words in there, words
        assert words not in kept, words
    assert page["X-Keep-Until"] == one.ends_on.isoformat()
    Inspection.objects.filter(pk=one.pk).update(ends_on=today() + timedelta(days=30))
    again = client_of(town.inspector).get(at("field_offline", one))
    assert again["X-Keep-Until"] == (today() + timedelta(days=7)).isoformat()


TYPED = "只在本页的话"


@pytest.mark.once
@pytest.mark.parametrize(
    ("verb", "state", "who", "words"),
    [
        ("approve", "approved", "checker", {"approver_name": TYPED, "approval_document": "号"}),
        ("conclude", "concluded", "organiser", {"text": TYPED}),
        ("circular", "circulated", "organiser", {"title": "通报", "number": "1", "text": TYPED}),
        ("conclusion", "circulated", "organiser", {"text": TYPED}),
    ],
)
def test_what_was_typed_stays_where_another_was_quicker(
    town: Town, verb: str, state: str, who: str, words: dict[str, str]
) -> None:
    one = getattr(town, state)()
    if verb == "conclusion":
        key = Conclusion.objects.get().pk
        address = reverse("inspections:conclusion", args=[one.pk, key])
    else:
        address = reverse("inspections:act", args=[one.pk, verb])
    answer = client_of(getattr(town, who)).post(address, words)
    assert answer.status_code == 409
    assert TYPED in answer.content.decode()
    assert "没有保存" in answer.content.decode()
    refused = client_of(town.head).post(address, words)
    assert refused.status_code in (403, 404)
    assert TYPED not in refused.content.decode()
