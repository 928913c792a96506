"""How entries are shown in rows."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ledger.desk import KINDS
from pingyi.apps.ledger.enums import COURSE, EntryState, LightKind
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.base.columns import Column
from pingyi.base.parts import Stage, StateKind, stages_of

STATE_KINDS: dict[str, StateKind] = {
    EntryState.REGISTERED: "waiting",
    EntryState.RETURNED: "warning",
    EntryState.ACCEPTED: "active",
    EntryState.RECTIFYING: "active",
    EntryState.APPLIED: "waiting",
    EntryState.VERIFIED: "waiting",
    EntryState.CLOSED: "done",
    EntryState.SUSPENDED: "locked",
    EntryState.MERGED: "neutral",
}


def address_of(entry: Entry) -> str:
    return reverse("ledger:entry", args=[entry.number])


def columns_of(campaign: Campaign | None) -> tuple[Column, ...]:
    """The columns of a list; those of one campaign with its own."""
    own = campaign.own_columns if campaign else []
    return (
        Column("number", _("编号"), sort="id", link=address_of, width=13),
        Column("title", _("事项"), link=address_of, width=40, wide=True),
        Column("lead_title", _("牵头单位"), sort="lead_title"),
        Column("person_name", _("责任人"), width=10),
        Column(
            "state",
            _("状态"),
            sort="state",
            value=lambda one: one.get_state_display(),
            state=lambda one: STATE_KINDS[one.state],
            width=12,
        ),
        Column(
            "light",
            _("亮灯"),
            value=lambda one: one.get_light_display(),
            state=lambda one: KINDS[one.light],
            width=10,
        ),
        Column("progress", _("进度（%）"), sort="progress", kind="number", width=10),
        Column("due_on", _("完成期限"), sort="due_on", kind="day"),
        Column("category", _("分类"), sort="category"),
        Column("source_title", _("来源"), width=24, file_only=True),
        Column("text", _("内容"), width=40, file_only=True),
        Column(
            "kind", _("类型"), value=lambda one: one.get_kind_display(), width=8, file_only=True
        ),
        Column("supports", _("配合单位"), value=_supports, width=24, file_only=True),
        Column("measures", _("整改措施"), width=40, file_only=True),
        Column("registered_on", _("挂账日期"), kind="day", file_only=True),
        Column("closed_on", _("销号日期"), kind="day", file_only=True),
        *(Column(f"own_{one.key}", one.title, value=_own(one)) for one in own),
    )


def _supports(entry: Entry) -> str:
    return "、".join(one.title for one in entry.supports.all())


def _own(column: OwnColumn):  # type: ignore[no-untyped-def] # a function of a row
    return lambda entry: entry.extra.get(column.key, "")


def light_words(entry: Entry) -> str:
    """Why the light is what it is."""
    if not entry.light_kind or entry.light_number is None:
        return ""
    number = {"number": entry.light_number}
    match entry.light_kind:
        case LightKind.BEHIND:
            return _("进度落后计划%(number)s个百分点以上") % number
        case LightKind.DUE_WITHIN:
            return _("距到期不超过%(number)s天") % number
        case LightKind.OVERDUE:
            return _("逾期%(number)s天以上") % number
        case LightKind.IDLE:
            return _("连续%(number)s个月以上没有进展") % number
        case _:
            return _("分派后%(number)s天以上未认领") % number if number["number"] else _("未认领")


def stages(entry: Entry) -> list[Stage]:
    """The stage bar; beside the course, the state in which it left it."""
    if entry.state in COURSE:
        found = list(stages_of([(one.value, one.label) for one in COURSE], entry.state))
        if entry.state == EntryState.CLOSED:
            found[-1] = Stage(found[-1].title, "done")
        return found
    before = {EntryState.RETURNED: EntryState.REGISTERED}.get(
        EntryState(entry.state), EntryState(entry.state_before or EntryState.REGISTERED)
    )
    found = list(stages_of([(one.value, one.label) for one in COURSE], before))
    place = COURSE.index(before)
    found[place] = Stage(entry.get_state_display(), "stopped")
    return found
