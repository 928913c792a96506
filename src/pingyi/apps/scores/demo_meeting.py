"""Meetings of the invented city's rounds: who reported, what leaders said, what was asked. All of
it is invented.

A demo can't live through a meeting: the minutes used, and for one that is over its day, are set at
once when its acts are done. The audit log keeps the moment at which the demo was made.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from pingyi.apps.ballots.demo import Slips, cast_in_hall
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds.actions import meetings, opinions, remarks
from pingyi.apps.rounds.enums import Phase, Speaker
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round, RoundTarget
from pingyi.apps.scores.demo_blocks import City

REMARKS = (
    (
        "上半年目标任务完成较好，窗口服务有改进。",
        "一是重点项目进度偏慢；二是群众反映的热点问题办结率不高。",
        "逐条梳理，建立台账，年底前见效。",
    ),
    (
        "隐患排查做得细，执法有力度。",
        "一是小微企业培训覆盖不够；二是整改后的复查没有跟上；三是部门之间信息不通。",
        "把复查排进日程，一季度一通报。",
    ),
    (
        "基层服务能力有提升，群众少跑了路。",
        "一是乡镇卫生院夜间值班缺人；二是投诉答复不够及时。",
        "年内补齐夜间值班，投诉五个工作日内答复。",
    ),
    (
        "就业和社会保障工作平稳，政策落实到位。",
        "一是网上办事材料重复提交；二是培训与用工需求对不上。",
        "精简材料，按企业订单办培训班。",
    ),
    (
        "工作思路清楚，班子团结。",
        "一是年度重点任务分解不细；二是下基层调研少。",
        "任务到人到月，领导班子成员每月下基层不少于四天。",
    ),
)
"""Praise, problems as they are pasted, hope."""
QUESTIONS = (
    ("为什么有的事项还要群众跑两趟？", "部门系统没有连通，十二月底前实现一次办结。"),
    ("进度落后的项目由谁负责，什么时候完成？", "由分管副局长负责，明年三月底前完成。"),
)
USED = {Phase.REPORTING: 585, Phase.COMMENTING: 340, Phase.ASKING: 215, Phase.VOTING: 178}
"""Seconds, of the first presenter; each that follows takes a little longer or less."""
OPINIONS = (
    ("重点工作", "建议公开项目进度，让群众看得见。"),
    ("服务群众", "窗口中午能不能不关门？"),
)


def meet(city: City, found: Round, poll: Poll, slips: Slips, presenters: int) -> Meeting:
    """A meeting that goes on, voted presenter by presenter: so many are done, the next one is being
    rated, and the public has spoken up."""
    begins = timezone.now().replace(minute=0, second=0, microsecond=0)
    meeting = _begin(city, found, poll, begins)
    for place, item in enumerate(_agenda(meeting)[: presenters + 1]):
        _report(city, meeting, item, place)
        _take_on(city, meeting, item.target, "vote")
        if place < presenters:
            cast_in_hall(poll, poll.items.get(target__code=item.target.code), slips, place)
            _take_on(city, meeting, item.target, "lock")
    for category, text in OPINIONS:
        opinions.give(
            round=found, target=None, category=category, speaker=Speaker.PUBLIC, text=text
        )
    first = found.opinions.get(text=OPINIONS[0][1])
    opinions.relay(by=city.chair, round=found, opinions=[first.pk])
    _set_minutes(meeting)
    return meeting


def hold_meeting(city: City, found: Round, poll: Poll, slips: Slips) -> Meeting:
    """A meeting that is over: all have reported, then everybody in the hall rated all of them on
    one ballot."""
    assert found.held_on is not None
    begins = timezone.make_aware(datetime.combine(found.held_on, time(9)))
    meeting = _begin(city, found, poll, begins)
    agenda = _agenda(meeting)
    for place, item in enumerate(agenda):
        _report(city, meeting, item, place)
        _take_on(city, meeting, item.target, "finish")
    meetings.open_vote(by=city.chair, meeting=meeting, seen=_stamp(meeting))
    cast_in_hall(poll, poll.items.get(channel__input_key="hall"), slips, seed=0)
    meetings.lock_vote(by=city.chair, meeting=meeting, seen=_stamp(meeting))
    meetings.end(by=city.chair, meeting=meeting, seen=_stamp(meeting))
    lasted = timedelta(seconds=_set_minutes(meeting)) + timedelta(minutes=25)
    Meeting.objects.filter(pk=meeting.pk).update(started_at=begins, ended_at=begins + lasted)
    return meeting


def _begin(city: City, found: Round, poll: Poll, begins: datetime) -> Meeting:
    facts = {
        "title": f"{found.title}会",
        "place": found.place,
        "begins_at": begins,
        "vote": found.votes.get(poll=poll),
    }
    meeting = meetings.plan_meeting(by=city.by.organiser, round=found, facts=facts)
    return meetings.start(by=city.chair, meeting=meeting, seen=_stamp(meeting))


def _agenda(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("target"))


def _report(city: City, meeting: Meeting, item: AgendaItem, place: int) -> None:
    """The report, the comment, and of every other one a question."""
    for verb in ("begin", "comment"):
        _take_on(city, meeting, item.target, verb)
    praise, problems, hope = REMARKS[place % len(REMARKS)]
    remarks.save_comment(
        by=city.chair,
        item=item,
        leader_name=item.target.leader_name,
        praise=praise,
        problems=problems,
        hope=hope,
    )
    if place % 2 == 0:
        _take_on(city, meeting, item.target, "ask")
        question, answer = QUESTIONS[place // 2 % len(QUESTIONS)]
        remarks.save_question(
            by=city.chair, item=item, asker="评议代表", question=question, answer=answer
        )


def _take_on(city: City, meeting: Meeting, target: RoundTarget, verb: str) -> None:
    seen = _stamp(meeting)
    meetings.take_on(by=city.chair, meeting=meeting, target=target, verb=verb, seen=seen)


def _stamp(meeting: Meeting) -> int:
    return Meeting.objects.get(pk=meeting.pk).stamp


def _set_minutes(meeting: Meeting) -> int:
    """Plausible ones for the phases that are over; how many seconds they are in all."""
    total = 0
    for item in meeting.agenda.all():
        share = 1 + (item.number * 7 % 11 - 5) / 100
        item.used = {phase: int(USED[Phase(phase)] * share) for phase in item.used}
        item.save(update_fields=["used"])
        total += sum(item.used.values())
    return total
