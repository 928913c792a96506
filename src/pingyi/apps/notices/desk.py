"""What notices put on a desk: what is unread, as something to do or as news."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from pingyi.apps.notices.queries import unread_of
from pingyi.apps.people.models import Account
from pingyi.base.desk import Place
from pingyi.base.figures import moment
from pingyi.base.parts import Item

MOST = 10


def waits_for_me(account: Account) -> Iterator[tuple[Place, Item]]:
    """The newest unread notices."""
    for notice in unread_of(account)[:MOST]:
        yield (
            "waiting" if notice.waits else "news",
            Item(
                title=notice.title,
                address=reverse("notices:open", args=[notice.pk]),
                note=moment(notice.created_at),
            ),
        )
