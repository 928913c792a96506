"""Who learns of an inspection by notice, and when. Nothing goes to a unit before the circular."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.inspections.models import Conclusion, Inspection, Objection
from pingyi.apps.inspections.queries import OWNERS
from pingyi.apps.notices.actions import tell
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_at
from pingyi.base.references import Reference


def tell_started(by: Account, inspection: Inspection) -> None:
    """To the teams: the inspection begins."""
    tell(
        by=by,
        accounts=[member.account for member in inspection.members.select_related("account")],
        kind="inspections.inspection.started",
        title=_("您参加的督查已开始：%(title)s") % {"title": inspection.title},
        reference=_about(inspection),
        address=reverse("inspections:field", args=[inspection.pk]),
    )


def tell_circulated(by: Account, inspection: Inspection) -> None:
    """To each unit that was visited: the circular, and its own conclusion."""
    rows = Conclusion.objects.filter(place__inspection=inspection)
    for conclusion in rows.select_related("place__unit"):
        tell(
            by=by,
            accounts=holders_at(conclusion.place.unit, *OWNERS),
            kind="inspections.inspection.circulated",
            title=_("督查通报和结论已印发：%(title)s") % {"title": inspection.title},
            reference=Reference("inspections.conclusion", str(conclusion.pk)),
            address=_address(inspection),
        )


def tell_objected(by: Account, objection: Objection) -> None:
    """To who wrote the conclusion. Who may decide has it on the desk."""
    place = objection.conclusion.place
    tell(
        by=by,
        accounts=[objection.conclusion.written_by],
        kind="inspections.objection.made",
        title=_("%(unit)s对督查结论申请复核") % {"unit": place.title},
        reference=Reference("inspections.objection", str(objection.pk)),
        address=_address(place.inspection),
    )


def tell_decided(by: Account, objection: Objection) -> None:
    place = objection.conclusion.place
    tell(
        by=by,
        accounts=holders_at(place.unit, *OWNERS),
        kind="inspections.objection.decided",
        title=_("督查结论的复核已有决定：%(title)s") % {"title": place.inspection.title},
        reference=Reference("inspections.objection", str(objection.pk)),
        address=_address(place.inspection),
    )


def _about(inspection: Inspection) -> Reference:
    return Reference("inspections.inspection", str(inspection.pk))


def _address(inspection: Inspection) -> str:
    return reverse("inspections:inspection", args=[inspection.pk])
