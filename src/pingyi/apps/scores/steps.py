"""What the scores add to the steps of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.steps import Step
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import polls_of
from pingyi.apps.rounds.steps import reached
from pingyi.apps.scores import queries
from pingyi.apps.scores.enums import Scope
from pingyi.base.figures import day
from pingyi.base.steps import Page, Room


def _steps(found: Round) -> Iterable[Step]:
    at = [found.slug]
    held = polls_of(found).filter(items__isnull=False).distinct()
    sealed = held.exclude(state=PollState.COUNTED).count()
    page = reverse("scores:result", args=at)
    yield Step(
        _("开箱、录入完毕，计算得分"),
        page,
        reached(found, RoundState.COMPUTED),
        _("还有 %(number)s 次投票没有开箱") % {"number": sealed} if sealed else "",
        icon="calculator",
        ready=found.state == RoundState.CLOSED and not sealed,
    )
    yield Step(
        _("核对结果"),
        page,
        reached(found, RoundState.CHECKED),
        _("由计算人以外的人核对，系统当场复算。"),
        icon="checklist",
        roles=(Role.CHECKER,),
        ready=found.state == RoundState.COMPUTED,
    )
    yield Step(
        _("签发结果"),
        page,
        reached(found, RoundState.FROZEN),
        _("签发后不能再改，只能作更正。"),
        icon="signature",
        roles=(Role.ORGANISER, Role.CHAIR),
        ready=found.state == RoundState.CHECKED,
    )
    yield Step(
        _("公布结果"),
        reverse("scores:publish", args=at),
        reached(found, RoundState.PUBLISHED),
        "",
        icon="speakerphone",
        ready=found.state == RoundState.FROZEN,
    )
    yield from _afterwards(found)


def _afterwards(found: Round) -> Iterable[Step]:
    told = queries.publication(found)
    open_ones = queries.open_objections(found).count()
    over = told is not None and timezone.localdate() > told.ends_on
    note = _("公示至%(day)s") % {"day": day(told.ends_on)} if told else ""
    if open_ones:
        waiting = ngettext(
            "；有 %(number)s 项异议待处理", "；有 %(number)s 项异议待处理", open_ones
        )
        note += waiting % {"number": open_ones}
    due = queries.uncorrected(found).count()
    if due:
        yield Step(
            _("更正，再次公布"),
            reverse("scores:result", args=[found.slug]),
            False,
            ngettext("有 %(number)s 项异议成立", "有 %(number)s 项异议成立", due) % {"number": due},
            icon="edit",
        )
    yield Step(
        _("公示，处理异议"),
        reverse("scores:objections", args=[found.slug]),
        over and not open_ones,
        note,
        icon="message-exclamation",
        roles=(Role.CHECKER,),
        ready=told is not None,
    )
    yield Step(
        _("转入整改"),
        reverse("scores:rectify", args=[found.slug]),
        reached(found, RoundState.RECTIFYING),
        ask=_("公示期满、异议处理完毕后转入整改。确定吗？"),
        icon="tools",
        ready=found.state == RoundState.PUBLISHED and over and not open_ones and not due,
    )
    yield Step(
        _("归档"),
        reverse("scores:archive", args=[found.slug]),
        reached(found, RoundState.ARCHIVED),
        ask=_("归档后这个轮次不能再有任何变动。确定归档吗？"),
        icon="archive",
        ready=found.state == RoundState.RECTIFYING,
    )


def _subjects(found: Round) -> Mapping[str, Iterable[object]]:
    return {}


def _pages(found: Round) -> Iterable[Page]:
    at = [found.slug]
    yield _("得分和排名"), reverse("scores:result", args=at), "trophy"
    if found.meetings.exists():
        yield _("大屏公布结果"), reverse("scores:screen", args=at), "device-tv"
    yield _("容错和担当保护"), reverse("scores:determinations", args=at), "shield-check"
    yield _("异议"), reverse("scores:objections", args=at), "message-exclamation"


def _member_pages(found: Round, account: Account) -> Iterable[Page]:
    told = queries.publication(found)
    if told is not None and told.scope != Scope.INTERNAL:
        yield _("公布的结果"), reverse("scores:told", args=[found.slug]), "trophy"


ROOM: Room[Round] = Room(_steps, _subjects, _pages, _member_pages)
