"""What follows the score in one peer group: grades, vetoes, quotas, awards, rank."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.finals import (
    Award,
    Compare,
    ConditionStage,
    Denominator,
    EdgeTies,
    Effect,
    End,
    Quota,
    Veto,
)
from pingyi.engine.grammar.nodes import RankTies
from pingyi.engine.numbers import round_exact, round_whole
from pingyi.engine.outcome import TargetOutcome
from pingyi.engine.reference.conditions import Facts, holds
from pingyi.engine.reference.tree import Group, Tree

SortKey = tuple[tuple[bool, Fraction], ...]
"""Greater is better; a missing value (False, 0) is worse than any other."""
_ZEROING = (Effect.ZERO_ITEM, Effect.ZERO_ALL)


@dataclass
class Member:
    """A target on its way through the finals."""

    code: str
    score: Fraction | None
    published: Fraction | None
    compared: Fraction | None
    grade: str | None = None
    vetoes: list[str] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    awards: list[str] = field(default_factory=list)
    rank: int | None = None


def group_outcome(tree: Tree, group: Group) -> dict[str, TargetOutcome]:
    """The outcome of every member of a peer group (without the values of the other nodes)."""
    members = [_member(tree, code) for code in tree.peers(group)]
    for member in members:
        member.grade = _grade(tree, member)
        for veto in tree.scheme.vetoes:
            _apply_veto(tree, veto, member)
    for quota in tree.scheme.quotas:
        _apply_quota(tree, quota, members)
    for key, award in tree.scheme.awards.items():
        for winner in _winners(tree, key, award, members):
            winner.awards.append(key)
    _rank(tree, members)
    return {
        member.code: TargetOutcome(
            peer_group=group,
            nodes={},
            score=member.score,
            published=member.published,
            grade=member.grade,
            rank=member.rank,
            awards=tuple(member.awards),
            vetoes=tuple(member.vetoes),
        )
        for member in members
    }


def _member(tree: Tree, code: str) -> Member:
    rounding = tree.scheme.rounding
    score = tree.value(tree.scheme.score, code)
    published = None if score is None else round_exact(score, rounding.places, rounding.mode)
    return Member(code, score, published, _compared(tree, tree.scheme.score, code))


def _compared(tree: Tree, name: str, code: str) -> Fraction | None:
    """A node's value as everything after the score sees it: rounded, unless exact is asked for."""
    rounding = tree.scheme.rounding
    value = tree.value(name, code)
    if value is None or rounding.compare is Compare.EXACT:
        return value
    return round_exact(value, rounding.places, rounding.mode)


def _facts(tree: Tree, member: Member) -> Facts:
    inside = tree.facts(member.code)
    return Facts(
        node_value=lambda name: _compared(tree, name, member.code),
        event_number=inside.event_number,
        attributes=inside.attributes,
        grade=member.grade,
    )


def _grade(tree: Tree, member: Member) -> str | None:
    grades, score = tree.scheme.grades, member.compared
    if grades is None or score is None:
        return None
    return next((band.grade for band in grades.bands if band.holds(score)), None)


def _apply_veto(tree: Tree, veto: Veto, member: Member) -> None:
    is_zeroing = veto.effect in _ZEROING
    facts = tree.facts(member.code) if is_zeroing else _facts(tree, member)
    if not holds(veto.when, facts):
        return
    member.vetoes.append(veto.key)
    labels = tree.scheme.grade_labels()
    if veto.effect is Effect.BAR_TOP and member.grade == labels[0]:
        member.grade = labels[1]
    elif veto.effect is Effect.FIX_GRADE:
        member.grade = veto.grade
    elif veto.effect is Effect.BAR_AWARDS:
        awards = tree.scheme.awards
        best = [key for key, award in awards.items() if award.end is End.TOP]
        member.barred |= set(veto.awards or best)


def _apply_quota(tree: Tree, quota: Quota, members: list[Member]) -> None:
    if quota.denominator is Denominator.ALL:
        number = len(members)
    else:
        number = sum(member.score is not None for member in members)
    places = round_whole(_share(tree, quota, members) * number, quota.rounding)
    holders = [member for member in members if member.grade == quota.grade]
    keys = {member.code: _score_key(member) for member in holders}
    kept = _select(tree, holders, keys, places, quota.ties, End.TOP)
    labels = tree.scheme.grade_labels()
    for member in holders:
        if member.code not in kept:
            member.grade = quota.falls_to or labels[labels.index(quota.grade) + 1]


def _share(tree: Tree, quota: Quota, members: list[Member]) -> Fraction:
    if quota.share_node is None:
        return quota.share or Fraction(0)
    values = {tree.value(quota.share_node, member.code) for member in members}
    if len(values) > 1:
        texts = "、".join(sorted(str(value) for value in values))
        raise Blocked(Problem.of("quota_share_varies", values=texts))
    share = values.pop()
    if share is None:
        raise Blocked(Problem.of("quota_share_missing"))
    return share


def _winners(tree: Tree, key: str, award: Award, members: list[Member]) -> list[Member]:
    name = award.by or tree.scheme.score
    values = {member.code: _compared(tree, name, member.code) for member in members}
    with_value = [member for member in members if values[member.code] is not None]
    candidates = [member for member in with_value if key not in member.barred]
    when = award.when
    if when is not None and award.condition is ConditionStage.BEFORE:
        candidates = [one for one in candidates if holds(when, _facts(tree, one))]
    if award.places is not None:
        places = award.places
    else:
        places = round_whole((award.share or Fraction(0)) * len(with_value), award.rounding)
    keys = {code: (_or_worst(value),) for code, value in values.items()}
    chosen = _select(tree, candidates, keys, places, award.ties, award.end)
    winners = [one for one in candidates if one.code in chosen]
    if when is not None and award.condition is ConditionStage.AFTER:
        winners = [one for one in winners if holds(when, _facts(tree, one))]
    return winners


def _select(
    tree: Tree,
    members: list[Member],
    keys: Mapping[str, SortKey],
    places: int,
    ties: EdgeTies,
    end: End,
) -> Collection[str]:
    """Codes of those who get one of ``places``, the best (or the worst) first."""
    if ties is EdgeTies.TIE_BREAK:
        keys = {one.code: (*keys[one.code], *_tie_break_key(tree, one.code)) for one in members}
    if len(members) <= places:
        return {member.code for member in members}
    if places <= 0:
        return set()
    order = sorted((keys[one.code] for one in members), reverse=end is End.TOP)
    edge, next_one = order[places - 1], order[places]

    def is_before_edge(code: str) -> bool:
        return keys[code] > edge if end is End.TOP else keys[code] < edge

    takes_edge = ties is EdgeTies.ALL or edge != next_one
    return {
        one.code
        for one in members
        if is_before_edge(one.code) or (takes_edge and keys[one.code] == edge)
    }


def _rank(tree: Tree, members: list[Member]) -> None:
    scored = [member for member in members if member.score is not None]
    keys = {one.code: _score_key(one) + _tie_break_key(tree, one.code) for one in scored}
    for member in scored:
        ahead = [key for key in keys.values() if key > keys[member.code]]
        is_dense = tree.scheme.rank.ties is RankTies.DENSE
        member.rank = 1 + len(set(ahead) if is_dense else ahead)


def _score_key(member: Member) -> SortKey:
    return (_or_worst(member.compared),)


def _tie_break_key(tree: Tree, code: str) -> SortKey:
    values = []
    for item in tree.scheme.rank.tie_break:
        value = _compared(tree, item.node, code)
        values.append(_or_worst(-value if value is not None and item.lowest_first else value))
    return tuple(values)


def _or_worst(value: Fraction | None) -> tuple[bool, Fraction]:
    return value is not None, value if value is not None else Fraction(0)
