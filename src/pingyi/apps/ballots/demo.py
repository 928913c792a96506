"""Votes of the invented city: one that was held and opened, one that is going on, one rehearsal.

Everybody in them is invented, and so is every ballot.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots import actions, opening_actions, wire
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import Desk, DeskItem, load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.people.models import Account
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls.enums import CAST, Admission
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.rolls import actions as rolls
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.proofs import work

HALL = {"four_leading_bodies": 23, "delegates_and_members": 30, "service_user_rep": 30}
PUBLIC = 400
CROWDS = ((210, 50), (230, 50), (240, 50), (600, 4))
"""Of the open vote, hour by hour: how many came, and in how many minutes."""
TURNOUT = 0.94
PER_COMMIT = 100


@dataclass(frozen=True)
class Cast:
    """Who runs the demo's votes."""

    organiser: Account
    checker: Account


def make_votes(
    by: Cast,
    version: SchemeVersion,
    first: Sequence[Mapping[str, str]],
    second: Sequence[Mapping[str, str]],
) -> dict[str, dict[str, list[str]]]:
    """Hold the votes; returns what the slips say: poll → class → codes not used yet."""
    held = _poll(by, _("2026年第一次市直机关领导班子述职评议"), version, first, "whole")
    _vote(by, held, {**HALL, "public": PUBLIC}, turnout=TURNOUT)
    for item in held.items.all():
        actions.lock_item(by=by.organiser, item=item)
    for item in held.items.all():
        opening_actions.inspect_item(by=by.organiser, item=item)
        opening_actions.confirm_inspection(by=by.checker, item=item)
        opening_actions.open_box(by=by.organiser, item=item)
    title = _("2026年第二次市直机关领导班子述职评议")
    going_on = _poll(by, title, version, second, "sheet", admission=Admission.OPEN)
    left = _vote(by, going_on, HALL, turnout=0.5, presenters=3)
    title = _("第二次述职评议会前演练")
    trial = _poll(by, title, version, second[:3], "sheet", rehearsal=True)
    spare = _vote(by, trial, dict.fromkeys(HALL, 6), turnout=0, presenters=1)
    return {going_on.slug: left, trial.slug: spare}


def _poll(
    by: Cast,
    title: str,
    version: SchemeVersion,
    targets: Sequence[Mapping[str, str]],
    casting: str,
    *,
    rehearsal: bool = False,
    admission: str = Admission.CODE,
) -> Poll:
    poll = polls.create_poll(
        by=by.organiser,
        title=title,
        version=version,
        rehearsal=rehearsal,
        basis=version.basis_document,
        filing_number=version.filing_number,
        keys_held="site",
    )
    polls.set_targets(by=by.organiser, poll=poll, targets=targets)
    for channel in poll.channels.filter(way__in=CAST):
        online = channel.input_key == "online"
        polls.set_channel(
            by=by.organiser,
            channel=channel,
            way="public" if online else "hall",
            casting="whole" if online else casting,
            admission=admission if online else Admission.CODE,
            closes_at=timezone.now() + timedelta(days=30) if online else None,
        )
    poll = polls.prepare(by=by.organiser, poll=poll)
    rolls.plan_rolls(by=by.organiser, poll=poll)
    return poll


def _vote(
    by: Cast, poll: Poll, numbers: Mapping[str, int], *, turnout: float, presenters: int = 1000
) -> dict[str, list[str]]:
    """Print, begin, open, cast. ``presenters``: how many sheets of the hall were voted on; the
    next one is open. Returns codes that nobody has used."""
    slips = _slips(by, poll, numbers)
    actions.make_site_keys(by=by.organiser, poll=poll)
    poll = actions.begin(by=by.organiser, poll=poll)
    actions.witness_zero(by=by.checker, poll=poll)
    used = {key: codes[: round(len(codes) * turnout)] for key, codes in slips.items()}
    hall = list(poll.items.filter(channel__input_key="hall"))
    for place, item in enumerate(hall):
        if place <= presenters:
            actions.open_item(by=by.organiser, item=item)
        if place < presenters:
            _cast(poll, item, [c for key in HALL for c in used.get(key, [])], seed=place)
        if place < presenters < len(hall):
            actions.lock_item(by=by.organiser, item=item)
    for item in poll.items.filter(channel__input_key="online"):
        actions.open_item(by=by.organiser, item=item)
        if item.channel.admission == Admission.OPEN:
            _cast_openly(poll, item)
        else:
            _cast(poll, item, used.get("public", []), seed=99)
    return {key: codes[len(used[key]) :] for key, codes in slips.items()}


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
            intake.take([replace(casting, proof=proof) for casting in castings[minute::minutes]])
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
