"""Random sampling that anyone can repeat, and inspections that come too close to each other."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Draw:
    """A candidate and the number that its lot has: the smallest are drawn."""

    code: str
    lot: str


def lot_of(seed: str, code: str) -> str:
    """The lot of a unit: the SHA-256, in hexadecimal, of seed, line feed, code in UTF-8. What
    ``printf '%s\\n%s' SEED CODE | sha256sum`` prints."""
    return hashlib.sha256(f"{seed}\n{code}".encode()).hexdigest()


def sample(seed: str, codes: Iterable[str], number: int) -> list[Draw]:
    """All candidates by rising lot; the first ``number`` of them are the sample. The order of
    ``codes`` and doubles among them have no say. Raises ``ValueError`` where there are fewer than
    ``number``, or none is to be drawn."""
    found = sorted((Draw(code, lot_of(seed, code)) for code in set(codes)), key=_lot)
    if not 1 <= number <= len(found):
        raise ValueError(f"a sample of {number} from {len(found)}")
    return found


def _lot(draw: Draw) -> str:
    return draw.lot


def candidates_digest(codes: Iterable[str]) -> str:
    """The SHA-256 of the candidates: each code once, in order of its UTF-8 bytes, each with a line
    feed. What ``LC_ALL=C sort -u CODES | sha256sum`` prints."""
    ordered = sorted({code.encode() for code in codes})
    return hashlib.sha256(b"".join(code + b"\n" for code in ordered)).hexdigest()


@dataclass(frozen=True)
class Period:
    """From one day to another, both within."""

    start: date
    end: date


def too_close(one: Period, other: Period, months: int) -> bool:
    """Do two periods overlap, or lie less than so many months apart? From 31 August, six months
    later is the last of February."""
    first, second = sorted((one, other), key=lambda period: (period.start, period.end))
    return second.start < later(first.end, months) if months else second.start <= first.end


def later(day: date, months: int) -> date:
    """The same-numbered day so many months later (negative: earlier), or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
