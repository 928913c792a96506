"""The words of explanations and reports, in one language at a time."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files

import yaml

from pingyi.engine.messages import YAML_LOADER, Language
from pingyi.engine.numbers import short_text

PHRASES: dict[str, list[str]] = yaml.load(
    (files(__package__) / "phrases.yaml").read_text(encoding="utf-8"), Loader=YAML_LOADER
)


class Speaker:
    """Says phrases in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, phrase: str, /, **facts: object) -> str:
        text = PHRASES[phrase][0 if self.language == "zh" else 1].format(**facts)
        return text.replace("= ≈", "≈ ")

    def comma(self, items: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(items)


def shown(value: Fraction | None) -> str:
    """A number for people; ``—`` for none."""
    return "—" if value is None else short_text(value)
