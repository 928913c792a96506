"""Programmes and rounds for the tests: three departments of the city, each with a head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.apps.ballots.hall import TARGETS, Vote
from tests.apps.documents.ground import upload
from tests.apps.people.ground import unit
from tests.apps.schemes.hands import account, organiser, sealed

from pingyi.apps.documents.actions import attach
from pingyi.apps.documents.models import Attachment
from pingyi.apps.people.enums import ChargeKind, PostKind, Role, UnitKind
from pingyi.apps.people.models import Account, Charge, Person, Post, Tenure, Unit
from pingyi.apps.rounds import actions
from pingyi.apps.rounds.actions import meetings, reports
from pingyi.apps.rounds.models import AgendaItem, DutyReport, Meeting, Programme, Round, RoundPoll
from pingyi.base.references import Reference

SINCE = date(2016, 1, 1)
FACTS = {
    "title": "市直机关述职评议",
    "document_title": "关于开展评班子、评组织、评党员工作的实施方案",
    "document_number": "云办〔2016〕31号",
    "issuer": "云州市委办公室",
    "issued_on": date(2016, 7, 13),
    "filing_number": "备〔2016〕3号",
    "purpose": "",
}
# Code of the unit, its title, its head and the strokes of the head's surname.
CITY = (
    ("SLJ", "市水利局", "余行之", 7),
    ("SWJ", "市商务局", "史千帆", 5),
    ("MZJ", "市民政局", "段长亭", 9),
)


def programme() -> Programme:
    found = Programme.objects.first()
    return found or actions.save_programme(by=organiser(), facts=FACTS)


def city(
    units: Sequence[tuple[str, str, str, int]] = CITY,
    kind: UnitKind = UnitKind.MUNICIPAL_DEPARTMENT,
) -> list[Unit]:
    """The departments, or other units, with heads and a leader in charge of them all."""
    leader = Person.objects.create(code="L1", name="顾长河")
    root = unit("1", "云州市", kind=UnitKind.AUTHORITY)
    found = []
    for code, title, name, strokes in units:
        one = unit(code, title, root, kind)
        head = Person.objects.create(code=f"P{code}", name=name, surname_strokes=strokes)
        post = Post.objects.create(unit=one, kind=PostKind.UNIT_HEAD, title="局长")
        Tenure.objects.create(post=post, person=head, since=SINCE)
        charge = ChargeKind.LEADER_IN_CHARGE
        Charge.objects.create(kind=charge, leader=leader, unit=one, since=SINCE)
        found.append(one)
    return found


def draft(pack: str = "jiaozuo-team-review") -> Round:
    """A round without targets."""
    return actions.create_round(
        by=organiser(),
        programme=programme(),
        version=sealed(pack),
        title="第二次述职评议",
        period="2017年上半年",
    )


def with_targets(pack: str = "jiaozuo-team-review") -> Round:
    """A round of the three departments."""
    return actions.add_units(by=organiser(), round=draft(pack), units=city())


def with_notice(found: Round) -> Round:
    return actions.set_facts(
        by=organiser(),
        round=found,
        title=found.title,
        period=found.period,
        held_on=date(2017, 7, 25),
        place="市会议中心",
        notice_number="云组通〔2017〕12号",
        notice="定于7月25日召开述职评议会。",
    )


def collecting(town: Vote) -> Round:
    """A round of that vote, in which collecting has begun."""
    root = unit("1", "云州市", kind=UnitKind.AUTHORITY)
    for target in TARGETS:
        unit(target["code"], target["title"], root, UnitKind.MUNICIPAL_DEPARTMENT)
    by = organiser()
    found = actions.create_round(
        by=by,
        programme=programme(),
        version=town.poll.version,
        title="第二次述职评议",
        period="2026年上半年",
    )
    found = actions.add_units(by=by, round=found, units=Unit.objects.exclude(code="1"))
    codes = [target["code"] for target in TARGETS]
    actions.order_targets(by=by, round=found, how="hand", codes=codes)
    RoundPoll.objects.create(round=found, poll=town.poll)
    actions.announce(by=by, round=with_notice(found))
    return actions.start(by=by, round=found)


def meeting_of(found: Round, **facts: object) -> Meeting:
    """A meeting of the round, with its vote if it has one."""
    given = {"title": "述职评议会", "vote": found.votes.first()} | facts
    return meetings.plan_meeting(by=organiser(), round=found, facts=given)


def begun(found: Round, **facts: object) -> Meeting:
    """A meeting that has begun; nobody is on stage."""
    return meetings.start(by=organiser(), meeting=meeting_of(found, **facts), seen=0)


def now(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("round", "vote__poll").get(pk=meeting.pk)


def take_on(meeting: Meeting, code: str, *verbs: str) -> AgendaItem:
    """Acts of a chair who sees what is."""
    for verb in verbs:
        seen, target = now(meeting).stamp, meeting.round.targets.get(code=code)
        item = meetings.take_on(
            by=account(Role.CHAIR), meeting=meeting, target=target, verb=verb, seen=seen
        )
    return item


def reporter(code: str = "SLJ") -> Account:
    """The handler of a unit that is reviewed."""
    return account(Role.UNIT_HANDLER, f"handler-{code}", Unit.objects.get(code=code))


def handed_in(found: Round, code: str = "SLJ", text: str = "半年来的工作") -> DutyReport:
    """A report of one target; the round is announced."""
    return reports.save_report(
        by=reporter(code), target=found.targets.get(code=code), text=text, hand_in=True
    )


def slides_of(report: DutyReport) -> Attachment:
    """Slides that came with it."""
    Round.objects.filter(pk=report.target.round_id).update(state="collecting")
    DutyReport.objects.filter(pk=report.pk).update(state="draft")
    (made,) = attach(
        by=reporter(report.target.code),
        reference=Reference("rounds.report", str(report.target_id)),
        files=[upload("述职.pdf")],
    )
    DutyReport.objects.filter(pk=report.pk).update(state="handed_in")
    return made
