"""The list of rounds, the file of a round, and its way from state to state."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls.access import may
from pingyi.apps.rounds import access, actions, queries
from pingyi.apps.rounds.access import EDITORS, OfficeRequest, list_page, member_page, page
from pingyi.apps.rounds.enums import OPEN_STATES, PURPOSES, Review, RoundState
from pingyi.apps.rounds.filters import RoundFilter
from pingyi.apps.rounds.forms import CopyForm, NoticeForm, ReasonForm, RoundForm, VisitsForm
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.rounds.steps import COURSE
from pingyi.apps.rounds.views.meetings import MEETING_KINDS
from pingyi.base.doors import opens
from pingyi.base.errors import Invalid, Missing
from pingyi.base.figures import number
from pingyi.base.listing import Chip, Column, Listing
from pingyi.base.marks import fields_mark
from pingyi.base.parts import StateKind, stages_of
from pingyi.base.posting import attempt, attempt_or_keep, status_of
from pingyi.base.stories import story_of

both = require_http_methods(["GET", "POST"])
STATE_KINDS: dict[str, StateKind] = {
    RoundState.DRAFT: "neutral",
    RoundState.ANNOUNCED: "waiting",
    RoundState.COLLECTING: "active",
    RoundState.CLOSED: "locked",
    RoundState.COMPUTED: "active",
    RoundState.CHECKED: "active",
    RoundState.FROZEN: "locked",
    RoundState.PUBLISHED: "done",
    RoundState.RECTIFYING: "active",
    RoundState.ARCHIVED: "done",
}
UNTOLD = (RoundState.DRAFT, *OPEN_STATES)
"""While the notice can still be brought to who has no account."""
VERBS: dict[str, tuple[Callable[..., Round], object]] = {
    "announce": (actions.announce, gettext_lazy("通知已发出，有账号的被评单位可以看到了。")),
    "start": (actions.start, gettext_lazy("评议已开始。")),
    "close": (actions.close, gettext_lazy("评议已截止。")),
    "reopen": (actions.reopen, gettext_lazy("已恢复评议。")),
}


@require_GET
@list_page
def index(request: OfficeRequest) -> HttpResponseBase:
    """The rounds that one may see."""
    listing = Listing(
        title=_("评议轮次"),
        rows=queries.visible(request.user).select_related("programme"),
        columns=(
            Column("title", _("名称"), sort="title", link=_address),
            Column("period", _("评议周期"), kind="line", sort="period", phone=True),
            Column("review", _("评议内容"), value=lambda one: one.get_review_display()),
            Column(
                "state",
                _("状态"),
                sort="state",
                value=lambda one: one.get_state_display(),
                state=lambda one: STATE_KINDS[one.state],
                phone=True,
            ),
            Column("held_on", _("评议日期"), sort="held_on", kind="day", phone=True),
            Column("programme.title", _("评议制度")),
            Column("notice_number", _("通知文号"), kind="line"),
        ),
        order="-held_on",
        filters=RoundFilter,
        chips=(
            Chip(_("全部"), ""),
            Chip(_("评议中"), "state=collecting"),
            Chip(_("已公布"), "state=published"),
        ),
    )
    editor = access.may_edit(request.user)
    return listing.respond(request, "rounds/list.html", editor=editor)


def _address(found: Round) -> str:
    return reverse("rounds:round", args=[found.slug])


@both
@page(*EDITORS)
def create(request: OfficeRequest) -> HttpResponse:
    """A new round."""
    form = RoundForm(request.POST or None)
    made: list[Round] = []
    if request.method == "POST" and attempt_or_keep(
        form, lambda: made.append(actions.create_round(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("已建立。接下来按“下一步”逐项办理。"))
        return redirect("rounds:round", made[0].slug)
    shown = {
        "form": form,
        "submit": _("建立轮次"),
        "cancel": reverse("rounds:index"),
        "no_programme": not Programme.objects.exists(),
    }
    return render(request, "rounds/create.html", shown, status=status_of(form))


@both
@page(*EDITORS)
def edit(request: OfficeRequest, slug: str) -> HttpResponse:
    """Heading and notice."""
    found = access.find(request.user, slug)
    seen = fields_mark(found, actions.FACTS)
    form = NoticeForm(request.POST or None, initial=model_to_dict(found) | {"seen": seen})
    if request.method == "POST" and attempt_or_keep(
        form, lambda: actions.set_facts(by=request.user, round=found, **form.cleaned_data)
    ):
        messages.success(request, _("已保存。"))
        return redirect("rounds:round", slug)
    shown = {"round": found, "form": form, "cancel": _address(found)}
    return render(request, "rounds/edit.html", shown, status=status_of(form))


@both
@page(*EDITORS)
def copy(request: OfficeRequest, slug: str) -> HttpResponse:
    """The next round in the way of this one."""
    found = access.find(request.user, slug)
    form = CopyForm(request.POST or None, initial={"title": found.title})
    made: list[Round] = []

    def call() -> None:
        made.append(actions.copy_round(by=request.user, predecessor=found, **form.cleaned_data))

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已照上一轮建立。请核对名称、周期和评议对象。"))
        return redirect("rounds:round", made[0].slug)
    shown = {
        "round": found,
        "form": form,
        "submit": _("建立下一轮"),
        "cancel": _address(found),
    }
    return render(request, "rounds/copy.html", shown, status=status_of(form))


@require_GET
@member_page
def round_file(request: OfficeRequest, found: Round) -> HttpResponse:
    """The file of a round: where it stands, what is next, what happened. Whoever doesn't run it
    sees the notice, the stages and the own targets."""
    shown: dict[str, object] = {
        "round": found,
        "kind": STATE_KINDS[found.state],
        "stages": list(stages_of(RoundState.choices, found.state)),
        "facts": _facts(found),
        "runs": may(request.user, *access.READERS),
        "targets": list(queries.own_targets(request.user, found).select_related("unit")),
        "rest": found.targets.count(),
    }
    if shown["runs"]:
        allowed = opens(request.user)
        steps = COURSE.steps_of(found, allowed)
        now = next((one.step for one in steps if one.state == "now"), None)
        mine = now is not None and may(request.user, *now.roles)
        shown |= {
            "steps": steps,
            "now": now if mine else None,
            "waits": None if mine else now,
            "waits_for": "、".join(str(role.label) for role in now.roles) if now else "",
            "votes": list(found.votes.select_related("poll")),
            "meetings": [(one, MEETING_KINDS[one.state]) for one in found.meetings.all()],
            "may_vote": found.state in actions.EARLY,
            "unreached": queries.unreached(found) if found.state in UNTOLD else (),
            "pages": COURSE.pages_of(found, allowed),
            "story": story_of("rounds.round", COURSE.subjects_of(found)),
            "has_secondary": access.may_edit(request.user),
            "visits_form": _visits_form(found) if access.may_edit(request.user) else None,
        }
    else:
        shown["pages"] = COURSE.member_pages_of(found, request.user)
    return render(request, "rounds/round.html", shown)


def _visits_form(found: Round) -> VisitsForm | None:
    """From the beginning of the vote until the result is signed."""
    asked = found.state in actions.VISITED
    return VisitsForm(initial={"visits": found.visits}) if asked else None


@require_POST
@page(*EDITORS)
def visits(request: OfficeRequest, slug: str) -> HttpResponse:
    """Report them."""
    found, form = access.find(request.user, slug), VisitsForm(request.POST)
    if not attempt(
        form, lambda: actions.report_visits(by=request.user, round=found, **form.cleaned_data)
    ):
        raise Invalid("；".join(str(text) for texts in form.errors.values() for text in texts))
    messages.success(request, _("已填报。"))
    return redirect("rounds:round", slug)


def _facts(found: Round) -> list[tuple[object, object]]:
    programme = found.programme
    return [
        (_("评议制度"), programme.title),
        (_("依据文件"), f"《{programme.document_title.strip('《》')}》"),
        (_("依据文号"), programme.document_number),
        (_("印发机关"), programme.issuer),
        (_("备案号"), programme.filing_number),
        (_("评议内容"), found.get_review_display()),
        (_("目的"), programme.purpose or PURPOSES[Review(found.review)]),
        (_("评议周期"), found.period),
        (_("评议日期"), found.held_on),
        (_("地点"), found.place),
        (_("通知文号"), found.notice_number),
        *([(_("网页浏览人次"), number(found.visits))] if found.visits is not None else []),
        (_("方案"), found.version.title),
        (_("方案摘要"), found.version.digest[:16]),
        (_("上一轮"), found.predecessor or ""),
    ]


@require_POST
@page(*EDITORS)
def go(request: OfficeRequest, slug: str, verb: str) -> HttpResponse:
    """Take the round to its next state."""
    if verb not in VERBS:
        raise Missing(_("没有这一步。"))
    action, told = VERBS[verb]
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    action(by=request.user, round=access.find(request.user, slug), reason=reason)
    messages.success(request, str(told))
    return redirect("rounds:round", slug)
