"""Pages of rolls: heads and codes, signature, 300 slips, voiding by scanner, tellers' counts."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, prepared
from tests.apps.ballots.office import HOSTILE, Officer, text

from pingyi.apps.people.enums import Role
from pingyi.apps.polls.models import Poll
from pingyi.apps.rolls import queries
from pingyi.apps.rolls.models import Code, Roll
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db

NUMBERS = {LEADERS: 30, DELEGATES: 30, SERVICE: 30, PUBLIC: 210}
FEW = dict.fromkeys(NUMBERS, 3)


@pytest.fixture
def officer() -> Officer:
    return Officer(Role.ORGANISER)


@pytest.fixture
def checker() -> Officer:
    return Officer(Role.CHECKER)


@pytest.fixture
def poll(db: None) -> Poll:
    return prepared(rehearsal=True)


def make(officer: Officer, poll: Poll, numbers: Mapping[str, int] = FEW) -> None:
    asked = {}
    for roll in poll.rolls.all():
        asked[f"more:{roll.pk}"] = str(numbers[roll.rater_class])
        asked[f"expected:{roll.pk}"] = str(numbers[roll.rater_class])
    assert officer.save("rolls:codes", poll.slug, **asked).status_code == 302


def sheets(officer: Officer, poll: Poll, **how: str) -> str:
    answer = officer.post("rolls:print", poll.slug, **how)
    assert "no-store" in answer["Cache-Control"]
    return text(answer)


def codes_on(page: str) -> list[str]:
    return re.findall(r'class="slip-code">([0-9A-Z-]+)<', page)


def test_heads_and_codes_in_one_form(officer: Officer, poll: Poll) -> None:
    text(officer.get("rolls:codes", poll.slug))
    make(officer, poll)
    assert queries.printed(poll) == 12
    page = text(officer.get("rolls:rolls", poll.slug))
    assert "四大班子领导" in page
    roll = poll.rolls.first()
    assert roll is not None
    for wrong in ("-1", "x", "99999999999", HOSTILE):
        answer = officer.save("rolls:codes", poll.slug, **{f"more:{roll.pk}": wrong})
        assert answer.status_code == 422
    more_than_expected = {f"expected:{roll.pk}": "3", f"present:{roll.pk}": "4"}
    answer = officer.save("rolls:codes", poll.slug, **more_than_expected)
    assert answer.status_code == 422
    assert "实到人数不能多于应到人数" in answer.content.decode()
    assert queries.printed(poll) == 12


def test_the_first_print_is_none_besides(officer: Officer, poll: Poll) -> None:
    first = text(officer.get("rolls:codes", poll.slug))
    assert "印制数量" in first
    assert "增印" not in first
    make(officer, poll)
    again = text(officer.get("rolls:codes", poll.slug))
    assert "增印数量" in again
    assert "印制数量" not in again


def test_slips_wait_for_the_checker(officer: Officer, checker: Officer, poll: Poll) -> None:
    make(officer, poll)
    assert officer.post("rolls:print", poll.slug).status_code == 409
    assert officer.post("rolls:signature", poll.slug).status_code == 403
    digest = queries.digest_of_codes(poll)
    assert digest in text(checker.get("rolls:signature", poll.slug))
    assert checker.post("rolls:signature", poll.slug).status_code == 302
    assert "已签认" in text(checker.get("rolls:signature", poll.slug))


def test_three_hundred_slips(officer: Officer, checker: Officer, poll: Poll) -> None:
    make(officer, poll, NUMBERS)
    checker.post("rolls:signature", poll.slug)
    page = sheets(officer, poll)
    found = codes_on(page)
    assert len(found) == len(set(found)) == 300
    assert page.count('class="sheet"') == 13
    assert page.count("演练，不作数") == 300
    assert f"http://testserver/v/{poll.slug}" in page
    assert "style=" not in page
    assert page.count("data:image/svg+xml") == 300
    assert sheets(officer, poll, layout="large").count('class="sheet"') == 38
    order = [line.split("<")[0] for line in page.split('class="slip-class">')[1:]]
    assert order != sorted(order)


def test_a_sheet_that_jammed_comes_again(officer: Officer, checker: Officer, poll: Poll) -> None:
    make(officer, poll)
    checker.post("rolls:signature", poll.slug)
    found = codes_on(sheets(officer, poll))
    assert codes_on(sheets(officer, poll)) == found
    for odd in ({"part": "9"}, {"part": "x"}, {"layout": HOSTILE}):
        sheets(officer, poll, **odd)
    assert AuditEntry.objects.filter(verb="rolls.slips.printed").count() == 5


def test_after_printing_codes_cannot_come_again(
    officer: Officer, checker: Officer, poll: Poll
) -> None:
    make(officer, poll)
    checker.post("rolls:signature", poll.slug)
    assert "打开打印页" in text(officer.get("rolls:slips", poll.slug))
    assert officer.post("rolls:finish", poll.slug).status_code == 302
    assert "打开打印页" not in text(officer.get("rolls:slips", poll.slug))
    assert officer.post("rolls:print", poll.slug).status_code == 409
    assert officer.post("rolls:finish", poll.slug).status_code in {302, 409}


def test_left_over_slips_are_scanned_and_counted(
    officer: Officer, checker: Officer, poll: Poll
) -> None:
    make(officer, poll)
    checker.post("rolls:signature", poll.slug)
    found = codes_on(sheets(officer, poll))
    scanned = [
        f"http://testserver/v/{poll.slug}#{found[0].replace('-', '')}",
        found[1].lower(),
        "",
    ]
    wrong = officer.post("rolls:void", poll.slug, state="left_over", codes=f"{found[2]}\n{HOSTILE}")
    assert wrong.status_code == 422
    assert "<script>alert" not in wrong.content.decode()
    assert not Code.objects.exclude(state="valid").exists()
    done = officer.post("rolls:void", poll.slug, state="left_over", codes="\r\n".join(scanned))
    assert done.status_code == 302
    assert Code.objects.filter(state="left_over").count() == 2
    again = officer.post("rolls:void", poll.slug, state="spoiled", codes=found[0])
    assert again.status_code == 422
    counts = {}
    for roll in Roll.objects.filter(poll=poll):
        left = roll.codes.filter(state="left_over").count()
        counts |= {
            f"given_out:{roll.pk}": str(roll.printed - left),
            f"left_over:{roll.pk}": str(left),
            f"spoiled:{roll.pk}": "0",
        }
    first = next(iter(counts))
    off = checker.save("rolls:counts", poll.slug, **{**counts, first: "9999"})
    assert off.status_code == 422
    assert "多于印制" in off.content.decode()
    assert not Roll.objects.exclude(given_out=None).exists()  # all or none
    assert checker.save("rolls:counts", poll.slug, **counts).status_code == 302
    assert not Roll.objects.filter(given_out=None).exists()
    text(checker.get("rolls:counts", poll.slug))
    assert "缺失" not in text(checker.get("rolls:rolls", poll.slug))
    checker.save("rolls:counts", poll.slug, **{**counts, first: str(int(counts[first]) - 1)})
    told = text(checker.get("rolls:rolls", poll.slug))
    assert "缺失 1 张票单" in told
    assert "缺失 1 张</span>" in told


def test_an_empty_form_of_codes_changes_nothing(officer: Officer, poll: Poll) -> None:
    roll = poll.rolls.first()
    assert roll is not None
    assert officer.save("rolls:codes", poll.slug, **{f"more:{roll.pk}": ""}).status_code == 302
    assert queries.printed(poll) == 0
    assert "还没有投票码" in text(officer.get("rolls:rolls", poll.slug))
    assert officer.post("rolls:plan", poll.slug).status_code == 302
    assert poll.rolls.count() == 4
