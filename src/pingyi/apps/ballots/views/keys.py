"""Keys of a poll: the request, the key file, the fingerprint; and the beginning."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.ballots import access, actions
from pingyi.apps.ballots.access import CHECKERS, KEEPERS, ORGANISERS, READERS
from pingyi.apps.ballots.forms import FingerprintForm, KeyFileForm
from pingyi.apps.ballots.models import KeysBrought, ZeroReport
from pingyi.apps.polls import queries as polls
from pingyi.apps.polls.access import OfficeRequest, page
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Item, Poll
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

REQUEST_FORMAT = "pingyi key request 1"


@require_http_methods(["GET", "POST"])
@page(*KEEPERS)
def keys(request: OfficeRequest, slug: str) -> HttpResponse:
    """Where keys come in, and the fingerprint to compare."""
    poll = polls.find(slug)
    start = {"seen": actions.mark_of_keys(poll)}
    form = KeyFileForm(request.POST or None, request.FILES or None, initial=start)

    def call() -> None:
        seen = form.cleaned_data["seen"]
        actions.install_keys(by=request.user, poll=poll, text=form.text(), seen=seen)

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("密钥已导入。"))
        return redirect("ballots:keys", slug)
    return _page(request, poll, form, FingerprintForm())


@require_POST
@page(*KEEPERS)
def confirm(request: OfficeRequest, slug: str) -> HttpResponse:
    """Somebody else compares the fingerprint."""
    poll = polls.find(slug)
    typed = FingerprintForm(request.POST)
    if attempt_or_keep(
        typed,
        lambda: actions.confirm_keys(by=request.user, poll=poll, typed=typed.cleaned_data["typed"]),
    ):
        messages.success(request, _("指纹相符，密钥已核对。"))
        return redirect("ballots:keys", slug)
    form = KeyFileForm(initial={"seen": actions.mark_of_keys(poll)})
    return _page(request, poll, form, typed)


def _page(
    request: OfficeRequest, poll: Poll, form: KeyFileForm, typed: FingerprintForm
) -> HttpResponse:
    brought = KeysBrought.objects.filter(poll=poll).first()
    shown = {
        "poll": poll,
        "form": form,
        "typed": typed,
        "typed_late": overtaken(typed),
        "brought": brought,
        "own": brought is not None and brought.brought_by == str(request.user),
        "ready": poll.state == PollState.READY,
        "split": poll.keys_held == "split",
        "items": poll.items.count(),
        "organiser": access.may(request.user, *ORGANISERS),
    }
    return render(request, "ballots/keys.html", shown, status=status_of(form, typed))


@require_GET
@page(*KEEPERS)
def key_request(request: OfficeRequest, slug: str) -> HttpResponse:
    """What the offline computer needs to make keys: no secret."""
    poll = polls.find(slug)
    items = Item.objects.filter(poll=poll).select_related("channel", "target")
    data = {
        "format": REQUEST_FORMAT,
        "poll": poll.slug,
        "title": poll.title,
        "held": poll.keys_held,
        "items": [{"number": item.number, "title": str(item)} for item in items],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="key-request-{poll.slug}.json"'
    return answer


@require_POST
@page(*ORGANISERS)
def site_keys(request: OfficeRequest, slug: str) -> HttpResponse:
    """Keys that the server holds."""
    actions.make_site_keys(by=request.user, poll=polls.find(slug))
    messages.success(request, _("密钥已由服务器生成并保管。"))
    return redirect("ballots:keys", slug)


@require_POST
@page(*ORGANISERS)
def begin(request: OfficeRequest, slug: str) -> HttpResponse:
    """Sees that the box is empty, and begins."""
    actions.begin(by=request.user, poll=polls.find(slug))
    messages.success(request, _("票箱是空的，零票报告已出具，投票开始。"))
    return redirect("ballots:zero", slug)


@require_http_methods(["GET", "POST"])
@page(*READERS)
def zero(request: OfficeRequest, slug: str) -> HttpResponse:
    """The zero report, to be printed and witnessed."""
    poll = polls.find(slug)
    if request.method == "POST":
        actions.witness_zero(by=request.user, poll=poll)
        messages.success(request, _("已见证。"))
        return redirect("ballots:zero", slug)
    shown = {
        "poll": poll,
        "report": _report(poll),
        "items": Item.objects.filter(poll=poll).select_related("channel", "target"),
        "witness": access.may(request.user, *CHECKERS),
    }
    return render(request, "ballots/zero.html", shown)


def _report(poll: Poll) -> ZeroReport:
    report = ZeroReport.objects.filter(poll=poll).first()
    if report is None:
        raise Missing(_("还没有零票报告。"), _("开始投票时由系统出具。"))
    return report
