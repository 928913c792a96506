"""The error tree of the engine.

A *problem* is one thing wrong at one place. Readers collect every problem of a file before they
raise, so that an officer mends a file once and not line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pingyi.engine.messages import Language, Phrase, message_text
from pingyi.engine.tables.columns import COLUMN_TITLES

MOST_SHOWN = 300
"""Characters of a cell or name that a message repeats."""
SHOWN_PER_FILE = 100
"""How many problems of one file are kept in full; the rest is counted."""


@dataclass(frozen=True)
class Place:
    """Where a problem stands.

    ``line`` counts text lines of a scheme from 1, ``row`` counts rows of a table from 1 with the
    heading as row 1 (what a spreadsheet shows), ``path`` is a dotted path inside a scheme.
    ``column`` is a key; ``heading`` is what stands above that column in the file, where known.
    """

    file: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None
    heading: str | None = None

    def text(self, language: Language) -> str:
        words = _PLACE_WORDS[language]
        parts = [self.file] if self.file else []
        if self.line is not None:
            parts.append(words["line"].format(self.line))
        if self.row is not None:
            parts.append(words["row"].format(self.row))
        if self.column:
            title = COLUMN_TITLES.get(self.column, self.column) if language == "zh" else self.column
            parts.append(words["column"].format(self.heading or title))
        if self.path:
            parts.append(self.path)
        return words["join"].join(parts)


_PLACE_WORDS = {
    "zh": {
        "line": "第 {} 行",
        "row": "第 {} 行",
        "column": "“{}”列",
        "join": " ",
        "also": "（另见 {}）",
        "and": "；",
    },
    "en": {
        "line": "line {}",
        "row": "row {}",
        "column": "column “{}”",
        "join": ", ",
        "also": " (see also {})",
        "and": "; ",
    },
}
_PLACE_KEYS = ("file", "line", "row", "column", "path", "heading")


@dataclass(frozen=True)
class Problem:
    """One thing wrong: what (a code of ``messages``), where, and the facts of the case.

    ``also`` are further places that it came from: a count and the number it was held against.
    """

    code: str
    place: Place = field(default_factory=Place)
    facts: tuple[tuple[str, str | Phrase], ...] = ()
    also: tuple[Place, ...] = ()

    @classmethod
    def of(cls, code: str, place: Place | None = None, /, **facts: object) -> Problem:
        kept = ((k, v if isinstance(v, Phrase) else _cut(k, str(v))) for k, v in facts.items())
        return cls(code, place or Place(), tuple(kept))

    def at(self, places: Sequence[Place]) -> Problem:
        """The same problem at the first of ``places``; the others are told beside it."""
        first, *others = places or [self.place]
        return replace(self, place=first, also=tuple(others))

    def within(self, file: str) -> Problem:
        """The same problem, with the file named if none was named yet."""
        return self if self.place.file else replace(self, place=replace(self.place, file=file))

    def text(self, language: Language = "zh") -> str:
        """``place: what. mend`` in one line."""
        what, mend = message_text(self.code, language, dict(self.facts))
        where = self.place.text(language)
        separator = "：" if language == "zh" else ": "
        told = f"{where}{separator}{what}{mend}" if where else f"{what}{mend}"
        if not self.also:
            return told
        words = _PLACE_WORDS[language]
        return told + words["also"].format(words["and"].join(p.text(language) for p in self.also))

    def as_json(self, language: Language = "zh") -> dict[str, object]:
        what, mend = message_text(self.code, language, dict(self.facts))
        told: dict[str, object] = {
            "code": self.code,
            "place": _plain(self.place),
            "what": what,
            "mend": mend,
        }
        return {**told, "also": [_plain(place) for place in self.also]} if self.also else told


def _cut(name: str, fact: str) -> str:
    """What was found in a file may be of any length; what may be written there is listed whole."""
    is_long = name in ("text", "name") and len(fact) > MOST_SHOWN
    return fact[: MOST_SHOWN - 1] + "…" if is_long else fact


def _plain(place: Place) -> dict[str, str | int]:
    """A place as data; a heading that is the key itself says nothing more."""
    values = {name: getattr(place, name) for name in _PLACE_KEYS}
    if place.heading == place.column:
        del values["heading"]
    return {name: value for name, value in values.items() if value is not None}


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
