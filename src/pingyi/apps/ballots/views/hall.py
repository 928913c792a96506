"""The hall's console: open and lock items, live turnout; the exchange desk; the purge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ballots import access, actions, clock, clock_actions
from pingyi.apps.ballots.access import KEEPERS, ORGANISERS, PRESIDERS, READERS
from pingyi.apps.ballots.forms import CodeForm
from pingyi.apps.ballots.models import ZeroReport
from pingyi.apps.ballots.open_items import alarms as open_alarms
from pingyi.apps.ballots.turnout import ItemTurnout, turnout
from pingyi.apps.polls import queries as polls
from pingyi.apps.polls.access import OfficeRequest, page
from pingyi.apps.polls.enums import OVER, ItemState, PollState, Way
from pingyi.apps.polls.models import Item, Poll
from pingyi.base.errors import Missing
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, status_of

ITEM_KINDS: dict[str, StateKind] = {
    ItemState.WAITING: "neutral",
    ItemState.OPEN: "active",
    ItemState.LOCKED: "locked",
    ItemState.COUNTED: "done",
}


def items_of(poll: Poll) -> list[Item]:
    rows = Item.objects.filter(poll=poll).select_related("channel", "target", "poll")
    return list(rows.order_by("number"))


def find_item(slug: str, number: int) -> Item:
    """Raises ``Missing``."""
    rows = Item.objects.select_related("channel", "target", "poll__version")
    item = rows.filter(poll__slug=slug, number=number).first()
    if item is None:
        raise Missing(_("没有这个场次。"), _("请从投票页进入。"))
    return item


def _signature(items: Sequence[Item]) -> str:
    """Changes with the state of any item or the clock's alarm, so that an open console notices."""
    states = ",".join(f"{item.number}{item.state}" for item in items)
    states += f" {len(clock.alarms())}"
    return hashlib.sha256(states.encode()).hexdigest()[:16]


@require_GET
@never_cache
@page(*READERS)
def console(request: OfficeRequest, slug: str) -> HttpResponse:
    """The stage of whoever presides."""
    poll = polls.find(slug)
    items = items_of(poll)
    live = [item for item in items if item.state == ItemState.OPEN]
    waiting = [item for item in items if item.state == ItemState.WAITING]
    in_hall = [item for item in waiting if item.channel.way == Way.HALL]
    shown = {
        "poll": poll,
        "items": [(item, ITEM_KINDS[item.state]) for item in items],
        "live": live,
        "next": next(iter(in_hall), None),
        "after": in_hall[1] if len(in_hall) > 1 else None,
        "hall_open": any(item.channel.way == Way.HALL for item in live),
        "presides": access.may(request.user, *PRESIDERS) and poll.state == PollState.VOTING,
        "voting": poll.state == PollState.VOTING,
        "exchanges": access.may(request.user, *KEEPERS),
        "alarms": clock.alarms(),
        "unwitnessed": not poll.rehearsal
        and ZeroReport.objects.filter(poll=poll, witnessed_by="").exists(),
        "signature": _signature(items),
        "turnouts": [] if poll.state in OVER else _turnouts(poll, items),
        "open_alarms": open_alarms(poll),
        "done": sum(item.state in {ItemState.LOCKED, ItemState.COUNTED} for item in items),
    }
    return render(request, "ballots/console.html", shown)


def _turnouts(poll: Poll, items: Sequence[Item]) -> list[tuple[Item, ItemTurnout]]:
    """Of what is open; with nothing open, of what was locked last."""
    wanted = [item for item in items if item.state == ItemState.OPEN]
    if not wanted:
        shut = [item for item in items if item.state == ItemState.LOCKED and item.locked_at]
        wanted = sorted(shut, key=lambda item: item.locked_at or item.opened_at or 0)[-1:]
    found = turnout(poll, wanted)
    return [(item, found[item.number]) for item in wanted if item.number in found]


@require_GET
@never_cache
@page(*READERS)
def live(request: OfficeRequest, slug: str) -> HttpResponse:
    """The turnout alone, fetched every few seconds; tells the page to reload when an item was
    opened or locked by somebody else."""
    poll = polls.find(slug)
    items = items_of(poll)
    shown = {
        "poll": poll,
        "turnouts": [] if poll.state in OVER else _turnouts(poll, items),
        "open_alarms": open_alarms(poll),
    }
    answer = render(request, "ballots/part/live.html", shown)
    if request.GET.get("states") != _signature(items):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@page(*PRESIDERS)
def open_item(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    item = actions.open_item(by=request.user, item=find_item(slug, number))
    messages.success(request, _("已开放：%(item)s") % {"item": item})
    return redirect("ballots:console", slug)


@require_POST
@page(*PRESIDERS)
def lock_item(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    item = actions.lock_item(by=request.user, item=find_item(slug, number))
    messages.success(request, _("已锁定：%(item)s") % {"item": item})
    return redirect("ballots:console", slug)


@require_POST
@page(*PRESIDERS)
def accept_clock(request: OfficeRequest, slug: str) -> HttpResponse:
    """Whoever presides has looked at the clock."""
    poll = polls.find(slug)
    clock_actions.accept_clock(by=request.user)
    messages.success(request, _("已确认时钟正确，自动开放和锁定恢复。"))
    return redirect("ballots:console", poll.slug)


@require_http_methods(["GET", "POST"])
@never_cache
@page(*KEEPERS)
def exchange(request: OfficeRequest, slug: str) -> HttpResponse:
    """At the desk: a code is spent, and an uncoded paper form handed out."""
    poll = polls.find(slug)
    form = CodeForm(request.POST or None)
    spent: list[int] = []

    def call() -> None:
        code = form.cleaned_data["code"]
        spent.extend(actions.exchange_for_paper(by=request.user, poll=poll, typed=code))

    if request.method == "POST" and attempt_or_keep(form, call):
        text = _("投票码已作废，请发给一张无码纸票（%(n)s 个场次）。")
        messages.success(request, text % {"n": len(spent)})
        return redirect("ballots:exchange", slug)
    shown = {"poll": poll, "form": form, "submit": _("作废并换纸票")}
    return render(request, "ballots/exchange.html", shown, status=status_of(form))


@require_http_methods(["GET", "POST"])
@page(*ORGANISERS)
def purge(request: OfficeRequest, slug: str) -> HttpResponse:
    """Remove a rehearsal."""
    poll = polls.find(slug)
    if request.method == "POST":
        actions.purge(by=request.user, poll=poll)
        messages.success(request, _("演练已清除。"))
        return redirect("polls:poll", slug)
    return render(request, "ballots/purge.html", {"poll": poll})
