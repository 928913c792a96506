"""What pydantic finds wrong with a scheme, told as problems with a place and a mend."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pingyi.engine.errors import Collector
from pingyi.engine.grammar.document import Data, Document, Path
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.messages import Phrase

_MAPPING = Phrase("一组“键: 值”", "mapping")
_LIST = Phrase("列表", "list")
_TEXT = Phrase("文字", "text")
_WHOLE = Phrase("整数", "whole number")
_BOOLEAN = Phrase("true 或 false", "true / false")
_SHAPES = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
}
_BOUNDS = {
    "greater_than": ("gt", "须大于 {}"),
    "greater_than_equal": ("ge", "不能小于 {}"),
    "less_than": ("lt", "须小于 {}"),
    "less_than_equal": ("le", "不能大于 {}"),
    "string_too_long": ("max_length", "不能超过 {} 个字符"),
    "too_long": ("max_length", "不能超过 {} 项"),
}
"""Kinds of pydantic's findings → the fact that holds the bound, and how to say it."""


def tell(error: ValidationError, document: Document, data: Data, problems: Collector) -> None:
    """Everything that pydantic found, as problems of ours."""
    found = error.errors(include_url=False)
    for details in found:
        if not _is_other_kind(details, found):
            _tell(details, document, data, problems)


def _detail(details: Mapping[str, Any]) -> Phrase:
    fact, words = _BOUNDS.get(details["type"], ("", "不合要求"))
    return Phrase(words.format((details.get("ctx") or {}).get(fact)), details["msg"])


def _tell(details: Mapping[str, Any], document: Document, data: Data, problems: Collector) -> None:
    """One validation error of pydantic as a problem of ours."""
    path = document_path(details["loc"], data, details["type"] == "missing")
    place = document.place(path)
    context = details.get("ctx") or {}
    name = str(path[-1]) if path else ""
    match details["type"]:
        case "pingyi":
            problems.add(details["msg"], place, **context)
        case "pingyi_all":
            for code, facts in context["findings"]:
                problems.add(code, place, **facts)
        case "missing":
            problems.add("missing_key", place, name=name)
        case "extra_forbidden":
            allowed = "、".join(_allowed_keys(details["loc"][:-1]))
            problems.add("unknown_key", place, name=name, allowed=allowed)
        case "union_tag_invalid":
            allowed = _listed(context.get("expected_tags"))
            problems.add("unknown_operation", place, name=context.get("tag"), allowed=allowed)
        case "union_tag_not_found":
            problems.add("missing_key", document.place((*path, "op")), name="op")
        case "enum" | "literal_error":
            allowed = _listed(context.get("expected"))
            problems.add("not_allowed", place, text=details.get("input"), allowed=allowed)
        case "string_pattern_mismatch":
            problems.add("bad_name", place, text=details.get("input"))
        case "too_short" | "string_too_short":
            problems.add("too_few", place, name=name, least=context.get("min_length", 1))
        case shape if shape in _SHAPES:
            problems.add(
                "wrong_shape", place, text=_shown(details.get("input")), wants=_SHAPES[shape]
            )
        case _:
            problems.add(
                "bad_value", place, text=_shown(details.get("input")), detail=_detail(details)
            )


def _is_other_kind(details: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Is it only said that a value is not of one kind, while it is wrong inside as another?"""
    loc = details["loc"]
    if details["type"] not in _SHAPES or "[" not in str(loc[-1]):
        return False
    return any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc) - 1] == loc[:-1] for other in found
    )


def _listed(expected: object) -> str:
    """pydantic's ``'a', 'b' or 'c'``"""
    return "、".join(re.findall("'([^']*)'", str(expected)))


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def document_path(loc: tuple[str | int, ...], data: Any, is_missing: bool) -> Path:
    """pydantic's location without what is no part of the document: the tags and kinds of unions."""
    path: list[str | int] = []
    tagged: Any = None
    for i, step in enumerate(loc):
        if isinstance(data, dict) and step == data.get("op") and data is not tagged:
            tagged = data
            continue
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            if not is_missing or i < len(loc) - 1:
                continue
        path.append(step)
    return tuple(path)


def _allowed_keys(loc: tuple[str | int, ...]) -> Iterator[str]:
    """The keys that the model at a location of pydantic's knows."""
    kind: Any = Scheme
    for step in loc:
        kind = _inner(kind, step)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            yield info.alias or name


def _inner(kind: Any, step: str | int) -> Any:
    kinds = [kind]
    while kinds:
        here = kinds.pop()
        if isinstance(here, FieldInfo):
            here = here.annotation
        origin, arguments = typing.get_origin(here), typing.get_args(here)
        if origin in (typing.Union, types.UnionType):
            for inner in arguments:
                if _tag(inner) == step:
                    return inner
            kinds.extend(arguments)
        elif origin is typing.Annotated:
            kinds.append(arguments[0])
        elif origin is tuple:
            return arguments[0]
        elif origin is dict:
            return arguments[1]
        elif isinstance(here, type) and issubclass(here, BaseModel):
            for name, info in here.model_fields.items():
                if (info.alias or name) == step:
                    return info.annotation
    return None


def _tag(kind: Any) -> str | None:
    """The operation that a model of nodes stands for."""
    info = kind.model_fields.get("op") if hasattr(kind, "model_fields") else None
    return None if info is None else str(typing.get_args(info.annotation)[0])
