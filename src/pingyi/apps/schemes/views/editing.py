"""A draft's parameters in forms, and its YAML for those who want it."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
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
    version = queries.find(pk)
    if request.method == "POST":
        version = actions.save_fields(
            by=request.user,
            version=version,
            facts=dict(_facts(request.POST)),
            parameters=dict(_parameters(request.POST)),
        )
        if not request.htmx:
            messages.success(request, _("已保存。"))
            return redirect("schemes:parameters", pk)
    shown = {
        "version": version,
        "sheet": sheets.sheet(version),
        "editable": access.may_edit(request.user) and not version.is_sealed,
        "facts": [(name, _FACT_TITLES[name], getattr(version, name)) for name in actions.FACTS],
    }
    part = "schemes/part/notes.html" if request.htmx else "schemes/parameters.html"
    return render(request, part, shown)


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
    if form.is_valid():
        version = actions.save_text(
            by=request.user,
            version=version,
            text=form.cleaned_data["text"],
            revision=form.cleaned_data["revision"],
        )
        if not request.htmx:
            messages.success(request, _("已保存。"))
            return redirect("schemes:text", pk)
    shown = {
        "version": version,
        "form": form,
        "lines": list(_lines(version)),
        "editable": access.may_edit(request.user) and not version.is_sealed,
    }
    part = "schemes/part/text_findings.html" if request.htmx else "schemes/text.html"
    return render(request, part, shown, status=422 if form.errors else 200)


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
