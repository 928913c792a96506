"""The officers' pages at the box: keys, console, opening, reconciliation, results, scores."""

from __future__ import annotations

import io
import json
import random
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.ballots.hall import (
    CLOSES,
    DELEGATES,
    LEADERS,
    PUBLIC,
    SERVICE,
    TARGETS,
    Vote,
    prepared,
    vote,
    with_codes,
)
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import scores, windows
from pingyi.apps.ballots.models import TallyEntry
from pingyi.apps.people.enums import Role
from pingyi.apps.polls.models import Poll
from pingyi.apps.rolls import actions as rolls
from pingyi.base.models import AuditEntry
from pingyi.proofs.keys import fingerprint, make_keys

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STAR = "＊"


@pytest.fixture
def officer(db: None) -> Officer:
    return Officer(Role.ORGANISER)


@pytest.fixture
def checker(db: None) -> Officer:
    return Officer(Role.CHECKER)


def cast(town: Vote, channel: str, turnout: dict[str, int], seed: int = 1) -> None:
    draw = random.Random(seed)
    for item in town.items(channel):
        castings = []
        for rater_class, number in turnout.items():
            for code in town.slips[rater_class][:number]:
                most = 3 if channel == "online" else 101
                answers = [draw.randrange(most) for _ in range(3 if most == 3 else 18)]
                castings.append(town.casting(code, item, answers))
        town.intake().take(castings)


def held_vote(leaders: int = 6) -> Vote:
    """Everybody votes, all is opened; as many leaders as told."""
    town = vote({LEADERS: leaders, DELEGATES: 8, SERVICE: 8, PUBLIC: 12})
    for roll in town.poll.rolls.all():
        rolls.set_heads(by=organiser(), roll=roll, expected=roll.printed)
    town.open("hall")
    town.open("online")
    cast(town, "hall", {LEADERS: leaders, DELEGATES: 8, SERVICE: 8})
    cast(town, "online", {PUBLIC: 12})
    town.lock_all()
    town.open_boxes()
    return town


def test_keys_made_offline_come_in_by_file(officer: Officer, checker: Officer) -> None:
    poll = prepared(held="split")
    text(officer.get("ballots:keys", poll.slug))
    request = json.loads(officer.get("ballots:key_request", poll.slug).content)
    assert request["format"] == "pingyi key request 1"
    assert [item["number"] for item in request["items"]] == [1, 2]
    assert request["items"][0]["title"] == "现场测评"
    file, _shares = make_keys(poll.slug, [1, 2], split=True)
    other, _none = make_keys("xxxxxx", [1, 2], split=True)
    for wrong in (HOSTILE, "{}", other.text(), "\udce4".encode("utf-8", "surrogatepass")):
        upload = SimpleUploadedFile(
            "keys.json", wrong if isinstance(wrong, bytes) else wrong.encode()
        )
        answer = officer.save("ballots:keys", poll.slug, file=upload)
        assert answer.status_code == 422
    upload = SimpleUploadedFile("keys.json", file.text().encode())
    assert checker.save("ballots:keys", poll.slug, file=upload).status_code == 302
    told = fingerprint(file.public)
    assert told not in text(checker.get("ballots:keys", poll.slug))
    assert told not in text(officer.get("polls:poll", poll.slug))
    # Whoever brought them doesn't confirm them, nor does a wrong fingerprint.
    assert checker.post("ballots:confirm_keys", poll.slug, typed=told).status_code == 403
    wrong_one = fingerprint(other.public)
    assert officer.post("ballots:confirm_keys", poll.slug, typed=wrong_one).status_code == 422
    assert officer.post("ballots:confirm_keys", poll.slug, typed=HOSTILE).status_code == 422
    with_codes(poll, {LEADERS: 2})
    refused = officer.post("ballots:begin", poll.slug)
    assert "指纹还没有由另一人核对" in refused.content.decode()
    typed = told.lower().replace("-", " ")
    assert officer.post("ballots:confirm_keys", poll.slug, typed=typed).status_code == 302
    assert told in text(officer.get("ballots:keys", poll.slug))
    # Another file is another matter: it is confirmed anew.
    upload = SimpleUploadedFile("keys.json", file.text().encode())
    assert checker.save("ballots:keys", poll.slug, file=upload).status_code == 302
    assert officer.post("ballots:begin", poll.slug).status_code == 409
    assert officer.post("ballots:site_keys", poll.slug).status_code == 409


def test_keys_of_the_site_say_what_they_mean(officer: Officer) -> None:
    poll = prepared()
    assert "掌握服务器密钥的管理员能够把票与码对应" in text(officer.get("ballots:keys", poll.slug))
    assert officer.post("ballots:site_keys", poll.slug).status_code == 302
    with_codes(poll, {LEADERS: 2})
    assert officer.post("ballots:begin", poll.slug).status_code == 302
    assert officer.post("ballots:begin", poll.slug).status_code == 409  # pressed twice
    assert officer.post("ballots:site_keys", poll.slug).status_code == 409


def test_the_zero_report_is_witnessed_by_another(officer: Officer, checker: Officer) -> None:
    town = vote(witnessed=False)
    slug = town.poll.slug
    (item,) = town.items("hall")
    assert "还没有由核对人见证" in text(officer.get("ballots:console", slug))
    refused = officer.post("ballots:open_item", slug, item.number)
    assert "零票报告还没有由核对人见证" in refused.content.decode()
    windows.tick(CLOSES - timedelta(days=1))
    assert not town.poll.items.exclude(state="waiting").exists()
    assert "空箱摘要" in text(officer.get("ballots:zero", slug))
    assert officer.post("ballots:zero", slug).status_code == 403
    assert checker.post("ballots:zero", slug).status_code == 302
    assert checker.post("ballots:zero", slug).status_code == 409
    assert "已见证" in text(checker.get("ballots:zero", slug))
    assert officer.post("ballots:open_item", slug, item.number).status_code == 302
    assert officer.get("ballots:zero", prepared().slug).status_code == 404


def test_the_console_opens_and_locks(officer: Officer) -> None:
    town = vote({LEADERS: 6, DELEGATES: 6, SERVICE: 6, PUBLIC: 5}, casting="sheet")
    slug, chair = town.poll.slug, Officer(Role.CHAIR)
    first, second, _third = town.items("hall")
    assert "开放投票" in text(chair.get("ballots:console", slug))
    assert chair.post("ballots:open_item", slug, first.number).status_code == 302
    assert chair.post("ballots:open_item", slug, first.number).status_code == 409
    page = text(chair.get("ballots:console", slug))
    assert "下一位：" in page
    assert 'hx-trigger="every 3s"' in page
    states = re.search(r"states=(\w+)", page)
    assert states is not None
    live = chair.get("ballots:live", slug, states=states[1])
    assert "HX-Refresh" not in live
    assert chair.post("ballots:lock_item", slug, first.number).status_code == 302
    assert chair.post("ballots:lock_item", slug, first.number).status_code == 409
    changed = chair.get("ballots:live", slug, states=states[1])
    assert changed["HX-Refresh"] == "true"
    assert officer.post("ballots:open_item", slug, 99).status_code == 404
    assert officer.post("ballots:open_item", slug, second.number).status_code == 302


def turnout_page(town: Vote) -> str:
    return text(Officer(Role.CHAIR).get("ballots:live", town.poll.slug))


def test_turnout_by_class_waits_until_every_class_has_five() -> None:
    town = vote()
    town.open("hall")
    (item,) = town.items("hall")
    codes = {key: list(town.slips[key]) for key in (LEADERS, DELEGATES, SERVICE)}

    def votes(rater_class: str, number: int) -> None:
        found = [town.casting(codes[rater_class].pop(), item) for _ in range(number)]
        town.intake().take(found)

    votes(DELEGATES, 6)
    votes(SERVICE, 6)
    votes(LEADERS, 4)
    page = turnout_page(town)
    assert ">16<" in page
    assert "四大班子领导" not in page
    assert "两代表一委员" not in page
    votes(LEADERS, 1)
    page = turnout_page(town)
    assert "四大班子领导" in page
    assert "5 / 6" in page


def test_a_slip_is_exchanged_for_paper_once(officer: Officer) -> None:
    town = vote()
    town.open("online")
    slug, code = town.poll.slug, town.slips[PUBLIC][0]
    text(officer.get("ballots:exchange", slug))
    assert (
        officer.post("ballots:exchange", slug, code=f"http://x/v/{slug}#{code}").status_code == 302
    )
    for wrong in (code, HOSTILE, "", "0" * 17):
        answer = officer.post("ballots:exchange", slug, code=wrong)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.content.decode()


def test_opening_with_shares(officer: Officer, checker: Officer) -> None:
    town = vote(held="split")
    slug = town.poll.slug
    town.open("hall")
    town.open("online")
    cast(town, "hall", {LEADERS: 6, DELEGATES: 6, SERVICE: 6})
    town.lock_all()
    assert officer.get("ballots:protocol", slug, 1).status_code == 404
    assert officer.post("ballots:inspect", slug, item="1").status_code == 302
    assert officer.post("ballots:inspect", slug).status_code == 302  # all, and 1 again
    protocol = text(checker.get("ballots:protocol", slug, 1))
    assert "18" in protocol
    assert officer.post("ballots:open_box", slug, item="1").status_code == 409  # not confirmed
    assert officer.post("ballots:confirm", slug).status_code == 403
    assert checker.post("ballots:confirm", slug).status_code == 302
    assert checker.post("ballots:confirm", slug, item="1").status_code == 409
    assert officer.post("ballots:open_box", slug).status_code == 409  # no shares
    assert "第一份分片" in text(officer.get("ballots:opening", slug))
    first, second, third = town.shares
    wrong = officer.post("ballots:shares", slug, first=first, second=first)
    assert wrong.status_code == 422
    assert first[:14] not in wrong.content.decode()  # never sent back
    assert officer.post("ballots:shares", slug, first=HOSTILE, second="").status_code == 422
    assert officer.post("ballots:shares", slug, first=first, second=third).status_code == 302
    assert "第一份分片" not in text(officer.get("ballots:opening", slug))
    told = json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))
    assert second[:14] not in told
    assert officer.post("ballots:open_box", slug).status_code == 302
    assert town.fresh().state == "counted"
    assert officer.post("ballots:open_box", slug).status_code == 302  # nothing is left to open
    assert "回执树根" in text(officer.get("ballots:protocol", slug, 1))
    text(officer.get("ballots:opening", slug))
    assert "6" in text(officer.get("ballots:results", slug))


def test_a_small_class_is_withheld_on_every_page(officer: Officer, checker: Officer) -> None:
    town = held_vote(leaders=3)
    slug = town.poll.slug
    results = text(officer.get("ballots:results", slug))
    assert results.count("少于 5 票或为其配对") == 2
    answers = text(officer.get("ballots:answers", slug, 1))
    assert answers.count("不单独公布") == 2 * len(TARGETS)
    shown = text(officer.get("ballots:reconciliation", slug))
    assert shown.count(f'<td class="is-number">{STAR}</td>') == 8
    assert officer.post("ballots:reconciliation", slug).status_code == 403
    whole = text(checker.post("ballots:reconciliation", slug))
    assert STAR + "</td>" not in whole
    assert AuditEntry.objects.filter(verb="ballots.counts.disclosed").count() == 1
    why = text(officer.get("ballots:why", slug, "SLJ"))
    assert "四大班子领导：有效测评单" not in why
    assert "两代表一委员：有效测评单" not in why
    assert "服务对象代表：有效测评单 8 份" in why
    assert why.count("少票、评价完全一致") == 2
    assert not re.search(r"\d×\d", why)  # no single points
    assert "满意×" in why


def secrets_of(node: scores.Why) -> list[scores.Why]:
    return [node] * node.withheld + [one for part in node.parts for one in secrets_of(part)]


def test_no_sum_with_one_unknown_is_explained() -> None:
    """Where a value is withheld, what is made of it shows neither its way nor an exact value."""
    town = held_vote(leaders=3)
    tree = scores.why(town.poll, "SLJ")
    assert len(secrets_of(tree)) == 2

    def walk(node: scores.Why, root: bool) -> None:
        if secrets_of(node) and not root:
            assert node.lines == ()
            assert "/" not in node.value
        for part in node.parts:
            walk(part, False)

    walk(tree, True)


def test_without_small_classes_everything_is_told(officer: Officer, checker: Officer) -> None:
    town = held_vote()
    slug = town.poll.slug
    for name in ("results", "reconciliation", "score"):
        assert STAR not in text(officer.get(f"ballots:{name}", slug)), name
    assert "相符" in text(checker.get("ballots:reconciliation", slug))
    ranking = scores.ranking(town.poll)
    assert [one.rank for one in ranking.standings] == [1, 2, 3]
    assert officer.get("ballots:why", slug, HOSTILE.replace("/", "")).status_code == 404
    assert officer.get("ballots:answers", slug, 99).status_code == 404


def filled(content: bytes, column: str, values: dict[int, object]) -> SimpleUploadedFile:
    """A template with a column filled in; row from 2 → value, else 1."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    heads = [str(cell.value).strip("*") for cell in sheet[1]]
    place = heads.index(column) + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row=row, column=place).value = values.get(row, 1)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("表.xlsx", stream.getvalue())


def test_tallies_are_entered_twice_and_compared(officer: Officer, checker: Officer) -> None:
    poll = prepared()
    template: Any = officer.get("ballots:tally_template", poll.slug)
    sheet = template.content
    text(officer.get("ballots:tallies", poll.slug))
    plain, other = filled(sheet, "票数", {}), filled(sheet, "票数", {2: 7, 3: 9})
    assert officer.post("ballots:tallies", poll.slug, file=plain).status_code == 302
    assert TallyEntry.objects.get().rows["tallies"][0]["count"] == "1"
    assert checker.post("ballots:tallies", poll.slug, file=other).status_code == 302
    page = text(officer.get("ballots:tallies", poll.slug))
    assert "有 2 处不一致" in page
    assert ">7<" in page
    bad = officer.post("ballots:tallies", poll.slug, file=filled(sheet, "票数", {2: "x", 3: -1}))
    assert bad.status_code == 422
    assert "有 2 处需要更正" in bad.content.decode()
    hostile = officer.post(
        "ballots:tallies", poll.slug, file=filled(sheet, "对象编码", {2: HOSTILE})
    )
    assert hostile.status_code == 422
    assert "<script>alert" not in hostile.content.decode()
    checker.post("ballots:tallies", poll.slug, file=filled(sheet, "票数", {}))
    assert "两遍一致" in text(officer.get("ballots:tallies", poll.slug))
    late = officer.post("ballots:tallies", poll.slug, file=filled(sheet, "票数", {2: 3}))
    assert late.status_code == 409


def test_one_person_does_not_enter_both_tallies(officer: Officer) -> None:
    poll = prepared()
    template: Any = officer.get("ballots:tally_template", poll.slug)
    for _turn in range(2):
        officer.post("ballots:tallies", poll.slug, file=filled(template.content, "票数", {}))
    assert TallyEntry.objects.filter(poll=poll).count() == 1
    assert officer.get("ballots:tally_template", poll.slug, table="rolls").status_code == 200


def test_figures_of_an_agency_count(officer: Officer) -> None:
    town = held_vote()
    slug = town.poll.slug
    before = scores.ranking(town.poll)
    template: Any = officer.get("ballots:figure_template", slug)
    wrong = officer.save("ballots:figures", slug, file=filled(template.content, "数值", {2: 101}))
    assert wrong.status_code == 422
    good = filled(template.content, "数值", dict.fromkeys(range(2, 20), "87.5"))
    stream = openpyxl.load_workbook(good)
    for row in range(2, stream.worksheets[0].max_row + 1):
        stream.worksheets[0].cell(row=row, column=5).value = 200
    kept = io.BytesIO()
    stream.save(kept)
    upload = SimpleUploadedFile("指标.xlsx", kept.getvalue())
    assert officer.save("ballots:figures", slug, file=upload).status_code == 302
    shown = text(officer.get("ballots:figures", slug))
    assert "受访市场主体" in shown
    assert ">87.5</td>" in shown
    after = scores.ranking(town.poll)
    assert [one.score for one in after.standings] != [one.score for one in before.standings]
    text(officer.get("ballots:score", slug))


def test_a_rehearsal_is_purged_and_nothing_else(officer: Officer) -> None:
    real, trial = vote(), vote(rehearsal=True)
    assert "不能清除" in text(officer.get("ballots:purge", real.poll.slug))
    assert officer.post("ballots:purge", real.poll.slug).status_code == 409
    assert "清除演练" in text(officer.get("ballots:purge", trial.poll.slug))
    assert officer.post("ballots:purge", trial.poll.slug).status_code == 302
    assert officer.post("ballots:purge", trial.poll.slug).status_code == 409
    page = text(officer.get("polls:poll", trial.poll.slug))
    assert "这次演练已清除" in page
    assert "清除演练" in page  # the story
    for name in ("console", "opening", "reconciliation", "results", "score"):
        text(officer.get(f"ballots:{name}", trial.poll.slug))
    assert Poll.objects.get(pk=real.poll.pk).state == "voting"
