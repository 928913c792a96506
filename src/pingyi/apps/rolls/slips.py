"""Slips as they are printed: code in groups, address and QR code of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import segno

from pingyi.apps.rolls.actions import Slip
from pingyi.proofs.codes import shown


@dataclass(frozen=True)
class Printed:
    """One slip on paper. ``picture`` is a data: address of an SVG."""

    slip: Slip
    code: str
    picture: str


def printed(slips: Iterable[Slip], address: str) -> Iterator[Printed]:
    """``address`` is that of the voter's page; the code goes behind it as a fragment, which a
    browser never sends."""
    for slip in slips:
        yield Printed(slip, shown(slip.code), picture_of(f"{address}#{slip.code}"))


def picture_of(address: str) -> str:
    """An address as a QR code: a data: address of an SVG."""
    picture = segno.make(address, error="m", micro=False)
    return str(picture.svg_data_uri(border=0, scale=4, omitsize=True))


def pages(found: Iterable[Printed], size: int) -> Iterator[list[Printed]]:
    """So many to a sheet of paper."""
    sheet: list[Printed] = []
    for one in found:
        sheet.append(one)
        if len(sheet) == size:
            yield sheet
            sheet = []
    if sheet:
        yield sheet
