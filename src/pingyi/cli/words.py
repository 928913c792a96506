"""The language of the command line: Chinese, or English with PINGYI_LANG=en (or --lang en)."""

from __future__ import annotations

import os
import sys

from pingyi.engine.messages import Language


def _chosen() -> Language:
    """Help texts are made on import, so the language is looked up before anything is parsed."""
    words = sys.argv[1:]
    wanted = os.environ.get("PINGYI_LANG", "zh")
    for i, word in enumerate(words):
        if word == "--lang" and i + 1 < len(words):
            wanted = words[i + 1]
        elif word.startswith("--lang="):
            wanted = word.removeprefix("--lang=")
    return "en" if wanted.lower().startswith("en") else "zh"


LANGUAGE: Language = _chosen()


def say(zh: str, en: str) -> str:
    """The text in the chosen language."""
    return en if LANGUAGE == "en" else zh
