"""From one state of a round to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.rounds.enums import RoundState as S
from pingyi.base.transitions import Transition, Workflow

ROUND = Workflow(
    _("轮次"),
    (
        Transition("announce", _("发出通知"), (S.DRAFT,), S.ANNOUNCED),
        Transition("collect", _("开始评议"), (S.ANNOUNCED,), S.COLLECTING),
        Transition("close", _("截止评议"), (S.COLLECTING,), S.CLOSED),
        Transition("reopen", _("恢复评议"), (S.CLOSED,), S.COLLECTING),
        Transition("compute", _("计算"), (S.CLOSED, S.COMPUTED), S.COMPUTED),
        Transition("send_back", _("退回重算"), (S.COMPUTED, S.CHECKED), S.CLOSED),
        Transition("check", _("核对"), (S.COMPUTED,), S.CHECKED),
        Transition("freeze", _("签发"), (S.CHECKED,), S.FROZEN),
        Transition("publish", _("公布"), (S.FROZEN,), S.PUBLISHED),
        Transition("rectify", _("转入整改"), (S.PUBLISHED,), S.RECTIFYING),
        Transition("archive", _("归档"), (S.PUBLISHED, S.RECTIFYING), S.ARCHIVED),
    ),
)
