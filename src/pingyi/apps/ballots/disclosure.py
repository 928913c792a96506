"""What may be shown of a count without showing how few voted. Pure; binds every page and file.

The rules, for the classes that rate on one item (or, where each rates its own unit, on one
target), and the smallest cell *k* of the poll:

1. A class with fewer than *k* valid ballots is withheld.
2. One withheld class could be found as the total less the others: so it never is alone. The next
   classes in the order of the scheme join it until they are at least two and have *k* valid ballots
   together. The partner is chosen by its place, not by its size: a choice by size would itself
   tell a size. All bear the same mark, so a reader can't see which is the small one.
3. Beside withheld classes only the ballots returned by all together are told, as the opening's
   protocol does. The total of valid ones would, with the turnout, lead to a single class.
4. Answers of a class on a target are withheld where fewer than *k* rated it, or where all gave the
   same answer: that tells everybody's. Again another class joins, so that a published score,
   a weighted sum over classes, doesn't tell it. No answers are shown for classes together.
5. Before the opening, turnout is told class by class only when every class has *k*; until then the
   total alone. So nobody reads a small class as a difference, or learns at its first ballots who
   has just voted; and what was on the screen before fits with what is withheld afterwards. Where
   each rates its own unit, what holds for a class holds for every class on every target: a class
   added up over the targets, less what the reconciliation tells target by target, is a small one.

What it does not do: a published score is a sum over classes, too. Where a small class has a great
weight, the score alone says much about it; the scheme has to answer for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PAIR = 2


@dataclass(frozen=True)
class ClassCell:
    """What became of the ballots of a class."""

    returned: int
    valid: int
    invalid: int
    abstained: int = 0
    not_informed: int = 0

    def __add__(self, other: ClassCell) -> ClassCell:
        return ClassCell(
            self.returned + other.returned,
            self.valid + other.valid,
            self.invalid + other.invalid,
            self.abstained + other.abstained,
            self.not_informed + other.not_informed,
        )


@dataclass(frozen=True)
class Disclosed:
    """The table as it may be shown; None stands for what is withheld."""

    cells: Mapping[str, ClassCell | None]
    returned: int
    """Of all classes together."""
    total: ClassCell | None

    @property
    def withheld(self) -> frozenset[str]:
        return frozenset(key for key, cell in self.cells.items() if cell is None)


def withheld_classes(valid: Mapping[str, int], k: int) -> frozenset[str]:
    """Classes (in the order of the scheme) of which nothing may be shown."""
    small = [key for key, number in valid.items() if number < k]
    if not small:
        return frozenset()
    hidden = set(small)
    for key in _after(list(valid), small[0]):
        if len(hidden) >= PAIR and sum(valid[other] for other in hidden) >= k:
            break
        hidden.add(key)
    return frozenset(hidden)


class Outlook(StrEnum):
    """What the heads of a class let expect of its table."""

    SHOWN = "shown"
    DEPENDS = "depends"
    """Shown if *k* of them vote."""
    SMALL = "small"
    """Withheld: fewer than *k* people."""
    PARTNER = "partner"
    """Withheld, so that no subtraction tells the small one."""


def outlook(heads: Mapping[str, int], k: int) -> dict[str, Outlook]:
    """What is to be expected of classes (in the order of the scheme) of so many people, where all
    of them vote. ``SMALL`` is certain; with fewer votes others may become small, and the partners
    are chosen anew among those."""
    hidden = withheld_classes(heads, k)
    found = {}
    for key, number in heads.items():
        if key in hidden:
            found[key] = Outlook.SMALL if number < k else Outlook.PARTNER
        else:
            found[key] = Outlook.DEPENDS if number < LIKELY * k else Outlook.SHOWN
    return found


LIKELY = 2
"""A class of so many times *k* will hardly fall below it."""


def _after(keys: Sequence[str], first: str) -> Iterable[str]:
    """All others, in a circle from ``first``."""
    place = keys.index(first)
    return (*keys[place + 1 :], *keys[:place])


def disclose(cells: Mapping[str, ClassCell], k: int) -> Disclosed:
    """What may be shown of the classes of an item."""
    hidden = withheld_classes({key: cell.valid for key, cell in cells.items()}, k)
    whole = sum(cells.values(), ClassCell(0, 0, 0))
    return Disclosed(
        cells={key: None if key in hidden else cell for key, cell in cells.items()},
        returned=whole.returned,
        total=None if hidden else whole,
    )


Answers = Sequence[Sequence[int]]
"""Per dimension, how many gave each answer."""


def withheld_answers(
    answers: Mapping[str, Answers], hidden: frozenset[str], k: int
) -> frozenset[str]:
    """Classes whose answers on a target may not be shown; ``hidden`` are those of which nothing
    may be shown anyway."""
    found = set(hidden)
    found.update(key for key, mine in answers.items() if _tells(mine, k))
    if not found or len(found) >= PAIR:
        return frozenset(found)
    (alone,) = found
    keys = list(answers) if alone in answers else [alone, *answers]
    found.update(list(_after(keys, alone))[: PAIR - 1])
    return frozenset(found)


def _tells(answers: Answers, k: int) -> bool:
    """Do these answers tell what a single person said?"""
    return any(sum(row) < k or max(row, default=0) == sum(row) for row in answers)


def turnout(spent: Mapping[str, int], k: int) -> Mapping[str, int] | None:
    """Class by class, or None where only the total may be told."""
    return None if any(number < k for number in spent.values()) else spent


def turnout_over_targets(spent: Mapping[tuple[str, Any], int], k: int) -> Mapping[str, int] | None:
    """The same for (class, target), added up over the targets; None where a class on any of them
    has fewer than *k*. Those where nobody is on the roll are not to be among ``spent``."""
    if any(number < k for number in spent.values()):
        return None
    found: dict[str, int] = {}
    for (rater_class, _target), number in spent.items():
        found[rater_class] = found.get(rater_class, 0) + number
    return found
