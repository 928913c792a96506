"""Does it add up? Per channel, class and paper, from printing to counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.ballots import disclosure
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import ClassCount
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rolls.queries import serials_by_roll


@dataclass(frozen=True)
class Line:
    """One roll in one item, as numbers. None: not known yet."""

    number: int
    """Of the item."""
    key: str
    """Of the class."""
    channel: str
    rater_class: str
    target: str
    item: str
    printed: int
    given_out: int | None
    left_over: int | None
    spoiled: int | None
    missing: int
    returned: int
    paper: int
    valid: int | None
    invalid: int | None

    @property
    def spent(self) -> int:
        """Codes spent: for ballots and for forms of paper."""
        return self.returned + self.paper

    def findings(self) -> Iterator[str]:
        """What doesn't add up; each needs a ruling by two before anything is published."""
        if self.given_out is None and (self.printed or self.spent):
            yield _("发出、剩余、损毁还没有清点。")
        elif self.missing:
            yield _("缺失 %(number)s 张票单，须由两人裁定。") % {"number": self.missing}
        if self.given_out is not None and self.spent > self.given_out:
            yield _("用码 %(spent)s 多于发出 %(given)s，不能公布。") % {
                "spent": self.spent,
                "given": self.given_out,
            }
        if self.valid is not None and self.returned != self.valid + (self.invalid or 0):
            yield _("收回不等于有效加无效。")


def reconcile(poll: Poll) -> list[Line]:
    """A line per roll and item, from the box where it isn't opened and from the counts where it
    is."""
    form = form_of(poll)
    rolls = list(Roll.objects.filter(poll=poll).select_related("channel", "target"))
    lines = []
    live = _live(poll)
    for item in Item.objects.filter(poll=poll).select_related("channel", "target"):
        counts = {c.rater_class: c for c in ClassCount.objects.filter(item=item)}
        for roll in rolls:
            if roll.channel_id != item.channel_id or roll.paper != item.paper:
                continue
            lines.append(
                Line(
                    number=item.number,
                    key=roll.rater_class,
                    channel=roll.channel.title,
                    rater_class=form.rater_class(roll.rater_class).title,
                    target=roll.target.title if roll.target else "",
                    item=str(item.target or ""),
                    printed=roll.printed,
                    given_out=roll.given_out,
                    left_over=roll.left_over,
                    spoiled=roll.spoiled,
                    missing=roll.missing,
                    **_returned(roll, item, counts.get(roll.rater_class), live),
                )
            )
    return lines


@dataclass(frozen=True)
class ShownLine:
    """A line as it may be shown; ``hidden``: what came back is withheld."""

    line: Line
    hidden: bool

    def findings(self) -> list[str]:
        """Without the numbers of what is withheld."""
        found = list(self.line.findings())
        if self.hidden and self.line.given_out is not None:
            return [_("数目不符，请核对人查看全部票数。")] if found else []
        return found


@dataclass(frozen=True)
class Group:
    """The lines of an item (and, where raters rate their own unit, of a target), and how many
    codes were spent together."""

    title: str
    lines: tuple[ShownLine, ...]
    spent: int

    @property
    def withheld(self) -> bool:
        return any(shown.hidden for shown in self.lines)


def statement(poll: Poll, *, whole: bool = False) -> list[Group]:
    """The lines as the page shows them; ``whole`` for a checker who looks at everything."""
    groups: dict[tuple[int, str], list[Line]] = {}
    for line in reconcile(poll):
        groups.setdefault((line.number, line.target), []).append(line)
    return [_group(lines, poll.smallest_cell, whole) for lines in groups.values()]


def _group(lines: list[Line], k: int, whole: bool) -> Group:
    used = [line for line in lines if line.printed]
    hidden: frozenset[str] = frozenset()
    if all(line.valid is not None for line in used):
        hidden = disclosure.withheld_classes({line.key: line.valid or 0 for line in used}, k)
    elif disclosure.turnout({line.key: line.spent for line in used}, k) is None:
        hidden = frozenset(line.key for line in used)
    first = lines[0]
    title = " ".join(part for part in (first.channel, first.item, first.target) if part)
    return Group(
        title,
        tuple(ShownLine(line, line.key in hidden and not whole) for line in lines),
        sum(line.spent for line in lines),
    )


def _returned(
    roll: Roll, item: Item, count: ClassCount | None, live: Counter[tuple[int, int, bool]]
) -> dict[str, Any]:
    if item.state != ItemState.COUNTED:
        return {
            "returned": live[item.number, roll.pk, False],
            "paper": live[item.number, roll.pk, True],
            "valid": None,
            "invalid": None,
        }
    if count is None:
        return {"returned": 0, "paper": 0, "valid": 0, "invalid": 0}
    found = count.by_target.get(roll.target.code, {}) if roll.target else count.__dict__
    known = {name: int(found.get(name, 0)) for name in ("returned", "valid", "invalid")}
    return {**known, "paper": count.paper if roll.target is None else 0}


def _live(poll: Poll) -> Counter[tuple[int, int, bool]]:
    """(item, roll, for paper?) → codes spent, from the box."""
    box = box_of(poll.slug)
    found: Counter[tuple[int, int, bool]] = Counter()
    if not box.exists():
        return found
    roll_of = serials_by_roll(poll)
    for item in poll.items.exclude(state=ItemState.COUNTED):
        for batch in box.batches(item.number):
            for mark in batch.marks:
                found[item.number, roll_of.get(mark.serial, 0), not batch.count] += 1
    box.close()
    return found


def findings(poll: Poll) -> list[str]:
    """Everything that keeps a poll from being published."""
    return [
        f"{line.channel} {line.rater_class} {line.target or line.item}：{text}"
        for line in reconcile(poll)
        for text in line.findings()
    ]
