"""The JSON Schema of the grammar, for editors."""

from __future__ import annotations

from typing import Any

from pingyi.engine.grammar.scheme import Scheme

_PARAMETER = {"type": "string", "pattern": r"^\$"}
_AS_TEXT: dict[str, dict[str, Any]] = {
    "integer": {"type": "string", "pattern": "^[0-9]+$"},
    "boolean": {"enum": ["true", "false"]},
}
"""What a number or a truth value may be when it stands in quotes."""


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scheme. Wherever a value stands, ``$name`` may stand too."""
    schema = _with_parameters(Scheme.model_json_schema(by_alias=True))
    assert isinstance(schema, dict)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    basis = schema["$defs"]["Basis"]
    schema["$defs"]["Basis"] = {"anyOf": [{"type": "string", "minLength": 1}, basis]}
    schema["$defs"]["Parameter"]["properties"]["value"]["anyOf"].append(
        {"type": ["number", "boolean"]}
    )
    schema["properties"]["grammar"] = {"enum": ["1", 1]}
    return schema


def _with_parameters(part: Any) -> Any:
    if isinstance(part, list):
        return [_with_parameters(item) for item in part]
    if not isinstance(part, dict):
        return part
    inner = {
        key: value if key == "propertyNames" else _with_parameters(value)
        for key, value in part.items()
    }
    quoted = [_AS_TEXT[kind]] if (kind := str(inner.get("type"))) in _AS_TEXT else []
    if quoted or kind == "array" or "enum" in inner or "pattern" in inner:
        notes = {key: inner.pop(key) for key in ("default", "description", "title") if key in inner}
        return {"anyOf": [inner, *quoted, _PARAMETER], **notes}
    return inner
