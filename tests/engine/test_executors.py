"""The two executors, which know nothing of each other, must agree on every generated round."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from fractions import Fraction
from types import UnionType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.engine.strategies import Case, cases, random_cases
from tests.engine.strategies.by_hand import TARGETS, hand_data, hand_scheme

from pingyi.engine.counted.execute import execute as execute_counted
from pingyi.engine.errors import Blocked
from pingyi.engine.grammar.nodes import Operations
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import BallotCounts, Outcome
from pingyi.engine.reference import execute as execute_reference
from pingyi.engine.tables.inputs import RoundInput, RulingKind

Execute = Callable[[Scheme, RoundInput], Outcome]


def counted(scheme: Scheme, data: RoundInput) -> Outcome:
    return execute_counted(scheme, data).outcome


def result_of(execute: Execute, scheme: Scheme, data: RoundInput) -> object:
    """Targets and counts; None where the round is blocked."""
    try:
        outcome = execute(scheme, data)
    except Blocked:
        return None
    return dict(outcome.targets), dict(outcome.counts)


@given(cases())
def test_the_executors_agree(case: Case) -> None:
    data = case.data()
    expected = result_of(execute_reference, case.scheme, data)
    assert result_of(counted, case.scheme, data) == expected, case.text


@settings(max_examples=settings().max_examples // 2)
@given(cases(), st.data())
def test_counts_add_up(case: Case, data: st.DataObject) -> None:
    """Ballots may come in any order and in any number of files."""
    shuffled = data.draw(st.permutations(case.ballots), "shuffled")
    cut = data.draw(st.integers(0, len(shuffled)), "cut")
    for execute in (execute_reference, counted):
        expected = result_of(execute, case.scheme, case.data())
        for parts in ([case.ballots[:cut], case.ballots[cut:]], [shuffled[:cut], shuffled[cut:]]):
            assert result_of(execute, case.scheme, case.with_ballots(parts)) == expected, case.text


# -- everything that may be written is generated --------------------------------------------------

DESCRIPTIVE = {"title", "basis", "help", "warning", "grammar", "key", "op", "document", "article"}
"""Fields that no executor reads."""
Seen = tuple[str, str, str]
"""(model, field, what was seen there)"""


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        if name not in DESCRIPTIVE:
            yield name, info.annotation


def inner_types(annotation: Any) -> Iterator[Any]:
    """A type and all types inside it."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from inner_types(part)


def models() -> list[type[BaseModel]]:
    """All models of the grammar that a scheme is made of."""
    found: list[type[BaseModel]] = [Scheme]
    for model in found:
        for _, annotation in fields_of(model):
            for kind in inner_types(annotation):
                is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
                if is_model and kind not in found:
                    found.append(kind)
    return found


def wanted_of(annotation: Any) -> Iterator[str]:
    """What must be seen in a field: every member, both truths, given and not given."""
    for kind in inner_types(annotation):
        if isinstance(kind, type) and issubclass(kind, Enum):
            yield from (str(member) for member in kind)
    if annotation is bool:
        yield from ("True", "False")
    origin = typing.get_origin(annotation)
    kinds = typing.get_args(annotation) if origin in (typing.Union, UnionType) else (annotation,)
    if type(None) in kinds:
        yield from ("given", "not given")
    yield from (kind.__name__ for kind in map(typing.get_origin, kinds) if kind in (dict, tuple))


def seen_in(part: BaseModel) -> Iterator[Seen]:
    """What is seen in a part of a scheme and in everything inside it."""
    model = type(part).__name__
    for name, annotation in fields_of(type(part)):
        value = getattr(part, name)
        if isinstance(value, Enum | bool):
            yield model, name, str(value)
        if type(None) in typing.get_args(annotation):
            yield model, name, "not given" if value is None else "given"
        if isinstance(value, dict | tuple) and value:
            yield model, name, type(value).__name__
        inner = value.values() if isinstance(value, dict) else value
        for item in inner if isinstance(inner, tuple | type({}.values())) else (inner,):
            if isinstance(item, BaseModel):
                yield from seen_in(item)


def wanted() -> set[Seen]:
    found = {
        (model.__name__, name, what)
        for model in models()
        for name, annotation in fields_of(model)
        for what in wanted_of(annotation)
    }
    found |= {("operation", "", kind.__name__) for kind in Operations.ALL}
    return found | {("Ruling", "kind", str(kind)) for kind in RulingKind}


def seen_in_case(case: Case) -> Iterator[Seen]:
    yield from seen_in(case.scheme)
    yield from (("operation", "", type(node).__name__) for node in case.scheme.nodes.values())
    yield from (("Ruling", "kind", str(ruling.kind)) for ruling in case.rest.rulings)


def test_everything_is_generated() -> None:
    """A new operation, policy or option without generation fails here."""
    lacking = wanted()
    results: Counter[str] = Counter()
    for case in random_cases(seed=1, number=1000):
        lacking -= set(seen_in_case(case))
        data = case.data()
        expected = result_of(execute_reference, case.scheme, data)
        assert result_of(counted, case.scheme, data) == expected, case.text
        results["blocked" if expected is None else "scored"] += 1
        if not lacking and results.total() >= 150:
            break
    assert not sorted(lacking), "these are never generated"
    assert results["scored"] > results["blocked"]


# -- worked by hand --------------------------------------------------------------------------------

BOTH = pytest.mark.parametrize(
    "execute", [execute_reference, counted], ids=["reference", "counted"]
)
BLOCKED = "blocked"
NOTHING = None
P2 = "[c p 1 A 8 6, c p 2 A 10 -]"
"""Two ballots on A: 德 8, 10; 能 6, abstained."""
G4 = "[c g 1 A 优, c g 2 A 优, d g 1 A 差, d g 2 A 弃权]"


def node_n(**fields: str) -> str:
    inside = ", ".join(f"{name.rstrip('_')}: {value}" for name, value in fields.items())
    return f"{{nodes: {{n: {{{inside}}}}}}}"


def ballots_n(paper: str = "p", **fields: str) -> str:
    return node_n(op="ballots", input="i", paper=paper, classes="[c, d]", **fields)


def over_x(op: str, rest: str = "") -> str:
    return f"{{nodes: {{n: {{op: {op}, of: x, {rest}}}}}}}"


def combined(op: str, rest: str, more: str = "") -> str:
    return f"{{nodes: {{{more} n: {{op: {op}, {rest}}}}}}}"


# What a value is worked out to be stands beside each case, in its own words.
VALUES_BY_HAND: list[tuple[str, str, str, object]] = [
    # ballots: 德 (8 + 10) / 2 = 9, 能 6 alone; (9 + 6) / 2
    ("mean", ballots_n(), f"ballots: {P2}", "15/2"),
    # (3·9 + 1·6) / 4
    ("weights", ballots_n(dimensions="{a: 3, b: 1}"), f"ballots: {P2}", "33/4"),
    # 1 2 9 10: (2 + 9) / 2
    (
        "median of four",
        ballots_n(dimensions="[a]", method="median"),
        "ballots: [c p 1 A 9 1, c p 2 A 1 1, d p 1 A 10 1, d p 2 A 2 1]",
        "11/2",
    ),
    # 0 4 5 10 without 0 and 10
    (
        "trimmed",
        ballots_n(dimensions="[a]", method="trimmed", trim="{above: 3}"),
        "ballots: [c p 1 A 5 1, c p 2 A 0 1, c p 3 A 10 1, c p 4 A 4 1]",
        "9/2",
    ),
    # three are not above 3: (0 + 4 + 5) / 3
    (
        "too few to trim",
        ballots_n(dimensions="[a]", method="trimmed", trim="{above: 3}"),
        "ballots: [c p 1 A 5 1, c p 2 A 0 1, c p 4 A 4 1]",
        "3",
    ),
    # a quarter of five, rounded down, at each end: 1 of 0 1 4 5 9
    (
        "trimmed by share",
        ballots_n(dimensions="[a]", method="trimmed", trim="{above: 0, share: 1/4}"),
        "ballots: [c p 1 A 9 1, c p 2 A 0 1, c p 3 A 4 1, c p 4 A 5 1, c p 5 A 1 1]",
        "10/3",
    ),
    # two of three grades given are 优
    ("share", ballots_n("g", method="share", grades="[优]"), f"ballots: {G4}", "2/3"),
    # two of four with the abstained one, of 30
    (
        "share with abstained",
        ballots_n("g", method="share", grades="[优]", count_abstained="true", full="30"),
        f"ballots: {G4}",
        "15",
    ),
    # (100 + 100 + 0 + 0) / 4
    ("abstained are 0", ballots_n("g", count_abstained="true"), f"ballots: {G4}", "50"),
    # 不了解 is no abstention: 8 and one 0
    (
        "not informed does not count",
        ballots_n(dimensions="[a]", count_abstained="true"),
        "ballots: [c p 1 A 8 1, c p 2 A 不了解 1, c p 3 A - 1]",
        "4",
    ),
    # 德 9, 能 without a score: 9 / 2
    ("missing is 0", ballots_n(missing="zero"), "ballots: [c p 1 A 9 -]", "9/2"),
    ("missing leaves", ballots_n(), "ballots: [c p 1 A 9 -]", "9"),
    ("missing spoils", ballots_n(missing="leave_out"), "ballots: [c p 1 A 9 -]", NOTHING),
    ("no ballot", ballots_n(), "ballots: [c p 1 B 9 1]", NOTHING),
    # sheets 7 and 10
    ("totals", ballots_n(over="total"), f"ballots: {P2}", "17/2"),
    # sheets 7 and 10 / 2
    ("totals with 0", ballots_n(over="total", missing="zero"), f"ballots: {P2}", "6"),
    ("totals without", ballots_n(over="total", missing="leave_out"), f"ballots: {P2}", "7"),
    # tally: (3·100 + 1·80 + 0) / 5 over two classes
    (
        "tally",
        node_n(op="tally", input="t", paper="g", classes="[c, d]"),
        "tallies: [c g a 0 2, d g a 0 1, d g a 1 1, c g a 2 1, c g a abstained 4]",
        "76",
    ),
    # 1 2 2 2: the middle two
    (
        "median of a tally",
        node_n(op="tally", input="t", paper="p", classes="[c]", dimensions="[a]", method="median"),
        "tallies: [c p a 2 3, c p a 1 1]",
        "2",
    ),
    # figure: (90·10 + 60·20) / 30
    ("sampled", node_n(op="figure", figure="s"), "s: [[c, 90, 10], [d, 60, 20]]", "70"),
    ("one class", node_n(op="figure", figure="s", class_="d"), "s: [[c, 90, 1], [d, 60, -]]", "60"),
    (
        "no sample",
        combined("linear", "parts: [{node: k}]", "k: {op: figure, figure: s},"),
        "s: [[c, 90, 1], [d, 60, -]]",
        BLOCKED,
    ),
    # linear: 0.6·80 + 0.4·90
    (
        "weighted",
        combined("linear", "parts: [{node: x, weight: 0.6}, {node: y, weight: 0.4}]"),
        "{x: [80], y: [90]}",
        "84",
    ),
    # 乙 alone carries all the weight
    (
        "renormalised",
        combined(
            "linear",
            "empty: renormalise, parts: [{node: x, weight: 0.6}, {node: y, weight: 0.4}]",
        ),
        "{y: [90]}",
        "90",
    ),
    # 0.4·90
    (
        "empty is 0",
        combined("linear", "empty: zero, parts: [{node: x, weight: 0.6}, {node: y, weight: 0.4}]"),
        "{y: [90]}",
        "36",
    ),
    # a part of weight 0 never blocks
    (
        "empty without weight",
        combined("linear", "parts: [{node: x, weight: 0}, {node: y, weight: 1}]"),
        "{y: [90]}",
        "90",
    ),
    ("empty blocks", combined("linear", "parts: [{node: x}, {node: y}]"), "{y: [90]}", BLOCKED),
    # the deduction has negative full marks, which is nothing to share: 90 - 4
    (
        "deduction",
        combined("linear", "parts: [{node: x, full: 100}, {node: y, times: -1, full: 10}]"),
        "{x: [90], y: [4]}",
        "86",
    ),
    # 甲 (100) is dropped; 乙 8 of 10 stands for all 110; the bonus of 3 is added as it is
    (
        "dropped part",
        combined(
            "linear",
            "parts: [{node: x, full: 100}, {node: y, full: 10}, {node: k, full: 0}]",
            "k: {op: linear, constant: 3},",
        ),
        "{x: [1], y: [8], rulings: [[protection, x, A]]}",
        "91",
    ),
    # a bonus alone is no score
    (
        "only a bonus",
        combined(
            "linear",
            "empty: renormalise, parts: [{node: x, full: 100}, {node: y, full: 0}]",
        ),
        "{y: [5]}",
        NOTHING,
    ),
    ("cap", combined("linear", "constant: 7, cap: 5"), "", "5"),
    ("floor", combined("linear", "constant: -7, floor: 0"), "", "0"),
    # mean, least, greatest
    ("mean of two", combined("mean", "parts: [x, y], empty: block"), "{x: [3], y: [4]}", "7/2"),
    ("mean of one", combined("mean", "parts: [x, y], empty: renormalise"), "{y: [4]}", "4"),
    ("mean with 0", combined("mean", "parts: [x, y], empty: zero"), "{y: [4]}", "2"),
    ("least", combined("least", "parts: [x, y], empty: block"), "{x: [3], y: [4]}", "3"),
    ("greatest", combined("greatest", "parts: [x, y], empty: block"), "{x: [3], y: [4]}", "4"),
    # 容错: (50 + 80) / 2 is worse than 80 alone; (90 + 80) / 2 is better
    (
        "tolerated and bad",
        combined("mean", "parts: [x, y], empty: block"),
        "{x: [50], y: [80], rulings: [[tolerance, x, A]]}",
        "80",
    ),
    (
        "tolerated and good",
        combined("mean", "parts: [x, y], empty: block"),
        "{x: [90], y: [80], rulings: [[tolerance, x, A]]}",
        "85",
    ),
    # k is made of 甲 alone, so it is tolerated itself
    (
        "tolerance goes on",
        combined(
            "mean",
            "parts: [k, y], empty: block",
            "k: {op: mean, parts: [x], empty: block},",
        ),
        "{x: [50], y: [80], rulings: [[tolerance, x, A]]}",
        "80",
    ),
    # k is made of 甲 alone, so it is dropped itself, though the policy is block
    (
        "protection goes on",
        combined(
            "mean",
            "parts: [k, y], empty: block",
            "k: {op: mean, parts: [x], empty: block},",
        ),
        "{x: [50], y: [80], rulings: [[protection, x, A]]}",
        "80",
    ),
    # rounding parts: 1.006 → 1.01 and 2.004 → 2.00, then the mean
    (
        "parts rounded first",
        "{rounding: {stage: parts}, nodes: {n: {op: mean, parts: [x, y], empty: block}}}",
        "{x: [1.006], y: [2.004]}",
        "301/200",
    ),
    # ratio
    ("ratio", over_x("ratio", "to_node: y, times: 10, zero: block"), "{x: [3], y: [4]}", "15/2"),
    ("capped", over_x("ratio", "to_number: 2, cap: 1, zero: block"), "{x: [3]}", "1"),
    ("to the best", over_x("ratio", "to_best: true, zero: block"), "{x: [3, 4]}", "3/4"),
    ("zero: missing", over_x("ratio", "to_number: 0, zero: missing"), "{x: [3]}", NOTHING),
    ("zero: zero", over_x("ratio", "to_number: 0, floor: 1, zero: zero"), "{x: [3]}", "1"),
    ("zero: cap", over_x("ratio", "to_number: 0, cap: 5, zero: full"), "{x: [3]}", "5"),
    ("zero: times", over_x("ratio", "to_number: 0, times: 9, zero: full"), "{x: [3]}", "9"),
    ("zero: block", over_x("ratio", "to_number: 0, zero: block"), "{x: [3]}", BLOCKED),
    ("nothing done", over_x("ratio", "to_number: 0, zero: full"), "", NOTHING),
    # A's 8 is dropped, yet it stays the best for the others
    (
        "dropped best",
        over_x("ratio", "to_best: true, zero: block"),
        "{x: [8, 4, 2], rulings: [[protection, x, A]]}",
        (None, "1/2", "1/4"),
    ),
    # what is made of a dropped part is dropped too, not missing and not full marks
    (
        "dropped at a zero divisor",
        combined(
            "mean",
            "parts: [k, y], empty: block",
            "k: {op: ratio, of: x, to_number: 0, zero: full},",
        ),
        "{x: [8], y: [80], rulings: [[protection, x, A]]}",
        "80",
    ),
    (
        "dropped divisor",
        combined(
            "mean",
            "parts: [k, c], empty: block",
            "k: {op: ratio, of: x, to_node: y, zero: full}, c: {op: linear, constant: 5},",
        ),
        "{x: [-, 1, 1, 1, 1], y: [1], rulings: [[protection, y, A]]}",
        ("5", "3"),
    ),
    (
        "dropped in an undefined band",
        combined(
            "mean",
            "parts: [k, y], empty: block",
            "k: {op: tiers, of: x, bands: [{below: 5, value: 1}], undefined: [{from: 5}]},",
        ),
        "{x: [8, 1, 1, 1, 1], y: [80], rulings: [[protection, x, A]]}",
        ("80", "81/2"),
    ),
    # tiers: 5 belongs to the upper band, 10 is undefined
    (
        "tiers",
        over_x(
            "tiers",
            "bands: [{below: 5, value: 1}, {from: 5, below: 10, value: 2}],"
            " undefined: [{from: 10}]",
        ),
        "{x: [4.9, 5, 10]}",
        ("1", "2", None),
    ),
    (
        "off the step",
        over_x("tiers", "step: 1, bands: [{to: 4, value: 1}, {from: 5, value: 2}]"),
        "{x: [4.5]}",
        BLOCKED,
    ),
    # rank points: 9 9 7 is 1-1-3 or 1-1-2; after the list comes least
    (
        "rank points, skip",
        over_x("rank_points", "points: [10, 8], least: 1"),
        "{x: [9, 9, 7]}",
        ("10", "10", "1"),
    ),
    (
        "rank points, dense",
        over_x("rank_points", "first: 10, step: 2, ties: dense"),
        "{x: [9, 9, 7]}",
        ("10", "10", "8"),
    ),
    (
        "rank points, lowest first",
        over_x("rank_points", "first: 10, step: 2, lowest_first: true"),
        "{x: [9, 9, 7]}",
        ("8", "8", "10"),
    ),
    # choose: A is 市; B is 县 with 3; C is 县 without a value
    (
        "choose",
        node_n(
            op="choose",
            cases="[{when: {attribute: kind, is: 市}, value: 1},"
            " {when: {node: x, below: 5}, then: x}]",
            otherwise_value="9",
        ),
        "{x: [3, 3]}",
        ("1", "3", "9"),
    ),
    # from the parent; A has none
    (
        "from the parent",
        node_n(op="from", whose="parent", take="value", node="x", otherwise="0"),
        "{x: [7, 1]}",
        ("0", "7", "7"),
    ),
    (
        "from last year",
        node_n(op="from", whose="self", prior="y", take="grade", map="{差: -5}", otherwise="0"),
        "",
        ("-5", "0"),
    ),
    ("last score", node_n(op="from", whose="self", prior="y", take="value"), "", ("70", None)),
    ("last rank", node_n(op="from", whose="self", prior="y", take="rank"), "", ("3", None)),
    (
        "last award",
        node_n(op="from", whose="self", prior="y", take="award", award="星"),
        "",
        ("1", None),
    ),
    # A's 50 is tolerated for A itself only: for the others (50 + 80) / 2
    (
        "tolerated at the parent",
        combined(
            "mean",
            "parts: [k, y], empty: block",
            "k: {op: from, whose: parent, take: value, node: x, otherwise: 0},",
        ),
        "{x: [50], y: [80], rulings: [[tolerance, x, A]]}",
        ("40", "65"),
    ),
    # and B's is for B: (50 + 80) / 2 for A above it
    (
        "tolerated at a child",
        combined(
            "mean",
            "parts: [k, y], empty: renormalise",
            "k: {op: collect, of: x, how: mean, empty: renormalise},",
        ),
        "{x: [-, 50], y: [80], rulings: [[tolerance, x, B]]}",
        ("65", "80"),
    ),
    # collect over B (1) and C (5); D and E have nothing
    (
        "mean of children",
        over_x("collect", "how: mean, empty: renormalise"),
        "{x: [-, 1, 5]}",
        ("3", None),
    ),
    ("with 0", over_x("collect", "how: mean, empty: zero"), "{x: [-, 1, 5]}", "3/2"),
    ("sum", over_x("collect", "how: sum, empty: zero"), "{x: [-, 1, 5]}", "6"),
    ("least child", over_x("collect", "how: least, empty: renormalise"), "{x: [-, 1, 5]}", "1"),
    ("greatest child", over_x("collect", "how: greatest, empty: zero"), "{x: [-, 1, 5]}", "5"),
    # events: 100 - 3·(1 + 1) + 2 once for the honour (at its 2); capped at +3, so 100 - 6 + 3
    (
        "events",
        node_n(op="events", base="100", kinds="{e: {points: -3}, h: {points: 2, cap: 3}}"),
        "events: [[e, 1, -], [e, 1, -], [h, 1, 先进], [h, 2, 先进]]",
        "97",
    ),
    # one honour in two kinds counts where it brings most: 2·4 and not 3·2
    (
        "one honour, two kinds",
        node_n(op="events", kinds="{e: {points: 3}, h: {points: 4}}"),
        "events: [[e, 2, 先进], [h, 2, 先进]]",
        "8",
    ),
    # 扣完为止
    (
        "down to the floor",
        node_n(op="events", base="5", floor="0", kinds="{e: {points: -3}}"),
        "events: [[e, 2, -]]",
        "0",
    ),
    # round: a half goes away from zero, towards zero, to the even one
    ("half up", over_x("round", "places: 1"), "{x: [0.25, -0.25]}", ("3/10", "-3/10")),
    ("truncate", over_x("round", "places: 1, mode: truncate"), "{x: [0.29]}", "1/5"),
    (
        "half even",
        over_x("round", "places: 1, mode: half_even"),
        "{x: [0.25, 0.35]}",
        ("1/5", "2/5"),
    ),
    # vetoes that zero: 甲 is nothing for A only, where the event happened
    (
        "zero an item",
        "{vetoes: [{key: v, when: {event: e}, effect: zero_item, item: x}],"
        " nodes: {n: {op: mean, parts: [x, y], empty: block}}}",
        "{x: [8, 8, 8, 8, 8], y: [4, 4, 4, 4, 4], events: [[e, 1, -]]}",
        ("2", "6"),
    ),
    (
        "zero all",
        "{vetoes: [{key: v, when: {event: e, above: 1}, effect: zero_all}],"
        " nodes: {n: {op: mean, parts: [x], empty: renormalise}}}",
        "{x: [8, 8], events: [[e, 1, -], [e, 1, -]]}",
        ("0", "8"),
    ),
    # a circle through the parent
    (
        "circle",
        "{nodes: {n: {op: from, whose: parent, take: rank, otherwise: 1}}}",
        "",
        BLOCKED,
    ),
]


@BOTH
@pytest.mark.parametrize(
    ("more", "given", "wanted"),
    [case[1:] for case in VALUES_BY_HAND],
    ids=[case[0] for case in VALUES_BY_HAND],
)
def test_values_by_hand(execute: Execute, more: str, given: str, wanted: object) -> None:
    scheme = hand_scheme(more)
    data = hand_data(scheme, given)
    if wanted == BLOCKED:
        with pytest.raises(Blocked):
            execute(scheme, data)
        return
    outcome = execute(scheme, data)
    expected = wanted if isinstance(wanted, tuple) else (wanted,)
    found = [outcome.targets[target.code].score for target in TARGETS[: len(expected)]]
    assert found == [None if value is None else Fraction(value) for value in expected]


GRADES = (
    "grades: {bands: [{grade: 优, from: 90}, {grade: 良, from: 60, below: 90},"
    " {grade: 差, below: 60}]}"
)

FINALS_BY_HAND: list[tuple[str, str, str, str, list[object]]] = [
    # 89.995 is published as 90.00, and that is compared
    ("bands", GRADES, "[90, 89.995, 89.99, 60, 0]", "grade", ["优", "优", "良", "良", "差"]),
    (
        "bands, exact",
        GRADES + ", rounding: {compare: exact}",
        "[90, 89.995, -, 60, 0]",
        "grade",
        ["优", "良", None, "良", "差"],
    ),
    ("rank", "", "[9, 7, 9, -, 8]", "rank", [1, 4, 1, None, 3]),
    ("dense", "rank: {ties: dense}", "[9, 7, 9, -, 8]", "rank", [1, 3, 1, None, 2]),
    # the less 乙 the better; B has none, which is worst
    (
        "tie-break",
        "rank: {tie_break: [{node: y, lowest_first: true}]}",
        "[9, 9, 9, 9, 8]",
        "rank",
        [3, 4, 1, 2, 5],
    ),
    (
        "top barred",
        GRADES + ", vetoes: [{key: v, when: {grade: [优], }, effect: bar_top}]",
        "[95, 70, 0, 0, 0]",
        "grade",
        ["良", "良", "差", "差", "差"],
    ),
    (
        "grade fixed",
        GRADES + ", vetoes: [{key: v, when: {node: n, below: 80}, effect: fix_grade, grade: 差}]",
        "[95, 70, 80, 0, -]",
        "grade",
        ["优", "差", "良", "差", None],
    ),
    # 40 % of 5 is 2 places, but three share the last one
    (
        "quota, ties none",
        GRADES + ", quotas: [{grade: 优, share: 40%}]",
        "[95, 92, 92, 92, 0]",
        "grade",
        ["优", "良", "良", "良", "差"],
    ),
    (
        "quota, ties all",
        GRADES + ", quotas: [{grade: 优, share: 40%, ties: all}]",
        "[95, 92, 92, 92, 0]",
        "grade",
        ["优", "优", "优", "优", "差"],
    ),
    # 乙: C 1, D 2, B none; the greatest is first: D
    (
        "quota, tie-break",
        GRADES
        + ", quotas: [{grade: 优, share: 40%, ties: tie_break}], rank: {tie_break: [{node: y}]}",
        "[95, 92, 92, 92, 0]",
        "grade",
        ["优", "良", "良", "优", "差"],
    ),
    # 30 % of the 3 with a score is 0.9, of all 5 it is 1.5: floors of 0 and 1, ceiling of 2
    (
        "quota of the scored",
        GRADES + ", quotas: [{grade: 优, share: 30%, rounding: floor, falls_to: 差}]",
        "[95, 94, 93, -, -]",
        "grade",
        ["差", "差", "差", None, None],
    ),
    (
        "quota of all",
        GRADES + ", quotas: [{grade: 优, share: 30%, rounding: floor, denominator: all}]",
        "[95, 94, 93, -, -]",
        "grade",
        ["优", "良", "良", None, None],
    ),
    (
        "quota, ceiling",
        GRADES + ", quotas: [{grade: 优, share: 30%, rounding: ceil, denominator: all}]",
        "[95, 94, 93, -, -]",
        "grade",
        ["优", "优", "良", None, None],
    ),
    # C, D, E have 优 by a veto though they have no score; 40 % of 5 is 2, and they are behind
    (
        "quota and no score",
        GRADES
        + ", quotas: [{grade: 优, share: 40%, denominator: all}],"
        + " vetoes: [{key: v, when: {attribute: kind, is: 县}, effect: fix_grade, grade: 优}]",
        "[95, 94, -, -, -]",
        "grade",
        ["优", "优", "良", "良", "良"],
    ),
    # what zeroes looks at exact values, as it did inside the tree; what bars at published ones
    (
        "vetoes",
        "vetoes: [{key: v, when: {node: x, at_least: 90}, effect: zero_all},"
        " {key: w, when: {node: x, at_least: 90}, effect: bar_awards}]",
        "[89.995, 90, 89.99, -, 91]",
        "vetoes",
        [("w",), ("v", "w"), (), (), ("v", "w")],
    ),
    # both first share the award; with ties none nobody has it
    (
        "award",
        "awards: {w: {places: 1}}",
        "[9, 7, 9, -, 8]",
        "awards",
        [("w",), (), ("w",), (), ()],
    ),
    (
        "award, ties none",
        "awards: {w: {places: 1, ties: none}}",
        "[9, 7, 9, -, 8]",
        "awards",
        [(), (), (), (), ()],
    ),
    # half of the four with a value; the lowest
    (
        "bottom award",
        "awards: {w: {end: bottom, share: 1/2}}",
        "[9, 7, 9, -, 8]",
        "awards",
        [(), ("w",), (), (), ("w",)],
    ),
    # A is first but 市: vacant after, C's before
    (
        "condition after",
        "awards: {w: {places: 1, when: {attribute: kind, is: 县}}}",
        "[9, 7, 8]",
        "awards",
        [(), (), (), (), ()],
    ),
    (
        "condition before",
        "awards: {w: {places: 1, condition: before, when: {attribute: kind, is: 县}}}",
        "[9, 7, 8]",
        "awards",
        [(), (), ("w",), (), ()],
    ),
    # who is barred leaves its place to the next; the bottom award is not for the best
    (
        "awards barred",
        "awards: {w: {places: 1}, z: {places: 5, end: bottom}},"
        " vetoes: [{key: v, when: {attribute: kind, is: 市}, effect: bar_awards}]",
        "[9, 7, 8]",
        "awards",
        [("z",), ("z",), ("w", "z"), (), ()],
    ),
]


@BOTH
@pytest.mark.parametrize(
    ("more", "scores", "field", "wanted"),
    [case[1:] for case in FINALS_BY_HAND],
    ids=[case[0] for case in FINALS_BY_HAND],
)
def test_finals_by_hand(
    execute: Execute, more: str, scores: str, field: str, wanted: list[object]
) -> None:
    node = "nodes: {n: {op: mean, parts: [x], empty: renormalise}}"
    scheme = hand_scheme(f"{{{node}, {more}}}")
    outcome = execute(scheme, hand_data(scheme, f"{{x: {scores}, y: [5, -, 1, 2, 3]}}"))
    assert [getattr(outcome.targets[target.code], field) for target in TARGETS] == wanted


def paper_p(rest: str) -> str:
    """The points paper with more, and 德 as the score."""
    return (
        "{papers: {p: {points: {most: 10}, dimensions: {a: {title: 德}, b: {title: 能}},"
        " not_informed: true, " + rest + "}},"
        " inputs: {t: {kind: tally, papers: [g], classes: [c]}},"
        " nodes: {n: {op: ballots, input: i, paper: p, classes: [c], dimensions: [a]}}}"
    )


def rule(text: str) -> str:
    return paper_p(f"rules: [{{title: 规则, basis: 系统默认值：手算, {text}}}]")


BALLOTS = (
    "[c p 1 A 9 9, c p 1 B 9 9, c p 2 A 9 3, c p 2 B 1 -, c p 3 A - 不了解,"
    " c p 4 A - -, c p 4 B - -]"
)
"""1: all 9; 2: 9 3 1 and one abstained; 3: only 不了解; 4: nothing filled in."""

# (returned, valid, invalid, abstained, not informed), the score of A, the score of B
BALLOTS_BY_HAND: list[tuple[str, str, tuple[int, ...], list[str | None]]] = [
    # A: 9 9; B: 9 1
    ("as they are", paper_p(""), (4, 4, 0, 1, 1), ["9", "5"]),
    # of the first two ballots the first has one value only; 3 and 4 have no score to ask about
    (
        "all equal",
        rule("count: scores, over: ballot, where: {distinct: true}, least: 2, void: ballot"),
        (4, 3, 1, 1, 1),
        ["9", "1"],
    ),
    # the sheets 9 9 on A and B are left out, the ballot stays valid
    (
        "equal sheet",
        rule(
            "count: scores, over: sheet, where: {distinct: true}, least: 2, from_number: 2,"
            " void: sheet"
        ),
        (4, 4, 0, 1, 1),
        ["9", "1"],
    ),
    # sheet means: 9 9; 6 1. At most half of the sheets at 6 or more: the first has both
    (
        "mean of sheets",
        rule("count: sheets, over: ballot, where: {at_least: 6}, most_share: 1/2, void: ballot"),
        (4, 3, 1, 1, 1),
        ["9", "1"],
    ),
    # a sheet with a score below 3 makes the whole ballot void: the second
    (
        "one bad sheet",
        rule("count: scores, over: sheet, where: {below: 3}, most: 0, void: ballot"),
        (4, 3, 1, 1, 1),
        ["9", "9"],
    ),
    # three distinct values: the second has 9 3 1, the first only 9
    (
        "three distinct",
        rule("count: scores, over: ballot, where: {distinct: true}, least: 3, void: ballot"),
        (4, 3, 1, 1, 1),
        ["9", "1"],
    ),
    # at least two thirds of the scores at 9: the second has 1 of 3
    (
        "least share",
        rule("count: scores, over: ballot, where: {at_least: 9}, least_share: 2/3, void: ballot"),
        (4, 3, 1, 1, 1),
        ["9", "9"],
    ),
]


@BOTH
@pytest.mark.parametrize(
    ("more", "counts", "scores"),
    [case[1:] for case in BALLOTS_BY_HAND],
    ids=[case[0] for case in BALLOTS_BY_HAND],
)
def test_ballots_by_hand(
    execute: Execute, more: str, counts: tuple[int, ...], scores: list[str | None]
) -> None:
    scheme = hand_scheme(more)
    outcome = execute(scheme, hand_data(scheme, f"ballots: {BALLOTS}"))
    assert outcome.counts == {("i", "c", "p", None): BallotCounts(None, *counts)}
    found = [outcome.targets[code].score for code in "AB"]
    assert found == [None if score is None else Fraction(score) for score in scores]


@BOTH
@pytest.mark.parametrize(
    ("recusal", "counts", "score"),
    [
        # everybody's sheets count: (10 + 2) / 2
        ("none", (2, 2, 0, 0, 0), "6"),
        # A's own sheet on A is left out; with it goes its only score
        ("drop", (2, 2, 0, 1, 0), "2"),
        # A's own ballot is void
        ("void", (2, 1, 1, 0, 0), "2"),
    ],
)
def test_recusal_by_hand(
    execute: Execute, recusal: str, counts: tuple[int, ...], score: str
) -> None:
    scheme = hand_scheme(paper_p(f"recusal: {recusal}, scope: own"))
    outcome = execute(scheme, hand_data(scheme, "ballots: [c p 1 A 10 5 A, c p 2 A 2 5 B]"))
    assert outcome.counts == {("i", "c", "p", "A"): BallotCounts(None, *counts)}
    assert outcome.targets["A"].score == Fraction(score)


@BOTH
@pytest.mark.parametrize(("bound", "valid"), [("least: 2", 0), ("most: 1", 1), ("least: 1", 1)])
def test_rules_do_not_see_recused_sheets(execute: Execute, bound: str, valid: int) -> None:
    """A's own sheet 9 9 is left out; 5 5 on B remains: one distinct value."""
    test = f"count: scores, over: ballot, where: {{distinct: true}}, {bound}, void: ballot"
    scheme = hand_scheme(
        paper_p(f"recusal: drop, rules: [{{title: 规则, basis: 系统默认值：手算, {test}}}]")
    )
    outcome = execute(scheme, hand_data(scheme, "ballots: [c p 1 A 9 9 A, c p 1 B 5 5 A]"))
    assert outcome.counts["i", "c", "p", None].valid == valid
    assert outcome.targets["A"].score is None
    assert outcome.targets["B"].score == (5 if valid else None)


QUORUM_BY_HAND = [
    # two ballots came back, one of them blank but valid
    ("least: 1/2", "{expected: 4}", False),
    ("least: 1/2, exceed: true", "{expected: 4}", True),
    ("least: 1/2, exceed: true, otherwise: warn", "{expected: 4}", False),
    ("least: 2/3, of: issued", "{expected: 3, issued: 2}", False),
    ("least: 2/3, of: present, count: valid", "{expected: 3, present: 3}", False),
    ("least: 2/3, count: present", "{expected: 3, present: 1}", True),
    ("least: 0, of: issued", "{expected: 3}", True),
    ("least: 0", "{expected: 0}", False),
    # nobody of nobody is nothing
    ("least: 1/2", "{expected: 0}", True),
    # more came back than were issued, whatever the quorum
    ("least: 0", "{expected: 4, issued: 1}", True),
]


@BOTH
@pytest.mark.parametrize(("quorum", "roll", "is_blocked"), QUORUM_BY_HAND)
def test_quorum_by_hand(execute: Execute, quorum: str, roll: str, is_blocked: bool) -> None:
    scheme = hand_scheme(
        "{inputs: {i: {papers: [p, g], classes: [c, d],"
        f" quorum: {{title: 法定人数, basis: 系统默认值：手算, {quorum}}}}}}},"
        " nodes: {n: {op: ballots, input: i, paper: p, classes: [c]}}}"
    )
    data = hand_data(scheme, f"{{ballots: [c p 1 A 10 5, c p 2 A - -], rolls: [{roll}]}}")
    if is_blocked:
        with pytest.raises(Blocked):
            execute(scheme, data)
    else:
        assert execute(scheme, data).targets["A"].score == Fraction(15, 2)
