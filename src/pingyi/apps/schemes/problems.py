"""What the engine says is wrong, in the words and errors of the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from pingyi.base.errors import Conflict, HouseError, Invalid
from pingyi.engine.errors import Blocked, PingyiError, Problem
from pingyi.engine.messages import Language


def language() -> Language:
    """The engine's language that is nearest to the one of the interface."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@dataclass(frozen=True)
class Finding:
    """One thing wrong: where (line or row from 1, dotted path), what, and the mend."""

    place: str
    line: int | None
    path: str
    what: str
    mend: str


def finding(problem: Problem) -> Finding:
    told = problem.as_json(language())
    place = problem.place
    return Finding(
        place=place.text(language()),
        line=place.line,
        path=place.path or "",
        what=str(told["what"]),
        mend=str(told["mend"]),
    )


def findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    return tuple(finding(problem) for problem in problems)


class SchemeRefused(Invalid):
    """A scheme or table that the engine cannot use; ``findings`` tells everything about it."""

    def __init__(self, error: PingyiError) -> None:
        self.findings = findings(error.problems)
        first = self.findings[0]
        super().__init__(f"{first.place} {first.what}".strip(), first.mend)


class ResultBlocked(Conflict):
    """The scheme's own rule forbids a result (quorum, empty class)."""

    def __init__(self, error: Blocked) -> None:
        self.findings = findings(error.problems)
        first = self.findings[0]
        super().__init__(f"{first.place} {first.what}".strip(), first.mend)


def house_error(error: PingyiError) -> HouseError:
    """The error of the house for one of the engine."""
    return ResultBlocked(error) if isinstance(error, Blocked) else SchemeRefused(error)
