"""Rounds of the invented city in every stage, for the demo. All figures are invented but those
that practices report (JZ: 21 departments, 560,000 visits, 460,000 votes; RY: 14 townships, 24
delegates), and so is everybody in them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import (
    HALL,
    begin,
    cast_at_home,
    count,
    enter_figures,
    enter_tallies,
    hold,
    prepare,
    rehearse,
    share,
)
from pingyi.apps.polls.enums import Admission
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.scores import actions, demo_tables, determinations, queries
from pingyi.apps.scores.demo_blocks import (
    City,
    announce,
    make_programme,
    make_round,
    make_vote,
    publish,
    settle,
)
from pingyi.apps.scores.demo_meeting import hold_meeting, meet
from pingyi.apps.scores.demo_reports import WATER, WATER_BEFORE, hand_in
from pingyi.apps.scores.demo_reviews import hold_reviews
from pingyi.apps.scores.demo_two_way import hold_townships, hold_villages
from pingyi.apps.scores.enums import DeterminationKind, Scope
from pingyi.apps.scores.objections import raise_objection, rule

VISITS = 560_000
"""Of the public, in the second round (JZ)."""
BY_CODE = 400
TURNOUT = 0.94
PROTECTED = "109"
"""The department whose score in the hall doesn't count in the first round."""

Codes = dict[str, dict[str, list[str]]]
"""Poll → class → codes that nobody has used."""


def make_rounds(city: City) -> Codes:
    """Hold them all; returns the slips that are left of those that go on."""
    team = make_programme(
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
    two_way = hold_townships(city)
    codes = _going_on(city, team, second)
    _next_year(city, second)
    hold_villages(city, two_way)
    hold_reviews(city, team)
    return codes


def _published_by_code(city: City, programme: Programme) -> Round:
    """The first eleven: the hall, an agency, and four hundred of the public by code. One is
    protected. Nobody has objected, and what was found is being rectified."""
    title = _("2026年第一次市直机关领导班子述职评议")
    found = make_round(
        city, programme, city.schemes.team_review, title, _("2025年下半年"), city.first
    )
    poll = prepare(city.by, make_vote(city, found, "hall", "online"), closed=True)
    rounds.start(by=city.by.organiser, round=announce(city, found, "云组通〔2026〕6号", -120))
    hold(city.by, poll, {**HALL, "public": BY_CODE}, turnout=TURNOUT)
    enter_figures(city.by, poll, demo_tables.survey(poll))
    count(city.by, poll)
    found = rounds.close(by=city.by.organiser, round=found)
    _protect(city, found)
    publish(city, found, Scope.ALL)
    settle(found, days=118)
    actions.rectify(by=city.by.organiser, round=found)
    return found


def _protect(city: City, found: Round) -> None:
    """A determination (TS-26), through all three hands: the result is told with and without it."""
    asked = determinations.Application(
        kind=DeterminationKind.PROTECTION,
        target=found.targets.get(code=PROTECTED),
        node="onsite_rating",
        number="云担当〔2026〕1号",
        reason=_("牵头关停沿河排污企业，触动部分企业的利益，现场测评不理想"),
        basis=_("因勇于担当致使测评结果不理想的，测评结果不作为考核评价的依据（TS-26）"),
        authority=_("云州市委组织部"),
    )
    one = determinations.apply_for(by=city.by.organiser, round=found, application=asked)
    opinion = _("已查阅关停决定和督查通报，走访企业八家，情况属实")
    one = determinations.review(by=city.by.checker, determination=one, fit=True, opinion=opinion)
    determinations.decide(
        by=city.chair, determination=one, grant=True, signatories=_("部务会议集体研究，程定音签批")
    )


def _published_with_public(city: City, programme: Programme, before: Round) -> Round:
    """The second ten: the 460,000 votes of the public come as the portal counted them."""
    title = _("2026年第二次市直机关领导班子述职评议")
    found = make_round(
        city, programme, city.schemes.team_review, title, _("2026年上半年"), city.second, before
    )
    poll = prepare(city.by, make_vote(city, found, "hall", "online_tally"), closed=True)
    found = announce(city, found, "云组通〔2026〕18号", -20)
    hand_in(city.handler, found.targets.get(code=city.second[0].code), WATER_BEFORE)
    found = rounds.start(by=city.by.organiser, round=found)
    used, _left = share(begin(city.by, poll, HALL), TURNOUT)
    hold_meeting(city, found, poll, used)
    enter_tallies(city.by, poll, *city.portal)
    enter_figures(city.by, poll, demo_tables.survey(poll))
    count(city.by, poll)
    rounds.report_visits(by=city.by.organiser, round=found, visits=VISITS)
    found = rounds.close(by=city.by.organiser, round=found)
    publish(city, found, Scope.ALL)
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
    found = make_round(
        city, programme, city.schemes.team_review, title, _("2026年下半年"), city.second, before
    )
    poll = make_vote(city, found, "hall", "online")
    poll = prepare(city.by, poll, casting="sheet", admission=Admission.OPEN)
    found = announce(city, found, "云组通〔2026〕31号", 0)
    hand_in(city.handler, found.targets.get(code=city.second[0].code), WATER)
    found = rounds.start(by=city.by.organiser, round=found)
    used, left = share(begin(city.by, poll, HALL), 0.5)
    cast_at_home(city.by, poll, used)
    meet(city, found, poll, used, presenters=3)
    three = poll.targets.values_list("code", "title", "presenter")[:3]
    targets = [dict(zip(("code", "title", "presenter"), row, strict=True)) for row in three]
    trial, spare = rehearse(city.by, _("第三次述职评议会前演练"), city.schemes.team_review, targets)
    return {poll.slug: left, trial.slug: spare}


def _next_year(city: City, before: Round) -> None:
    rounds.copy_round(
        by=city.by.organiser,
        predecessor=before,
        title=_("2027年第一次市直机关领导班子述职评议"),
        period=_("2026年度"),
        with_targets=False,
    )
