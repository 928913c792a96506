"""Items that are open to everybody: their slots as they stand, alarms, and what is set aside.

Alarms change nothing by themselves. Two people may rule that a whole slot is not counted, once the
item is locked and before it is opened, so that nobody knows what they take out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import slots
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.models import Opening
from pingyi.apps.ballots.slots import Slot
from pingyi.apps.people.models import Account
from pingyi.apps.polls.enums import Admission, ItemState, RulingKind
from pingyi.apps.polls.models import Item, Poll, Ruling
from pingyi.apps.polls.rulings import Case, Remedy, approved
from pingyi.apps.rolls.models import Roll
from pingyi.base.figures import moment, number

MINUTE = 60


def open_items(poll: Poll) -> list[Item]:
    """Items for which nobody needs a code and which have been open."""
    found = poll.items.filter(channel__admission=Admission.OPEN).exclude(state=ItemState.WAITING)
    return list(found.select_related("channel", "poll", "opening"))


def slots_of(item: Item) -> list[Slot]:
    """From what the inspection wrote down, else from the box; the last one still grows while the
    item is open."""
    record = Opening.objects.filter(item=item).first()
    if record is not None:
        return [Slot(*row) for row in record.slots]
    box = box_of(item.poll.slug)
    if not box.exists():
        return []
    try:
        found = box.slots(item.number)
    finally:
        box.close()
    return [slot for slot in found if slot.count] if _grows(item) else slots.closed(found)


def _grows(item: Item) -> bool:
    return item.state == ItemState.OPEN


def set_aside(item: Item) -> frozenset[int]:
    """Numbers of the slots of an item that two people have set aside, as they were then: a slot
    that grew since, because the item was opened again, needs another ruling."""
    counts = {slot.number: slot.count for slot in slots_of(item)}
    abouts = [ruling.about for ruling in approved(item.poll, RulingKind.SLOT_ASIDE, item)]
    return frozenset(one["slot"] for one in abouts if counts.get(one["slot"]) == one["count"])


@dataclass(frozen=True)
class SlotLine:
    """A slot as the pages show it. ``burst``: why it stands out, else empty."""

    item: Item
    slot: Slot
    burst: str
    aside: bool
    rulable: bool
    """May two people set it aside as things stand?"""

    @property
    def case(self) -> Case:
        return _case(self)

    @property
    def began(self) -> datetime:
        return datetime.fromtimestamp(self.slot.began * MINUTE, UTC)


def slot_lines(item: Item) -> list[SlotLine]:
    """The slots of an item that are large enough to be shown: not the one that still grows."""
    found = slots_of(item)
    end = (item.locked_at or timezone.now()).timestamp()
    loud = {burst.slot.number: burst for burst in slots.bursts(found, int(end) // MINUTE)}
    aside = set_aside(item)
    rulable = _may_be_ruled(item)
    return [
        SlotLine(
            item,
            slot,
            burst=_told(loud.get(slot.number)),
            aside=slot.number in aside,
            rulable=rulable and slot.number not in aside,
        )
        for slot in found
        if slots.may_be_set_aside(slot)
    ]


def _may_be_ruled(item: Item) -> bool:
    """After locking, and before the inspection is confirmed."""
    record = Opening.objects.filter(item=item).first()
    open_still = record is None or record.state == OpeningState.INSPECTED
    return item.state == ItemState.LOCKED and open_still


def _told(burst: slots.Burst | None) -> str:
    if burst is None:
        return ""
    values = {"most": number(burst.in_a_minute), "usual": number(burst.usual)}
    return _("一分钟最多 %(most)s 票，此前平均每分钟不到 %(usual)s 票") % values


def alarms(poll: Poll) -> list[str]:
    """What people should look at; nothing is left out of the count because of it."""
    found = []
    for item in open_items(poll):
        lines = slot_lines(item)
        found += [_residents(item, roll) for roll in _rolls(item) if _exceeded(item, roll)]
        found += [
            _("“%(item)s”%(began)s 起的时段：%(burst)s。")
            % {"item": item, "began": moment(line.began), "burst": line.burst}
            for line in lines
            if line.burst
        ]
    return found


def _rolls(item: Item) -> Iterable[Roll]:
    return Roll.objects.filter(channel=item.channel, paper=item.paper)


def accepted(item: Item) -> int:
    """Ballots that were taken, set aside or not."""
    return sum(slot.count for slot in slots_of(item))


def _exceeded(item: Item, roll: Roll) -> bool:
    return slots.exceeds(accepted(item), roll.population)


def _residents(item: Item, roll: Roll) -> str:
    values = {
        "item": item,
        "count": number(accepted(item)),
        "residents": number(roll.population),
    }
    return _("“%(item)s”已收 %(count)s 票，多于常住人口 %(residents)s。") % values


def _cases(poll: Poll) -> Iterator[Case]:
    for item in open_items(poll):
        yield from (line.case for line in slot_lines(item) if line.rulable)


def _case(line: SlotLine) -> Case:
    values = {
        "began": moment(line.began),
        "number": line.slot.number,
        "count": number(line.slot.count),
        "peak": number(line.slot.peak),
    }
    found = _("第 %(number)s 时段，%(began)s 起，%(count)s 票，一分钟最多 %(peak)s 票。") % values
    return Case(
        RulingKind.SLOT_ASIDE,
        found=found + (_("异常：%(burst)s。") % {"burst": line.burst} if line.burst else ""),
        allows=_(
            "第 %(number)s 时段的 %(count)s 票整段不计：开箱时只取出回执公布，答案不落地、不计票。"
            "开箱之后不能恢复。"
        )
        % values,
        about={"slot": line.slot.number, "count": line.slot.count},
        item=line.item,
        quiet=not line.burst,
    )


def _inspect_anew(by: Account, ruling: Ruling) -> None:
    """What was counted before the ruling no longer holds."""
    Opening.objects.filter(item=ruling.item, state=OpeningState.INSPECTED).delete()


REMEDY = Remedy(RulingKind.SLOT_ASIDE, _cases, _inspect_anew)
