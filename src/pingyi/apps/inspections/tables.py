"""How inspections are shown in rows and stages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Inspection
from pingyi.base.columns import Column
from pingyi.base.parts import Stage, StateKind, stages_of

STATE_KINDS: dict[str, StateKind] = {
    InspectionState.DRAFTED: "waiting",
    InspectionState.APPROVED: "waiting",
    InspectionState.RUNNING: "active",
    InspectionState.CONCLUDED: "waiting",
    InspectionState.CIRCULATED: "active",
    InspectionState.CLOSED: "done",
}


def address_of(inspection: Inspection) -> str:
    return reverse("inspections:inspection", args=[inspection.pk])


def columns(*, whole: bool) -> tuple[Column, ...]:
    """The columns of the list; ``whole``: with the numbers that only the office knows."""
    shared = (
        Column("title", _("督查名称"), sort="title", link=address_of, wide=True),
        Column("kind", _("督查类型"), value=lambda one: one.get_kind_display()),
        Column("starts_on", _("开始日期"), sort="starts_on", kind="day", phone=True),
        Column("ends_on", _("结束日期"), sort="ends_on", kind="day"),
        Column(
            "state",
            _("状态"),
            sort="state",
            value=lambda one: one.get_state_display(),
            state=lambda one: STATE_KINDS[one.state],
            phone=True,
        ),
    )
    if not whole:
        return shared
    return (
        *shared,
        Column("units", _("走访单位"), kind="number"),
        Column("found", _("发现问题"), kind="number"),
        Column("filing_number", _("备案号"), file_only=True),
    )


def stages(inspection: Inspection) -> list[Stage]:
    found = list(stages_of(InspectionState.choices, inspection.state))
    if inspection.state == InspectionState.CLOSED:
        found[-1] = Stage(found[-1].title, "done")
    return found
