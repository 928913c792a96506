"""The list, the packs, one version, and what begins or ends it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.schemes import access, actions, ballot_forms, drafts, packs, queries
from pingyi.apps.schemes.enums import State
from pingyi.apps.schemes.forms import CopyForm, NewTextForm, StartForm
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import SchemeRefused
from pingyi.apps.schemes.views.guard import OfficeRequest, page, posted
from pingyi.base.listing import Chip, Column, Listing
from pingyi.base.parts import StateKind, stages_of
from pingyi.base.posting import attempt_or_keep, status_of


@require_GET
@page()
def index(request: OfficeRequest) -> HttpResponseBase:
    """All drafts and versions."""
    rows: QuerySet[SchemeVersion] = SchemeVersion.objects.select_related("sealed_by", "created_by")
    if (state := request.GET.get("state")) in State.values:
        rows = rows.filter(state=state)
    return Listing(
        title=_("评议方案"),
        rows=rows,
        columns=(
            Column("title", _("名称"), sort="title", link=_address),
            Column(
                "state",
                _("状态"),
                value=SchemeVersion.get_state_display,
                state=_state_kind,
                phone=True,
            ),
            Column("basis_document", _("依据文号")),
            Column("filing_number", _("备案号"), kind="line"),
            Column("created_by.name", _("起草人")),
            Column("changed_at", _("修改时间"), sort="changed_at", kind="moment", phone=True),
            Column("sealed_at", _("封存时间"), sort="sealed_at", kind="moment"),
        ),
        order="-changed_at",
        chips=(
            Chip(_("全部"), ""),
            Chip(_("草稿"), "state=draft"),
            Chip(_("已封存"), "state=sealed"),
        ),
        nothing=_("还没有方案。请从制度包开始。"),
    ).respond(request, "schemes/list.html", editor=access.may_edit(request.user))


def _address(version: SchemeVersion) -> str:
    return reverse("schemes:version", args=[version.pk])


def _state_kind(version: SchemeVersion) -> StateKind:
    return "locked" if version.is_sealed else "active"


@require_GET
@page()
def choose(request: OfficeRequest) -> HttpResponse:
    """The practice packs."""
    shown = {"packs": packs.cards(), "editor": access.may_edit(request.user)}
    return render(request, "schemes/packs.html", shown)


@require_http_methods(["GET", "POST"])
@page()
def pack(request: OfficeRequest, key: str) -> HttpResponse:
    """One pack: its page for officers, and the start of a draft."""
    folder = packs.find(key)
    form = StartForm(folder, *posted(request))
    made: list[SchemeVersion] = []

    def call() -> None:
        made.append(actions.create_draft(by=request.user, pack=key, **form.cleaned_data))

    if form.is_bound and attempt_or_keep(form, call):
        messages.success(request, _("草稿已建好，请核对参数。"))
        return redirect("schemes:parameters", made[0].pk)
    shown = {
        "pack": folder.pack,
        "form": form,
        "page": mark_safe(packs.page_html(folder)),
        "schemes": folder.pack.schemes.items(),
        "presets": folder.pack.presets.items(),
        "editor": access.may_edit(request.user),
    }
    return render(request, "schemes/pack.html", shown, status=status_of(form))


@require_http_methods(["GET", "POST"])
@page(edits=True)
def new_text(request: OfficeRequest) -> HttpResponse:
    """A draft from the office's own YAML."""
    form = NewTextForm(*posted(request))
    made: list[SchemeVersion] = []
    refused: list[SchemeRefused] = []

    def call() -> None:
        text, title = form.cleaned_data["text"], form.cleaned_data["title"]
        try:
            made.append(actions.create_from_text(by=request.user, text=text, title=title))
        except SchemeRefused as error:
            refused.append(error)
            raise

    if form.is_bound and attempt_or_keep(form, call):
        return redirect("schemes:parameters", made[0].pk)
    shown = {
        "form": form,
        "findings": refused[0].findings if refused else (),
        "cancel": reverse("schemes:index"),
    }
    return render(request, "schemes/new_text.html", shown, status=status_of(form))


@require_GET
@page()
def version(request: OfficeRequest, pk: int) -> HttpResponse:
    """One version: stage, facts, what it asks of ballots, trials, story."""
    found = queries.find(pk)
    form = ballot_forms.form_of_text(found.text)
    shown = {
        "version": found,
        "editor": access.may_edit(request.user),
        "stages": stages_of(State.choices, found.state),
        "facts": _facts(found),
        "story": queries.story_of(found),
        "has_secondary": access.may_edit(request.user) and not found.is_sealed,
        "form": form,
        "channels": ballot_forms.channels_in_words(form),
        "harms": [(harm, found.reasons.get(harm.mark)) for harm in drafts.harms_of(found)],
        "trials": found.trials.select_related("created_by")[:10],
        "successors": found.successors.all(),
    }
    return render(request, "schemes/version.html", shown)


def _facts(found: SchemeVersion) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("依据文号"), found.basis_document),
        (_("备案号"), found.filing_number),
        (_("制度包"), packs.words_of(found)),
        (_("起草人"), found.created_by.name),
        (_("上一版"), found.predecessor and queries.named(found.predecessor)),
    ]
    if found.sealed_by is not None:
        facts += [(_("封存人"), found.sealed_by.name), (_("方案摘要"), found.digest)]
    return facts


@require_POST
@page(edits=True)
def copy(request: OfficeRequest, pk: int) -> HttpResponse:
    """A successor of a sealed version."""
    form = CopyForm(request.POST)
    title = form.cleaned_data["title"] if form.is_valid() else ""
    draft = actions.copy(by=request.user, version=queries.find(pk), title=title)
    messages.success(request, _("已照此版另起一稿。特别事项的理由、依据文号、备案号须重新填写。"))
    return redirect("schemes:parameters", draft.pk)


@require_POST
@page(edits=True)
def discard(request: OfficeRequest, pk: int) -> HttpResponse:
    actions.discard(by=request.user, version=queries.find(pk))
    messages.success(request, _("草稿已删除。"))
    return redirect("schemes:index")
