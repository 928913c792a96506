"""What an account may do with a talk as it stands: the buttons of its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pingyi.apps.talks.enums import TalkState as S
from pingyi.apps.talks.models import Memo, Talk
from pingyi.apps.talks.workflow import TALK


@dataclass(frozen=True)
class Verb:
    """``name`` is that of its page; ``ask`` makes it a button with a question. ``of`` is the side
    on which one stands who does it."""

    name: str
    title: object
    icon: str
    of: str
    step: str
    ask: object = ""

    @property
    def page(self) -> str:
        """The name of its address; what has none of its own is a form of ``act``."""
        return f"talks:{PAGES.get(self.name, self.name if self.ask else 'act')}"


PAGES = {
    "arrange": "arrange",
    "meeting": "meeting",
    "record": "meeting",
    "memo": "memo",
    "report": "report",
}
VERBS = (
    Verb("arrange", _("安排时间地点"), "calendar-event", "organiser", "arrange"),
    Verb(
        "notify",
        _("发出约谈通知"),
        "send",
        "organiser",
        "notify",
        _("发出后被约谈单位即可看到通知书，时间地点不能再改（可收回重发）。确定发出吗？"),
    ),
    Verb("meeting", _("进入约谈"), "microphone", "office", "meet"),
    Verb("memo", _("起草备忘录"), "file-pencil", "organiser", "draft"),
    Verb("record", _("补记回答和要求"), "notes", "organiser", "require"),
    Verb(
        "rectify",
        _("整改要求转入台账"),
        "notebook",
        "organiser",
        "rectify",
        _("每条要求成为台账的一个事项，按约谈之日起算期限，分派给被约谈单位。确定转入吗？"),
    ),
    Verb(
        "close",
        _("办结"),
        "checks",
        "organiser",
        "close",
        _("整改事项全部销号、汇报已报送才能办结。确定办结吗？"),
    ),
    Verb("report", _("填写整改情况汇报"), "report", "unit", "follow"),
    Verb("unit-meeting", _("记录单位会议"), "users", "unit", "unit_meet"),
    Verb("return-report", _("退回整改情况汇报"), "arrow-back-up", "organiser", "follow"),
    Verb("recall", _("收回通知，重新安排"), "arrow-back-up", "organiser", "recall"),
    Verb("cancel", _("取消约谈"), "circle-x", "organiser", "cancel"),
    Verb("escalate", _("提请追究"), "alert-triangle", "organiser", "escalate"),
)
BY_NAME = {verb.name: verb for verb in VERBS}


def possible(talk: Talk, step: str) -> bool:
    return any(one.name == step and talk.state in one.sources for one in TALK.transitions)


def verbs_for(
    talk: Talk, sides: frozenset[str], *, offered: bool, handed_in: bool
) -> Iterator[Verb]:
    """What may be done now by somebody who stands on these sides of the talk; ``offered``: the
    memo is before both."""
    for verb in VERBS:
        if verb.of not in sides or not possible(talk, verb.step):
            continue
        if verb.name == "record" and (offered or talk.state != S.HELD):
            continue
        if verb.name == "return-report" and not handed_in:
            continue
        if verb.name == "report" and handed_in:
            continue
        if verb.name in ("recall", "cancel") and talk.report_began_at is not None:
            continue
        yield verb


def may_confirm(memo: Memo | None, sides: frozenset[str]) -> bool:
    """Whether the memo waits for somebody who stands on these sides of the talk."""
    if memo is None or memo.offered_at is None:
        return False
    if "head" in sides:
        return memo.unit_confirmed_at is None
    return bool({"organiser", "interviewer"} & sides) and memo.office_confirmed_at is None


def first_of(
    talk: Talk, verbs: list[Verb], *, offered: bool, requirements: bool, ready_to_close: bool
) -> Verb | None:
    """The one to be done next, where it is among ``verbs``."""
    names = {verb.name: verb for verb in verbs}
    match talk.state:
        case S.PLANNED:
            return names.get("notify" if talk.is_arranged else "arrange")
        case S.NOTICED:
            return names.get("meeting")
        case S.HELD:
            return None if offered else names.get("memo")
        case S.CONFIRMED:
            return names.get("rectify" if requirements else "close")
        case S.RECTIFYING:
            return names.get("report") or (names.get("close") if ready_to_close else None)
        case _:
            return None


def waits_for(talk: Talk, memo: Memo | None, *, left: int, handed_in: bool) -> str:
    """For whom the talk waits, and for what; ``left``: entries that aren't closed."""
    match talk.state:
        case S.PLANNED:
            return gettext("等承办人安排时间地点、发出通知书。")
        case S.NOTICED:
            return gettext("按通知书的时间地点约谈。")
        case S.HELD:
            return _waits_for_memo(memo)
        case S.CONFIRMED:
            return gettext("等承办人把整改要求转入台账，没有要求的办结。")
        case S.RECTIFYING:
            return _waits_for_unit(left, handed_in)
        case _:
            return ""


def _waits_for_memo(memo: Memo | None) -> str:
    if memo is None or memo.offered_at is None:
        return gettext("等承办人写好备忘录，提交双方确认。")
    if memo.unit_confirmed_at is not None:
        return gettext("备忘录等约谈方确认。")
    if memo.office_confirmed_at is not None:
        return gettext("备忘录等被约谈单位主要负责人确认。")
    return gettext("备忘录等双方各一人确认。")


def _waits_for_unit(left: int, handed_in: bool) -> str:
    if not left:
        if handed_in:
            return gettext("整改事项全部销号，汇报已报送，等承办人办结。")
        return gettext("整改事项全部销号，等被约谈单位报送整改情况汇报。")
    if handed_in:
        words = ngettext(
            "整改情况汇报已报送，还有%(left)s个整改事项没有销号。",
            "整改情况汇报已报送，还有%(left)s个整改事项没有销号。",
            left,
        )
    else:
        words = ngettext(
            "等被约谈单位报送整改情况汇报；还有%(left)s个整改事项没有销号。",
            "等被约谈单位报送整改情况汇报；还有%(left)s个整改事项没有销号。",
            left,
        )
    return words % {"left": left}
