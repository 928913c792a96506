"""From one state of a round, a meeting or a presenter to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.rounds.enums import MeetingState as M
from pingyi.apps.rounds.enums import Phase
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

MEETING = Workflow(
    _("会议"),
    (
        Transition("start", _("开始会议"), (M.PLANNED,), M.RUNNING),
        Transition("end", _("结束会议"), (M.RUNNING,), M.ENDED),
        Transition("resume", _("恢复会议"), (M.ENDED,), M.RUNNING),
    ),
)

AGENDA = Workflow(
    _("述职人"),
    (
        Transition("begin", _("开始述职"), (Phase.WAITING,), Phase.REPORTING),
        Transition("comment", _("转入点评"), (Phase.REPORTING,), Phase.COMMENTING),
        Transition("ask", _("转入提问"), (Phase.COMMENTING,), Phase.ASKING),
        Transition("vote", _("开放投票"), (Phase.COMMENTING, Phase.ASKING), Phase.VOTING),
        Transition("lock", _("锁定投票"), (Phase.VOTING,), Phase.DONE),
        Transition("finish", _("结束这一位"), (Phase.COMMENTING, Phase.ASKING), Phase.DONE),
        Transition("back", _("退回述职"), (Phase.COMMENTING,), Phase.REPORTING),
        Transition("back", _("退回点评"), (Phase.ASKING,), Phase.COMMENTING),
        Transition("postpone", _("移到最后"), (Phase.WAITING, Phase.REPORTING), Phase.WAITING),
        Transition("absent", _("记为缺席"), (Phase.WAITING, Phase.REPORTING), Phase.ABSENT),
        Transition("arrive", _("到场，重新排入"), (Phase.ABSENT,), Phase.WAITING),
    ),
)
