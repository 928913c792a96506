"""Counted sheets, heads and supplied figures as spreadsheets with Chinese headings: a template to
fill in, and the rows of what was uploaded in their one way of writing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error
from pingyi.base.sheets import columns as sheets
from pingyi.base.sheets.templates import write_template
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.finals import End
from pingyi.engine.grammar.nodes import node_inputs
from pingyi.engine.grammar.papers import InputKind, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import exact_text
from pingyi.engine.tables import readers
from pingyi.engine.tables.codes import CodeBook
from pingyi.engine.tables.columns import FIGURES, ROLLS, TALLIES, Cell, Table
from pingyi.engine.tables.inputs import Roll, Special, TallyLine

Row = dict[str, str]
TABLES = {table.key: table for table in (TALLIES, ROLLS, FIGURES)}
_SPECIAL = {Special.ABSTAINED: "弃权", Special.NOT_INFORMED: "不了解"}
_ROLL_NUMBERS = ("expected", "present", "issued", "returned", "valid", "invalid", "population")


def read_rows(
    version: SchemeVersion, table: str, content: bytes, name: str, targets: Iterable[str]
) -> list[Row]:
    """The rows of an uploaded table (``tallies``, ``rolls`` or ``figures``), by column key, in
    canonical order and wording. Raises ``SchemeRefused`` with everything that is wrong."""
    scheme = queries.load(version).scheme
    book = CodeBook(list(targets))
    readers_: Mapping[str, Callable[[Path], Iterable[Row]]] = {
        "tallies": lambda path: _tallies(scheme, readers.read_tallies(path, scheme, book)),
        "rolls": lambda path: _rolls(readers.read_rolls(path, scheme, book)),
        "figures": lambda path: _figures(readers.read_figures(path, scheme, book)),
    }
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / (TABLES[table].zh + Path(name).suffix.lower())
        path.write_bytes(content)
        try:
            rows = list(readers_[table](path))
        except PingyiError as error:
            raise house_error(error) from None
    return sorted(rows, key=lambda row: tuple(row.values()))


def _tallies(scheme: Scheme, lines: Sequence[TallyLine]) -> Iterator[Row]:
    for line in lines:
        answer = line.answer
        text = _SPECIAL[answer] if isinstance(answer, Special) else ""
        yield {
            "input": line.input,
            "rater_class": line.rater_class,
            "paper": line.paper,
            "target": line.target,
            "dimension": line.dimension,
            "answer": text or list(scheme.papers[line.paper].answers)[int(answer)],
            "count": str(line.count),
        }


def _rolls(rolls: Sequence[Roll]) -> Iterator[Row]:
    for roll in rolls:
        numbers = {name: getattr(roll, name) for name in _ROLL_NUMBERS}
        yield {
            "input": roll.input,
            "rater_class": roll.rater_class,
            "paper": roll.paper,
            "target": roll.target or "",
            **{name: "" if value is None else str(value) for name, value in numbers.items()},
        }


def _figures(found: Mapping[Any, Any]) -> Iterator[Row]:
    for (figure, target, rater_class), value in found.items():
        yield {
            "figure": figure,
            "target": target,
            "rater_class": rater_class or "",
            "value": exact_text(value.value),
            "sample": "" if value.sample is None else str(value.sample),
        }


def template(version: SchemeVersion, table: str, targets: Sequence[str]) -> bytes:
    """An .xlsx with Chinese headings and a row for everything that is to be filled in."""
    scheme = queries.load(version).scheme
    rows = {"tallies": _blank_tallies, "rolls": _blank_rolls, "figures": _blank_figures}
    return without_stars(write_template(sheet_of(TABLES[table]), rows[table](scheme, targets)))


def without_stars(content: bytes) -> bytes:
    """The engine knows headings as they are named, without the star of a required column."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell in book.worksheets[0][1]:
        cell.value = str(cell.value).strip("*")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(table: Table, extra: Sequence[sheets.Column] = ()) -> sheets.Table:
    """A table of the engine as a spreadsheet, with further columns behind its own."""
    kinds = {Cell.CODE: sheets.Cell.CODE, Cell.WHOLE: sheets.Cell.WHOLE}
    return sheets.Table(
        table.key,
        table.zh,
        tuple(
            sheets.Column(
                column.key,
                column.zh,
                kinds.get(column.kind, sheets.Cell.WORDS),
                column.required,
                column.help_zh,
            )
            for column in table.columns
        )
        + tuple(extra),
        (table.help_zh,),
    )


def _channels(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """(input, class, paper) of the channels that are counted by hand."""
    for key, source in scheme.inputs.items():
        if source.kind is InputKind.TALLY:
            for rater_class in source.classes:
                for paper in source.papers:
                    yield key, rater_class, paper


def _named(scheme: Scheme, channel: tuple[str, str, str]) -> Row:
    source, rater_class, paper = channel
    return {
        "input": scheme.inputs[source].title,
        "rater_class": scheme.classes[rater_class].title,
        "paper": scheme.papers[paper].title,
    }


def _blank_tallies(scheme: Scheme, targets: Sequence[str]) -> Iterator[Row]:
    for channel in _channels(scheme):
        paper = scheme.papers[channel[2]]
        answers = [] if paper.points else list(paper.answers)
        answers += ["弃权"] * paper.abstain + ["不了解"] * paper.not_informed
        for target in targets:
            for dimension in paper.dimensions.values():
                for answer in answers:
                    row = {"target": target, "dimension": dimension.title, "answer": answer}
                    yield {**_named(scheme, channel), **row}


def _blank_rolls(scheme: Scheme, targets: Sequence[str]) -> Iterator[Row]:
    for channel in _channels(scheme):
        own = scheme.papers[channel[2]].scope is Scope.OWN
        for target in targets if own else [""]:
            yield {**_named(scheme, channel), "target": target}


def _blank_figures(scheme: Scheme, targets: Sequence[str]) -> Iterator[Row]:
    for figure in scheme.figures.values():
        classes = [scheme.classes[key].title for key in figure.classes] or [""]
        for target in targets:
            for rater_class in classes:
                yield {"figure": figure.title, "target": target, "rater_class": rater_class}


def classes_of_nodes(version: SchemeVersion) -> dict[str, frozenset[tuple[str, str]]]:
    """Node → (input, class) whose ballots it counts itself; not those of its parts."""
    scheme = queries.load(version).scheme
    found = {}
    for key, node in scheme.nodes.items():
        source, classes = getattr(node, "input", None), getattr(node, "classes", None)
        if source in scheme.inputs:
            mine = classes or scheme.inputs[str(source)].classes
            found[key] = frozenset((str(source), str(name)) for name in mine)
    return found


def priors_of(version: SchemeVersion) -> tuple[str, ...]:
    """Names of the earlier results that a scheme reads."""
    return tuple(queries.load(version).scheme.priors)


@dataclass(frozen=True)
class ScorePart:
    """A node right below the score: a channel, as officers say."""

    key: str
    title: str


def parts_of_score(version: SchemeVersion) -> tuple[ScorePart, ...]:
    """What the score is made of, in the scheme's order; the score itself where it has no parts."""
    scheme = queries.load(version).scheme
    below = node_inputs(scheme.nodes[scheme.score]) or (scheme.score,)
    return tuple(ScorePart(key, scheme.nodes[key].title) for key in dict.fromkeys(below))


def award_titles(version: SchemeVersion) -> dict[str, str]:
    """Award → its title."""
    return {key: award.title for key, award in queries.load(version).scheme.awards.items()}


def bottom_awards(version: SchemeVersion) -> frozenset[str]:
    """The awards that name the lowest: who is to be talked to, who is warned."""
    awards = queries.load(version).scheme.awards
    return frozenset(key for key, award in awards.items() if award.end == End.BOTTOM)


def grades_of(version: SchemeVersion) -> tuple[str, ...]:
    """The grades of the result, the best first."""
    return queries.load(version).scheme.grade_labels()


def nodes_of(version: SchemeVersion) -> tuple[ScorePart, ...]:
    """All nodes but the score: what a determination may be about."""
    scheme = queries.load(version).scheme
    return tuple(
        ScorePart(key, node.title) for key, node in scheme.nodes.items() if key != scheme.score
    )


def classes_below(version: SchemeVersion) -> dict[str, frozenset[tuple[str, str]]]:
    """Node → (input, class) whose ballots it rests on, by itself or through its parts."""
    scheme, own = queries.load(version).scheme, classes_of_nodes(version)
    found: dict[str, frozenset[tuple[str, str]]] = {}

    def below(key: str) -> frozenset[tuple[str, str]]:
        if key not in found:
            found[key] = own.get(key, frozenset())
            for part in node_inputs(scheme.nodes[key]):
                found[key] |= below(part)
        return found[key]

    return {key: below(key) for key in scheme.nodes}
