"""Talks of the invented city: nine departments in three rounds of three (CX-12), one of them still
putting things right, and a talk that is being prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.actions import grants, persons
from pingyi.apps.people.actions.accounts import create_account
from pingyi.apps.people.demo import DemoPeople
from pingyi.apps.people.enums import PostKind, Role
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.units import heads_of
from pingyi.apps.talks import queries
from pingyi.apps.talks.actions import meeting, memos, preparing, programmes, rectifying, talks
from pingyi.apps.talks.actions.talks import Meeting
from pingyi.apps.talks.enums import Preset, Way
from pingyi.apps.talks.models import Programme, Talk
from pingyi.apps.talks.presets import STARTS

INTERVIEWERS = (
    ("J001", "俞明德", 9, "市委书记"),
    ("J002", "戚守正", 11, "市纪委书记"),
    ("J003", "柏知人", 9, "市委组织部部长"),
)
ROUNDS = ((56, ("101", "102", "103")), (28, ("104", "105", "201")), (7, ("106", "107", "108")))
"""How many days ago, and with whom."""
CLOSED = ("101", "102", "103", "104", "105")
PREPARED = "109"
SAID = (
    ("党员活动日为什么连续两个月没有记录？", "忙于业务放松了，回去就补上，今后由我本人签到。"),
    ("班子成员联系的支部，你今年去过几次？", "去过两次，偏少，下半年每季度至少一次。"),
    ("下属单位负责人廉政谈话做了没有？", "做了四家，还差三家，本月完成。"),
)
REQUIRED = (
    "补齐党员活动日记录，健全台账",
    "班子成员每季度到联系支部一次",
    "完成下属单位负责人廉政谈话",
)
BASIS = {
    "title": "党建约谈整改",
    "document_title": "关于建立党建约谈制度的意见",
    "document_number": "云委〔2026〕3号",
    "filing_number": "云备〔2026〕5号",
    "look_back_months": 3,
    "ended": False,
}


@dataclass(frozen=True)
class Office:
    """Who does it in the demo."""

    organiser: Account
    checker: Account
    inspector: Account
    security: Account
    system: Account


@transaction.atomic
def make_talks(people: DemoPeople) -> None:
    """Everything through the same actions as in an office; only the days lie in the past."""
    given = people.accounts
    office = Office(
        given["organiser"],
        given["checker"],
        given["inspector"],
        given["security"],
        given["system"],
    )
    leaders = _leaders(office, people)
    units = [*people.first_batch, *people.second_batch, *people.townships]
    programme = _programme(office, leaders, units)
    for turn, (ago, codes) in enumerate(ROUNDS):
        month = _months_ago(len(ROUNDS) - 1 - turn)
        places = [people.units[code] for code in codes]
        made = programmes.schedule(
            by=office.organiser, programme=programme, month=month, units=places
        )
        for number, talk in enumerate(made):
            start = _at(timezone.localdate() - timedelta(days=ago), 9 + 2 * number)
            head = _head(people, office, talk.unit)
            _hold(office, talk, leaders[number], start, head)
            if talk.unit.code in CLOSED:
                _close(office, talk, head)
            if head.username not in given:
                Account.objects.filter(pk=head.pk).update(is_active=False)
    _prepare(office, programme, people.units[PREPARED], leaders[0])


def _months_ago(number: int) -> date:
    first = timezone.localdate().replace(day=1)
    for _turn in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _leaders(office: Office, people: DemoPeople) -> list[Person]:
    """The three who talk; the first one has an account."""
    found = []
    for code, name, strokes, post in INTERVIEWERS:
        person = persons.create_person(
            by=office.organiser, code=code, name=name, surname_strokes=strokes
        )
        persons.appoint(
            by=office.organiser,
            person=person,
            unit=people.units["1"],
            title=post,
            kind=PostKind.TEAM_MEMBER,
            since=date(2016, 1, 1),
        )
        found.append(person)
    first, _password = create_account(
        by=office.system, username="secretary", name=found[0].name, person=found[0]
    )
    grants.grant_role(by=office.security, account=first, role=Role.LEADER)
    _same_password(people, first)
    return found


def _same_password(people: DemoPeople, account: Account) -> None:
    account.password = people.accounts["organiser"].password
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])


def _programme(office: Office, leaders: Sequence[Person], units: Sequence[Unit]) -> Programme:
    campaign: Campaign = ledger.save_campaign(by=office.organiser, facts=BASIS)
    facts = {
        **STARTS[Preset.CIXI].facts,
        "title": "党建月月谈",
        "document_title": BASIS["document_title"],
        "document_number": BASIS["document_number"],
        "filing_number": BASIS["filing_number"],
        "preset": Preset.CIXI,
        "campaign": campaign,
    }
    return programmes.save_programme(
        by=office.organiser, facts=facts, interviewers=leaders, units=units
    )


def _head(people: DemoPeople, office: Office, unit: Unit) -> Account:
    """Who confirms for the unit: its own account, or one that is switched off again."""
    if unit.code == "201":
        return people.accounts["head"]
    (tenure, *_others) = heads_of([unit])[unit.pk]
    stand_in = Account.objects.create(
        username=f"head-{unit.code}", name=tenure.person.name, person=tenure.person
    )
    grants.grant_role(by=office.security, account=stand_in, role=Role.UNIT_HEAD, unit=unit)
    return stand_in


def _arrange(office: Office, talk: Talk, leader: Person, start: datetime) -> Talk:
    facts = {
        "reason": "党委（党组）书记履行党建工作责任制和党风廉政建设第一责任人职责情况",
        "purpose": "压实责任，推动基层党建重点任务落实",
        "materials": "准备20分钟汇报，只讲问题和打算",
        "place": "市委三楼会议室",
        "attendants": "市委组织部分管副部长",
        "recorder_name": office.organiser.name,
        "contact": "市委组织部组织科",
        "notice_number": f"云委谈〔{start.year}〕{int(talk.number[-3:])}号",
    }
    at = Meeting(start, leader)
    return talks.arrange(by=office.organiser, talk=talk, meeting=at, facts=facts)


def _hold(office: Office, talk: Talk, leader: Person, start: datetime, head: Account) -> None:
    by = office.organiser
    _arrange(office, talk, leader, start)
    talks.notify(by=by, talk=talk)
    meeting.begin_report(by=by, talk=talk)
    meeting.begin_questions(by=by, talk=talk)
    turn = int(talk.number[-3:])
    question, answer = SAID[turn % len(SAID)]
    meeting.ask(by=by, talk=talk, text=question, answer=answer)
    meeting.require_of(by=by, talk=talk, text=REQUIRED[turn % len(REQUIRED)], months=2)
    meeting.end(by=by, talk=talk)
    Talk.objects.filter(pk=talk.pk).update(
        planned_on=start.date() - timedelta(days=7),
        noticed_at=start - timedelta(days=3),
        report_began_at=start,
        questions_began_at=start + timedelta(minutes=21),
        ended_at=start + timedelta(minutes=62),
    )
    memo = memos.draft(by=by, talk=talk)
    memos.offer(by=by, talk=talk, seen=memo.version)
    memos.confirm(by=by, talk=talk, seen=memo.version)
    memos.confirm(by=head, talk=talk, seen=memo.version)
    rectifying.rectify(by=by, talk=talk)
    rectifying.record_meeting(
        by=head,
        talk=talk,
        title="党组（扩大）会议",
        held_on=start.date(),
        participants="班子成员、科室负责人",
        minutes="当天下午传达约谈要求，逐条认领，明确责任人和完成时间。",
    )


def _close(office: Office, talk: Talk, head: Account) -> None:
    """The entry's whole way, the report, and the end."""
    ((asked, entry),) = queries.entries_of(talk)
    assert entry is not None
    ledger.claim(by=head, entry=entry)
    entry = Entry.objects.get(pk=entry.pk)
    ledger.plan(
        by=head, entry=entry, seen=entry.version, measures=asked.text, person_name=head.name
    )
    ledger.report(by=head, entry=entry, percent=100, text="记录已补齐，台账已健全")
    ledger.apply_close(by=head, entry=entry, text="已整改到位，记录齐全")
    ledger.verify(by=office.inspector, entry=entry, passed=True, opinion="查阅记录、走访支部属实")
    ledger.close(by=office.checker, entry=entry)
    texts = {title: f"{title}：已按约谈要求落实。" for title in talk.programme.sections}
    rectifying.write_report(by=head, talk=talk, texts=texts, hand_in=True)
    talks.close(by=office.organiser, talk=talk)


def _prepare(office: Office, programme: Programme, unit: Unit, leader: Person) -> None:
    """In ten days, with what was found out so far."""
    soon = timezone.localdate() + timedelta(days=10)
    (talk,) = programmes.schedule(
        by=office.organiser, programme=programme, month=_months_ago(0), units=[unit]
    )
    _arrange(office, talk, leader, _at(soon, 9))
    preparing.add_note(
        by=office.inspector,
        talk=talk,
        way=Way.COVERT_CHECK,
        source="走访两个下属站所",
        found_on=timezone.localdate() - timedelta(days=2),
        text="两个站所的党员活动日记录字迹相同，疑为集中补写。",
    )
    for topic, text in zip(programme.topics, (one for one, _answer in SAID), strict=False):
        preparing.keep_question(by=office.organiser, talk=talk, text=text, topic=topic)
