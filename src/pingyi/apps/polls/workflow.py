"""From one state to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.polls.enums import OVER, ItemState, PollState
from pingyi.base.transitions import Transition, Workflow

POLL = Workflow(
    _("投票"),
    (
        Transition("prepare", _("封定"), (PollState.DRAFT,), PollState.READY),
        Transition("begin", _("开始投票"), (PollState.READY,), PollState.VOTING),
        Transition("close", _("截止"), (PollState.VOTING,), PollState.CLOSED),
        Transition("reopen", _("重新开放"), (PollState.CLOSED,), PollState.VOTING),
        Transition("count", _("开箱完毕"), (PollState.CLOSED,), PollState.COUNTED),
        Transition(
            "purge",
            _("清除演练"),
            tuple(state for state in PollState if state not in OVER),
            PollState.PURGED,
        ),
        Transition(
            "call_off",
            _("作废"),
            tuple(state for state in PollState if state not in OVER),
            PollState.CALLED_OFF,
        ),
    ),
)

ITEM = Workflow(
    _("场次"),
    (
        Transition("open", _("开放投票"), (ItemState.WAITING,), ItemState.OPEN),
        Transition("lock", _("锁定"), (ItemState.WAITING, ItemState.OPEN), ItemState.LOCKED),
        Transition("reopen", _("重新开放"), (ItemState.LOCKED,), ItemState.OPEN),
        Transition("await", _("恢复待开放"), (ItemState.LOCKED,), ItemState.WAITING),
        Transition("count", _("开箱"), (ItemState.LOCKED,), ItemState.COUNTED),
    ),
)
