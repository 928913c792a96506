"""Small tables read, checked against the scheme, and turned into ``inputs``.

Every reader reports all problems of its file at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from pingyi.engine.errors import Collector, Place
from pingyi.engine.grammar.papers import Figure, InputKind, Scope
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.grammar.words import value_phrase
from pingyi.engine.numbers import NotANumber, normal_text, parse_exact
from pingyi.engine.tables import columns
from pingyi.engine.tables.codes import BECAME_NUMBER, SCIENTIFIC, CodeBook
from pingyi.engine.tables.headings import allowed_headings
from pingyi.engine.tables.inputs import (
    SPECIAL_WORDS,
    Event,
    FigureKey,
    FigureValue,
    Roll,
    Ruling,
    RulingKind,
    Special,
    TallyLine,
    Target,
)
from pingyi.engine.tables.names import Names
from pingyi.engine.tables.sheets import Row, Sheet, TableSource, read_sheet

MOST_LEVELS = 20
"""Levels of targets above one another: from a village to the country there are five."""
MOST_COUNT = 10**15
"""Of heads and sheets."""
_ROLL_COUNTS = ("expected", "present", "issued", "returned", "valid", "invalid", "population")


def read_targets(source: TableSource, scheme: Scheme) -> tuple[Target, ...]:
    """Targets with their attributes. Codes are unique, parents known and without circles."""
    targets, problems = scan_targets(source, scheme)
    problems.raise_if_any()
    return targets


def scan_targets(source: TableSource, scheme: Scheme) -> tuple[tuple[Target, ...], Collector]:
    """The targets that can be made out, each code once, and what is wrong with the table: so that
    other tables can be checked against their codes in the same run."""
    attributes = attribute_headings(scheme)
    sheet = read_sheet(source, columns.TARGETS, attributes)
    problems = Collector(sheet.file)
    for key, attribute in scheme.attributes.items():
        if key not in sheet.columns:
            allowed = allowed_headings(columns.TARGETS, attributes)
            problems.add("column_missing", Place(), name=attribute.title, allowed=allowed)
    problems.raise_if_any()
    first_rows: dict[str, int] = {}
    targets = []
    padded = any(row.get("target").startswith("0") for row in sheet.rows)
    for row in sheet.rows:
        code = row.get("target")
        place = sheet.place(row, "target")
        if not code:
            problems.add("cell_empty", place)
        elif SCIENTIFIC.fullmatch(code) or (padded and "target" in row.numeric):
            example = "001" if SCIENTIFIC.fullmatch(code) else "0" + code
            problems.add("cell_code", place, text=code, example=example)
        elif code in first_rows:
            problems.add("row_twice", place, name=code, first=first_rows[code])
        first_rows.setdefault(code, row.number)
        if not row.get("title"):
            problems.add("cell_empty", sheet.place(row, "title"))
        values = {key: _attribute(scheme, key, sheet, row, problems) for key in scheme.attributes}
        targets.append(
            Target(code, row.get("title"), row.get("parent") or None, values, row.number)
        )
    _check_parents(sheet, targets, problems)
    return tuple({target.code: target for target in reversed(targets) if target.code}.values())[
        ::-1
    ], problems


def attribute_headings(scheme: Scheme) -> dict[str, str]:
    """Further headings of the targets → their keys."""
    titles = {attribute.title: key for key, attribute in scheme.attributes.items()}
    return {key: key for key in scheme.attributes} | titles


def _attribute(scheme: Scheme, key: str, sheet: Sheet, row: Row, problems: Collector) -> str:
    text = row.get(key)
    values = scheme.attributes[key].values
    if values is None or text in values:
        return text
    by_title = {normal_text(title): value for value, title in values.items()}
    if text not in by_title:
        allowed = "、".join(values.values())
        problems.add("cell_choice", sheet.place(row, key), text=text, allowed=allowed)
    return by_title.get(text, "")


def _check_parents(sheet: Sheet, targets: list[Target], problems: Collector) -> None:
    parents = {target.code: target.parent for target in targets}
    book = CodeBook(parents)
    for row, target in zip(sheet.rows, targets, strict=True):
        if target.parent is not None and target.parent not in parents:
            problem = book.problem(target.parent, sheet.place(row, "parent"))
            if problem is not None and problem.code in BECAME_NUMBER:
                problems.take(problem)
            else:
                problems.add("unknown_parent", sheet.place(row, "parent"), name=target.parent)
            continue
        seen, code = {target.code}, target.parent
        while code is not None:
            if len(seen) > MOST_LEVELS:
                place = sheet.place(row, "parent")
                problems.add("levels_too_many", place, name=target.code, most=MOST_LEVELS)
                break
            if code == target.code:
                problems.add("parent_cycle", sheet.place(row, "parent"), name=target.code)
            if code in seen:
                break
            seen.add(code)
            code = parents.get(code)


class _Lookup:
    """The three names that most tables begin with: input, class, paper."""

    def __init__(self, scheme: Scheme, sheet: Sheet, problems: Collector) -> None:
        self.scheme, self.sheet, self.problems = scheme, sheet, problems
        self.inputs = Names(scheme.inputs)
        self.classes, self.papers = Names(scheme.classes), Names(scheme.papers)

    def channel(self, row: Row) -> tuple[str, str, str] | None:
        """(input, class, paper), checked to belong together; None after a problem."""
        names = {"input": self.inputs, "rater_class": self.classes, "paper": self.papers}
        keys = [
            lookup.need(row.get(column), self.sheet.place(row, column), self.problems)
            for column, lookup in names.items()
        ]
        if None in keys:
            return None
        source, rater_class, paper = (str(key) for key in keys)
        known = self.scheme.inputs[source]
        for column, key, allowed in (
            ("rater_class", rater_class, known.classes),
            ("paper", paper, known.papers),
        ):
            if key not in allowed:
                place = self.sheet.place(row, column)
                parts = self.scheme.classes if column == "rater_class" else self.scheme.papers
                listed = "、".join(parts[name].title for name in allowed)
                self.problems.add("unknown_value", place, name=row.get(column), allowed=listed)
                return None
        return source, rater_class, paper


def read_rolls(source: TableSource, scheme: Scheme, book: CodeBook) -> tuple[Roll, ...]:
    """Heads and ballots issued; one row per input, class, paper (and target for scope own)."""
    sheet = read_sheet(source, columns.ROLLS, {})
    problems = Collector(sheet.file)
    lookup = _Lookup(scheme, sheet, problems)
    seen: dict[tuple[object, ...], int] = {}
    rolls = []
    for row in sheet.rows:
        channel = lookup.channel(row)
        counts = {key: _whole(sheet, row, key, problems) for key in _ROLL_COUNTS}
        returned, valid, invalid = (counts[key] for key in ("returned", "valid", "invalid"))
        if returned is not None and valid is not None and returned != valid + (invalid or 0):
            facts = {"returned": returned, "valid": valid, "invalid": invalid or 0}
            problems.add("rolls_unbalanced", sheet.place(row), **facts)
        if channel is None:
            continue
        own = scheme.papers[channel[2]].scope is Scope.OWN
        target = book.need(sheet, row, problems) if own else None
        if not own and row.get("target"):
            problems.add(
                "cell_choice", sheet.place(row, "target"), text=row.get("target"), allowed="—"
            )
        key = (*channel, target)
        if key in seen:
            problems.add("row_twice", sheet.place(row), name=" ".join(channel), first=seen[key])
        seen.setdefault(key, row.number)
        channel_input, rater_class, paper = channel
        rolls.append(Roll(channel_input, rater_class, paper, target, **counts, row=row.number))
    problems.raise_if_any()
    return tuple(rolls)


def _whole(sheet: Sheet, row: Row, key: str, problems: Collector) -> int | None:
    text = row.get(key)
    if not text:
        return None
    number = _parsed(text)
    if number is None or number < 0 or number.denominator != 1:
        problems.add("cell_whole", sheet.place(row, key), text=text)
        return None
    if number > MOST_COUNT:
        problems.add("cell_range", sheet.place(row, key), text=text, range=f"[0, {MOST_COUNT}]")
        return None
    return int(number)


def _parsed(text: str) -> Fraction | None:
    try:
        return parse_exact(text)
    except NotANumber:
        return None


def read_tallies(source: TableSource, scheme: Scheme, book: CodeBook) -> tuple[TallyLine, ...]:
    """Counted sheets; one row per input, class, paper, target, dimension and answer."""
    sheet = read_sheet(source, columns.TALLIES, {})
    problems = Collector(sheet.file)
    lookup = _Lookup(scheme, sheet, problems)
    seen: dict[tuple[object, ...], int] = {}
    lines = []
    for row in sheet.rows:
        channel = lookup.channel(row)
        target = book.need(sheet, row, problems)
        count = _whole(sheet, row, "count", problems)
        if not row.get("count"):
            problems.add("cell_empty", sheet.place(row, "count"))
        if channel is None:
            continue
        if scheme.inputs[channel[0]].kind is not InputKind.TALLY:
            place = sheet.place(row, "input")
            problems.add("tally_kind", place, name=row.get("input"), kind=value_phrase("ballots"))
            continue
        paper = scheme.papers[channel[2]]
        names = Names(paper.dimensions)
        text = row.get("dimension")
        if not text and len(paper.dimensions) == 1:
            text = next(iter(paper.dimensions))
        dimension = names.need(text, sheet.place(row, "dimension"), problems)
        answer = _answer(scheme, channel[2], sheet, row, problems)
        if target is None or dimension is None or answer is None or count is None:
            continue
        key = (*channel, target, dimension, answer)
        if key in seen:
            problems.add("row_twice", sheet.place(row), name=row.get("answer"), first=seen[key])
        seen.setdefault(key, row.number)
        lines.append(TallyLine(*channel, target, dimension, answer, count))
    problems.raise_if_any()
    return tuple(lines)


def _answer(
    scheme: Scheme, paper_key: str, sheet: Sheet, row: Row, problems: Collector
) -> int | Special | None:
    paper = scheme.papers[paper_key]
    answer = answer_parser(scheme, paper_key)(row.get("answer"))
    place = sheet.place(row, "answer")
    if answer is None:
        allowed = answers_text(scheme, paper_key)
        problems.add("score_range", place, text=row.get("answer"), allowed=allowed)
    elif answer is Special.ABSTAINED and not paper.abstain:
        problems.add("abstain_refused", place)
    elif answer is Special.NOT_INFORMED and not paper.not_informed:
        problems.add("not_informed_refused", place)
    else:
        return answer
    return None


def answers_text(scheme: Scheme, paper_key: str) -> str:
    """The answers of a paper for a message."""
    paper = scheme.papers[paper_key]
    if paper.points is not None:
        return f"{paper.points.least}–{paper.points.most} ({paper.points.step})"
    return "、".join(paper.answers)


def answer_parser(scheme: Scheme, paper_key: str) -> Callable[[str], int | Special | None]:
    """From the text of a cell to the index of the answer, a special answer, or None."""
    paper = scheme.papers[paper_key]
    by_text = {normal_text(text): i for i, text in enumerate(paper.answers)}
    by_value = {value: i for i, value in enumerate(paper.values)} if paper.points else {}

    def parse(text: str) -> int | Special | None:
        plain = normal_text(text)
        if plain in SPECIAL_WORDS:
            return SPECIAL_WORDS[plain]
        if plain in by_text:
            return by_text[plain]
        value = _parsed(plain)
        return by_value.get(value) if value is not None else None

    return parse


def read_figures(
    source: TableSource, scheme: Scheme, book: CodeBook
) -> Mapping[FigureKey, FigureValue]:
    """Supplied numbers within the figure's range; classes and samples where the figure has them."""
    sheet = read_sheet(source, columns.FIGURES, {})
    problems = Collector(sheet.file)
    figures, classes = Names(scheme.figures), Names(scheme.classes)
    found: dict[FigureKey, FigureValue] = {}
    rows: dict[FigureKey, int] = {}
    for row in sheet.rows:
        key = figures.need(row.get("figure"), sheet.place(row, "figure"), problems)
        target = book.need(sheet, row, problems)
        sample = _whole(sheet, row, "sample", problems)
        value = _parsed(row.get("value"))
        if value is None:
            code = "cell_number" if row.get("value") else "cell_empty"
            problems.add(code, sheet.place(row, "value"), text=row.get("value"))
        if key is None or target is None or value is None:
            continue
        figure = scheme.figures[key]
        _check_range(figure, value, sheet.place(row, "value"), problems)
        rater_class = _figure_class(figure, classes, key, sheet, row, problems)
        whole_key = (key, target, rater_class)
        if whole_key in rows:
            problems.add("row_twice", sheet.place(row), name=target, first=rows[whole_key])
        rows.setdefault(whole_key, row.number)
        found[whole_key] = FigureValue(value, sample, row.number)
    problems.raise_if_any()
    return found


def _check_range(figure: Figure, value: Fraction, place: Place, problems: Collector) -> None:
    too_low = figure.least is not None and value < figure.least
    too_high = figure.most is not None and value > figure.most
    if too_low or too_high:
        least = "-∞" if figure.least is None else figure.least
        most = "+∞" if figure.most is None else figure.most
        problems.add("cell_range", place, text=value, range=f"[{least}, {most}]")


def _figure_class(
    figure: Figure, names: Names, key: str, sheet: Sheet, row: Row, problems: Collector
) -> str | None:
    text = row.get("rater_class")
    place = sheet.place(row, "rater_class")
    if not figure.classes:
        if text:
            problems.add("figure_no_class", place, name=figure.title)
        return None
    found = names.find(text) or text
    if found not in figure.classes:
        allowed = "、".join(names.title(name) for name in figure.classes)
        problems.add("figure_class", place, name=figure.title, allowed=allowed)
    return found


def read_events(source: TableSource, scheme: Scheme, book: CodeBook) -> tuple[Event, ...]:
    """Occurrences; evidence where the kind wants it."""
    sheet = read_sheet(source, columns.EVENTS, {})
    problems = Collector(sheet.file)
    kinds = Names(scheme.events)
    events = []
    for row in sheet.rows:
        kind = kinds.need(row.get("kind"), sheet.place(row, "kind"), problems)
        target = book.need(sheet, row, problems)
        number = _parsed(row.get("number") or "1")
        if number is None or number < 0:
            problems.add("cell_number", sheet.place(row, "number"), text=row.get("number"))
        if kind is not None and scheme.events[kind].evidence and not row.get("evidence"):
            problems.add("evidence_missing", sheet.place(row, "evidence"))
        if kind is not None and target is not None and number is not None:
            rest = {key: row.get(key) or None for key in ("honour", "evidence", "date", "title")}
            events.append(Event(kind, target, number, **rest))
    problems.raise_if_any()
    return tuple(events)


def read_rulings(source: TableSource, scheme: Scheme, book: CodeBook) -> tuple[Ruling, ...]:
    """Rulings on nodes other than the score itself."""
    sheet = read_sheet(source, columns.RULINGS, {})
    problems = Collector(sheet.file)
    nodes = Names(scheme.nodes)
    kinds = {word: RulingKind(key) for key, zh in columns.RULING_KINDS for word in (key, zh)}
    rulings = []
    for row in sheet.rows:
        target = book.need(sheet, row, problems)
        node = nodes.need(row.get("node"), sheet.place(row, "node"), problems)
        kind = kinds.get(row.get("kind"))
        if kind is None:
            allowed = "、".join(kinds)
            problems.add(
                "cell_choice", sheet.place(row, "kind"), text=row.get("kind"), allowed=allowed
            )
        if node == scheme.score:
            problems.add("ruling_root", sheet.place(row, "node"), name=row.get("node"))
        texts = {key: row.get(key) for key in ("ruling", "reason", "authority", "signed_by")}
        for key in (key for key, text in texts.items() if not text):
            problems.add("cell_empty", sheet.place(row, key))
        if target is not None and node is not None and kind is not None:
            date = row.get("date") or None
            rulings.append(Ruling(kind=kind, target=target, node=node, **texts, date=date))
    problems.raise_if_any()
    return tuple(rulings)
