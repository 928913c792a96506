"""Who goes, and who stays away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pingyi.apps.inspections import actions
from pingyi.apps.inspections.access import OfficeRequest, office_page, require_officer
from pingyi.apps.inspections.forms import MemberForm, RecuseForm
from pingyi.apps.inspections.models import Inspection, Member
from pingyi.apps.people.enums import BUSINESS_ROLES
from pingyi.apps.people.models import Account, Grant
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of


@require_http_methods(["GET", "POST"])
@office_page
def team(request: OfficeRequest, inspection: Inspection) -> HttpResponse:
    """The teams; adding somebody, and recording who stays away."""
    require_officer(request.user, inspection)
    staff = Grant.objects.filter(role__in=BUSINESS_ROLES).values("account")
    accounts = Account.objects.filter(is_active=True, pk__in=staff).order_by("name")
    data = request.POST or None
    recuses = data is not None and "recuse-place" in data
    member = MemberForm(accounts, None if recuses else data)
    recusal = RecuseForm(inspection, data if recuses else None)

    def call() -> None:
        if recuses:
            actions.recuse(by=request.user, **recusal.cleaned_data)
        else:
            actions.add_member(by=request.user, inspection=inspection, **member.cleaned_data)

    if request.method == "POST" and attempt_or_keep(recusal if recuses else member, call):
        messages.success(request, _("已记录回避。") if recuses else _("已列入督导组。"))
        return redirect("inspections:team", inspection.pk)
    shown = {
        "inspection": inspection,
        "member": member,
        "recusal": recusal,
        "members": list(inspection.members.select_related("account")),
        "recusals": list(inspection.recusals.select_related("account", "place")),
    }
    return render(request, "inspections/team.html", shown, status=status_of(member, recusal))


@require_POST
@office_page
def drop(request: OfficeRequest, inspection: Inspection, key: int) -> HttpResponse:
    """Take somebody out of the team."""
    found = Member.objects.filter(inspection=inspection, pk=key).first()
    if found is None:
        raise Missing(_("没有这位成员。"), _("请刷新。"))
    actions.drop_member(by=request.user, member=found)
    messages.success(request, _("已移出督导组。"))
    return redirect("inspections:team", inspection.pk)
