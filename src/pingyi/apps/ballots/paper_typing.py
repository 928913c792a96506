"""Ballots of paper typed in on the page: which forms there are, and what this person is told.

What was typed never comes from here: it lies in the tab of whoever typed it, and leaves it as the
table that could have been uploaded just as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.models import PaperEntry
from pingyi.apps.ballots.paper import Waiting, stacks
from pingyi.apps.people.models import Account
from pingyi.apps.polls.models import Poll
from pingyi.apps.schemes.paper_ballots import Wanted


@dataclass(frozen=True)
class Mine:
    """What one person has typed in of everything that waits."""

    sealed: bool
    """An entry for every item."""
    taken: bool
    """Both entries of an item are those of others."""
    differ: tuple[str, ...]
    """Numbers of the forms that the other entry says otherwise, in order."""


def mine_of(by: Account, waits: Sequence[Waiting]) -> Mine:
    found = [(one, _turn(by, one.entries)) for one in waits]
    differ = {label for one, turn in found if turn is not None for label in one.only[turn]}
    return Mine(
        sealed=all(turn is not None for _one, turn in found),
        taken=any(turn is None and len(one.entries) == 2 for one, turn in found),
        differ=tuple(sorted(differ, key=lambda label: (len(label), label))),
    )


def _turn(by: Account, entries: Sequence[PaperEntry]) -> int | None:
    return next((n for n, entry in enumerate(entries) if entry.entered_by == str(by)), None)


def typing_page(by: Account, poll: Poll, waits: Sequence[Waiting]) -> dict[str, Any]:
    """What the page works with: how this person's entry stands, the forms numbered through in
    this order, papers and targets as every device knows them with the names of a table's cells."""
    if not waits:
        return {"user": by.username, "stacks": []}
    desk = load_desk(poll)
    return {
        "user": by.username,
        **asdict(mine_of(by, waits)),
        "stacks": [_stack(desk, poll, waits, wanted) for wanted in stacks(poll, waits)],
        "papers": [
            {**shown, "columns": [dimension.key for dimension in paper.dimensions]}
            for shown, paper in zip(desk.public["papers"], desk.form.papers, strict=True)
        ],
        "targets": list(poll.targets.values("number", "title", "code")),
    }


def _stack(desk: Desk, poll: Poll, waits: Sequence[Waiting], wanted: Wanted) -> dict[str, Any]:
    numbers = dict(poll.targets.values_list("code", "number"))
    papers = [paper.key for paper in desk.form.papers]
    classes = [named.key for named in desk.form.classes]
    targets = [numbers[code] for code in wanted.targets]
    if desk.form.paper(wanted.paper).scope == "own":
        place = classes.index(wanted.rater_class)
        own = {target for one in waits for (of, target) in one.exchanged if of == place}
        targets = [number for number in targets if number in own]
    return {
        "input": wanted.input,
        "rater_class": wanted.rater_class,
        "paper": wanted.paper,
        "form": papers.index(wanted.paper),
        "channel": desk.form.channel(wanted.input).title,
        "title": desk.form.rater_class(wanted.rater_class).title,
        "number": wanted.number,
        "targets": targets,
    }
