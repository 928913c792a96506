"""Tables that come by file: counted sheets twice, and figures of an agency."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.ballots import files as entries
from pingyi.apps.ballots import paper, paper_actions, paper_typing
from pingyi.apps.ballots.access import KEEPERS, ORGANISERS, READERS
from pingyi.apps.ballots.forms import FiguresForm, PaperForm, TallyForm
from pingyi.apps.ballots.models import FigureEntry, TallyEntry
from pingyi.apps.polls import queries as polls
from pingyi.apps.polls.access import OfficeRequest, page
from pingyi.apps.polls.enums import OVER, PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.schemes import tables
from pingyi.apps.schemes.ballot_forms import number_text
from pingyi.apps.schemes.problems import SchemeRefused
from pingyi.base.posting import attempt_or_keep, status_of
from pingyi.base.sheets.reading import content_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@page(*KEEPERS)
def tallies(request: OfficeRequest, slug: str) -> HttpResponse:
    """Counted sheets: entered twice, differences cell by cell."""
    poll = polls.find(slug)
    form = TallyForm(request.POST or None, request.FILES or None)
    refused: list[SchemeRefused] = []

    def call() -> None:
        rolls = form.cleaned_data["rolls"]
        try:
            entries.enter_tally(
                by=request.user,
                poll=poll,
                tallies=_upload(form.cleaned_data["file"]),
                rolls=_upload(rolls, "rolls") if rolls else None,
            )
        except SchemeRefused as error:
            refused.append(error)
            raise

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已录入。"))
        return redirect("ballots:tallies", slug)
    both = list(TallyEntry.objects.filter(poll=poll).order_by("turn"))
    differ = entries.differences(*both) if len(both) == 2 else []
    shown = {
        "poll": poll,
        "form": form,
        "entries": both,
        "differences": [(one, _words(poll, one)) for one in differ],
        "agreed": len(both) == 2 and not differ,
        "refused": refused[0] if refused else None,
        "ready": poll.state not in {PollState.DRAFT, *OVER},
    }
    return render(request, "ballots/tallies.html", shown, status=status_of(form))


def _words(poll: Poll, one: entries.Difference) -> tuple[str, str]:
    """Row and column of a difference as they are headed in the file."""
    form = polls.form_of(poll)
    known = {channel.key: channel.title for channel in form.channels}
    known |= {named.key: named.title for named in form.classes}
    for sheet in form.papers:
        known |= {sheet.key: sheet.title, **{d.key: d.title for d in sheet.dimensions}}
    known |= dict(poll.targets.values_list("code", "title"))
    title = tables.TABLES[one.table].column(one.column).zh
    return " · ".join(known.get(part, part) for part in one.row if part), title


def _upload(file: Any, field: str = "file") -> entries.Upload:
    return entries.Upload(file.name or "", content_of(file, field))


@require_GET
@page(*READERS)
def tally_template(request: OfficeRequest, slug: str) -> HttpResponse:
    poll = polls.find(slug)
    table = "rolls" if request.GET.get("table") == "rolls" else "tallies"
    return _template(poll, table)


def _template(poll: Poll, table: str) -> HttpResponse:
    return _workbook(tables.template(poll.version, table, entries.codes_of(poll)), table, poll)


def _workbook(content: bytes, name: str, poll: Poll) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{poll.slug}.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
@page(*KEEPERS)
def paper_ballots(request: OfficeRequest, slug: str) -> HttpResponse:
    """Ballots of paper for which codes were exchanged: typed in twice, compared sheet by sheet."""
    poll = polls.find(slug)
    form = PaperForm(request.POST or None, request.FILES or None)
    refused: list[SchemeRefused] = []

    def call() -> None:
        file, more = form.cleaned_data["file"], form.cleaned_data["more"]
        table = _upload(file) if file else None
        try:
            paper_actions.type_in(by=request.user, poll=poll, file=table, more=more)
        except SchemeRefused as error:
            refused.append(error)
            raise

    if request.method == "POST" and attempt_or_keep(form, call):
        left = paper.waiting(poll)
        if any(len(one.entries) == 2 for one in left):
            messages.warning(request, _("两遍录入不一致，请看下表，由录错的人更正后再封存。"))
        else:
            messages.success(request, _("已录入。") if left else _("两遍录入一致，可以清点了。"))
        return redirect("ballots:paper", slug)
    waits = paper.waiting(poll)
    shown = {
        "poll": poll,
        "form": form,
        "waiting": waits,
        "typing": paper_typing.typing_page(request.user, poll, waits),
        "refused": refused[0] if refused else None,
    }
    return render(request, "ballots/paper.html", shown, status=status_of(form))


@require_GET
@page(*KEEPERS)
def paper_template(request: OfficeRequest, slug: str) -> HttpResponse:
    poll = polls.find(slug)
    return _workbook(paper.template(poll), "paper", poll)


@require_http_methods(["GET", "POST"])
@page(*ORGANISERS)
def figures(request: OfficeRequest, slug: str) -> HttpResponse:
    """Scores of an agency with sample sizes, and other figures."""
    poll = polls.find(slug)
    start = {"seen": entries.mark_of_figures(poll)}
    form = FiguresForm(request.POST or None, request.FILES or None, initial=start)
    refused: list[SchemeRefused] = []

    def call() -> None:
        try:
            file = _upload(form.cleaned_data["file"])
            seen = form.cleaned_data["seen"]
            entries.enter_figures(by=request.user, poll=poll, file=file, seen=seen)
        except SchemeRefused as error:
            refused.append(error)
            raise

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已录入。"))
        return redirect("ballots:figures", slug)
    entry = FigureEntry.objects.filter(poll=poll).first()
    ballot_form = polls.form_of(poll)
    titles = {figure.key: figure.title for figure in ballot_form.figures}
    classes = {named.key: named.title for named in ballot_form.classes}
    targets = dict(poll.targets.values_list("code", "title"))
    shown = {
        "poll": poll,
        "form": form,
        "entry": entry,
        "rows": [
            (
                titles.get(row["figure"], row["figure"]),
                targets.get(row["target"], row["target"]),
                classes.get(row["rater_class"], row["rater_class"]),
                number_text(Fraction(row["value"])),
                row["sample"],
            )
            for row in (entry.rows if entry else ())
        ],
        "refused": refused[0] if refused else None,
        "wanted": ballot_form.figures,
    }
    return render(request, "ballots/figures.html", shown, status=status_of(form))


@require_GET
@page(*READERS)
def figure_template(request: OfficeRequest, slug: str) -> HttpResponse:
    return _template(polls.find(slug), "figures")
