"""Rounds of the invented city in every stage, for the demo. All figures are invented but those
that practices report (JZ: 21 departments, 560,000 visits, 460,000 votes; RY: 14 townships, 24
delegates), and so is everybody in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import (
    HALL,
    Cast,
    Slips,
    Table,
    begin,
    cast_at_home,
    cast_in_hall,
    count,
    enter_figures,
    enter_tallies,
    hold,
    prepare,
    rehearse,
    share,
)
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.polls.enums import Admission
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import meetings, opinions, remarks, reports
from pingyi.apps.rounds.enums import Speaker
from pingyi.apps.rounds.models import Meeting, Programme, Round, RoundTarget
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.scores import actions, demo_tables, queries
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.enums import Scope
from pingyi.apps.scores.models import Publication
from pingyi.apps.scores.objections import raise_objection, rule
from pingyi.base.days import TermUnit
from pingyi.base.terms import derivation, due_after

VISITS = 560_000
"""Of the public, in the second round (JZ)."""
BY_CODE = 400
TURNOUT = 0.94
UPWARD = {"superior_team": 17, "delegates_and_members": 24}
UPWARD_OF_VILLAGES = {"superior_team": 9, "delegates_and_members": 15}

Codes = dict[str, dict[str, list[str]]]
"""Poll → class → codes that nobody has used."""


@dataclass(frozen=True)
class City:
    """Who runs the rounds, and what is reviewed by which scheme."""

    by: Cast
    chair: Account
    handler: Account
    """Of the first department of the second batch."""
    first: Sequence[Unit]
    second: Sequence[Unit]
    townships: Sequence[Unit]
    villages: Sequence[Unit]
    portal: tuple[Table, Table]
    """What the public's vote on the portal brought for the second batch (see ``demo_portal``)."""
    team_review: SchemeVersion
    two_way: SchemeVersion


def make_rounds(city: City) -> Codes:
    """Hold them all; returns the slips that are left of those that go on."""
    team = _programme(
        city,
        _("市直机关领导班子述职评议"),
        _("关于开展“评班子、评组织、评党员”工作的实施方案"),
        "云办〔2026〕8号",
        _("云州市委办公室"),
        date(2026, 1, 13),
        "云督考备〔2026〕3号",
    )
    first = _published_by_code(city, team)
    second = _published_with_public(city, team, first)
    two_way = _two_way(city)
    codes = _going_on(city, team, second)
    _next_year(city, second)
    _villages(city, two_way)
    return codes


def _programme(
    city: City, title: str, document: str, number: str, issuer: str, on: date, filing: str
) -> Programme:
    facts = {
        "title": title,
        "document_title": document,
        "document_number": number,
        "issuer": issuer,
        "issued_on": on,
        "filing_number": filing,
        "purpose": "",
    }
    return rounds.save_programme(by=city.by.organiser, facts=facts)


def _round(
    city: City,
    programme: Programme,
    version: SchemeVersion,
    title: str,
    period: str,
    units: Sequence[Unit],
    before: Round | None = None,
) -> Round:
    by = city.by.organiser
    if before is None:
        found = rounds.create_round(
            by=by, programme=programme, version=version, title=title, period=period
        )
    else:
        found = rounds.copy_round(
            by=by, predecessor=before, title=title, period=period, with_targets=False
        )
    found = rounds.add_units(by=by, round=found, units=units)
    return rounds.order_targets(by=by, round=found, how="strokes")


def _announce(city: City, found: Round, number: str, days: int) -> Round:
    by, day = city.by.organiser, timezone.localdate() + timedelta(days=days)
    found = rounds.set_facts(
        by=by,
        round=found,
        title=found.title,
        period=found.period,
        held_on=day,
        place=_("市会议中心"),
        notice_number=number,
        notice=_(
            "请各单位主要负责同志围绕思想政治建设、年度目标任务、重点工作推进、群众关心的热点难点和"
            "工作作风准备述职报告，于评议前五个工作日报送。述职后由分管领导点评，当场评议打分。"
        ),
    )
    return rounds.announce(by=by, round=found, reason=_("已报市委常委会研究同意"))


def _vote(city: City, found: Round, *inputs: str, **how: str) -> Poll:
    return rounds.hold_poll(
        by=city.by.organiser,
        round=found,
        title=found.title,
        inputs=inputs,
        keys_held="site",
        **how,  # type: ignore[arg-type]
    )


def _result(city: City, found: Round, *, told: str) -> None:
    """Compute; and check, sign, publish where a scope is given."""
    one = actions.compute(by=city.by.organiser, round=found)
    if told:
        opinion = _("抽查三个单位，与票数、第三方报告核对无误")
        one = actions.check(by=city.by.checker, computation=one, opinion=opinion)
        actions.sign(by=city.chair, computation=one)
        telling = Telling(
            scope=told,
            on_portal=True,
            title=_("%(title)s评分结果") % {"title": found.title},
            text=_("现将评分结果予以公示。对结果有异议的，请在公示期内提出。"),
            contact=_("市述职评议办公室，电话 0000-1234567（演示）"),
        )
        actions.publish(by=city.by.organiser, round=found, how=telling)


def _settle(found: Round, days: int) -> None:
    """Told ``days`` ago, so that the public notice is over: nothing else in the demo waits for the
    calendar."""
    then = timezone.now() - timedelta(days=days)
    due = due_after(timezone.localdate(then), 5, TermUnit.WORKING)
    told = Publication.objects.filter(computation__round=found)
    told.update(published_at=then, ends_on=due.day, derivation=derivation(due))


def _published_by_code(city: City, programme: Programme) -> Round:
    """The first eleven: the hall, an agency, and four hundred of the public by code. Nobody has
    objected, and what was found is being rectified."""
    title = _("2026年第一次市直机关领导班子述职评议")
    found = _round(city, programme, city.team_review, title, _("2025年下半年"), city.first)
    poll = prepare(city.by, _vote(city, found, "hall", "online"), closed=True)
    rounds.start(by=city.by.organiser, round=_announce(city, found, "云组通〔2026〕6号", -120))
    hold(city.by, poll, {**HALL, "public": BY_CODE}, turnout=TURNOUT)
    enter_figures(city.by, poll, demo_tables.survey(poll))
    count(city.by, poll)
    found = rounds.close(by=city.by.organiser, round=found)
    _result(city, found, told=Scope.ALL)
    _settle(found, days=118)
    actions.rectify(by=city.by.organiser, round=found)
    return found


def _published_with_public(city: City, programme: Programme, before: Round) -> Round:
    """The second ten: the 460,000 votes of the public come as the portal counted them."""
    title = _("2026年第二次市直机关领导班子述职评议")
    found = _round(city, programme, city.team_review, title, _("2026年上半年"), city.second, before)
    poll = prepare(city.by, _vote(city, found, "hall", "online_tally"), closed=True)
    rounds.start(by=city.by.organiser, round=_announce(city, found, "云组通〔2026〕18号", -20))
    hold(city.by, poll, HALL, turnout=TURNOUT)
    enter_tallies(city.by, poll, *city.portal)
    enter_figures(city.by, poll, demo_tables.survey(poll))
    count(city.by, poll)
    rounds.report_visits(by=city.by.organiser, round=found, visits=VISITS)
    found = rounds.close(by=city.by.organiser, round=found)
    _result(city, found, told=Scope.ALL)
    _objected(city, found)
    return found


def _objected(city: City, found: Round) -> None:
    told = queries.publication(found)
    target = found.targets.get(code=city.second[0].code)
    assert told is not None
    first = raise_objection(
        by=city.handler,
        publication=told,
        target=target,
        text=_("我局第三方调查样本中服务对象仅占三成，建议说明样本量如何计入。"),
    )
    answer = _("三类应答人按样本量加权合并，算式见得分说明；经复核，计算无误，维持原结果。")
    rule(by=city.by.checker, objection=first, upheld=False, answer=answer)
    raise_objection(
        by=city.handler,
        publication=told,
        target=target,
        text=_("“重点工作推进落实”一项与市政府督查通报不符，请予复核。"),
    )


def _going_on(city: City, programme: Programme, before: Round) -> Codes:
    """The next meeting: three presenters are done, the fourth is being rated; the public votes
    openly. And a rehearsal for it."""
    title = _("2026年第三次市直机关领导班子述职评议")
    found = _round(city, programme, city.team_review, title, _("2026年下半年"), city.second, before)
    poll = _vote(city, found, "hall", "online")
    poll = prepare(city.by, poll, casting="sheet", admission=Admission.OPEN)
    found = _announce(city, found, "云组通〔2026〕31号", 0)
    _report(city, found)
    found = rounds.start(by=city.by.organiser, round=found)
    used, left = share(begin(city.by, poll, HALL), 0.5)
    cast_at_home(city.by, poll, used)
    _meet(city, found, poll, used)
    three = poll.targets.values_list("code", "title", "presenter")[:3]
    targets = [dict(zip(("code", "title", "presenter"), row, strict=True)) for row in three]
    trial, spare = rehearse(city.by, _("第三次述职评议会前演练"), city.team_review, targets)
    return {poll.slug: left, trial.slug: spare}


def _report(city: City, found: Round) -> None:
    """One unit has handed in its duty report."""
    reports.save_report(
        by=city.handler,
        target=found.targets.get(code=city.second[0].code),
        text=_(
            "一、履职情况：完成河道整治18公里，农村饮水安全工程惠及12万人。二、存在问题：两项重点工程"
            "进度偏慢；夏季供水投诉办结不够及时。三、下步打算：倒排工期，逐周公布进度；供水投诉48小时内答复。"
        ),
        hand_in=True,
    )


def _meet(city: City, found: Round, poll: Poll, slips: Slips) -> None:
    """The meeting: three have reported, were commented on and rated; the fourth is being rated."""
    begins = timezone.now().replace(minute=0, second=0, microsecond=0)
    facts = {
        "title": found.title,
        "place": found.place,
        "begins_at": begins,
        "vote": found.votes.get(poll=poll),
    }
    chair = city.chair
    meeting = meetings.plan_meeting(by=city.by.organiser, round=found, facts=facts)
    meetings.start(by=chair, meeting=meeting, seen=_stamp(meeting))
    for place, target in enumerate(found.targets.all()[:4]):
        for verb in ("begin", "comment"):
            _take_on(chair, meeting, target, verb)
        remarks.save_comment(
            by=chair,
            item=meeting.agenda.get(target=target),
            leader_name=target.leader_name,
            praise=_("上半年目标任务完成较好，窗口服务有改进。"),
            problems=_("一是重点项目进度偏慢；二是群众反映的热点问题办结率不高。"),
            hope=_("希望逐条梳理，建立台账，年底前见效。"),
        )
        _take_on(chair, meeting, target, "vote")
        if place < 3:
            cast_in_hall(poll, poll.items.get(target__code=target.code), slips, place)
            _take_on(chair, meeting, target, "lock")
    for text in (_("建议公开项目进度，让群众看得见。"), _("窗口中午能不能不关门？")):
        opinions.give(
            round=found,
            target=None,
            category=found.opinion_categories[0],
            speaker=Speaker.PUBLIC,
            text=text,
        )


def _take_on(chair: Account, meeting: Meeting, target: RoundTarget, verb: str) -> None:
    seen = _stamp(meeting)
    meetings.take_on(by=chair, meeting=meeting, target=target, verb=verb, seen=seen)


def _stamp(meeting: Meeting) -> int:
    return Meeting.objects.get(pk=meeting.pk).stamp


def _two_way(city: City) -> Programme:
    """Fourteen townships report downwards (counted by hand) and upwards: in the half year before,
    which is filed; and in this one, computed, not checked."""
    programme = _programme(
        city,
        _("乡镇党委书记双向述职评议"),
        _("关于建立各级党组织书记抓基层党建工作“双向述职评议”制度的意见"),
        "云组〔2026〕15号",
        _("清河县委"),
        date(2026, 2, 20),
        "云督考备〔2026〕4号",
    )
    title = _("清河县2025年下半年双向述职评议")
    before = _round(city, programme, city.two_way, title, _("2025年下半年"), city.townships)
    before = _both_ways(city, before, "云组通〔2026〕9号", UPWARD, 11, days=-185)
    _result(city, before, told=Scope.GRADES)
    _settle(before, days=183)
    actions.archive(by=city.by.organiser, round=before)
    title = _("清河县2026年上半年双向述职评议")
    found = _round(city, programme, city.two_way, title, _("2026年上半年"), city.townships, before)
    found = _both_ways(city, found, "云组通〔2026〕22号", UPWARD, 11)
    _result(city, found, told="")
    following = rounds.copy_round(
        by=city.by.organiser,
        predecessor=found,
        title=_("清河县2026年下半年双向述职评议"),
        period=_("2026年下半年"),
        with_targets=True,
    )
    _announce(city, following, "云组通〔2026〕35号", 40)
    return programme


def _villages(city: City, programme: Programme) -> None:
    """The 216 villages report in the same way; their grades are told, and no ranks."""
    found = _round(
        city,
        programme,
        city.two_way,
        _("清河县2026年上半年村党组织书记双向述职评议"),
        _("2026年上半年"),
        city.villages,
    )
    found = _both_ways(city, found, "云组通〔2026〕21号", UPWARD_OF_VILLAGES, 5)
    _result(city, found, told=Scope.GRADES)


def _both_ways(
    city: City, found: Round, number: str, upward: Mapping[str, int], own_team: int, days: int = -6
) -> Round:
    """Downwards, upwards, the quantitative figures; counted and closed."""
    down = prepare(city.by, _vote(city, found, "down_tally", direction="down"))
    up = prepare(city.by, _vote(city, found, "up", direction="up"))
    rounds.start(by=city.by.organiser, round=_announce(city, found, number, days))
    enter_tallies(city.by, down, *demo_tables.downward(down, own_team, seed=days))
    hold(city.by, up, upward, turnout=1)
    enter_figures(city.by, up, demo_tables.quantitative(up, seed=days))
    count(city.by, up)
    return rounds.close(by=city.by.organiser, round=found)


def _next_year(city: City, before: Round) -> None:
    rounds.copy_round(
        by=city.by.organiser,
        predecessor=before,
        title=_("2027年第一次市直机关领导班子述职评议"),
        period=_("2026年度"),
        with_targets=False,
    )
