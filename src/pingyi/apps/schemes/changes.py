"""What differs between two schemes, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.apps.schemes import wording
from pingyi.engine.grammar.differences import differences
from pingyi.engine.grammar.document import Data


@dataclass(frozen=True)
class Change:
    """``kind`` is added, removed or changed; ``place`` in words, ``path`` as the engine has it."""

    kind: str
    place: str
    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """Values of parameters first: they are what an office changes; then everything else."""

    parameters: tuple[Change, ...]
    others: tuple[Change, ...]

    @property
    def number(self) -> int:
        return len(self.parameters) + len(self.others)


def changes(old: Data, new: Data) -> Changes:
    """Everything that differs, from ``old`` to ``new``."""
    parameters: list[Change] = []
    others: list[Change] = []
    for path, before, after in differences(old, new):
        kind = "added" if before is None else "removed" if after is None else "changed"
        place = wording.place_words(path, new, old)
        change = Change(
            kind,
            place or _("全文"),
            path,
            wording.value_words(before, old),
            wording.value_words(after, new),
        )
        steps = wording.path_of(path)
        is_value = steps[:1] == ("parameters",) and len(steps) > 2 and steps[2] == "value"
        (parameters if is_value else others).append(change)
    return Changes(tuple(parameters), tuple(others))
