"""What talks put on a desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.queries import OWNERS
from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.talks import queries
from pingyi.apps.talks.enums import AFTER, AHEAD, TalkState
from pingyi.apps.talks.models import Talk
from pingyi.apps.talks.sources import proposals
from pingyi.apps.talks.tables import STATE_KINDS
from pingyi.base.desk import Place
from pingyi.base.figures import moment
from pingyi.base.parts import Item

MOST = 5


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """Talks that come, memos to confirm, reports to write; for organisers, what is proposed."""
    if has_role(account, *OWNERS):
        yield from _of_unit(account)
    if has_role(account, *queries.OFFICE, Role.LEADER):
        yield from _of_office(account)
    if has_role(account, *queries.EDITORS):
        found = len(proposals(account))
        if found:
            title = _("%(number)s条约谈提请待办理") % {"number": found}
            yield "waiting", Item(title=title, address=reverse("talks:proposals"))


def _of_unit(account: Account) -> Iterator[tuple[Place, Item]]:
    rows = queries.of_own_units(account)
    for talk in rows.filter(state=TalkState.NOTICED).order_by("starts_at")[:MOST]:
        yield "waiting", _item(talk, _("约谈：%(when)s，%(place)s"))
    offered = rows.filter(
        state=TalkState.HELD, memo__offered_at__isnull=False, memo__unit_confirmed_at=None
    )
    if has_role(account, Role.UNIT_HEAD):
        yield from _all("waiting", offered, _("备忘录待确认"))
    writing = rows.filter(state=TalkState.RECTIFYING).exclude(report__handed_in_at__isnull=False)
    yield from _all("waiting", writing, _("整改情况汇报待报送"))


def _of_office(account: Account) -> Iterator[tuple[Place, Item]]:
    rows = queries.inner(account)
    soon = rows.filter(state__in=AHEAD, starts_at__isnull=False)
    for talk in soon.order_by("starts_at")[:MOST]:
        late = talk.starts_at is not None and talk.starts_at < timezone.now()
        yield ("late" if late else "waiting"), _item(talk, _("约谈：%(when)s，%(place)s"))
    if not has_role(account, *queries.EDITORS):
        leads = rows.filter(memo__offered_at__isnull=False, memo__office_confirmed_at=None)
        yield from _all("waiting", leads, _("备忘录待确认"))
        return
    mine = rows.filter(organiser=account)
    yield from _all("waiting", mine.filter(state=TalkState.PLANNED, starts_at=None), _("待安排"))
    held = mine.filter(state=TalkState.HELD, memo__offered_at=None)
    yield from _all("waiting", held, _("备忘录待起草、提交"))
    confirmed = mine.filter(state=TalkState.CONFIRMED)
    yield from _all("waiting", confirmed, _("整改要求待转入台账"))
    reported = mine.filter(state__in=AFTER, report__handed_in_at__isnull=False)
    done = [talk for talk in reported[:MOST] if not queries.open_entries(talk)]
    yield from _all("waiting", done, _("整改事项全部销号，待办结"))


def _all(place: Place, rows: Iterable[Talk], what: str) -> Iterator[tuple[Place, Item]]:
    for talk in list(rows)[:MOST]:
        yield place, _item(talk, what)


def _item(talk: Talk, what: str) -> Item:
    facts = {"when": moment(talk.starts_at), "place": talk.place}
    return Item(
        title=str(talk),
        address=reverse("talks:talk", args=[talk.number]),
        note=what % facts,
        state=(talk.get_state_display(), STATE_KINDS[talk.state]),
    )
