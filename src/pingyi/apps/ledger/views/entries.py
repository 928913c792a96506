"""The file of an entry, and everything that is done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ledger import actions, forms, queries
from pingyi.apps.ledger.access import (
    OfficeRequest,
    entry_page,
    registrar_page,
    sides,
)
from pingyi.apps.ledger.desk import KINDS
from pingyi.apps.ledger.enums import EntryState
from pingyi.apps.ledger.models import Entry, Urge
from pingyi.apps.ledger.rules import planned
from pingyi.apps.ledger.steps import first_of, verbs_for
from pingyi.apps.ledger.tables import STATE_KINDS, light_words, stages
from pingyi.apps.people.queries.units import successors_of
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.stories import story_of

both = require_http_methods(["GET", "POST"])


@require_GET
@entry_page
def entry_file(request: OfficeRequest, entry: Entry) -> HttpResponse:
    """Where it stands, what is next, what happened."""
    verbs = list(verbs_for(entry, sides(request.user, entry)))
    first = first_of(entry, verbs)
    milestones = list(entry.milestones.all())
    close_outs = list(entry.close_outs.select_related("applied_by", "verified_by", "closed_by"))
    today = timezone.localdate()
    due = queries.due_anew(entry)
    shown = {
        "entry": entry,
        "kind": STATE_KINDS[entry.state],
        "light_kind": KINDS[entry.light],
        "light_words": light_words(entry),
        "stages": stages(entry),
        "facts": _facts(entry),
        "first": first,
        "verbs": [verb for verb in verbs if verb is not first],
        "has_secondary": any(verb is not first for verb in verbs),
        "milestones": [(one, one.due_on < today) for one in milestones],
        "planned": planned(queries.standing_of(entry, milestones), today),
        "reports": list(entry.reports.select_related("reported_by")),
        "extensions": list(entry.extensions.select_related("applied_by", "ruled_by")),
        "close_outs": close_outs,
        "closed_before": entry.state == EntryState.CLOSED
        and not any(one.closed_by_id for one in close_outs),
        "look_backs": list(entry.look_backs.select_related("checked_by")),
        "urges": list(entry.urges.select_related("by")[:20]),
        "supports": list(entry.supports.all()),
        "relatives": _relatives(entry),
        "late": entry.is_late(today),
        "recount": due if due is not None and due.day != entry.due_on else None,
        "registers": "registrar" in sides(request.user, entry),
        "orphaned": entry.lead_unit is not None and not entry.lead_unit.lives_on(today),
        "successors": _successors(entry),
        "story": story_of("ledger.entry", {"ledger.entry": [entry.pk]}),
    }
    return render(request, "ledger/entry.html", shown)


def _facts(entry: Entry) -> list[tuple[object, object]]:
    own = [(one.title, entry.extra.get(one.key, "")) for one in entry.campaign.own_columns]
    return [
        (_("编号"), entry.number),
        (_("专项"), entry.campaign.title),
        (_("依据文号"), entry.campaign.document_number),
        (_("备案号"), entry.campaign.filing_number),
        (_("类型"), entry.get_kind_display()),
        (_("分类"), entry.category),
        (_("来源"), entry.source_title),
        (_("牵头单位"), entry.lead_title),
        (_("配合单位"), "、".join(one.title for one in entry.supports.all())),
        (_("责任人"), entry.person_name),
        (_("责任领导"), entry.leader_name),
        (_("督办人"), entry.supervisor.name if entry.supervisor else ""),
        (_("挂账日期"), entry.registered_on),
        (_("完成期限"), entry.due_on),
        (_("销号日期"), entry.closed_on or ""),
        (_("应回头看日期"), entry.look_back_on or ""),
        *own,
    ]


def _relatives(entry: Entry) -> list[tuple[str, Entry]]:
    found = [(_("拆分自"), entry.split_from), (_("已并入"), entry.merged_into)]
    found += [(_("拆出"), one) for one in entry.parts.all()]
    found += [(_("并入的事项"), one) for one in entry.merged.all()]
    return [(title, one) for title, one in found if one is not None]


def _successors(entry: Entry) -> str:
    if entry.lead_unit is None or entry.lead_unit.lives_on(timezone.localdate()):
        return ""
    return "、".join(unit.title for unit in successors_of(entry.lead_unit))


@require_POST
@entry_page
def close(request: OfficeRequest, entry: Entry) -> HttpResponse:
    """Strike it off."""
    actions.close(by=request.user, entry=entry)
    messages.success(request, _("已销号。"))
    return redirect("ledger:entry", entry.number)


@require_POST
@entry_page
def listed(request: OfficeRequest, entry: Entry) -> HttpResponse:
    """Supervise it by name, or no longer."""
    one = actions.list_supervision(by=request.user, entry=entry, listed=not entry.listed)
    messages.success(request, _("已挂牌督办。") if one.listed else _("已取消挂牌督办。"))
    return redirect("ledger:entry", entry.number)


@require_POST
@entry_page
def recount(request: OfficeRequest, entry: Entry) -> HttpResponse:
    """Count its term anew by the calendar as it stands."""
    actions.move_to_calendar(by=request.user, entry=entry)
    messages.success(request, _("期限已按现行日历重算。"))
    return redirect("ledger:entry", entry.number)


@require_GET
@entry_page
def urge_sheet(request: OfficeRequest, entry: Entry, pk: int) -> HttpResponse:
    """The sheet that is handed over (催办单)."""
    urge = Urge.objects.select_related("by").filter(entry=entry, pk=pk).first()
    if urge is None:
        raise Missing(_("没有这张催办单。"))
    late = (urge.reached_on - urge.due_on).days if urge.due_on else 0
    shown = {"entry": entry, "urge": urge, "late": max(0, late), "facts": _facts(entry)}
    return render(request, "ledger/urge_sheet.html", shown)


@both
@registrar_page
def register(request: OfficeRequest) -> HttpResponse:
    """A new entry of a campaign; the campaign is chosen first where there are several."""
    campaigns = list(queries.running())
    wanted = request.GET.get("campaign", "")
    campaign = next((one for one in campaigns if str(one.pk) == wanted), None)
    if campaign is None and len(campaigns) == 1:
        campaign = campaigns[0]
    if campaign is None:
        choices = [(one, f"?campaign={one.pk}") for one in campaigns]
        context = {"campaigns": choices, "heading": _("挂到哪个专项")}
        return render(request, "ledger/choose.html", context)
    form = forms.RegisterForm(request.user, campaign, request.POST or None)
    made: list[Entry] = []

    def call() -> None:
        data = form.cleaned_data
        made.append(
            actions.register(
                by=request.user,
                campaign=campaign,
                facts=form.facts(),
                unit=data["lead_unit"],
                term=form.term(),
                source_title=data["source_title"],
            )
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已挂账，编号%(number)s。") % {"number": made[0].number})
        return redirect("ledger:entry", made[0].number)
    shown = {
        "form": form,
        "campaign": campaign,
        "submit": _("挂账"),
        "cancel": reverse("ledger:index"),
    }
    return render(request, "ledger/register.html", shown, status=status_of(form))


@both
@registrar_page
def assign_many(request: OfficeRequest) -> HttpResponse:
    """Give all that was ticked to one unit."""
    numbers = [one for one in request.GET.get("numbers", "").split(",") if one]
    rows = queries.visible(request.user).filter(number__in=numbers)
    entries = list(rows.select_related("campaign", "lead_unit").order_by("pk"))
    if not entries:
        raise Missing(_("没有勾选事项。"), _("请在台账里勾选后再分派。"))
    form = forms.AssignForm(request.user, request.POST or None)

    def call() -> None:
        actions.assign_many(
            by=request.user,
            entries=entries,
            owner=form.owner(),
            term=form.term(),
            reason=form.cleaned_data["reason"],
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已分派%(number)s项。") % {"number": len(entries)})
        return redirect("ledger:index")
    shown = {
        "form": form,
        "entries": entries,
        "submit": _("分派"),
        "cancel": reverse("ledger:index"),
    }
    return render(request, "ledger/assign_many.html", shown, status=status_of(form))
