"""From the score to grade, awards and rank, for one peer group: bands, vetoes, quotas, awards,
rank, in this order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.evaluate.columns import Columns
from pingyi.engine.evaluate.rounds import Facts, GroupKey
from pingyi.engine.grammar.finals import (
    Award,
    Compare,
    ConditionStage,
    Denominator,
    EdgeTies,
    Effect,
    End,
    Quota,
)
from pingyi.engine.grammar.nodes import RankTies
from pingyi.engine.numbers import round_whole

SortKey = tuple[Fraction, ...]


@dataclass
class Final:
    """What becomes of one target after its score."""

    exact: Fraction | None
    published: Fraction | None
    grade: str | None = None
    rank: int | None = None
    awards: list[str] = field(default_factory=list)
    vetoes: list[str] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)
    story: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Why the grade is what it is: (kind of step, facts), in order."""


@dataclass(frozen=True)
class AwardStory:
    """How an award went in a group: who competed, who got it."""

    places: int
    order: tuple[str, ...]
    winners: tuple[str, ...]


class GroupFinals:
    """Works out the finals of one peer group."""

    def __init__(self, columns: Columns, group: GroupKey) -> None:
        self.columns, self.group = columns, group
        self.frame, self.scheme = columns.frame, columns.scheme
        self.codes = self.frame.groups[group]
        self.awards: dict[str, AwardStory] = {}
        self.finals: dict[str, Final] = {}

    def work_out(self) -> dict[str, Final]:
        for code in self.codes:
            self.judge(code)
        self._apply_quotas()
        for key, award in self.scheme.awards.items():
            self._give(key, award)
        self._rank()
        return self.finals

    def judge(self, code: str) -> None:
        """Grade and vetoes of one target: what needs no other target."""
        self.finals[code] = self._graded(code)
        self._vetoed(code)

    def settle_one(
        self, code: str, judged: Mapping[str, Final], others: Sequence[SortKey]
    ) -> tuple[str | None, int | None]:
        """(grade, rank) of one target, the others being judged already; see ``keys_of_others``."""
        if self.scheme.quotas:  # only quotas look at the others, and change them
            self.finals = {c: replace(f) for c, f in judged.items()}
        self.judge(code)
        self._apply_quotas()
        key = self._rank_key(code)
        rank = None if key is None else 1 + len(others) - bisect_right(others, key)
        return self.finals[code].grade, rank

    def keys_of_others(self, code: str) -> list[SortKey]:
        """What ranks the other targets, ascending; where ties are dense, each key once."""
        keys = [key for other, key in self.rank_keys.items() if other != code]
        return sorted(set(keys) if self.scheme.rank.ties is RankTies.DENSE else keys)

    # -- values as compared ----------------------------------------------------------------

    def compared(self, node: str, code: str) -> Fraction | None:
        """A node's value as grades, quotas, awards and ranks compare it."""
        known, key = self.columns.compared, (node, code)
        if key not in known:
            cell = self.columns.cell(node, code)
            value = cell.value if cell.counts else None
            exact = self.scheme.rounding.compare is Compare.EXACT
            known[key] = value if value is None or exact else self.frame.rounded(value)
        return known[key]

    def _facts(self, code: str) -> Facts:
        return Facts(self.frame, code, _Compared(self, code), self.finals[code].grade)

    def _tie_break(self, code: str) -> SortKey:
        """Higher is better; a missing value is the worst."""
        key: list[Fraction] = []
        for item in self.scheme.rank.tie_break:
            value = self.compared(item.node, code)
            if value is None:
                key += [Fraction(0), Fraction(0)]
            else:
                key += [Fraction(1), -value if item.lowest_first else value]
        return tuple(key)

    # -- grades, vetoes, quotas --------------------------------------------------------------

    def _graded(self, code: str) -> Final:
        cell = self.columns.cell(self.scheme.score, code)
        exact = cell.value if cell.counts else None
        value = published = self.compared(self.scheme.score, code)
        if exact is not None and self.scheme.rounding.compare is Compare.EXACT:
            published = self.frame.rounded(exact)
        final = Final(exact, published)
        if value is None:
            self.columns.warn("no_score", target=self.frame.name(code))
        elif self.scheme.grades is not None:
            bands = self.scheme.grades.bands
            final.grade = next((band.grade for band in bands if band.holds(value)), None)
            if final.grade is None:
                title = self.scheme.grades.title
                facts = {"target": self.frame.name(code), "node": title, "value": value}
                self.columns.warn("undefined_band", **facts)
            else:
                final.story.append(("band", {"grade": final.grade}))
        return final

    def _vetoed(self, code: str) -> None:
        final = self.finals[code]
        labels = self.scheme.grade_labels()
        for veto in self.scheme.vetoes:
            if veto.effect in (Effect.ZERO_ITEM, Effect.ZERO_ALL):
                facts = Facts(self.frame, code, self.columns.exact_values(code), None)
                if facts.holds(veto.when):
                    final.vetoes.append(veto.key)
                continue
            if not self._facts(code).holds(veto.when):
                continue
            final.vetoes.append(veto.key)
            before = final.grade
            if veto.effect is Effect.BAR_TOP and final.grade == labels[0]:
                final.grade = labels[1]
            elif veto.effect is Effect.FIX_GRADE:
                final.grade = veto.grade
            elif veto.effect is Effect.BAR_AWARDS:
                final.barred |= set(veto.awards) or self._awards_for_the_best()
            if final.grade != before:
                step = {"veto": veto.key, "from": before or "—", "to": final.grade or "—"}
                final.story.append(("veto", step))

    def _awards_for_the_best(self) -> set[str]:
        return {key for key, award in self.scheme.awards.items() if award.end is End.TOP}

    def _apply_quotas(self) -> None:
        for quota in self.scheme.quotas:
            self._apply_quota(quota)

    def _apply_quota(self, quota: Quota) -> None:
        labels = self.scheme.grade_labels()
        everyone = quota.denominator is Denominator.ALL
        number = sum(everyone or final.published is not None for final in self.finals.values())
        share = self._share(quota)
        places = round_whole(share * number, quota.rounding)
        holders = self._holders(quota.grade)
        kept = select(holders, places, quota.ties, self._tie_break)
        falls_to = quota.falls_to or labels[labels.index(quota.grade) + 1]
        for code in holders:
            if code not in kept:
                self.finals[code].grade = falls_to
                step = {"grade": quota.grade, "to": falls_to, "places": str(places)}
                self.finals[code].story.append(
                    ("quota", {**step, "number": str(number), "share": str(share)})
                )

    def _holders(self, grade: str) -> dict[str, Fraction]:
        """Who holds a grade, by score; one without a score (a fixed grade) is behind all others."""
        found = {
            code: self.compared(self.scheme.score, code)
            for code, final in self.finals.items()
            if final.grade == grade
        }
        known = [value for value in found.values() if value is not None]
        behind = min(known, default=Fraction(0)) - 1
        return {code: behind if value is None else value for code, value in found.items()}

    def _share(self, quota: Quota) -> Fraction:
        if quota.share is not None:
            return quota.share
        name = str(quota.share_node)
        cells = [self.columns.cell(name, code) for code in self.codes]
        values = {cell.value if cell.counts else None for cell in cells}
        group = self.frame.group_title(self.group) or self.scheme.title
        if len(values) > 1:
            shown = "、".join(sorted(str(value) for value in values))
            raise Blocked(Problem.of("quota_share_varies", group=group, values=shown))
        share = values.pop()
        if share is None:
            raise Blocked(Problem.of("quota_share_missing", group=group))
        return share

    # -- awards, rank ----------------------------------------------------------------------

    def _give(self, key: str, award: Award) -> None:
        node = award.by or self.scheme.score
        scored = {
            code: value for code in self.codes if (value := self.compared(node, code)) is not None
        }
        pool = {
            code: value for code, value in scored.items() if key not in self.finals[code].barred
        }
        if award.when is not None and award.condition is ConditionStage.BEFORE:
            pool = {code: v for code, v in pool.items() if self._facts(code).holds(award.when)}
        places = award.places
        if places is None:
            places = round_whole((award.share or Fraction(0)) * len(scored), award.rounding)
        top = award.end is End.TOP
        pool = {code: value if top else -value for code, value in pool.items()}
        chosen = select(pool, places, award.ties, self._tie_break if top else self._worst_first)
        if award.when is not None and award.condition is ConditionStage.AFTER:
            chosen = [code for code in chosen if self._facts(code).holds(award.when)]
        for code in chosen:
            self.finals[code].awards.append(key)
        order = sorted(pool, key=lambda code: pool[code], reverse=True)
        self.awards[key] = AwardStory(places, tuple(order), tuple(chosen))

    def _worst_first(self, code: str) -> SortKey:
        return tuple(-part for part in self._tie_break(code))

    def _rank_key(self, code: str) -> SortKey | None:
        value = self.compared(self.scheme.score, code)
        return None if value is None else (value, *self._tie_break(code))

    @cached_property
    def rank_keys(self) -> dict[str, SortKey]:
        """What the targets with a score are ranked by; the highest is the best."""
        return {code: key for code in self.codes if (key := self._rank_key(code)) is not None}

    def _rank(self) -> None:
        keys = self.rank_keys
        order = sorted(keys.values(), reverse=True)
        if self.scheme.rank.ties is RankTies.DENSE:
            order = list(dict.fromkeys(order))
        place = {key: i for i, key in reversed(list(enumerate(order, 1)))}
        for code, key in keys.items():
            self.finals[code].rank = place[key]


class _Compared(Mapping[str, "Fraction | None"]):
    """Node values of one target as they are compared after grading."""

    def __init__(self, finals: GroupFinals, code: str) -> None:
        self._finals, self._code = finals, code

    def __getitem__(self, node: str) -> Fraction | None:
        return self._finals.compared(node, self._code)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._finals.scheme.nodes)

    def __len__(self) -> int:
        return len(self._finals.scheme.nodes)


def select(
    values: Mapping[str, Fraction],
    places: int,
    ties: EdgeTies,
    tie_break: Callable[[str], SortKey],
) -> list[str]:
    """Who gets one of ``places``, best value first, when several share the last place."""
    keys: dict[str, SortKey] = {code: (value,) for code, value in values.items()}
    if ties is EdgeTies.TIE_BREAK:
        keys = {code: (*key, *tie_break(code)) for code, key in keys.items()}
    order: Sequence[str] = sorted(keys, key=lambda code: keys[code], reverse=True)
    if len(order) <= places:
        return list(order)
    if places <= 0:
        return []
    edge = keys[order[places - 1]]
    if keys[order[places]] != edge:
        return list(order[:places])
    if ties is EdgeTies.ALL:
        return [code for code in order if keys[code] >= edge]
    return [code for code in order if keys[code] > edge]
