"""The list, and the file of an inspection: whole for the office and the team, in part for units."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pingyi.apps.inspections import queries
from pingyi.apps.inspections.access import OfficeRequest, inspection_page, list_page, sides
from pingyi.apps.inspections.enums import TOLD, InspectionState
from pingyi.apps.inspections.models import Circular, Conclusion, Inspection
from pingyi.apps.inspections.sources import Found, all_of
from pingyi.apps.inspections.steps import first_of, verbs_for
from pingyi.apps.inspections.tables import STATE_KINDS, columns, stages
from pingyi.apps.people.access import has_role
from pingyi.base.listing import Chip, Listing
from pingyi.base.stories import story_of

BEFORE = (InspectionState.DRAFTED, InspectionState.APPROVED)


@require_GET
@list_page
def index(request: OfficeRequest) -> HttpResponseBase:
    """All inspections of which one may know."""
    office = has_role(request.user, *queries.OFFICE)
    rows = queries.with_numbers(queries.visible(request.user))
    chosen = request.GET.get("state", "")
    if chosen in InspectionState.values:
        rows = rows.filter(state=chosen)
    chips = [Chip(_("全部"), ""), *(Chip(s.label, f"state={s}") for s in InspectionState)]
    listing = Listing(
        title=_("督查"), rows=rows, columns=columns(whole=office), chips=chips if office else ()
    )
    return listing.respond(request, "inspections/list.html")


@require_GET
@inspection_page
def inspection_file(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """Where it stands, what is next; a unit sees what concerns it."""
    on = sides(request.user, inspection)
    if not {"office", "team"} & on:
        return _unit_file(request, inspection)
    is_author = inspection.author == request.user
    verbs = list(verbs_for(inspection, on, is_author=is_author))
    first = first_of(inspection, verbs)
    barred = queries.barred_places(request.user, inspection)
    found = [one for one in all_of(inspection) if one.finding.visit.place_id not in barred]
    shown = {
        "inspection": inspection,
        "kind": STATE_KINDS[inspection.state],
        "stages": stages(inspection),
        "facts": _facts(inspection),
        "first": first,
        "verbs": [verb for verb in verbs if verb is not first],
        "has_secondary": any(verb is not first for verb in verbs),
        "repeats": queries.repeats_of(request.user, inspection)
        if "office" in on and inspection.state in BEFORE
        else (),
        "elsewhere": queries.elsewhere_of(request.user, inspection)
        if "office" in on and inspection.state in BEFORE
        else (),
        "places": _places(inspection, barred),
        "members": list(inspection.members.select_related("account")),
        "recusals": list(inspection.recusals.select_related("account", "place")),
        "visits": list(queries.visits_for(request.user, inspection)),
        "groups": _grouped(inspection, found),
        "found": len(found),
        "left": sum(one.entry is None for one in found),
        "officer": "officer" in on,
        "circular": Circular.objects.filter(inspection=inspection).first(),
        "conclusions": _conclusions(inspection, barred),
        "story": story_of("inspections.inspection", {"inspections.inspection": [inspection.pk]})
        if "office" in on
        else None,
    }
    return render(request, "inspections/inspection.html", shown)


def _places(inspection: Inspection, barred: frozenset[int]) -> list[tuple[object, bool, bool]]:
    """(place, has it been visited, is one barred from it) of the units to be visited; before a
    sample is drawn, of all candidates."""
    visited = set(inspection.visits.values_list("place", flat=True))
    rows = inspection.places.all()
    drawn = rows.filter(chosen=True)
    return [(one, one.pk in visited, one.pk in barred) for one in drawn or rows]


def _grouped(inspection: Inspection, found: list[Found]) -> list[tuple[str, list[Found]]]:
    by_key = {one.finding.pk: one for one in found}
    groups = queries.by_category(inspection, [one.finding for one in by_key.values()])
    return [(name, [by_key[row.pk] for row in rows]) for name, rows in groups]


def _conclusions(inspection: Inspection, barred: frozenset[int]) -> list[Conclusion]:
    rows = Conclusion.objects.filter(place__inspection=inspection).exclude(place__in=barred)
    return list(rows.select_related("place", "objection"))


def _facts(one: Inspection) -> list[tuple[object, object]]:
    return [
        (_("督查类型"), one.get_kind_display()),
        (_("督查依据"), one.basis),
        (_("备案号"), one.filing_number),
        (_("开始日期"), one.starts_on),
        (_("结束日期"), one.ends_on),
        (_("督查方式"), one.methods_text),
        (_("方案拟定人"), one.author.name),
        (_("批准人"), one.approver_name),
        (_("批准文件"), one.approval_document),
        (_("批准日期"), one.approved_on or ""),
        (_("批准登记人"), one.approved_by.name if one.approved_by else ""),
        (_("确需重复督查的理由"), one.repeat_reason),
    ]


def _unit_file(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """What the account's own units see: open visits; from the circular on also what was found,
    their conclusion, and how to object."""
    places = queries.told_places(request.user).filter(inspection=inspection)
    told = inspection.state in TOLD
    visits = inspection.visits.filter(place__in=places.values("pk")).select_related("place", "by")
    if not told:
        visits = visits.filter(covert=False)
    rows = Conclusion.objects.filter(place__in=places.values("pk"), sent_on__isnull=False)
    today = timezone.localdate()
    shown = {
        "inspection": inspection,
        "kind": STATE_KINDS[inspection.state],
        "told": told,
        "visits": visits.prefetch_related("findings"),
        "conclusions": [
            (one, one.object_by is not None and today <= one.object_by)
            for one in rows.select_related("place", "objection")
        ],
        "acts": has_role(request.user, *queries.OWNERS),
        "runs": inspection.state == InspectionState.CIRCULATED,
        "circular": Circular.objects.filter(inspection=inspection).first() if told else None,
        "facts": [
            (_("督查类型"), inspection.get_kind_display()),
            (_("督查依据"), inspection.basis),
        ],
    }
    return render(request, "inspections/unit.html", shown)
