"""The JSON Schema of the grammar, for editors."""

from __future__ import annotations

from typing import Any

from pingyi.engine.grammar.scheme import Scheme

_PARAMETER = {"type": "string", "pattern": r"^\$"}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scheme. Wherever a value stands, ``$name`` may stand too."""
    schema = _with_parameters(Scheme.model_json_schema(by_alias=True))
    assert isinstance(schema, dict)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["properties"]["grammar"] = {"enum": ["1", 1]}
    return schema


def _with_parameters(part: Any) -> Any:
    if isinstance(part, list):
        return [_with_parameters(item) for item in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _with_parameters(value) for key, value in part.items()}
    if inner.get("type") in ("integer", "boolean") or "enum" in inner:
        notes = {key: inner.pop(key) for key in ("default", "description", "title") if key in inner}
        return {"anyOf": [inner, _PARAMETER], **notes}
    return inner
