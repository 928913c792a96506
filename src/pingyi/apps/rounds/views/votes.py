"""Votes of a round."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingyi.apps.polls.enums import Way
from pingyi.apps.polls.models import Channel, Poll
from pingyi.apps.rounds import access, actions, queries
from pingyi.apps.rounds.access import EDITORS, OfficeRequest, page
from pingyi.apps.rounds.forms import VoteForm
from pingyi.apps.rounds.models import Round
from pingyi.apps.schemes.ballot_forms import ballot_form
from pingyi.base.posting import attempt_or_keep, status_of


@require_http_methods(["GET", "POST"])
@page(*EDITORS)
def create(request: OfficeRequest, slug: str) -> HttpResponse:
    """Another vote of the round."""
    found = access.find(request.user, slug)
    held = Channel.objects.filter(poll__round_vote__round=found).exclude(way=Way.NONE)
    taken = set(held.values_list("input_key", flat=True))
    start = {"title": _proposed(found)}
    form = VoteForm(ballot_form(found.version), taken, request.POST or None, initial=start)
    made: list[Poll] = []
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: made.append(actions.hold_poll(by=request.user, round=found, **form.cleaned_data)),
    ):
        messages.success(request, _("投票已建立，评议对象已带入。请在这里设定渠道并封定。"))
        return redirect("polls:poll", made[0].slug)
    shown = {
        "round": found,
        "form": form,
        "submit": _("建立投票"),
        "cancel": reverse("rounds:round", args=[slug]),
    }
    return render(request, "rounds/create_vote.html", shown, status=status_of(form))


def _proposed(found: Round) -> str:
    """The round's title, and for what is not its first vote which it is."""
    before = queries.polls_of(found).count()
    if not before:
        return found.title
    return _("%(round)s（第%(number)s次投票）") % {"round": found.title, "number": before + 1}
