"""Pages of the pledges: who opens which, the way of a pledge through them, hostile words, and what
the public may and may not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, text
from tests.apps.ledger.hands import today
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import account, unit
from tests.apps.pledges.hands import FIRST, OUTCOMES, WORK, Town, after_window, now
from tests.apps.posting import form_of

from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.enums import Role
from pingyi.apps.pledges import actions, urls
from pingyi.apps.pledges.actions import CampaignFacts, Giver, Told
from pingyi.apps.pledges.enums import PledgeState, Result
from pingyi.apps.pledges.models import Campaign, Item, Pledge
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.tables.codes import CodeBook
from pingyi.engine.tables.readers import read_figures

pytestmark = pytest.mark.django_db

ROOM = {"organiser", "checker", "inspector", "handler", "head", "stranger", "boss"}
ALL = {*ROOM, "outsider", "nobody"}
SEES = ROOM - {"stranger"}
OFFICE, OWNERS, ORGANISER = (
    {"organiser", "checker", "inspector"},
    {"handler", "head"},
    {"organiser"},
)

# Address: how it is asked for, who may, and in which state of the pledge.
TABLE: dict[str, tuple[str, set[str], str]] = {
    "index": ("GET", ROOM, ""),
    "items": ("GET", ROOM, ""),
    "statistics": ("GET", ROOM, ""),
    "print": ("GET", ROOM, ""),
    "campaigns": ("GET", ROOM, ""),
    "create_campaign": ("GET", ORGANISER, ""),
    "campaign": ("GET", ROOM, "drafted"),
    "edit_campaign": ("GET", ORGANISER, "drafted"),
    "announce": ("POST", ORGANISER, "unannounced"),
    "end": ("POST", ORGANISER, "closed"),
    "figures": ("GET", ORGANISER, "closed"),
    "public": ("GET", ALL, ""),
    "public_pledge": ("GET", ALL, "published"),
    "pledge": ("GET", SEES, "drafted"),
    "letter": ("GET", SEES, "drafted"),
    "write": ("GET", OWNERS, "drafted"),
    "create_item": ("GET", OWNERS, "drafted"),
    "edit_item": ("GET", OWNERS, "drafted"),
    "drop_item": ("POST", OWNERS, "drafted"),
    "hand_in": ("POST", OWNERS, "drafted"),
    "admit": ("GET", ORGANISER, "drafted"),
    "give_back": ("GET", ORGANISER, "handed_in"),
    "publish": ("POST", ORGANISER, "handed_in"),
    "account": ("GET", OWNERS, "published"),
    "settle": ("GET", OFFICE, "published"),
    "send_back": ("GET", OFFICE, "settled"),
    "close": ("POST", {"organiser", "checker"}, "settled"),
}
WITH_CAMPAIGN = {"campaign", "edit_campaign", "announce", "end", "figures"}
WITH_NUMBER = {"edit_item", "drop_item"}
STATES: dict[str, Callable[[Town], Pledge]] = {
    "unannounced": lambda town: Pledge.objects.get(campaign=town.pledges, unit=town.water),
    "drafted": Town.written,
    "handed_in": Town.handed_in,
    "published": Town.published,
    "settled": Town.settled,
    "closed": Town.closed,
}


@pytest.fixture
def town() -> Town:
    return Town()


def browser_of(town: Town, who: str) -> Client:
    if who == "outsider":
        return client_of(account("outsider", Role.AGENCY))
    return client_of(None if who == "nobody" else getattr(town, who))


def at(name: str, pledge: Pledge | None, number: int = 1) -> str:
    if pledge is None:
        return reverse(f"pledges:{name}")
    key = pledge.campaign_id if name in WITH_CAMPAIGN else pledge.pk
    return reverse(f"pledges:{name}", args=[key, *([number] if name in WITH_NUMBER else [])])


def test_the_table_is_whole() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_who_opens_which_page(town: Town, name: str) -> None:
    """Each role against each address; a post that does nothing because the state is gone counts
    as open, so each is asked on what stands as at first."""
    how, allowed, state = TABLE[name]
    pledge = STATES[state](town) if state else None
    if name == "end":
        Pledge.objects.exclude(unit=town.water).delete()
    kept = {
        model: list(model.objects.values())
        for model in (Campaign, Pledge)  # type: ignore[attr-defined]
    }
    for who in sorted(ALL):
        browser = browser_of(town, who)
        ask: Any = browser.get if how == "GET" else browser.post
        answer: HttpResponse = ask(at(name, pledge), {"seen": 1})
        away = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
        good = answer.status_code in (200, 302) and not away
        assert good == (who in allowed), (who, answer.status_code)
        if how == "POST" and good:
            for model, rows in kept.items():
                for row in rows:
                    model.objects.filter(pk=row["id"]).update(**row)  # type: ignore[attr-defined]
            if name == "drop_item":
                _item_again(pledge)


def _item_again(pledge: Pledge | None) -> None:
    """An item in the place of the one that was struck out."""
    assert pledge is not None
    other = pledge.items.get(number=2)
    other.pk, other.number = None, 1
    other.save()


def test_strangers_learn_nothing_by_guessing(town: Town) -> None:
    pledge = town.written()
    answer = client_of(town.stranger).get(at("pledge", pledge))
    missing = client_of(town.stranger).get(reverse("pledges:pledge", args=[99999]))
    assert answer.status_code == missing.status_code == 404
    assert WORK not in answer.content.decode()


@pytest.mark.parametrize("state", ["unannounced", "drafted", "handed_in"])
def test_the_public_reads_nothing_before_it_is_published(town: Town, state: str) -> None:
    pledge = STATES[state](town)
    browser = Client()
    assert browser.get(at("public_pledge", pledge)).status_code == 404
    page = text(browser.get(at("public", None)))  # type: ignore[arg-type]
    assert "水利局" not in page
    assert town.pledges.title not in page
    assert reverse("pledges:public") not in browser.get("/").content.decode()


SECRET = ("住院", "目标不可计量", "尚有两个项目", "内部说明", "测试", "承诺书.pdf", "台账")
"""Parts of reasons, accounts, names of officers: for the office alone."""


@pytest.mark.parametrize("state", ["published", "settled", "closed"])
def test_the_public_reads_what_is_published_and_no_more(town: Town, state: str) -> None:
    pledge = town.handed_in()
    actions.give_back(by=town.organiser, pledge=pledge, reason="目标不可计量")
    Pledge.objects.filter(pk=pledge.pk).update(
        late_reason="主要负责人住院", late_ruled_by=town.organiser
    )
    actions.hand_in(by=town.handler, pledge=pledge)
    actions.publish(by=town.organiser, pledge=pledge)
    said = {1: Told(Decimal(126), "内部说明"), 2: Told(None, "内部说明")}
    actions.account(by=town.handler, pledge=pledge, said=said)
    if state != "published":
        actions.settle(by=town.inspector, pledge=pledge, outcomes=OUTCOMES)
    if state == "closed":
        actions.close(by=town.checker, pledge=pledge)
    browser = Client()
    page = text(browser.get(at("public_pledge", pledge)))  # type: ignore[arg-type]
    both = page + text(browser.get(at("public", None)))  # type: ignore[arg-type]
    assert WORK in page
    assert FIRST in page
    assert "余行之（局长）" in page
    assert [word for word in SECRET if word in both] == []
    assert ("84.00%" in page) == (state == "closed"), "what came of it, once it is closed"
    assert ("未完成" in page) == (state == "closed")
    assert reverse("pledges:public") in browser.get("/").content.decode()


def test_a_pledge_goes_its_way_through_the_pages(town: Town) -> None:
    office, unit = client_of(town.organiser), client_of(town.handler)
    pledge = Pledge.objects.get(campaign=town.pledges, unit=town.water)

    def post(browser: Client, name: str, **data: object) -> str:
        said = {"seen": now(pledge).version, **data}
        answer: Any = browser.post(at(name, pledge), said, follow=True)
        return text(answer)

    post(office, "announce")
    giver = {"head_name": "余行之", "head_post": "局长", "manner": "media", "signature": "seal"}
    answer = unit.post(at("write", pledge), {**giver, "seen": 1})
    assert answer.status_code == 422, "a pledge by media names its medium"
    post(unit, "write", **giver, medium="live")
    item: dict[str, object] = {
        "aspect": town.pledges.aspects.get(number=4).pk,
        "text": WORK,
        "target": "150",
        "measured_in": "亿元",
        "first": "city",
        "amount": "3",
        "unit": "months",
    }
    assert WORK in post(unit, "create_item", **item, seen=0)
    found = pledge.items.get()
    assert found.due_on > town.pledges.closes_on + timedelta(days=80)
    day = today() + timedelta(days=30)
    post(unit, "edit_item", **{**item, "amount": "", "due_on": day.isoformat(), "seen": 1})
    assert pledge.items.get().due_on == day
    post(unit, "hand_in")
    post(office, "publish")
    assert Entry.objects.get().title == WORK
    told = {"item-1-claimed": "126", "item-1-text": "完成126亿元"}
    assert "完成126亿元" in post(unit, "account", **told)
    inspector = client_of(town.inspector)
    assert 'value="126' in inspector.get(at("settle", pledge)).content.decode()
    wrong = {"item-1-done": "126", "item-1-result": "met", "item-1-reason": ""}
    answer = inspector.post(at("settle", pledge), {**wrong, "seen": now(pledge).version})
    assert answer.status_code == 422
    assert "不一致" in answer.content.decode()
    right = {"item-1-result": "not_met", "item-1-reason": "两个项目未开工"}
    assert "84.00%" in post(inspector, "settle", **{**wrong, **right})
    post(client_of(town.checker), "close")
    assert now(pledge).state == PledgeState.CLOSED


def test_only_who_can_attach_the_signed_letter_is_asked_to(town: Town) -> None:
    pledge = town.written()
    asked, missing = "拍照或扫描后传到附件", "还没有上传加盖公章或摁红指印的承诺书。"
    page = client_of(town.handler).get(at("pledge", pledge)).content.decode()
    assert missing in page
    assert asked in page
    pledge = actions.hand_in(by=town.handler, pledge=pledge)
    page = client_of(town.handler).get(at("pledge", pledge)).content.decode()
    assert missing in page
    assert asked not in page


def test_a_closed_entry_is_proposed_as_met(town: Town) -> None:
    pledge = town.published()
    item = pledge.items.get(number=1)
    Entry.objects.filter(source_id=str(item.pk)).update(state="closed", closed_on=today())
    page = client_of(town.inspector).get(at("settle", pledge)).content.decode()
    assert page.count("checked") == 1
    assert 'name="item-1-result" value="met"' in page
    assert 'value="150' in page


def test_a_reason_is_asked_for(town: Town) -> None:
    pledge = town.handed_in()
    browser = client_of(town.organiser)
    assert browser.post(at("give_back", pledge), {"reason": ""}).status_code == 422
    assert browser.post(at("give_back", pledge), {"reason": "目标不可计量"}).status_code == 302
    after_window(town.pledges)
    Pledge.objects.update(handed_in_on=None)
    page = client_of(town.handler).get(at("pledge", pledge)).content.decode()
    assert "现在不能提交" in page
    assert at("hand_in", pledge) not in page
    assert browser.post(at("admit", pledge), {"reason": "汛期值守"}).status_code == 302
    assert (
        at("hand_in", pledge) in client_of(town.handler).get(at("pledge", pledge)).content.decode()
    )


def test_a_campaign_is_made_and_changed_through_its_form(town: Town) -> None:
    browser = client_of(town.organiser)
    form: dict[str, object] = {
        "title": "2027年公开承诺",
        "year": 2027,
        "opens_on": today().isoformat(),
        "days": 10,
        "settle_on": (today() + timedelta(days=90)).isoformat(),
        "units": [town.water.pk],
        "aspect_1": "重点工作",
    }
    page = browser.get(reverse("pledges:create_campaign")).content.decode()
    assert "见红旗就扛" in page
    early = {**form, "settle_on": today().isoformat()}
    assert browser.post(reverse("pledges:create_campaign"), early).status_code == 422
    assert browser.post(reverse("pledges:create_campaign"), form).status_code == 302
    made = Campaign.objects.get(title="2027年公开承诺")
    assert [one.title for one in made.aspects.all()] == ["重点工作", "", "", "", "", ""]
    edit = reverse("pledges:edit_campaign", args=[made.pk])
    assert browser.post(edit, form_of(browser, edit, aspect_5="党建")).status_code == 302
    assert made.aspects.get(number=5).title == "党建"


def test_hostile_words_stay_words(town: Town) -> None:
    pledge = town.announced()
    Campaign.objects.update(
        title=HOSTILE[:120], outlets=HOSTILE, document_title=HOSTILE, document_number=HOSTILE
    )
    town.pledges.aspects.filter(number=5).update(title=HOSTILE[:60])
    actions.write(by=town.handler, pledge=pledge, giver=Giver(HOSTILE[:60], HOSTILE[:60]))
    words = {"measured_in": HOSTILE[:20], "benchmark": HOSTILE, "benchmark_figure": HOSTILE}
    town.promised(pledge, HOSTILE, aspect=5, **words)
    Pledge.objects.update(late_reason=HOSTILE, returned_reason=HOSTILE)
    office, unit = client_of(town.organiser), client_of(town.handler)
    for name in ("pledge", "letter", "write", "edit_item"):
        text(unit.get(at(name, pledge)))  # type: ignore[arg-type]
    for name in ("index", "items", "statistics", "print", "campaigns"):
        text(office.get(at(name, None)))  # type: ignore[arg-type]
    for name in ("campaign", "edit_campaign"):
        text(office.get(at(name, pledge)))  # type: ignore[arg-type]
    actions.hand_in(by=town.handler, pledge=pledge)
    actions.publish(by=town.organiser, pledge=pledge)
    said = {1: Told(Decimal(1), HOSTILE)}
    actions.account(by=town.handler, pledge=pledge, said=said)
    for browser, name in ((office, "settle"), (unit, "account"), (Client(), "public_pledge")):
        text(browser.get(at(name, pledge)))  # type: ignore[arg-type]
    sheet: Any = office.get(at("items", None) + "?export=csv")
    cells = b"".join(sheet.streaming_content).decode("utf-8-sig")
    assert ",=" not in cells


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("index", "view=own", {"云州市水利局"}),
        ("index", "state=published", {"云州市水利局"}),
        ("index", "state=closed", set()),
        ("index", "words=民生工程", {"云州市水利局"}),
        ("index", "words=卫生", set()),
        ("index", "view=to_settle", set()),
        ("index", "view=missing", set()),
        ("items", "first=province", {FIRST}),
        ("items", "first=city", set()),
        ("items", "aspect=为民", {WORK}),
        ("items", "result=met", set()),
        ("items", "words=能耗", {FIRST}),
    ],
)
def test_filters(town: Town, name: str, query: str, expected: set[str]) -> None:
    town.published()
    page = text(client_of(town.handler).get(f"{at(name, None)}?{query}"))  # type: ignore[arg-type]
    table = page.partition("<tbody")[2]
    assert {one for one in ("云州市水利局", WORK, FIRST) if one in table} - (
        {"云州市水利局"} if name == "items" else set()
    ) == expected


SCHEME = load_scheme("""\
grammar: 1
key: kept
title: 承诺
basis: 某办法
figures:
  kept: {title: 公开承诺完成情况, basis: 某办法, least: 0, most: 100}
nodes:
  kept: {title: 承诺得分, basis: 某办法, op: figure, figure: kept}
score: kept
rounding: {title: 取整, basis: 某办法}
rank: {title: 排名, basis: 某办法}
""").scheme


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_round_takes_the_figures_as_they_are(
    town: Town, kind: str, language: str, tmp_path: Path
) -> None:
    """Two of three items met: 200/3, to the last digit, in any language of the page."""
    pledge = town.closed()
    aspect = town.pledges.aspects.get(number=1)
    third = {"aspect": aspect, "text": "三", "measure": "yes_no", "result": Result.MET}
    Item.objects.create(pledge=pledge, number=3, due_on=today(), **third)
    address = at("figures", pledge)
    answer: Any = client_of(town.organiser).get(
        f"{address}?export={kind}&figure=公开承诺完成情况", headers={"accept-language": language}
    )
    file = tmp_path / f"figures.{kind}"
    file.write_bytes(b"".join(answer.streaming_content))
    found = read_figures(file, SCHEME, CodeBook(["001", "002"]))
    assert {key: str(value.value) for key, value in found.items()} == {
        ("kept", "001", None): "200/3"
    }


@pytest.mark.once
def test_43_heads_are_called_up_for_ten_days(town: Town) -> None:
    """HD-17: secretaries of 19 counties and the heads of 24 departments, in a window of ten days
    from 27 September. In 2011 the tenth, 7 October, was the last of the holiday, and the 8th was
    worked in exchange."""
    counties = [unit(f"C{n:02}", f"第{n}县", town.root, "county") for n in range(19)]
    others = [
        unit(f"D{n:02}", f"云州市第{n}局", town.root, "municipal_department") for n in range(24)
    ]
    facts = CampaignFacts(
        title="一把手公开承诺",
        year=2011,
        opens_on=date(2011, 9, 27),
        settle_on=date(2011, 12, 31),
        document_title="关于一把手公开承诺的通知",
        document_number="云办〔2011〕27号",
    )
    made = actions.save_campaign(by=town.organiser, facts=facts, units=[*counties, *others])
    actions.announce(by=town.organiser, campaign=made)
    page: Any = client_of(town.organiser).get(reverse("pledges:campaign", args=[made.pk]))
    assert Pledge.objects.filter(campaign=made).count() == 43
    assert re.search(r"还没有提交的单位<span[^>]*>43</span>", text(page))
    assert (made.days, made.closes_on) == (10, date(2011, 10, 8))


def test_an_empty_pledge_has_one_primary_button(town: Town) -> None:
    pledge = town.announced()

    def primary() -> list[str]:
        page = text(client_of(town.handler).get(at("pledge", pledge)))
        found = re.findall(r'class="btn btn-primary"[^>]*>(.*?)</(?:a|button)>', page, re.DOTALL)
        titles = [re.sub(r"<[^>]*>|&nbsp;", "", one).strip() for one in found]
        return [one for one in titles if one]  # the button that answers questions has none yet

    empty = primary()
    assert len(empty) == 1
    town.promised(pledge)
    written = primary()
    assert len(written) == 1
    assert written != empty


def test_aspects_that_are_not_used_stand_in_a_draft_alone(town: Town) -> None:
    def page() -> str:
        address = reverse("pledges:campaign", args=[town.pledges.pk])
        return text(client_of(town.organiser).get(address))

    assert page().count("（未定）") == 2
    actions.announce(by=town.organiser, campaign=town.pledges)
    assert "（未定）" not in page()
