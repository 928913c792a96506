"""``{% load attachments %}{% attachments "polls.poll" poll.pk %}``: the card of what is attached to
a thing, with what this account may do there."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context

from pingyi.apps.documents.queries import attachments_of
from pingyi.apps.documents.rules import KINDS
from pingyi.apps.documents.store import room
from pingyi.base.references import Reference, rights_of

register = template.Library()


def shown_attachments(request: HttpRequest, kind: str, id: object) -> dict[str, Any]:
    """What the card is made of."""
    reference = Reference(kind, str(id))
    rights = rights_of(request.user, reference)
    return {
        "request": request,
        "csrf_token": get_token(request),
        "reference": reference,
        "rights": rights,
        "attachments": attachments_of(reference) if rights.see else (),
        "accept": ",".join(f".{ending}" for ending in KINDS),
        "most": settings.UPLOAD_BYTES,
        "most_film": settings.FILM_BYTES,
        "films": " ".join(ending for ending, kind in KINDS.items() if kind.film),
        "room": room(),
    }


@register.inclusion_tag("documents/part/attachments.html", takes_context=True)
def attachments(context: Context, kind: str, id: object) -> dict[str, Any]:
    return shown_attachments(context["request"], kind, id)


@register.filter
def megabytes(size: int) -> str:
    """A number of bytes as people read it: 12 KB, 3.4 MB."""
    if size < 1_000_000:
        return f"{max(1, size // 1_000)} KB"
    whole, tenth = divmod(size // 100_000, 10)
    return f"{whole}.{tenth} MB" if tenth else f"{whole} MB"
