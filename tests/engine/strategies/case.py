"""A whole round: a loaded scheme and everything that it is applied to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from hypothesis import reject
from hypothesis import strategies as st
from tests.engine.strategies.finals import make_finals
from tests.engine.strategies.frame import KINDS, make_frame
from tests.engine.strategies.maker import Maker
from tests.engine.strategies.nodes import make_nodes
from tests.engine.strategies.votes import (
    Ballots,
    make_ballots,
    make_rolls,
    make_source,
    make_tallies,
)

from pingyi.engine.errors import BadScheme
from pingyi.engine.grammar.load import dump_data, load_scheme
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.inputs import (
    Event,
    FigureKey,
    FigureValue,
    PriorResult,
    PriorTarget,
    RoundInput,
    Ruling,
    RulingKind,
    Target,
)


@dataclass(frozen=True)
class Case:
    """A round, with its ballots apart so that they can be split and shuffled."""

    text: str
    scheme: Scheme
    rest: RoundInput
    ballots: Ballots
    cuts: tuple[int, ...] = ()
    """Rows at which the batches of the table begin."""

    def data(self) -> RoundInput:
        return self.with_ballots([self.ballots])

    def with_ballots(self, parts: Sequence[Ballots]) -> RoundInput:
        """The round with its ballots in one source for each part."""
        sources = [make_source(self.scheme, part, self.cuts) for part in parts if part]
        return replace(self.rest, ballots=tuple(sources))


@st.composite
def cases(draw: Callable[[st.SearchStrategy[int]], int]) -> Case:
    """Rounds that shrink."""
    try:
        return _case(Maker(lambda number: draw(st.integers(0, number - 1))))
    except BadScheme:
        reject()


def random_cases(seed: int, number: int) -> Iterator[Case]:
    """The same ``number`` rounds whenever they are asked for, all of them different."""
    chance = Random(seed)
    while number:
        try:
            case = _case(Maker(chance.randrange))
        except BadScheme:
            continue
        yield case
        number -= 1


def _case(m: Maker) -> Case:
    m.is_faulty = m.chance(15)
    make_frame(m)
    make_nodes(m)
    make_finals(m)
    text = json.dumps(m.scheme, ensure_ascii=False)
    if m.chance(20):
        # JSON is YAML too, and quicker; parts that occur twice are not to become YAML's anchors.
        text = dump_data(json.loads(text))
    scheme = load_scheme(text).scheme
    targets = _targets(m)
    codes = [target.code for target in targets]
    ballots = make_ballots(m, scheme, codes)
    rest = RoundInput(
        targets=tuple(targets),
        rolls=tuple(make_rolls(m, scheme, codes, ballots)),
        tallies=tuple(make_tallies(m, scheme, codes)),
        figures=_figures(m, scheme, codes),
        events=tuple(_event(m, codes) for _ in range(m.number(0, 10))),
        rulings=tuple(_rulings(m, scheme, codes)),
        priors=_priors(m, scheme, codes),
    )
    cuts = tuple(m.number(1, 50) for _ in range(m.number(0, 3)))
    return Case(text, scheme, rest, ballots, cuts)


def _targets(m: Maker) -> list[Target]:
    """Up to three of the upper level, the others below them or by themselves."""
    top = [f"t{i}" for i in range(m.number(1, 3))]
    low = [f"t{i}" for i in range(len(top), len(top) + m.one((0, 2, 3, 5, 6)))]
    found = [Target(code, code, None, _attributes(m, "top")) for code in top]
    for code in low:
        parent = m.one(top) if m.chance(90) else None
        found.append(Target(code, code, parent, _attributes(m, "low")))
    return m.shuffled(found)


def _attributes(m: Maker, level: str) -> dict[str, str]:
    return {"level": level, "kind": m.one(list(KINDS)), "zone": m.one(("", "东", "西"))}


def _figures(m: Maker, scheme: Scheme, codes: Sequence[str]) -> dict[FigureKey, FigureValue]:
    found: dict[FigureKey, FigureValue] = {}
    for key, figure in scheme.figures.items():
        for code in codes:
            for rater_class in figure.classes or (None,):
                if m.chance(85):
                    value = Fraction(m.one((0, 0, 4, 4, 8, 9, 20, 20, 21, 40, 240, -4)), 4)
                    sample = None
                    if rater_class is not None and not (m.is_faulty and m.chance(10)):
                        sample = m.one((1, 2, 3, 10, 0 if m.is_faulty else 5))
                    found[key, code, rater_class] = FigureValue(value, sample)
    return found


def _event(m: Maker, codes: Sequence[str]) -> Event:
    number = Fraction(m.one(("1", "1", "2", "1/2", "0")))
    honour = m.one((None, None, "文明单位", "先进集体"))
    return Event(m.one(("e0", "e1")), m.one(codes), number, honour, evidence="文件")


def _rulings(m: Maker, scheme: Scheme, codes: Sequence[str]) -> list[Ruling]:
    nodes = [name for name in scheme.nodes if name != scheme.score]
    return [
        Ruling(
            ruling=str(i),
            kind=m.one(list(RulingKind)),
            target=m.one(codes),
            node=m.one(nodes),
            reason="有据",
            authority="纪委",
            signed_by="甲、乙",
        )
        for i in range(m.one((0, 0, 1, 2, 4, 6)))
    ]


def _priors(m: Maker, scheme: Scheme, codes: Sequence[str]) -> dict[str, PriorResult]:
    found = {}
    for key in scheme.priors:
        if m.chance(90):
            whom = m.some([*codes, "gone"])
            targets = {code: _prior_target(m) for code in whom}
            found[key] = PriorResult("last", "0" * 64, frozenset({"w0", "w1"}), targets)
    return found


def _prior_target(m: Maker) -> PriorTarget:
    values = (None, Fraction(3), Fraction(10))
    nodes = {name: m.one(values) for name in m.some(("n0", "n1"), 0)}
    return PriorTarget(
        score=m.one((None, Fraction(5), Fraction(7, 3))),
        grade=m.one((None, "甲", "乙", "丙")),
        rank=m.one((None, 1, 2, 5)),
        awards=frozenset(m.some(("w0", "w1"), 0)),
        nodes=nodes,
    )
