"""From tables to a whole bundle in memory: the one call behind ``pingyi score``."""

from __future__ import annotations

from collections.abc import Callable
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
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.messages import Language
from pingyi.engine.report.html import report_html
from pingyi.engine.result import build_result, result_bytes
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.validity.report import ValidityPlan

Progress = Callable[[str, int, int | None], None]
"""Called with (stage, done, all)."""


@dataclass(frozen=True)
class Scored:
    """A scored round and the members of its bundle."""

    executed: Executed
    result: dict[str, Any]
    members: Members
    digest: str


def score_round(
    scheme: SchemeFile,
    tables: RoundTables,
    plan: ValidityPlan,
    progress: Progress | None = None,
    language: Language = "zh",
) -> Scored:
    """Read, count, evaluate, and report in ``language``; writes nothing.

    Raises ``BadInput`` or ``Blocked``.
    """

    def at(stage: str) -> Callable[[int, int | None], None] | None:
        if progress is None:
            return None
        return lambda done, whole: progress(stage, done, whole)

    data = read_round(scheme.scheme, tables)
    executed = execute(scheme.scheme, data, at("count"))
    result = build_result(scheme, executed, plan, at("validity"))
    priors = _prior_bytes(tables)
    members = input_members(scheme, data, executed.counted, plan, priors, language)
    members[RESULT] = result_bytes(result)
    members[MANIFEST] = manifest_of(members)
    digest = digest_of(members[MANIFEST])
    members[REPORT] = report_html(scheme, executed, result, digest, language)
    return Scored(executed, result, members, digest)


def _prior_bytes(tables: RoundTables) -> dict[str, bytes]:
    found = {}
    for name, source in tables.priors.items():
        if isinstance(source, Path):
            file = source / RESULT if source.is_dir() else source
            found[name] = file.read_bytes()
    return found
