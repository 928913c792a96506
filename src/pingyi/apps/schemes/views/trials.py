"""Trials: last year's tables, synthetic ballots, and what came of them."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.schemes import access, actions, queries, templates_zip, trials
from pingyi.apps.schemes.enums import TrialKind, TrialState
from pingyi.apps.schemes.forms import SimulationForm, TrialForm
from pingyi.apps.schemes.models import Trial
from pingyi.apps.schemes.views.guard import OfficeRequest, page, posted
from pingyi.base.posting import attempt_or_keep, status_of


@require_http_methods(["GET", "POST"])
@page(edits=True)
def start(request: OfficeRequest, pk: int) -> HttpResponse:
    """Upload the tables of an earlier year."""
    version = queries.find(pk)
    form = TrialForm(version, *posted(request))
    made: list[Trial] = []

    def call() -> None:
        against = form.cleaned_data["against"]
        made.append(
            actions.start_trial(
                by=request.user, version=version, files=form.uploads(), against=against
            )
        )

    if form.is_bound and attempt_or_keep(form, call):
        return redirect("schemes:trial", made[0].pk)
    shown = {
        "version": version,
        "form": form,
        "sample": bool(trials.sample_files(version.pack, version.pack_scheme)),
        "submit": _("试算"),
    }
    return render(request, "schemes/start_trial.html", shown, status=status_of(form))


@require_POST
@page(edits=True)
def sample(request: OfficeRequest, pk: int) -> HttpResponse:
    """Run the invented sample round of the pack."""
    version = queries.find(pk)
    trial = actions.start_sample(by=request.user, version=version, against=version.predecessor)
    return redirect("schemes:trial", trial.pk)


@require_http_methods(["GET", "POST"])
@page(edits=True)
def simulate(request: OfficeRequest, pk: int) -> HttpResponse:
    """Invent targets and ballots."""
    version = queries.find(pk)
    form = SimulationForm(*posted(request))
    made: list[Trial] = []

    def call() -> None:
        facts = form.cleaned_data
        made.append(actions.start_simulation(by=request.user, version=version, **facts))

    if form.is_bound and attempt_or_keep(form, call):
        return redirect("schemes:trial", made[0].pk)
    shown = {"version": version, "form": form, "submit": _("开始模拟")}
    return render(request, "schemes/simulate.html", shown, status=status_of(form))


@require_GET
@page()
def trial(request: OfficeRequest, pk: int) -> HttpResponse:
    """What came of a trial; while it runs, how far it is."""
    found = queries.find_trial(pk)
    shown = {
        "trial": found,
        "outcome": found.outcome,
        "running": found.state in (TrialState.WAITING, TrialState.RUNNING),
        "lost": queries.is_lost(found),
        "stage": _stage(found),
        "outdated": found.text != found.version.text,
        "editor": access.may_edit(request.user),
    }
    part = "schemes/part/trial.html" if request.htmx else "schemes/trial.html"
    return render(request, part, shown)


@require_POST
@page(edits=True)
def again(request: OfficeRequest, pk: int) -> HttpResponse:
    """Run a trial again that was broken off."""
    actions.resume(by=request.user, trial=queries.find_trial(pk))
    return redirect("schemes:trial", pk)


def _stage(found: Trial) -> str:
    words = {
        "simulate": _("正在生成模拟选票"),
        "count": _("正在计票"),
        "validity": _("正在做可靠性分析"),
    }
    first = "simulate" if found.kind == TrialKind.SYNTHETIC else ""
    return words.get(found.stage or first, _("正在读取数据"))


@require_GET
@page()
def why(request: OfficeRequest, pk: int, target: str) -> HttpResponse:
    """The explanation of one target's standing, as a tree that unfolds."""
    found = queries.find_trial(pk)
    tree = trials.explain(actions.place_of(found.folder), target)
    shown = {"trial": found, "tree": tree, "target": target}
    part = "schemes/part/why.html" if request.htmx else "schemes/why.html"
    return render(request, part, shown)


@require_GET
@page()
def tables(request: OfficeRequest, pk: int) -> HttpResponseBase:
    """Empty spreadsheets for all tables that the scheme reads, in one ZIP file."""
    version = queries.find(pk)
    packed = templates_zip.packed(version)
    return FileResponse(packed, as_attachment=True, filename=f"{version.title}-数据模板.zip")
