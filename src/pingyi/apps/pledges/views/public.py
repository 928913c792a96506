"""What everybody reads of pledges: name and post, what is promised, and in the end what came of
it. Nothing before it is published, nothing of evidence, reasons or files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pingyi.apps.pledges import queries
from pingyi.apps.pledges.actions.ruling import target_words
from pingyi.apps.pledges.enums import PledgeState
from pingyi.apps.pledges.models import Pledge
from pingyi.apps.pledges.rules import met_share
from pingyi.apps.pledges.tables import RESULT_KINDS, benchmark_words
from pingyi.base.columns import Column
from pingyi.base.errors import Missing
from pingyi.base.listing import Listing


def _address(one: Pledge) -> str:
    return reverse("pledges:public_pledge", args=[one.pk])


@require_GET
def campaigns(request: HttpRequest) -> HttpResponseBase:
    """All pledges that were published, or those of one campaign, the newest on top."""
    rows, key = queries.published(), request.GET.get("campaign", "")
    listing = Listing(
        title=_("公开承诺"),
        rows=rows.filter(campaign=int(key)) if key.isdecimal() else rows,
        columns=(
            Column("unit_title", _("单位"), sort="unit_title", link=_address, width=26),
            Column("head_name", _("承诺人"), phone=True),
            Column("head_post", _("职务")),
            Column("campaign.title", _("承诺活动"), sort="campaign__title", width=26),
            Column("published_on", _("公布日期"), sort="published_on", kind="day", phone=True),
            Column("closed", _("结果"), value=_closed_words, phone=True),
        ),
        order="-published_on",
    )
    return listing.respond(request, "pledges/public_list.html")


def _closed_words(one: Pledge) -> str:
    return _("已交账") if one.state == PledgeState.CLOSED else ""


@require_GET
def pledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One pledge, as far as it is told to everybody."""
    one = queries.published().filter(pk=pk).first()
    if one is None:
        raise Missing(_("没有这份公布的承诺书。"), _("请从公开承诺列表进入。"))
    closed = one.state == PledgeState.CLOSED
    items = list(one.items.select_related("aspect").order_by("aspect__number", "number"))
    shown = {
        "pledge": one,
        "closed": closed,
        "share": met_share(item.result for item in items) if closed else None,
        "rows": [
            (item, target_words(item), benchmark_words(item), RESULT_KINDS[item.result])
            for item in items
        ],
    }
    return render(request, "pledges/public_pledge.html", shown)
