"""Pages of polls: list, new poll, the file of a poll, targets, channels."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import model_to_dict
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls import access, actions, queries, steps, tables
from pingyi.apps.polls.access import EDITORS, READERS, OfficeRequest, page
from pingyi.apps.polls.enums import OVER, PollState, Way
from pingyi.apps.polls.filters import PollFilter
from pingyi.apps.polls.forms import (
    ChannelForm,
    EditForm,
    PollForm,
    UnitsForm,
)
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.base.doors import opens
from pingyi.base.listing import Chip, Column, Listing
from pingyi.base.marks import fields_mark
from pingyi.base.parts import StateKind, stages_of
from pingyi.base.posting import attempt_or_keep, overtaken, status_of
from pingyi.base.previews import Rows, preview
from pingyi.base.rowtable import RowTable
from pingyi.base.stories import story_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATE_KINDS: dict[str, StateKind] = {
    PollState.DRAFT: "neutral",
    PollState.READY: "waiting",
    PollState.VOTING: "active",
    PollState.CLOSED: "locked",
    PollState.COUNTED: "done",
    PollState.PURGED: "neutral",
    PollState.CALLED_OFF: "late",
}
both = require_http_methods(["GET", "POST"])


@require_GET
@page(*READERS)
def index(request: OfficeRequest) -> HttpResponseBase:
    """All polls."""
    listing = Listing(
        title=_("投票"),
        rows=queries.visible(),
        columns=(
            Column("title", _("名称"), sort="title", link=_address),
            Column("slug", _("短码")),
            Column(
                "rehearsal",
                _("性质"),
                value=lambda poll: _("演练") if poll.rehearsal else _("正式"),
                sort="rehearsal",
                phone=True,
            ),
            Column(
                "state",
                _("状态"),
                sort="state",
                value=lambda poll: poll.get_state_display(),
                state=lambda poll: STATE_KINDS[poll.state],
                phone=True,
            ),
            Column("version.title", _("方案")),
            Column("filing_number", _("备案号"), sort="filing_number"),
            Column("created_at", _("建立日期"), sort="created_at", kind="day", phone=True),
        ),
        order="-created_at",
        filters=PollFilter,
        chips=(
            Chip(_("全部"), ""),
            Chip(_("正式"), "rehearsal=0"),
            Chip(_("演练"), "rehearsal=1"),
            Chip(_("投票中"), "state=voting"),
        ),
        nothing=_("还没有投票"),
    )
    return listing.respond(request, "polls/list.html", editor=access.may_edit(request.user))


def _address(poll: Poll) -> str:
    return reverse("polls:poll", args=[poll.slug])


@both
@page(*EDITORS)
def create(request: OfficeRequest) -> HttpResponse:
    """A new poll."""
    form = PollForm(request.POST or None)
    made: list[Poll] = []
    if request.method == "POST" and attempt_or_keep(
        form, lambda: made.append(actions.create_poll(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("已建立。接下来按“下一步”逐项办理。"))
        return redirect("polls:poll", made[0].slug)
    shown = {"form": form, "submit": _("建立投票"), "cancel": reverse("polls:index")}
    return render(request, "polls/create.html", shown, status=status_of(form))


@both
@page(*EDITORS)
def edit(request: OfficeRequest, slug: str) -> HttpResponse:
    """Title, basis and the like, while the poll is being prepared."""
    poll = queries.find(slug)
    start = model_to_dict(poll, actions.FACTS) | {"seen": fields_mark(poll, actions.FACTS)}
    form = EditForm(request.POST or None, initial=start)
    if request.method == "POST" and attempt_or_keep(
        form, lambda: actions.set_facts(by=request.user, poll=poll, **form.cleaned_data)
    ):
        messages.success(request, _("已保存。"))
        return redirect("polls:poll", slug)
    shown = {"poll": poll, "form": form, "cancel": reverse("polls:poll", args=[slug])}
    return render(request, "polls/edit.html", shown, status=status_of(form))


@require_GET
@page(*READERS)
def poll_file(request: OfficeRequest, slug: str) -> HttpResponse:
    """The file of a poll: where it stands, what is next, what happened."""
    poll = queries.find(slug)
    allowed = opens(request.user)
    found = steps.steps_of(poll, allowed)
    now = next((shown.step for shown in found if shown.state == "now"), None)
    shown = {
        "poll": poll,
        "kind": STATE_KINDS[poll.state],
        "stages": [] if poll.state in OVER else list(_stages(poll)),
        "steps": found,
        "now": now if now and access.may(request.user, *now.roles) else None,
        "waits": now if now and not access.may(request.user, *now.roles) else None,
        "waits_for": "、".join(str(role.label) for role in now.roles) if now else "",
        "pages": steps.COURSE.pages_of(poll, allowed),
        "has_secondary": poll.state == PollState.DRAFT and access.may_edit(request.user),
        "facts": _facts(poll),
        "rulings": poll.rulings.select_related("applied_by", "decided_by", "item"),
        "story": story_of("polls.poll", steps.COURSE.subjects_of(poll)),
        "obstacles": queries.obstacles(poll) if poll.state == PollState.DRAFT else [],
    }
    return render(request, "polls/poll.html", shown)


def _stages(poll: Poll) -> Any:
    return stages_of([c for c in PollState.choices if c[0] not in OVER], poll.state)


def _facts(poll: Poll) -> list[tuple[object, object]]:
    return [
        (_("性质"), _("演练") if poll.rehearsal else _("正式")),
        (_("方案"), poll.version.title),
        (_("方案摘要"), poll.version.digest[:16]),
        (_("依据文号"), poll.basis),
        (_("备案号"), poll.filing_number),
        (_("评议对象"), poll.targets.count()),
        (_("密钥保管"), poll.get_keys_held_display()),
        (_("密钥指纹"), poll.key_fingerprint),
        (_("最小公开票数"), poll.smallest_cell),
        (_("短码"), poll.slug),
    ]


@both
@page(*READERS)
def targets(request: OfficeRequest, slug: str) -> HttpResponse:
    """Who is rated, as a table: edited while the poll is being prepared."""
    poll = queries.find(slug)
    table = RowTable(tables.columns_of(form_of(poll)))
    mark = actions.mark_of_targets(poll.targets.all())

    def save() -> None:
        rows = [tables.target_of(row) for row in table.rows]
        actions.set_targets(by=request.user, poll=poll, targets=rows, seen=table.seen)

    if request.method == "POST":
        access.require_editor(request.user)
        if table.saved(request.POST, save):
            messages.success(request, _("已保存 %(n)s 个评议对象。") % {"n": len(table.rows)})
            return redirect("polls:targets", slug)
        table.beside(tables.rows_of(poll.targets.all()), mark)
    else:
        table.rows, table.seen = tables.rows_of(poll.targets.all()), mark
        if not table.rows:
            table.turn("add")
    shown = {
        "poll": poll,
        "table": table,
        "editable": (poll.state == PollState.DRAFT or table.late) and access.may_edit(request.user),
        "unsaved": request.method == "POST",
    }
    return render(request, "polls/targets.html", shown, status=table.status)


@require_POST
@page(*EDITORS)
def draw_lots(request: OfficeRequest, slug: str) -> HttpResponse:
    """The order of the targets by lot."""
    poll = queries.find(slug)
    rows = tables.rows_of(poll.targets.all())
    wanted = [tables.target_of(row) for row in rows]
    actions.set_targets(by=request.user, poll=poll, targets=wanted, draw_lots=True)
    messages.success(request, _("已抽签决定顺序。"))
    return redirect("polls:targets", slug)


@require_GET
@page(*READERS)
def target_template(request: OfficeRequest, slug: str) -> HttpResponse:
    """The table of targets to fill in."""
    poll = queries.find(slug)
    answer = HttpResponse(tables.template_of(form_of(poll), poll.targets.all()), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="targets-{slug}.xlsx"'
    return answer


@both
@page(*EDITORS)
def import_targets(request: OfficeRequest, slug: str) -> HttpResponse:
    """A file of targets: shown with all its problems first, then taken."""
    poll = queries.find(slug)
    form = form_of(poll)

    def take(rows: Rows, seen: str) -> None:
        actions.set_targets(by=request.user, poll=poll, targets=rows, seen=seen)

    found = preview(
        request,
        tables.columns_of(form),
        partial(tables.read_targets, form),
        tables.targets_of,
        take,
        actions.mark_of_targets(poll.targets.all()),
    )
    if found.taken is not None:
        messages.success(request, _("已导入 %(n)s 个评议对象。") % {"n": found.taken})
        return redirect("polls:targets", slug)
    shown = {
        "poll": poll,
        "form": found.form,
        "preview": found,
        "there": poll.targets.count(),
        "cancel": reverse("polls:targets", args=[slug]),
    }
    return render(request, "polls/import_targets.html", shown, status=found.status)


@both
@page(*EDITORS)
def pick_units(request: OfficeRequest, slug: str) -> HttpResponse:
    """Targets from the register of units, behind those that are there."""
    poll = queries.find(slug)
    units = queries.units_to_pick(poll)
    form = UnitsForm([(unit.code, unit.title) for unit in units], request.POST or None)

    def add() -> None:
        rows = tables.rows_of(poll.targets.all())
        chosen = [unit for unit in units if unit.code in set(form.cleaned_data["units"])]
        heads = queries.presenters_of(chosen)
        rows += [
            {"code": unit.code, "title": unit.title, "presenter": heads.get(unit.pk, "")}
            for unit in chosen
        ]
        wanted = [tables.target_of(row) for row in rows]
        actions.set_targets(by=request.user, poll=poll, targets=wanted)

    if request.method == "POST" and attempt_or_keep(form, add):
        messages.success(request, _("已加入。请补充述职人等内容后保存。"))
        return redirect("polls:targets", slug)
    shown = {
        "poll": poll,
        "form": form,
        "units": units,
        "submit": _("加入所选单位"),
        "cancel": reverse("polls:targets", args=[slug]),
    }
    return render(request, "polls/pick_units.html", shown, status=status_of(form))


@both
@page(*READERS)
def channels(request: OfficeRequest, slug: str) -> HttpResponse:
    """How ballots come in and when, for all channels."""
    poll = queries.find(slug)
    form = queries.form_of(poll)
    own = list(poll.channels.all())
    forms = [ChannelForm(c, form.channel(c.input_key).kind, request.POST or None) for c in own]
    if request.method == "POST":
        access.require_editor(request.user)
        if _save_channels(request, forms):
            messages.success(request, _("已保存。"))
            return redirect("polls:poll", slug)
    shown = {
        "poll": poll,
        "forms": forms,
        "editable": (poll.state == PollState.DRAFT or any(overtaken(one) for one in forms))
        and access.may_edit(request.user),
        "obstacles": queries.obstacles(poll) if poll.state == PollState.DRAFT else [],
        "public": Way.PUBLIC,
    }
    return render(request, "polls/channels.html", shown, status=status_of(*forms))


def _save_channels(request: OfficeRequest, forms: list[ChannelForm]) -> bool:
    """All or none; what stands against the poll is told once."""
    with transaction.atomic():
        wrong = [one for one in forms if not one.is_valid()]
        saved = not wrong and all(
            attempt_or_keep(one, partial(_save_channel, request, one)) for one in forms
        )
        transaction.set_rollback(not saved)
    return saved


def _save_channel(request: OfficeRequest, form: ChannelForm) -> None:
    actions.set_channel(by=request.user, channel=form.channel, **form.values())


@require_POST
@page(*EDITORS)
def prepare(request: OfficeRequest, slug: str) -> HttpResponse:
    """Fix targets and channels."""
    actions.prepare(by=request.user, poll=queries.find(slug))
    messages.success(request, _("已封定。"))
    return redirect("polls:poll", slug)
