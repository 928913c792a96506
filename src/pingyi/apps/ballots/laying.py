"""What an opening writes down: counts by class, sheets parted from their ballots, receipts."""

from __future__ import annotations

from collections.abc import Mapping

from pingyi.apps.ballots import opening, paper
from pingyi.apps.ballots.desk import Desk
from pingyi.apps.ballots.models import ClassCount, Leaves, OpenedSheets
from pingyi.apps.polls.models import Item


def lay_down(
    item: Item,
    boxes: list[opening.ClassBox],
    found: opening.Inspection,
    desk: Desk,
    typed: Mapping[paper.Place, int],
) -> None:
    targets = list(item.poll.targets.all())
    if item.target is not None:
        targets = [item.target]
    by_key = {box.rater_class: box for box in boxes}
    beside = {
        "paper": paper.places_of(desk, found.exchanged),
        "typed": typed,
        "unreadable": paper.places_of(desk, found.unreadable),
    }
    for index, named in enumerate(desk.form.classes):
        box = by_key.get(named.key)
        mine = {
            name: {target: n for (of, target), n in numbers.items() if of == index}
            for name, numbers in beside.items()
        }
        whoever = desk.items[item.number].whoever
        aside = found.set_aside if whoever and whoever.rater_class == index else 0
        if box is not None or any(mine.values()) or aside:
            _lay_class(item, named.key, box, mine, set_aside=aside)
    OpenedSheets.objects.bulk_create(
        OpenedSheets(
            item=item,
            rater_class=box.rater_class,
            target=targets[place],
            counted=counted,
            number=len(rows),
            dimensions=rows.shape[1],
            rows=opening.pack_rows(rows),
        )
        for box in boxes
        for place, counted, rows in opening.sheets_of(box)
    )


def lay_leaves(item: Item, leaves: list[bytes], aside: list[bytes]) -> None:
    """All of them, so that every voter finds the own one; and which are of slots set aside."""
    Leaves.objects.create(
        item=item, number=len(leaves), data=b"".join(leaves), aside=b"".join(aside)
    )


def _lay_class(
    item: Item,
    rater_class: str,
    box: opening.ClassBox | None,
    beside: Mapping[str, Mapping[int, int]],
    *,
    set_aside: int,
) -> None:
    """``beside``: ``paper``, ``typed``, ``unreadable`` → number of the own target (0: every) → how
    many."""
    names = ("returned", "valid", "invalid", "abstained", "not_informed")
    statuses = dict(box.found.statuses) if box else {}
    own = {code: dict(status.__dict__) for code, status in statuses.items() if code is not None}
    for name, numbers in beside.items():
        for target in item.poll.targets.filter(number__in=numbers):
            own.setdefault(target.code, {})[name] = numbers[target.number]
    total = {name: sum(getattr(status, name) for status in statuses.values()) for name in names}
    counts = box.found.data if box else {}
    ClassCount.objects.create(
        item=item,
        rater_class=rater_class,
        set_aside=set_aside,
        by_target=own,
        counts=counts,
        **{name: sum(numbers.values()) for name, numbers in beside.items()},
        **total,
    )
