"""What the box adds to the steps of a poll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ballots import paper
from pingyi.apps.ballots.disclosure import Outlook
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.models import FigureEntry, KeysBrought, Opening, TallyEntry, ZeroReport
from pingyi.apps.ballots.plan import numbers_of
from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import CAST, ItemState, PollState, Way
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.polls.steps import Step
from pingyi.base.steps import Room

_BEGUN = {PollState.VOTING, PollState.CLOSED, PollState.COUNTED}


def _steps(poll: Poll) -> Iterable[Step]:
    at = [poll.slug]
    begun = poll.state in _BEGUN
    casts = poll.channels.filter(way__in=CAST).exists()
    if casts:
        yield from _voting(poll, at, begun)
        yield from _opening(poll, at)
    yield from _files(poll, at, alone=not casts)
    if casts:
        yield Step(
            _("对账"),
            reverse("ballots:reconciliation", args=at),
            poll.state == PollState.COUNTED,
            _("发出、收回、有效、无效逐项相符才能公布。"),
            icon="scale",
            roles=(Role.ORGANISER, Role.CHECKER),
        )
    yield Step(
        _("看得分和排名"),
        reverse("ballots:score", args=at),
        False,
        icon="trophy",
        ready=poll.state == PollState.COUNTED,
        # Nobody waits for somebody to look; a vote in a round is scored there, with the others.
        optional=poll.state != PollState.COUNTED,
    )


def _voting(poll: Poll, at: list[str], begun: bool) -> Iterable[Step]:
    numbers = {state: poll.items.filter(state=state).count() for state in ItemState}
    yield Step(
        _("导入密钥，核对指纹"),
        reverse("ballots:keys", args=at),
        bool(poll.key_fingerprint),
        poll.key_fingerprint or _waits_for_another(poll),
        icon="key",
        roles=(Role.ORGANISER, Role.CHECKER),
        ready=poll.state != PollState.DRAFT,
    )
    yield Step(
        _("验空箱，开始投票"),
        reverse("ballots:begin", args=at),
        begun,
        "" if begun else _withheld(poll),
        ask=_("系统将检查票箱是空的，出具零票报告，然后进入投票阶段。确定开始吗？"),
        icon="player-play",
        ready=bool(poll.key_fingerprint) and poll.state == PollState.READY,
    )
    yield Step(
        _("见证零票报告"),
        reverse("ballots:zero", args=at),
        ZeroReport.objects.filter(poll=poll).exclude(witnessed_by="").exists(),
        "" if poll.rehearsal else _("见证之后才能开放投票。"),
        icon="eye-check",
        roles=(Role.CHECKER,),
        ready=begun,
        optional=poll.rehearsal,
    )
    yield Step(
        _("逐项开放、锁定"),
        reverse("ballots:console", args=at),
        poll.state in {PollState.CLOSED, PollState.COUNTED},
        _("未开始 %(waiting)s，投票中 %(open)s，已锁定 %(locked)s")
        % {
            "waiting": numbers[ItemState.WAITING],
            "open": numbers[ItemState.OPEN],
            "locked": numbers[ItemState.LOCKED] + numbers[ItemState.COUNTED],
        }
        if begun
        else "",
        icon="device-desktop",
        roles=(Role.ORGANISER, Role.CHAIR),
        ready=begun,
    )


def _withheld(poll: Poll) -> str:
    """The plan of small cells, while something can still be done about it."""
    numbers = numbers_of(poll)
    small = numbers[Outlook.SMALL]
    if not small:
        return ""
    return _(
        "按人数，%(small)s 个票种少于最小公开票数，连同配对共 %(all)s 个不单独公布：见“公开计划”。"
    ) % {
        "small": small,
        "all": small + numbers[Outlook.PARTNER],
    }


def _waits_for_another(poll: Poll) -> str:
    brought = KeysBrought.objects.filter(poll=poll).exists()
    return _("已导入，待另一人核对指纹。") if brought else ""


def _opening(poll: Poll, at: list[str]) -> Iterable[Step]:
    if paper.was_exchanged(poll):
        yield Step(
            _("录入换发的纸票"),
            reverse("ballots:paper", args=at),
            poll.state in {PollState.CLOSED, PollState.COUNTED} and not paper.waiting(poll),
            _("由两人各录一遍，系统比对；清点之前办完。"),
            icon="file-pencil",
            roles=(Role.ORGANISER, Role.CHECKER),
            ready=poll.state in {PollState.VOTING, PollState.CLOSED},
        )
    done = Opening.objects.filter(item__poll=poll, state=OpeningState.CLEARED).count()
    total = poll.items.count()
    yield Step(
        _("清点、确认、开箱"),
        reverse("ballots:opening", args=at),
        poll.state == PollState.COUNTED,
        _("已开箱 %(done)s / %(total)s") % {"done": done, "total": total} if done else "",
        icon="box",
        roles=(Role.ORGANISER, Role.CHECKER),
        ready=poll.state in {PollState.VOTING, PollState.CLOSED},
    )


def _files(poll: Poll, at: list[str], alone: bool) -> Iterable[Step]:
    """What comes in files; ``alone``: nothing else does."""
    tallied = poll.channels.filter(way=Way.FILE).exists()
    if tallied:
        turns = TallyEntry.objects.filter(poll=poll).count()
        yield Step(
            _("录入汇总票"),
            reverse("ballots:tallies", args=at),
            turns == 2,
            _("由两人各录一遍，系统比对。"),
            icon="table-import",
            roles=(Role.ORGANISER, Role.CHECKER),
            ready=poll.state != PollState.DRAFT,
            optional=not alone,
        )
    if form_of(poll).figures:
        yield Step(
            _("录入第三方评分和指标"),
            reverse("ballots:figures", args=at),
            FigureEntry.objects.filter(poll=poll).exists(),
            _("没有开展的不用录入，缺项按方案处理。"),
            icon="report",
            ready=poll.state != PollState.DRAFT,
            # A scheme may know a survey that this round doesn't hold.
            optional=tallied or not alone,
        )


def _subjects(poll: Poll) -> Mapping[str, Iterable[object]]:
    return {}


def _pages(poll: Poll) -> Iterable[tuple[object, str, str]]:
    for name, title, icon in (
        ("keys", _("密钥"), "key"),
        *((("zero", _("零票报告"), "report"),) if poll.state in _BEGUN else ()),
        ("plan", _("公开计划"), "eye-off"),
        ("console", _("会场控制台"), "device-desktop"),
        ("opening", _("开箱"), "box"),
        ("reconciliation", _("对账"), "scale"),
        ("results", _("开箱结果"), "chart-bar"),
        ("score", _("得分和排名"), "trophy"),
    ):
        yield title, reverse(f"ballots:{name}", args=[poll.slug]), icon
    if poll.rehearsal:
        yield _("清除演练"), reverse("ballots:purge", args=[poll.slug]), "eraser"


ROOM = Room(_steps, _subjects, _pages)
