"""Duty reports: written by units, read by raters beforehand; guidance groups."""

from __future__ import annotations

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.documents import store
from pingyi.apps.documents.queries import attachments_of
from pingyi.apps.polls.access import may
from pingyi.apps.rounds import access, queries
from pingyi.apps.rounds.access import EDITORS, READERS, OfficeRequest, member_page, page
from pingyi.apps.rounds.actions import reports as actions
from pingyi.apps.rounds.enums import OPEN_STATES, ReportState
from pingyi.apps.rounds.forms import DueForm, GroupForm, ReasonForm, ReportForm
from pingyi.apps.rounds.models import DutyReport, Round, RoundTarget
from pingyi.base.errors import Missing
from pingyi.base.marks import fields_mark, mark_of
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, overtaken, status_of
from pingyi.base.references import Reference
from pingyi.base.sending import send_file

both = require_http_methods(["GET", "POST"])
KINDS: dict[str, StateKind] = {
    ReportState.DRAFT: "neutral",
    ReportState.HANDED_IN: "done",
    ReportState.RETURNED: "warning",
}


def _target(request: OfficeRequest, found: Round, pk: int) -> RoundTarget:
    mine = queries.own_targets(request.user, found).select_related("round", "unit", "report")
    target = mine.filter(pk=pk).first()
    if target is None:
        raise Missing(_("没有这个评议对象。"), _("请从评议轮次的页面进入。"))
    return target


@both
@member_page
def index(request: OfficeRequest, found: Round) -> HttpResponse:
    """Who has handed in; a unit sees its own, the organiser sets the day."""
    start = {"day": found.reports_due, "seen": fields_mark(found, actions.DUE)}
    form = DueForm(request.POST or None, initial=start)
    if request.method == "POST" and attempt_or_keep(
        form, lambda: actions.set_due(by=request.user, round=found, **form.cleaned_data)
    ):
        return redirect("rounds:reports", found.slug)
    editor = access.may_edit(request.user)
    targets = queries.own_targets(request.user, found).select_related("report")
    rows = [(one, getattr(one, "report", None)) for one in targets]
    shown = {
        "round": found,
        "rows": [(one, report, KINDS[report.state] if report else "") for one, report in rows],
        "handed_in": sum(bool(r and r.state == ReportState.HANDED_IN) for _one, r in rows),
        "readable": may(request.user, *READERS) and queries.readable_reports(found).exists(),
        "form": form if editor else None,
        "missing": queries.missing_reports(found).count()
        if editor and found.state in OPEN_STATES
        else 0,
    }
    return render(request, "rounds/reports.html", shown, status=status_of(form))


@require_POST
@page(*EDITORS)
def remind(request: OfficeRequest, slug: str) -> HttpResponse:
    """The units whose reports are missing."""
    done = actions.remind(by=request.user, round=access.find(request.user, slug))
    if done.told:
        messages.success(request, _("已催交：%(number)s 份报告。") % {"number": done.told})
    if done.unreached:
        units = "、".join(done.unreached)
        text = _("没有经办人和负责人账号，须另行通知：%(units)s。") % {"units": units}
        messages.warning(request, text)
    return redirect("rounds:reports", slug)


@both
@member_page
def report(request: OfficeRequest, found: Round, pk: int) -> HttpResponse:
    """One report: the unit writes it and hands it in with slides and films."""
    target = _target(request, found, pk)
    one = getattr(target, "report", None)
    writes = access.writes_report(request.user, target)
    text = one.text if one else ""
    form = ReportForm(request.POST or None, initial={"text": text, "seen": mark_of(text)})
    hand_in = request.POST.get("what") == "hand_in"

    def call() -> None:
        facts = form.cleaned_data
        actions.save_report(by=request.user, target=target, hand_in=hand_in, **facts)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("报告已提交。") if hand_in else _("草稿已保存。"))
        return redirect("rounds:report", found.slug, pk)
    shown = {
        "round": found,
        "target": target,
        "report": one,
        "kind": KINDS[one.state] if one else "neutral",
        "form": form if writes or overtaken(form) else None,
        "writes": writes,
        "reason": ReasonForm() if access.may_edit(request.user) else None,
    }
    return render(request, "rounds/report.html", shown, status=status_of(form))


@require_POST
@page(*EDITORS)
def send_back(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """Back to the unit."""
    found = access.find(request.user, slug)
    one = DutyReport.objects.filter(target=_target(request, found, pk)).first()
    if one is None:
        raise Missing(_("还没有这份报告。"))
    actions.send_back(by=request.user, report=one, reason=request.POST.get("reason", ""))
    messages.success(request, _("已退回。"))
    return redirect("rounds:report", slug, pk)


def _readable(guest: str) -> Round:
    found = Round.objects.filter(guest_key=guest, state__in=OPEN_STATES).first()
    if found is None or not queries.readable_reports(found).exists():
        raise Missing(_("现在没有可以看的述职报告。"), _("单位提交后、评议截止前可以看。"))
    return found


@require_GET
@never_cache
def read(request: HttpRequest, guest: str) -> HttpResponse:
    """For raters: all reports that were handed in. The same page for everybody."""
    found = _readable(guest)
    rows = [(one, attachments_of(_reference(one))) for one in queries.readable_reports(found)]
    return render(request, "rounds/read.html", {"round": found, "rows": rows})


@require_GET
def read_file(request: HttpRequest, guest: str, pk: int, file: int) -> HttpResponseBase:
    """Slides or a film of one of those reports."""
    found = _readable(guest)
    one = queries.readable_reports(found).filter(target=pk).first()
    attachment = attachments_of(_reference(one)).filter(pk=file).first() if one else None
    if attachment is None:
        raise Missing(_("没有这个文件。"), _("报告可能已退回修改。"))
    return send_file(
        request,
        store.path_of(attachment.digest),
        name=attachment.name,
        media_type=attachment.media_type,
        tag=attachment.digest,
        inline=attachment.is_film or attachment.is_picture,
    )


def _reference(one: DutyReport) -> Reference:
    return Reference("rounds.report", str(one.target_id))


@require_GET
@page(*READERS)
def groups(request: OfficeRequest, slug: str) -> HttpResponse:
    """The guidance groups of a round."""
    found = access.find(request.user, slug)
    rows = found.groups.select_related("leader").prefetch_related("targets")
    shown = {"round": found, "groups": rows, "editor": access.may_edit(request.user)}
    return render(request, "rounds/groups.html", shown)


@both
@page(*EDITORS)
def group(request: OfficeRequest, slug: str, pk: int = 0) -> HttpResponse:
    """A group, new or to be corrected."""
    found = access.find(request.user, slug)
    one = found.groups.filter(pk=pk).first()
    if pk and one is None:
        raise Missing(_("没有这个指导组。"))
    start = model_to_dict(one) | {"seen": actions.mark_of_group(one)} if one else None
    form = GroupForm(found, request.POST or None, initial=start)

    def call() -> None:
        facts = dict(form.cleaned_data)
        seen = facts.pop("seen")
        actions.save_group(by=request.user, round=found, facts=facts, group=one, seen=seen)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已保存。"))
        return redirect("rounds:groups", slug)
    shown = {
        "round": found,
        "group": one,
        "form": form,
        "cancel": reverse("rounds:groups", args=[slug]),
    }
    return render(request, "rounds/group.html", shown, status=status_of(form))
