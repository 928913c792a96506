"""Does a condition hold?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pingyi.engine.grammar.conditions import Comparison, Condition


@dataclass(frozen=True)
class Facts:
    """What a condition may ask of one target."""

    node_value: Callable[[str], Fraction | None]
    event_number: Callable[[str], Fraction]
    attributes: Mapping[str, str]
    grade: str | None = None


def within(bounds: Comparison, value: Fraction) -> bool:
    """Do all bounds that are given hold?"""
    return (
        (bounds.at_least is None or value >= bounds.at_least)
        and (bounds.at_most is None or value <= bounds.at_most)
        and (bounds.above is None or value > bounds.above)
        and (bounds.below is None or value < bounds.below)
    )


def holds(condition: Condition, facts: Facts) -> bool:
    if condition.all_of is not None:
        return all(holds(part, facts) for part in condition.all_of)
    if condition.any_of is not None:
        return any(holds(part, facts) for part in condition.any_of)
    if condition.none_of is not None:
        return not any(holds(part, facts) for part in condition.none_of)
    if condition.node is not None:
        value = facts.node_value(condition.node)
        return value is not None and within(condition, value)
    if condition.event is not None:
        number = facts.event_number(condition.event)
        return within(condition, number) if condition.has_bound() else number >= 1
    if condition.attribute is not None:
        return facts.attributes.get(condition.attribute, "") in condition.words()
    return facts.grade is not None and facts.grade in (condition.grade or ())
