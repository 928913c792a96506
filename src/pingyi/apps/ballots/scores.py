"""Scores of a poll: the engine's result over opened boxes, tallies and figures, and the way to
ask it why, with small cells withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.ballots import files, reconciliation, results
from pingyi.apps.ballots.disclosure import withheld_answers
from pingyi.apps.ballots.models import ClassCount, FigureEntry
from pingyi.apps.polls.enums import Way
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rolls.queries import USED
from pingyi.apps.schemes import tables
from pingyi.apps.schemes.counting import Evaluated, RoundRows, evaluate
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.scoring import warnings_of
from pingyi.base.errors import Missing
from pingyi.base.figures import number

_SINGLE_POINTS = re.compile(r"\d×\d")
"""How often each number of points was given: single ones are as good as signatures."""

Cell = tuple[str, str, str]
"""Input, class, code of the target."""


@dataclass(frozen=True)
class Standing:
    code: str
    title: str
    score: str | None
    grade: str | None
    rank: int | None
    awards: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    standings: tuple[Standing, ...]
    warnings: tuple[str, ...]
    findings: tuple[str, ...]
    """What keeps the result from being published."""
    ruled: tuple[str, ...]
    """What doesn't balance, or was set aside, and is published under a ruling."""
    missing: tuple[str, ...]
    """Channels, classes and figures of the scheme for which nothing came in."""


@dataclass(frozen=True)
class Brought:
    """What votes bring to a score: tables of the engine, and counts of opened boxes."""

    rolls: list[dict[str, str]]
    tallies: list[Mapping[str, str]]
    figures: list[Mapping[str, str]]
    counts: list[Mapping[str, Any]]


def brought_by(polls: Sequence[Poll]) -> Brought:
    """Of all votes of a round together. Raises ``Conflict`` where two entries of a tally differ."""
    tallies = [files.agreed_tally(poll) for poll in polls]
    entries = FigureEntry.objects.filter(poll__in=polls).order_by("poll_id")
    counts = ClassCount.objects.filter(item__poll__in=polls).values_list("counts", flat=True)
    return Brought(
        rolls=[
            *(row for poll in polls for row in _roll_rows(poll)),
            *(dict(row) for tally in tallies for row in tally.get("rolls", ())),
        ],
        tallies=[row for tally in tallies for row in tally.get("tallies", ())],
        figures=[row for entry in entries for row in entry.rows],
        counts=[count for count in counts if count],
    )


def target_rows(targets: Iterable[Any]) -> list[dict[str, str]]:
    """Targets (of a vote or a round) as the engine's table."""
    return [
        {
            "target": target.code,
            "title": target.title,
            "parent": target.parent,
            **{key: str(value) for key, value in target.attributes.items()},
        }
        for target in targets
    ]


def evaluated(poll: Poll) -> Evaluated:
    """Raises ``Conflict`` or ``Invalid`` where the scheme gives no result yet."""
    found = brought_by([poll])
    rows = RoundRows(
        targets=target_rows(poll.targets.all()),
        rolls=found.rolls,
        tallies=found.tallies,
        figures=found.figures,
    )
    return evaluate(poll.version, rows, found.counts)


def _roll_rows(poll: Poll) -> list[dict[str, str]]:
    let = _let_through(poll)
    return [
        {
            "input": roll.channel.input_key,
            "rater_class": roll.rater_class,
            "paper": roll.paper,
            "target": roll.target.code if roll.target else "",
            "expected": _text(roll.expected),
            "present": _text(roll.present),
            "issued": _text(let.get(roll.pk, roll.given_out)),
            "population": _text(roll.population),
        }
        for roll in Roll.objects.filter(poll=poll).select_related("channel", "target")
    ]


def _let_through(poll: Poll) -> dict[int, int]:
    """Roll → ballots that count as given out: the engine refuses more returned than issued, and
    knows no rulings. For a quorum it is the same, since it was more than reached."""
    found: dict[int, int] = {}
    for group in reconciliation.statement(poll):
        for line in (shown.line for shown in group.lines if shown.ruling is not None):
            known = found.get(line.roll, line.given_out or 0)
            found[line.roll] = max(known, line.spent, line.returned)
    return found


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def ranking(poll: Poll) -> Ranking:
    """Scores, grades and ranks, best first."""
    result = evaluated(poll).result
    standings = [
        Standing(
            row["target"],
            row["title"],
            row["score"],
            row["grade"],
            row["rank"],
            tuple(row["awards"]),
        )
        for row in result["results"]
    ]
    standings.sort(key=lambda one: (one.rank is None, one.rank or 0, one.code))
    found = reconciliation.findings(poll)
    return Ranking(
        tuple(standings),
        tuple(warnings_of(result)),
        tuple(text for text, ruling in found if ruling is None),
        tuple(text for text, ruling in found if ruling is not None),
        tuple(_missing(poll)),
    )


def _missing(poll: Poll) -> Iterator[str]:
    """Told of a class only where no slip was made for it or nobody of its channel voted: that a
    class with slips sent nothing back may be withheld."""
    form = form_of(poll)
    came = {
        row["item__channel__input_key"]
        for row in ClassCount.objects.filter(item__poll=poll, returned__gt=0).values(
            "item__channel__input_key"
        )
    }
    came_in = {
        (key, rater_class)
        for key, rater_class in Roll.objects.filter(USED, poll=poll).values_list(
            "channel__input_key", "rater_class"
        )
        if key in came
    }
    tallies = files.agreed_tally(poll).get("tallies", ())
    came_in |= {(row["input"], row["rater_class"]) for row in tallies}
    elsewhere = set(poll.channels.filter(way=Way.NONE).values_list("input_key", flat=True))
    for channel in form.channels:
        if channel.key in elsewhere:
            continue
        lacking = [key for key in channel.classes if (channel.key, key) not in came_in]
        if len(lacking) == len(channel.classes):
            yield channel.title
        else:
            yield from (f"{channel.title} {form.rater_class(key).title}" for key in lacking)
    figures = FigureEntry.objects.filter(poll=poll).first()
    known = {row["figure"] for row in figures.rows} if figures else set()
    # Rows name figures by key.
    yield from (figure.title for figure in form.figures if figure.key not in known)


def findings(poll: Poll) -> tuple[str, ...]:
    """What keeps a result from being published, without the numbers of small cells."""
    return tuple(text for text, ruling in reconciliation.findings(poll) if ruling is None)


def withheld(polls: Iterable[Poll]) -> frozenset[Cell]:
    """Every class of which nothing may be shown on a target: of boxes and of tallies."""
    return frozenset(cell for poll in polls for cell in (*_of_boxes(poll), *_of_tallies(poll)))


def _of_boxes(poll: Poll) -> Iterator[Cell]:
    form = form_of(poll)
    for item in results.opened_items(poll):
        targets = [item.target] if item.target else list(poll.targets.all())
        answers = results.answers_of(item, form.paper(item.paper))
        source = item.channel.input_key
        for code, hidden in results.hidden_of(poll, item, targets, answers).items():
            yield from ((source, key, code) for key in hidden)


def _of_tallies(poll: Poll) -> set[Cell]:
    answers: dict[tuple[str, str], dict[str, dict[str, list[int]]]] = {}
    for row in files.agreed_tally(poll).get("tallies", ()):
        place = answers.setdefault((row["input"], row["target"]), {})
        counts = place.setdefault(row["rater_class"], {}).setdefault(row["dimension"], [])
        counts.append(int(row["count"]))
    return {
        (source, key, code)
        for (source, code), classes in answers.items()
        for key in withheld_answers(
            {name: list(rows.values()) for name, rows in classes.items()},
            frozenset(),
            poll.smallest_cell,
        )
    }


@dataclass(frozen=True)
class Why:
    """A node of an explanation as it may be shown. ``withheld``: value and way are not."""

    title: str
    basis: str
    value: str
    lines: tuple[str, ...]
    withheld: bool
    parts: tuple[Why, ...] = field(default=())

    @property
    def hides(self) -> bool:
        """Is anything in it withheld?"""
        return self.withheld or any(part.hides for part in self.parts)


def why(poll: Poll, code: str) -> Why:
    """Where a target's score comes from. Raises ``Missing``."""
    if not poll.targets.filter(code=code).exists():
        raise Missing(_("没有这个评议对象。"))
    return shown(poll.version, evaluated(poll).explain(code), withheld([poll]))


def shown(version: SchemeVersion, tree: Mapping[str, Any], hidden: frozenset[Cell]) -> Why:
    """An explanation as it may be shown."""
    return _shown(tree, tables.classes_of_nodes(version), hidden)


def _shown(
    node: Mapping[str, Any],
    counted: Mapping[str, frozenset[tuple[str, str]]],
    hidden: frozenset[Cell],
) -> Why:
    """A node that counts one withheld class alone is withheld; what is made of two or more stays,
    rounded, but not the way from them to it, since that names their values."""
    parts = tuple(_shown(part, counted, hidden) for part in node["parts"])
    cells = _cells(node, counted)
    secret = cells & hidden
    own = {(*pair, node["target"]) for pair in counted.get(node["name"], ())} & hidden
    if own or (secret and len(secret) < 2):
        return Why(node["title"], node["basis"], "", (), True, parts)
    value = _rounded(node) if secret else (node["value"] or "")
    told = tuple(line for line in node["how"] if not _SINGLE_POINTS.search(line))
    lines = () if secret and not _is_standing(node) else told
    if secret and _is_standing(node):
        lines = tuple(node["how"][1:])
    return Why(node["title"], node["basis"], value, lines, False, parts)


def _is_standing(node: Mapping[str, Any]) -> bool:
    """The root: it tells score, grade and rank, which are published."""
    return bool(node["name"] == node["target"])


def _cells(
    node: Mapping[str, Any], counted: Mapping[str, frozenset[tuple[str, str]]]
) -> frozenset[Cell]:
    own = {(*pair, node["target"]) for pair in counted.get(node["name"], ())}
    return frozenset(own).union(*(_cells(part, counted) for part in node["parts"]))


def _rounded(node: Mapping[str, Any]) -> str:
    """To two places: an exact fraction tells by its divisor how many ballots there were."""
    return number(Fraction(node["exact"]), 2) if node["exact"] else ""
