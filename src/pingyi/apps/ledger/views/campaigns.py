"""Campaigns: their list, and the form of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.ledger import actions, queries
from pingyi.apps.ledger.access import OfficeRequest, list_page
from pingyi.apps.ledger.actions.campaigns import EDITORS
from pingyi.apps.ledger.campaign_forms import CampaignForm
from pingyi.apps.ledger.models import Campaign
from pingyi.apps.polls.access import may, page
from pingyi.base.errors import Missing
from pingyi.base.listing import Column, Listing
from pingyi.base.posting import attempt_or_keep, status_of


@require_GET
@list_page
def campaigns(request: OfficeRequest) -> HttpResponseBase:
    """All campaigns."""
    edits = may(request.user, *EDITORS)
    address = "ledger:edit_campaign" if edits else ""
    listing = Listing(
        title=_("专项"),
        rows=queries.with_numbers(),
        columns=(
            Column(
                "title",
                _("专项名称"),
                sort="title",
                link=(lambda one: reverse(address, args=[one.pk])) if address else _entries,
            ),
            Column("document_number", _("依据文号"), kind="line"),
            Column("filing_number", _("备案号"), kind="line"),
            Column("all", _("事项"), kind="number", sort="all", link=_entries),
            Column("left", _("未销号"), kind="number", sort="left"),
            Column("ended", _("已结束")),
        ),
    )
    return listing.respond(request, "ledger/campaigns.html", editor=edits)


def _entries(one: Campaign) -> str:
    return f"{reverse('ledger:index')}?campaign={one.pk}"


@require_http_methods(["GET", "POST"])
@page(*EDITORS)
def campaign(request: OfficeRequest, pk: int | None = None) -> HttpResponse:
    """A new campaign, or one to change."""
    found = Campaign.objects.filter(pk=pk).first() if pk is not None else None
    if pk is not None and found is None:
        raise Missing(_("没有这个专项。"))
    form = CampaignForm(request.POST or None, initial=CampaignForm.start(found))
    if found is None:
        del form.fields["ended"]

    def call() -> None:
        actions.save_campaign(by=request.user, campaign=found, **form.parts())

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("专项已保存。"))
        return redirect("ledger:campaigns")
    shown = {"form": form, "campaign": found, "cancel": reverse("ledger:campaigns")}
    return render(request, "ledger/campaign.html", shown, status=status_of(form))
