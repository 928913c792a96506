"""What may be ruled on by two (裁定, ADR 0013). Rooms above tell their remedies at the start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import RULERS, may
from pingyi.apps.polls.enums import OVER, RulingKind, RulingState
from pingyi.apps.polls.models import Item, Poll, Ruling
from pingyi.base.errors import Conflict, Missing
from pingyi.base.figures import moment


@dataclass(frozen=True)
class Case:
    """Something that has stopped and may be ruled on as things stand."""

    kind: RulingKind
    found: str
    """What was found, without any number that small cells withhold."""
    allows: str
    """What goes on when it is approved."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """JSON; the ruling holds for just this."""
    item: Item | None = None
    barred: frozenset[str] = frozenset()
    """User names of those whose own work is ruled on."""
    quiet: bool = False
    """Nothing has stopped and nothing stands out: told on a page of its own room alone."""

    @property
    def title(self) -> str:
        return str(self.kind.label)

    @property
    def key(self) -> str:
        """Names the case in addresses; another finding is another case."""
        told = [self.kind, self.item.number if self.item else 0, self.about]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Remedy:
    """A kind of ruling: what it may be applied for, and what happens when it is approved."""

    kind: RulingKind
    cases: Callable[[Poll], Iterable[Case]]
    take_effect: Callable[[Account, Ruling], None]
    """Runs in the transaction of the approval."""


_remedies: dict[RulingKind, Remedy] = {}


_uses: list[Callable[[Poll], bool]] = []


def tell_use(uses: Callable[[Poll], bool]) -> None:
    """Add a room's answer to: is the outcome of a poll used? Then it can't be called off."""
    _uses.append(uses)


def is_used(poll: Poll) -> bool:
    return any(uses(poll) for uses in _uses)


def provide(remedy: Remedy) -> None:
    """Add a kind of ruling. A kind that nobody provides can't be applied for."""
    _remedies[remedy.kind] = remedy


def remedy_of(ruling: Ruling) -> Remedy:
    return _remedies[RulingKind(ruling.kind)]


def cases_of(poll: Poll) -> list[Case]:
    """Everything that may be applied for now and isn't applied for yet."""
    if poll.state in OVER:
        return []
    waiting = {(ruling.kind, _case_key(ruling)) for ruling in pending(poll)}
    return [
        case
        for remedy in _remedies.values()
        for case in remedy.cases(poll)
        if (case.kind, case.key) not in waiting
    ]


def case_of(poll: Poll, key: str) -> Case | None:
    """None where things have changed since."""
    return next((case for case in cases_of(poll) if case.key == key), None)


def find_case(poll: Poll, key: str) -> Case:
    """Raises ``Missing`` where there is none."""
    if (case := case_of(poll, key)) is not None:
        return case
    raise Missing(
        _("没有这个可以申请裁定的事项，或情况已经变化。"), _("请回到裁定页，看现在的情况。")
    )


def gone(poll: Poll, key: str) -> Conflict:
    """What stands against an application for a case that isn't there any more."""
    way = _("请到裁定页看现在的情况。")
    for ruling in pending(poll):
        if _case_key(ruling) == key:
            told = {"name": ruling.applied_by.name, "at": moment(ruling.applied_at)}
            return Conflict(_("%(name)s已于%(at)s就这件事申请裁定。") % told, way)
    return Conflict(_("情况已经变化，这件事不需要再裁定。"), way)


def still_stands(ruling: Ruling) -> bool:
    """Is it still found what the ruling was applied for?"""
    key = _case_key(ruling)
    return ruling.poll.state not in OVER and any(
        case.key == key for case in remedy_of(ruling).cases(ruling.poll)
    )


def _case_key(ruling: Ruling) -> str:
    return Case(RulingKind(ruling.kind), "", "", ruling.about, ruling.item).key


def pending(poll: Poll) -> QuerySet[Ruling]:
    return poll.rulings.filter(state=RulingState.APPLIED).select_related("item", "poll")


def waiting_for(account: Account) -> list[Ruling]:
    """What waits for a decision that this account may give."""
    if not may(account, *RULERS):
        return []
    found = Ruling.objects.filter(state=RulingState.APPLIED).exclude(applied_by=account)
    return [r for r in found.select_related("poll") if account.username not in r.barred]


def approved(poll: Poll, kind: RulingKind, item: Item | None = None) -> list[Ruling]:
    """The rulings of a kind that hold, for the poll or for an item of it, the oldest first."""
    found = poll.rulings.filter(kind=kind, state=RulingState.APPROVED)
    if item is not None:
        found = found.filter(item=item)
    return list(found.select_related("applied_by", "decided_by", "item").order_by("pk"))


def approved_all(poll: Poll) -> list[Ruling]:
    """Every ruling that holds, for what is printed beside a result."""
    return [ruling for kind in RulingKind for ruling in approved(poll, kind)]


def find(poll: Poll, pk: int) -> Ruling:
    """Raises ``Missing``."""
    ruling = poll.rulings.select_related("applied_by", "decided_by", "item", "poll").filter(pk=pk)
    found = ruling.first()
    if found is None:
        raise Missing(_("没有这件裁定。"), _("请从投票的裁定页进入。"))
    return found
