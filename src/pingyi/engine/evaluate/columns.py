"""Columns: the values of the nodes over the targets.

A value is worked out when it is first asked for, and once: for the target, or for its whole peer
group where the operation looks at the best or at ranks. So a value may also depend on the
parent's grade or on children, and what a kind of target does not use is never asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from pingyi.engine.errors import Blocked, Place, Problem
from pingyi.engine.evaluate import counts as counting
from pingyi.engine.evaluate.cells import (
    MISSING,
    Cell,
    EmptyPart,
    PartCell,
    State,
    cell_of,
    combine,
)
from pingyi.engine.evaluate.origins import figure_places, places_of
from pingyi.engine.evaluate.rounds import Facts, Frame, GroupKey
from pingyi.engine.evaluate.sums import bounded, events_value, linear_value, plain_value
from pingyi.engine.grammar.finals import Effect, RoundingStage
from pingyi.engine.grammar.fulls import part_fulls
from pingyi.engine.grammar.nodes import (
    Ballots,
    Choose,
    Collect,
    Combining,
    Counted,
    Events,
    FigureNode,
    From,
    Greatest,
    Least,
    Linear,
    Mean,
    Node,
    Over,
    RankPoints,
    RankTies,
    Ratio,
    Round,
    Take,
    Tiers,
    Whose,
    ZeroDivisor,
)
from pingyi.engine.numbers import is_long, round_exact
from pingyi.engine.tables.inputs import PriorTarget, RulingKind


class Columns:
    """All columns of a round.

    ``finals`` gives grade, rank and awards of a target for ``from``; it is set by ``Round``.
    With ``rulings`` False the round is evaluated as if there were none. ``alone``: counts are read
    for this target only; no other one will be asked for.
    """

    def __init__(
        self,
        frame: Frame,
        book: counting.CountBook,
        *,
        rulings: bool = True,
        alone: str | None = None,
    ) -> None:
        self.frame, self.book, self.with_rulings = frame, book, rulings
        self._alone = alone
        self.scheme = frame.scheme
        self.warnings: dict[tuple[str, tuple[tuple[str, str], ...]], None] = {}
        self.finals: Callable[[str], tuple[str | None, int | None, tuple[str, ...]]] | None = None
        self.known: dict[tuple[str, str], Cell] = {}
        self.compared: dict[tuple[str, str], Fraction | None] = {}
        """Values as they are compared after grading (see ``finals``)."""
        self._open: set[tuple[str, str]] = set()
        self._counts_read: dict[str, dict[str, Fraction | None]] = {}

    def cell(self, name: str, code: str) -> Cell:
        """The value of a node for a target, with vetoes and rulings laid over it."""
        key = (name, code)
        if key in self.known:
            return self.known[key]
        if key in self._open:
            raise Blocked(Problem.of("group_cycle", node=self.scheme.nodes[name].title))
        self._open.add(key)
        try:
            cell = self._zeroed(name, code, self._value(name, self.scheme.nodes[name], code))
        finally:
            self._open.discard(key)
        if cell.value is not None and is_long(cell.value):
            title = self.scheme.nodes[name].title
            problem = Problem.of("number_long", target=self.frame.name(code), node=title)
            raise Blocked(problem.at(places_of(self.frame, name, code)))
        self.known[key] = cell = self._overlaid(name, code, cell)
        return cell

    def column(self, name: str, group: GroupKey) -> list[Cell]:
        """The values of a node over a peer group."""
        return [self.cell(name, code) for code in self.frame.groups[group]]

    def warn(self, code: str, **facts: object) -> None:
        self.warnings[(code, tuple((k, str(v)) for k, v in facts.items()))] = None

    def exact_values(self, code: str) -> Mapping[str, Fraction | None]:
        """Exact values of any node for a target, worked out when asked."""
        return _Values(self, code)

    # -- what lies over a value ------------------------------------------------------------

    def _zeroed(self, name: str, code: str, cell: Cell) -> Cell:
        for veto in self.scheme.vetoes:
            hits = (veto.effect is Effect.ZERO_ITEM and veto.item == name) or (
                veto.effect is Effect.ZERO_ALL and self.scheme.score == name
            )
            if hits and Facts(self.frame, code, self.exact_values(code), None).holds(veto.when):
                return Cell(Fraction(0), State.OK)
        return cell

    def _overlaid(self, name: str, code: str, cell: Cell) -> Cell:
        if not self.with_rulings:
            return cell
        kinds = {ruling.kind for ruling in self.frame.rulings.get((name, code), [])}
        if RulingKind.PROTECTION in kinds:
            return Cell(cell.value, State.DROPPED)
        if RulingKind.TOLERANCE in kinds and cell.state is State.OK:
            return Cell(cell.value, State.TOLERATED)
        return cell

    # -- the operations --------------------------------------------------------------------

    def _value(self, name: str, node: Node, code: str) -> Cell:
        match node:
            case Counted():
                return cell_of(self._counted(name, node, code))
            case FigureNode():
                return cell_of(self._figure(node, code))
            case Combining():
                return self._combined(name, node, code)
            case Ratio():
                return self._ratio(node, code)
            case RankPoints():
                return self._rank_points(node, code)
            case Tiers():
                return self.cell(node.of, code).then(lambda value: self._tier(node, code, value))
            case Choose():
                return self._chosen(node, code)
            case From():
                return self._taken(node, code)
            case Collect():
                return self._collected(node, code)
            case Events():
                return cell_of(events_value(self.frame, node, code))
            case Round():
                return self.cell(node.of, code).then(
                    lambda value: round_exact(value, node.places, node.mode)
                )
            case _:
                raise TypeError(node)

    def _counted(self, name: str, node: Counted, code: str) -> Fraction | None:
        index = self.frame.index[code]
        if isinstance(node, Ballots) and node.over is Over.TOTAL:
            return self.frame.totals_reader(name, node).value(self.book, index)
        if name not in self._counts_read:  # for all targets together: far faster than one by one
            whole = self._alone is None
            targets = slice(None) if whole else slice(index, index + 1)
            counts = counting.pooled(self.book, node, targets)
            values = [] if counts is None else self.frame.reader(name, node).values(counts)
            codes = self.frame.targets if whole else [code]
            self._counts_read[name] = dict(zip(codes, values, strict=False))
        return self._counts_read[name].get(code)

    def _figure(self, node: FigureNode, code: str) -> Fraction | None:
        figures = self.frame.data.figures
        classes = self.scheme.figures[node.figure].classes
        if not classes or node.class_ is not None:
            found = figures.get((node.figure, code, node.class_))
            return found.value if found else None
        rows = [figures.get((node.figure, code, name)) for name in classes]
        sampled = [row for row in rows if row is not None]
        if not sampled:
            return None
        number = sum(row.sample or 0 for row in sampled)
        if not number or any(row.sample is None for row in sampled):
            path = f"{self.scheme.figures[node.figure].title} {code}"
            places = [replace(p, path=path) for p in figure_places(self.frame, node, code)]
            raise Blocked(Problem.of("sample_missing").at(places or [Place(path=path)]))
        return sum((row.value * (row.sample or 0) for row in sampled), Fraction(0)) / number

    def _part(self, name: str, code: str) -> Cell:
        """A part of a combination, rounded first where the scheme rounds its parts."""
        cell = self.cell(name, code)
        if self.scheme.rounding.stage is RoundingStage.PARTS:
            return cell.then(self.frame.rounded)
        return cell

    def _combined(self, name: str, node: Combining, code: str) -> Cell:
        if isinstance(node, Linear):
            names = [part.node for part in node.parts]
            if not names:
                return cell_of(linear_value(node, Fraction(0), []))
            fulls = self._part_fulls(name, node)
            parts = [
                PartCell(self._part(part.node, code), part.coefficient(), full)
                for part, full in zip(node.parts, fulls, strict=True)
            ]
            total = sum((full for full in fulls if full > 0), Fraction(0))
            return self._by_policy(node, code, names, parts, lambda p: linear_value(node, total, p))
        assert isinstance(node, Mean | Least | Greatest)
        parts = [PartCell(self._part(inner, code)) for inner in node.parts]
        return self._by_policy(node, code, list(node.parts), parts, lambda p: plain_value(node, p))

    def _part_fulls(self, name: str, node: Linear) -> list[Fraction]:
        known = self.frame.part_fulls
        if name not in known:
            known[name] = part_fulls(self.scheme, node, self.frame.fulls)
        return known[name]

    def _by_policy(
        self, node: Combining, code: str, names: list[str], parts: list[PartCell], how: object
    ) -> Cell:
        try:
            return combine(parts, node.empty, how)  # type: ignore[arg-type]
        except EmptyPart as empty:
            raise Blocked(self._empty_problem(node, code, names[empty.index])) from None

    def _empty_problem(self, node: Node, code: str, part: str) -> Problem:
        inner = self.scheme.nodes[part]
        target = self.frame.name(code)
        if isinstance(inner, Counted):
            classes = "、".join(self.scheme.classes[name].title for name in inner.classes)
            channel = self.scheme.inputs[inner.input].title
            facts = {"target": target, "input": channel, "classes": classes}
            return Problem.of("class_empty", **facts).at(places_of(self.frame, part, code))
        lacking = Problem.of("part_empty", target=target, node=node.title, part=inner.title)
        return lacking.at(places_of(self.frame, part, code))

    def _peer_values(self, name: str, code: str) -> list[Fraction]:
        """The values of a target's group; one dropped by a ruling still counts here."""
        cells = self.column(name, self.frame.group_of[code])
        return [cell.value for cell in cells if cell.value is not None]

    def _ratio(self, node: Ratio, code: str) -> Cell:
        divisor = MISSING
        if node.to_best:
            divisor = cell_of(max(self._peer_values(node.of, code), default=None))
        if node.to_node is not None:
            divisor = self.cell(node.to_node, code)
        elif node.to_number is not None:
            divisor = cell_of(node.to_number)
        numerator = self.cell(node.of, code)
        if divisor.state is State.DROPPED:
            return Cell(None, State.DROPPED)
        if divisor.value is None:
            return numerator.then(lambda value: None)
        by = divisor.value
        if by == 0:
            return numerator.then(lambda value: self._zero_divisor(node, code))
        return numerator.then(lambda value: bounded(node.times * value / by, node.floor, node.cap))

    def _zero_divisor(self, node: Ratio, code: str) -> Fraction | None:
        match node.zero:
            case ZeroDivisor.MISSING:
                return None
            case ZeroDivisor.ZERO:
                return bounded(Fraction(0), node.floor, node.cap)
            case ZeroDivisor.FULL:
                return node.cap if node.cap is not None else node.times
            case _:
                target = self.frame.name(code)
                problem = Problem.of("zero_divisor", target=target, node=node.title)
                raise Blocked(problem.at(places_of(self.frame, node.to_node or node.of, code)))

    def _tier(self, node: Tiers, code: str, value: Fraction) -> Fraction | None:
        if node.step is not None and (value / node.step).denominator != 1:
            facts = {"target": self.frame.name(code), "node": node.title, "value": value}
            problem = Problem.of("off_step", **facts, step=node.step)
            raise Blocked(problem.at(places_of(self.frame, node.of, code)))
        for band in node.bands:
            if band.holds(value):
                return band.value
        self.warn("undefined_band", target=self.frame.name(code), node=node.title, value=value)
        return None

    def _rank_points(self, node: RankPoints, code: str) -> Cell:
        order = sorted(self._peer_values(node.of, code), reverse=not node.lowest_first)
        if node.ties is RankTies.DENSE:
            order = list(dict.fromkeys(order))
        cell = self.cell(node.of, code)
        return cell.then(lambda value: node.points_of(order.index(value) + 1))

    def _chosen(self, node: Choose, code: str) -> Cell:
        facts = Facts(self.frame, code, self.exact_values(code), None)
        for case in node.cases:
            if facts.holds(case.when):
                return self.cell(case.then, code) if case.then else cell_of(case.value)
        if node.otherwise is not None:
            return self.cell(node.otherwise, code)
        return cell_of(node.otherwise_value)

    def _taken(self, node: From, code: str) -> Cell:
        whose: str | None = code
        if node.whose is Whose.PARENT:
            whose = self.frame.targets[code].parent
        elif node.whose is Whose.TARGET:
            whose = str(node.target)
        otherwise = cell_of(node.otherwise)
        if node.prior is not None:
            prior = self.frame.data.priors.get(node.prior)
            entry = prior.targets.get(whose) if prior and whose else None
            return cell_of(_from_prior(node, entry)) if entry and _has(node, entry) else otherwise
        if whose is None or whose not in self.frame.targets:
            return otherwise
        if node.take is Take.VALUE:
            cell = self.cell(str(node.node), whose)
            if cell.state is State.TOLERATED:
                return Cell(cell.value, State.OK)
            return otherwise if cell.state is State.MISSING else Cell(cell.value, cell.state)
        assert self.finals is not None
        grade, rank, awards = self.finals(whose)
        found = _number_of(node, grade, rank, awards)
        return otherwise if found is None else cell_of(found)

    def _collected(self, node: Collect, code: str) -> Cell:
        children = self.frame.children[code]
        cells = [self._part(node.of, child) for child in children]
        settled = [Cell(c.value, State.OK) if c.state is State.TOLERATED else c for c in cells]
        parts = [PartCell(cell) for cell in settled]
        try:
            return combine(parts, node.empty, lambda found: plain_value(node, found))
        except EmptyPart as empty:
            child = self.frame.name(children[empty.index])
            part = f"{child} {self.scheme.nodes[node.of].title}"
            facts = {"target": self.frame.name(code), "node": node.title, "part": part}
            places = places_of(self.frame, node.of, children[empty.index])
            raise Blocked(Problem.of("part_empty", **facts).at(places)) from None


class _Values(Mapping[str, "Fraction | None"]):
    """Node values of one target, worked out when asked for."""

    def __init__(self, columns: Columns, code: str) -> None:
        self._columns, self._code = columns, code

    def __getitem__(self, node: str) -> Fraction | None:
        cell = self._columns.cell(node, self._code)
        return cell.value if cell.counts else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.scheme.nodes)

    def __len__(self) -> int:
        return len(self._columns.scheme.nodes)


def _number_of(
    node: From, grade: str | None, rank: int | None, awards: tuple[str, ...] | frozenset[str]
) -> Fraction | None:
    match node.take:
        case Take.GRADE:
            return (node.map or {}).get(grade) if grade is not None else None
        case Take.RANK:
            return None if rank is None else Fraction(rank)
        case _:
            return Fraction(int(node.award in awards))


def _has(node: From, entry: PriorTarget) -> bool:
    return _from_prior(node, entry) is not None


def _from_prior(node: From, entry: PriorTarget) -> Fraction | None:
    if node.take is Take.VALUE:
        return entry.nodes.get(node.node) if node.node is not None else entry.score
    return _number_of(node, entry.grade, entry.rank, entry.awards)
