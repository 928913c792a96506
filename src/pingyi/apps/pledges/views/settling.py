"""The year-end settlement: the unit's account, what was found, closed by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django import forms as dj
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pingyi.apps.ledger.enums import EntryState
from pingyi.apps.ledger.models import Entry
from pingyi.apps.pledges import actions, forms, queries
from pingyi.apps.pledges.access import pledge_page
from pingyi.apps.pledges.actions.ruling import target_words
from pingyi.apps.pledges.models import Item, Pledge
from pingyi.apps.pledges.steps import BY_NAME
from pingyi.apps.pledges.tables import address_of
from pingyi.apps.pledges.views.pledges import allowed, done_with, reasoned
from pingyi.apps.polls.access import OfficeRequest
from pingyi.base.errors import Conflict, Invalid, Stale
from pingyi.base.posting import kept, status_of

both = require_http_methods(["GET", "POST"])
Row = tuple[Item, dj.Form, Entry | None, str]


@both
@pledge_page
def account(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """The unit's own account of each item."""
    allowed(request, pledge, "account")
    rows = _rows(pledge, lambda item, _entry: forms.ToldForm(item, request.POST or None))

    def call() -> None:
        said = {item.number: form.told() for item, form, *_rest in rows}  # type: ignore[attr-defined]
        actions.account(
            by=request.user, pledge=pledge, said=said, seen=forms.SeenForm.of(request.POST)
        )

    return _page(request, pledge, "account", rows, call)


@both
@pledge_page
def settle(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """What was found of each item; a closed entry of the ledger is proposed as met."""
    allowed(request, pledge, "settle")
    rows = _rows(
        pledge,
        lambda item, entry: forms.OutcomeForm(
            item, entry is not None and entry.state == EntryState.CLOSED, request.POST or None
        ),
    )

    def call() -> None:
        outcomes = {item.number: form.outcome() for item, form, *_rest in rows}  # type: ignore[attr-defined]
        actions.settle(
            by=request.user, pledge=pledge, outcomes=outcomes, seen=forms.SeenForm.of(request.POST)
        )

    return _page(request, pledge, "settle", rows, call)


def _rows(pledge: Pledge, form_of: Callable[[Item, Entry | None], dj.Form]) -> list[Row]:
    return [
        (item, form_of(item, entry), entry, target_words(item))
        for item, entry in queries.items_with_entries(pledge)
    ]


def _page(
    request: OfficeRequest,
    pledge: Pledge,
    verb: str,
    rows: Sequence[Row],
    call: Callable[[], object],
) -> HttpResponse:
    """All items on one page; what the action finds wrong stands above them."""
    problem: object = ""
    stale = False
    status = status_of(*(form for _item, form, *_rest in rows))
    if request.method == "POST" and status == 200:
        try:
            call()
        except (Invalid, Conflict) as error:
            stale, status = isinstance(error, Stale), error.status
            problem = kept(error) if isinstance(error, Conflict) and not stale else error
        else:
            return done_with(request, pledge, _("已保存。"))
    pledge.refresh_from_db()
    shown = {
        "pledge": pledge,
        "stale": stale,
        "verb": BY_NAME[verb],
        "rows": rows,
        "problem": problem,
        "settles": verb == "settle",
        "cancel": address_of(pledge),
    }
    return render(request, "pledges/settle.html", shown, status=status)


@both
@pledge_page
def send_back(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    return reasoned(request, pledge, "send_back", actions.send_back, _("已退回重新核实。"))


@require_POST
@pledge_page
def close(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    actions.close(by=request.user, pledge=pledge)
    return done_with(request, pledge, _("已办结，核实结果已公布。"))
