"""Who learns of an entry. What waits stands on the desk, worked out from how things are; by notice
goes what has happened, and each morning's digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.ledger.access import OWNERS
from pingyi.apps.ledger.enums import ExtensionState, UrgeTo
from pingyi.apps.ledger.models import Entry, Extension, Urge
from pingyi.apps.notices.actions import tell
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.accounts import holders_at
from pingyi.apps.people.queries.units import leaders_of
from pingyi.base.references import Reference

URGED = {UrgeTo.HANDLER: (Role.UNIT_HANDLER,), UrgeTo.HEAD: OWNERS}


def listeners(unit: Unit, to: UrgeTo) -> list[Account]:
    """Who is urged at this step: the clerk, then also the head, then also the leader in charge."""
    if to in URGED:
        return list(holders_at(unit, *URGED[to]))
    leaders = [charge.leader_id for charge in leaders_of([unit]).get(unit.pk, [])]
    in_charge = Account.objects.filter(is_active=True, person__in=leaders)
    return [*holders_at(unit, *OWNERS), *in_charge]


def tell_assigned(by: Account, entries: Sequence[Entry]) -> None:
    """To the unit that leads: one notice for all that it was given at once."""
    given = [one for one in entries if one.lead_unit_id]
    given.sort(key=_unit_key)
    for _key, group in groupby(given, key=_unit_key):
        mine = list(group)
        unit = mine[0].lead_unit
        assert unit is not None
        title = _("台账新分派事项：%(title)s") % {"title": mine[0].title}
        if len(mine) > 1:
            title = _("台账新分派%(number)s个事项，待认领") % {"number": len(mine)}
        tell(
            by=by,
            accounts=holders_at(unit, *OWNERS),
            kind="ledger.entry.assigned",
            title=title,
            reference=_now(mine[0]),
            address=_address(mine[0]) if len(mine) == 1 else _to_do(),
        )


def _unit_key(entry: Entry) -> int:
    return entry.lead_unit_id or 0


def _to_do() -> str:
    return reverse("ledger:index") + "?view=to_do"


def tell_returned(by: Account, entry: Entry) -> None:
    """To who supervises it: the unit says that it isn't its own."""
    _tell(by, entry, _supervisors(entry), "returned", _("%(number)s已被退回，待重新分派"))


def tell_applied(by: Account, entry: Entry, title: str) -> None:
    """To who supervises it: an application waits."""
    _tell(by, entry, _supervisors(entry), "applied", title)


def tell_sent_back(by: Account, entry: Entry) -> None:
    _tell(by, entry, _owners(entry), "sent_back", _("%(number)s验收或回头看不合格，须继续整改"))


def tell_closed(by: Account, entry: Entry) -> None:
    _tell(by, entry, _owners(entry), "closed", _("%(number)s已销号"))


def tell_extension(by: Account, asked: Extension) -> None:
    granted = asked.state == ExtensionState.GRANTED
    title = _("%(number)s的延期已批准") if granted else _("%(number)s的延期未获批准")
    _tell(by, asked.entry, _owners(asked.entry), "extension", title)


def tell_urged(by: Account, urge: Urge) -> None:
    unit = urge.entry.lead_unit
    assert unit is not None
    accounts = listeners(unit, UrgeTo(urge.to))
    tell(
        by=by,
        accounts=accounts,
        kind="ledger.entry.urged",
        title=_("催办：%(title)s") % {"title": urge.entry},
        reference=Reference("ledger.urge", str(urge.pk)),
        address=reverse("ledger:urge_sheet", args=[urge.entry.number, urge.pk]),
        urgent=True,
    )


def _tell(by: Account, entry: Entry, accounts: Iterable[Account], kind: str, title: str) -> None:
    tell(
        by=by,
        accounts=accounts,
        kind=f"ledger.entry.{kind}",
        title=title % {"number": entry.number},
        reference=_now(entry),
        address=_address(entry),
    )


def _supervisors(entry: Entry) -> list[Account]:
    return [entry.supervisor] if entry.supervisor is not None else []


def _owners(entry: Entry) -> Iterable[Account]:
    return holders_at(entry.lead_unit, *OWNERS) if entry.lead_unit else ()


def _now(entry: Entry) -> Reference:
    """The entry as it is at this version: what happens again is told again."""
    return Reference("ledger.entry", f"{entry.pk} {entry.version}")


def _address(entry: Entry) -> str:
    return reverse("ledger:entry", args=[entry.number])
