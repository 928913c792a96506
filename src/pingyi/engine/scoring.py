"""From tables to a whole bundle in memory: the one call behind ``pingyi score``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pingyi.engine.bundle.folder import (
    MANIFEST,
    REPORT,
    RESULT,
    Members,
    digest_of,
    input_members,
    manifest_of,
)
from pingyi.engine.counted.execute import Executed, execute
from pingyi.engine.counted.layout import make_layout
from pingyi.engine.counted.stream import count_ballots
from pingyi.engine.errors import BadInput, BadTable, Blocked, Problem
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.head import Head
from pingyi.engine.messages import Language
from pingyi.engine.report.html import report_html
from pingyi.engine.result import build_result, result_bytes
from pingyi.engine.rounds import RoundTables, reading_notes, scan_round
from pingyi.engine.tables.inputs import RoundInput
from pingyi.engine.validity.report import ValidityPlan

Progress = Callable[[str, int, int | None], None]
"""Called with (stage, done, all)."""
CountProgress = Callable[[int, int | None], None] | None


@dataclass(frozen=True)
class Scored:
    """A scored round and the members of its bundle."""

    executed: Executed
    result: dict[str, Any]
    members: Members
    digest: str
    notes: tuple[Problem, ...] = ()
    """How files were read where there was a choice; no part of the result."""


def score_round(
    scheme: SchemeFile,
    tables: RoundTables,
    plan: ValidityPlan,
    progress: Progress | None = None,
    language: Language = "zh",
    head: Head | None = None,
) -> Scored:
    """Read, count, evaluate, and report in ``language`` under ``head``; writes nothing.

    Raises ``BadInput`` or ``Blocked``.
    """

    def at(stage: str) -> Callable[[int, int | None], None] | None:
        if progress is None:
            return None
        return lambda done, whole: progress(stage, done, whole)

    data, problems = scan_round(scheme.scheme, tables)
    if problems:
        raise BadInput([*problems, *_ballot_problems(scheme.scheme, data, at("count"))])
    try:
        executed = execute(scheme.scheme, data, at("count"))
    except BadTable as error:
        raise BadTable(_worded(scheme.scheme, data, error)) from error
    except RecursionError as error:
        raise Blocked(Problem.of("too_deep")) from error
    result = build_result(scheme, executed, plan, at("validity"))
    members, digest = bundle_of(
        scheme, data, executed, result, plan, _prior_bytes(tables), language, head or Head()
    )
    notes = tuple(reading_notes(scheme.scheme, tables))
    return Scored(executed, result, members, digest, notes)


def bundle_of(
    scheme: SchemeFile,
    data: RoundInput,
    executed: Executed,
    result: dict[str, Any],
    plan: ValidityPlan,
    priors: Mapping[str, bytes],
    language: Language,
    head: Head,
) -> tuple[Members, str]:
    """The members of a round's bundle, its report in ``language`` under ``head``, and the digest
    that is printed on the report."""
    members = input_members(scheme, data, executed.counted, plan, priors, language, head)
    members[RESULT] = result_bytes(result)
    members[MANIFEST] = manifest_of(members)
    digest = digest_of(members[MANIFEST])
    members[REPORT] = report_html(scheme, executed, result, digest, language, head)
    return members, digest


def _ballot_problems(scheme: Scheme, data: RoundInput, progress: CountProgress) -> list[Problem]:
    """What is wrong with the ballots of a round whose other tables cannot be used as they are: a
    file is mended once, not once per table. Without targets only the headings can be looked at."""
    try:
        if data.targets:
            count_ballots(make_layout(scheme, data.targets), data.ballots, progress)
        else:
            for source in data.ballots:
                next(source.batches(scheme), None)
    except BadTable as error:
        return _worded(scheme, data, error)
    except Blocked:
        pass  # told once the tables are in order
    return []


def _worded(scheme: Scheme, data: RoundInput, error: BadTable) -> list[Problem]:
    """The problems of ballots in the words of their files."""
    sources = {source.file: source for source in data.ballots}
    return [
        sources[p.place.file].worded(p, scheme) if p.place.file in sources else p
        for p in error.problems
    ]


def _prior_bytes(tables: RoundTables) -> dict[str, bytes]:
    found = {}
    for name, source in tables.priors.items():
        if isinstance(source, Path):
            file = source / RESULT if source.is_dir() else source
            found[name] = file.read_bytes()
    return found
