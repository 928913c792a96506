"""What the guided tours of the demo city stop at. Things are found by the order in which
``scores.demo`` makes them, entries of the ledger by their titles."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from pingyi.apps.demo import demo_codes
from pingyi.apps.ledger.demo_stories import ASKED, LATE, TO_VERIFY
from pingyi.apps.ledger.models import Entry, Urge
from pingyi.apps.people.demo import HEADS
from pingyi.apps.people.models import Account, Person
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds.models import AgendaItem, Meeting, Round, RoundTarget
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.scores.models import Objection, Publication
from pingyi.apps.talks.models import Talk

UNIT, TEAM, NEXT_TEAM, TOWN = "201", "202", "210", "3101"
"""The department of ``handler`` and ``head``; two that ``leader`` is in charge of, of which the
last has not reported yet; the township of ``town``, one of those of ``sponsor``."""


def _round(place: int) -> Round:
    return Round.objects.order_by("pk")[place]


def _third() -> Round:
    """Whose meeting goes on."""
    return _round(5)


def _poll(found: Round) -> Poll:
    return Poll.objects.get(round_vote__round=found)


def _meeting() -> Meeting:
    return Meeting.objects.get(round=_third())


def _turn(code: str) -> AgendaItem:
    return AgendaItem.objects.get(meeting=_meeting(), target__code=code)


def code_of_a_slip() -> str:
    """A slip of the third round for the hall."""
    left = demo_codes().get(_poll(_third()).slug, {})
    return next((codes[0] for codes in left.values() if codes), "")


def _entry(title: str) -> str:
    return Entry.objects.get(title=title).number


THINGS: dict[str, Callable[[], tuple[object, ...]]] = {
    "next_talk": lambda: (Talk.objects.latest("pk").number,),
    "first": lambda: (_round(0).slug,),
    "second": lambda: (_round(1).slug,),
    "towns": lambda: (_round(3).slug,),
    "towns_result": lambda: (_round(3).slug, 1),
    "last_towns": lambda: (_round(2).slug,),
    "next_towns": lambda: (_round(4).slug,),
    "villages": lambda: (_round(7).slug,),
    "third": lambda: (_third().slug,),
    "third_guests": lambda: (_third().guest_key,),
    "second_poll": lambda: (_poll(_round(1)).slug,),
    "third_poll": lambda: (_poll(_third()).slug,),
    "meeting": lambda: (_third().slug, _meeting().pk),
    "turn": lambda: (_third().slug, _meeting().pk, _turn(TEAM).pk),
    "own_turn": lambda: (_third().slug, _turn(NEXT_TEAM).pk),
    "wall": lambda: (_meeting().wall,),
    "report": lambda: (
        _third().slug,
        RoundTarget.objects.get(round=_third(), code=UNIT).pk,
    ),
    "town_report": lambda: (
        _round(4).slug,
        RoundTarget.objects.get(round=_round(4), code=TOWN).pk,
    ),
    "own_score": lambda: (_round(1).slug, 1, UNIT),
    "own_result": lambda: (_round(1).slug, UNIT),
    "objection": lambda: (_round(1).slug, Objection.objects.order_by("pk")[1].pk),
    "publication": lambda: (Publication.objects.order_by("pk")[1].pk,),
    "draft": lambda: (SchemeVersion.objects.drafts().order_by("pk")[0].pk,),
    "sealed": lambda: (SchemeVersion.objects.sealed().order_by("pk")[0].pk,),
    "unit": lambda: (UNIT,),
    "team": lambda: (TEAM,),
    "town": lambda: (TOWN,),
    "county": lambda: ("310",),
    "head": lambda: (Person.objects.get(name=HEADS[11][0]).code,),
    "handler": lambda: (Account.objects.get(username="handler").pk,),
    "year": lambda: (timezone.localdate().year,),
    "accounts": lambda: ("accounts",),
    "units": lambda: ("units",),
    "first_entry": lambda: (1,),
    "late": lambda: (_entry(LATE),),
    "asked": lambda: (_entry(ASKED),),
    "extension": lambda: (_entry(ASKED), "rule-extension"),
    "verify": lambda: (_entry(TO_VERIFY), "verify"),
    "urge": lambda: (_entry(LATE), Urge.objects.get(entry__title=LATE, by__isnull=False).pk),
}
