"""Ballots against rolls: what was issued, what came back, and whether the quorum was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from pingyi.engine.errors import Blocked, Problem
from pingyi.engine.grammar.papers import InputKind, Otherwise, Quorum, QuorumCount
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import BallotCounts, ChannelKey
from pingyi.engine.tables.inputs import Roll


def with_rolls(
    scheme: Scheme, counts: Mapping[ChannelKey, BallotCounts], rolls: Iterable[Roll]
) -> dict[ChannelKey, BallotCounts]:
    """The counts of all channels that have ballots or a roll."""
    found = dict(counts)
    for roll in rolls:
        key = _key(roll)
        if scheme.inputs[roll.input].kind is InputKind.TALLY:
            found[key] = BallotCounts(roll.issued, roll.returned, roll.valid, roll.invalid)
        else:
            nothing = BallotCounts(None, 0, 0, 0, 0, 0)
            found[key] = replace(found.get(key, nothing), issued=roll.issued)
    return found


def check_channels(
    scheme: Scheme, counts: Mapping[ChannelKey, BallotCounts], rolls: Iterable[Roll]
) -> None:
    """Raise ``Blocked`` where more came back than was issued, or a quorum forbids a result."""
    rolls_by_key = {_key(roll): roll for roll in rolls}
    problems = []
    for key, count in counts.items():
        if None not in (count.returned, count.issued) and _int(count.returned) > _int(count.issued):
            problems.append(
                Problem.of(
                    "more_returned",
                    input=key[0],
                    classes=key[1],
                    returned=count.returned,
                    issued=count.issued,
                )
            )
        quorum = scheme.inputs[key[0]].quorum
        if quorum is not None and quorum.otherwise is Otherwise.BLOCK:
            problems += _quorum_problems(quorum, key, count, rolls_by_key.get(key))
    if problems:
        raise Blocked(problems)


def _quorum_problems(
    quorum: Quorum, key: ChannelKey, count: BallotCounts, roll: Roll | None
) -> list[Problem]:
    whole: int | None = getattr(roll, quorum.of) if roll is not None else None
    if quorum.count is QuorumCount.PRESENT:
        part = roll.present if roll is not None else None
    else:
        part = count.returned if quorum.count is QuorumCount.RETURNED else count.valid
    if whole is None or part is None:
        lacking = quorum.of if whole is None else quorum.count
        return [Problem.of("quorum_unknown", input=key[0], classes=key[1], of=lacking)]
    ratio = Fraction(part, whole) if whole else Fraction(0)
    if ratio > quorum.least or (ratio == quorum.least and not quorum.exceed):
        return []
    facts = {"count": quorum.count, "got": ratio, "least": quorum.least}
    test = ">" if quorum.exceed else "≥"
    return [Problem.of("quorum_missed", input=key[0], classes=key[1], test=test, **facts)]


def _key(roll: Roll) -> ChannelKey:
    return roll.input, roll.rater_class, roll.paper, roll.target


def _int(number: int | None) -> int:
    return number or 0
