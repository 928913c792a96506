"""Ballots, one by one: recusal, the rules of the paper, and what became of each ballot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby

from pingyi.engine.errors import BadTable, Problem
from pingyi.engine.grammar.papers import (
    BallotRule,
    Paper,
    Recusal,
    RuleCount,
    RuleOver,
    Scope,
)
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import BallotCounts, ChannelKey
from pingyi.engine.reference.conditions import within
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.inputs import Special
from pingyi.engine.tables.names import Names
from pingyi.engine.tables.readers import answer_parser
from pingyi.engine.tables.sheets import cell_text

Answer = int | Special


@dataclass(frozen=True)
class Sheet:
    """One row: what a ballot says of one target, dimension by dimension."""

    target: str
    answers: Mapping[str, Answer]
    is_own_unit: bool

    def scores(self) -> list[int]:
        """The indices of the answers that are scores."""
        return [answer for answer in self.answers.values() if not isinstance(answer, Special)]


@dataclass(frozen=True)
class Ballot:
    input: str
    rater_class: str
    paper: str
    sheets: tuple[Sheet, ...]


@dataclass
class Box:
    """All counted sheets by (input, class, paper, target), and the counts of every channel."""

    sheets: dict[tuple[str, str, str, str], list[Sheet]] = field(default_factory=dict)
    counts: dict[ChannelKey, BallotCounts] = field(default_factory=dict)


def open_box(scheme: Scheme, sources: Iterable[BallotSource]) -> Box:
    """Judge every ballot, keep its counted sheets, and count what became of it."""
    box = Box()
    for source in sources:
        for ballot in _read(scheme, source):
            _lay_down(scheme.papers[ballot.paper], ballot, box)
    return box


def _lay_down(paper: Paper, ballot: Ballot, box: Box) -> None:
    channel = (ballot.input, ballot.rater_class, ballot.paper)
    own = ballot.sheets[0].target if paper.scope is Scope.OWN else None
    counts = box.counts.get((*channel, own), BallotCounts(None, 0, 0, 0, 0, 0))
    sheets = _after_recusal(paper, ballot.sheets)
    if _is_void(paper, ballot.sheets, sheets):
        box.counts[*channel, own] = replace(
            counts, returned=_more(counts.returned), invalid=_more(counts.invalid)
        )
        return
    answers = [answer for sheet in sheets for answer in sheet.answers.values()]
    has_score = any(not isinstance(answer, Special) for answer in answers)
    has_not_informed = Special.NOT_INFORMED in answers
    box.counts[*channel, own] = replace(
        counts,
        returned=_more(counts.returned),
        valid=_more(counts.valid),
        abstained=_more(counts.abstained, not has_score and not has_not_informed),
        not_informed=_more(counts.not_informed, not has_score and has_not_informed),
    )
    for sheet in sheets:
        if not _is_sheet_void(paper, sheet):
            box.sheets.setdefault((*channel, sheet.target), []).append(sheet)


def _more(number: int | None, by: int = 1) -> int:
    return (number or 0) + by


def _read(scheme: Scheme, source: BallotSource) -> Iterator[Ballot]:
    """Consecutive rows with the same input, class, paper and ballot are one ballot."""
    inputs, classes, papers = Names(scheme.inputs), Names(scheme.classes), Names(scheme.papers)
    rows = (_texts(row) for _, batch in source.batches(scheme) for row in batch.to_pylist())
    filled = (row for row in rows if any(row.values()))

    def ballot_of(row: Mapping[str, str]) -> tuple[str, str, str, str]:
        return (
            _key(inputs, row["input"]),
            _key(classes, row["rater_class"]),
            _key(papers, row["paper"]),
            row["ballot"],
        )

    for (source_key, rater_class, paper, _), group in groupby(filled, ballot_of):
        sheets = tuple(_sheet(scheme, paper, row) for row in group)
        yield Ballot(source_key, rater_class, paper, sheets)


def _texts(row: Mapping[str, object]) -> dict[str, str]:
    """The cells of a row as text, whatever the file made of them; empty ones as empty text."""
    return {name: cell_text(value) for name, value in row.items()}


def _key(names: Names, text: str) -> str:
    key = names.find(text)
    if key is None:
        raise BadTable(Problem.of("unknown_value", name=text, allowed=names.allowed()))
    return key


def _sheet(scheme: Scheme, paper: str, row: Mapping[str, str]) -> Sheet:
    parse = answer_parser(scheme, paper)
    answers: dict[str, Answer] = {}
    for dimension in scheme.papers[paper].dimensions:
        answer = parse(row.get(dimension, ""))
        if answer is None:
            raise BadTable(Problem.of("score_range", text=row.get(dimension), allowed=""))
        answers[dimension] = answer
    return Sheet(row["target"], answers, row.get("unit") == row["target"])


def _after_recusal(paper: Paper, sheets: tuple[Sheet, ...]) -> list[Sheet]:
    if paper.recusal is Recusal.NONE:
        return list(sheets)
    return [sheet for sheet in sheets if not sheet.is_own_unit]


def _is_void(paper: Paper, cast: tuple[Sheet, ...], sheets: list[Sheet]) -> bool:
    """Is the whole ballot invalid?"""
    if paper.recusal is Recusal.VOID and any(sheet.is_own_unit for sheet in cast):
        return True
    for rule in paper.rules:
        if rule.over is RuleOver.BALLOT and _is_broken(paper, rule, sheets):
            return True
        if (
            rule.over is RuleOver.SHEET
            and rule.void is RuleOver.BALLOT
            and any(_is_broken(paper, rule, [sheet]) for sheet in sheets)
        ):
            return True
    return False


def _is_sheet_void(paper: Paper, sheet: Sheet) -> bool:
    return any(
        rule.over is RuleOver.SHEET
        and rule.void is RuleOver.SHEET
        and _is_broken(paper, rule, [sheet])
        for rule in paper.rules
    )


def _is_broken(paper: Paper, rule: BallotRule, sheets: list[Sheet]) -> bool:
    rated, fulfilled = _rated_and_fulfilled(paper, rule, sheets)
    if rated < rule.from_number:
        return False
    return (
        (rule.least is not None and fulfilled < rule.least)
        or (rule.most is not None and fulfilled > rule.most)
        or (rule.least_share is not None and fulfilled < rule.least_share * rated)
        or (rule.most_share is not None and fulfilled > rule.most_share * rated)
    )


def _rated_and_fulfilled(paper: Paper, rule: BallotRule, sheets: list[Sheet]) -> tuple[int, int]:
    """How many scores (or sheets) there are, and how many of them fulfil the rule's test."""
    if rule.where.grade is not None:
        wanted = paper.answers.index(rule.where.grade)
        given = [index for sheet in sheets for index in sheet.scores()]
        return len(given), given.count(wanted)
    if rule.count is RuleCount.SCORES:
        values = [paper.values[index] for sheet in sheets for index in sheet.scores()]
    else:
        values = [_mean(paper, sheet) for sheet in sheets if sheet.scores()]
    if rule.where.distinct:
        return len(values), len(set(values))
    return len(values), sum(within(rule.where, value) for value in values)


def _mean(paper: Paper, sheet: Sheet) -> Fraction:
    scores = [paper.values[index] for index in sheet.scores()]
    return sum(scores, Fraction(0)) / len(scores)
