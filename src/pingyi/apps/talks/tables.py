"""How talks are shown in rows, and their stage bar."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.talks.enums import COURSE, TalkState
from pingyi.apps.talks.models import Talk
from pingyi.base.columns import Column
from pingyi.base.parts import Stage, StateKind, stages_of

STATE_KINDS: dict[str, StateKind] = {
    TalkState.PLANNED: "neutral",
    TalkState.NOTICED: "waiting",
    TalkState.HELD: "active",
    TalkState.CONFIRMED: "active",
    TalkState.RECTIFYING: "active",
    TalkState.CLOSED: "done",
    TalkState.CANCELLED: "locked",
}


def address_of(talk: Talk) -> str:
    return reverse("talks:talk", args=[talk.number])


def columns() -> tuple[Column, ...]:
    return (
        Column("number", _("编号"), sort="id", link=address_of, width=13),
        Column("unit_title", _("被约谈单位"), sort="unit_title", link=address_of, phone=True),
        Column("interviewee_name", _("被约谈人"), width=12),
        Column("interviewer_name", _("约谈人"), width=12),
        Column("kind", _("种类"), value=lambda one: one.get_kind_display(), width=12),
        Column("starts_at", _("约谈时间"), sort="starts_at", kind="moment", phone=True),
        Column("place", _("地点"), width=20),
        Column(
            "state",
            _("状态"),
            sort="state",
            value=lambda one: one.get_state_display(),
            state=lambda one: STATE_KINDS[one.state],
            width=14,
            phone=True,
        ),
        Column("programme.title", _("约谈制度"), width=24),
    )


def stages(talk: Talk) -> list[Stage]:
    """The stage bar; of a cancelled talk, where it was."""
    choices = [(one.value, one.label) for one in COURSE]
    if talk.state == TalkState.CANCELLED:
        before = TalkState.NOTICED if talk.noticed_at else TalkState.PLANNED
        found = list(stages_of(choices, before))
        found[COURSE.index(before)] = Stage(talk.get_state_display(), "stopped")
        return found
    found = list(stages_of(choices, talk.state))
    if talk.state == TalkState.CLOSED:
        found[-1] = Stage(found[-1].title, "done")
    return found
