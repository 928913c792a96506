"""Who learns of a talk. Titles go by e-mail: nothing of what is prepared stands in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ledger.queries import OWNERS
from pingyi.apps.notices.actions import tell
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_at
from pingyi.apps.talks.models import Talk
from pingyi.base.references import Reference


def tell_unit(by: Account, talk: Talk, kind: str, title: str, turn: object = "") -> None:
    """Handlers and heads of the unit; ``turn`` tells apart what may happen again."""
    _tell(by, talk, holders_at(talk.unit, *OWNERS), kind, title, turn)


def tell_office(by: Account, talk: Talk, kind: str, title: str, turn: object = "") -> None:
    """Who organises it, and who leads it."""
    accounts = [talk.organiser]
    if talk.interviewer_id is not None:
        accounts += Account.objects.filter(person=talk.interviewer_id, is_active=True)
    _tell(by, talk, (one for one in accounts if one != by), kind, title, turn)


def _tell(
    by: Account, talk: Talk, accounts: Iterable[Account], kind: str, title: str, turn: object
) -> None:
    tell(
        by=by,
        accounts=accounts,
        kind=f"talks.talk.{kind}",
        title=title % {"number": talk.number},
        reference=Reference("talks.talk", f"{talk.pk} {turn}".strip()),
        address=reverse("talks:talk", args=[talk.number]),
    )


def notice_title() -> str:
    return _("约谈通知：%(number)s")
