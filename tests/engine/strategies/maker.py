"""Making one thing after another, with the names that are known so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

T = TypeVar("T")
Data = dict[str, Any]

BASIS = "系统默认值：为检验而生成"
VALUES = ("0", "1", "2", "3", "5", "10", "100", "-1", "-5", "0.5", "2.25", "1/3", "7/3", "60%")
"""Numbers as a scheme writes them."""
SHARES = ("0", "20%", "1/4", "1/3", "0.5", "2/3", "1")


@dataclass
class Maker:
    """Makes one thing after another, and remembers what may be named."""

    pick: Callable[[int], int]
    """Gives a number from 0 to below the one asked; everything is made of such picks."""
    scheme: Data = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    """Nodes whose values are multiples of a step."""
    fulls: set[str] = field(default_factory=set)
    """Nodes whose full marks are known and not negative."""
    is_faulty: bool = False
    """May the input hold what blocks the whole round? Rarely, or nothing else would be seen."""

    def one(self, options: Sequence[T]) -> T:
        return options[self.pick(len(options))]

    def chance(self, percent: int) -> bool:
        return self.pick(100) >= 100 - percent

    def number(self, least: int, most: int) -> int:
        return least + self.pick(most - least + 1)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        left = list(options)
        return [left.pop(self.pick(len(left))) for _ in options]

    def some(self, options: Sequence[T], least: int = 1, most: int | None = None) -> list[T]:
        """Several different ones, in the given order."""
        top = len(options) if most is None else min(most, len(options))
        left = list(range(len(options)))
        chosen = [left.pop(self.pick(len(left))) for _ in range(self.number(min(least, top), top))]
        return [options[i] for i in sorted(chosen)]

    def value(self) -> str:
        return self.one(VALUES)

    def maybe(self, part: Data, percent: int, key: str, make: Callable[[], Any]) -> None:
        """Give ``part`` a key, now and then."""
        if self.chance(percent):
            part[key] = make()

    def keys(self, name: str) -> list[str]:
        return list(self.scheme.get(name, {}))

    def ruled(self, title: str, **rest: Any) -> Data:
        return {"title": title, "basis": BASIS, **rest}

    def cuts(self, values: Sequence[str], most: int) -> list[Fraction]:
        """One to ``most`` different numbers, ascending."""
        return sorted({Fraction(self.one(values)) for _ in range(self.number(1, most))})

    def bands(self, cuts: Sequence[Fraction], step: str | None) -> list[Data]:
        """Ranges over the whole number line, ascending, without holes or overlaps.

        With ``step`` a range may end a step before the next begins.
        """
        found: list[Data] = [{}]
        before: Fraction | None = None
        for cut in cuts:
            size = Fraction(step or 0)
            fits = size > 0 and (cut / size).denominator == 1
            fits = fits and (before is None or before < cut - size)
            before = cut
            if fits and self.chance(60):
                found[-1]["to"] = str(cut - size)
                found.append({"from": str(cut)})
            elif self.chance(70):
                found[-1]["below"] = str(cut)
                found.append({"from": str(cut)})
            else:
                found[-1]["to"] = str(cut)
                found.append({"above": str(cut)})
        return found


def as_bool(value: bool) -> str:
    return "true" if value else "false"
