"""Published results, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pingyi.apps.polls.queries import public_votes
from pingyi.apps.rounds.enums import Review
from pingyi.apps.scores.models import Publication
from pingyi.apps.scores.queries import published, told_to_public
from pingyi.base.errors import Missing
from pingyi.base.listing import Column, Listing

SECONDS = 20
"""For which a result stays on the wall."""
MOST_ROWS = 24
MOST_LINES = 4


@require_GET
def results(request: HttpRequest) -> HttpResponseBase:
    """All that was published, the newest on top."""
    listing = Listing(
        title=_("公布的结果"),
        rows=published(),
        columns=(
            Column(
                "title",
                _("标题"),
                sort="title",
                link=lambda one: reverse("boards:result", args=[one.pk]),
            ),
            Column("computation.round.period", _("评议周期"), kind="line", phone=True),
            Column("computation.round.programme.title", _("评议制度")),
            Column(
                "published_at",
                _("公布时间"),
                sort="published_at",
                kind="moment",
            ),
            Column("ends_on", _("公示截止"), sort="ends_on", kind="day", phone=True),
        ),
        order="-published_at",
        nothing=_("还没有公布的结果"),
    )
    return listing.respond(request, "boards/results.html")


@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """One result, as far as it is told to everybody."""
    return render(request, "boards/result.html", {"told": told_to_public(_find(pk))})


@require_GET
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """What anyone may recompute of a result, for ``pingyi verify``."""
    one = _find(pk)
    if one.public_bundle is None:
        raise Missing(_("这个结果没有公开结果包。"))
    answer = HttpResponse(bytes(one.public_bundle), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="result-{pk}-public.zip"'
    return answer


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """A display for the hall or the lobby: what may be voted on, and one published result after
    another. Nothing on it that isn't on the portal, and nobody's name: reviews of members are left
    out. htmx asks for the inner part."""
    today = timezone.localdate()
    shown = [one for one in published() if one.computation.round.review != Review.MEMBER]
    turn = int(timezone.now().timestamp()) // SECONDS
    told = told_to_public(shown[turn % len(shown)]) if shown else None
    votes = {channel.poll_id: channel for channel in public_votes() if not channel.poll.rehearsal}
    context = {
        "told": told,
        "rows": told.rows[:MOST_ROWS] if told else (),
        "more": max(0, len(told.rows) - MOST_ROWS) if told else 0,
        "votes": list(votes.values())[:MOST_LINES],
        "notices": [one for one in shown if today <= one.ends_on][:MOST_LINES],
        "seconds": SECONDS,
        "today": today,
    }
    part = getattr(request, "htmx", False)
    return render(request, "boards/part/wall.html" if part else "boards/wall.html", context)


def _find(pk: int) -> Publication:
    """What stands on the portal. Raises ``Missing``."""
    one = published().filter(pk=pk).first()
    if one is None:
        newer = Publication.objects.filter(pk=pk, on_portal=True).exists()
        mend = _("可能已有更正后的公布，请从结果列表进入。") if newer else ""
        raise Missing(_("没有这个公布的结果。"), mend)
    return one
