"""The page of a talk says what comes next and who does it, and leads there."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.apps.ballots.office import text
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import account
from tests.apps.talks.hands import Town

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.talks.actions import memos, rectifying
from pingyi.apps.talks.models import Talk

pytestmark = pytest.mark.django_db

CONFIRM = "确认备忘录</a>"
WRONG = "第二条没有说过"


@pytest.fixture
def town() -> Town:
    return Town()


def page(who: Account, talk: Talk, name: str = "talk") -> str:
    return text(client_of(who).get(reverse(f"talks:{name}", args=[talk.number])))


def test_whoever_has_to_confirm_the_memo_is_led_there(town: Town) -> None:
    talk = town.offered()
    for who in (town.head, town.interviewer, town.organiser):
        assert CONFIRM in page(who, talk)
    for who in (town.handler, town.inspector):
        shown = page(who, talk)
        assert CONFIRM not in shown
        assert "备忘录等双方各一人确认。" in shown
    memos.confirm(by=town.head, talk=talk, seen=1)
    for who in (town.head, town.handler, town.inspector):
        assert "备忘录等约谈方确认。" in page(who, talk)
    assert CONFIRM in page(town.organiser, talk)


def test_one_side_waits_for_the_other(town: Town) -> None:
    talk = town.offered()
    memos.confirm(by=town.interviewer, talk=talk, seen=1)
    for who in (town.interviewer, town.organiser, town.inspector):
        shown = page(who, talk)
        assert CONFIRM not in shown
        assert "备忘录等被约谈单位主要负责人确认。" in shown


def test_why_a_memo_came_back_stands_where_it_is_mended(town: Town) -> None:
    talk = town.offered()
    memos.object_to(by=town.head, talk=talk, seen=1, reason=WRONG)
    for name in ("talk", "memo", "edit_memo"):
        assert f"备忘录被退回修改：{WRONG}" in page(town.organiser, talk, name)
    assert WRONG in page(town.head, talk)
    memos.offer(by=town.organiser, talk=talk, seen=2)
    for name in ("talk", "memo"):
        assert "备忘录被退回修改" not in page(town.organiser, talk, name)


def test_what_was_forgotten_is_noted_until_the_memo_is_out(town: Town) -> None:
    talk = town.held()
    way = f'href="{reverse("talks:meeting", args=[talk.number])}"'
    assert way in page(town.organiser, talk)
    memo = memos.draft(by=town.organiser, talk=talk)
    assert way in page(town.organiser, talk, "edit_memo")
    memos.offer(by=town.organiser, talk=talk, seen=memo.version)
    assert way not in page(town.organiser, talk)
    assert way not in page(town.organiser, talk, "edit_memo")


def test_the_office_sees_what_the_unit_still_owes(town: Town) -> None:
    talk = town.rectifying()
    assert "报送整改情况汇报；还有1个整改事项没有销号。" in page(town.organiser, talk)
    town.handed_in(talk)
    for who in (town.organiser, town.handler):
        assert "汇报已报送，还有1个整改事项没有销号。" in page(who, talk)
    town.close_entry()
    assert "等承办人办结。" in page(town.handler, talk)
    assert "下一步：" not in page(town.organiser, talk)
    rectifying.return_report(by=town.organiser, talk=talk, reason="逐项写")
    assert "等被约谈单位报送整改情况汇报。" in page(town.organiser, talk)


def test_the_unit_is_told_what_it_waits_for(town: Town) -> None:
    other = account("other", Role.INSPECTOR)
    assert "等承办人安排时间地点、发出通知书。" in page(other, town.prepared())
    talk = town.noticed(Talk.objects.get())
    assert "按通知书的时间地点约谈。" in page(town.head, talk)
