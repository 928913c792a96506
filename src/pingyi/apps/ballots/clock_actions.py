"""What is done about a clock that was wrong: say that it is right, take back what it locked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots.actions import ITEM_TITLES, held, set_box
from pingyi.apps.ballots.box import BoxItem
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.models import ClockAlarm, Opening
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import STATE_TITLES, lock_poll, touch
from pingyi.apps.polls.enums import ItemState, PollState, RulingKind
from pingyi.apps.polls.models import Item
from pingyi.apps.polls.rulings import approved
from pingyi.apps.polls.workflow import ITEM, POLL
from pingyi.base import audit
from pingyi.base.errors import Conflict
from pingyi.base.models import AuditEntry


@transaction.atomic
def reopen_item(*, by: Account, item: Item) -> Item:
    """Take back a lock that a wrong clock set, as two have ruled. Raises ``Conflict`` where the
    box was confirmed for opening, or the window is over by the clock of now."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    item = held(item)
    poll = lock_poll(item.poll)
    now = timezone.now()
    ruled = [r.about["locked_at"] for r in approved(poll, RulingKind.REOPENED, item)]
    if str(item.locked_at) not in ruled:
        raise Conflict(_("重新开放须由两人裁定。"), _("请先在裁定页申请，由另一人批准。"))
    if not may_reopen(item, now):
        raise Conflict(_("这一场不是时钟误锁的，或已经清点确认、截止时间已到，不能重新开放。"))
    Opening.objects.filter(item=item).delete()
    waits = item.opened_at is None and item.channel.opens_at and item.channel.opens_at > now
    item.state = ITEM.go(item.state, "await" if waits else "reopen", ITEM_TITLES)
    item.opened_at = item.opened_at or (None if waits else now)
    item.locked_at = None
    item.save(update_fields=["state", "opened_at", "locked_at"])
    if poll.state == PollState.CLOSED:
        poll.state = POLL.go(poll.state, "reopen", STATE_TITLES)
        poll.save(update_fields=["state"])
    touch(poll)
    set_box(item, BoxItem.WAITING if waits else BoxItem.OPEN)
    audit.record(by=by, verb="ballots.item.reopened", subject=item)
    return item


def may_reopen(item: Item, now: datetime) -> bool:
    """Was it the clock that locked an item, is nothing confirmed, and is the window not over?"""
    closes = item.channel.closes_at
    confirmed = Opening.objects.filter(item=item).exclude(state=OpeningState.INSPECTED)
    told = AuditEntry.objects.filter(
        verb="ballots.item.locked", subject_kind="polls.item", subject_id=str(item.pk)
    )
    last = told.order_by("-number").first()
    return (
        item.state == ItemState.LOCKED
        and item.poll.state in {PollState.VOTING, PollState.CLOSED}
        and closes is not None
        and closes > now
        and last is not None
        and last.actor == audit.SYSTEM
        and not confirmed.exists()
    )


@transaction.atomic
def accept_clock(*, by: Account) -> int:
    """Somebody has looked at the clock and says that it is right: windows follow it again."""
    require_for_all(by, Role.ORGANISER, Role.CHAIR)
    number = ClockAlarm.objects.filter(over=False, accepted_by="").update(accepted_by=str(by))
    if not number:
        raise Conflict(_("没有待处理的时钟告警。"), _("请刷新页面。"))
    audit.record(by=by, verb="ballots.clock.accepted")
    return number
