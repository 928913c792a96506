"""Keys of a scheme by what people write: the key itself or its Chinese title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pingyi.engine.errors import Collector, Place
from pingyi.engine.numbers import normal_text


class Titled(Protocol):
    @property
    def title(self) -> str: ...


class Names:
    """Looks up keys of one part of a scheme."""

    def __init__(self, parts: Mapping[str, Titled]) -> None:
        by_title: dict[str, list[str]] = {}
        for key, part in parts.items():
            by_title.setdefault(normal_text(part.title), []).append(key)
        # A title that two parts share says nothing; a key always does.
        self._keys = {title: keys[0] for title, keys in by_title.items() if len(keys) == 1}
        self._keys |= {normal_text(key): key for key in parts}
        self._titles = {key: part.title for key, part in parts.items()}

    def find(self, text: str) -> str | None:
        return self._keys.get(normal_text(text))

    def allowed(self) -> str:
        return "、".join(self._titles.values())

    def title(self, key: str) -> str:
        return self._titles[key]

    def need(self, text: str, place: Place, problems: Collector) -> str | None:
        """The key, or a problem and None."""
        key = self.find(text)
        if key is None:
            code = "unknown_value" if text else "cell_empty"
            problems.add(code, place, name=text, allowed=self.allowed())
        return key
