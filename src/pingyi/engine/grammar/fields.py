"""Field types shared by the whole grammar."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pingyi.engine.numbers import NotANumber, normal_text, parse_exact

SYSTEM_DEFAULT = "系统默认值"


def refuse(code: str, **facts: object) -> PydanticCustomError:
    """A problem of ``messages`` raised from inside a validator."""
    return PydanticCustomError("pingyi", code, {k: str(v) for k, v in facts.items()})


def refuse_all(findings: list[tuple[str, dict[str, str]]]) -> PydanticCustomError:
    """Several problems of ``messages``, as (code, facts), at one place."""
    return PydanticCustomError("pingyi_all", "several", {"findings": findings})


def _exact(value: Any) -> Fraction:
    try:
        return parse_exact(value)
    except NotANumber:
        raise refuse("not_a_number", text=value) from None


Exact = Annotated[
    Fraction,
    BeforeValidator(_exact),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "decimal, percentage or fraction: 0.6 60% 3/5",
        }
    ),
]
"""An exact number, written as decimal, percentage or fraction."""


def _plain_key(text: Any) -> Any:
    """Tables are read with full-width and circled characters made plain: so must names be."""
    plain = normal_text(text) if isinstance(text, str) else text
    if plain == text:
        return text
    example = plain if re.fullmatch(_KEY, plain) else f"d{plain}"
    raise refuse("name_form", text=text, plain=plain, example=example)


_KEY = r"^[^\W\d][\w-]{0,63}$"
Key = Annotated[str, StringConstraints(pattern=_KEY), BeforeValidator(_plain_key)]
"""A name inside a scheme: a letter (Chinese too) first, then letters, digits, ``_``, ``-``."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Part(BaseModel):
    """Base of everything in a scheme: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Basis(Part):
    """Where a rule comes from: a document (and article), or the system's default with a reason.

    Short form: one string; one that begins with 系统默认值 is a default, any other a document.
    """

    document: Title | None = None
    article: Title | None = None
    default: Title | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data.startswith(SYSTEM_DEFAULT):
            return {"default": data.removeprefix(SYSTEM_DEFAULT).lstrip("：:,，; ") or None}
        return {"document": data}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.document is None) == (self.default is None):
            raise refuse("basis_unclear")
        return self

    def text(self) -> str:
        if self.default is not None:
            return f"{SYSTEM_DEFAULT}：{self.default}"
        return f"{self.document} {self.article}" if self.article else str(self.document)


class Ruled(Part):
    """Anything that an officer may ask "on what ground?" of."""

    title: Title
    basis: Basis
    help: str | None = None
