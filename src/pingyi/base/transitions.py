"""States as tables that can be read as a list."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.base.errors import Conflict


@dataclass(frozen=True)
class Transition:
    """From any of ``sources`` to ``target``, by the verb ``name`` (Chinese ``title``)."""

    name: str
    title: object
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Workflow:
    """All transitions of one noun."""

    noun: object
    transitions: tuple[Transition, ...]

    def go(self, state: str, name: str, titles: dict[str, object] | None = None) -> str:
        """The state after ``name``. Raises ``Conflict`` where it isn't possible from ``state``."""
        for transition in self.transitions:
            if transition.name == name and state in transition.sources:
                return transition.target
        shown = (titles or {}).get(state, state)
        title = next((t.title for t in self.transitions if t.name == name), name)
        raise Conflict(
            _("%(noun)s现在的状态是“%(state)s”，不能“%(verb)s”。")
            % {"noun": self.noun, "state": shown, "verb": title},
            _("请刷新页面，看看是否已由他人办理。"),
        )
