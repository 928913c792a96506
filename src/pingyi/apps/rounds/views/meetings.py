"""Meetings of a round: planned, put in order."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls.access import may
from pingyi.apps.rounds import access, queries
from pingyi.apps.rounds.access import EDITORS, PRESIDERS, READERS, OfficeRequest, page
from pingyi.apps.rounds.actions import meetings as actions
from pingyi.apps.rounds.enums import MeetingState, Phase
from pingyi.apps.rounds.forms import MeetingForm, OrderForm, place_name
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round
from pingyi.base.figures import clock
from pingyi.base.marks import fields_mark
from pingyi.base.parts import StateKind, stages_of
from pingyi.base.posting import attempt_or_keep, overtaken, status_of
from pingyi.base.stories import story_of

both = require_http_methods(["GET", "POST"])
MEETING_KINDS: dict[str, StateKind] = {
    MeetingState.PLANNED: "waiting",
    MeetingState.RUNNING: "active",
    MeetingState.ENDED: "done",
}
PHASE_KINDS: dict[str, StateKind] = {
    Phase.WAITING: "neutral",
    Phase.REPORTING: "active",
    Phase.COMMENTING: "active",
    Phase.ASKING: "active",
    Phase.VOTING: "active",
    Phase.DONE: "done",
    Phase.ABSENT: "warning",
}
ORDERS = ("round", "strokes", "lot", "hand")


@both
@page(*EDITORS)
def create(request: OfficeRequest, slug: str) -> HttpResponse:
    """Another meeting."""
    found = access.find(request.user, slug)
    vote = found.votes.first()
    start = {"title": found.title, "place": found.place, "vote": vote}
    return _form(request, found, None, start)


@both
@page(*EDITORS)
def edit(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Its facts."""
    found = access.find(request.user, slug)
    meeting = queries.find_meeting(found, pk)
    start = model_to_dict(meeting) | {"seen": fields_mark(meeting, actions.FACTS)}
    return _form(request, found, meeting, start)


def _form(
    request: OfficeRequest, found: Round, meeting: Meeting | None, start: Mapping[str, object]
) -> HttpResponse:
    form = MeetingForm(found.votes.all(), request.POST or None, initial=start)
    made: list[Meeting] = []

    def call() -> None:
        facts = dict(form.cleaned_data)
        seen = facts.pop("seen")
        made.append(
            actions.plan_meeting(
                by=request.user, round=found, facts=facts, meeting=meeting, seen=seen
            )
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("会议已安排。请核对顺序。"))
        return redirect("rounds:meeting", found.slug, made[0].pk)
    back = reverse("rounds:round", args=[found.slug])
    if meeting is not None:
        back = reverse("rounds:meeting", args=[found.slug, meeting.pk])
    shown = {"round": found, "meeting": meeting, "form": form, "cancel": back}
    status = status_of(form)
    return render(request, "rounds/edit_meeting.html", shown, status=status)


@require_GET
@page(*READERS)
def meeting_file(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """The file of a meeting: facts, order, how long each took."""
    found = access.find(request.user, slug)
    meeting = queries.find_meeting(found, pk)
    return _show(request, meeting, _order_form(meeting))


def _order_form(meeting: Meeting, posted: QueryDict | None = None) -> OrderForm:
    """Posted without numbers (a button), it holds those that stand there."""
    start = {place_name(item.target): str(item.number) for item in queries.agenda_of(meeting)}
    start["seen"] = actions.mark_of_agenda(meeting)
    data = {**start, **posted.dict()} if posted is not None else None
    return OrderForm(meeting.round.targets.all(), data, initial=start)


def _show(request: OfficeRequest, meeting: Meeting, form: OrderForm) -> HttpResponse:
    found, agenda = meeting.round, queries.agenda_of(meeting)
    ordering = meeting.state == MeetingState.PLANNED or overtaken(form)
    there = {item.target_id for item in agenda}
    subjects = {"rounds.meeting": [meeting.pk], "rounds.agendaitem": [one.pk for one in agenda]}
    shown = {
        "round": found,
        "meeting": meeting,
        "kind": MEETING_KINDS[meeting.state],
        "stages": list(stages_of(MeetingState.choices, meeting.state)),
        "facts": _facts(meeting),
        "form": form,
        "rows": [
            (item, PHASE_KINDS[item.state], times(item), form[place_name(item.target)])
            for item in agenda
        ],
        "elsewhere": [
            (one, form[place_name(one)]) for one in found.targets.all() if one.pk not in there
        ],
        "orderable": ordering and access.may_edit(request.user),
        "presides": may(request.user, *PRESIDERS),
        "has_secondary": access.may_edit(request.user) and meeting.state != MeetingState.ENDED,
        "story": story_of("rounds.meeting", subjects),
    }
    return render(request, "rounds/meeting.html", shown, status=status_of(form))


def times(item: AgendaItem) -> list[tuple[object, str]]:
    """What a presenter's phases took, in their order."""
    return [(phase.label, clock(item.used[phase])) for phase in Phase if phase in item.used]


def _facts(meeting: Meeting) -> list[tuple[object, object]]:
    return [
        (_("方向"), meeting.get_direction_display()),
        (_("会上的投票"), meeting.vote or _("没有投票")),
        (_("开始时间"), meeting.begins_at),
        (_("地点"), meeting.place),
        (_("每位述职"), _("%(n)s 分钟") % {"n": meeting.report_minutes}),
        (_("每位点评和提问"), _("%(n)s 分钟") % {"n": meeting.question_minutes}),
        (_("现场提问"), _("设") if meeting.asks else _("不设")),
        (_("实际开始"), meeting.started_at),
        (_("实际结束"), meeting.ended_at),
        (_("向下述职未完即开始的理由"), meeting.early_reason),
    ]


@require_POST
@page(*EDITORS)
def order(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """The running order: as in the round, by strokes, by lot; by hand: a number per target, and
    none for who reports elsewhere."""
    found = access.find(request.user, slug)
    meeting = queries.find_meeting(found, pk)
    how = request.POST.get("how", "hand")
    codes = {place_name(target): target.code for target in found.targets.all()}
    form = _order_form(meeting, request.POST)

    def call() -> None:
        actions.set_agenda(
            by=request.user,
            meeting=meeting,
            how=how if how in ORDERS else "hand",
            codes=[codes[name] for name in form.order()],
            seen=form.cleaned_data["seen"],
        )

    if attempt_or_keep(form, call):
        messages.success(request, _("顺序已排定。"))
        return redirect("rounds:meeting", slug, pk)
    return _show(request, meeting, form)
