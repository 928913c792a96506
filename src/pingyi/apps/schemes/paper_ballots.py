"""Ballots that were filled in on paper and are typed in ballot by ballot: a template to fill in,
and what was uploaded, in the codes of the box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from pingyi.apps.schemes import queries, tables
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.counting import Codes, layout_of
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error
from pingyi.base.sheets import columns as sheets
from pingyi.base.sheets.templates import write_template
from pingyi.engine.counted.ballots import ReadBallot, read_ballots
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.papers import Recusal, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.columns import BALLOTS


@dataclass(frozen=True)
class PaperBallot:
    """One ballot: ``codes`` (targets, dimensions), ``NOT_RATED`` where a target is not rated."""

    input: str
    rater_class: str
    paper: str
    label: str
    """Number of the ballot as it was typed, to find the sheet of paper again."""
    codes: Codes


def read_paper_ballots(
    version: SchemeVersion, content: bytes, name: str, targets: Sequence[str]
) -> list[PaperBallot]:
    """The ballots of an uploaded table, in its order. Raises ``SchemeRefused`` with everything that
    is wrong."""
    scheme = queries.load(version).scheme
    layout = layout_of(scheme, targets)
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / (BALLOTS.zh + Path(name).suffix.lower())
        path.write_bytes(content)
        try:
            return [
                PaperBallot(*layout.channels[read.channel].key, read.label, _codes(read, targets))
                for read in read_ballots(layout, BallotSource(path))
            ]
        except PingyiError as error:
            raise house_error(error) from None


def _codes(read: ReadBallot, targets: Sequence[str]) -> Codes:
    width = len(next(iter(read.sheets.values())))
    codes: Codes = np.full((len(targets), width), NOT_RATED, np.uint16)
    for place, sheet in read.sheets.items():
        codes[place] = sheet
    return codes


@dataclass(frozen=True)
class Wanted:
    """So many ballots of a class to be typed in; of ``own`` papers, for no target in particular."""

    input: str
    rater_class: str
    paper: str
    number: int
    targets: tuple[str, ...]
    """Codes of the targets on the ballot."""


def template(version: SchemeVersion, wanted: Iterable[Wanted]) -> bytes:
    """An .xlsx with a row for every target of every ballot, a column for every dimension."""
    scheme = queries.load(version).scheme
    mine = list(wanted)
    papers = [scheme.papers[key] for key in dict.fromkeys(one.paper for one in mine)]
    columns = {}
    for paper in papers:
        offered = {} if paper.points else {grade: grade for grade in paper.answers}
        offered |= {"弃权": "弃权"} if paper.abstain else {}
        offered |= {"不了解": "不了解"} if paper.not_informed else {}
        for key, dimension in paper.dimensions.items():
            columns[key] = sheets.Column(key, dimension.title, choices=offered)
    recuses = any(paper.recusal is not Recusal.NONE for paper in papers)
    table = tables.sheet_of(BALLOTS, tuple(columns.values()))
    kept = tuple(column for column in table.columns if column.key != "unit" or recuses)
    filled = write_template(replace(table, columns=kept), _rows(scheme, mine))
    return tables.without_stars(filled)


def _rows(scheme: Scheme, wanted: Iterable[Wanted]) -> Iterator[dict[str, str]]:
    label = 0
    for one in wanted:
        own = scheme.papers[one.paper].scope is Scope.OWN
        for _ballot in range(one.number):
            label += 1
            for target in ("",) if own else one.targets:
                yield {
                    "input": scheme.inputs[one.input].title,
                    "rater_class": scheme.classes[one.rater_class].title,
                    "paper": scheme.papers[one.paper].title,
                    "ballot": str(label),
                    "target": target,
                }
