"""From text to a checked scheme. Everything wrong with a scheme is reported at once."""

from __future__ import annotations

import hashlib
import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pingyi.engine.errors import BadScheme, Collector
from pingyi.engine.grammar.checks import check_scheme
from pingyi.engine.grammar.document import Data, Document, Path, parse_document, path_text
from pingyi.engine.grammar.scheme import GRAMMAR_VERSION, Scheme


@dataclass(frozen=True)
class SchemeFile:
    """A loaded scheme with the text it was written as."""

    scheme: Scheme
    document: Document
    text: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical form: the seal of the scheme."""
        return hashlib.sha256(canonical_bytes(self.document.data)).hexdigest()


def canonical_bytes(data: Data) -> bytes:
    """The canonical form of a scheme as written: JSON with sorted keys and no blanks.

    Scalars stay the strings they were written as, so the form does not depend on how a later
    version of the grammar reads them; spacing, comments, quoting and key order do not matter.
    """
    form = {"grammar": GRAMMAR_VERSION, "scheme": data}
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def load_scheme(text: str, file: str | None = None) -> SchemeFile:
    """Parse, validate and check a scheme. Raises ``BadScheme`` with every problem found."""
    document = parse_document(text, file)
    return SchemeFile(_validated(document), document, text)


def load_scheme_file(path: FilePath) -> SchemeFile:
    """Read a scheme from a UTF-8 or GB18030 file."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            problems = Collector(path.name)
            problems.add("encoding")
            raise BadScheme(list(problems)) from None
    return load_scheme(text, path.name)


def dump_data(data: Data) -> str:
    """Scheme data as YAML text that loads to the same data."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _validated(document: Document) -> Scheme:
    problems = Collector(document.file)
    if not isinstance(document.data, dict):
        problems.add("scheme_not_mapping", document.place(()))
        raise BadScheme(list(problems))
    data = _substituted(document, problems)
    try:
        scheme = Scheme.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        for details in found:
            if not _is_other_kind(details, found):
                _tell(details, document, data, problems)
        raise BadScheme(list(problems)) from None
    for code, path, facts in check_scheme(scheme):
        problems.add(code, document.place(path), **facts)
    problems.raise_if_any(BadScheme)
    return scheme


def _substituted(document: Document, problems: Collector) -> Data:
    """The data with every ``$name`` replaced by the parameter's value."""
    assert isinstance(document.data, dict)
    parameters = document.data.get("parameters") or {}
    used: set[str] = set()

    def fill(data: Data, path: Path) -> Data:
        if isinstance(data, dict):
            return {key: fill(value, (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [fill(value, (*path, i)) for i, value in enumerate(data)]
        if not isinstance(data, str) or not data.startswith("$"):
            return data
        name = data[1:]
        parameter = parameters.get(name) if isinstance(parameters, dict) else None
        if not isinstance(parameter, dict):
            allowed = "、".join(parameters) if isinstance(parameters, dict) else ""
            problems.add("unknown_parameter", document.place(path), name=name, allowed=allowed)
            return None
        used.add(name)
        return parameter.get("value")

    filled: dict[str, Data] = {
        key: value if key == "parameters" else fill(value, (key,))
        for key, value in document.data.items()
    }
    if isinstance(parameters, dict):
        for name in parameters:
            if name not in used:
                problems.add("unused_parameter", document.place(("parameters", name)), name=name)
    return filled


_SHAPES = {
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "dict_type": "mapping",
    "tuple_type": "list",
    "list_type": "list",
    "string_type": "text",
    "int_type": "whole number",
    "int_parsing": "whole number",
    "int_from_float": "whole number",
    "bool_type": "true / false",
    "bool_parsing": "true / false",
}


def _tell(details: Mapping[str, Any], document: Document, data: Data, problems: Collector) -> None:
    """One validation error of pydantic as a problem of ours."""
    path = _document_path(details["loc"], data, details["type"] == "missing")
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
            allowed = str(context.get("expected_tags", "")).replace("'", "")
            problems.add("unknown_operation", place, name=context.get("tag"), allowed=allowed)
        case "union_tag_not_found":
            problems.add("missing_key", document.place((*path, "op")), name="op")
        case "enum" | "literal_error":
            allowed = str(context.get("expected", "")).replace("'", "")
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
                "bad_value", place, text=_shown(details.get("input")), detail=details["msg"]
            )


def _is_other_kind(details: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Is it only said that a value is not of one kind, while it is wrong inside as another?"""
    loc = details["loc"]
    if details["type"] not in _SHAPES or "[" not in str(loc[-1]):
        return False
    return any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc) - 1] == loc[:-1] for other in found
    )


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _document_path(loc: tuple[str | int, ...], data: Any, is_missing: bool) -> Path:
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


__all__ = [
    "SchemeFile",
    "canonical_bytes",
    "dump_data",
    "load_scheme",
    "load_scheme_file",
    "path_text",
]
