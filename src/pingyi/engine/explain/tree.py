"""The tree of an explanation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pingyi.engine.errors import BadInput, Problem
from pingyi.engine.evaluate.cells import Cell, State
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.explain.operations import explain_operation
from pingyi.engine.explain.words import Speaker, shown
from pingyi.engine.grammar.finals import Effect
from pingyi.engine.messages import Language
from pingyi.engine.numbers import decimal_text, exact_text


@dataclass(frozen=True)
class Explained:
    """One node for one target (or the whole standing): what, on what ground, how, from what."""

    name: str
    target: str
    title: str
    basis: str
    value: str | None
    exact: str | None
    lines: tuple[str, ...]
    parts: tuple[Explained, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "target": self.target,
            "title": self.title,
            "basis": self.basis,
            "value": self.value,
            "exact": self.exact,
            "how": list(self.lines),
            "parts": [part.as_json() for part in self.parts],
        }

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Explained]]:
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)


class Explainer:
    """Explains any node of any target of an evaluated round."""

    def __init__(self, evaluation: Evaluation, language: Language = "zh") -> None:
        self.evaluation, self.frame = evaluation, evaluation.frame
        self.scheme = evaluation.frame.scheme
        self.speaker = Speaker(language)
        self.say = self.speaker.say

    def explain(self, code: str, node: str | None = None) -> Explained:
        """The standing of a target, or one node. Raises ``BadInput`` for unknown ones."""
        for name, known in ((code, self.frame.targets), (node, self.scheme.nodes)):
            if name is not None and name not in known:
                allowed = "、".join(known)
                raise BadInput(Problem.of("node_or_target_unknown", name=name, allowed=allowed))
        return self.node(node, code, code) if node is not None else self._standing(code)

    def _standing(self, code: str) -> Explained:
        final = self.evaluation.final(code)
        rounding, say = self.scheme.rounding, self.say
        score = say("no_score")
        lines = []
        if final.published is not None and final.exact is not None:
            score = decimal_text(final.published, rounding.places)
            how = say("rounding", places=rounding.places, mode=say(rounding.mode.value))
            lines.append(say("score_line", score=score, exact=shown(final.exact), rounding=how))
        group = self.frame.group_of[code]
        lines.append(say("group", group=self.frame.group_title(group) or say("group_all")))
        lines += [say("vetoed", veto=self._veto_title(key)) for key in final.vetoes]
        if final.grade is not None:
            lines.append(say("grade_line", grade=final.grade))
            for kind, facts in final.story:
                veto = {"veto": self._veto_title(facts["veto"])} if "veto" in facts else {}
                lines.append(say(kind, **(facts | veto)))
        finals = self.evaluation.group(group).finals.values()
        number = sum(other.rank is not None for other in finals)
        known = final.rank is not None
        lines.append(
            say("rank_line", rank=final.rank, number=number) if known else say("rank_none")
        )
        lines += [say("award", award=self.scheme.awards[key].title) for key in final.awards]
        return Explained(
            name=code,
            target=code,
            title=say("title", target=self.frame.name(code), score=score),
            basis=rounding.basis.text(),
            value=None if final.published is None else score,
            exact=None if final.exact is None else exact_text(final.exact),
            lines=tuple(lines),
            parts=(self.node(self.scheme.score, code, code),),
        )

    def _veto_title(self, key: str) -> str:
        return next(veto.title for veto in self.scheme.vetoes if veto.key == key)

    def node(self, name: str, code: str, whose: str) -> Explained:
        """One node for one target, with all that it rests on; another target than ``whose``, of
        which the tree has spoken so far, is named."""
        node = self.scheme.nodes[name]
        cell = self.evaluation.shown(name, code)
        lines, parts = explain_operation(self, name, code)
        title = node.title
        if code != whose:
            title = self.say("node_of", node=title, target=self.frame.name(code))
        return Explained(
            name=name,
            target=code,
            title=title,
            basis=node.basis.text(),
            value=None if cell.value is None else shown(cell.value),
            exact=None if cell.value is None else exact_text(cell.value),
            lines=(*lines, *self._overlays(name, code, cell)),
            parts=tuple(self.node(inner, target, code) for inner, target in parts),
        )

    def _overlays(self, name: str, code: str, cell: Cell) -> Iterator[str]:
        say = self.say
        for veto in self.scheme.vetoes:
            hits = (veto.effect is Effect.ZERO_ITEM and veto.item == name) or (
                veto.effect is Effect.ZERO_ALL and self.scheme.score == name
            )
            if hits and veto.key in self.evaluation.final(code).vetoes:
                yield say("zeroed", veto=veto.title)
        if self.evaluation.columns.with_rulings:
            for ruling in self.frame.rulings.get((name, code), []):
                facts = {
                    key: getattr(ruling, key)
                    for key in ("ruling", "reason", "authority", "signed_by")
                }
                yield say("ruling", kind=say(ruling.kind.value), **facts)
        if cell.state is not State.OK:
            yield say(cell.state.value)
