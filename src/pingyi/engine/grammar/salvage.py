"""Undefined names in a scheme that does not validate: found in what is left when the broken parts
are taken out, so that a misspelt key and a misspelt name are told in one run."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from pingyi.engine.grammar.checks import Finding, check_scheme
from pingyi.engine.grammar.document import Data, Path
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.grammar.telling import document_path

_ROUNDS = 5
"""Taking a part out may uncover another; after so many rounds there is little left to look at."""
_NAMES = frozenset(
    {
        "undefined_node", "unknown_attribute", "unknown_attribute_value", "unknown_award",
        "unknown_class", "unknown_dimension", "unknown_event", "unknown_figure", "unknown_grade",
        "unknown_input", "unknown_paper", "unknown_prior",
    }
)  # fmt: skip
"""Findings that do not depend on the rest of the scheme."""
_SECTIONS = {
    "undefined_node": "nodes",
    "unknown_award": "awards",
    "unknown_event": "events",
    "unknown_figure": "figures",
    "unknown_input": "inputs",
    "unknown_prior": "priors",
}
_STAND_INS: dict[str, Data] = {
    "grammar": "1",
    "key": "scheme",
    "title": "-",
    "basis": "-",
    "score": "-",
    "rounding": {"title": "-", "basis": "-"},
    "rank": {"title": "-", "basis": "-"},
}


def undefined_names(data: Data, error: ValidationError) -> Iterator[Finding]:
    """Names that nothing defines, as far as that can be said of a scheme with other faults."""
    rest: Any = copy.deepcopy(data)
    gone: set[str] = set()
    for _ in range(_ROUNDS):
        _take_out(rest, error, gone)
        try:
            scheme = Scheme.model_validate(rest)
        except ValidationError as again:
            error = again
            continue
        for code, path, facts in check_scheme(scheme):
            if code in _NAMES and facts["name"] not in gone and not _is_hidden(code, gone):
                yield code, path, {**facts, **_all_names(data, code)}
        return


def _all_names(data: Any, code: str) -> dict[str, object]:
    """The names that a section defines, those of its broken parts included."""
    section = data.get(_SECTIONS.get(code, ""))
    return {"allowed": "、".join(map(str, section))} if section else {}


def _is_hidden(code: str, gone: set[str]) -> bool:
    return code == "unknown_grade" and "grades" in gone


def _take_out(rest: Any, error: ValidationError, gone: set[str]) -> None:
    """Take the broken parts out of ``rest`` and note their names in ``gone``."""
    paths = [
        (document_path(found["loc"], rest, found["type"] == "missing"), found["type"])
        for found in error.errors(include_url=False)
    ]
    # From behind, so that the places in a list stay what they were.
    for path, kind in sorted(paths, key=_in_order, reverse=True):
        if kind == "extra_forbidden":
            _drop(rest, path)
        elif path and path[0] in _STAND_INS:
            rest[path[0]] = copy.deepcopy(_STAND_INS[str(path[0])])
            gone.add("-")
        elif path:
            part = path[:2] if path[0] != "grades" else path[:1]
            gone.add(str(part[-1]))
            _drop(rest, part)


def _in_order(found: tuple[Path, str]) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in found[0]]


def _drop(rest: Any, path: Path) -> None:
    try:
        for step in path[:-1]:
            rest = rest[step]
        del rest[path[-1]]
    except (KeyError, IndexError, TypeError):
        return  # gone already, with what it stood in
