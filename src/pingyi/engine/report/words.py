"""Words of the report pages."""

from __future__ import annotations

from importlib.resources import files

import yaml

from pingyi.engine.messages import YAML_LOADER, Language

PHRASES: dict[str, list[str]] = yaml.load(
    (files(__package__) / "phrases.yaml").read_text(encoding="utf-8"), Loader=YAML_LOADER
)


class Words:
    """Says the phrases of the pages in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, phrase: str, /, **facts: object) -> str:
        text = PHRASES[phrase][0 if self.language == "zh" else 1]
        return text.format(**facts) if facts else text
