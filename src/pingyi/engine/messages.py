"""Every message of the engine, in both languages, kept as data apart from the code that finds it.

``messages.yaml`` has one entry a problem: what is wrong, then how to mend it. ``{names}`` are the
facts of the case. The reference page of problems is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml

Language = Literal["zh", "en"]

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where PyYAML was built with it: about eight times as fast."""


@dataclass(frozen=True)
class Phrase:
    """A fact that is itself in words: said in the language of the message."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Message(NamedTuple):
    zh: tuple[str, str]
    en: tuple[str, str]


@cache
def messages() -> dict[str, Message]:
    """All messages by code; read when the first one is wanted."""
    text = (files(__package__) / "messages.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=YAML_LOADER)
    return {code: Message(tuple(row["zh"]), tuple(row["en"])) for code, row in rows.items()}


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def message_text(
    code: str, language: Language, facts: Mapping[str, str | Phrase]
) -> tuple[str, str]:
    """``(what, mend)`` of a code, with the facts filled in and closed as sentences."""
    said = _Facts({k: v.text(language) if isinstance(v, Phrase) else v for k, v in facts.items()})
    what, mend = (text.format_map(said) for text in getattr(messages()[code], language))
    return (f"{what}。", f"{mend}。") if language == "zh" else (f"{what}. ", f"{mend}.")
