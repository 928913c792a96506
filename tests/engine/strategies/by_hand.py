"""A small scheme and small tables for examples that are worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from tests.engine.strategies.votes import make_source

from pingyi.engine.grammar.document import parse_document
from pingyi.engine.grammar.load import dump_data, load_scheme
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.inputs import (
    Event,
    FigureKey,
    FigureValue,
    PriorResult,
    PriorTarget,
    Roll,
    RoundInput,
    Ruling,
    RulingKind,
    Special,
    TallyLine,
    Target,
)

HEAD = """
{grammar: 1, key: hand, title: 手算, basis: 系统默认值：手算,
 attributes: {kind: {title: 类别}},
 classes: {c: {title: 群众}, d: {title: 代表}},
 papers: {
   p: {title: 打分表, basis: 系统默认值：手算, dimensions: {a: {title: 德}, b: {title: 能}},
       points: {most: 10}, not_informed: true},
   g: {title: 等次表, basis: 系统默认值：手算, dimensions: {a: {title: 德}},
       grades: {优: 100, 良: 80, 差: 0}}},
 inputs: {
   i: {title: 现场, basis: 系统默认值：手算, papers: [p, g], classes: [c, d]},
   t: {title: 汇总, basis: 系统默认值：手算, kind: tally, papers: [p, g], classes: [c, d]}},
 figures: {
   x: {title: 甲数, basis: 系统默认值：手算},
   y: {title: 乙数, basis: 系统默认值：手算},
   s: {title: 满意度, basis: 系统默认值：手算, classes: [c, d]}},
 events: {e: {title: 事故, basis: 系统默认值：手算}, h: {title: 荣誉, basis: 系统默认值：手算}},
 priors: {y: {title: 上年, basis: 系统默认值：手算}},
 nodes: {
   x: {op: figure, figure: x, title: 甲, basis: 系统默认值：手算},
   y: {op: figure, figure: y, title: 乙, basis: 系统默认值：手算}},
 score: n,
 rounding: {title: 取整, basis: 系统默认值：手算},
 rank: {title: 排名, basis: 系统默认值：手算}}
"""
RULED = {"title": "项", "basis": "系统默认值：手算"}
TARGETS = (
    Target("A", "A", None, {"kind": "市"}),
    *(Target(code, code, "A", {"kind": "县"}) for code in "BCDE"),
)
"""A is the parent of the others."""


@cache
def hand_scheme(more: str) -> Scheme:
    """The scheme above with more: whole parts in YAML; titles and bases are added."""
    data: Any = parse_document(HEAD).data
    given: Any = parse_document(more).data
    for key, part in given.items():
        part = _ruled(key, part)  # noqa: PLW2901
        data[key] = data[key] | part if isinstance(data.get(key), dict) else part
    return load_scheme(dump_data(data)).scheme


def _ruled(key: str, part: Any) -> Any:
    """A part with title and basis where it lacks them."""
    if key in ("nodes", "awards", "papers", "inputs"):
        return {name: RULED | inner for name, inner in part.items()}
    if key in ("vetoes", "quotas"):
        return [RULED | inner for inner in part]
    return RULED | part if key == "grades" else part


def hand_data(scheme: Scheme, given: str) -> RoundInput:
    """Tables from YAML: figures ``x: [A, B, …]`` (a single one is everybody's), ``s: [[class,
    value, sample]]``; ballots ``class paper number target a b unit`` and tallies ``class paper
    dimension answer count`` as words (``-`` is nothing); events ``[kind, number, honour]``;
    rulings ``[kind, node, target]``; counts of one roll."""
    data: Any = parse_document(given).data or {}
    return RoundInput(
        targets=TARGETS,
        ballots=tuple(make_source(scheme, _ballots(lines)) for lines in _lists(data, "ballots")),
        rolls=tuple(Roll("i", "c", "p", **_whole(roll)) for roll in data.get("rolls", [])),
        tallies=tuple(_tally(line) for line in data.get("tallies", [])),
        figures=_figures(data),
        events=tuple(
            Event(kind, "A", Fraction(number), None if honour == "-" else honour, "有")
            for kind, number, honour in data.get("events", [])
        ),
        rulings=tuple(
            Ruling("1", RulingKind(kind), target, node, "因", "纪委", "甲")
            for kind, node, target in data.get("rulings", [])
        ),
        priors={"y": PriorResult("last", "", frozenset({"星"}), {"A": LAST_YEAR})},
    )


LAST_YEAR = PriorTarget(Fraction(70), "差", 3, frozenset({"星"}), {"k": Fraction(7)})


def _lists(data: Any, key: str) -> list[list[str]]:
    return [data[key]] if key in data else []


def _ballots(lines: list[str]) -> list[list[dict[str, str | None]]]:
    names = ("rater_class", "paper", "ballot", "target", "a", "b", "unit")
    rows = [dict(zip(names, line.split(), strict=False)) | {"input": "i"} for line in lines]
    return [[{name: None if cell == "-" else cell for name, cell in row.items()} for row in rows]]


def _tally(line: str) -> TallyLine:
    rater_class, paper, dimension, answer, count = line.split()
    given = int(answer) if answer.isdigit() else Special(answer)
    return TallyLine("t", rater_class, paper, "A", dimension, given, int(count))


def _figures(data: Any) -> dict[FigureKey, FigureValue]:
    found: dict[FigureKey, FigureValue] = {}
    for key in ("x", "y"):
        values = data.get(key, [])
        for i, target in enumerate(TARGETS):
            value = values[0] if len(values) == 1 else values[i] if i < len(values) else "-"
            if value != "-":
                found[key, target.code, None] = FigureValue(Fraction(value))
    for rater_class, value, sample in data.get("s", []):
        number = None if sample == "-" else int(sample)
        found["s", "A", rater_class] = FigureValue(Fraction(value), number)
    return found


def _whole(counts: dict[str, str]) -> dict[str, Any]:
    return {key: int(value) for key, value in counts.items()}
