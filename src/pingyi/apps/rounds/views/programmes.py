"""The documents that rounds are held under."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.rounds import actions, queries
from pingyi.apps.rounds.access import EDITORS, READERS, OfficeRequest, may_edit, page
from pingyi.apps.rounds.forms import ProgrammeForm
from pingyi.apps.rounds.models import Programme
from pingyi.base.listing import Column, Listing
from pingyi.base.marks import fields_mark
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@require_GET
@page(*READERS)
def index(request: OfficeRequest) -> HttpResponseBase:
    """All programmes."""
    listing = Listing(
        title=_("评议制度"),
        rows=queries.programmes(),
        columns=(
            Column(
                "title",
                _("名称"),
                sort="title",
                link=lambda one: reverse("rounds:programme", args=[one.pk]),
            ),
            Column("document_title", _("文件标题")),
            Column("document_number", _("依据文号"), kind="line", sort="document_number"),
            Column("issuer", _("印发机关"), sort="issuer"),
            Column("issued_on", _("印发日期"), sort="issued_on", kind="day"),
            Column("filing_number", _("备案号"), kind="line"),
            Column("held", _("轮次"), sort="held", kind="number"),
        ),
        order="-issued_on",
    )
    editor = may_edit(request.user)
    return listing.respond(request, "rounds/programmes.html", editor=editor)


@both
@page(*EDITORS)
def create(request: OfficeRequest) -> HttpResponse:
    """A new programme."""
    return _form(request, None)


@both
@page(*EDITORS)
def edit(request: OfficeRequest, pk: int) -> HttpResponse:
    """Correct a programme."""
    return _form(request, get_object_or_404(Programme, pk=pk))


def _form(request: OfficeRequest, programme: Programme | None) -> HttpResponse:
    stored = Programme.objects.get(pk=programme.pk) if programme else None
    seen = {"seen": fields_mark(stored, actions.PROGRAMME_FACTS)} if stored else {}
    form = ProgrammeForm(request.POST or None, instance=programme, initial=seen)

    def save() -> None:
        facts = dict(form.cleaned_data)
        seen = facts.pop("seen")
        actions.save_programme(by=request.user, programme=stored, facts=facts, seen=seen)

    if request.method == "POST" and attempt_or_keep(form, save):
        messages.success(request, _("已保存。"))
        return redirect("rounds:programmes")
    shown = {"form": form, "programme": stored, "cancel": reverse("rounds:programmes")}
    return render(request, "rounds/programme.html", shown, status=status_of(form))
