"""Which classes will be withheld: told before voting begins, while it can still be changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pingyi.apps.ballots.disclosure import Outlook, outlook
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of
from pingyi.apps.rolls.models import Roll


@dataclass(frozen=True)
class Planned:
    """A class as it is expected; ``heads``: slips given out, or printed, or people expected."""

    title: str
    heads: int
    outlook: Outlook

    @property
    def withheld(self) -> bool:
        return self.outlook in (Outlook.SMALL, Outlook.PARTNER)


@dataclass(frozen=True)
class PlannedTable:
    """The classes that stand in one table together."""

    title: str
    lines: tuple[Planned, ...]


def plan_of(poll: Poll) -> list[PlannedTable]:
    """A table for each channel and paper (and target, where raters rate their own unit), by the
    rules that bind the results later."""
    form = form_of(poll)
    groups: dict[tuple[str, ...], dict[str, int]] = {}
    for roll in Roll.objects.filter(poll=poll).select_related("channel", "target"):
        heads = next((n for n in (roll.given_out, roll.printed, roll.expected) if n), 0)
        if heads:
            paper = form.paper(roll.paper).title
            key = (roll.channel.title, paper, roll.target.title if roll.target else "")
            groups.setdefault(key, {})[roll.rater_class] = heads
    return [
        PlannedTable(
            " · ".join(part for part in key if part),
            tuple(
                Planned(form.rater_class(name).title, heads[name], found)
                for name, found in outlook(heads, poll.smallest_cell).items()
            ),
        )
        for key, heads in groups.items()
    ]


def numbers_of(poll: Poll) -> Counter[Outlook]:
    """How many classes of which outlook."""
    return Counter(line.outlook for table in plan_of(poll) for line in table.lines)
