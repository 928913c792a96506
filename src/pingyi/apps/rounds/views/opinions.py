"""Opinions: the page on which anybody gives one, and the list that presiders moderate."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pingyi.apps.polls.access import may
from pingyi.apps.rounds import access
from pingyi.apps.rounds.access import EDITORS, PRESIDERS, READERS, OfficeRequest, page
from pingyi.apps.rounds.actions import opinions as actions
from pingyi.apps.rounds.enums import OPINION_PRESET, OpinionState, RoundState
from pingyi.apps.rounds.filters import OpinionFilter
from pingyi.apps.rounds.forms import CategoriesForm, HoldForm, OpinionForm
from pingyi.apps.rounds.models import Opinion, Round
from pingyi.base.errors import Missing, Refused, Throttled
from pingyi.base.listing import Bulk, Chip, Column, Listing, picked
from pingyi.base.marks import fields_mark
from pingyi.base.parts import StateKind
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.throttle import PerMinute

both = require_http_methods(["GET", "POST"])
MOST_A_MINUTE = 60
"""From one address: a whole hall may sit behind one."""
KINDS: dict[str, StateKind] = {
    OpinionState.WAITING: "waiting",
    OpinionState.RELAYED: "done",
    OpinionState.HELD: "locked",
}
_given = PerMinute(MOST_A_MINUTE)


@both
@never_cache
def say(request: HttpRequest, guest: str) -> HttpResponse:
    """Give an opinion. The page is the same for everybody; it asks who is signed in no more than
    the voter's page does, and puts nothing into a session."""
    found = Round.objects.filter(guest_key=guest, state=RoundState.COLLECTING).first()
    if found is None:
        raise Missing(_("现在不收意见。"), _("评议开始后、截止前可以提意见。"))
    form = OpinionForm(found, request.POST or None)
    if request.method == "POST":
        if _given.too_many(_address_of(request)):
            raise Throttled(_("这个网络提交得太频繁。"), _("请过一分钟再试。"))
        if attempt_or_keep(form, lambda: actions.give(round=found, **form.cleaned_data)):
            return redirect(f"{reverse('rounds:say', args=[guest])}?thanks=1")
    shown = {"round": found, "form": form, "thanks": "thanks" in request.GET}
    return render(request, "rounds/say.html", shown, status=status_of(form))


def _address_of(request: HttpRequest) -> str:
    """Who asks, for a counter in memory; behind one's own proxy, whom that names."""
    if settings.PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


@both
@page(*READERS)
def index(request: OfficeRequest, slug: str) -> HttpResponseBase:
    """All opinions of a round; presiders relay the ticked ones to the hall."""
    found = access.find(request.user, slug)
    presides = may(request.user, *PRESIDERS)
    if request.method == "POST":
        if not presides:
            raise Refused(_("只有组织者和主持人能把意见转到现场。"))
        keys = [int(key) for key in picked(request)[1] if str(key).isdecimal()]
        number = actions.relay(by=request.user, round=found, opinions=keys)
        messages.success(request, _("已转到现场：%(n)s 条。") % {"n": number})
        return redirect("rounds:opinions", slug)
    asked: Any = request
    asked.targets = found.targets.all()
    relay = Bulk("relay", _("转到现场"), _("勾选的意见将在大屏上滚动显示。确定吗？"), "send")
    listing = Listing(
        title=_("意见和建议"),
        rows=found.opinions.select_related("target"),
        columns=(
            Column("text", _("意见和建议"), link=_address),
            Column("category", _("分类"), sort="category"),
            Column("target.title", _("对象"), sort="target__number"),
            Column("speaker", _("身份（自报）"), value=lambda one: one.get_speaker_display()),
            Column("day", _("日期"), sort="day", kind="day"),
            Column(
                "state",
                _("状态"),
                sort="state",
                value=lambda one: one.get_state_display(),
                state=lambda one: KINDS[one.state],
            ),
            Column("reason", _("不转理由")),
        ),
        filters=OpinionFilter,
        chips=(Chip(_("全部"), ""), Chip(_("待审"), "state=waiting")),
        bulk=(relay,) if presides else (),
        period=found.period,
    )
    shown = {"round": found, "editor": access.may_edit(request.user)}
    return listing.respond(request, "rounds/opinions.html", **shown)


def _address(one: Opinion) -> str:
    return reverse("rounds:opinion", args=[one.round.slug, one.pk])


@both
@page(*READERS)
def opinion(request: OfficeRequest, slug: str, pk: int) -> HttpResponse:
    """One opinion: relayed, or held back with a reason."""
    found = access.find(request.user, slug)
    one = found.opinions.select_related("target").filter(pk=pk).first()
    if one is None:
        raise Missing(_("没有这条意见。"))
    form = HoldForm(request.POST or None, initial={"reason": one.reason})
    if request.method == "POST" and request.POST.get("what") == "relay":
        actions.relay(by=request.user, round=found, opinions=[one.pk])
        return redirect("rounds:opinions", slug)
    if request.method == "POST" and attempt_or_keep(
        form, lambda: actions.hold(by=request.user, opinion=one, **form.cleaned_data)
    ):
        return redirect("rounds:opinions", slug)
    shown = {
        "round": found,
        "opinion": one,
        "kind": KINDS[one.state],
        "form": form if may(request.user, *PRESIDERS) else None,
    }
    return render(request, "rounds/opinion.html", shown, status=status_of(form))


@both
@page(*EDITORS)
def categories(request: OfficeRequest, slug: str) -> HttpResponse:
    """Which categories opinions are given in."""
    found = access.find(request.user, slug)
    start = {
        "categories": "\n".join(found.opinion_categories),
        "seen": fields_mark(found, actions.CATEGORIES),
    }
    form = CategoriesForm(request.POST or None, initial=start)

    def call() -> None:
        data = form.cleaned_data
        lines = data["categories"].splitlines()
        actions.set_categories(by=request.user, round=found, categories=lines, seen=data["seen"])

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已保存。"))
        return redirect("rounds:opinions", slug)
    shown = {
        "round": found,
        "form": form,
        "preset": found.opinion_categories == list(OPINION_PRESET),
        "cancel": reverse("rounds:opinions", args=[slug]),
    }
    return render(request, "rounds/categories.html", shown, status=status_of(form))
