"""What stands at the head of a report: which round it was, whose, when, and on what paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pingyi.engine.errors import BadInput, Problem

MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Head:
    """The words for the head of a report; None where nothing was given."""

    title: str | None = None
    """The round, as the officials call it; else the scheme's title stands there."""
    unit: str | None = None
    """组织单位: who holds the round."""
    period: str | None = None
    filing: str | None = None
    """依据文号, 备案号: the document that it rests on, or its filing number."""

    @classmethod
    def of(cls, words: Mapping[str, str | None]) -> Head:
        """From words as they were given: blanks are nothing. Raises ``BadInput``."""
        kept = {key: (text or "").strip() or None for key, text in words.items()}
        for key, text in kept.items():
            if text is not None and (len(text) > MOST_CHARACTERS or not text.isprintable()):
                raise BadInput(Problem.of("head_text", name=f"--{key}", most=MOST_CHARACTERS))
        return cls(**kept)

    def given(self) -> dict[str, str]:
        return {key: text for key, text in vars(self).items() if text is not None}
