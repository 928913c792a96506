"""The file of a pledge, what the unit writes, and what the organiser does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as dj
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.documents.queries import attachments_of
from pingyi.apps.ledger.queries import visible as visible_entries
from pingyi.apps.pledges import actions, forms, queries
from pingyi.apps.pledges.access import pledge_page, rights_at, sides
from pingyi.apps.pledges.actions.keeping import is_late
from pingyi.apps.pledges.actions.ruling import target_words
from pingyi.apps.pledges.enums import TOLD, PledgeState
from pingyi.apps.pledges.models import Pledge
from pingyi.apps.pledges.rules import met_share
from pingyi.apps.pledges.steps import BY_NAME, first_of, possible, verbs_for
from pingyi.apps.pledges.tables import (
    RESULT_KINDS,
    STATE_KINDS,
    address_of,
    benchmark_words,
    stages,
)
from pingyi.apps.polls.access import OfficeRequest
from pingyi.base.errors import Conflict, Missing, Refused, Stale
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.references import Reference
from pingyi.base.stories import story_of

both = require_http_methods(["GET", "POST"])


@require_GET
@pledge_page
def pledge_file(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """Where it stands, what it promises, what came of it."""
    late = is_late(pledge)
    on = sides(request.user, pledge)
    verbs = list(verbs_for(pledge, on, late))
    first = first_of(pledge, verbs)
    rows = queries.items_with_entries(pledge)
    seen = visible_entries(request.user).filter(pk__in=[one.pk for _item, one in rows if one])
    share = met_share(item.result for item, _entry in rows)
    letter = attachments_of(Reference("pledges.pledge", str(pledge.pk)))
    shown = {
        "pledge": pledge,
        "kind": STATE_KINDS[pledge.state],
        "stages": stages(pledge),
        "facts": _facts(pledge),
        "first": first,
        "verbs": [verb for verb in verbs if verb is not first],
        "has_secondary": any(verb is not first for verb in verbs),
        "rows": [
            (item, target_words(item), benchmark_words(item), RESULT_KINDS[item.result], entry)
            for item, entry in rows
        ],
        "seen": set(seen.values_list("pk", flat=True)),
        "share": share,
        "writes": "owner" in on and possible(pledge, "write"),
        "late": late and pledge.state == PledgeState.DRAFTED,
        "unsigned": pledge.state != PledgeState.CLOSED and not letter.exists(),
        "adds": rights_at(request.user, str(pledge.pk)).add,
        "told": pledge.state in TOLD,
        "story": story_of("pledges.pledge", {"pledges.pledge": [pledge.pk]}),
    }
    return render(request, "pledges/pledge.html", shown)


def _facts(pledge: Pledge) -> list[tuple[object, object]]:
    campaign = pledge.campaign
    manner = pledge.get_manner_display()
    if pledge.medium:
        manner = f"{manner}（{pledge.get_medium_display()}）"
    ruled = [(_("准予逾期的理由"), pledge.late_reason)] if pledge.late_reason else []
    return [
        (_("承诺活动"), campaign.title),
        (_("依据文号"), campaign.document_number),
        (_("承诺人"), pledge.head_name),
        (_("职务"), pledge.head_post),
        (_("承诺形式"), manner),
        (_("签署方式"), pledge.get_signature_display()),
        *ruled,
    ]


@both
@pledge_page
def write(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """Who pledges, and how."""
    allowed(request, pledge, "write")
    form = forms.GiverForm(request.POST or None, initial=forms.GiverForm.start(pledge))

    def call() -> None:
        actions.write(by=request.user, pledge=pledge, **form.parts())

    def now() -> dict[str, Any]:
        pledge.refresh_from_db()
        return forms.GiverForm.start(pledge)

    return _form_page(request, pledge, form, call, _("承诺人和形式"), _("已保存。"), now)


@both
@pledge_page
def item(request: OfficeRequest, pledge: Pledge, number: int | None = None) -> HttpResponse:
    """One item, new or to change."""
    allowed(request, pledge, "write")

    def now() -> dict[str, Any]:
        return forms.ItemForm.start(pledge.items.filter(number=number or 0).first())

    start = now()
    if request.method == "GET" and number and not start["seen"]:
        raise Missing(_("没有这条承诺事项。"), _("它可能已被删去；请回到承诺书。"))
    form = forms.ItemForm(pledge.campaign, request.POST or None, initial=start)

    def call() -> None:
        actions.save_item(by=request.user, pledge=pledge, number=number, **form.parts())

    title = _("第%(number)s条承诺") % {"number": number} if number else _("添加承诺事项")
    return _form_page(request, pledge, form, call, title, _("承诺事项已保存。"), now)


@require_POST
@pledge_page
def drop_item(request: OfficeRequest, pledge: Pledge, number: int) -> HttpResponse:
    """Strike an item out, as the page of the pledge has shown it."""
    seen = forms.SeenForm.of(request.POST)
    try:
        actions.drop_item(by=request.user, pledge=pledge, number=number, seen=seen)
    except Stale:
        words = _("这条承诺事项刚刚改过，没有删去；请看过现在的内容再定。")
        messages.warning(request, words)
        return redirect("pledges:pledge", pledge.pk)
    return done_with(request, pledge, _("已删去。"))


@require_POST
@pledge_page
def hand_in(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    actions.hand_in(by=request.user, pledge=pledge)
    return done_with(request, pledge, _("承诺书已提交，待组织者公布。"))


@require_POST
@pledge_page
def publish(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """Tell everybody, and enter the items into the ledger."""
    actions.publish(by=request.user, pledge=pledge)
    return done_with(request, pledge, _("已公布，承诺事项已转入台账。"))


@both
@pledge_page
def admit(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    return reasoned(request, pledge, "admit", actions.admit, _("已准予逾期提交。"))


@both
@pledge_page
def give_back(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    return reasoned(request, pledge, "give_back", actions.give_back, _("已退回单位修改。"))


@require_GET
@pledge_page
def letter(request: OfficeRequest, pledge: Pledge) -> HttpResponse:
    """The letter to be sealed and the leaflet (承诺书、明白纸), for print."""
    items = pledge.items.select_related("aspect").order_by("aspect__number", "number")
    shown = {
        "pledge": pledge,
        "rows": [(one, target_words(one), benchmark_words(one)) for one in items],
        "authority": settings.AUTHORITY,
        "back": address_of(pledge),
    }
    return render(request, "pledges/letter.html", shown)


def reasoned(
    request: OfficeRequest,
    pledge: Pledge,
    verb: str,
    action: Callable[..., object],
    done: str,
) -> HttpResponse:
    """The form of an act that needs nothing but a reason."""
    allowed(request, pledge, verb)
    form = forms.ReasonForm(request.POST or None)

    def call() -> None:
        action(by=request.user, pledge=pledge, reason=form.cleaned_data["reason"])

    return _form_page(request, pledge, form, call, str(BY_NAME[verb].title), done)


def allowed(request: OfficeRequest, pledge: Pledge, verb: str) -> None:
    """Is the form of the verb for this account, and may it be done as things stand? What was
    typed in goes on to the action, which says so above the form."""
    found = BY_NAME[verb]
    if found.of not in sides(request.user, pledge):
        raise Refused(
            _("您不能对这份承诺书“%(verb)s”。") % {"verb": found.title},
            _("承诺书由本单位填写，由承诺单位以外的组织者公布、核实。"),
        )
    if request.method == "GET" and not possible(pledge, verb):
        raise Conflict(
            _("承诺书现在是“%(state)s”，不能“%(verb)s”。")
            % {"state": pledge.get_state_display(), "verb": found.title},
            _("请回到承诺书看看现在该做什么。"),
        )


def _form_page(
    request: OfficeRequest,
    pledge: Pledge,
    form: dj.Form,
    call: Callable[[], object],
    title: str,
    done: str,
    now: Callable[[], dict[str, Any]] | None = None,
) -> HttpResponse:
    """``now``: what stands there, where another may have saved meanwhile; the own words stay."""
    shown = {"pledge": pledge, "form": form, "title": title, "cancel": address_of(pledge)}
    try:
        if request.method == "POST" and attempt_or_keep(form, call):
            return done_with(request, pledge, done)
    except Stale as stale:
        start = now() if now else {}
        form.data = {**request.POST.dict(), "seen": str(start["seen"])}
        shown |= {"stale": stale, "there": forms.words_there(form, start) if start["seen"] else ()}
        return render(request, "pledges/form.html", shown, status=stale.status)
    return render(request, "pledges/form.html", shown, status=status_of(form))


def done_with(request: OfficeRequest, pledge: Pledge, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("pledges:pledge", pledge.pk)
