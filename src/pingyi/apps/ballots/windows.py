"""Items open and lock by themselves when the window of their channel comes and goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from pingyi.apps.ballots import actions
from pingyi.apps.ballots.clock import Watch
from pingyi.apps.polls.enums import ItemState, PollState
from pingyi.apps.polls.models import Item
from pingyi.base.errors import HouseError

_log = logging.getLogger(__name__)


def tick(now: datetime) -> int:
    """Open what is due, lock what is over; returns how many changed.

    A locked item opens by a ruling of two alone, so a clock that is set back changes nothing.
    """
    polls = Item.objects.filter(poll__state=PollState.VOTING).order_by("pk")
    over = Q(channel__closes_at__lte=now)
    due = Q(channel__opens_at__lte=now)
    changed = 0
    unlocked = (ItemState.WAITING, ItemState.OPEN)
    for item in polls.filter(over, state__in=unlocked):
        changed += _do(actions.lock_item, item)
    for item in polls.filter(due, state=ItemState.WAITING).exclude(over):
        changed += _do(actions.open_item, item)
    return changed


def follow(watch: Watch, now: datetime, passed: float) -> int:
    """``tick``, unless the clock jumped since the server started: then windows rest, since a lock
    can't simply be taken back."""
    return tick(now) if watch.trusts(now, passed) else 0


def _do(action: Callable[..., Item], item: Item) -> int:
    try:
        action(by=None, item=item)
    except HouseError:
        return 0  # another process was first
    except Exception:
        # One broken box must not keep those of other polls open.
        _log.exception("window of item %s", item.pk)
        return 0
    return 1
