"""The outcome of a round: what both executors must agree on, to the rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

ChannelKey = tuple[str, str, str, str | None]
"""(input, rater class, paper, target for papers of scope own else None)"""


@dataclass(frozen=True)
class BallotCounts:
    """What became of the ballots of one class on one paper.

    ``returned`` = ``valid`` + ``invalid``. ``abstained`` (nothing filled in) and ``not_informed``
    (no score, at least one 不了解) are part of the valid ones. ``issued`` comes from the rolls and
    is None where they don't give it.
    """

    issued: int | None = None
    returned: int | None = None
    valid: int | None = None
    invalid: int | None = None
    abstained: int | None = None
    not_informed: int | None = None


@dataclass(frozen=True)
class TargetOutcome:
    """One target. ``published`` is the rounded score; grades and ranks rest on it."""

    peer_group: tuple[str, ...]
    nodes: Mapping[str, Fraction | None]
    score: Fraction | None
    published: Fraction | None
    grade: str | None
    rank: int | None
    awards: tuple[str, ...]
    vetoes: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    targets: Mapping[str, TargetOutcome]
    counts: Mapping[ChannelKey, BallotCounts]
    warnings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = field(default=())
    """(code of ``messages``, facts), sorted."""
