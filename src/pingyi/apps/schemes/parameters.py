"""The parameters of a draft as fields of a form: typed by what they are used for."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pingyi.engine.grammar.document import Data, Path
from pingyi.engine.grammar.scheme import Scheme


class Kind(StrEnum):
    """What a parameter is."""

    NUMBER = "number"
    SHARE = "share"
    WHOLE = "whole"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"


SHARES = ("weight", "share", "least_share", "most_share")
"""Keys whose number is a share of a whole."""


@dataclass(frozen=True)
class Use:
    """Where a parameter is used, and what may stand there."""

    name: str
    path: Path
    kind: Kind
    choices: tuple[str, ...] = ()


def uses(data: Data) -> list[Use]:
    """Every ``$name`` of a scheme as written, in its order."""
    if not isinstance(data, dict):
        return []
    return [
        Use(text[1:], path, *_kind(path, data))
        for path, text in _leaves(data, ())
        if text.startswith("$") and path[0] != "parameters"
    ]


def _leaves(data: Data, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _leaves(value, (*path, i))
    elif isinstance(data, str):
        yield path, data


def _kind(path: Path, data: Data) -> tuple[Kind, tuple[str, ...]]:
    found = _annotation(path, data)
    if isinstance(found, type) and issubclass(found, Enum):
        return Kind.CHOICE, tuple(str(member.value) for member in found)
    if found is bool:
        return Kind.CHOICE, ("true", "false")
    if found is int:
        return Kind.WHOLE, ()
    if found is Fraction:
        share = path[-1] in SHARES or (path[-1] == "least" and "quorum" in path)
        return (Kind.SHARE if share else Kind.NUMBER), ()
    return (Kind.LIST if typing.get_origin(found) is tuple else Kind.TEXT), ()


def _annotation(path: Path, data: Data) -> Any:
    """The type that the grammar wants at a path of a scheme as written; None where it has none."""
    kind: Any = Scheme
    here: Data = data
    for step in path:
        kind = _step(_resolved(kind, here), step)
        if isinstance(here, dict):
            here = here.get(str(step))
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
    return _resolved(kind, here)


def _step(kind: Any, step: str | int) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is dict:
        return arguments[1]
    if origin is tuple:
        return arguments[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if step in (name, info.alias):
                return info.annotation
    return None


def _resolved(kind: Any, here: Data) -> Any:
    """One type out of optional, annotated and united ones, by what stands there."""
    if isinstance(kind, FieldInfo):
        kind = kind.annotation
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _resolved(arguments[0], here)
    if origin not in (typing.Union, types.UnionType):
        return kind
    inner = [_resolved(a, here) for a in arguments if a is not type(None)]
    fitting = [found for found in inner if _fits(found, here)]
    return (fitting or inner)[0]


def _fits(kind: Any, here: Data) -> bool:
    origin = typing.get_origin(kind)
    if isinstance(here, dict):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            info = kind.model_fields.get("op")
            return info is None or here.get("op") in typing.get_args(info.annotation)
        return origin is dict
    if isinstance(here, list):
        return origin is tuple
    return not (origin or (isinstance(kind, type) and issubclass(kind, BaseModel)))


@dataclass(frozen=True)
class WeightSum:
    """The weights of one sum: they must total one."""

    node: str
    title: str
    names: tuple[str, ...]
    written: tuple[str, ...]
    """All its weights as written, parameters as ``$name``."""


def weight_sums(data: Data) -> list[WeightSum]:
    """Sums with at least two weights, one of them a parameter."""
    nodes = data.get("nodes") if isinstance(data, dict) else None
    found = []
    for key, node in (nodes if isinstance(nodes, dict) else {}).items():
        parts = node.get("parts") if isinstance(node, dict) else None
        written = [
            weight
            for part in (parts if isinstance(parts, list) else [])
            if isinstance(part, dict) and isinstance(weight := part.get("weight"), str)
        ]
        names = tuple(weight[1:] for weight in written if weight.startswith("$"))
        if len(written) > 1 and names:
            title = node.get("title") if isinstance(node, dict) else None
            found.append(WeightSum(key, str(title or key), names, tuple(written)))
    return found


def parameters_at(path: Path, all_uses: list[Use]) -> set[str]:
    """The parameters that a problem at ``path`` may come from: those used there or, of a whole
    node, its weights (else whatever it uses)."""
    if path[:1] == ("parameters",) and len(path) > 1:
        return {str(path[1])}
    exact = {use.name for use in all_uses if path[: len(use.path)] == use.path}
    if exact or not path:
        return exact
    below = [use for use in all_uses if use.path[: len(path)] == path]
    weights = {use.name for use in below if use.path[-1] == "weight"}
    return weights or {use.name for use in below}


def entries(data: Data) -> Mapping[str, Mapping[str, Data]]:
    """The declared parameters as written."""
    found = data.get("parameters") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        return {}
    return {key: entry for key, entry in found.items() if isinstance(entry, dict)}
