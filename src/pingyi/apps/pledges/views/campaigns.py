"""Campaigns: their list, their file, the form of one, and the figures for a round."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.pledges import actions, queries
from pingyi.apps.pledges import statistics as counted
from pingyi.apps.pledges.access import EDITORS, campaign_page, find_campaign
from pingyi.apps.pledges.access import list_page as readers_page
from pingyi.apps.pledges.enums import CampaignState, PledgeState
from pingyi.apps.pledges.forms import CampaignForm
from pingyi.apps.pledges.models import Campaign
from pingyi.apps.pledges.tables import CAMPAIGN_KINDS, campaign_address
from pingyi.apps.polls.access import OfficeRequest, may, page
from pingyi.base.columns import Column
from pingyi.base.export import Sheet, file_of
from pingyi.base.listing import Listing
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.stories import story_of

LONGEST_FIGURE = 60


@require_GET
@readers_page
def campaigns(request: OfficeRequest) -> HttpResponseBase:
    """All campaigns that one may see."""
    listing = Listing(
        title=_("承诺活动"),
        rows=queries.with_numbers(queries.visible_campaigns(request.user)),
        columns=(
            Column("title", _("名称"), sort="title", link=campaign_address, width=30),
            Column("year", _("年度"), sort="year", phone=True),
            Column("document_number", _("依据文号"), kind="line"),
            Column("opens_on", _("开始日期"), sort="opens_on", kind="day"),
            Column("closes_on", _("截止日期"), sort="closes_on", kind="day", phone=True),
            Column("called", _("承诺单位"), kind="number", sort="called"),
            Column("handed", _("已提交"), kind="number", sort="handed"),
            Column("told", _("已公布"), kind="number", sort="told"),
            Column("settled", _("已交账"), kind="number", sort="settled"),
            Column(
                "state",
                _("状态"),
                value=lambda one: one.get_state_display(),
                state=lambda one: CAMPAIGN_KINDS[one.state],
            ),
        ),
    )
    return listing.respond(request, "pledges/campaigns.html")


@require_GET
@campaign_page
def campaign_file(request: OfficeRequest, campaign: Campaign) -> HttpResponse:
    """Where a campaign stands."""
    one = queries.with_numbers(Campaign.objects.all()).get(pk=campaign.pk)
    organises = may(request.user, *EDITORS)
    shown = {
        "campaign": one,
        "kind": CAMPAIGN_KINDS[one.state],
        "facts": _facts(one),
        "aspects": list(one.aspects.all()),
        "organises": organises,
        "draft": one.state == CampaignState.DRAFT,
        "announced": one.state == CampaignState.ANNOUNCED,
        "has_secondary": organises and one.state == CampaignState.ANNOUNCED,
        "missing": list(one.pledges.filter(state=PledgeState.DRAFTED).order_by("unit__path")),
        "figures": organises and one.pledges.filter(state=PledgeState.CLOSED).exists(),
        "without_figure": counted.without_figure(one) if organises else (),
        "figure": _("公开承诺完成情况"),
        "longest": LONGEST_FIGURE,
        "story": story_of("pledges.campaign", {"pledges.campaign": [one.pk]}),
    }
    return render(request, "pledges/campaign.html", shown)


def _facts(one: Campaign) -> list[tuple[object, object]]:
    document = f"《{one.document_title}》" if one.document_title else ""
    return [
        (_("年度"), one.year),
        (_("依据文件"), document),
        (_("依据文号"), one.document_number),
        (_("备案号"), one.filing_number),
        (_("公布媒体"), one.outlets),
        (_("转入台账的专项"), one.ledger or ""),
    ]


@require_http_methods(["GET", "POST"])
@page(*EDITORS)
def edit(request: OfficeRequest, pk: int | None = None) -> HttpResponse:
    """A new campaign, or one to change."""
    found = find_campaign(request.user, pk) if pk is not None else None
    form = CampaignForm(request.POST or None, initial=CampaignForm.start(found))
    made: list[Campaign] = []

    def call() -> None:
        made.append(actions.save_campaign(by=request.user, campaign=found, **form.parts()))

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("承诺活动已保存。"))
        return redirect("pledges:campaign", made[0].pk)
    cancel = campaign_address(found) if found else reverse("pledges:campaigns")
    shown = {"form": form, "campaign": found, "cancel": cancel}
    return render(request, "pledges/edit.html", shown, status=status_of(form))


@require_POST
@campaign_page
def announce(request: OfficeRequest, campaign: Campaign) -> HttpResponse:
    """Call up the units."""
    actions.announce(by=request.user, campaign=campaign)
    messages.success(request, _("已部署，各承诺单位已收到消息。"))
    return redirect("pledges:campaign", campaign.pk)


@require_POST
@campaign_page
def end(request: OfficeRequest, campaign: Campaign) -> HttpResponse:
    """Everything is settled."""
    actions.end(by=request.user, campaign=campaign)
    messages.success(request, _("承诺活动已结束。"))
    return redirect("pledges:campaign", campaign.pk)


@require_GET
@page(*EDITORS)
def figures(request: OfficeRequest, pk: int) -> HttpResponseBase:
    """The settlement as a table of figures, for a round's scheme."""
    campaign = find_campaign(request.user, pk)
    figure = request.GET.get("figure", "").strip()[:LONGEST_FIGURE] or _("公开承诺完成情况")
    # The headings are those of the table that a round takes, in any language of the page.
    columns = (Column("figure", "指标"), Column("target", "对象编码"), Column("value", "数值"))
    sheet = Sheet(_("指标表"), columns, campaign.title, settings.AUTHORITY)
    return file_of(request.GET.get("export", "xlsx"), sheet, counted.figures_of(campaign, figure))
