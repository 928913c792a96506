"""Votes of the invented city, from papers to opened boxes: blocks from which the demo builds.

Everybody in them is invented, and so is every ballot.
"""

from __future__ import annotations

import csv
import io
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from django.utils import timezone

from pingyi.apps.ballots import actions, files, opening_actions, wire
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, DeskItem, load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.people.models import Account
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls.enums import CAST, Admission, ItemState, Way
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls import actions as rolls
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.proofs import work

HALL = {"four_leading_bodies": 23, "delegates_and_members": 30, "service_user_rep": 30}
CROWDS = ((210, 50), (230, 50), (240, 50), (600, 4))
"""Of the open vote, hour by hour: how many came, and in how many minutes."""
PER_COMMIT = 100


Slips = dict[str, list[str]]
"""Class → codes."""


@dataclass(frozen=True)
class Cast:
    """Who runs the demo's votes."""

    organiser: Account
    checker: Account


def rehearse(
    by: Cast, title: str, version: SchemeVersion, targets: Sequence[Mapping[str, str]]
) -> tuple[Poll, dict[str, list[str]]]:
    """A rehearsal at its third presenter, the first one's box opened: of everything that a vote
    leaves there is a real row to show. And its slips that nobody has used."""
    poll = polls.create_poll(
        by=by.organiser, title=title, version=version, rehearsal=True, keys_held="site"
    )
    polls.set_targets(by=by.organiser, poll=poll, targets=targets)
    poll = prepare(by, poll, casting="sheet")
    left = hold(by, poll, dict.fromkeys(HALL, 12), turnout=0.5, presenters=2)
    _open_box(by, poll.items.earliest("number"))
    return poll, left


def prepare(
    by: Cast,
    poll: Poll,
    *,
    casting: str = "whole",
    admission: str = Admission.CODE,
    closed: bool = False,
) -> Poll:
    """Set the channels and fix them; the public may vote for a month, or (``closed``) until an
    hour from now."""
    until = timezone.now() + (timedelta(hours=1) if closed else timedelta(days=30))
    for channel in poll.channels.filter(way__in=CAST):
        online = channel.input_key == "online"
        polls.set_channel(
            by=by.organiser,
            channel=channel,
            way="public" if online else "hall",
            casting="whole" if online else casting,
            admission=admission if online else Admission.CODE,
            closes_at=until if online else None,
        )
    poll = polls.prepare(by=by.organiser, poll=poll)
    rolls.plan_rolls(by=by.organiser, poll=poll)
    return poll


def begin(by: Cast, poll: Poll, numbers: Mapping[str, int]) -> dict[str, list[str]]:
    """Print and begin, with a witness: class → codes on the slips."""
    slips = _slips(by, poll, numbers)
    actions.make_site_keys(by=by.organiser, poll=poll)
    poll = actions.begin(by=by.organiser, poll=poll)
    actions.witness_zero(by=by.checker, poll=poll)
    return slips


def hold(
    by: Cast, poll: Poll, numbers: Mapping[str, int], *, turnout: float, presenters: int = 1000
) -> dict[str, list[str]]:
    """Print, begin, open, cast. ``presenters``: how many sheets of the hall were voted on; the
    next one is open. Returns codes that nobody has used."""
    used, left = share(begin(by, poll, numbers), turnout)
    hall = list(poll.items.filter(channel__way=Way.HALL))
    for place, item in enumerate(hall):
        if place <= presenters:
            actions.open_item(by=by.organiser, item=item)
        if place < presenters:
            cast_in_hall(poll, item, used, place)
        if place < presenters < len(hall):
            actions.lock_item(by=by.organiser, item=item)
    cast_at_home(by, poll, used)
    return left


def share(slips: Mapping[str, Sequence[str]], turnout: float) -> tuple[Slips, Slips]:
    """The slips of those who vote, and of those who don't."""
    cut = {key: round(len(codes) * turnout) for key, codes in slips.items()}
    used = {key: list(codes[: cut[key]]) for key, codes in slips.items()}
    return used, {key: list(codes[cut[key] :]) for key, codes in slips.items()}


def cast_in_hall(poll: Poll, item: Item, slips: Slips, seed: int) -> None:
    """Everybody in the hall votes on what is open."""
    _cast(poll, item, [code for key in slips if key != "public" for code in slips[key]], seed)


def cast_at_home(by: Cast, poll: Poll, slips: Slips) -> None:
    """The public votes, by code or openly."""
    for item in poll.items.filter(channel__way=Way.PUBLIC):
        actions.open_item(by=by.organiser, item=item)
        if item.channel.admission == Admission.OPEN:
            _cast_openly(poll, item)
        else:
            _cast(poll, item, slips.get("public", []), seed=99)


def count(by: Cast, poll: Poll) -> None:
    """Lock what a meeting has not locked, inspect, confirm, open."""
    for item in poll.items.exclude(state=ItemState.LOCKED):
        actions.lock_item(by=by.organiser, item=item)
    for item in poll.items.all():
        _open_box(by, item)


def _open_box(by: Cast, item: Item) -> None:
    opening_actions.inspect_item(by=by.organiser, item=item)
    opening_actions.confirm_inspection(by=by.checker, item=item)
    opening_actions.open_box(by=by.organiser, item=item)


Table = Sequence[Sequence[object]]
"""Rows of a table, its Chinese headings first."""


def enter_tallies(by: Cast, poll: Poll, tallies: Table, heads: Table) -> None:
    """Counted sheets by file, entered by two people."""
    for who in (by.organiser, by.checker):
        files.enter_tally(
            by=who,
            poll=poll,
            tallies=files.Upload("tallies.csv", _csv(tallies)),
            rolls=files.Upload("rolls.csv", _csv(heads)),
        )


def enter_figures(by: Cast, poll: Poll, figures: Table) -> None:
    """Scores of an agency, or other supplied figures, by file."""
    files.enter_figures(by=by.organiser, poll=poll, file=files.Upload("figures.csv", _csv(figures)))


def _csv(rows: Table) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def _slips(by: Cast, poll: Poll, numbers: Mapping[str, int]) -> dict[str, list[str]]:
    wanted = {roll.pk: numbers.get(roll.rater_class, 0) for roll in poll.rolls.all()}
    for roll in poll.rolls.all():
        expected = numbers.get(roll.rater_class)
        present = None if roll.rater_class == "public" else expected
        population = 4_600_000 if roll.rater_class == "public" else None
        rolls.set_heads(
            by=by.organiser, roll=roll, expected=expected, present=present, population=population
        )
    rolls.make_codes(by=by.organiser, poll=poll, numbers=wanted)
    rolls.sign(by=by.checker, poll=poll)
    keys = {named.title: named.key for named in load_desk(poll).form.classes}
    slips: dict[str, list[str]] = {}
    for slip in rolls.print_slips(by=by.organiser, poll=poll):
        slips.setdefault(keys[slip.rater_class], []).append(slip.code)
    rolls.finish_printing(by=by.organiser, poll=poll)
    for roll in poll.rolls.exclude(printed=0):
        rolls.count_slips(
            by=by.organiser, roll=roll, given_out=roll.printed, left_over=0, spoiled=0
        )
    return slips


def _cast(poll: Poll, item: Item, codes: Sequence[str], seed: int) -> None:
    """Invented ballots through the intake, as devices would send them."""
    desk = load_desk(Poll.objects.select_related("version").get(pk=poll.pk))
    box = box_of(poll.slug)
    intake = Intake(desk, box)
    castings = _castings(desk, item, codes, seed)
    for i in range(0, len(castings), PER_COMMIT):
        intake.take(castings[i : i + PER_COMMIT])
    box.close()


def _cast_openly(poll: Poll, item: Item) -> None:
    """The public without codes, over the last hours: slots, and one of them far above the rest.
    Work is not asked of the demo itself."""
    desk = load_desk(Poll.objects.select_related("version").get(pk=poll.pk))
    box = box_of(poll.slug)
    now = began = timezone.now().timestamp() - 3600 * len(CROWDS)
    intake = Intake(replace(desk, work_bits=0), box, lambda: now)
    for hour, (number, minutes) in enumerate(CROWDS):
        castings = _castings(desk, item, [""] * number, seed=99 + hour)
        for minute in range(minutes):
            now = began + 3600 * hour + 60 * minute
            proof = wire.Proof(work.window_at(now), bytes(work.NONCE_BYTES))
            intake.take([casting._replace(proof=proof) for casting in castings[minute::minutes]])
    box.close()


def _castings(desk: Desk, item: Item, codes: Sequence[str], seed: int) -> list[wire.Casting]:
    ballots = _ballots(desk.items[item.number], desk.width, len(codes), seed)
    return [
        wire.Casting(
            code,
            secrets.token_bytes(wire.TAG_BYTES),
            secrets.token_bytes(wire.LEAF_BYTES),
            item.number,
            answers,
        )
        for code, answers in zip(codes, ballots, strict=True)
    ]


def _ballots(item: DeskItem, width: int, number: int, seed: int) -> Iterator[bytes]:
    """Raters differ in severity, departments in merit; a few abstain."""
    draw = random.Random(seed)
    paper = item.paper
    merit = [random.Random(target * 7919).gauss(0, 1) for target in item.targets]
    top = len(paper.answers) - 1
    for _number in range(number):
        severity = draw.gauss(0, 1)
        values = np.full(width, NOT_RATED, "<u2")
        for place in range(item.width):
            sheet = place // len(paper.dimensions)
            level = 0.86 + 0.035 * (merit[sheet] - severity) + draw.gauss(0, 0.04)
            code = max(0, min(top, round(level * top)))
            if paper.points is None:
                # Grades are listed from the best.
                code = max(0, min(top, int((1 - level) * 2.4 * (top + 1))))
            if paper.may_abstain and draw.random() < 0.01:
                code = paper.abstained
            values[place] = code
        yield values.tobytes()
