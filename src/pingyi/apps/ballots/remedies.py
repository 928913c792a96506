"""What two people may rule on at the box (ADR 0012): the cases as things stand, and the effect."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from pingyi.apps.ballots import actions
from pingyi.apps.people.models import Account
from pingyi.apps.polls.enums import PollState, RulingKind
from pingyi.apps.polls.models import Poll, Ruling
from pingyi.apps.polls.rulings import Case, Remedy


def _callable_off(poll: Poll) -> Iterable[Case]:
    if not poll.rehearsal:
        yield Case(
            RulingKind.CALLED_OFF,
            # An outcome that is known makes it another question.
            about={"counted": poll.state == PollState.COUNTED},
            found=_("投票现在的状态是“%(state)s”。") % {"state": poll.get_state_display()},
            allows=_(
                "整次投票作废：票箱、密钥当即销毁，已投的票全部不算，投票码全部失效，"
                "已经开出的结果也不作数。不能恢复；要再投，须另建投票、另发票单。"
                "名称、票册数目、各项签认和审计记录保留，投票人页面写明已作废。"
            ),
        )


def _call_off(by: Account, ruling: Ruling) -> None:
    actions.call_off(by=by, poll=ruling.poll)


REMEDIES = (Remedy(RulingKind.CALLED_OFF, _callable_off, _call_off),)
