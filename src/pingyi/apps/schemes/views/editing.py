"""A draft's parameters in forms, and its YAML for those who want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.schemes import access, actions, queries, sheets
from pingyi.apps.schemes.drafts import PARTS
from pingyi.apps.schemes.forms import TextForm
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import Finding
from pingyi.apps.schemes.views.guard import OfficeRequest, page, posted
from pingyi.base.errors import Conflict, Invalid, Stale
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

_FACT_TITLES = {
    "title": gettext_lazy("方案名称"),
    "basis_document": gettext_lazy("依据文号"),
    "filing_number": gettext_lazy("备案号"),
}


@require_http_methods(["GET", "POST"])
@page()
def parameters(request: OfficeRequest, pk: int) -> HttpResponse:
    """All parameters as typed fields. A field that changes is saved at once (htmx sends it alone);
    the button saves what was changed without it."""
    version, error = queries.find(pk), None
    facts, entered = dict(_facts(request.POST)), dict(_parameters(request.POST))
    if request.method == "POST":
        try:
            version = actions.save_fields(
                by=request.user,
                version=version,
                facts=facts,
                parameters=entered,
                seen=_seen(request.POST),
            )
        except (Invalid, Conflict) as refused:
            version, error = queries.find(pk), refused
        if error is None and not request.htmx:
            messages.success(request, _("已保存。"))
            return redirect("schemes:parameters", pk)
    sheet = sheets.sheet(version)
    shown = {
        "version": version,
        "sheet": sheets.with_entered(sheet, entered) if error else sheet,
        "editable": access.may_edit(request.user) and not (version.is_sealed and error is None),
        "facts": [
            (name, title, saved := getattr(version, name), facts.get(name, saved))
            for name, title in _FACT_TITLES.items()
        ],
        "error": error,
        "there": _there(version, sheet, facts, entered) if isinstance(error, Stale) else (),
    }
    if request.htmx:
        part = "schemes/part/refused.html" if error else "schemes/part/notes.html"
        return render(request, part, shown, status=error.status if error else 200)
    return render(request, "schemes/parameters.html", shown, status=error.status if error else 200)


def _seen(given: QueryDict) -> dict[str | tuple[str, str], str]:
    """What stood in each field when the page was made."""
    found: dict[str | tuple[str, str], str] = {}
    for name in given:
        if name.startswith("was:"):
            part, colon, key = name.removeprefix("was:").partition(":")
            found[(key, part) if colon else part] = given.get(name, "")
    return found


def _there(
    version: SchemeVersion,
    sheet: sheets.Sheet,
    facts: Mapping[str, str],
    entered: Mapping[tuple[str, str], str],
) -> list[tuple[object, str]]:
    """What stands there now, where it isn't what was typed."""
    found: list[tuple[object, str, str]]
    found = [(_FACT_TITLES[name], getattr(version, name), text) for name, text in facts.items()]
    for (key, part), text in entered.items():
        if one := sheet.field(key):
            found.append((one.title, one.value if part == "value" else one.basis, text))
    return [(title, now) for title, now, text in found if now != text]


def _facts(given: QueryDict) -> Iterator[tuple[str, str]]:
    for name in actions.FACTS:
        if _is_changed(given, name):
            yield name, given.get(name, "")


def _parameters(given: QueryDict) -> Iterator[tuple[tuple[str, str], str]]:
    """``value:KEY`` and ``basis:KEY``"""
    for name in given:
        part, colon, key = name.partition(":")
        if colon and part in PARTS and _is_changed(given, name):
            yield (key, part), given.get(name, "")


def _is_changed(given: QueryDict, name: str) -> bool:
    """Was it changed since the page was made? A field that htmx sends alone was."""
    return name in given and given.get(f"was:{name}") != given[name]


@require_http_methods(["GET", "POST"])
@page()
def text(request: OfficeRequest, pk: int) -> HttpResponse:
    """The YAML: kept as typed, with every problem and its line."""
    version = queries.find(pk)
    form = TextForm(
        *posted(request),
        initial={"text": version.text, "revision": version.revision},
    )
    stale = False

    def call() -> None:
        actions.save_text(
            by=request.user,
            version=version,
            text=form.cleaned_data["text"],
            revision=form.cleaned_data["revision"],
        )

    try:
        if form.is_bound and attempt_or_keep(form, call) and not request.htmx:
            messages.success(request, _("已保存。"))
            return redirect("schemes:text", pk)
    except Stale as error:
        stale = True
        form.add_error(None, ValidationError(str(error), "overtaken"))
    version.refresh_from_db()
    shown = {
        "version": version,
        "form": form,
        "lines": list(_lines(version)),
        "others": _others(version.text, form.cleaned_data["text"]) if stale else (),
        "editable": access.may_edit(request.user) and (not version.is_sealed or overtaken(form)),
    }
    if request.htmx and overtaken(form):
        shown["words"] = form.non_field_errors()[0]
        return render(request, "schemes/part/refused.html", shown, status=status_of(form))
    part = "schemes/part/text_findings.html" if request.htmx else "schemes/text.html"
    return render(request, part, shown, status=status_of(form))


def _others(saved: str, typed: str) -> list[str]:
    """The lines in which what is saved differs from what was typed: + of what is saved."""
    lines = [*unified_diff(typed.splitlines(), saved.splitlines(), n=0, lineterm="")]
    return [line for line in lines[2:] if not line.startswith("@@")]


def _lines(version: SchemeVersion) -> Iterator[tuple[Finding, str]]:
    """Each problem with the line that it stands on."""
    written = version.text.splitlines()
    for finding in sheets.problems_of(version.text):
        number = finding.line or 0
        yield finding, written[number - 1] if 0 < number <= len(written) else ""


@require_GET
@page()
def download(request: OfficeRequest, pk: int) -> HttpResponse:
    """The YAML as it was written."""
    version = queries.find(pk)
    answer = HttpResponse(version.text, content_type="text/yaml; charset=utf-8")
    name = version.scheme_key if version.scheme_key.isascii() else ""
    answer["Content-Disposition"] = f'attachment; filename="{name or "scheme"}.yaml"'
    return answer
