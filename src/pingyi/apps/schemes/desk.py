"""What schemes put on a desk: drafts that wait to be sealed."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.base.desk import Place
from pingyi.base.parts import Item


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """Drafts, for organisers."""
    if not has_role(account, Role.ORGANISER):
        return
    for draft in SchemeVersion.objects.drafts().order_by("-changed_at")[:10]:
        yield (
            "waiting",
            Item(
                title=_("方案草稿待封存：%(title)s") % {"title": draft.title},
                address=reverse("schemes:version", args=[draft.pk]),
            ),
        )
