"""The fixed values of the grammar in words: ``renormalise`` says nothing to an officer."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from pingyi.engine.messages import YAML_LOADER, Phrase


@cache
def _words() -> dict[str, Phrase]:
    text = (files(__package__) / "words.yaml").read_text(encoding="utf-8")
    return {value: Phrase(*said) for value, said in yaml.load(text, Loader=YAML_LOADER).items()}


def value_phrase(value: str) -> Phrase:
    """What a value is called; one that is no fixed value (a number, a title) as it is written."""
    return _words().get(value, Phrase(value, value))
