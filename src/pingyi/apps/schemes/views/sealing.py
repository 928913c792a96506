"""Differences from another version, reasons for harmful choices, and the seal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.schemes import access, actions, drafts, packs, queries, sheets
from pingyi.apps.schemes.changes import changes
from pingyi.apps.schemes.forms import AgainstForm
from pingyi.apps.schemes.harms import Harm
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.views.guard import OfficeRequest, page
from pingyi.base.errors import HouseError, Stale
from pingyi.engine.grammar.document import Data


@require_GET
@page()
def differences(request: OfficeRequest, pk: int) -> HttpResponse:
    """What this version does otherwise than another one, in plain words."""
    version = queries.find(pk)
    form = AgainstForm(version, request.GET)
    wanted = form.cleaned_data["against"] if form.is_valid() else ""
    title, old = _other(version, wanted)
    form = AgainstForm(version, initial={"against": wanted or _usual(version)})
    shown = {
        "version": version,
        "form": form,
        "against": title,
        "changes": changes(old, drafts.data_of(version.text)) if title else None,
    }
    return render(request, "schemes/differences.html", shown)


def _usual(version: SchemeVersion) -> str:
    return str(version.predecessor_id or "pack")


def _other(version: SchemeVersion, wanted: str) -> tuple[str, Data]:
    """The other side: the version asked for, else the predecessor, else the pack."""
    wanted = wanted or _usual(version)
    if wanted.isdecimal():
        other = queries.find(int(wanted))
        return queries.named(other), drafts.data_of(other.text)
    found = drafts.pack_data(version)
    return (packs.words_of(version) if found else ""), found


@require_http_methods(["GET", "POST"])
@page()
def seal(request: OfficeRequest, pk: int) -> HttpResponse:
    """All harmful or odd choices with their reasons, and the seal under them."""
    version, error = queries.find(pk), None
    typed = {mark: {"reason": reason, "basis": basis} for mark, reason, basis in _reasons(request)}
    if request.method == "POST":
        try:
            version = actions.give_reasons(
                by=request.user, version=version, given=list(_reasons(request)), seen=_seen(request)
            )
            if "seal" in request.POST:
                confirmed = request.POST.get("confirmed") == "yes"
                actions.seal(by=request.user, version=version, confirmed=confirmed)
                messages.success(request, _("方案已封存。"))
                return redirect("schemes:version", pk)
        except HouseError as found:
            error = found
            version = queries.find(pk)
        if error is None and not request.htmx:
            messages.success(request, _("已保存。"))
            return redirect("schemes:seal", pk)
    found_harms = drafts.harms_of(version)
    shown = {
        "version": version,
        "error": error,
        "harms": list(_rows(version, found_harms, typed if error else {})),
        "there": _there(version, found_harms, typed) if isinstance(error, Stale) else (),
        "problems": sheets.problems_in_words(version.text),
        "lacking": sum(not drafts.has_reason(version, harm) for harm in found_harms),
        "editable": access.may_edit(request.user) and not (version.is_sealed and error is None),
    }
    return render(request, "schemes/seal.html", shown, status=error.status if error else 200)


def _reasons(request: OfficeRequest) -> Iterator[tuple[str, str, str]]:
    """(mark, reason, basis) as posted."""
    given = request.POST
    for name in given:
        if name.startswith("reason:"):
            mark = name.removeprefix("reason:")
            yield mark, given.get(name, ""), given.get(f"basis:{mark}", "")


def _rows(
    version: SchemeVersion, found: Iterable[Harm], typed: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Harm, object, bool, object]]:
    """Each choice, what is said of it, whether that will do, and what stands in the form."""
    for harm in found:
        said = version.reasons.get(harm.mark)
        yield harm, said, drafts.has_reason(version, harm), typed.get(harm.mark, said)


def _seen(request: OfficeRequest) -> dict[str, tuple[str, str]]:
    """What reason and basis stood at each mark when the page was made."""
    given, start = request.POST, "was:reason:"
    marks = [name.removeprefix(start) for name in given if name.startswith(start)]
    return {mark: (given[start + mark], given.get(f"was:basis:{mark}", "")) for mark in marks}


def _there(
    version: SchemeVersion, found: Iterable[Harm], typed: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """What stands there now, where it isn't what was typed."""
    rows = []
    for harm in found:
        said, mine = version.reasons.get(harm.mark) or {}, typed.get(harm.mark, {})
        if any(said.get(part, "") != mine.get(part, "") for part in ("reason", "basis")):
            rows.append((harm.title, f"{said.get('reason', '')} {said.get('basis', '')}".strip()))
    return rows
