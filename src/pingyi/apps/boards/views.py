"""Published results, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pingyi.apps.scores.models import Publication
from pingyi.apps.scores.queries import published, told_to_public
from pingyi.base.errors import Missing
from pingyi.base.listing import Column, Listing


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
            Column("computation.round.period", _("评议周期")),
            Column("computation.round.programme.title", _("评议制度")),
            Column("published_at", _("公布时间"), sort="published_at", kind="moment"),
            Column("ends_on", _("公示截止"), sort="ends_on", kind="day"),
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


def _find(pk: int) -> Publication:
    """What stands on the portal. Raises ``Missing``."""
    one = published().filter(pk=pk).first()
    if one is None:
        newer = Publication.objects.filter(pk=pk, on_portal=True).exists()
        mend = _("可能已有更正后的公布，请从结果列表进入。") if newer else ""
        raise Missing(_("没有这个公布的结果。"), mend)
    return one
