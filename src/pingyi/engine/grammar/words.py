"""The fixed values of the grammar in words: ``renormalise`` says nothing to an officer."""

from __future__ import annotations

from importlib.resources import files

import yaml

from pingyi.engine.messages import YAML_LOADER, Phrase

_WORDS: dict[str, Phrase] = {
    value: Phrase(*said)
    for value, said in yaml.load(
        (files(__package__) / "words.yaml").read_text(encoding="utf-8"), Loader=YAML_LOADER
    ).items()
}


def value_phrase(value: str) -> Phrase:
    """What a value is called; one that is no fixed value (a number, a title) as it is written."""
    return _WORDS.get(value, Phrase(value, value))
