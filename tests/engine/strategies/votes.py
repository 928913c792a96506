"""Ballots, rolls and tallies for a loaded scheme."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pyarrow as pa
from tests.engine.strategies.maker import Maker

from pingyi.engine.grammar.papers import Input, InputKind, Otherwise, Paper, Recusal, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.inputs import Roll, Special, TallyLine

Row = dict[str, str | None]
Ballots = list[list[Row]]
"""Every ballot is the list of its rows."""

Channel = tuple[str, str, str]


def channels(scheme: Scheme, kind: InputKind) -> list[Channel]:
    return [
        (key, rater_class, paper)
        for key, source in scheme.inputs.items()
        if source.kind is kind
        for rater_class, paper in product(source.classes, source.papers)
    ]


def make_ballots(m: Maker, scheme: Scheme, targets: Sequence[str]) -> Ballots:
    """A few ballots of every channel, in any order."""
    found: Ballots = []
    for channel in channels(scheme, InputKind.BALLOTS):
        paper = scheme.papers[channel[2]]
        palette = _palette(m, paper)
        for i in range(m.one((0, 1, 2, 3, 3, 4, 6))):
            found.append(_ballot(m, scheme, channel, f"b{i}", palette, targets))
    return m.shuffled(found) if found else found


def _palette(m: Maker, paper: Paper) -> list[str | None]:
    """The answers that occur, few enough for equal ones to be likely."""
    answers: list[str | None] = [*m.some(paper.answers, 1, 3)] * 2
    if paper.points is not None and m.chance(30):
        answers.append(f"{answers[0]}.0" if "/" not in str(answers[0]) else answers[0])
    if paper.abstain:
        answers += [m.one((None, "", "弃权"))]
    if paper.not_informed:
        answers += ["不了解"]
    return answers


def _ballot(
    m: Maker,
    scheme: Scheme,
    channel: Channel,
    number: str,
    palette: Sequence[str | None],
    targets: Sequence[str],
) -> list[Row]:
    paper = scheme.papers[channel[2]]
    whom = [m.one(targets)] if paper.scope is Scope.OWN else m.shuffled(m.some(targets))
    has_unit = paper.recusal is not Recusal.NONE or m.chance(20)
    unit = m.one((None, "", "other", *targets, *whom, *whom)) if has_unit else None
    names = dict(zip(("input", "rater_class", "paper"), channel, strict=True))
    if m.chance(20):
        names = {
            "input": scheme.inputs[channel[0]].title,
            "rater_class": scheme.classes[channel[1]].title,
            "paper": paper.title,
        }
    return [
        {**names, "ballot": number, "target": target, "unit": unit}
        | {dimension: m.one(palette) for dimension in paper.dimensions}
        for target in whom
    ]


def make_source(scheme: Scheme, ballots: Ballots, cuts: Sequence[int] = ()) -> BallotSource:
    """A table in memory, in batches that begin at ``cuts`` (row numbers)."""
    rows = [row for ballot in ballots for row in ballot]
    names = ["input", "rater_class", "paper", "ballot", "target", "unit"]
    names += sorted({name for paper in scheme.papers.values() for name in paper.dimensions})
    schema = pa.schema([(name, pa.string()) for name in names])
    edges = sorted({0, len(rows), *(cut % len(rows) for cut in cuts)})
    batches = [
        pa.RecordBatch.from_pylist(rows[edges[i] : edges[i + 1]], schema)
        for i in range(len(edges) - 1)
    ]
    return BallotSource(table=pa.Table.from_batches(batches, schema))


def make_rolls(m: Maker, scheme: Scheme, targets: Sequence[str], ballots: Ballots) -> list[Roll]:
    """Rolls of most channels; nearly always at least as many issued as came back."""
    found = []
    for kind in InputKind:
        for channel in channels(scheme, kind):
            own = scheme.papers[channel[2]].scope is Scope.OWN
            for target in targets if own else [None]:
                source = scheme.inputs[channel[0]]
                if m.chance((90 if m.is_faulty else 100) if source.quorum is not None else 40):
                    returned = _returned(scheme, channel, target, ballots)
                    found.append(_roll(m, source, channel, target, returned))
    return found


def _returned(scheme: Scheme, channel: Channel, target: str | None, ballots: Ballots) -> int:
    titles = (scheme.inputs[channel[0]].title, scheme.papers[channel[2]].title)
    return sum(
        ballot[0]["input"] in (channel[0], titles[0])
        and ballot[0]["rater_class"] in (channel[1], scheme.classes[channel[1]].title)
        and ballot[0]["paper"] in (channel[2], titles[1])
        and target in (None, ballot[0]["target"])
        for ballot in ballots
    )


def _roll(m: Maker, source: Input, channel: Channel, target: str | None, returned: int) -> Roll:
    counts: dict[str, int | None] = {}
    if source.kind is InputKind.TALLY:
        returned = m.number(0, 5)
        invalid = m.number(0, returned)
        counts = {"returned": returned, "valid": returned - invalid, "invalid": invalid}
        if m.chance(10):
            counts.pop(m.one(list(counts)))
    issued = returned + m.one((0, 0, 1, 2, 5))
    if m.is_faulty and m.chance(10):
        issued = max(0, returned - 1)
    counts["issued"] = issued
    counts["expected"] = issued + m.number(0, 2)
    counts["present"] = m.number(issued // 2, issued)
    if m.chance(15 if m.is_faulty or not _blocks(source) else 0):
        counts[m.one(("issued", "expected", "present"))] = None
    return Roll(*channel, target, **counts, population=100)


def _blocks(source: Input) -> bool:
    return source.quorum is not None and source.quorum.otherwise is Otherwise.BLOCK


def make_tallies(m: Maker, scheme: Scheme, targets: Sequence[str]) -> list[TallyLine]:
    found = []
    for channel in channels(scheme, InputKind.TALLY):
        paper = scheme.papers[channel[2]]
        answers: list[int | Special] = list(range(min(3, len(paper.answers))))
        answers += [Special.ABSTAINED] if paper.abstain else []
        answers += [Special.NOT_INFORMED] if paper.not_informed else []
        for target in m.some(targets, 0):
            for dimension in m.some(list(paper.dimensions), 0):
                for answer in m.some(answers, 0):
                    count = m.one((0, 1, 1, 2, 3, 7))
                    found.append(TallyLine(*channel, target, dimension, answer, count))
    return found
