"""The counting kernel: arrays of one channel's whole ballots in, counts out. Pure numpy.

Counts of two batches add up to the counts of both together; nothing else is ever needed of a
batch, so batches may be counted anywhere and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pingyi.engine.counted.layout import FOLDS, PaperLayout, TotalSpec
from pingyi.engine.grammar.papers import BallotRule, Recusal, RuleCount, RuleOver, Scope, ScoreTest

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

RETURNED, VALID, ABSTAINED, NOT_INFORMED, STRAIGHT, SCORING = range(6)
"""Columns of ``Counts.ballots``. STRAIGHT: valid ballots of two scores or more, all equal;
SCORING: valid ballots of two scores or more."""
STATUSES = 6
_NO_LOW = (1 << 16) - 1
_FAR = 1 << 62
_WIDE = 1 << 30


@dataclass(frozen=True)
class Batch:
    """Whole ballots of one channel, row by row (a row is a sheet).

    ``codes`` one array per dimension with answer codes; ``starts`` the first row of each ballot;
    ``folds`` one per ballot; ``own`` marks rows on the rater's own unit.
    """

    targets: Ints
    codes: tuple[NDArray[np.unsignedinteger[Any]], ...]
    starts: Ints
    folds: Ints
    own: Bools | None = None

    def lengths(self) -> Ints:
        return np.diff(np.append(self.starts, len(self.targets)))

    def ballot_of_row(self) -> Ints:
        return np.repeat(np.arange(len(self.starts)), self.lengths())


@dataclass
class Counts:
    """Additive counts of one channel.

    ``ballots`` (targets or 1, STATUSES); ``sheets`` (targets, 2: recused, void); ``answers``
    (folds, targets, dimensions, width); ``totals`` per spec (target, bits, sum) → count per fold.
    """

    ballots: Ints
    sheets: Ints
    answers: Ints
    totals: list[dict[tuple[int, int, int], Ints]] = field(default_factory=list)

    @classmethod
    def zero(cls, paper: PaperLayout, targets: int) -> Counts:
        own = paper.paper.scope is Scope.OWN
        # Counted dimension by dimension, so each has a piece of memory of its own.
        answers = np.zeros((len(paper.dimensions), FOLDS, targets, paper.width), np.int64)
        return cls(
            np.zeros((targets if own else 1, STATUSES), np.int64),
            np.zeros((targets, 2), np.int64),
            np.moveaxis(answers, 0, 2),
            [{} for _ in paper.totals],
        )

    def add(self, other: Counts) -> None:
        self.ballots += other.ballots
        self.sheets += other.sheets
        self.answers += other.answers
        for mine, theirs in zip(self.totals, other.totals, strict=True):
            for key, counts in theirs.items():
                mine[key] = mine[key] + counts if key in mine else counts


@dataclass(frozen=True)
class Kept:
    """What of a batch is counted: masks over rows and ballots."""

    rows: Bools
    valid: Bools


def count_batch(batch: Batch, paper: PaperLayout, counts: Counts) -> Kept:
    """Add one batch to ``counts``. Rules see the ballot as cast, after recusal and before any
    other rule."""
    if len(batch.starts) == 0:
        return Kept(np.zeros(0, bool), np.zeros(0, bool))
    targets = len(counts.sheets)
    judged = _Judged.of(batch, paper)
    recused = judged.recused
    void_sheets, void_ballots = _apply_rules(judged, paper)
    if recused is not None and paper.paper.recusal is Recusal.VOID:
        void_ballots |= judged.any_of_ballot(recused)
    _count_statuses(counts, judged, ~void_ballots, paper)
    # What does not count goes into a fold beyond the last one, which is left out.
    folds = np.where(void_ballots, FOLDS, batch.folds)
    place = np.repeat(folds * targets, batch.lengths()) + batch.targets
    beyond = FOLDS * targets
    if void_sheets.any():
        void = batch.targets[void_sheets & (place < beyond)]
        counts.sheets[:, 1] += np.bincount(void, minlength=targets)
        place[void_sheets] = beyond
    if recused is not None:
        counts.sheets[:, 0] += np.bincount(batch.targets[recused], minlength=targets)
        place[recused] = beyond
    kept = place < beyond
    width = paper.width
    first_bin, bins = place * width, beyond * width
    for d, codes in enumerate(batch.codes):
        found = np.bincount(first_bin + codes, minlength=bins)[:bins]
        counts.answers[:, :, d, :] += found.reshape(FOLDS, targets, width)
    for spec, into in zip(paper.totals, counts.totals, strict=True):
        kept_codes = [codes[kept] for codes in batch.codes]
        _count_totals(spec, paper, kept_codes, place[kept], targets, into)
    return Kept(kept, ~void_ballots)


class _Judged:
    """A batch with what the rules ask of it, each worked out once and only if asked."""

    def __init__(self, batch: Batch, paper: PaperLayout, recused: Bools | None) -> None:
        self.batch, self.paper, self.recused = batch, paper, recused
        small = np.uint8 if len(batch.codes) < 256 else np.int64
        answered: Any = np.zeros(len(batch.targets), small)
        self.values = np.asarray(paper.values, np.int64)
        for codes in batch.codes:
            answered += (codes < paper.answers).view(np.uint8)
        self.answered = answered.astype(np.int64)
        if recused is not None:
            self.answered[recused] = 0

    @classmethod
    def of(cls, batch: Batch, paper: PaperLayout) -> _Judged:
        recused = batch.own if paper.paper.recusal is not Recusal.NONE else None
        return cls(batch, paper, recused if recused is not None and recused.any() else None)

    def scored(self, dimension: int) -> Bools:
        """Rows with a score there that are not recused."""
        mask = self.batch.codes[dimension] < self.paper.answers
        return mask if self.recused is None else mask & ~self.recused

    def per_ballot(self, of_rows: Ints) -> Ints:
        return np.add.reduceat(of_rows, self.batch.starts)

    def any_of_ballot(self, of_rows: Bools) -> Bools:
        return np.logical_or.reduceat(of_rows, self.batch.starts)

    @cached_property
    def answered_of_ballot(self) -> Ints:
        return self.per_ballot(self.answered)

    @cached_property
    def extremes(self) -> tuple[Ints, Ints]:
        """Least and greatest score of each ballot as ranks of values; least > greatest: none."""
        if bool((np.diff(self.values) > 0).all()):
            return self._extremes_of_codes()
        ranks = np.unique(self.values, return_inverse=True)[1].astype(np.uint16)
        lows = np.append(ranks, [_NO_LOW, _NO_LOW]).astype(np.uint16)
        highs = np.append(ranks + 1, [0, 0]).astype(np.uint16)
        low = np.full(len(self.answered), _NO_LOW, np.uint16)
        high = np.zeros(len(self.answered), np.uint16)
        for codes in self.batch.codes:
            np.minimum(low, lows[codes], out=low)
            np.maximum(high, highs[codes], out=high)
        if self.recused is not None:
            low[self.recused], high[self.recused] = _NO_LOW, 0
        return (
            np.minimum.reduceat(low, self.batch.starts).astype(np.int64),
            np.maximum.reduceat(high, self.batch.starts).astype(np.int64) - 1,
        )

    def _extremes_of_codes(self) -> tuple[Ints, Ints]:
        """The same where codes rise with values: they are the ranks, and blank codes lie above.
        For the greatest, blank codes are moved below: unsigned numbers wrap around."""
        first = self.batch.codes[0]
        lift = np.iinfo(first.dtype).max + 1 - self.paper.answers
        low = np.full(len(first), np.iinfo(first.dtype).max, first.dtype)
        high = np.zeros(len(first), first.dtype)
        for codes in self.batch.codes:
            np.minimum(low, codes, out=low)
            np.maximum(high, codes + first.dtype.type(lift), out=high)
        if self.recused is not None:
            low[self.recused], high[self.recused] = np.iinfo(low.dtype).max, 0
        return (
            np.minimum.reduceat(low, self.batch.starts).astype(np.int64),
            np.maximum.reduceat(high, self.batch.starts).astype(np.int64) - lift,
        )

    def sheet_means(self) -> Ints:
        """Mean score of each sheet × scale × mean_scale; 0 where nothing is scored."""
        total = np.zeros(len(self.answered), np.int64)
        padded = np.append(self.values, [0, 0])
        for d, codes in enumerate(self.batch.codes):
            found = padded[codes]
            total += found if self.recused is None else np.where(self.scored(d), found, 0)
        parts = np.array(
            [0] + [self.paper.mean_scale // n for n in range(1, len(self.batch.codes) + 1)],
            np.int64,
        )
        return np.asarray(total * parts[self.answered])


def _apply_rules(judged: _Judged, paper: PaperLayout) -> tuple[Bools, Bools]:
    void_sheets = np.zeros(len(judged.answered), bool)
    void_ballots = np.zeros(len(judged.batch.starts), bool)
    for rule in paper.rules:
        fulfilled, rated = _counted_by(rule, judged)
        broken = _breaks(rule, fulfilled, rated)
        if rule.over is RuleOver.BALLOT:
            void_ballots |= broken
        elif rule.void is RuleOver.BALLOT:
            void_ballots |= judged.any_of_ballot(broken)
        else:
            void_sheets |= broken
    return void_sheets, void_ballots


def _counted_by(rule: BallotRule, judged: _Judged) -> tuple[Ints, Ints]:
    """(how many fulfil the test, how many are rated), per sheet or per ballot."""
    if rule.count is RuleCount.SHEETS:
        rated = judged.answered > 0
        number = judged.per_ballot(rated.astype(np.int64))
        means = judged.sheet_means()
        if rule.where.distinct:
            return _distinct_per_ballot(judged, means, rated), number
        unit = judged.paper.scale * judged.paper.mean_scale
        hit = rated & _within_bounds(means, rule.where, unit, judged)
        return judged.per_ballot(hit.astype(np.int64)), number
    if rule.where.distinct:
        return _distinct_scores(rule, judged)
    hit_of_code = _codes_that_fulfil(rule.where, judged.paper)
    hits = np.zeros(len(judged.answered), np.int64)
    for codes in judged.batch.codes:
        hit = hit_of_code[codes]
        hits += hit if judged.recused is None else hit & ~judged.recused
    if rule.over is RuleOver.SHEET:
        return hits, judged.answered
    return judged.per_ballot(hits), judged.answered_of_ballot


def _codes_that_fulfil(test: ScoreTest, paper: PaperLayout) -> Bools:
    values, answers = paper.paper.values, paper.paper.answers
    hits = [
        answer == test.grade if test.grade is not None else test.holds(value)
        for value, answer in zip(values, answers, strict=True)
    ]
    return np.array([*hits, False, False])


def _within_bounds(means: Ints, test: ScoreTest, unit: int, judged: _Judged) -> Bools:
    if test.grade is not None:
        wanted = judged.paper.paper.answers.index(test.grade)
        return np.asarray(judged.batch.codes[0] == wanted, bool)
    found = np.ones(len(means), bool)
    for bound, keeps, upwards in (
        (test.at_least, np.greater_equal, True),
        (test.at_most, np.less_equal, False),
        (test.above, np.greater, False),
        (test.below, np.less, True),
    ):
        if bound is not None:
            # Means are whole numbers here, so the bound may be the next whole number.
            scaled = bound * unit
            edge = -(-scaled.numerator // scaled.denominator) if upwards else int(scaled // 1)
            found &= keeps(means, max(-_FAR, min(_FAR, edge)))
    return found


def _distinct_per_ballot(judged: _Judged, values: Ints, counted: Bools) -> Ints:
    """How many distinct ``values`` each ballot has among the rows that count."""
    ballots = judged.batch.ballot_of_row()[counted]
    return _distinct(ballots, values[counted], len(judged.batch.starts))


def _distinct_scores(rule: BallotRule, judged: _Judged) -> tuple[Ints, Ints]:
    over_sheet = rule.over is RuleOver.SHEET
    rows = np.arange(len(judged.answered)) if over_sheet else judged.batch.ballot_of_row()
    number = len(judged.answered) if over_sheet else len(judged.batch.starts)
    rated = judged.answered if over_sheet else judged.answered_of_ballot
    if not over_sheet and _asks_only_if_equal(rule):
        low, high = judged.extremes
        return np.where(high < low, 0, 1 + (high > low)), rated
    where, what = [], []
    for d, codes in enumerate(judged.batch.codes):
        scored = judged.scored(d)
        where.append(rows[scored])
        what.append(judged.values[codes[scored]])
    return _distinct(np.concatenate(where), np.concatenate(what), number), rated


def _asks_only_if_equal(rule: BallotRule) -> bool:
    """Is it enough to know whether there are none, one, or several distinct values?"""
    bounds = (rule.most, rule.least_share, rule.most_share)
    return rule.least in (1, 2) and all(bound is None for bound in bounds)


def _distinct(where: Ints, what: Ints, number: int) -> Ints:
    """Number of distinct ``what`` for each ``where`` in 0…number-1."""
    order = np.lexsort((what, where))
    where, what = where[order], what[order]
    new = np.ones(len(where), bool)
    new[1:] = (where[1:] != where[:-1]) | (what[1:] != what[:-1])
    return np.bincount(where[new], minlength=number)


def _breaks(rule: BallotRule, fulfilled: Ints, rated: Ints) -> Bools:
    broken = np.zeros(len(fulfilled), bool)
    if rule.least is not None:
        broken |= fulfilled < rule.least
    if rule.most is not None:
        broken |= fulfilled > rule.most
    if rule.least_share is not None:
        share = rule.least_share
        broken |= _times(fulfilled, share.denominator) < _times(rated, share.numerator)
    if rule.most_share is not None:
        share = rule.most_share
        broken |= _times(fulfilled, share.denominator) > _times(rated, share.numerator)
    return broken & (rated >= rule.from_number)


def _times(counts: Ints, factor: int) -> Any:
    """Counts times a number of any length."""
    return counts * factor if abs(factor) < _WIDE else counts.astype(object) * factor


def _count_statuses(counts: Counts, judged: _Judged, valid: Bools, paper: PaperLayout) -> None:
    batch = judged.batch
    scores = judged.answered_of_ballot
    lowest, highest = judged.extremes
    unknown = np.zeros(len(valid), bool)
    if paper.paper.not_informed:
        said = np.zeros(len(judged.answered), bool)
        for codes in batch.codes:
            said |= codes == paper.not_informed
        if judged.recused is not None:
            said &= ~judged.recused
        unknown = judged.any_of_ballot(said)
    several = valid & (scores >= 2)
    columns = {
        RETURNED: np.ones(len(valid), bool),
        VALID: valid,
        ABSTAINED: valid & (scores == 0) & ~unknown,
        NOT_INFORMED: valid & (scores == 0) & unknown,
        STRAIGHT: several & (lowest == highest),
        SCORING: several,
    }
    rows = len(counts.ballots)
    is_own = paper.paper.scope is Scope.OWN
    place = batch.targets[batch.starts] if is_own else np.zeros(len(valid), np.int64)
    for column, mask in columns.items():
        counts.ballots[:, column] += np.bincount(place[mask], minlength=rows)


def _count_totals(
    spec: TotalSpec,
    paper: PaperLayout,
    codes: list[NDArray[np.unsignedinteger[Any]]],
    place: Ints,
    targets: int,
    into: dict[tuple[int, int, int], Ints],
) -> None:
    padded = np.append(np.asarray(paper.values, np.int64), [0, 0])
    total = np.full(len(place), -spec.offset, np.int64)
    bits = np.zeros(len(place), np.int64)
    for i, (d, weight) in enumerate(zip(spec.dimensions, spec.weights, strict=True)):
        total += padded[codes[d]] * weight
        bits |= (codes[d] < paper.answers).astype(np.int64) << i
    keys = bits * spec.base + total
    used, inverse = np.unique(keys, return_inverse=True)
    places = FOLDS * targets
    found = np.bincount(inverse * places + place, minlength=len(used) * places)
    table = found.reshape(len(used), FOLDS, targets)
    for row, key in enumerate(used.tolist()):
        for target in np.flatnonzero(table[row].any(axis=0)).tolist():
            place_of = (target, key // spec.base, key % spec.base + spec.offset)
            counts = table[row, :, target]
            into[place_of] = into[place_of] + counts if place_of in into else counts
