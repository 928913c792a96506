"""Choices of a scheme that do harm or are odd: each needs its reason and basis before sealing.

From the consequences drawn in the rules for voting online, for vetoes and for filing: a public
vote that counts, a veto, a ballot without quorum; and every parameter that was changed although a
warning stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from pingyi.engine.grammar.finals import Effect
from pingyi.engine.grammar.nodes import Collect, From, Linear, Node, node_inputs
from pingyi.engine.grammar.papers import Input, InputKind, Otherwise
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.grammar.votes import Ballots, Counted
from pingyi.engine.numbers import short_text

PUBLIC_WORDS = ("public", "online", "网络", "网上", "网民", "公众")
"""Words in the key or title of a rater class or input that tell of the public at large."""


@dataclass(frozen=True)
class Harm:
    """A harmful or odd choice. ``mark`` names it for its reason; ``value`` is what was chosen: a
    reason given for another value doesn't hold."""

    mark: str
    title: str
    value: str
    warning: str


def harms(scheme: Scheme, usual: Mapping[str, str]) -> list[Harm]:
    """All harmful or odd choices. ``usual`` are the pack's values of the parameters."""
    return [
        *_public_votes(scheme),
        *_vetoes(scheme),
        *_quorums(scheme),
        *_warned_parameters(scheme, usual),
    ]


def _public_votes(scheme: Scheme) -> Iterator[Harm]:
    """One for all votes of the public together, with the share of the score that each may have."""
    counted = {name: share for name, share in _public_shares(scheme).items() if share > 0}
    if counted:
        yield Harm(
            "public",
            _("网络投票计分"),
            "、".join(f"{scheme.nodes[n].title} {_percent(s)}" for n, s in counted.items()),
            _(
                "多地发生过组织刷票、花钱买票，票数超过常住人口。国办函〔2026〕12号要求从严"
                "规范面向公众的网络评选投票；本系统的“2026 合规”预设把网络投票的权重定为 0，"
                "只作参考。本系统只取满意率，不取票数；异常只作提示，不自动删票。"
            ),
        )


def _public_shares(scheme: Scheme) -> dict[str, Fraction]:
    """Nodes that count votes of the public, with their share of the score (0: shown only)."""
    found: dict[str, Fraction] = {}

    def walk(name: str, share: Fraction, seen: frozenset[str]) -> None:
        node = scheme.nodes.get(name)
        if node is None or name in seen:
            return
        if isinstance(node, Counted) and _is_public(scheme, node.input, node.classes):
            found[name] = max(found.get(name, Fraction(0)), share)
        if isinstance(node, Linear):
            for part in node.parts:
                walk(part.node, share * abs(part.coefficient()), seen | {name})
            return
        for other in _inner(scheme, node):
            walk(other, share, seen | {name})

    walk(scheme.score, Fraction(1), frozenset())
    return found


def _inner(scheme: Scheme, node: Node) -> tuple[str, ...]:
    if isinstance(node, Collect):
        return (node.of,)
    if isinstance(node, From):
        return () if node.prior else (node.node or scheme.score,)
    return node_inputs(node)


def _is_public(scheme: Scheme, source: str, classes: tuple[str, ...]) -> bool:
    texts = [source, scheme.inputs[source].title, *classes]
    texts += [scheme.classes[name].title for name in classes]
    return any(word in text for word in PUBLIC_WORDS for text in texts)


def _vetoes(scheme: Scheme) -> Iterator[Harm]:
    effects = {
        Effect.BAR_TOP: _("不得评为最高等次"),
        Effect.FIX_GRADE: _("直接定等次"),
        Effect.ZERO_ITEM: _("该项记 0 分"),
        Effect.ZERO_ALL: _("总分记 0 分"),
        Effect.BAR_AWARDS: _("取消评先资格"),
    }
    for veto in scheme.vetoes:
        yield Harm(
            f"veto:{veto.key}",
            _("一票否决：%(veto)s") % {"veto": veto.title},
            str(effects[veto.effect]),
            _("一票否决事项须有现行有效的依据，从严控制，不得自行增设。"),
        )


def _quorums(scheme: Scheme) -> Iterator[Harm]:
    used = {node.input for node in scheme.nodes.values() if isinstance(node, Ballots)}
    for key, source in scheme.inputs.items():
        if source.kind is not InputKind.BALLOTS or key not in used:
            continue
        if not _is_public(scheme, key, source.classes):
            yield from _quorum(key, source)


def _quorum(key: str, source: Input) -> Iterator[Harm]:
    quorum = source.quorum
    mark, title = f"quorum:{key}", _("法定人数：%(input)s") % {"input": source.title}
    if quorum is None or quorum.least <= 0:
        yield Harm(mark, title, _("不设"), _("不设法定人数，少数人的票也能出结果。"))
    elif quorum.otherwise is Otherwise.WARN:
        yield Harm(mark, title, _("只提示"), _("未达到法定人数只作提示，照样出结果。"))
    elif quorum.least < Fraction(1, 2):
        warning = _("法定人数低于二分之一，结果难以代表多数。")
        yield Harm(mark, title, _percent(quorum.least), warning)


def _warned_parameters(scheme: Scheme, usual: Mapping[str, str]) -> Iterator[Harm]:
    for key, parameter in scheme.parameters.items():
        value = value_text(parameter.value)
        if parameter.warning and value != usual.get(key, value):
            yield Harm(f"parameter:{key}", parameter.title, value, parameter.warning)


def value_text(value: object) -> str:
    """A parameter's value as one text."""
    if value is None:
        return ""
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _percent(share: Fraction) -> str:
    return f"{short_text(share * 100)}%"
