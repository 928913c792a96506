"""A round from its files: every table read and checked, all problems told together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pingyi.engine.errors import BadInput, BadTable, Place, Problem
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import read_exact
from pingyi.engine.tables import columns, readers
from pingyi.engine.tables.ballots import BallotSource, dimension_headings
from pingyi.engine.tables.codes import CodeBook
from pingyi.engine.tables.inputs import PriorResult, PriorTarget, RoundInput, Target
from pingyi.engine.tables.notes import reading_note
from pingyi.engine.tables.sheets import TableSource

MOST_FILES = 3
"""How many ballot files a message names."""
RESULT_FORMAT = "pingyi-result/1"
_T = TypeVar("_T")


@dataclass(frozen=True)
class RoundTables:
    """The tables of a round, as files or in memory."""

    targets: TableSource
    rolls: TableSource | None = None
    ballots: tuple[BallotSource, ...] = ()
    tallies: TableSource | None = None
    figures: TableSource | None = None
    events: TableSource | None = None
    rulings: TableSource | None = None
    priors: Mapping[str, Path | PriorResult] = field(default_factory=dict)


def read_round(scheme: Scheme, tables: RoundTables) -> RoundInput:
    """Read all tables but the ballots (which are streamed later). Raises ``BadInput``."""
    data, problems = scan_round(scheme, tables)
    if problems:
        raise BadInput(problems)
    return data


def scan_round(scheme: Scheme, tables: RoundTables) -> tuple[RoundInput, list[Problem]]:
    """What can be read of all tables but the ballots, and every problem of them."""
    targets: tuple[Target, ...] = ()
    problems: list[Problem] = []
    try:
        targets, told = readers.scan_targets(tables.targets, scheme)
        problems.extend(told)
    except BadTable as error:
        problems.extend(error.problems)
    book = CodeBook([target.code for target in targets] or None)

    def read(
        source: TableSource | None,
        reader: Callable[[TableSource, Scheme, CodeBook], _T],
        empty: _T,
        wanted: bool,
    ) -> _T:
        if source is None:
            return empty
        if not wanted:
            place = Place(file=source.name)
            problems.append(Problem.of("input_not_used", place, name=source.name))
            return empty
        try:
            return reader(source, scheme, book)
        except BadTable as error:
            problems.extend(error.problems)
            return empty

    data = RoundInput(
        targets=targets,
        rolls=read(tables.rolls, readers.read_rolls, (), bool(scheme.inputs)),
        ballots=tables.ballots,
        tallies=read(tables.tallies, readers.read_tallies, (), bool(scheme.inputs)),
        figures=read(tables.figures, readers.read_figures, {}, bool(scheme.figures)),
        events=read(tables.events, readers.read_events, (), bool(scheme.events)),
        rulings=read(tables.rulings, readers.read_rulings, (), True),
        priors=_read_priors(scheme, tables, problems),
        files=_files(tables),
    )
    problems.extend(_tallies_beyond_rolls(scheme, data))
    return data, problems


def reading_notes(scheme: Scheme, tables: RoundTables) -> Iterator[Problem]:
    """How the files of a round were read, where there was a choice."""
    attributes = readers.attribute_headings(scheme)
    for table in columns.TABLES:
        source = getattr(tables, table.key)
        paths = [one.path for one in source] if table is columns.BALLOTS else [source]
        extra = attributes if table is columns.TARGETS else {}
        if table is columns.BALLOTS:
            extra = dimension_headings(scheme)
        for path in paths:
            note = reading_note(path, table, extra) if isinstance(path, Path) else None
            if note is not None:
                yield note


def _files(tables: RoundTables) -> dict[str, str]:
    """Table → its file as messages name it."""
    names = ("targets", "rolls", "tallies", "figures", "events", "rulings")
    found = {name: source.name for name in names if (source := getattr(tables, name)) is not None}
    if tables.ballots:
        first = [source.file for source in tables.ballots[:MOST_FILES]]
        rest = len(tables.ballots) - len(first)
        found["ballots"] = "、".join(first) + (f" +{rest}" if rest else "")
    return found


def _tallies_beyond_rolls(scheme: Scheme, data: RoundInput) -> Iterator[Problem]:
    """No target can have more answers in one dimension than there are valid ballots."""
    valid = {(r.input, r.rater_class, r.paper, r.target): r.valid for r in data.rolls}
    totals: dict[tuple[str, str, str, str, str], int] = {}
    for line in data.tallies:
        key = (line.input, line.rater_class, line.paper, line.target, line.dimension)
        totals[key] = totals.get(key, 0) + line.count
    for key, number in totals.items():
        source, rater_class, paper, target, dimension = key
        own = valid.get((source, rater_class, paper, target))
        most = own if own is not None else valid.get((source, rater_class, paper, None))
        if most is not None and number > most:
            yield Problem.of(
                "tally_exceeds",
                data.place("tallies"),
                target=target,
                classes=scheme.classes[rater_class].title,
                dimension=scheme.papers[paper].dimensions[dimension].title,
                number=number,
                valid=most,
            )


def _read_priors(
    scheme: Scheme, tables: RoundTables, problems: list[Problem]
) -> dict[str, PriorResult]:
    found: dict[str, PriorResult] = {}
    for name, source in tables.priors.items():
        if name not in scheme.priors:
            allowed = "、".join(scheme.priors) or "—"
            problems.append(Problem.of("prior_unknown", name=name, allowed=allowed))
            continue
        try:
            result = source if isinstance(source, PriorResult) else read_prior(source)
        except BadInput as error:
            problems.extend(error.problems)
            continue
        wants = scheme.priors[name].scheme
        if wants is not None and result.scheme != wants:
            place = Place(path=name)
            problems.append(Problem.of("prior_scheme", place, got=result.scheme, wants=wants))
        found[name] = result
    for name, prior in scheme.priors.items():
        if prior.required and name not in tables.priors:
            problems.append(Problem.of("prior_missing", name=name))
    return found


def read_prior(path: Path) -> PriorResult:
    """A result written by ``pingyi score`` (its ``result.json`` or the folder that holds it)."""
    file = path / "result.json" if path.is_dir() else path
    place = Place(file=str(path))
    if not file.is_file():
        raise BadInput(Problem.of("file_missing", place))
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != RESULT_FORMAT:
            raise ValueError(data["format"])
        return prior_of(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(Problem.of("prior_broken", place)) from error


def prior_of(data: Mapping[str, Any]) -> PriorResult:
    """The part of a result that a later scheme may read."""
    targets = {
        row["target"]: PriorTarget(
            score=None if row["exact"] is None else read_exact(row["exact"]),
            grade=row["grade"],
            rank=row["rank"],
            awards=frozenset(row["awards"]),
            nodes={
                name: None if node["exact"] is None else read_exact(node["exact"])
                for name, node in row["nodes"].items()
            },
        )
        for row in data["results"]
    }
    awards = frozenset(award["award"] for award in data["awards"])
    return PriorResult(data["scheme"]["key"], data["scheme"]["digest"], awards, targets)
