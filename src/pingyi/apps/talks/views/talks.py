"""The list of talks, and the file of one: for the office, and for the unit that is talked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import visible as visible_entries
from pingyi.apps.talks import queries
from pingyi.apps.talks.access import OfficeRequest, may_edit, reader_page, sides, talk_page
from pingyi.apps.talks.actions import rectifying
from pingyi.apps.talks.actions import talks as actions
from pingyi.apps.talks.enums import AHEAD, TalkState
from pingyi.apps.talks.filters import TalkFilter
from pingyi.apps.talks.forms import ArrangeForm
from pingyi.apps.talks.models import Memo, RectificationReport, Requirement, Talk
from pingyi.apps.talks.rules import follow_up_late
from pingyi.apps.talks.sources import RANK
from pingyi.apps.talks.steps import (
    BY_NAME,
    first_of,
    may_confirm,
    possible,
    verbs_for,
    waits_for,
)
from pingyi.apps.talks.tables import STATE_KINDS, columns, stages
from pingyi.base.errors import Conflict, HouseError, Missing, Refused
from pingyi.base.listing import Chip, Listing
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.stories import story_of

both = require_http_methods(["GET", "POST"])


@require_GET
@reader_page
def index(request: OfficeRequest) -> HttpResponseBase:
    """All talks that one may see."""
    listing = Listing(
        title=_("约谈"),
        rows=queries.visible(request.user).select_related("programme"),
        columns=columns(),
        order="-number",
        filters=TalkFilter,
        chips=[Chip(_("全部"), ""), *(Chip(s.label, f"state={s}") for s in _chips(request))],
    )
    return listing.respond(request, "talks/list.html", editor=may_edit(request.user))


def _chips(request: OfficeRequest) -> tuple[TalkState, ...]:
    ahead = (TalkState.NOTICED, TalkState.RECTIFYING, TalkState.CLOSED)
    return (TalkState.PLANNED, *ahead) if may_edit(request.user) else ahead


@require_GET
@talk_page
def talk_file(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """Where it stands, what is next. The unit has a page of its own, which is made of nothing that
    it may not see."""
    mine = sides(request.user, talk)
    memo = Memo.objects.filter(talk=talk).first()
    report = RectificationReport.objects.filter(talk=talk).first()
    offered, handed_in = memo is not None and memo.offered_at is not None, _handed_in(report)
    verbs = list(verbs_for(talk, mine, offered=offered, handed_in=handed_in))
    entries, left = queries.entries_of(talk), len(queries.open_entries(talk))
    first = first_of(
        talk,
        verbs,
        offered=offered,
        requirements=bool(entries),
        ready_to_close=handed_in and not left,
    )
    confirms = may_confirm(memo, mine)
    shown = {
        "talk": talk,
        "kind": STATE_KINDS[talk.state],
        "stages": stages(talk),
        "first": first,
        "confirms": confirms,
        "waits": "" if first or confirms else waits_for(talk, memo, left=left, handed_in=handed_in),
        "objection": memo.objection if memo is not None else "",
        "verbs": [verb for verb in verbs if verb is not first],
        "has_secondary": any(verb is not first for verb in verbs),
        "memo": memo if offered or "office" in mine else None,
        "report": report,
        "handed_in": handed_in,
        "entries": _linked(request, entries) if talk.state in _TOLD or "office" in mine else [],
        "unit_meetings": list(talk.unit_meetings.select_related("written_by")),
        "follow_ups": _follow_ups(talk),
        "follows": possible(talk, "follow"),
        "facts": _facts(talk, inside="office" in mine),
        "ranked": talk.source_kind == RANK and talk.noticed_at is not None,
    }
    if "office" not in mine:
        return render(request, "talks/own.html", shown)
    return render(request, "talks/talk.html", shown | _inside(request, talk))


_TOLD = (TalkState.CONFIRMED, TalkState.RECTIFYING, TalkState.CLOSED)
"""States in which the unit has the requirements before it."""


def _linked(
    request: OfficeRequest, entries: list[tuple[Requirement, Entry | None]]
) -> list[tuple[Requirement, Entry | None, bool]]:
    """Whether the account may follow the way to the ledger: who leads a talk often may not."""
    keys = [entry.pk for _asked, entry in entries if entry is not None]
    seen = set(visible_entries(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    return [(asked, entry, entry is not None and entry.pk in seen) for asked, entry in entries]


def _handed_in(report: RectificationReport | None) -> bool:
    return report is not None and report.handed_in_at is not None


def _follow_ups(talk: Talk) -> list[tuple[object, bool]]:
    today = timezone.localdate()
    rows = talk.follow_ups.select_related("done_by")
    return [(one, follow_up_late(one.planned_on, one.done_on, today)) for one in rows]


def _facts(talk: Talk, *, inside: bool) -> list[tuple[object, object]]:
    told: list[tuple[object, object]] = [
        (_("编号"), talk.number),
        (_("被约谈单位"), talk.unit_title),
        (_("被约谈人"), f"{talk.interviewee_post} {talk.interviewee_name}".strip()),
        (_("约谈人"), talk.interviewer_name),
        (_("约谈种类"), talk.get_kind_display()),
        (_("约谈时间"), talk.starts_at or ""),
        (_("地点"), talk.place),
        (_("约谈制度"), talk.programme.title),
        (_("依据文号"), talk.programme.document_number),
    ]
    if not inside:
        return told
    more = [
        (_("备案号"), talk.programme.filing_number),
        (_("约谈情形"), talk.trigger),
        (_("来源"), talk.source_title),
        (_("承办人"), talk.organiser.name),
        (_("取消理由"), talk.cancel_reason),
    ]
    return [*told, *(pair for pair in more if pair[1])]


def _inside(request: OfficeRequest, talk: Talk) -> dict[str, object]:
    """What the office alone sees."""
    notes = list(talk.notes.values_list("pk", flat=True))
    return {
        "notes": len(notes),
        "bank": queries.bank_of(talk.unit).count(),
        "questions": list(talk.questions.all()),
        "earlier": queries.earlier_talks(talk),
        "elsewhere": queries.elsewhere_of(request.user, talk) if talk.state in AHEAD else (),
        "escalations": list(talk.escalations.select_related("raised_by", "decided_by")),
        "escalates": possible(talk, "escalate"),
        "story": story_of("talks.talk", {"talks.talk": [talk.pk], "talks.previsitnote": notes}),
    }


def must(request: OfficeRequest, talk: Talk, name: str) -> None:
    """Raises ``Refused`` for whoever may not do this with the talk, ``Conflict`` where nobody may
    now; what was typed in goes on to the action, which says so above the form."""
    verb = BY_NAME[name]
    if verb.of not in sides(request.user, talk):
        raise Refused(
            _("您不能对这次约谈“%(verb)s”。") % {"verb": verb.title},
            _("约谈由承办人办理；整改情况由被约谈单位填报。"),
        )
    if request.method == "GET" and not possible(talk, verb.step):
        raise Conflict(
            _("约谈现在是“%(state)s”，不能“%(verb)s”。")
            % {"state": talk.get_state_display(), "verb": verb.title},
            _("请回到约谈页看看现在该做什么。"),
        )


@both
@talk_page
def arrange(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """Day, place, who leads it, what it is about."""
    must(request, talk, "arrange")
    form = ArrangeForm(talk, request.POST or None)

    def call() -> None:
        actions.arrange(by=request.user, talk=talk, **form.parts())

    if request.method == "POST" and attempt_or_keep(form, call):
        if Talk.objects.get(pk=talk.pk).is_arranged:
            messages.success(request, _("已安排。核对通知书后发出。"))
        else:
            messages.info(request, _("已保存。时间、地点、约谈人、事由齐了，才能发通知。"))
        return redirect("talks:talk", talk.number)
    shown = {
        "talk": talk,
        "form": form,
        "earlier": queries.earlier_talks(talk),
        "elsewhere": queries.elsewhere_of(request.user, talk),
        "cancel": reverse("talks:talk", args=[talk.number]),
    }
    return render(request, "talks/arrange.html", shown, status=status_of(form))


POSTS: Mapping[str, tuple[Callable[..., Any], object]] = {
    "notify": (actions.notify, gettext_lazy("通知已发出。")),
    "rectify": (rectifying.rectify, gettext_lazy("整改要求已转入台账。")),
    "close": (actions.close, gettext_lazy("约谈已办结。")),
}


def _post(name: str) -> Callable[..., HttpResponseBase]:
    call, done = POSTS[name]

    @require_POST
    @talk_page
    def view(request: OfficeRequest, talk: Talk) -> HttpResponse:
        try:
            call(by=request.user, talk=talk)
        except Refused:
            raise
        except HouseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(done))
        return redirect("talks:talk", talk.number)

    return view


notify, rectify, close = (_post(name) for name in POSTS)


@require_GET
@talk_page
def notice(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """The notice (约谈通知书), to read and to print."""
    if talk.starts_at is None:
        raise Missing(_("约谈还没有安排时间。"), _("请先安排时间地点。"))
    return render(request, "talks/notice.html", {"talk": talk})


@require_GET
@talk_page
def rectification_notice(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """整改通知书 for one who was talked to because of its rank (RY-08)."""
    if talk.source_kind != RANK or talk.state not in _TOLD:
        raise Missing(_("这次约谈没有整改通知书。"))
    shown = {"talk": talk, "entries": queries.entries_of(talk)}
    return render(request, "talks/rectification_notice.html", shown)
