"""From one state of a pledge to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.pledges.enums import CampaignState as C
from pingyi.apps.pledges.enums import PledgeState as S
from pingyi.base.transitions import Transition, Workflow

CAMPAIGN = Workflow(
    _("承诺活动"),
    (
        Transition("announce", _("部署"), (C.DRAFT,), C.ANNOUNCED),
        Transition("end", _("结束"), (C.ANNOUNCED,), C.ENDED),
    ),
)

PLEDGE = Workflow(
    _("承诺书"),
    (
        Transition("write", _("填写承诺"), (S.DRAFTED,), S.DRAFTED),
        Transition("admit", _("准予逾期提交"), (S.DRAFTED,), S.DRAFTED),
        Transition("hand_in", _("提交"), (S.DRAFTED,), S.HANDED_IN),
        Transition("give_back", _("退回"), (S.HANDED_IN,), S.DRAFTED),
        Transition("publish", _("公布"), (S.HANDED_IN,), S.PUBLISHED),
        Transition("account", _("填报完成情况"), (S.PUBLISHED,), S.PUBLISHED),
        Transition("settle", _("核实交账"), (S.PUBLISHED,), S.SETTLED),
        Transition("send_back", _("退回重新核实"), (S.SETTLED,), S.PUBLISHED),
        Transition("close", _("办结"), (S.SETTLED,), S.CLOSED),
    ),
)
