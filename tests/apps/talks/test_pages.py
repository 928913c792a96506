"""Pages of talks: who opens which, what the unit that is talked to never learns, hostile words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.apps.ballots.office import HOSTILE, text
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import unit
from tests.apps.posting import marks_on
from tests.apps.talks.hands import ANSWERED, ASKED, PREPARED, REQUIRED, Town, now, today

from pingyi.apps.documents.actions import attach
from pingyi.apps.documents.models import Attachment
from pingyi.apps.talks import urls
from pingyi.apps.talks.actions import memos, programmes, rectifying
from pingyi.apps.talks.enums import Ground, TalkState
from pingyi.apps.talks.models import Talk
from pingyi.base.references import Reference

pytestmark = pytest.mark.django_db

OFFICE = {"organiser", "second", "inspector", "interviewer"}
EDITORS = {"organiser", "second"}
UNIT = {"head", "handler"}
READERS = {*OFFICE, *UNIT, "leader", "stranger"}
EVERYBODY = {*READERS, "checker", "agency", "system"}

# Address: how it is asked for, who may, and the state of the talk it needs.
TABLE: dict[str, tuple[str, set[str], str]] = {
    "index": ("GET", READERS, ""),
    "add": ("GET", EDITORS, ""),
    "programmes": ("GET", EDITORS, ""),
    "create_programme": ("GET", EDITORS, ""),
    "edit_programme": ("GET", EDITORS, ""),
    "schedule": ("GET", EDITORS, ""),
    "proposals": ("GET", EDITORS, ""),
    "arrange": ("GET", EDITORS, "prepared"),
    "notify": ("POST", EDITORS, "prepared"),
    "previsit": ("GET", OFFICE, "offered"),
    "meeting": ("GET", OFFICE, "noticed"),
    "talk": ("GET", {*OFFICE, *UNIT}, "noticed"),
    "notice": ("GET", {*OFFICE, *UNIT}, "noticed"),
    "draft_memo": ("POST", EDITORS, "held"),
    "edit_memo": ("GET", EDITORS, "offered"),
    "memo": ("GET", {*OFFICE, *UNIT}, "offered"),
    "object_to_memo": ("GET", {*OFFICE, *UNIT}, "offered"),
    "rectify": ("POST", EDITORS, "confirmed"),
    "close": ("POST", EDITORS, "confirmed"),
    "report": ("GET", UNIT, "rectifying"),
    "cancel": ("GET", EDITORS, "prepared"),
    "recall": ("GET", EDITORS, "noticed"),
    "return-report": ("GET", EDITORS, "rectifying"),
    "unit-meeting": ("GET", UNIT, "rectifying"),
    "escalate": ("GET", EDITORS, "rectifying"),
}
INSIDE = {
    "add_note",
    "drop_note",
    "keep_question",
    "drop_question",
    "ask",
    "ask_prepared",
    "note_answer",
    "require_of",
    "drop_requirement",
    "meeting_act",
    "decide",
}
"""Asked for by everybody of the unit below, and by nobody with success."""
ELSEWHERE = {
    "begin_cycle",
    "take_up",
    "decline",
    "rectification_notice",
    "offer_memo",
    "confirm_memo",
    "follow_up",
    "act",
}
"""In tests of their own."""


@pytest.fixture
def town() -> Town:
    return Town()


def at(name: str, talk: Talk | None = None, *more: object) -> str:
    if talk is not None and name not in {pattern.name for pattern in urls.urlpatterns}:
        return reverse("talks:act", args=[talk.number, name])
    return reverse(f"talks:{name}", args=[*([talk.number] if talk else []), *more])


def in_state(town: Town, state: str) -> Talk | None:
    if not state:
        return None
    made = getattr(town, state)()
    found: Talk = now(made)
    if state == "prepared":
        # The interviewer is known, so that there is a side of his.
        found.interviewer = town.secretary
        found.save()
    return found


def test_the_table_is_whole() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} <= {*TABLE, *INSIDE, *ELSEWHERE}


@pytest.mark.parametrize("name", TABLE)
def test_who_opens_which_page(town: Town, name: str) -> None:
    how, allowed, state = TABLE[name]
    talk = in_state(town, state)
    more = [town.programme.pk] if name in ("edit_programme", "schedule") else []
    for who in sorted(EVERYBODY):
        browser = client_of(getattr(town, who))
        ask: Any = browser.get if how == "GET" else browser.post
        answer: HttpResponse = ask(at(name, talk, *more))
        assert (answer.status_code in (200, 302)) == (who in allowed), (who, answer.status_code)
        if how == "POST" and talk is not None and answer.status_code == 302:
            Talk.objects.filter(pk=talk.pk).update(state=talk.state)
            talk.follow_ups.all().delete()
    assert client_of(None).get(at(name, talk, *more)).status_code in (302, 405)


# What the unit never learns

SECRETS = (PREPARED, ASKED, "走访下属站所", "暗访照片", "摸底")


def proven(town: Town) -> Talk:
    """With evidence, and everything that might betray it."""
    talk = town.prepared()
    file = SimpleUploadedFile("暗访照片.pdf", b"%PDF-1.4 three branches", "application/pdf")
    attach(by=town.inspector, reference=Reference("talks.previsit", str(talk.pk)), files=[file])
    return talk


def every_address(talk: Talk) -> list[str]:
    """Of all pages of the room, with whatever keys there are."""
    keys = {
        "programme": talk.programme_id,
        "drop_note": talk.notes.values_list("pk", flat=True)[0],
        "other": 1,
    }
    found = []
    for pattern in urls.urlpatterns:
        names = list(pattern.pattern.converters)
        given = {
            "number": talk.number,
            "verb": "cancel",
            "pk": keys.get(pattern.name, keys["programme" if "number" not in names else "other"]),
        }
        found.append(reverse(f"talks:{pattern.name}", kwargs={name: given[name] for name in names}))
    return found


WALKERS = {"planned": ("both",), "rectifying": ("head", "posted", "namesake")}
"""Who walks all pages; everybody else of the unit is asked for what they see in ``test_talks``."""


@pytest.mark.parametrize("state", WALKERS)
def test_nobody_of_the_unit_learns_what_is_prepared(town: Town, state: str) -> None:
    """Every page of the room, the ledger, the desk, notices and files, for the unit's head, and
    for organisers who belong to it in some way."""
    talk = proven(town)
    (photo,) = Attachment.objects.all()
    if state != "planned":
        town.prepared = lambda: talk  # type: ignore[method-assign] # the same talk goes on
        talk = getattr(town, state)()
    others = [reverse("desk"), reverse("ledger:index"), reverse("notices:index")]
    exports = [at("index") + query for query in ("?export=csv", "?words=三个支部&export=csv")]
    people = town.insiders()
    for who in WALKERS[state]:
        browser = client_of(people[who])
        for address in [*every_address(talk), *others, *exports]:
            answer: Any = browser.get(address)
            content = answer.getvalue() if answer.streaming else answer.content
            page = content.decode("utf-8-sig", errors="replace")
            for secret in SECRETS:
                assert secret not in page, (who, address, secret)
        for name in ("file", "show"):
            assert browser.get(reverse(f"documents:{name}", args=[photo.pk])).status_code == 404
        assert browser.post(reverse("documents:remove", args=[photo.pk])).status_code == 404
    assert talk.notes.count() == 1
    assert Attachment.objects.count() == 1


def test_what_is_inside_is_not_even_there_for_the_unit(town: Town) -> None:
    """The same answer as for a talk that does not exist."""
    talk = town.offered()
    keys = {"pk": 1, "verb": "report"}
    people = town.insiders()
    browsers = [client_of(people[who]) for who in ("head", "posted", "namesake")]
    for pattern in urls.urlpatterns:
        if pattern.name not in INSIDE:
            continue
        given = {key: keys[key] for key in pattern.pattern.converters if key in keys}
        address = reverse(f"talks:{pattern.name}", kwargs={"number": talk.number, **given})
        nowhere = address.replace(talk.number, "2026-T999")
        for browser in browsers:
            here, there = browser.post(address), browser.post(nowhere)
            assert here.status_code == there.status_code == 404, address
            assert words_of(here) == words_of(there), "whoever guesses learns nothing"


def words_of(answer: Any) -> str:
    """What is told, without the page's furniture."""
    found: str = answer.content.decode().partition("<main")[2]
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", found)


def test_a_planned_talk_is_nowhere_for_the_unit(town: Town) -> None:
    talk = town.arranged()
    people = town.insiders()
    for who in ("head", "both", "above"):
        browser = client_of(people[who])
        assert browser.get(at("talk", talk)).status_code == 404, who
        assert talk.number not in text(browser.get(at("index")))  # type: ignore[arg-type]
        assert talk.number not in browser.get(reverse("desk")).content.decode()
        schedule = browser.get(at("schedule", None, town.programme.pk)).content.decode()
        assert talk.number not in schedule
        assert "市委三楼会议室" not in schedule
        counted = browser.get(at("index") + "?export=csv").getvalue()  # type: ignore[attr-defined]
        assert talk.number.encode() not in counted


def test_the_interviewer_and_inspectors_see_it_all(town: Town) -> None:
    talk = town.offered()
    for by in (town.organiser, town.second, town.inspector, town.interviewer):
        page = text(client_of(by).get(at("previsit", talk)))  # type: ignore[arg-type]
        assert PREPARED in page
        assert ASKED in page


def test_the_unit_has_no_story_of_the_office(town: Town) -> None:
    talk = town.rectifying()
    page = text(client_of(town.head).get(at("talk", talk)))  # type: ignore[arg-type]
    assert REQUIRED in page
    assert "办理经过" not in page
    assert ANSWERED not in page
    assert "办理经过" in text(client_of(town.organiser).get(at("talk", talk)))  # type: ignore[arg-type]


def test_a_memo_in_draft_is_not_the_units(town: Town) -> None:
    talk = town.held()
    memo = memos.draft(by=town.organiser, talk=talk)
    browser = client_of(town.head)
    assert browser.get(at("memo", talk)).status_code == 404
    for name in ("offer_memo", "confirm_memo"):
        assert browser.post(at(name, talk), {"seen": memo.version}).status_code in (403, 404)
    client_of(town.organiser).post(at("offer_memo", talk), {"seen": memo.version})
    assert ANSWERED in text(browser.get(at("memo", talk)))  # type: ignore[arg-type]
    browser.post(at("confirm_memo", talk), {"seen": memo.version})
    client_of(town.interviewer).post(at("confirm_memo", talk), {"seen": memo.version})
    assert now(talk).state == TalkState.CONFIRMED


# Through the pages


def test_the_meeting_survives_a_reload(town: Town) -> None:
    talk = town.noticed()
    browser = client_of(town.organiser)
    for verb, heading in (("report", "汇报"), ("questions", "提问、提要求")):
        answer: Any = browser.post(at("meeting_act", talk, verb), follow=True)
        assert heading in text(answer)
        again = text(client_of(town.second).get(at("meeting", talk)))  # type: ignore[arg-type]
        assert "data-clock=" in again
    assert 'data-planned="2400"' in again, "forty minutes of questions"
    browser.post(at("require_of", talk), {"require-text": REQUIRED, "require-months": 2})
    assert talk.requirements.get().months == 2
    browser.post(at("meeting_act", talk, "end"))
    assert now(talk).state == TalkState.HELD


def test_hostile_words_are_words_everywhere(town: Town) -> None:
    talk = town.prepared()
    browser = client_of(town.organiser)

    def post(name: str, *more: object, **data: object) -> None:
        answer: Any = browser.post(at(name, talk, *more), data, follow=True)
        text(answer)

    note = {"way": "open_check", "source": HOSTILE[:100], "found_on": today(), "text": HOSTILE}
    post("add_note", **note)
    post("keep_question", **{"bank-text": HOSTILE, "bank-topic": ""})
    town.arranged(talk, reason=HOSTILE, materials=HOSTILE, purpose=HOSTILE)
    post("notify")
    post("meeting_act", "report")
    post("ask", **{"ask-text": HOSTILE, "ask-answer": HOSTILE})
    post("require_of", **{"require-text": HOSTILE, "require-months": 1})
    post("meeting_act", "end")
    memo = memos.draft(by=town.organiser, talk=talk)
    memos.offer(by=town.organiser, talk=talk, seen=memo.version)
    memos.confirm(by=town.interviewer, talk=talk, seen=1)
    memos.confirm(by=town.head, talk=talk, seen=1)
    rectifying.rectify(by=town.organiser, talk=talk)
    rectifying.escalate(
        by=town.organiser, talk=talk, ground=Ground.ATTITUDE, basis=HOSTILE[:90], text=HOSTILE
    )
    names = ("talk", "notice", "memo", "meeting", "previsit")
    for account in (town.organiser, town.head):
        for name in names if account == town.organiser else names[:3]:
            text(client_of(account).get(at(name, talk)))  # type: ignore[arg-type]


def test_pages_are_whole_in_english(town: Town) -> None:
    talk = town.rectifying()
    town.handed_in(talk)
    translation.activate("en")
    browser = client_of(town.organiser)
    names = ("talk", "notice", "memo", "meeting", "previsit")
    for address in [at(name, talk) for name in names] + [at("proposals"), at("index")]:
        answer: Any = browser.get(address, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 200


def test_the_list_asks_as_much_for_three_as_for_one(town: Town) -> None:
    browser: Client = client_of(town.organiser)
    town.planned()
    counts = []
    for place in (None, town.units[1], town.units[2]):
        if place is not None:
            town.planned(place)
        browser.get(at("index"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(at("index"))
        counts.append(len(asked))
    assert len(set(counts)) == 1


@pytest.mark.once
def test_38_units_are_left_after_three_rounds_of_three(town: Town) -> None:
    """CX-12: nine departments had their talk; 18 towns and some 20 departments are still to come,
    which the page counts as 13 months at three a month and ten at four (CX-03)."""
    more = [
        unit(f"A{n:02}", f"云州市第{n}局", town.root, "municipal_department") for n in range(24)
    ]
    towns = [unit(f"Z{n:02}", f"第{n}镇", town.root, "township") for n in range(18)]
    units = [*town.units, *more, *towns]
    assert len(units) == 9 + 20 + 18
    programme = programmes.save_programme(
        by=town.organiser,
        programme=town.programme,
        facts={"title": "党建月月谈"},
        interviewers=[town.secretary],
        units=units,
    )
    for turn, month in enumerate((date(2015, 1, 1), date(2015, 2, 1), date(2015, 3, 1))):
        three = units[3 * turn : 3 * turn + 3]
        programmes.schedule(by=town.organiser, programme=programme, month=month, units=three)
    address = reverse("talks:schedule", args=[programme.pk])
    page = text(client_of(town.organiser).get(address, {"month": "2015-04"}))  # type: ignore[arg-type]
    figures = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", page)
    assert figures == [
        ("已约谈、已安排", "9"),
        ("还没有约谈", "38"),
        ("每月3个，还需", "13"),
        ("每月4个，还需", "10"),
    ]


def test_a_programme_to_change_is_shown_whole() -> None:
    town = Town()
    address = reverse("talks:edit_programme", args=[town.programme.pk])
    page = text(client_of(town.organiser).get(address))
    chosen = re.findall(r'<option value="(\d+)" selected', page)
    assert chosen == [str(town.programme.campaign_id)]
    assert len(re.findall(r'name="units"[^>]*checked', page)) == town.programme.places.count()


def test_a_talk_without_a_time_is_not_called_arranged() -> None:
    town = Town()
    talk = town.planned()
    address = reverse("talks:arrange", args=[talk.number])
    browser = client_of(town.organiser)
    marks = marks_on(text(browser.get(address)))  # type: ignore[arg-type]
    told = text(browser.post(address, {"kind": talk.kind, **marks}, follow=True))
    assert "已安排" not in told
    assert "才能发通知" in told
