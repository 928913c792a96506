"""A small city with a programme of talks: units with heads, an interviewer, and everybody else who
might look on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.apps.people.ground import account, unit

from pingyi.apps.ledger import actions as ledger
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.enums import PostKind, Role
from pingyi.apps.people.models import Account, Grant, Person, Post, Tenure, Unit
from pingyi.apps.talks.actions import meeting, memos, preparing, programmes, rectifying, talks
from pingyi.apps.talks.actions.talks import Meeting
from pingyi.apps.talks.enums import Preset, Way
from pingyi.apps.talks.models import Programme, Talk
from pingyi.apps.talks.presets import STARTS

BASIS = {
    "title": "约谈整改",
    "document_title": "党建约谈制度",
    "document_number": "云委〔2026〕3号",
    "filing_number": "备〔2026〕5号",
    "look_back_months": 3,
    "ended": False,
}
PREPARED = "暗访发现三个支部没有开会"
ASKED = "支部为什么半年没有开会？"
ANSWERED = "重业务轻党建，马上改"
REQUIRED = "三个支部补开组织生活会"


def seated(code: str, name: str, place: Unit, title: str, kind: str) -> Person:
    """A person with a post."""
    person = Person.objects.create(code=code, name=name)
    post = Post.objects.create(unit=place, title=title, kind=kind)
    Tenure.objects.create(post=post, person=person, since=date(2016, 1, 1))
    return person


class Town:
    """Units with their heads, accounts of every role, and one programme."""

    def __init__(self) -> None:
        self.root = unit("00", "云州市", kind="authority")
        titles = ("水利局", "卫生计生委", "民政局", "教育局", "财政局")
        self.units = [
            unit(f"{number:03}", f"云州市{title}", self.root, "municipal_department")
            for number, title in enumerate(titles, start=1)
        ]
        self.water, self.health = self.units[:2]
        self.station = unit("00101", "水利管理站", self.water)
        names = ("余行之", "苏望北", "林知夏", "许青禾", "冯远舟")
        self.heads = [
            seated(f"H{place.code}", name, place, "局长", PostKind.UNIT_HEAD)
            for place, name in zip(self.units, names, strict=True)
        ]
        self.secretary = seated("S1", "俞明德", self.root, "市委书记", PostKind.TEAM_MEMBER)
        self.organiser = account("organiser", Role.ORGANISER)
        self.second = account("second", Role.ORGANISER)
        self.inspector = account("inspector", Role.INSPECTOR)
        self.checker = account("checker", Role.CHECKER)
        self.interviewer = account("interviewer", Role.LEADER, person=self.secretary)
        self.leader = account("leader", Role.LEADER)
        self.head = account("head", Role.UNIT_HEAD, unit=self.water, person=self.heads[0])
        self.handler = account("handler", Role.UNIT_HANDLER, unit=self.water)
        self.stranger = account("stranger", Role.UNIT_HANDLER, unit=self.health)
        self.agency = account("agency", Role.AGENCY)
        self.system = account("system", Role.SYSTEM_ADMIN)
        self.campaign: Campaign = ledger.save_campaign(by=self.organiser, facts=BASIS)
        self.programme = self.started()

    def started(self, preset: str = Preset.CIXI, **how: Any) -> Programme:
        facts = {
            **STARTS[preset].facts,
            "title": "党建月月谈",
            "document_title": "党建约谈制度",
            "document_number": "云委〔2026〕3号",
            "preset": preset,
            "campaign": self.campaign,
        }
        return programmes.save_programme(
            by=self.organiser,
            facts=facts | how,
            interviewers=[self.secretary],
            units=self.units,
        )

    def insiders(self) -> dict[str, Account]:
        """Everybody of the water department, whatever else they are."""
        both = account("both", Role.ORGANISER)
        Grant.objects.create(account=both, role=Role.UNIT_HANDLER, unit=self.water)
        below = account("below", Role.INSPECTOR)
        Grant.objects.create(account=below, role=Role.UNIT_HANDLER, unit=self.station)
        deputy = seated("D1", "沈知远", self.station, "站长", PostKind.UNIT_HEAD)
        posted = account("posted", Role.ORGANISER, person=deputy)
        within = account("within", Role.ORGANISER, unit=self.water)
        above = account("above", Role.ORGANISER)
        Grant.objects.create(account=above, role=Role.UNIT_HANDLER, unit=self.root)
        unbound = account("unbound", Role.ORGANISER)
        unbound.name = self.heads[0].name
        unbound.save()
        return {
            "head": self.head,
            "handler": self.handler,
            "both": both,
            "below": below,
            "posted": posted,
            "within": within,
            "above": above,
            "namesake": unbound,
        }

    # The way of a talk

    def planned(self, place: Unit | None = None) -> Talk:
        (made,) = programmes.schedule(
            by=self.organiser, programme=self.programme, month=today(), units=[place or self.water]
        )
        return made

    def prepared(self) -> Talk:
        talk = self.planned()
        preparing.add_note(
            by=self.inspector,
            talk=talk,
            way=Way.COVERT_CHECK,
            source="走访下属站所",
            found_on=today(),
            text=PREPARED,
        )
        preparing.keep_question(by=self.organiser, talk=talk, text=ASKED)
        return talk

    def arranged(self, talk: Talk | None = None, **how: Any) -> Talk:
        facts = {
            "reason": "党建责任制落实情况",
            "place": "市委三楼会议室",
            "recorder_name": "方允中",
        }
        meeting_ = Meeting(how.pop("starts_at", an_hour_ago()), self.secretary)
        return talks.arrange(
            by=self.organiser, talk=talk or self.prepared(), meeting=meeting_, facts=facts | how
        )

    def noticed(self, talk: Talk | None = None) -> Talk:
        return talks.notify(by=self.organiser, talk=self.arranged(talk))

    def held(self, *, requires: bool = True) -> Talk:
        talk = self.noticed()
        meeting.begin_report(by=self.organiser, talk=talk)
        meeting.begin_questions(by=self.organiser, talk=talk)
        meeting.ask(by=self.organiser, talk=talk, text="问题在哪里？", answer=ANSWERED)
        if requires:
            meeting.require_of(by=self.organiser, talk=talk, text=REQUIRED, months=2)
        return meeting.end(by=self.organiser, talk=talk)

    def offered(self, **how: Any) -> Talk:
        talk = self.held(**how)
        memo = memos.draft(by=self.organiser, talk=talk)
        memos.offer(by=self.organiser, talk=talk, seen=memo.version)
        return now(talk)

    def confirmed(self, **how: Any) -> Talk:
        talk = self.offered(**how)
        memos.confirm(by=self.interviewer, talk=talk, seen=1)
        memos.confirm(by=self.head, talk=talk, seen=1)
        return now(talk)

    def rectifying(self) -> Talk:
        talk = self.confirmed()
        rectifying.rectify(by=self.organiser, talk=talk)
        return now(talk)

    def close_entry(self) -> Entry:
        """The whole way through the ledger."""
        entry = Entry.objects.get()
        ledger.claim(by=self.handler, entry=entry)
        entry.refresh_from_db()
        ledger.plan(
            by=self.handler, entry=entry, seen=entry.version, measures="补开", person_name="余行之"
        )
        ledger.report(by=self.handler, entry=entry, percent=100, text="已补开")
        ledger.apply_close(by=self.handler, entry=entry, text="三个支部都已补开")
        ledger.verify(by=self.inspector, entry=entry, passed=True, opinion="查记录属实")
        return ledger.close(by=self.second, entry=entry)

    def handed_in(self, talk: Talk) -> None:
        texts = dict.fromkeys(self.programme.sections, "已整改")
        rectifying.write_report(by=self.handler, talk=talk, texts=texts, hand_in=True)


def now(talk: Talk) -> Talk:
    """As it stands in the database."""
    return Talk.objects.select_related("programme", "unit").get(pk=talk.pk)


def today() -> date:
    return timezone.localdate()


def an_hour_ago() -> datetime:
    """Still today: terms count from the day of the talk."""
    moment = timezone.localtime()
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=1)
