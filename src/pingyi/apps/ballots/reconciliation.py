"""Does it add up? Per channel, class and paper, from printing to counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.ballots import disclosure
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import ClassCount
from pingyi.apps.ballots.open_items import accepted
from pingyi.apps.polls.enums import Admission, ItemState, RulingKind
from pingyi.apps.polls.models import Item, Poll, Ruling
from pingyi.apps.polls.queries import form_of
from pingyi.apps.polls.rulings import approved
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
    typed: int = 0
    """Of those returned: ballots of paper, for which ``paper`` codes were spent."""
    unreadable: int = 0
    """Set aside by a ruling: in envelopes that nothing opens."""
    roll: int = 0
    open: bool = False
    """Nobody needed a code: accepted = valid + invalid + set aside."""
    set_aside: int = 0

    @property
    def used(self) -> bool:
        """Is anybody on the roll?"""
        return bool(self.printed) or self.open

    @property
    def accepted(self) -> int:
        """Of an open class: all that the box took."""
        return self.spent + self.set_aside

    @property
    def spent(self) -> int:
        """Codes spent: for ballots and for forms of paper."""
        return self.returned - self.typed + self.paper + self.unreadable

    @property
    def excess(self) -> int:
        """Codes spent that were never given out."""
        if self.given_out is None or self.open:
            return 0
        return max(0, self.spent - self.given_out)

    @property
    def over(self) -> int:
        """Ballots of paper for which no code was exchanged."""
        return max(0, self.typed - self.paper)

    def findings(self) -> Iterator[str]:
        """What doesn't add up; each needs a ruling by two before anything is published."""
        if self.given_out is None and not self.open and (self.printed or self.spent):
            yield _("发出、剩余、损毁还没有清点。")
        elif self.missing:
            yield _("缺失 %(number)s 张票单。") % {"number": self.missing}
        if self.excess:
            yield _("用码 %(spent)s 多于发出 %(given)s。") % {
                "spent": self.spent,
                "given": self.given_out,
            }
        if self.over:
            yield _("录入纸票 %(typed)s 张，多于换纸票 %(paper)s 张。") % {
                "typed": self.typed,
                "paper": self.paper,
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
                    roll=roll.pk,
                    open=roll.is_open,
                    **_returned(roll, item, counts.get(roll.rater_class), live),
                )
            )
    return lines


@dataclass(frozen=True)
class ShownLine:
    """A line as it may be shown; ``hidden``: what came back is withheld."""

    line: Line
    hidden: bool
    ruling: Ruling | None = None
    """Under which it may be published as it is."""

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
    open: bool
    """Of an item for which nobody needed a code."""

    @property
    def withheld(self) -> bool:
        return any(shown.hidden for shown in self.lines)


def statement(poll: Poll, *, whole: bool = False) -> list[Group]:
    """The lines as the page shows them; ``whole`` for a checker who looks at everything."""
    groups: dict[tuple[int, str], list[Line]] = {}
    lines = reconcile(poll)
    for line in lines:
        groups.setdefault((line.number, line.target), []).append(line)
    ruled = _ruled(poll, lines)
    return [_group(mine, poll.smallest_cell, whole, ruled) for mine in groups.values()]


def imbalance_of(lines: Iterable[Line]) -> dict[str, Any] | None:
    """What of a roll doesn't balance over all items, as a ruling tells it; None: nothing."""
    mine = list(lines)
    excess = {str(line.number): line.excess for line in mine if line.excess}
    over = {str(line.number): line.over for line in mine if line.over}
    missing = mine[0].missing
    if not missing and not excess and not over:
        return None
    found = {"roll": mine[0].roll, "missing": missing, "excess": excess}
    return {**found, "over": over} if over else found


def by_roll(lines: Iterable[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.roll, []).append(line)
    return found


def _ruled(poll: Poll, lines: list[Line]) -> dict[int, Ruling]:
    """Roll → the ruling that lets it be published, with the very numbers that it has now."""
    rulings = approved(poll, RulingKind.UNBALANCED)
    return {
        roll: ruling
        for roll, mine in by_roll(lines).items()
        for ruling in rulings
        if imbalance_of(mine) in ruling.about.get("rolls", [ruling.about])
    }


def _group(lines: list[Line], k: int, whole: bool, ruled: Mapping[int, Ruling]) -> Group:
    used = [line for line in lines if line.used]
    hidden: frozenset[str] = frozenset()
    if all(line.valid is not None for line in used):
        hidden = disclosure.withheld_classes({line.key: line.valid or 0 for line in used}, k)
    elif disclosure.turnout({line.key: line.spent for line in used}, k) is None:
        hidden = frozenset(line.key for line in used)
    first = lines[0]
    title = " ".join(part for part in (first.channel, first.item, first.target) if part)
    return Group(
        title,
        tuple(
            ShownLine(line, line.key in hidden and not whole, ruled.get(line.roll))
            for line in lines
        ),
        sum(line.spent for line in lines),
        first.open,
    )


def _returned(
    roll: Roll, item: Item, count: ClassCount | None, live: Counter[tuple[int, int, bool]]
) -> dict[str, Any]:
    if item.state != ItemState.COUNTED and roll.is_open:
        return {"returned": accepted(item), "paper": 0, "valid": None, "invalid": None}
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
    names = ("returned", "paper", "typed", "valid", "invalid", "unreadable")
    known = {name: int(found.get(name, 0)) for name in names}
    return {**known, "set_aside": count.set_aside}


def _live(poll: Poll) -> Counter[tuple[int, int, bool]]:
    """(item, roll, for paper?) → codes spent, from the box."""
    box = box_of(poll.slug)
    found: Counter[tuple[int, int, bool]] = Counter()
    if not box.exists():
        return found
    roll_of = serials_by_roll(poll)
    shut = poll.items.exclude(state=ItemState.COUNTED)
    for item in shut.filter(channel__admission=Admission.CODE):
        for batch in box.batches(item.number):
            for mark in batch.marks:
                found[item.number, roll_of.get(mark.serial, 0), not batch.count] += 1
    box.close()
    return found


def findings(poll: Poll) -> list[tuple[str, Ruling | None]]:
    """What doesn't add up, as it may be told, each with the ruling under which it may be published:
    without one it keeps the poll from being published."""
    return [
        (f"{group.title} {shown.line.rater_class}：{text}", shown.ruling)
        for group in statement(poll)
        for shown in group.lines
        if shown.line.used or shown.line.spent
        for text in shown.findings()
    ]
