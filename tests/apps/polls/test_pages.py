"""Pages of polls: list, new poll, targets as a table and by file, channels, next steps."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.ballots.hall import TARGETS, prepared
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.people.ground import unit
from tests.apps.schemes.hands import organiser, sealed

from pingyi.apps.people.enums import Role
from pingyi.apps.polls import actions
from pingyi.apps.polls.enums import Way
from pingyi.apps.polls.models import Poll
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Officer:
    return Officer(Role.ORGANISER)


@pytest.fixture
def poll(db: None) -> Poll:
    return actions.create_poll(
        by=organiser(), title="云州市述职评议", version=sealed(), rehearsal=True
    )


def rows(*codes: str) -> dict[str, list[str]]:
    return {
        "code": list(codes),
        "title": [f"单位{code}" for code in codes],
        "presenter": ["张三" for _code in codes],
        "parent": ["" for _code in codes],
    }


def order(poll: Poll) -> list[str]:
    return list(poll.targets.values_list("code", flat=True))


def test_a_new_poll_comes_from_a_form(officer: Officer) -> None:
    version = sealed()
    asked = {
        "title": HOSTILE,
        "version": version.pk,
        "rehearsal": "1",
        "basis": HOSTILE,
        "filing_number": "备〔2026〕3号",
        "keys_held": "split",
        "smallest_cell": "5",
    }
    assert "没有已封存的方案" not in text(officer.get("polls:create"))
    answer = officer.post("polls:create", **asked)
    poll = Poll.objects.get()
    assert answer["Location"].endswith(f"/polls/{poll.slug}/")
    assert (poll.rehearsal, poll.title, poll.keys_held) == (True, HOSTILE, "split")
    page = text(officer.get("polls:poll", poll.slug))
    assert "演练，结果不作数" in page
    assert "&lt;script&gt;" in page
    assert "还没有评议对象" in page
    text(officer.get("polls:index"))
    text(officer.get("polls:targets", poll.slug))


def test_a_poll_without_numbers_of_its_own_has_the_schemes(officer: Officer) -> None:
    version = sealed()
    asked = {"title": "一", "version": version.pk, "rehearsal": "0", "keys_held": "split"}
    officer.post("polls:create", **asked, smallest_cell="5")
    poll = Poll.objects.get()
    assert (poll.basis, poll.filing_number) == (version.basis_document, version.filing_number)
    assert poll.basis


def test_fixing_a_poll_asks_with_its_channels(officer: Officer, poll: Poll) -> None:
    actions.set_targets(by=organiser(), poll=poll, targets=TARGETS)
    for channel in poll.channels.all():
        actions.set_channel(by=organiser(), channel=channel, way=channel.way)
    page = text(officer.get("polls:poll", poll.slug))
    asked = page.partition('data-ask="')[2].partition('"')[0]
    ways = [f"{channel.title}：{channel.get_way_display()}" for channel in poll.channels.all()]
    assert len(ways) == 3
    assert "；".join(ways) in asked


def test_what_is_lacking_leads_to_its_page(officer: Officer, poll: Poll) -> None:
    poll.targets.all().delete()
    poll.channels.update(way=Way.NONE)
    alert = text(officer.get("polls:poll", poll.slug)).partition("封定前请先处理")[2]
    links = re.findall(r'<li>[^<]*<a href="([^"]+)"', alert)
    assert links == [f"/polls/{poll.slug}/targets/", f"/polls/{poll.slug}/channels/"]


def test_facts_are_corrected_while_preparing(officer: Officer, poll: Poll) -> None:
    assert "云州市述职评议" in text(officer.get("polls:edit", poll.slug))
    asked = {"title": "改", "basis": HOSTILE, "keys_held": "site", "smallest_cell": "7"}
    assert officer.save("polls:edit", poll.slug, **asked).status_code == 302
    poll.refresh_from_db()
    assert (poll.title, poll.smallest_cell, poll.rehearsal) == ("改", 7, True)
    text(officer.get("polls:poll", poll.slug))
    assert officer.save("polls:edit", poll.slug, **{**asked, "title": " "}).status_code == 422
    assert officer.post("polls:edit", prepared().slug, **asked).status_code == 409


@pytest.mark.parametrize("wrong", [{"title": " "}, {"smallest_cell": "1"}, {"version": "99999"}])
def test_a_wrong_form_comes_back(officer: Officer, wrong: dict[str, str]) -> None:
    asked = {
        "title": "一",
        "version": sealed().pk,
        "rehearsal": "1",
        "keys_held": "split",
        "smallest_cell": "5",
    }
    answer = officer.post("polls:create", **{**asked, **wrong})
    assert answer.status_code == 422
    assert "处需要更正" in answer.content.decode()
    assert not Poll.objects.exists()


def test_the_list_is_filtered(officer: Officer, poll: Poll) -> None:
    real = prepared()
    assert "云州市述职评议" in text(officer.get("polls:index", rehearsal="1"))
    found = text(officer.get("polls:index", state="ready"))
    assert real.slug in found
    assert poll.slug not in found
    assert poll.slug in text(officer.get("polls:index", words=poll.slug.upper()))
    assert poll.slug not in text(officer.get("polls:index", words="不存在的"))
    export = officer.client.get("/polls/?export=csv")
    assert poll.slug in b"".join(export).decode("utf-8-sig")  # type: ignore[call-overload]


def test_targets_are_edited_as_a_table(officer: Officer, poll: Poll) -> None:
    text(officer.get("polls:targets", poll.slug))
    moved = officer.post("polls:targets", poll.slug, **rows("A", "B", "C"), do="up:1")
    assert not poll.targets.exists()  # nothing is saved by moving
    page = text(moved)
    assert page.index('value="B"') < page.index('value="A"')
    fewer = text(officer.post("polls:targets", poll.slug, **rows("A", "B"), do="drop:0"))
    assert 'value="A"' not in fewer
    assert (
        text(officer.post("polls:targets", poll.slug, **rows("A"), do="add")).count('name="code"')
        == 4
    )
    for wish in ("up:0", "down:9", "drop:x", "nonsense"):
        text(officer.post("polls:targets", poll.slug, **rows("A"), do=wish))
    spare = {name: [*values, ""] for name, values in rows("B", "A").items()}
    assert officer.save("polls:targets", poll.slug, **spare, do="save").status_code == 302
    assert order(poll) == ["B", "A"]
    twice = officer.save("polls:targets", poll.slug, **rows("A", "A"), do="save")
    assert twice.status_code == 422
    assert "重复" in twice.content.decode()
    assert order(poll) == ["B", "A"]


def test_hostile_targets_are_text(officer: Officer, poll: Poll) -> None:
    asked = {"code": ["A"], "title": [HOSTILE[:120]], "presenter": [HOSTILE[:60]], "parent": [""]}
    assert officer.save("polls:targets", poll.slug, **asked, do="save").status_code == 302
    text(officer.get("polls:targets", poll.slug))
    sheet = officer.get("polls:target_template", poll.slug)
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.worksheets[0]["B2"].data_type == "s"


def test_the_order_is_drawn_by_lot(officer: Officer, poll: Poll) -> None:
    codes = [f"T{n:02d}" for n in range(20)]
    officer.save("polls:targets", poll.slug, **rows(*codes), do="save")
    officer.post("polls:draw_lots", poll.slug)
    assert sorted(order(poll)) == codes
    assert order(poll) != codes
    assert AuditEntry.objects.filter(verb="polls.targets.set", details__lots=True).exists()


def workbook(*lines: tuple[str, ...]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for line in (("编码", "名称", "述职人", "上级编码"), *lines):
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("对象.xlsx", stream.getvalue())


def hidden_rows(page: str) -> str:
    return page.split('name="rows" value="')[1].split('"', maxsplit=1)[0]


def test_targets_come_from_a_file(officer: Officer, poll: Poll) -> None:
    file = workbook(("A", "水利局", "张三", ""), ("B", HOSTILE[:100], "", ""))
    preview = text(officer.post("polls:import_targets", poll.slug, file=file))
    assert not poll.targets.exists()
    assert "预览：2" in preview
    taken = officer.post("polls:import_targets", poll.slug, rows=hidden_rows(preview))
    assert taken.status_code == 302
    assert order(poll) == ["A", "B"]
    forged = officer.post("polls:import_targets", poll.slug, rows="W10:1abc:forged")
    assert forged.status_code == 422


def test_all_mistakes_of_a_file_are_told(officer: Officer, poll: Poll) -> None:
    file = workbook(("A", "水利局", "", ""), ("A", "", "", ""), ("", "民政局", "", ""))
    answer = officer.post("polls:import_targets", poll.slug, file=file)
    page = answer.content.decode()
    assert answer.status_code == 422
    for row in ("第 3 行", "第 4 行"):
        assert row in page
    assert 'name="rows"' not in page
    for name, content in (("x.xlsx", b"no"), ("x.exe", b"MZ"), ("x.csv", b"\xff\xfe\xfa")):
        wrong = SimpleUploadedFile(name, content)
        assert officer.post("polls:import_targets", poll.slug, file=wrong).status_code == 422


def test_targets_come_from_the_units(officer: Officer, poll: Poll) -> None:
    unit("SLJ", "市水利局")
    unit("MZJ", "市民政局")
    assert "市水利局" in text(officer.get("polls:pick_units", poll.slug))
    officer.post("polls:pick_units", poll.slug, units=["MZJ"])
    officer.post("polls:pick_units", poll.slug, units=["SLJ"])
    assert order(poll) == ["MZJ", "SLJ"]
    assert officer.post("polls:pick_units", poll.slug, units=["SLJ"]).status_code == 422


def channel_form(poll: Poll, **online: str) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for channel in poll.channels.all():
        way = "file" if channel.input_key == "online_tally" else "hall"
        asked |= {f"c{channel.pk}-way": way, f"c{channel.pk}-casting": "whole"}
        asked[f"c{channel.pk}-admission"] = "code"
        if channel.input_key == "online":
            asked |= {f"c{channel.pk}-{name}": value for name, value in online.items()}
    return asked


def test_channels_are_set_together_or_not_at_all(officer: Officer, poll: Poll) -> None:
    text(officer.get("polls:channels", poll.slug))
    good = channel_form(poll, way="public", closes_at="2026-12-01T18:00")
    assert officer.save("polls:channels", poll.slug, **good).status_code == 302
    online = poll.channels.get(input_key="online")
    assert online.way == "public"
    assert online.closes_at is not None
    assert online.closes_at.isoformat() == "2026-12-01T10:00:00+00:00"  # Beijing time
    assert "2026-12-01T18:00" in text(officer.get("polls:channels", poll.slug))
    wrong = channel_form(poll, opens_at="2026-12-02T18:00", closes_at="2026-12-01T18:00")
    hall = poll.channels.get(input_key="hall")
    wrong[f"c{hall.pk}-casting"] = "sheet"
    assert officer.save("polls:channels", poll.slug, **wrong).status_code == 422
    hall.refresh_from_db()
    assert hall.casting == "whole"
    assert "没有截止时间" not in text(officer.get("polls:poll", poll.slug))


def test_the_public_may_be_let_in_without_codes(officer: Officer, poll: Poll) -> None:
    good = channel_form(poll, way="public", closes_at="2026-12-01T18:00", admission="open")
    hall = poll.channels.get(input_key="hall")
    refused = officer.save("polls:channels", poll.slug, **{**good, f"c{hall.pk}-admission": "open"})
    assert refused.status_code == 422
    assert "不是网络投票" in refused.content.decode()
    assert officer.save("polls:channels", poll.slug, **good).status_code == 302
    assert poll.channels.get(input_key="online").admission == "open"
    assert "认设备不认人" in text(officer.get("polls:poll", poll.slug))
    assert officer.get("rolls:poster", poll.slug).status_code == 200


def test_preparing_twice_is_refused(officer: Officer, poll: Poll) -> None:
    assert officer.post("polls:prepare", poll.slug).status_code == 422  # nobody to rate
    actions.set_targets(by=organiser(), poll=poll, targets=TARGETS)
    assert officer.post("polls:prepare", poll.slug).status_code == 302
    assert officer.post("polls:prepare", poll.slug).status_code == 409
    changed = officer.post("polls:targets", poll.slug, **rows("A"), do="save")
    assert changed.status_code == 409
    assert 'name="code"' not in text(officer.get("polls:targets", poll.slug))
    assert "编制票册" in text(officer.get("polls:poll", poll.slug))


def test_the_file_of_a_poll_tells_whose_turn_it_is(poll: Poll) -> None:
    actions.set_targets(by=organiser(), poll=poll, targets=TARGETS)
    page = text(Officer(Role.CHECKER).get("polls:poll", poll.slug))
    assert "由组织者办理" in page
    assert "btn-primary" not in page.split("<main")[1].split("<dialog")[0]
    assert "设定评议对象" in page  # the story


def test_an_unknown_poll_is_missing(officer: Officer) -> None:
    answer = officer.get("polls:poll", "abcdef")
    assert answer.status_code == 404
    assert "没有这次投票" in answer.content.decode()
