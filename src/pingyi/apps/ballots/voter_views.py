"""The voter's pages. They are the same for everybody; nobody is signed in, no cookie is read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingyi.apps.ballots import stored
from pingyi.apps.ballots.models import Leaves
from pingyi.apps.polls import queries
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.steps import COURSE
from pingyi.base.errors import Missing

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
A_DAY = 86_400


@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """Type the poll's short code and the slip's code."""
    return render(request, "ballots/voter_entry.html")


@require_safe
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """With a code: fill in and cast; or why nothing can be cast here now."""
    poll = _announced(slug)
    others = queries.open_to_all(poll).exists()
    if others and not queries.by_code(poll).exists():
        return redirect("voter:open", slug)
    return _voting(request, poll, open=False, others=others)


@require_safe
def vote_openly(request: HttpRequest, slug: str) -> HttpResponse:
    """The same without a code, where everybody may vote."""
    poll = _announced(slug)
    if not queries.open_to_all(poll).exists():
        raise Missing(_("这次投票没有公众投票。"), _("请用票单上的网址或投票码。"))
    return _voting(request, poll, open=True, others=queries.by_code(poll).exists())


def _voting(request: HttpRequest, poll: Poll, **how: bool) -> HttpResponse:
    shown = {**_shown(request, poll), **how}
    if poll.state not in (PollState.VOTING, PollState.CLOSED):
        return render(request, "ballots/voter_shut.html", shown)
    if shown["plain"] and not poll.rehearsal:
        return render(request, "ballots/voter_plain.html", shown)
    return render(request, "ballots/voter.html", shown)


@require_safe
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for a receipt among the published ones, on the device."""
    poll = _announced(slug)
    items = poll.items.select_related("channel", "target", "opening", "leaves")
    shown = {**_shown(request, poll), "items": items}
    return render(request, "ballots/voter_check.html", shown)


@require_safe
def leaves(request: HttpRequest, slug: str, item: int) -> HttpResponse:
    """All receipts of an opened item, ascending, 32 bytes each. They never change."""
    published = _published(slug, item)
    return _list(request, published.item.opening.root, bytes(published.data))


@require_safe
def aside(request: HttpRequest, slug: str, item: int) -> HttpResponse:
    """Those of them whose slots were set aside, likewise."""
    published = _published(slug, item)
    return _list(request, published.item.opening.aside_root, bytes(published.aside))


def _published(slug: str, item: int) -> Leaves:
    found = Leaves.objects.select_related("item__opening").filter(
        item__poll__slug=slug, item__number=item
    )
    published = found.first()
    if published is None:
        raise Missing(_("这一场还没有开箱，没有公布回执。"))
    return published


def _list(request: HttpRequest, root: str, data: bytes) -> HttpResponse:
    etag = f'"{root}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type="application/octet-stream")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={A_DAY}, no-transform"
    return response


@require_safe
def what_is_stored(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain what the stores hold; with real bytes where the poll is not a real one."""
    poll = _announced(slug)
    live = poll.rehearsal or settings.DEMO
    kinds = stored.kinds(poll, live=live)
    return render(
        request,
        "ballots/voter_stored.html",
        {**_shown(request, poll), "kinds": kinds, "live": live},
    )


def _announced(slug: str) -> Poll:
    poll = queries.find(slug)
    if poll.state == PollState.DRAFT:
        raise Missing(_("没有这次投票。"), _("请核对网址，或从投票列表进入。"))
    return poll


def _shown(request: HttpRequest, poll: Poll) -> dict[str, object]:
    return {
        "poll": poll,
        "rehearsal": poll.rehearsal,
        "plain": _is_plain(request),
        "links": COURSE.public_pages_of(poll),
    }


def _is_plain(request: HttpRequest) -> bool:
    """Does the page travel unencrypted over a network?"""
    host = request.get_host()
    name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return not (settings.TLS or request.is_secure() or name in LOOPBACK)
