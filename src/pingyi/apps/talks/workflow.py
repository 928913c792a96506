"""From one state of a talk to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.talks.enums import AFTER, AHEAD
from pingyi.apps.talks.enums import TalkState as S
from pingyi.base.transitions import Transition, Workflow


def _keeping(name: str, title: object, states: tuple[S, ...]) -> tuple[Transition, ...]:
    """What may be done in some states without leaving them."""
    return tuple(Transition(name, title, (state,), state) for state in states)


TALK = Workflow(
    _("约谈"),
    (
        *_keeping("arrange", _("安排时间地点"), (S.PLANNED,)),
        Transition("notify", _("发出约谈通知"), (S.PLANNED,), S.NOTICED),
        Transition("recall", _("收回通知，重新安排"), (S.NOTICED,), S.PLANNED),
        *_keeping("prepare", _("会前摸底"), AHEAD),
        *_keeping("meet", _("约谈进行"), (S.NOTICED,)),
        Transition("hold", _("结束约谈"), (S.NOTICED,), S.HELD),
        *_keeping("require", _("提出整改要求"), (S.NOTICED, S.HELD)),
        *_keeping("draft", _("起草备忘录"), (S.HELD,)),
        Transition("confirm", _("确认备忘录"), (S.HELD,), S.CONFIRMED),
        Transition("rectify", _("整改要求转入台账"), (S.CONFIRMED,), S.RECTIFYING),
        *_keeping("follow", _("跟踪整改"), (S.CONFIRMED, S.RECTIFYING)),
        *_keeping("unit_meet", _("记录单位会议"), AFTER),
        *_keeping("escalate", _("提请追究"), AFTER),
        Transition("close", _("办结"), (S.CONFIRMED, S.RECTIFYING), S.CLOSED),
        Transition("cancel", _("取消约谈"), AHEAD, S.CANCELLED),
    ),
)
