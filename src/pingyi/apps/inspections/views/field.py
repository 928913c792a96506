"""Field work: a page that works without a connection, what it sends, and what has come in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pingyi.apps.inspections import actions, queries
from pingyi.apps.inspections.access import (
    OfficeRequest,
    find_finding,
    inspection_page,
    office_page,
)
from pingyi.apps.inspections.enums import Mark, Severity
from pingyi.apps.inspections.incoming import LONGEST_NOTE, LONGEST_TEXT, read_sent
from pingyi.apps.inspections.models import Finding, Inspection, Visit
from pingyi.base.errors import HouseError, Missing

KEPT_DAYS = 7
"""For which a phone opens the page for visits without a connection; ours, no source says."""


@require_GET
@office_page
def field(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """The visits of a team, on its phones."""
    visits = [_content(one) for one in queries.visits_for(request.user, inspection)]
    last = min(inspection.ends_on, timezone.localdate())
    data = _on_phone(request, inspection) | {"visits": visits, "last": last.isoformat()}
    shown = {"data": data, "runs": inspection.state == "running", "until": _until(inspection)}
    return render(request, "inspections/field.html", {"inspection": inspection, **shown})


@require_GET
@office_page
def field_offline(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """The same for a phone to lay aside: without a name, and without what anybody reported."""
    shown = {"inspection": inspection, "data": _on_phone(request, inspection), "runs": True}
    page = render(request, "inspections/offline.html", shown)
    page["X-Keep-Until"] = _until(inspection).isoformat()
    return page


@require_GET
@office_page
def worker(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """What opens the page without a connection, for this one address."""
    _must_be_member(request, inspection)
    return render(request, "inspections/worker.js", content_type="text/javascript")


def _must_be_member(request: OfficeRequest, inspection: Inspection) -> None:
    if not inspection.members.filter(account=request.user).exists():
        raise Missing(_("您不在这项督查的督导组里。"), _("走访由督导组成员办理。"))


def _until(inspection: Inspection) -> date:
    """How long a phone opens the page without having asked the server."""
    return min(inspection.ends_on, timezone.localdate() + timedelta(days=KEPT_DAYS))


def _on_phone(request: OfficeRequest, inspection: Inspection) -> dict[str, object]:
    """What a visit is filled in with."""
    _must_be_member(request, inspection)
    barred = queries.barred_places(request.user, inspection)
    places = inspection.places.filter(chosen=True).exclude(pk__in=barred)
    return {
        "store": f"inspection:{inspection.pk}:{request.user.pk}:",
        "address": reverse("inspections:sync", args=[inspection.pk]),
        "places": [[place.pk, place.title] for place in places],
        "checklist": inspection.checklist,
        "categories": inspection.categories,
        "marks": Mark.choices,
        "severities": Severity.choices,
        "first": inspection.starts_on.isoformat(),
        "last": inspection.ends_on.isoformat(),
        "longest": {"text": LONGEST_TEXT, "note": LONGEST_NOTE},
        "visits": [],
    }


def _content(visit: Visit) -> dict[str, object]:
    """A visit as devices have it."""
    return {
        "id": str(visit.pk),
        "place": visit.place_id,
        "base": visit.version,
        "day": visit.day.isoformat(),
        "covert": visit.covert,
        "note": visit.note,
        "answers": visit.answers,
        "findings": [_finding(one) for one in visit.findings.all()],
        "by": visit.by.name,
    }


def _finding(one: Finding) -> dict[str, str]:
    names = ("category", "severity", "text")
    return {"id": str(one.pk), **{name: str(getattr(one, name)) for name in names}}


@require_POST
@inspection_page
def sync(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """Take in one visit. The answer holds it as it stands here now; 409 with ``diverged`` where
    another device was there first."""
    try:
        sent = read_sent(request.body)
        received = actions.receive(by=request.user, inspection=inspection, sent=sent)
    except HouseError as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    now = Visit.objects.select_related("by").get(pk=received.visit.pk)
    answer = {"visit": _content(now), "diverged": received.diverged}
    return JsonResponse(answer, status=409 if received.diverged else 200)


@require_GET
@office_page
def visit(request: OfficeRequest, inspection: Inspection, key: UUID) -> HttpResponse:
    """One visit, with everything that devices sent of it."""
    found = queries.visits_for(request.user, inspection).filter(pk=key).first()
    if found is None:
        raise Missing(_("没有找到这次走访。"), _("请从督查进入。"))
    marks: dict[str, object] = {"": _("未填"), **dict(Mark.choices)}
    answers = [
        (item, marks[mark], mark, note)
        for item, (mark, note) in zip(inspection.checklist, found.answers, strict=False)
    ]
    shown = {
        "inspection": inspection,
        "visit": found,
        "answers": answers,
        "refused": found.uploads.filter(taken=False).select_related("by"),
        "uploads": found.uploads.select_related("by"),
    }
    return render(request, "inspections/visit.html", shown)


@require_GET
@inspection_page
def finding(request: OfficeRequest, inspection: Inspection, key: UUID) -> HttpResponse:
    """One finding with its evidence."""
    found = find_finding(request.user, inspection, key)
    shown = {
        "inspection": inspection,
        "finding": found,
        "facts": [
            (_("单位"), found.visit.place.title),
            (_("类别"), found.category),
            (_("程度"), found.get_severity_display()),
            (_("走访日期"), found.visit.day),
            (_("走访人"), found.visit.by.name),
        ],
    }
    return render(request, "inspections/finding.html", shown)
