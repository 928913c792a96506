"""Worked cases of a pack: small rounds with results that were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import Field

from pingyi.engine.counted.execute import execute
from pingyi.engine.errors import BadScheme, PingyiError, Problem
from pingyi.engine.grammar.document import parse_document
from pingyi.engine.grammar.fields import Exact, Key, Part, Title
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.numbers import exact_text, parse_exact
from pingyi.engine.outcome import Outcome, TargetOutcome
from pingyi.engine.packs import PackFolder
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.inputs import PriorResult, PriorTarget
from pingyi.engine.tables.sheets import MemoryTable

Row = dict[str, str | None]


class Origin(StrEnum):
    PUBLISHED = "published"
    """The source prints input and result."""
    DERIVED = "derived"
    """Worked out by hand from the published rule; ``working`` shows how."""


class Expected(Part):
    """What must come out for one target; only what is given is compared."""

    score: Exact | None = None
    no_score: bool = False
    grade: str | None = None
    no_grade: bool = False
    rank: int | None = None
    awards: tuple[Key, ...] | None = None
    vetoes: tuple[Key, ...] | None = None
    nodes: dict[Key, str] = {}
    """Exact value of a node; ``none`` where it has none."""


class PriorCase(Part):
    """A prior result, written down for a case."""

    scheme: Key
    awards: tuple[Key, ...] = ()
    targets: dict[str, PriorTargetCase]


class PriorTargetCase(Part):
    score: Exact | None = None
    grade: str | None = None
    rank: int | None = None
    awards: tuple[Key, ...] = ()
    nodes: dict[Key, Exact] = {}


class Case(Part):
    """One worked case. Tables are lists of rows with the column keys of the tables.

    A ballot row may carry ``times: n``: n ballots alike. Without targets there is one, ``A``.
    """

    case: Title
    title: Title
    scheme: Key
    preset: Key | None = None
    origin: Origin
    source: str | None = None
    working: str = Field(min_length=1)
    """How the expected values were worked out, or what is inconsistent in the source."""
    targets: tuple[Row, ...] = ({"target": "A", "title": "甲"},)
    rolls: tuple[Row, ...] = ()
    ballots: tuple[Row, ...] = ()
    tallies: tuple[Row, ...] = ()
    figures: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    rulings: tuple[Row, ...] = ()
    priors: dict[Key, PriorCase] = {}
    expect: dict[str, Expected] = {}
    expect_problem: str | None = None
    """The code of the problem that must be told instead of a result."""


PriorCase.model_rebuild()


@dataclass(frozen=True)
class CaseReport:
    """A case and what differs from its expectation (nothing: it holds)."""

    pack: str
    case: Case
    differences: tuple[Problem, ...]


def pack_cases(folder: PackFolder) -> Iterator[Case]:
    """All cases of a pack, file by file."""
    for path in sorted((folder.path / "cases").glob("*.yaml")):
        yield from read_cases(path)


def read_cases(path: Path) -> list[Case]:
    data = parse_document(path.read_text(encoding="utf-8"), path.name).data
    if not isinstance(data, list):
        raise BadScheme(Problem.of("scheme_not_mapping"))
    return [Case.model_validate(item) for item in data]


def run_case(case: Case, scheme: SchemeFile) -> Iterator[Problem]:
    """Score a case and yield every difference."""
    try:
        data = read_round(scheme.scheme, case_tables(case))
        outcome = execute(scheme.scheme, data).outcome
    except PingyiError as error:
        codes = sorted({problem.code for problem in error.problems})
        if case.expect_problem not in codes:
            wants = case.expect_problem or "—"
            yield _differs(case, "problem", wants, error.problems[0].text("zh"))
        return
    if case.expect_problem is not None:
        yield _differs(case, "problem", case.expect_problem, "—")
    yield from _compare(case, outcome)


def case_tables(case: Case) -> RoundTables:
    """The tables of a case in memory."""

    def table(name: str) -> MemoryTable | None:
        rows = getattr(case, name)
        return MemoryTable(name, _text_rows(rows)) if rows else None

    targets = table("targets")
    assert targets is not None
    return RoundTables(
        targets=targets,
        rolls=table("rolls"),
        ballots=(BallotSource(table=_ballot_table(case.ballots)),) if case.ballots else (),
        tallies=table("tallies"),
        figures=table("figures"),
        events=table("events"),
        rulings=table("rulings"),
        priors={name: _prior(prior) for name, prior in case.priors.items()},
    )


def _text_rows(rows: tuple[Row, ...]) -> tuple[Mapping[str, str], ...]:
    return tuple({key: value or "" for key, value in row.items()} for row in rows)


def _ballot_table(rows: tuple[Row, ...]) -> pa.Table:
    """Ballot rows, each repeated ``times``, with ballot numbers where none are given."""
    keys = list(dict.fromkeys(key for row in rows for key in row if key != "times"))
    out: list[dict[str, str]] = []
    for i, row in enumerate(rows):
        for n in range(int(row.get("times") or 1)):
            texts = {key: row.get(key) or "" for key in keys}
            texts["ballot"] = row.get("ballot") or f"{i:05}-{n:05}"
            out.append(texts)
    names = list(dict.fromkeys([*keys, "ballot"]))
    return pa.table({name: pa.array([row[name] for row in out], pa.string()) for name in names})


def _prior(case: PriorCase) -> PriorResult:
    targets = {
        code: PriorTarget(t.score, t.grade, t.rank, frozenset(t.awards), t.nodes)
        for code, t in case.targets.items()
    }
    awards = frozenset(case.awards) | {name for t in targets.values() for name in t.awards}
    return PriorResult(case.scheme, "", awards, targets)


def _differs(case: Case, what: str, wants: object, got: object) -> Problem:
    return Problem.of("case_differs", name=case.case, what=what, wants=wants, got=got)


def _compare(case: Case, outcome: Outcome) -> Iterator[Problem]:
    for code, wanted in case.expect.items():
        if code not in outcome.targets:
            yield _differs(case, code, "—", "—")
            continue
        for what, wants, got in _pairs(wanted, outcome.targets[code]):
            if wants != got:
                shown = [exact_text(v) if isinstance(v, Fraction) else v for v in (wants, got)]
                yield _differs(case, f"{code} {what}", *shown)


def _pairs(wanted: Expected, got: TargetOutcome) -> Iterator[tuple[str, Any, Any]]:
    if wanted.score is not None:
        yield "score", wanted.score, got.published
    if wanted.no_score:
        yield "score", None, got.published
    if wanted.grade is not None:
        yield "grade", wanted.grade, got.grade
    if wanted.no_grade:
        yield "grade", None, got.grade
    if wanted.rank is not None:
        yield "rank", wanted.rank, got.rank
    if wanted.awards is not None:
        yield "awards", sorted(wanted.awards), sorted(got.awards)
    if wanted.vetoes is not None:
        yield "vetoes", sorted(wanted.vetoes), sorted(got.vetoes)
    for name, value in wanted.nodes.items():
        yield name, None if value == "none" else parse_exact(value), got.nodes.get(name)
