"""What the ledger puts on a desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger import queries
from pingyi.apps.ledger.enums import EntryState, Light
from pingyi.apps.ledger.models import Entry
from pingyi.apps.people.access import has_role
from pingyi.apps.people.models import Account
from pingyi.base.desk import Place
from pingyi.base.figures import day
from pingyi.base.parts import Item, StateKind

MOST = 5
KINDS: dict[str, StateKind] = {
    Light.NONE: "neutral",
    Light.GREEN: "done",
    Light.BLUE: "active",
    Light.YELLOW: "warning",
    Light.ORANGE: "warning",
    Light.RED: "late",
}


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """A few entries of one's own units, the most urgent first, and how many more there are; for
    those who supervise, what waits for them."""
    if has_role(account, *queries.OWNERS):
        mine = queries.to_do(account).filter(due_on__isnull=False).order_by("due_on", "pk")
        yield from _some(mine, "view=to_do")
        unclaimed = queries.to_do(account).filter(state=EntryState.REGISTERED)
        yield from _count(unclaimed, _("%(number)s个事项待认领"), "view=to_do&state=registered")
    if has_role(account, *queries.SUPERVISORS):
        yield from _count(
            queries.to_supervise(account), _("台账有%(number)s个事项等您办理"), "view=to_supervise"
        )
        late = queries.supervised(account).filter(queries.overdue())
        yield from _count(late, _("您督办的事项中%(number)s个已逾期"), "view=overdue", "late")
        again = queries.supervised(account).filter(queries.look_backs_due())
        yield from _count(again, _("%(number)s个事项到了回头看的时间"), "view=look_back")
        orphans = queries.supervised(account).filter(queries.orphaned())
        yield from _count(orphans, _("%(number)s个事项的牵头单位已撤销，待改派"), "view=orphaned")


def _some(rows: QuerySet[Entry], query: str) -> Iterator[tuple[Place, Item]]:
    today = timezone.localdate()
    found = list(rows[: MOST + 1])
    for entry in found[:MOST]:
        late = entry.is_late(today)
        yield (
            "late" if late else "waiting",
            Item(
                title=entry.title,
                address=reverse("ledger:entry", args=[entry.number]),
                note=_("%(state)s，期限%(day)s")
                % {"state": entry.get_state_display(), "day": day(entry.due_on)},
                state=(entry.get_light_display(), KINDS[entry.light]),
            ),
        )
    if len(found) > MOST:
        yield from _count(rows, _("本单位共有%(number)s个事项要办"), query)


def _count(
    rows: QuerySet[Entry], title: str, query: str, place: Place = "waiting"
) -> Iterator[tuple[Place, Item]]:
    number = rows.count()
    if number:
        yield (
            place,
            Item(title=title % {"number": number}, address=f"{reverse('ledger:index')}?{query}"),
        )
