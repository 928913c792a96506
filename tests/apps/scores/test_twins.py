"""Attack 8 over all pages and files: two votes that differ in small classes alone look the same.

Whatever equations somebody makes of all that is told, the true votes solve them. So do those of the
twin, since it tells the same, to the letter. Each count in which the two differ thus has at least
two values that fit, whole and not negative. In the twin other people gave other points, in other
numbers, so that this holds of every count of the small class.

Leaders are few and the delegates are their pair; the published scores are those of both:

    SLJ  0.4 × 84 + 0.3 × 80 = 0.4 × 87 + 0.3 × 76
    SWJ  0.4 × 90 + 0.3 × 90 = 0.4 × 93 + 0.3 × 86
    MZJ  0.4 × 60 + 0.3 × 50 = 0.4 × 63 + 0.3 × 46
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, TARGETS, Vote, vote
from tests.apps.ballots.office import Officer
from tests.apps.schemes.hands import organiser
from tests.apps.scores.hands import closed_round, published

from pingyi.apps.ballots import urls as ballots
from pingyi.apps.ballots import voter_urls
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Grant, Unit
from pingyi.apps.polls import urls as polls
from pingyi.apps.rolls import actions as roll_actions
from pingyi.apps.scores import urls as scores

pytestmark = [pytest.mark.django_db, pytest.mark.once]

VOTE = {"polls": polls, "ballots": ballots, "voter": voter_urls}
LOCKED = ("console", "live", "opening", "reconciliation")
"""Pages of a vote that is locked and tell numbers from the box."""
ROUND = {"scores": scores}
SLIPS = {LEADERS: 4, DELEGATES: 7, SERVICE: 9, PUBLIC: 8}

Points = Mapping[str, Sequence[Sequence[int]]]
"""Class → its ballots: points for each target, the same in all dimensions."""

SERVICE_POINTS = [(60 + 4 * n, 50 + 5 * n, 40 + 2 * n) for n in range(9)]
ONE: Points = {
    LEADERS: [(84, 90, 60), (80, 85, 55), (88, 95, 65)],
    DELEGATES: [(80 + n, 90 + n, 50 + n) for n in range(-3, 4)],
    SERVICE: SERVICE_POINTS,
}
TWIN: Points = {
    LEADERS: [(87 + n, 93 + n, 63 + n) for n in (-6, -2, 4, 4)],
    DELEGATES: [(76 + n, 86 + n, 46 + n) for n in (-7, -6, -5, 5, 6, 7)],
    SERVICE: SERVICE_POINTS,
}


def cast(points: Points) -> Vote:
    """The vote, held and locked."""
    town = vote(SLIPS)
    for roll in town.poll.rolls.all():
        roll_actions.set_heads(by=organiser(), roll=roll, expected=roll.printed)
    for channel in ("hall", "online"):
        town.open(channel)
    (hall,), (online,) = town.items("hall"), town.items("online")
    castings = [
        town.casting(code, hall, [given for given in ballot for _dimension in range(6)])
        for key, given_by_class in points.items()
        for code, ballot in zip(town.slips[key], given_by_class, strict=False)
    ]
    castings += [
        town.casting(code, online, [n % 3, (n + 1) % 3, (n + 2) % 3])
        for n, code in enumerate(town.slips[PUBLIC])
    ]
    town.intake().take(castings)
    town.lock_all()
    return town


def addresses(rooms: Mapping[str, Any], slug: str) -> set[str]:
    """All that lead to a page or a file of a vote or a round, as far as they take these parts."""
    found = set()
    for room, urls in rooms.items():
        for pattern in urls.urlpatterns:
            for number, target in zip((1, 2), TARGETS, strict=False):
                parts = {"number": number, "item": number, "code": target["code"], "slug": slug}
                given = {name: parts[name] for name in pattern.pattern.converters if name in parts}
                with suppress(NoReverseMatch):
                    found.add(reverse(f"{room}:{pattern.name}", kwargs=given))
    return found


def reader(role: Role | None) -> Officer:
    """Somebody with a role; the head of a unit that is reviewed; somebody who has not signed in."""
    officer = Officer(role)
    if role == Role.UNIT_HEAD:
        Grant.objects.filter(account=officer.account).update(unit=Unit.objects.get(code="SLJ"))
    return officer


def read(content: bytes) -> str:
    """A page or file as text; of an archive, what is in it."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(name + read(archive.read(name)) for name in archive.namelist())
    return content.decode(errors="replace")


CHANCE = re.compile(
    r"[0-9a-f]{4}(?: [0-9a-f]{4})+|[0-9a-f]{16,}"  # what is drawn by lot, and digests
    r"|[A-Za-z0-9]{64}|(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}|nonce-\S+|nonce=\S+"
    r"|\d{4}-\d\d-\d\d[T ][\d:.+Z]*|\d{4}年\d+月\d+日(?: [\d:]+)?|\d\d:\d\d(?::\d\d)?"
    r"|(?:href|action)=\"[^\"]*\"|data-room=\"\d+\""  # the latter: what the disk has left
)


def seen(
    rooms: Mapping[str, Any], slug: str, *more: str, by: Sequence[Role | None] = (Role.ORGANISER,)
) -> dict[tuple[str, str], str]:
    """Who reads what where, without what chance and the clock put there."""
    found = {}
    places = addresses(rooms, slug) | set(more)
    for role in by:
        officer = reader(role)
        for place in sorted(places):
            answer = officer.client.get(place)
            if answer.status_code == 200 and not place.endswith(".bin"):
                text = CHANCE.sub("~", read(answer.content)).replace(slug, "~")
                found[str(role), place.replace(slug, "~")] = text
    return found


def everything_told(points: Points) -> dict[tuple[str, str], str]:
    """Of a vote from its locking to its published result."""
    with transaction.atomic():
        town = cast(points)
        slug = town.poll.slug
        box = [reverse(f"ballots:{name}", args=[slug]) for name in LOCKED]
        found = {(*key, "locked"): text for key, text in seen({}, slug, *box).items()}
        town.open_boxes()
        found |= {(*key, "open"): text for key, text in seen(VOTE, slug).items()}
        one = published(closed_round(town), on_portal=True)
        portal = [reverse(f"boards:{name}", args=[one.pk]) for name in ("result", "bundle")]
        slug = one.computation.round.slug
        found |= {
            (*key, "told"): text
            for key, text in seen(
                ROUND, slug, *portal, by=(Role.ORGANISER, Role.UNIT_HEAD, None)
            ).items()
        }
        transaction.set_rollback(True)
    return found


def test_a_vote_and_its_twin_look_the_same() -> None:
    one, twin = everything_told(ONE), everything_told(TWIN)
    assert {key for key in one.keys() | twin.keys() if one.get(key) != twin.get(key)} == set()
    # The table of a small class has not one count in common, but for those that are nought.
    for first, second in zip(
        zip(*ONE[LEADERS], strict=True), zip(*TWIN[LEADERS], strict=True), strict=True
    ):
        assert set(first).isdisjoint(second)
    assert len(ONE[LEADERS]) != len(TWIN[LEADERS])
    # What was read holds what is to be read: the pages are not empty.
    read_by = {(role, place.split("/")[1]) for role, place, _stage in one}
    assert read_by >= {
        ("organiser", "ballots"),
        ("organiser", "v"),
        ("organiser", "scores"),
        ("unit_head", "scores"),
        ("None", "boards"),
    }
