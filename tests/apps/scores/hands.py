"""A round whose boxes are open, with scores that can be worked out in the head.

In the hall every class gives the same points to all six dimensions of a target (below); the weights
of the classes are 0.4, 0.3 and 0.3, no agency has scored, and the online vote has no weight, so the
hall alone makes the score:

    SLJ  0.4 × 90 + 0.3 × 80 + 0.3 × 70 = 81    good, 2nd
    SWJ  95                                     excellent, 1st
    MZJ  0.4 × 60 + 0.3 × 50 + 0.3 × 40 = 51    poor, 3rd
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, vote
from tests.apps.rounds.hands import collecting
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.rolls import actions as rolls
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.models import Round
from pingyi.apps.scores import actions
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.models import Computation, Publication

POINTS = {LEADERS: (90, 95, 60), DELEGATES: (80, 95, 50), SERVICE: (70, 95, 40)}
SCORES = {"SLJ": ("81.00", "良好", 2), "SWJ": ("95.00", "优秀", 1), "MZJ": ("51.00", "较差", 3)}
RATERS = 6
FRIDAY = date(2026, 11, 27)


def checker() -> Account:
    return account(Role.CHECKER)


def chair() -> Account:
    return account(Role.CHAIR)


def voted(points: Mapping[str, Sequence[int]] = POINTS, **how: object) -> Vote:
    """Everybody in the hall has voted, and eight of the public; the boxes are sealed."""
    town = vote({LEADERS: RATERS, DELEGATES: RATERS, SERVICE: RATERS, PUBLIC: 8}, **how)
    for roll in town.poll.rolls.all():
        rolls.set_heads(by=organiser(), roll=roll, expected=roll.printed)
    town.open("hall")
    town.open("online")
    (hall,), (online,) = town.items("hall"), town.items("online")
    castings = [
        town.casting(code, hall, [given for given in points[key] for _dimension in range(6)])
        for key in points
        for code in town.slips[key]
    ]
    castings += [town.casting(code, online) for code in town.slips[PUBLIC]]
    town.intake().take(castings)
    town.lock_all()
    return town


def closed_round(town: Vote) -> Round:
    """The round of that vote, closed."""
    return rounds.close(by=organiser(), round=collecting(town))


def counted_round(points: Mapping[str, Sequence[int]] = POINTS, **how: object) -> Round:
    town = voted(points, **how)
    town.open_boxes()
    return closed_round(town)


def computed(found: Round) -> Computation:
    return actions.compute(by=organiser(), round=found)


def signed(found: Round) -> Computation:
    one = actions.check(by=checker(), computation=computed(found))
    return actions.sign(by=organiser(), computation=one)


def published(found: Round, scope: str = "all", **facts: object) -> Publication:
    """Signed and told, for five working days."""
    signed(found)
    telling = Telling(scope=scope, title="评分结果", **facts)  # type: ignore[arg-type]
    return actions.publish(by=organiser(), round=found, how=telling)


def people_of(code: str, role: Role = Role.UNIT_HANDLER) -> Account:
    """Somebody of a unit that is reviewed."""
    return account(role, f"{role.value}-{code}", Unit.objects.get(code=code))
