"""The error tree of the engine.

A *problem* is one thing wrong at one place. Readers collect every problem of a file before they
raise, so that an officer mends a file once and not line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pingyi.engine.messages import Language, message_text
from pingyi.engine.tables.columns import COLUMN_TITLES

SHOWN_PER_FILE = 100
"""How many problems of one file are kept in full; the rest is counted."""


@dataclass(frozen=True)
class Place:
    """Where a problem stands.

    ``line`` counts text lines of a scheme from 1, ``row`` counts rows of a table from 1 with the
    heading as row 1 (what a spreadsheet shows), ``path`` is a dotted path inside a scheme.
    """

    file: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None

    def text(self, language: Language) -> str:
        words = _PLACE_WORDS[language]
        parts = [self.file] if self.file else []
        if self.line is not None:
            parts.append(words["line"].format(self.line))
        if self.row is not None:
            parts.append(words["row"].format(self.row))
        if self.column:
            name = COLUMN_TITLES.get(self.column, self.column) if language == "zh" else self.column
            parts.append(words["column"].format(name))
        if self.path:
            parts.append(self.path)
        return words["join"].join(parts)


_PLACE_WORDS = {
    "zh": {"line": "第 {} 行", "row": "第 {} 行", "column": "“{}”列", "join": " "},
    "en": {"line": "line {}", "row": "row {}", "column": "column “{}”", "join": ", "},
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong: what (a code of ``messages``), where, and the facts of the case."""

    code: str
    place: Place = field(default_factory=Place)
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, place: Place | None = None, /, **facts: object) -> Problem:
        return cls(code, place or Place(), tuple((k, str(v)) for k, v in facts.items()))

    def within(self, file: str) -> Problem:
        """The same problem, with the file named if none was named yet."""
        return self if self.place.file else replace(self, place=replace(self.place, file=file))

    def text(self, language: Language = "zh") -> str:
        """``place: what. mend`` in one line."""
        what, mend = message_text(self.code, language, dict(self.facts))
        where = self.place.text(language)
        separator = "：" if language == "zh" else ": "
        return f"{where}{separator}{what}{mend}" if where else f"{what}{mend}"

    def as_json(self, language: Language = "zh") -> dict[str, object]:
        what, mend = message_text(self.code, language, dict(self.facts))
        place = {
            name: value
            for name in ("file", "line", "row", "column", "path")
            if (value := getattr(self.place, name)) is not None
        }
        return {"code": self.code, "place": place, "what": what, "mend": mend}


class PingyiError(Exception):
    """Root of all errors that are meant to be read by the person at the keyboard."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.text("en") for problem in self.problems))


class BadInput(PingyiError):
    """What was handed in cannot be used as it is: mend the file."""


class BadScheme(BadInput):
    """The scheme itself is wrong."""


class BadTable(BadInput):
    """A table (targets, ballots, figures …) is wrong."""


class Blocked(PingyiError):
    """The input is readable, but the scheme's own rule forbids a result (quorum, empty class)."""

    exit_code = 1


class CheckFailed(PingyiError):
    """Something was checked and does not hold (a bundle, a pack's case)."""

    exit_code = 1


class Collector:
    """Collects the problems of one file; keeps the first hundred in full and counts the rest."""

    def __init__(self, file: str | None = None) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._untold = 0

    def add(self, code: str, place: Place | None = None, /, **facts: object) -> None:
        self.take(Problem.of(code, place, **facts))

    def take(self, problem: Problem) -> None:
        if len(self._problems) < SHOWN_PER_FILE:
            self._problems.append(problem.within(self.file) if self.file else problem)
        else:
            self._untold += 1

    def count_untold(self, number: int) -> None:
        """``number`` further problems of a kind already told."""
        self._untold += number

    def __iter__(self) -> Iterator[Problem]:
        """In the order of the file, whatever was looked at first."""
        yield from sorted(self._problems, key=lambda p: (p.place.row or 0, p.place.line or 0))
        if self._untold:
            yield Problem.of("and_more", Place(file=self.file), number=self._untold)

    def __bool__(self) -> bool:
        return bool(self._problems)

    def __len__(self) -> int:
        return len(self._problems) + self._untold

    def raise_if_any(self, kind: type[PingyiError] = BadTable) -> None:
        if self._problems:
            raise kind(list(self))
