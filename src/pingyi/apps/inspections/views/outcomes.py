"""What comes of it: entries in the ledger, conclusions, the circular, objections."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.inspections import actions, queries, sources
from pingyi.apps.inspections.access import (
    OfficeRequest,
    inspection_page,
    office_page,
    require_approver,
    require_officer,
    require_owner,
    sides,
)
from pingyi.apps.inspections.drafts import sections_of
from pingyi.apps.inspections.enums import TOLD, Outcome
from pingyi.apps.inspections.forms import ConclusionForm, DecisionForm, WordsForm
from pingyi.apps.inspections.models import Circular, Conclusion, Inspection, Objection
from pingyi.apps.ledger.forms import EnterForm
from pingyi.apps.ledger.queries import running
from pingyi.base.errors import Invalid, Missing
from pingyi.base.marks import mark_of
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@both
@office_page
def entries(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """All findings; those ticked become entries."""
    require_officer(request.user, inspection)
    found = sources.all_of(inspection)
    form = EnterForm(request.POST or None)
    picked = set(request.POST.getlist("pick"))
    made: list[object] = []

    def call() -> None:
        wanted = [one.finding for one in found if str(one.finding.pk) in picked and not one.entry]
        if not wanted:
            raise Invalid(_("请勾选要转入台账的内容。"))
        made.extend(
            actions.enter_findings(
                by=request.user,
                inspection=inspection,
                findings=wanted,
                campaign=form.cleaned_data["campaign"],
                term=form.term(),
            )
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        number = len(made)
        words = ngettext("%(number)s项已转入台账。", "%(number)s项已转入台账。", number)
        messages.success(request, words % {"number": number})
        return redirect("inspections:entries", inspection.pk)
    units = groupby(found, key=lambda one: one.finding.visit.place)
    shown = {
        "inspection": inspection,
        "groups": [(place, list(rows)) for place, rows in units],
        "left": sum(one.ready and one.entry is None for one in found),
        "form": form,
        "picked": picked,
        "campaigns": running().exists(),
        "cancel": reverse("inspections:inspection", args=[inspection.pk]),
    }
    return render(request, "inspections/entries.html", shown, status=status_of(form))


def _conclusion(inspection: Inspection, key: int) -> Conclusion:
    rows = Conclusion.objects.select_related("place__unit", "place__inspection", "written_by")
    found = rows.filter(place__inspection=inspection, pk=key).first()
    if found is None:
        raise _nothing()
    return found


def _nothing() -> Missing:
    return Missing(_("没有找到这份结论。"), _("请从督查进入。"))


@both
@office_page
def conclusion(request: OfficeRequest, inspection: Inspection, key: int) -> HttpResponse:
    """What one unit will be told."""
    found = _conclusion(inspection, key)
    require_officer(request.user, inspection)
    form = ConclusionForm(
        _("对%(unit)s的结论") % {"unit": found.place.title},
        request.POST or None,
        initial={"text": found.text, "seen": mark_of(found.text)},
    )

    def call() -> None:
        actions.write_conclusion(by=request.user, conclusion=found, **form.cleaned_data)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("结论已保存，印发通报时一并反馈。"))
        return redirect("inspections:inspection", inspection.pk)
    return _words_page(request, inspection, form, _("拟写单位结论"), _("保存"))


@both
@inspection_page
def object_to(request: OfficeRequest, inspection: Inspection, key: int) -> HttpResponse:
    """A unit asks for a review."""
    found = _conclusion(inspection, key)
    if found.sent_on is None:
        raise _nothing()
    require_owner(request.user, found.place)
    form = WordsForm(_("异议和理由"), request.POST or None)

    def call() -> None:
        text = form.cleaned_data["text"]
        actions.object_to(by=request.user, conclusion=found, text=text)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已申请复核，由没有参加督查和起草的同志办理。"))
        return redirect("inspections:inspection", inspection.pk)
    return _words_page(request, inspection, form, _("申请复核"), _("提交申请"), found)


def _words_page(
    request: OfficeRequest,
    inspection: Inspection,
    form: WordsForm,
    title: str,
    submit: str,
    conclusion: Conclusion | None = None,
) -> HttpResponse:
    shown = {
        "inspection": inspection,
        "form": form,
        "title": title,
        "submit": submit,
        "conclusion": conclusion,
        "cancel": reverse("inspections:inspection", args=[inspection.pk]),
    }
    return render(request, "inspections/words.html", shown, status=status_of(form))


@both
@office_page
def decide(request: OfficeRequest, inspection: Inspection, key: int) -> HttpResponse:
    """An objection, and the decision on it."""
    require_approver(request.user, inspection)
    rows = Objection.objects.select_related("conclusion__place", "applied_by", "decided_by")
    found = rows.filter(conclusion__place__inspection=inspection, pk=key).first()
    if found is None:
        raise Missing(_("没有找到这份复核申请。"), _("请从督查进入。"))
    form = DecisionForm(request.POST or None)

    def call() -> None:
        outcome, opinion = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["opinion"]
        actions.decide(by=request.user, objection=found, outcome=outcome, opinion=opinion)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("复核决定已作出，已告知单位。"))
        return redirect("inspections:inspection", inspection.pk)
    shown = {
        "inspection": inspection,
        "objection": found,
        "form": form,
        "submit": _("作出决定"),
        "cancel": reverse("inspections:inspection", args=[inspection.pk]),
    }
    return render(request, "inspections/decide.html", shown, status=status_of(form))


@require_GET
@inspection_page
def circular(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """The circular as it is printed; before it is issued for the office and the team alone."""
    found = Circular.objects.filter(inspection=inspection).first()
    inside = {"office", "team"} & sides(request.user, inspection)
    if found is None or not (inside or inspection.state in TOLD):
        raise Missing(_("没有找到这份通报。"), _("请从督查进入。"))
    groups = queries.by_category(inspection, queries.findings_of(inspection))
    sections = found.sections if found.issued_on else sections_of(groups)
    shown = {
        "inspection": inspection,
        "circular": found,
        "sections": sections,
        "number": sum(len(rows) for _name, rows in groups),
    }
    return render(request, "inspections/circular.html", shown)
