"""From one state of an inspection to the next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pingyi.apps.inspections.enums import InspectionState as S
from pingyi.base.transitions import Transition, Workflow

INSPECTION = Workflow(
    _("督查"),
    (
        Transition("edit", _("修改方案"), (S.DRAFTED,), S.DRAFTED),
        Transition("approve", _("批准"), (S.DRAFTED,), S.APPROVED),
        Transition("seed", _("录入抽样种子"), (S.APPROVED,), S.APPROVED),
        Transition("draw", _("抽取样本"), (S.APPROVED,), S.APPROVED),
        Transition("start", _("开始督查"), (S.APPROVED,), S.RUNNING),
        Transition("team", _("调整督导组"), (S.DRAFTED,), S.DRAFTED),
        Transition("team", _("调整督导组"), (S.APPROVED,), S.APPROVED),
        Transition("team", _("调整督导组"), (S.RUNNING,), S.RUNNING),
        Transition("visit", _("走访"), (S.RUNNING,), S.RUNNING),
        Transition("conclude", _("形成结论"), (S.RUNNING,), S.CONCLUDED),
        Transition("circular", _("起草通报"), (S.CONCLUDED,), S.CONCLUDED),
        Transition("issue", _("印发通报"), (S.CONCLUDED,), S.CIRCULATED),
        Transition("object", _("申请复核"), (S.CIRCULATED,), S.CIRCULATED),
        Transition("close", _("办结"), (S.CIRCULATED,), S.CLOSED),
    ),
)
