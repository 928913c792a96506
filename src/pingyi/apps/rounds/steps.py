"""What is to be done next for a round. The room of the scores adds its own steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.steps import COURSE as POLLS
from pingyi.apps.polls.steps import Step
from pingyi.apps.rounds import queries
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round
from pingyi.base.steps import Course, Page, Room

COURSE: Course[Round] = Course()

_ORDER = list(RoundState)


def reached(found: Round, state: RoundState) -> bool:
    """Has the round come as far as ``state``?"""
    return _ORDER.index(RoundState(found.state)) >= _ORDER.index(state)


def _steps(found: Round) -> Iterable[Step]:
    yield from _preparing(found)
    yield from _collecting(found)


def _preparing(found: Round) -> Iterable[Step]:
    at = [found.slug]
    targets, votes = found.targets.count(), found.votes.count()
    yield Step(
        _("录入评议对象"),
        reverse("rounds:targets", args=at),
        bool(targets),
        _("共 %(number)s 个") % {"number": targets} if targets else "",
        icon="users-group",
    )
    yield Step(
        _("建立投票"),
        reverse("rounds:create_vote", args=at),
        bool(votes),
        _("现场、网络、向上、向下可以分几次投票，都计入这个轮次。"),
        icon="checkbox",
        ready=bool(targets) and not reached(found, RoundState.CLOSED),
    )
    told = bool(found.notice and found.notice_number and found.held_on)
    yield Step(
        _("填写通知"),
        reverse("rounds:edit", args=at),
        told,
        found.notice_number,
        icon="file-text",
        ready=not reached(found, RoundState.COLLECTING),
    )
    yield Step(
        _("发出通知"),
        reverse("rounds:go", args=[found.slug, "announce"]),
        reached(found, RoundState.ANNOUNCED),
        _("发出后，有账号的被评单位和分管领导登录即可看到。%(lone)s") % {"lone": _unreached(found)},
        ask=_(
            "发出后，有账号的被评单位和分管领导就能看到这个轮次，评议对象不能再改。%(lone)s确定发出吗？"
        )
        % {"lone": _unreached(found)},
        icon="speakerphone",
        ready=bool(targets) and told,
    )


def _unreached(found: Round) -> str:
    """How many units the notice reaches nobody of; the page names them."""
    number = len(queries.unreached(found)) if found.state == RoundState.DRAFT else 0
    return _("%(number)s 个单位没有能登录的账号，看不到。") % {"number": number} if number else ""


def _collecting(found: Round) -> Iterable[Step]:
    unprepared = queries.unprepared(found).count()
    yield Step(
        _("开始评议"),
        reverse("rounds:go", args=[found.slug, "start"]),
        reached(found, RoundState.COLLECTING),
        _("还有 %(number)s 次投票没有封定") % {"number": unprepared} if unprepared else "",
        ask=_("开始后，通知和评议对象不能再改。确定开始吗？"),
        icon="player-play",
        ready=found.votes.exists() and not unprepared and found.state == RoundState.ANNOUNCED,
    )
    if found.meetings.exists() or not reached(found, RoundState.CLOSED):
        yield _meeting(found)
    waiting = queries.still_voting(found).count()
    yield Step(
        _("截止评议"),
        reverse("rounds:go", args=[found.slug, "close"]),
        reached(found, RoundState.CLOSED),
        _("还有 %(number)s 次投票没有截止") % {"number": waiting} if waiting else "",
        ask=_("截止后不能再投票、再交材料。确定截止吗？"),
        icon="lock",
        ready=found.state == RoundState.COLLECTING and not waiting,
    )


def _meeting(found: Round) -> Step:
    """Holds up the closing where a meeting is planned and not through; none need be held."""
    through, going = queries.meetings_through(found)
    at = reverse("rounds:create_meeting", args=[found.slug])
    if going is not None:
        at = reverse("rounds:meeting", args=[found.slug, going.pk])
    return Step(
        _("召开述职评议会"),
        at,
        through or reached(found, RoundState.CLOSED),
        going.title if going else _("没有现场会的可以不设。"),
        icon="microphone",
        roles=(Role.ORGANISER, Role.CHAIR) if going else (Role.ORGANISER,),
        ready=found.state == RoundState.COLLECTING,
        optional=going is None,
    )


def _subjects(found: Round) -> Mapping[str, Iterable[object]]:
    return {
        "rounds.round": [found.pk],
        "rounds.programme": [found.programme_id],
        "rounds.meeting": found.meetings.values_list("pk", flat=True),
    }


def _pages(found: Round) -> Iterable[Page]:
    yield _("评议对象"), reverse("rounds:targets", args=[found.slug]), "users-group"
    yield _("点评和提问"), reverse("rounds:all_remarks", args=[found.slug]), "message"
    yield _("述职报告"), reverse("rounds:reports", args=[found.slug]), "file-text"
    yield _("指导组"), reverse("rounds:groups", args=[found.slug]), "users-group"
    yield _("意见和建议"), reverse("rounds:opinions", args=[found.slug]), "messages"


def _member_pages(found: Round, account: Account) -> Iterable[Page]:
    yield _("述职报告"), reverse("rounds:reports", args=[found.slug]), "file-text"
    if found.meetings.exists():
        yield _("点评和提问"), reverse("rounds:all_remarks", args=[found.slug]), "message"


def _for_voters(poll: Poll) -> Iterable[Page]:
    """From the voter's page: reports are read beforehand, opinions given apart from the ballot."""
    found = Round.objects.filter(votes__poll=poll, state=RoundState.COLLECTING).first()
    if found is not None:
        if queries.readable_reports(found).exists():
            title = _("看述职报告：%(title)s") % {"title": found.title}
            yield title, reverse("rounds:read", args=[found.guest_key]), "file-text"
        title = _("提意见和建议：%(title)s") % {"title": found.title}
        yield title, reverse("rounds:say", args=[found.guest_key]), "message"


COURSE.join(Room(_steps, _subjects, _pages, _member_pages))
POLLS.join(Room(lambda poll: (), lambda poll: {}, lambda poll: (), public_pages=_for_voters))
