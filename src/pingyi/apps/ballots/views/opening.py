"""Opening the box: inspect, protocol, confirm, shares, open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ballots import access, masters, opening_actions, paper
from pingyi.apps.ballots.access import CHECKERS, KEEPERS, ORGANISERS, READERS
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.forms import SharesForm
from pingyi.apps.ballots.models import Opening, Stop
from pingyi.apps.ballots.views.hall import ITEM_KINDS, find_item, items_of
from pingyi.apps.polls import queries as polls
from pingyi.apps.polls.access import OfficeRequest, page
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Poll
from pingyi.base.errors import Missing
from pingyi.base.parts import stages_of
from pingyi.base.posting import attempt


@require_GET
@never_cache
@page(*READERS)
def opening(request: OfficeRequest, slug: str) -> HttpResponse:
    """All items with how far their opening has come."""
    return _page(request, polls.find(slug), SharesForm())


def _page(request: OfficeRequest, poll: Poll, form: SharesForm) -> HttpResponse:
    records = {record.item_id: record for record in Opening.objects.filter(item__poll=poll)}
    items = [(item, ITEM_KINDS[item.state], records.get(item.pk)) for item in items_of(poll)]
    states = [record.state for record in records.values()]
    locked = sum(item.state == ItemState.LOCKED for item, _kind, _record in items)
    begun = len(states) - states.count(OpeningState.INSPECTED)
    shares_in = poll.keys_held == "site" or masters.find(poll.slug) is not None
    shown = {
        "poll": poll,
        "items": items,
        "stops": Stop.objects.filter(item__poll=poll).select_related(
            "item__channel", "item__target"
        ),
        "form": form,
        "organiser": access.may(request.user, *ORGANISERS),
        "checker": access.may(request.user, *CHECKERS),
        "to_type": bool(paper.waiting(poll)),
        "to_inspect": sum(
            item.state == ItemState.LOCKED and record is None for item, _kind, record in items
        ),
        "to_confirm": states.count(OpeningState.INSPECTED),
        "to_open": begun - states.count(OpeningState.CLEARED),
        "locked": locked,
        "cleared": states.count(OpeningState.CLEARED),
        "shares_in": shares_in,
        "needs_shares": not shares_in and bool(begun - states.count(OpeningState.CLEARED)),
    }
    status = 422 if form.errors else 200
    return render(request, "ballots/opening.html", shown, status=status)


@require_POST
@page(*ORGANISERS)
def inspect(request: OfficeRequest, slug: str) -> HttpResponse:
    """Of one item, or of all that are locked."""
    poll = polls.find(slug)
    if number := _number(request):
        opening_actions.inspect_item(by=request.user, item=find_item(slug, number))
        return redirect("ballots:protocol", slug, number)
    count = opening_actions.inspect_all(by=request.user, poll=poll)
    messages.success(request, _("已清点 %(n)s 个场次。请打印清点单，由核对人确认。") % {"n": count})
    return redirect("ballots:opening", slug)


@require_POST
@page(*CHECKERS)
def confirm(request: OfficeRequest, slug: str) -> HttpResponse:
    """Of one item, or of all that are inspected."""
    poll = polls.find(slug)
    if number := _number(request):
        opening_actions.confirm_inspection(by=request.user, item=find_item(slug, number))
        count = 1
    else:
        count = opening_actions.confirm_all(by=request.user, poll=poll)
    messages.success(request, _("已确认 %(n)s 个场次的清点结果。") % {"n": count})
    return redirect("ballots:opening", slug)


@sensitive_post_parameters()
@require_POST
@never_cache
@page(*KEEPERS)
def shares(request: OfficeRequest, slug: str) -> HttpResponse:
    """Two shares for this session; they are never shown again."""
    poll = polls.find(slug)
    form = SharesForm(request.POST)
    if attempt(
        form,
        lambda: opening_actions.enter_shares(by=request.user, poll=poll, shares=form.shares()),
    ):
        messages.success(request, _("两份分片有效，四小时内可以开箱。"))
        return redirect("ballots:opening", slug)
    return _page(request, poll, form)


@require_POST
@page(*ORGANISERS)
def open_box(request: OfficeRequest, slug: str) -> HttpResponse:
    """One item, or all that are confirmed."""
    poll = polls.find(slug)
    if number := _number(request):
        opening_actions.open_box(by=request.user, item=find_item(slug, number))
        count = 1
    else:
        count = opening_actions.open_all(by=request.user, poll=poll)
    messages.success(request, _("已开箱 %(n)s 个场次，密钥和信封已销毁。") % {"n": count})
    return redirect("ballots:opening", slug)


def _number(request: OfficeRequest) -> int:
    number = request.POST.get("item", "")
    return int(number) if number.isdecimal() else 0


@require_http_methods(["GET"])
@page(*READERS)
def protocol(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """What was counted before the box was opened, to be printed and signed; later the root."""
    item = find_item(slug, number)
    record = Opening.objects.filter(item=item).first()
    if record is None:
        raise Missing(_("这个场次还没有清点。"), _("请从开箱页清点。"))
    shown = {
        "poll": item.poll,
        "item": item,
        "record": record,
        "stages": list(stages_of(OpeningState.choices, record.state)),
        "checker": access.may(request.user, *CHECKERS) and record.state == OpeningState.INSPECTED,
    }
    return render(request, "ballots/protocol.html", shown)
