"""The frame of an evaluation: targets, peer groups, parents, children, events, rulings."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from pingyi.engine.evaluate.counts import TotalsReader
from pingyi.engine.evaluate.dimensions import DimensionReader
from pingyi.engine.grammar.conditions import Condition
from pingyi.engine.grammar.fulls import Fulls
from pingyi.engine.grammar.nodes import Ballots, Counted
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.numbers import round_exact
from pingyi.engine.tables.inputs import Event, RoundInput, Ruling, Target

GroupKey = tuple[str, ...]


class Frame:
    """A scheme and its input, with the look-ups that evaluation needs."""

    def __init__(self, scheme: Scheme, data: RoundInput) -> None:
        self.scheme, self.data = scheme, data
        self.targets: dict[str, Target] = {target.code: target for target in data.targets}
        self.index = {code: i for i, code in enumerate(self.targets)}
        self.children = data.children()
        self.group_of = {target.code: self._group(target) for target in data.targets}
        self.groups: dict[GroupKey, list[str]] = {}
        self.part_fulls: dict[str, list[Fraction]] = {}
        """Full marks that the parts of a sum bring, by node; worked out once."""
        self._readers: dict[str, DimensionReader] = {}
        self._totals_readers: dict[str, TotalsReader] = {}
        self.fulls: Fulls = {}
        for code, group in self.group_of.items():
            self.groups.setdefault(group, []).append(code)

    def reader(self, name: str, node: Counted) -> DimensionReader:
        """How a node reads counts; worked out once."""
        if name not in self._readers:
            self._readers[name] = DimensionReader(self.scheme.papers[node.paper], node)
        return self._readers[name]

    def totals_reader(self, name: str, node: Ballots) -> TotalsReader:
        """The same for a node that reads the totals of sheets."""
        if name not in self._totals_readers:
            self._totals_readers[name] = TotalsReader(self.scheme.papers[node.paper], node)
        return self._totals_readers[name]

    def _group(self, target: Target) -> GroupKey:
        return tuple(
            (target.parent or "") if name == PARENT else target.attributes[name]
            for name in self.scheme.peer_groups
        )

    @cached_property
    def events(self) -> Mapping[tuple[str, str], list[Event]]:
        """By (target, kind)."""
        found: dict[tuple[str, str], list[Event]] = {}
        for event in self.data.events:
            found.setdefault((event.target, event.kind), []).append(event)
        return found

    @cached_property
    def rulings(self) -> Mapping[tuple[str, str], list[Ruling]]:
        """By (node, target)."""
        found: dict[tuple[str, str], list[Ruling]] = {}
        for ruling in self.data.rulings:
            found.setdefault((ruling.node, ruling.target), []).append(ruling)
        return found

    def occurrences(self, target: str, kind: str) -> Fraction:
        """How often a kind of event happened, each honour once."""
        events = self.events.get((target, kind), [])
        return sum((event.number for event in distinct_honours(events)), Fraction(0))

    def rounded(self, value: Fraction) -> Fraction:
        return round_exact(value, self.scheme.rounding.places, self.scheme.rounding.mode)

    def title(self, code: str) -> str:
        return self.targets[code].title

    def name(self, code: str) -> str:
        """What people read: the title, with the code where another target has the same title."""
        title = self.title(code)
        return f"{title} {code}" if title in self.repeated else title

    @cached_property
    def repeated(self) -> dict[str, list[str]]:
        """Titles that several targets bear, with their codes."""
        codes: dict[str, list[str]] = {}
        for target in self.data.targets:
            codes.setdefault(target.title, []).append(target.code)
        return {title: found for title, found in codes.items() if len(found) > 1}

    def group_title(self, group: GroupKey) -> str:
        """A peer group in the words of its attributes and parents; empty for all together."""
        titles = []
        for name, value in zip(self.scheme.peer_groups, group, strict=True):
            attribute = self.scheme.attributes.get(name)
            if attribute is not None and attribute.values is not None:
                titles.append(attribute.values.get(value, value))
            else:
                titles.append(self.name(value) if value in self.targets else value)
        return "、".join(title for title in titles if title)


def distinct_honours(events: list[Event]) -> list[Event]:
    """Occurrences of one kind, those of the same honour reduced to the most frequent one."""
    best: dict[object, Event] = {}
    for i, event in enumerate(events):
        mark: object = event.honour if event.honour is not None else i
        if mark not in best or event.number > best[mark].number:
            best[mark] = event
    return list(best.values())


class Facts:
    """What a condition may ask of one target: node values, grade, events, attributes."""

    def __init__(
        self, frame: Frame, code: str, values: Mapping[str, Fraction | None], grade: str | None
    ) -> None:
        self.frame, self.code, self.values, self.grade = frame, code, values, grade

    def holds(self, condition: Condition) -> bool:
        """A comparison with something that has no value does not hold."""
        if condition.all_of is not None:
            return all(self.holds(part) for part in condition.all_of)
        if condition.any_of is not None:
            return any(self.holds(part) for part in condition.any_of)
        if condition.none_of is not None:
            return not any(self.holds(part) for part in condition.none_of)
        if condition.grade is not None:
            return self.grade in condition.grade
        if condition.attribute is not None:
            attributes = self.frame.targets[self.code].attributes
            return attributes[condition.attribute] in condition.words()
        if condition.event is not None:
            number = self.frame.occurrences(self.code, condition.event)
            return condition.holds(number) if condition.has_bound() else number >= 1
        value = self.values[str(condition.node)]
        return value is not None and condition.holds(value)
