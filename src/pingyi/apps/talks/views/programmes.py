"""Programmes, the month's schedule, and what is proposed from elsewhere."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls.access import may, page
from pingyi.apps.talks import forms, queries
from pingyi.apps.talks.access import EDITORS, OfficeRequest, editor_page
from pingyi.apps.talks.actions import programmes as actions
from pingyi.apps.talks.enums import Preset
from pingyi.apps.talks.models import Programme
from pingyi.apps.talks.presets import STARTS, UNKNOWN_TRIGGERS
from pingyi.apps.talks.rules import months_left
from pingyi.apps.talks.sources import Proposal, proposals
from pingyi.apps.talks.tables import STATE_KINDS
from pingyi.base.engagements import elsewhere
from pingyi.base.errors import Missing
from pingyi.base.listing import Column, Listing
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@require_GET
@editor_page
def programmes(request: OfficeRequest) -> HttpResponseBase:
    """All programmes."""
    listing = Listing(
        title=_("约谈制度"),
        rows=Programme.objects.all(),
        columns=(
            Column("title", _("制度名称"), sort="title", link=_schedule_of),
            Column("document_number", _("依据文号"), kind="line"),
            Column("filing_number", _("备案号"), kind="line"),
            Column("cycle", _("第几个周期"), kind="number"),
            Column("ended", _("已停止")),
        ),
    )
    return listing.respond(request, "talks/programmes.html", editor=may(request.user, *EDITORS))


def _schedule_of(one: Programme) -> str:
    return reverse("talks:schedule", args=[one.pk])


def _find(pk: int) -> Programme:
    found = Programme.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这项约谈制度。"))
    return found


@both
@page(*EDITORS)
def programme(request: OfficeRequest, pk: int | None = None) -> HttpResponse:
    """A new programme, from a preset, or one to change."""
    found = _find(pk) if pk is not None else None
    preset = found.preset if found else request.GET.get("preset", "")
    if preset not in STARTS:
        choices = [(key, Preset(key).label, one.source) for key, one in STARTS.items()]
        return render(request, "talks/choose.html", {"presets": choices})
    form = forms.ProgrammeForm(request.user, preset, request.POST or None, programme=found)
    made: list[Programme] = []

    def call() -> None:
        made.append(actions.save_programme(by=request.user, programme=found, **form.parts()))

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("约谈制度已保存。"))
        return redirect("talks:schedule", made[0].pk)
    shown = {
        "form": form,
        "programme": found,
        "source": STARTS[preset].source,
        "unknown": UNKNOWN_TRIGGERS if preset == Preset.TANGSHAN else 0,
        "cancel": reverse("talks:programmes"),
    }
    return render(request, "talks/programme.html", shown, status=status_of(form))


@both
@editor_page
def schedule(request: OfficeRequest, pk: int) -> HttpResponse:
    """Who is proposed for a month; what is ticked is taken on."""
    found = _find(pk)
    month = queries.month_of(request.GET.get("month", ""))
    form = forms.ScheduleForm(found, request.POST or None)

    def call() -> None:
        units = list(form.cleaned_data["units"])
        actions.schedule(by=request.user, programme=found, month=month, units=units)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已列入本月约谈，请逐个安排时间地点。"))
        return redirect(f"{reverse('talks:schedule', args=[pk])}?month={month:%Y-%m}")
    shown = {"programme": found, "form": form, **_month(request, found, month)}
    return render(request, "talks/schedule.html", shown, status=status_of(form))


def _month(request: OfficeRequest, found: Programme, month: date) -> dict[str, object]:
    """Of talks that the account doesn't see, those with its own unit among them, no more than that
    the unit has had its turn."""
    units = found.places.values_list("unit", flat=True)
    others = elsewhere("talks", request.user, list(units), month, month)
    places = queries.places_of(found, others)
    talks = list(queries.of_month(found, month).order_by("starts_at", "pk"))
    room = max(0, found.most - len(talks))
    picked = {place.unit.pk for place in queries.next_units(places, room)}
    left = [place for place in places if not place.candidate.in_cycle]
    seen = set(queries.visible(request.user).filter(programme=found).values_list("pk", flat=True))
    return {
        "month": month,
        "before": month - timedelta(days=1),
        "after": month + timedelta(days=31),
        "talks": [(talk, STATE_KINDS[talk.state]) for talk in talks if talk.pk in seen],
        "room": room,
        "proposed": len(picked),
        "places": [
            (place, place.unit.pk in picked, place.talk is not None and place.talk.pk in seen)
            for place in places
        ],
        "done": [place for place in places if place.talk is not None],
        "left": len(left),
        "months": [(n, months_left(len(left), n)) for n in _a_month(found)],
        "too_few": len(talks) + min(room, len(left)) < found.least,
    }


def _a_month(found: Programme) -> list[int]:
    return sorted({max(1, found.least), found.most})


@require_POST
@page(*EDITORS)
def begin_cycle(request: OfficeRequest, pk: int) -> HttpResponse:
    """From the beginning."""
    one = actions.begin_cycle(by=request.user, programme=_find(pk))
    messages.success(request, _("第%(cycle)s个周期已开始。") % {"cycle": one.cycle})
    return redirect("talks:schedule", pk)


@require_GET
@editor_page
def proposed(request: OfficeRequest) -> HttpResponse:
    """What rounds and the ledger propose."""
    shown = {
        "proposals": proposals(request.user),
        "form": forms.TakeUpForm(),
        "programmes": queries.running().exists(),
    }
    return render(request, "talks/proposals.html", shown)


def _proposal(request: OfficeRequest) -> Proposal:
    key = request.POST.get("key") or request.GET.get("key", "")
    found = next((one for one in proposals(request.user) if one.key == key), None)
    if found is None:
        raise Missing(_("这条提请已经办理，或已不成立。"), _("请刷新约谈提请页。"))
    return found


@require_POST
@editor_page
def take_up(request: OfficeRequest) -> HttpResponse:
    """One click, once."""
    proposal = _proposal(request)
    form = forms.TakeUpForm(request.POST)
    if not form.is_valid():
        raise Missing(_("请先登记约谈制度。"))
    talk = actions.take_up(
        by=request.user, programme=form.cleaned_data["programme"], proposal=proposal
    )
    messages.success(request, _("已列入约谈，编号%(number)s。") % {"number": talk.number})
    return redirect("talks:talk", talk.number)


@both
@editor_page
def decline(request: OfficeRequest) -> HttpResponse:
    """No talk, and why."""
    proposal = _proposal(request)
    form = forms.ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: actions.decline(by=request.user, proposal=proposal, **form.cleaned_data),
    ):
        messages.success(request, _("已记录，不再提请。"))
        return redirect("talks:proposals")
    shown = {
        "form": form,
        "proposal": proposal,
        "submit": _("不予约谈"),
        "cancel": reverse("talks:proposals"),
    }
    return render(request, "talks/decline.html", shown, status=status_of(form))


@both
@editor_page
def add(request: OfficeRequest) -> HttpResponse:
    """A talk beside the turn."""
    form = forms.AddForm(request.user, request.POST or None)
    made: list[str] = []

    def call() -> None:
        made.append(actions.add_talk(by=request.user, **form.cleaned_data).number)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已列入约谈，编号%(number)s。") % {"number": made[0]})
        return redirect("talks:talk", made[0])
    shown = {"form": form, "submit": _("列入约谈"), "cancel": reverse("talks:index")}
    return render(request, "talks/add.html", shown, status=status_of(form))
