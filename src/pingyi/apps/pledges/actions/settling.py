"""The year-end settlement (年底交账): item by item against the evidence, by somebody who isn't of
the unit; closed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.access import require_another
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.access import require_supervisor
from pingyi.apps.pledges.actions.keeping import as_seen, go, keep, locked
from pingyi.apps.pledges.enums import Measure, Result
from pingyi.apps.pledges.models import Item, Pledge
from pingyi.apps.pledges.rules import judged
from pingyi.apps.pledges.telling import tell_unit
from pingyi.base.errors import Invalid


@dataclass(frozen=True)
class Outcome:
    """What was found of an item."""

    result: Result
    done: Decimal | None = None
    reason: str = ""


@transaction.atomic
def settle(
    *, by: Account, pledge: Pledge, outcomes: Mapping[int, Outcome], seen: int | None = None
) -> Pledge:
    """Settle all items at once, by their numbers. Raises ``Invalid`` (``field``: that of the
    item's form) for one that is left out, or that says other than its number."""
    one = locked(pledge)
    require_supervisor(by, one)
    one.state = go(one, "settle")
    as_seen(one, seen)
    if one.handed_in_by is not None:
        require_another(by, one.handed_in_by.username, _("提交承诺书的人不能核实交账。"))
    for item in one.items.all():
        outcome = outcomes.get(item.number)
        if outcome is None:
            raise Invalid(_("第%(number)s条还没有核实。") % {"number": item.number})
        _settle(item, outcome)
        item.save()
    one.settled_by, one.settled_on = by, timezone.localdate()
    keep(one, by=by, verb="settled")
    tell_unit(by, one, "settled", _("%(pledge)s：已核实交账"))
    return one


def _settle(item: Item, outcome: Outcome) -> None:
    where = {"number": item.number}
    item.done = outcome.done if item.measure == Measure.NUMBER else None
    if item.measure == Measure.NUMBER and item.done is None:
        raise Invalid(_("第%(number)s条请填写核实的完成数量。") % where, field="done")
    if item.done is not None and item.done < 0:
        raise Invalid(_("第%(number)s条的完成数量不能为负。") % where, field="done")
    says = judged(item.measure, item.target, item.done)
    if says is not None and outcome.result not in (says, Result.FORCE_MAJEURE):
        raise Invalid(
            _("第%(number)s条的完成数量与核实结果不一致。") % where,
            _("达到目标数量的是“完成”，没有达到的是“未完成”或“不可抗力”。"),
            field="result",
        )
    if says == Result.MET and outcome.result == Result.FORCE_MAJEURE:
        raise Invalid(_("第%(number)s条已达到目标数量，不属不可抗力。") % where, field="result")
    item.result, item.reason = outcome.result, outcome.reason.strip()
    if item.result != Result.MET:
        needed(item.reason, _("第%(number)s条请写明说明。") % where, "reason")


@transaction.atomic
def send_back(*, by: Account, pledge: Pledge, reason: str) -> Pledge:
    """The settlement does not hold: it is made anew."""
    one = locked(pledge)
    require_supervisor(by, one)
    one.state = go(one, "send_back")
    words = needed(reason, _("请写明退回理由。"), "reason")
    one.settled_by = one.settled_on = None
    return keep(one, by=by, verb="sent_back", note=words)


@transaction.atomic
def close(*, by: Account, pledge: Pledge) -> Pledge:
    """Who settled does not close: from now on everybody reads what came of it."""
    one = locked(pledge)
    require_supervisor(by, one)
    one.state = go(one, "close")
    assert one.settled_by is not None, "settled by nobody"
    require_another(by, one.settled_by.username, _("核实交账的人不能办结。"))
    one.closed_by, one.closed_on = by, timezone.localdate()
    keep(one, by=by, verb="closed")
    tell_unit(by, one, "closed", _("%(pledge)s：已办结，核实结果已公布"))
    return one
