"""How every change to a talk is made: locked, by its table of states, written into the log."""

from __future__ import annotations

from typing import Any

from pingyi.apps.people.models import Account
from pingyi.apps.talks.enums import TalkState
from pingyi.apps.talks.models import Serial, Talk
from pingyi.apps.talks.rules import numbered
from pingyi.apps.talks.workflow import TALK
from pingyi.base import audit

TITLES: dict[str, object] = dict(TalkState.choices)


def locked(talk: Talk) -> Talk:
    """The talk as it stands, kept from others until the transaction ends."""
    rows = Talk.objects.select_for_update(of=("self",))
    return rows.select_related("programme__campaign", "unit", "organiser").get(pk=talk.pk)


def go(talk: Talk, verb: str) -> str:
    """The state to which a verb leads. Raises ``Conflict`` where it isn't possible."""
    return TALK.go(talk.state, verb, TITLES)


def keep(talk: Talk, *, by: Account, verb: str, note: object = "", **facts: Any) -> Talk:
    """Save what was changed, and write it into the log."""
    talk.save()
    said = {"note": str(note)} if note else {}
    audit.record(by=by, verb=f"talks.talk.{verb}", subject=talk, **facts, **said)
    return talk


def next_number(year: int) -> str:
    """A number that nobody else gets. Inside a transaction."""
    Serial.objects.get_or_create(year=year)
    serial = Serial.objects.select_for_update().get(year=year)
    serial.last += 1
    serial.save()
    return numbered(year, serial.last)
