"""What is done to open the box: inspect, confirm, enter shares, count, destroy, clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import astuple

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import laying, masters, open_items, opening, paper
from pingyi.apps.ballots.actions import CODES_KEPT, ITEM_TITLES, held
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.enums import OpeningState
from pingyi.apps.ballots.models import Opening, PaperEntry, Stop
from pingyi.apps.ballots.opening import LeftOut, Stopped
from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import STATE_TITLES, lock_poll, touch
from pingyi.apps.polls.enums import ItemState, PollState, RulingKind
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.polls.rulings import approved
from pingyi.apps.polls.workflow import ITEM, POLL
from pingyi.apps.rolls.queries import digest_of_codes, serials_by_roll
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.keyring import PollKeyring
from pingyi.proofs import tree
from pingyi.proofs.envelopes import Unreadable
from pingyi.proofs.keys import WrongKey, join, read_key_file


def inspect_item(*, by: Account, item: Item) -> Opening:
    """Count and digest what lies in the box for a locked item, and write it down. May be repeated
    until it is confirmed. Raises ``Stopped`` where something is not as the intake left it; why it
    stopped is written down, too."""
    try:
        return _write_inspection(by, item)
    except Stopped as stopped:
        _write_stop(by, item, stopped)
        raise


@transaction.atomic
def _write_stop(by: Account, item: Item, stopped: Stopped) -> None:
    """Behind the transaction that was undone."""
    sizes = _sizes(item) if stopped.unreadable else {}
    Stop.objects.update_or_create(
        item=item,
        defaults={
            "found": stopped.found[: opening.MOST_FINDINGS],
            "foreign": stopped.foreign,
            "unreadable": stopped.unreadable,
            "number": sum(sizes.get(key, 0) for key in stopped.unreadable),
        },
    )
    audit.record(by=by, verb="ballots.opening.stopped", subject=item, found=stopped.found)


def _sizes(item: Item) -> dict[int, int]:
    box = box_of(item.poll.slug)
    try:
        return {batch.key: batch.count for batch in box.batches(item.number)}
    finally:
        box.close()


@transaction.atomic
def _write_inspection(by: Account, item: Item) -> Opening:
    require_for_all(by, Role.ORGANISER)
    item = held(item)
    if item.state != ItemState.LOCKED:
        raise Conflict(_("场次锁定之后才能清点。"))
    Opening.objects.filter(item=item, state=OpeningState.INSPECTED).delete()
    if Opening.objects.filter(item=item).exists():
        raise Conflict(_("清点结果已经确认。"))
    found = _inspect(item)
    found.check()
    typed = paper.needed(item, found.paper)
    Stop.objects.filter(item=item).delete()
    record = Opening.objects.create(
        item=item,
        state=OpeningState.INSPECTED,
        envelopes=found.envelopes,
        marks=found.marks,
        paper=found.paper,
        typed=len(typed.digests) if typed else 0,
        ballots=found.ballots,
        digest=paper.bound(found.digest, typed),
        refused=found.refused,
        set_aside=found.set_aside,
        slots=[astuple(slot) for slot in found.slots],
        inspected_by=f"{by.name}（{by.username}）",
    )
    facts = {"ballots": found.ballots, "marks": found.marks, "digest": record.digest}
    audit.record(by=by, verb="ballots.item.inspected", subject=item, **facts)
    return record


@transaction.atomic
def confirm_inspection(*, by: Account, item: Item) -> Opening:
    """The checker confirms the printed counts and digest; not the person who counted."""
    require_for_all(by, Role.CHECKER)
    record = _opening(item, OpeningState.INSPECTED)
    signer = f"{by.name}（{by.username}）"
    require_another(by, record.inspected_by, _("确认人不能是清点人本人。"))
    record.state, record.confirmed_by = OpeningState.CONFIRMED, signer
    record.save(update_fields=["state", "confirmed_by"])
    audit.record(by=by, verb="ballots.item.confirmed", subject=item, digest=record.digest)
    return record


def inspect_all(*, by: Account, poll: Poll) -> int:
    """Inspect every locked item that is not confirmed yet. Returns how many."""
    items = poll.items.filter(state=ItemState.LOCKED).exclude(
        opening__state__in=[OpeningState.CONFIRMED]
    )
    return _each(items, lambda item: inspect_item(by=by, item=item))


def confirm_all(*, by: Account, poll: Poll) -> int:
    """Confirm every inspection that waits for it. Returns how many."""
    items = poll.items.filter(opening__state=OpeningState.INSPECTED)
    return len([confirm_inspection(by=by, item=item) for item in items])


def open_all(*, by: Account, poll: Poll) -> int:
    """Open every item that is confirmed, or whose opening was broken off. Returns how many."""
    items = poll.items.filter(opening__isnull=False).exclude(
        opening__state__in=(OpeningState.INSPECTED, OpeningState.CLEARED)
    )
    return _each(items, lambda item: open_box(by=by, item=item))


def _each(items: Iterable[Item], act: Callable[[Item], object]) -> int:
    """One item that has stopped holds up no other; it is told when the others are done."""
    stops: list[Conflict] = []
    number = 0
    for item in items:
        try:
            act(item)
            number += 1
        except Conflict as stopped:
            stops.append(stopped)
    if stops:
        raise stops[0]
    return number


@transaction.atomic
def disclose_counts(*, by: Account, poll: Poll) -> None:
    """A checker looks at numbers that are withheld from everybody: it stands in the audit log."""
    require_for_all(by, Role.CHECKER)
    audit.record(by=by, verb="ballots.counts.disclosed", subject=poll)


def enter_shares(*, by: Account, poll: Poll, shares: list[str]) -> None:
    """Take two of the three shares for this session; they are kept in memory only."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    text = PollKeyring(poll.slug).key_file()
    try:
        master = join(shares)
        file = read_key_file(text or "")
        for item in file.private:
            file.private_key(item, master)
    except WrongKey as error:
        raise Invalid(error.zh, field="shares") from None
    masters.keep(poll.slug, master)
    audit.record(by=by, verb="ballots.shares.entered", subject=poll)


def open_box(*, by: Account, item: Item) -> Opening:
    """Open an item's part of the box: count, destroy its key, clear. Each step is durable before
    the next; called again after a crash it goes on behind the last one. Raises ``Conflict``."""
    require_for_all(by, Role.ORGANISER)
    record = Opening.objects.filter(item=item).first()
    if record is None or record.state == OpeningState.INSPECTED:
        raise Conflict(_("清点结果还没有由核对人确认。"))
    if record.state == OpeningState.CONFIRMED:
        try:
            _count(by, item)
        except Stopped as stopped:
            _write_stop(by, item, stopped)
            raise
    return finish_opening(item)


def finish_opening(item: Item) -> Opening:
    """The steps after counting, from wherever they stopped."""
    record = Opening.objects.select_related("item__poll").get(item=item)
    poll = record.item.poll
    if record.state == OpeningState.COUNTED:
        _destroy_key(poll, record.item.number)
        _step(record, OpeningState.KEY_GONE)
    if record.state == OpeningState.KEY_GONE:
        box = box_of(poll.slug)
        if box.exists():
            box.clear(record.item.number)
            box.close()
        _step(record, OpeningState.CLEARED)
    cleared = Opening.objects.filter(item__poll=poll, state=OpeningState.CLEARED).count()
    if cleared == poll.items.count() and poll.state != PollState.COUNTED:
        _finish(poll)
    return record


@transaction.atomic
def _count(by: Account, item: Item) -> None:
    """One transaction: whatever a killed try left is not there; sheets, leaves, counts are."""
    item = held(item)
    record = _opening(item, OpeningState.CONFIRMED)
    _same_codes(item.poll)
    desk = load_desk(item.poll)
    key = _private_key(item)
    box = box_of(item.poll.slug)
    left_out = left_out_of(item)
    found = opening.inspect(desk, box, item.number, serials_by_roll(item.poll), left_out)
    found.check()
    typed = paper.needed(item, found.paper)
    if paper.bound(found.digest, typed) != record.digest:
        raise Stopped([_("票箱与清点时不一致。")])
    desk_item = desk.items[item.number]
    kept = (b for b in box.batches(item.number) if not found.is_aside(b.slot))
    ballots = opening.open_ballots(desk, kept, desk_item, key, left_out)
    rest = (b for b in box.batches(item.number) if found.is_aside(b.slot))
    aside = opening.open_ballots(desk, rest, desk_item, key, left_out)
    box.close()
    _same_heads(desk, (ballots, aside), found)
    on_paper = opening.open_records(_typed(typed, key), desk_item)
    boxes = opening.by_class(item, desk_item, desk, ballots.and_on_paper(on_paper))
    laying.lay_down(item, boxes, found, desk, on_paper.places())
    item.paper_entries.all().delete()
    leaves = sorted(ballots.leaves + aside.leaves)
    laying.lay_leaves(item, leaves, aside.leaves)
    item.state = ITEM.go(item.state, "count", ITEM_TITLES)
    item.save(update_fields=["state"])
    record.state = OpeningState.COUNTED
    record.opened_by, record.opened_at = f"{by.name}（{by.username}）", timezone.now()
    record.root = tree.root(leaves).hex()
    record.aside_root = tree.root(aside.leaves).hex() if aside.leaves else ""
    record.set_aside = found.set_aside
    record.unreadable = found.unreadable.total()
    record.save()
    Stop.objects.filter(item=item).delete()
    facts = {"ballots": found.ballots, "root": record.root, "unreadable": record.unreadable}
    audit.record(by=by, verb="ballots.item.counted", subject=item, **facts)


def _typed(entry: PaperEntry | None, key: bytes) -> list[bytes]:
    try:
        return paper.opened(entry, key)
    except Unreadable:
        raise Stopped([_("录入的纸票打不开：封存以后被改动过。")]) from None


def _same_heads(
    desk: Desk, parts: Iterable[opening.OpenBallots], found: opening.Inspection
) -> None:
    """As many ballots of each class as marks of it."""
    classes = np.concatenate([ballots.classes for ballots in parts])
    for index in range(len(desk.form.classes)):
        if int((classes == index).sum()) != found.returned[index]:
            title = desk.form.classes[index].title
            raise Stopped([_("“%(title)s”的票数与用码数不符。") % {"title": title}])


def _private_key(item: Item) -> bytes:
    text = PollKeyring(item.poll.slug).key_file()
    try:
        file = read_key_file(text or "")
        return file.private_key(item.number, masters.find(item.poll.slug))
    except WrongKey as error:
        raise Conflict(error.zh, _("请先输入两份密钥分片。")) from None


def _destroy_key(poll: Poll, number: int) -> None:
    keyring = PollKeyring(poll.slug)
    text = keyring.key_file()
    if text is not None:
        keyring.write_key_file(read_key_file(text).without(number).text())


@transaction.atomic
def _finish(poll: Poll) -> None:
    """All is counted and cleared: the box, and every secret of the poll, go."""
    poll = lock_poll(poll)
    box_of(poll.slug).destroy()
    PollKeyring(poll.slug).destroy()
    masters.forget(poll.slug)
    poll.state = POLL.go(poll.state, "count", STATE_TITLES)
    poll.save(update_fields=["state"])
    touch(poll)
    audit.record(by=None, verb="ballots.box.destroyed", subject=poll)


def _step(record: Opening, state: OpeningState) -> None:
    record.state = state
    record.save(update_fields=["state"])


def _same_codes(poll: Poll) -> None:
    """Are the codes those of the beginning, each of its class? Raises ``Conflict``."""
    if PollKeyring(poll.slug).kept(CODES_KEPT) != digest_of_codes(poll, states=True):
        raise Stopped([_("票册里的投票码与开始投票时不一致。")])


def _inspect(item: Item) -> opening.Inspection:
    _same_codes(item.poll)
    box = box_of(item.poll.slug)
    try:
        roll_of = serials_by_roll(item.poll)
        return opening.inspect(load_desk(item.poll), box, item.number, roll_of, left_out_of(item))
    finally:
        box.close()


def left_out_of(item: Item) -> LeftOut:
    """The envelopes of an item that two people ruled out."""

    def ruled(kind: RulingKind) -> frozenset[int]:
        rulings = approved(item.poll, kind, item)
        return frozenset(key for ruling in rulings for key in ruling.about["batches"])

    return LeftOut(
        ruled(RulingKind.FOREIGN_REFUSED),
        ruled(RulingKind.ENVELOPES_ASIDE),
        open_items.set_aside(item),
    )


def _opening(item: Item, state: OpeningState) -> Opening:
    record = Opening.objects.select_for_update().filter(item=item).first()
    if record is None or record.state != state:
        raise Conflict(_("这一步已经办过，或还轮不到。"), _("请刷新页面。"))
    return record
