"""Notices: told once, mailed together, at a welcome time, again when it failed."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.ballots.server import free_port
from tests.apps.people.ground import account

from pingyi.apps.notices import actions, delivery
from pingyi.apps.notices.models import Notice
from pingyi.apps.notices.rules import Wishes, is_quiet
from pingyi.apps.people.models import Account
from pingyi.base.days import Calendar, DayKind, Special
from pingyi.base.desk import desk_of
from pingyi.base.errors import Invalid, Missing
from pingyi.base.models import AuditEntry
from pingyi.base.references import Reference
from pingyi.site.mail import Mail, find_mail
from pingyi.site.sms import find_gateway

POLL = Reference("polls.poll", "1")
HERE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=HERE)


def told(
    *accounts: Account, kind: str = "polls.poll.prepared", at: datetime = TUESDAY, **more: Any
) -> int:
    facts = {"title": "“年度评议”已封定", "reference": POLL, "address": "/polls/", **more}
    number = actions.tell(by=None, accounts=accounts, kind=kind, **facts)
    Notice.objects.filter(kind=kind).update(
        created_at=at, mail_after=at + actions.GATHER, text_after=at + actions.GATHER
    )
    return number


@pytest.fixture
def li(db: None) -> Account:
    return account("li", email="li@yunzhou.example")


@pytest.fixture
def mailed(settings: Any) -> None:
    """pytest-django keeps mails in ``mail.outbox``."""
    settings.MAIL_ON = True


def test_nobody_is_told_twice(li: Account) -> None:
    wang, gone = account("wang"), account("gone", is_active=False)
    assert told(li, gone) == 1
    assert told(li, wang, wang) == 1
    assert told(li, wang) == 0
    assert told(li, reference=Reference("polls.poll", "2")) == 1
    assert told(li, kind="polls.poll.counted") == 1
    assert Notice.objects.count() == 4
    entries = AuditEntry.objects.filter(verb="notices.notice.told").order_by("number")
    assert [entry.details["accounts"] for entry in entries] == [["li"], ["wang"], ["li"], ["li"]]


@pytest.mark.parametrize("address", ["https://elsewhere/", "//elsewhere/", "javascript:1", ""])
def test_a_notice_leads_nowhere_else(li: Account, address: str) -> None:
    with pytest.raises(ValueError, match="a page of the site"):
        told(li, address=address)


def test_what_waits_stands_on_the_desk_until_it_is_done(li: Account) -> None:
    told(li, kind="to.do", title="请签认投票码", waits=True)
    told(li, kind="news", title="已开箱计票")
    desk = desk_of(li)
    assert [item.title for item in desk["waiting"]] == ["请签认投票码"]
    assert [item.title for item in desk["news"]] == ["已开箱计票"]
    assert actions.settle(reference=POLL, kind="to.do") == 1
    assert desk_of(li)["waiting"] == []
    assert actions.mark_read(by=account("wang")) == 0
    assert actions.mark_read(by=li) == 1
    assert desk_of(li)["news"] == []


def test_what_was_told_several_times_is_done_at_once(li: Account) -> None:
    for key in ("1", "1 2026-11-23", "1 2026-11-24", "11 2026-11-24"):
        told(li, kind="to.do", reference=Reference("polls.poll", key))
    assert actions.settle(reference=POLL, kind="to.do", each_time=True) == 3
    assert Notice.objects.get(read_at=None).subject_id == "11 2026-11-24"


def test_one_mail_for_what_came_together(li: Account, mailed: None) -> None:
    wang = account("wang", email="wang@yunzhou.example")
    told(li, wang, kind="one", title="请签认投票码", waits=True)
    told(li, kind="two", title="已开箱计票", at=TUESDAY + timedelta(minutes=9))
    actions.mark_read(by=wang)
    assert delivery.tick(TUESDAY + timedelta(minutes=9)) == 0
    at = TUESDAY + timedelta(minutes=11)
    assert delivery.tick(at) == 1
    (letter,) = mail.outbox
    assert letter.to == ["li@yunzhou.example"]
    assert letter.subject == "评议：2条新消息，其中1条待办"
    assert "【待办】请签认投票码\n" in letter.body
    assert "\n已开箱计票\n" in letter.body
    assert delivery.tick(at + timedelta(days=1)) == 0


def test_the_next_mail_waits_a_while(li: Account, mailed: None) -> None:
    told(li, kind="one")
    assert delivery.tick(TUESDAY + timedelta(minutes=20)) == 1
    told(li, kind="two", at=TUESDAY + timedelta(minutes=12))
    assert delivery.tick(TUESDAY + timedelta(minutes=25)) == 0
    assert delivery.tick(TUESDAY + timedelta(minutes=36)) == 1


def test_a_mail_that_fails_is_sent_later(li: Account, mailed: None, settings: Any) -> None:
    told(li, kind="one")
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()  # nobody listens
    at = TUESDAY + timedelta(minutes=20)
    assert delivery.tick(at) == 0
    settings.EMAIL_BACKEND = works
    assert delivery.tick(at + timedelta(minutes=1)) == 0
    assert delivery.tick(at + delivery.AGAIN) == 1
    assert len(mail.outbox) == 1


def test_who_gets_no_mail(li: Account, mailed: None, settings: Any) -> None:
    at = TUESDAY + timedelta(minutes=20)
    told(account("wang"), kind="no address")
    told(account("gone", email="g@yunzhou.example"), kind="switched off")
    Account.objects.filter(username="gone").update(is_active=False)
    actions.set_wishes(
        by=li,
        by_mail=False,
        quiet_at_night=True,
        quiet_from=time(22),
        quiet_until=time(7),
        quiet_rest_days=True,
    )
    told(li, kind="not wished")
    assert delivery.tick(at) == 0
    old = account("old", email="o@yunzhou.example")
    told(old, kind="too old", at=TUESDAY - delivery.GIVEN_UP)
    assert delivery.tick(at) == 0
    told(old, kind="new")
    settings.MAIL_ON = False
    assert delivery.tick(at) == 0


def test_what_came_at_night_is_sent_in_the_morning(li: Account, mailed: None) -> None:
    friday = datetime(2026, 10, 9, 22, 30, tzinfo=HERE)
    told(li, at=friday)
    assert delivery.tick(friday + timedelta(hours=1)) == 0
    # Saturday is worked in exchange for the National Day.
    assert delivery.tick(datetime(2026, 10, 10, 6, 59, tzinfo=HERE)) == 0
    assert delivery.tick(datetime(2026, 10, 10, 7, 0, tzinfo=HERE)) == 1


CALENDAR = Calendar(
    {
        date(2026, 10, 5): Special(DayKind.OFF, "国庆节"),
        date(2026, 10, 10): Special(DayKind.WORK, "国庆节"),
    },
    frozenset({2026}),
)
NIGHT = Wishes()
SIESTA = Wishes(night=(time(12), time(14)))
ALWAYS = Wishes(night=None, quiet_rest_days=False)
QUIET = [
    # day of October, hour, minute, wishes, quiet?
    (6, 21, 59, NIGHT, False),
    (6, 22, 0, NIGHT, True),
    (6, 0, 0, NIGHT, True),
    (6, 6, 59, NIGHT, True),
    (6, 7, 0, NIGHT, False),
    (5, 10, 0, NIGHT, True),  # a holiday, a Monday
    (10, 10, 0, NIGHT, False),  # a Saturday, worked
    (11, 10, 0, NIGHT, True),  # a Sunday
    (6, 11, 59, SIESTA, False),
    (6, 12, 0, SIESTA, True),
    (6, 14, 0, SIESTA, False),
    (6, 23, 0, SIESTA, False),
    (11, 3, 0, ALWAYS, False),
]


@pytest.mark.parametrize(("day", "hour", "minute", "wishes", "quiet"), QUIET)
def test_quiet_hours(day: int, hour: int, minute: int, wishes: Wishes, quiet: bool) -> None:
    assert is_quiet(datetime(2026, 10, day, hour, minute), wishes, CALENDAR) == quiet


@given(st.times(), st.times(), st.times())
def test_day_and_night_share_the_clock(begin: time, end: time, clock: time) -> None:
    now = datetime.combine(date(2026, 10, 6), clock)
    one = is_quiet(now, Wishes(night=(begin, end)), CALENDAR)
    other = is_quiet(now, Wishes(night=(end, begin)), CALENDAR)
    assert (one != other) if begin != end else not (one or other)


def test_the_mail_server_of_an_address() -> None:
    assert find_mail("") == Mail()
    assert find_mail("smtps://notice%40yz:p%2Fw@mail.yz.example") == Mail(
        "mail.yz.example", 465, "notice@yz", "p/w", True, False
    )
    assert find_mail("smtp+tls://mail.yz.example:2525") == Mail(
        "mail.yz.example", 2525, "", "", False, True
    )
    assert find_mail("smtp://10.0.0.1").port == 25
    for wrong in ("http://mail", "mail.yz.example", "smtp://"):
        with pytest.raises(ValueError, match="PINGYI_MAIL"):
            find_mail(wrong)


def test_notices_of_a_thing_that_is_gone_are_no_error(li: Account) -> None:
    told(li, reference=Reference("no.such", "99"))
    assert [item.title for item in desk_of(li)["news"]] == ["“年度评议”已封定"]
    assert Missing.status == 404


@pytest.fixture
def texted(settings: Any, tmp_path: Path) -> Path:
    """Where a gateway that is a file writes."""
    path = tmp_path / "sms.jsonl"
    settings.SMS = find_gateway(f"file:{path}")
    return path


def messages_in(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def wants_texts(account: Account, **more: Any) -> None:
    wishes = {
        "by_mail": False,
        "quiet_at_night": True,
        "quiet_from": time(22),
        "quiet_until": time(7),
        "quiet_rest_days": True,
        "by_sms": True,
        "mobile": "13800000000",
    }
    actions.set_wishes(by=account, **{**wishes, **more})


def test_urgent_notices_go_by_text_once_and_say_nothing_of_the_matter(
    li: Account, texted: Path
) -> None:
    wants_texts(li)
    told(li, kind="urged", title="河道清淤逾期", urgent=True)
    told(li, kind="urged.again", title="验收资料逾期", urgent=True)
    told(li, kind="news", title="结果已公布")
    for minutes in (11, 12, 40):
        delivery.tick(TUESDAY + timedelta(minutes=minutes))
    assert messages_in(texted) == [
        {"number": "13800000000", "text": "评议系统：您有2条催办消息，请登录办理。"}
    ]


def test_who_gets_no_text(li: Account, texted: Path, settings: Any) -> None:
    wang = account("wang")
    told(li, wang, kind="urged", urgent=True)
    delivery.tick(TUESDAY + timedelta(minutes=11))
    wants_texts(li, by_sms=False, mobile="13800000000")
    delivery.tick(TUESDAY + timedelta(minutes=30))
    wants_texts(li)
    settings.SMS = None
    delivery.tick(TUESDAY + timedelta(minutes=31))
    assert messages_in(texted) == []


def test_texts_keep_quiet_hours_and_wait_out_a_gateway_that_fails(
    li: Account, settings: Any
) -> None:
    wants_texts(li)
    sent: list[str] = []
    fails = [True]

    def gateway(number: str, _text: str) -> None:
        if fails.pop() if fails else False:
            raise ConnectionError("no gateway")
        sent.append(number)

    settings.SMS = gateway
    told(li, kind="urged", urgent=True, at=TUESDAY.replace(hour=23))
    delivery.tick(TUESDAY.replace(hour=23, minute=30))
    assert not sent
    morning = TUESDAY + timedelta(days=1)
    delivery.tick(morning.replace(hour=7, minute=5))
    assert not sent, "the gateway failed"
    delivery.tick(morning.replace(hour=7, minute=10))
    assert not sent, "not again at once"
    delivery.tick(morning.replace(hour=7, minute=21))
    assert sent == ["13800000000"]


def test_texts_need_a_number(li: Account) -> None:
    with pytest.raises(Invalid, match="手机号"):
        wants_texts(li, mobile="")


@pytest.mark.parametrize("address", ["file:", "smpp://host", "json:nothing", "json:__doc__"])
def test_a_gateway_that_is_none_is_told_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="PINGYI_SMS"):
        find_gateway(address)


def test_the_authoritys_own_gateway_is_a_function() -> None:
    assert find_gateway("") is None
    assert find_gateway("json:dumps") is json.dumps
