"""What came out of the box: reconciliation, results by class, scores."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.ballots import (
    access,
    open_items,
    opening_actions,
    plan,
    reconciliation,
    results,
    scores,
)
from pingyi.apps.ballots.access import CHECKERS, KEEPERS, READERS
from pingyi.apps.ballots.open_items import slot_lines
from pingyi.apps.ballots.views.hall import find_item
from pingyi.apps.polls import queries as polls
from pingyi.apps.polls import rulings
from pingyi.apps.polls.access import OfficeRequest, page
from pingyi.apps.polls.enums import OVER, ItemState, PollState
from pingyi.apps.polls.models import Poll
from pingyi.base.errors import Conflict, HouseError, Missing


@require_http_methods(["GET", "POST"])
@never_cache
@page(*KEEPERS)
def reconcile(request: OfficeRequest, slug: str) -> HttpResponse:
    """Does it add up? A checker may ask for what is withheld (posted, and audited)."""
    poll = polls.find(slug)
    whole = request.method == "POST"
    if whole:
        opening_actions.disclose_counts(by=request.user, poll=poll)
    groups = reconciliation.statement(poll, whole=whole)
    shown = {
        "poll": poll,
        "groups": groups,
        "whole": whole,
        "withheld": any(group.withheld for group in groups),
        "checker": access.may(request.user, *CHECKERS),
        "wrong": any(
            line.findings() and not line.ruling for group in groups for line in group.lines
        ),
        "unreadable": any(line.line.unreadable for group in groups for line in group.lines),
        "rulings": rulings.approved_all(poll),
        "over": poll.state in OVER,
        "open_alarms": open_items.alarms(poll),
        "slots": [line for item in open_items.open_items(poll) for line in slot_lines(item)],
    }
    return render(request, "ballots/reconciliation.html", shown)


@require_GET
@page(*READERS)
def disclosure_plan(request: OfficeRequest, slug: str) -> HttpResponse:
    """Which classes will be withheld, as far as their heads tell."""
    poll = polls.find(slug)
    shown = {"poll": poll, "tables": plan.plan_of(poll)}
    return render(request, "ballots/plan.html", shown)


@require_GET
@page(*READERS)
def overview(request: OfficeRequest, slug: str) -> HttpResponse:
    """Ballots by class, of all opened items."""
    poll = polls.find(slug)
    found = results.item_results(poll)
    shown = {"poll": poll, "results": found, "left": poll.items.count() - len(found)}
    return render(request, "ballots/results.html", shown)


@require_GET
@page(*READERS)
def answers(request: OfficeRequest, slug: str, number: int) -> HttpResponse:
    """How an item was answered, target by target."""
    item = find_item(slug, number)
    if item.state != ItemState.COUNTED:
        raise Missing(_("这个场次还没有开箱。"), _("开箱之后才有结果。"))
    shown = {"poll": item.poll, "item": item, "found": results.distribution(item.poll, item)}
    return render(request, "ballots/answers.html", shown)


def _has_scores(poll: Poll) -> bool:
    """All boxes are open; a vote that is counted by hand alone has none."""
    return poll.state == PollState.COUNTED or not poll.items.exists()


@require_GET
@page(*READERS)
def score(request: OfficeRequest, slug: str) -> HttpResponse:
    """Scores, grades and ranks."""
    poll = polls.find(slug)
    error: HouseError | None = None
    ranking = None
    if _has_scores(poll):
        try:
            ranking = scores.ranking(poll)
        except HouseError as found:
            error = found
    shown = {
        "poll": poll,
        "ranking": ranking,
        "error": error,
        "rulings": rulings.approved_all(poll),
    }
    return render(request, "ballots/score.html", shown)


@require_GET
@page(*READERS)
def why(request: OfficeRequest, slug: str, code: str) -> HttpResponse:
    """Where a target's score comes from, down to counts that may be shown."""
    poll = polls.find(slug)
    if not _has_scores(poll):
        raise Conflict(_("全部场次开箱之后才有得分。"))
    return render(request, "ballots/why.html", {"poll": poll, "tree": scores.why(poll, code)})
