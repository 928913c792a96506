"""What became of a pledge, as exact figures: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pingyi.apps.pledges.enums import Measure, Result

FULL = 100


def done_share(done: Decimal | None, target: Decimal | None) -> Fraction | None:
    """How much of the target was done, as a share of one, beyond it too: 126 of 150 is 21/25.
    None where there is no target, or nothing was said."""
    if done is None or not target:
        return None
    return Fraction(done) / Fraction(target)


def judged(measure: str, target: Decimal | None, done: Decimal | None) -> Result | None:
    """What a number says; None where it says nothing."""
    if measure != Measure.NUMBER or target is None or done is None:
        return None
    return Result.MET if done >= target else Result.NOT_MET


def met_share(results: Iterable[str]) -> Fraction | None:
    """Items met of all that count, as a share of one. What force majeure prevented counts for
    nothing (system's default), nor does what has no result; None where nothing counts."""
    counted = [one for one in results if one in (Result.MET, Result.NOT_MET)]
    if not counted:
        return None
    return Fraction(counted.count(Result.MET), len(counted))


def points(results: Iterable[str]) -> Fraction | None:
    """The share of items met in points of 100, unrounded: what a round takes as a figure."""
    share = met_share(results)
    return None if share is None else share * FULL


def in_window(opens: date, closes: date, day: date) -> bool:
    """First and last day count."""
    return opens <= day <= closes
