"""Pages of rolls: the table, heads and codes, signature, slips, voiding, tellers' counts."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.polls import queries as polls
from pingyi.apps.polls.access import READERS, OfficeRequest, page
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.rolls import access, actions, queries
from pingyi.apps.rolls.access import MAKERS, TELLERS
from pingyi.apps.rolls.enums import CodeState
from pingyi.apps.rolls.forms import CodesForm, CountsForm, VoidForm
from pingyi.apps.rolls.models import Signature
from pingyi.apps.rolls.slips import pages, picture_of, printed
from pingyi.base.errors import Missing
from pingyi.base.posting import attempt_or_keep, overtaken, status_of

LAYOUTS = {"small": 24, "large": 8}
"""Slips on a sheet of A4."""
both = require_http_methods(["GET", "POST"])


@require_GET
@page(*READERS)
def rolls(request: OfficeRequest, slug: str) -> HttpResponse:
    """All rolls in numbers."""
    poll = polls.find(slug)
    shown = {
        "poll": poll,
        "lines": queries.lines(poll),
        "totals": queries.totals(poll),
        "maker": access.may_make(request.user),
        "ready": poll.state == PollState.READY,
        "signature": _signature(poll),
    }
    return render(request, "rolls/rolls.html", shown)


def _signature(poll: Poll) -> Signature | None:
    return Signature.objects.filter(poll=poll).first()


@require_POST
@page(*MAKERS)
def plan(request: OfficeRequest, slug: str) -> HttpResponse:
    """A roll for each class and paper."""
    actions.plan_rolls(by=request.user, poll=polls.find(slug))
    messages.success(request, _("票册已编制。请填写人数和印制数量。"))
    return redirect("rolls:codes", slug)


@both
@page(*MAKERS)
def codes(request: OfficeRequest, slug: str) -> HttpResponse:
    """Heads, and how many codes to make."""
    poll = polls.find(slug)
    seen = actions.mark_of_rolls(poll, actions.NUMBERS)
    form = CodesForm(queries.lines(poll), seen, request.POST or None)

    def save() -> None:
        actions.save_numbers(
            by=request.user,
            poll=poll,
            heads=form.heads(),
            numbers=form.numbers(),
            seen=form.cleaned_data["seen"],
        )

    if request.method == "POST" and attempt_or_keep(form, save):
        if made := queries.printed(poll):
            messages.success(request, _("已保存，共 %(n)s 个投票码。") % {"n": made})
        else:
            messages.info(request, _("已保存，还没有投票码：印多少张，填在“印制数量”里。"))
        return redirect("rolls:rolls", slug)
    shown = {
        "poll": poll,
        "form": form,
        "may_print": poll.state == PollState.READY or overtaken(form),
        "open": any(line.open for line in form.lines),
        "printed": queries.printed(poll),
    }
    return render(request, "rolls/codes.html", shown, status=status_of(form))


@both
@page(*READERS)
def signature(request: OfficeRequest, slug: str) -> HttpResponse:
    """Counts and digest of the codes, and the checker's signature under them."""
    poll = polls.find(slug)
    if request.method == "POST":
        actions.sign(by=request.user, poll=poll)
        messages.success(request, _("已签认。"))
        return redirect("rolls:signature", slug)
    digest, counts = queries.digest_of_codes(poll), queries.counts_of_codes(poll)
    shown = {
        "poll": poll,
        "lines": zip(queries.lines(poll), counts, strict=True),
        "total": queries.printed(poll),
        "digest": digest,
        "signature": _signature(poll),
        "signer": access.may_sign(request.user),
        "ready": poll.state == PollState.READY,
    }
    return render(request, "rolls/signature.html", shown)


@require_GET
@page(*MAKERS)
def slips(request: OfficeRequest, slug: str) -> HttpResponse:
    """Where slips are printed and printing is finished."""
    poll = polls.find(slug)
    number = queries.printed(poll)
    shown = {
        "poll": poll,
        "number": number,
        "parts": range(-(-number // actions.PART)),
        "part_size": actions.PART,
        "signature": _signature(poll),
        "can_print": queries.can_print(poll),
        "address": _address(request, poll),
        "plain": not request.is_secure(),
        "tls": settings.TLS,
        "local": request.get_host().split(":")[0] in {"127.0.0.1", "localhost", "[::1]"},
    }
    return render(request, "rolls/slips.html", shown)


def _address(request: OfficeRequest, poll: Poll) -> str:
    return request.build_absolute_uri(f"/v/{poll.slug}/")


@require_POST
@never_cache
@page(*MAKERS)
def print_slips(request: OfficeRequest, slug: str) -> HttpResponse:
    """The sheets themselves. Posted, because whoever prints stands in the audit log."""
    poll = polls.find(slug)
    wanted = request.POST.get("part", "0")
    layout = request.POST.get("layout", "small")
    size = LAYOUTS.get(layout, LAYOUTS["small"])
    part = int(wanted) if wanted.isdecimal() else 0
    found = actions.print_slips(by=request.user, poll=poll, part=part)
    address = _address(request, poll)
    shown = {
        "poll": poll,
        "sheets": list(pages(printed(found, address), size)),
        "layout": layout if layout in LAYOUTS else "small",
        "address": address,
        "number": len(found),
        "part": part + 1,
    }
    answer = render(request, "rolls/sheets.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@page(*READERS)
def poster(request: OfficeRequest, slug: str) -> HttpResponse:
    """A sheet of A4 with the address of an open vote, for notice boards and service halls."""
    poll = polls.find(slug)
    channels = polls.open_to_all(poll)
    if not channels:
        raise Missing(_("这次投票没有开放投票的渠道，没有海报。"), _("凭码投票的请印票单。"))
    address = request.build_absolute_uri(f"/v/{poll.slug}/open")
    shown = {
        "poll": poll,
        "channels": channels,
        "address": address,
        "picture": picture_of(address),
        "local": request.get_host().split(":")[0] in {"127.0.0.1", "localhost", "[::1]"},
    }
    return render(request, "rolls/poster.html", shown)


@require_POST
@page(*MAKERS)
def finish(request: OfficeRequest, slug: str) -> HttpResponse:
    """Printing is finished: the codes stand on paper alone."""
    actions.finish_printing(by=request.user, poll=polls.find(slug))
    messages.success(request, _("底码已销毁，投票码只在纸上。"))
    return redirect("rolls:slips", slug)


@both
@never_cache
@page(*TELLERS)
def void(request: OfficeRequest, slug: str) -> HttpResponse:
    """Slips that were left over or spoiled, scanned one by one."""
    poll = polls.find(slug)
    form = VoidForm(request.POST or None)
    done: list[int] = []

    def call() -> None:
        state = CodeState(form.cleaned_data["state"])
        done.append(actions.void_codes(by=request.user, poll=poll, typed=form.typed(), state=state))

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("已作废 %(n)s 张票单。") % {"n": done[0]})
        return redirect("rolls:void", slug)
    shown = {
        "poll": poll,
        "form": form,
        "lines": queries.lines(poll),
        "ready": poll.state == PollState.READY,
        "submit": _("作废"),
    }
    return render(request, "rolls/void.html", shown, status=status_of(form))


@both
@page(*TELLERS)
def counts(request: OfficeRequest, slug: str) -> HttpResponse:
    """What the tellers counted."""
    poll = polls.find(slug)
    lines = [line for line in queries.lines(poll) if line.roll.printed]
    form = CountsForm(lines, actions.mark_of_rolls(poll, actions.COUNTS), request.POST or None)

    def call() -> None:
        actions.count_all_slips(
            by=request.user, poll=poll, counts=form.counts(), seen=form.cleaned_data["seen"]
        )

    if request.method == "POST" and attempt_or_keep(form, call):
        messages.success(request, _("清点结果已保存。"))
        if missing := queries.missing(poll):
            told = _(
                "缺失 %(n)s 张票单。找得到的，请在开始投票前重新清点；找不到，对账时须由两人裁定。"
            )
            messages.warning(request, told % {"n": missing})
        return redirect("rolls:rolls", slug)
    shown = {"poll": poll, "form": form}
    return render(request, "rolls/counts.html", shown, status=status_of(form))
