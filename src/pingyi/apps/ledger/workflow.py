"""From one state of an entry to the next."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.enums import OPEN, WITH_UNIT, WORKING
from pingyi.apps.ledger.enums import EntryState as S
from pingyi.base.transitions import Transition, Workflow


def _keeping(name: str, title: object, states: Iterable[S]) -> tuple[Transition, ...]:
    """What may be done in some states without leaving them."""
    return tuple(Transition(name, title, (state,), state) for state in states)


ENTRY = Workflow(
    _("事项"),
    (
        Transition("assign", _("分派"), (*WITH_UNIT, S.RETURNED), S.REGISTERED),
        Transition("claim", _("认领"), (S.REGISTERED,), S.ACCEPTED),
        Transition("give_back", _("退回"), (S.REGISTERED,), S.RETURNED),
        Transition("plan", _("制定整改措施"), WORKING, S.RECTIFYING),
        Transition("report", _("填报进展"), (S.RECTIFYING,), S.RECTIFYING),
        *_keeping("extend", _("申请延期"), WITH_UNIT),
        Transition("apply", _("申请销号"), (S.RECTIFYING,), S.APPLIED),
        Transition("send_back", _("退回整改"), (S.APPLIED,), S.RECTIFYING),
        Transition("verify", _("验收"), (S.APPLIED,), S.VERIFIED),
        Transition("close", _("销号"), (S.VERIFIED,), S.CLOSED),
        Transition("look_back", _("回头看"), (S.CLOSED,), S.CLOSED),
        Transition("reopen", _("重新挂账"), (S.CLOSED,), S.RECTIFYING),
        Transition("suspend", _("中止"), OPEN, S.SUSPENDED),
        Transition("resume", _("恢复"), (S.SUSPENDED,), S.RECTIFYING),
        Transition("merge", _("并案"), (*WITH_UNIT, S.RETURNED), S.MERGED),
        *_keeping("split", _("拆分"), (*WITH_UNIT, S.RETURNED)),
        *_keeping("urge", _("催办"), WITH_UNIT),
        *_keeping("edit", _("更正"), OPEN),
    ),
)
