"""What an opened item shows: ballots by class and answers by target, small cells withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from pingyi.apps.ballots.disclosure import ClassCell, Disclosed, disclose, withheld_answers
from pingyi.apps.ballots.models import ClassCount, OpenedSheets
from pingyi.apps.ballots.opening import unpack_rows
from pingyi.apps.polls.enums import ItemState
from pingyi.apps.polls.models import Item, Poll, Target
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rolls.queries import USED
from pingyi.apps.schemes.ballot_forms import BallotForm, PaperForm

BANDS = 10
"""Points are shown in so many bands: single scores would be as good as signatures."""
FEW_ANSWERS = 12

_NAMES = ("returned", "valid", "invalid", "abstained", "not_informed")


@dataclass(frozen=True)
class Line:
    """A class in a table; ``cell`` None: withheld."""

    title: str
    cell: ClassCell | None


@dataclass(frozen=True)
class Table:
    """The ballots of an item by class; where raters rate their own unit, of one target."""

    target: str
    lines: tuple[Line, ...]
    total: ClassCell | None
    returned: int

    @property
    def withheld(self) -> bool:
        return self.total is None


@dataclass(frozen=True)
class ItemResult:
    item: Item
    paper: str
    tables: tuple[Table, ...]


def cells_of(poll: Poll, item: Item) -> dict[str, dict[str, ClassCell]]:
    """Code of the target (or ``""``) → class → what became of its ballots, unmasked."""
    counts = {count.rater_class: count for count in ClassCount.objects.filter(item=item)}
    rolls = Roll.objects.filter(USED, channel=item.channel, paper=item.paper)
    found: dict[str, dict[str, ClassCell]] = {}
    for roll in rolls.select_related("target"):
        count = counts.get(roll.rater_class)
        code = roll.target.code if roll.target else ""
        if count is None:
            numbers: Mapping[str, int] = {}
        elif roll.target is None:
            numbers = {name: getattr(count, name) for name in _NAMES}
        else:
            numbers = count.by_target.get(code, {})
        cell = ClassCell(*(int(numbers.get(name, 0)) for name in _NAMES))
        found.setdefault(code, {})[roll.rater_class] = cell
    return found


def item_results(poll: Poll) -> list[ItemResult]:
    """All opened items of a poll, each with its tables."""
    form = form_of(poll)
    titles = dict(poll.targets.values_list("code", "title"))
    found = []
    for item in opened_items(poll):
        tables = tuple(
            _table(form, titles.get(code, ""), disclose(cells, poll.smallest_cell))
            for code, cells in cells_of(poll, item).items()
        )
        found.append(ItemResult(item, form.paper(item.paper).title, tables))
    return found


def opened_items(poll: Poll) -> list[Item]:
    rows = Item.objects.filter(poll=poll, state=ItemState.COUNTED)
    return list(rows.select_related("channel", "target", "poll", "opening"))


def _table(form: BallotForm, target: str, shown: Disclosed) -> Table:
    lines = tuple(Line(form.rater_class(key).title, cell) for key, cell in shown.cells.items())
    return Table(target, lines, shown.total, shown.returned)


@dataclass(frozen=True)
class AnswerRow:
    """How a class answered on one dimension; ``counts`` None: withheld."""

    rater_class: str
    dimension: str
    counts: tuple[int, ...] | None


@dataclass(frozen=True)
class TargetAnswers:
    target: Target
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class Distribution:
    """The answers of an item, target by target."""

    item: Item
    paper: str
    columns: tuple[str, ...]
    targets: tuple[TargetAnswers, ...]


def columns_of(paper: PaperForm) -> tuple[list[str], list[int]]:
    """(titles, place of each code of an answer); the best first, bands of points."""
    number = len(paper.answers)
    labels = [answer.label for answer in paper.answers]
    if not paper.points or number <= FEW_ANSWERS:
        titles, places = labels, list(range(number))
    else:
        size = max(1, (number - 1) // BANDS)
        bands = [min(code // size, BANDS - 1) for code in range(number)]
        titles = []
        for band in range(BANDS):
            mine = [label for label, at in zip(labels, bands, strict=True) if at == band]
            titles.append(f"{mine[0]}–{mine[-1]}")
        titles.reverse()
        places = [BANDS - 1 - band for band in bands]
    extra: list[str] = []
    for may, word in ((paper.may_abstain, _("弃权")), (paper.may_be_not_informed, _("不了解"))):
        places.append(len(titles) + len(extra))
        if may:
            extra.append(word)
    return [*titles, *extra], places


def answers_of(item: Item, paper: PaperForm) -> dict[int, dict[str, list[list[int]]]]:
    """Primary key of the target → class → per dimension, how many gave each answer; unmasked."""
    titles, places = columns_of(paper)
    place_of = np.array(places, np.int64)
    found: dict[int, dict[str, list[list[int]]]] = {}
    for sheets in OpenedSheets.objects.filter(item=item, counted=True):
        rows = unpack_rows(bytes(sheets.rows), sheets.dimensions).astype(np.int64)
        counts = [
            np.bincount(place_of[rows[:, d]], minlength=len(titles)).tolist()
            for d in range(sheets.dimensions)
        ]
        found.setdefault(sheets.target_id, {})[sheets.rater_class] = counts
    return found


def hidden_of(
    poll: Poll, item: Item, targets: Sequence[Target], answers: Mapping[int, Mapping[str, object]]
) -> dict[str, frozenset[str]]:
    """Code of each target → classes of which nothing may be shown there."""
    k = poll.smallest_cell
    cells = cells_of(poll, item)
    found = {}
    for target in targets:
        mine = cells.get(target.code, cells.get("", {}))
        hidden = disclose(mine, k).withheld
        order = {key: answers.get(target.pk, {}).get(key, ()) for key in mine}
        rated = {key: value for key, value in order.items() if value}
        found[target.code] = withheld_answers(rated, hidden, k)  # type: ignore[arg-type]
    return found


def distribution(poll: Poll, item: Item) -> Distribution:
    """The answers on an item as they may be shown."""
    form = form_of(poll)
    paper = form.paper(item.paper)
    titles = columns_of(paper)[0]
    targets = [item.target] if item.target else list(poll.targets.all())
    answers = answers_of(item, paper)
    hidden = hidden_of(poll, item, targets, answers)
    return Distribution(
        item=item,
        paper=paper.title,
        columns=tuple(titles),
        targets=tuple(
            TargetAnswers(
                target,
                tuple(_rows(form, paper, answers.get(target.pk, {}), hidden[target.code])),
            )
            for target in targets
        ),
    )


def _rows(
    form: BallotForm,
    paper: PaperForm,
    answers: Mapping[str, Sequence[Sequence[int]]],
    hidden: frozenset[str],
) -> Iterable[AnswerRow]:
    for named in form.classes:
        if named.key in hidden:
            yield AnswerRow(named.title, "", None)
        elif named.key in answers:
            for dimension, counts in zip(paper.dimensions, answers[named.key], strict=True):
                yield AnswerRow(named.title, dimension.title, tuple(counts))
