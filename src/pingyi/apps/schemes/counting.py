"""Opened ballots to counts, and counts to scores: the way of the box through the engine.

Nothing that leaves here tells which sheets came from one ballot: the ballot rules are applied
once, on whole ballots in memory, and what is kept are sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error
from pingyi.apps.schemes.scoring import Evaluated, RoundRows, evaluate
from pingyi.base.errors import Invalid
from pingyi.engine.bundle.counts import counts_data
from pingyi.engine.counted.kernel import (
    ABSTAINED,
    NOT_INFORMED,
    RETURNED,
    VALID,
    Batch,
    Counts,
    Ints,
    count_batch,
)
from pingyi.engine.counted.layout import FOLDS, SMALL_CLASS, Channel, Layout, make_layout
from pingyi.engine.counted.stream import Counted
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.papers import Recusal, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.inputs import Target

Bools = NDArray[np.bool_]
Codes = NDArray[np.unsignedinteger[Any]]
__all__ = ["Evaluated", "OpenedCounts", "RoundRows", "StatusCounts", "count_ballots", "evaluate"]

CHUNK_CELLS = 4_000_000
"""Answers that are counted at a time."""


@dataclass(frozen=True)
class StatusCounts:
    """``returned`` = ``valid`` + ``invalid``; abstained and not informed are part of the valid."""

    returned: int
    valid: int
    invalid: int
    abstained: int
    not_informed: int


@dataclass(frozen=True)
class OpenedCounts:
    """What became of the ballots of one class on one paper.

    ``valid`` (ballots,); ``kept`` and ``void_sheets`` (ballots, targets): rated and counted, rated
    and not counted (by a rule, by recusal, or because the ballot is void). ``statuses`` by target
    code for papers of scope own, else under None. ``data`` are the additive counts as JSON values.
    """

    valid: Bools
    kept: Bools
    void_sheets: Bools
    statuses: Mapping[str | None, StatusCounts]
    data: dict[str, Any]


def count_ballots(
    version: SchemeVersion,
    target_codes: Sequence[str],
    input_key: str,
    rater_class: str,
    paper_key: str,
    codes: Codes,
    own: Bools | None = None,
) -> OpenedCounts:
    """Apply the scheme's ballot rules to whole ballots and count what is left.

    ``codes`` (ballots, targets, dimensions): codes of answers, ``NOT_RATED`` in all dimensions of
    a target that is not rated. The ballots stand in random order: of a class of 1,000 or more,
    every 32nd goes into the same fold for resampling; smaller ones are not divided. ``own``
    (ballots, targets) marks the rater's own unit where the paper has a recusal rule.

    Raises ``Invalid`` for codes that the paper doesn't take.
    """
    scheme = queries.load(version).scheme
    layout = layout_of(scheme, target_codes)
    index = layout.channel_index().get((input_key, rater_class, paper_key))
    if index is None:
        names = f"{input_key} / {rater_class} / {paper_key}"
        raise Invalid(_("方案里没有这种票：%(names)s。") % {"names": names})
    channel = layout.channels[index]
    rated = _checked(channel, len(target_codes), codes, own)
    counts = Counts.zero(channel.paper, len(target_codes))
    valid = np.ones(len(codes), np.bool_)
    kept = np.zeros(rated.shape, np.bool_)
    folds = _folds(channel, rated)
    step = max(1, CHUNK_CELLS // max(1, codes[0].size)) if len(codes) else 1
    for first in range(0, len(codes), step):
        part = slice(first, first + step)
        mine = None if own is None else own[part]
        found = _count_part(channel, codes[part], rated[part], folds[part], mine, counts)
        valid[part], kept[part] = found
    data = counts_data(Counted(layout, {index: counts}, {}))
    return OpenedCounts(
        valid=valid,
        kept=kept,
        void_sheets=rated & ~kept,
        statuses=_statuses(channel, target_codes, counts),
        data={"targets": list(target_codes), **data},
    )


def layout_of(scheme: Scheme, target_codes: Sequence[str]) -> Layout:
    """How a scheme is counted over some targets. Raises ``Invalid``."""
    try:
        return make_layout(scheme, [Target(code, "") for code in target_codes])
    except PingyiError as error:
        raise house_error(error) from None


def _checked(channel: Channel, targets: int, codes: Codes, own: Bools | None) -> Bools:
    """Which targets each ballot rates (ballots, targets). Raises ``Invalid``."""
    paper = channel.paper
    shape = (len(codes), targets, len(paper.dimensions))
    if codes.shape != shape:
        raise Invalid(
            _("选票的大小不符：应为 %(wants)s，实为 %(got)s。")
            % {"wants": shape, "got": codes.shape}
        )
    blank = codes == NOT_RATED
    rated: Bools = ~blank.all(axis=2)
    allowed = codes < paper.answers
    if paper.paper.abstain:
        allowed |= codes == paper.abstained
    if paper.paper.not_informed:
        allowed |= codes == paper.not_informed
    wrong = (rated[:, :, None] & ~allowed).any(axis=(1, 2))
    if paper.paper.scope is Scope.OWN:
        wrong |= rated.sum(axis=1) != 1
    if wrong.any():
        raise Invalid(
            _("有 %(number)s 张选票不符合测评表“%(paper)s”。")
            % {"number": int(wrong.sum()), "paper": paper.paper.title},
            _("这些选票不是用本表填写的；请停止开箱，报监督人员裁定。"),
        )
    if paper.paper.recusal is not Recusal.NONE and (own is None or own.shape != rated.shape):
        raise Invalid(_("测评表要求回避本单位，但没有标明评议人的单位。"))
    return rated


def _folds(channel: Channel, rated: Bools) -> Ints:
    """The fold of each ballot. On papers of scope own, a target's ballots are a class of their
    own, so those of few are not divided there either."""
    number = len(rated)
    if channel.paper.paper.scope is not Scope.OWN:
        large = np.full(number, number >= SMALL_CLASS)
    else:
        heads = rated.sum(axis=0)
        large = np.full(number, bool(heads[heads > 0].min(initial=0) >= SMALL_CLASS))
    return np.where(large, np.arange(number) % FOLDS, 0).astype(np.int64)


def _count_part(
    channel: Channel,
    codes: Codes,
    rated: Bools,
    folds: Ints,
    own: Bools | None,
    counts: Counts,
) -> tuple[Bools, Bools]:
    """Add some ballots to ``counts``; which of them are valid, and which sheets are kept."""
    paper = channel.paper
    ballots, places = np.nonzero(rated)
    filled = np.flatnonzero(rated.any(axis=1))
    dtype = np.uint8 if paper.width < 256 else np.uint16
    sheets = codes[ballots, places].astype(dtype)
    batch = Batch(
        places.astype(np.int64),
        tuple(np.ascontiguousarray(sheets[:, d]) for d in range(len(paper.dimensions))),
        np.searchsorted(ballots, filled).astype(np.int64),
        folds[filled],
        None if own is None else own[ballots, places],
    )
    found = count_batch(batch, paper, counts)
    valid = np.ones(len(codes), np.bool_)
    valid[filled] = found.valid
    kept = np.zeros(rated.shape, np.bool_)
    kept[ballots, places] = found.rows
    # A ballot that rates nobody is an abstention: no rule asks anything of it.
    for status in (RETURNED, VALID, ABSTAINED):
        counts.ballots[0, status] += len(codes) - len(filled)
    return valid, kept


def _statuses(
    channel: Channel, target_codes: Sequence[str], counts: Counts
) -> dict[str | None, StatusCounts]:
    own = channel.paper.paper.scope is Scope.OWN
    names: list[str | None] = [*target_codes] if own else [None]
    return {
        name: StatusCounts(
            row[RETURNED], row[VALID], row[RETURNED] - row[VALID], row[ABSTAINED], row[NOT_INFORMED]
        )
        for name, row in zip(names, counts.ballots.tolist(), strict=True)
    }
