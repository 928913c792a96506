"""The history of a thing as a story, told from the audit log. Rooms tell what verbs mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from pingyi.base.models import AuditEntry
from pingyi.base.parts import Event

LONGEST = 60
"""Events of a story that are shown; the audit log holds all."""

_words: dict[str, tuple[object, str]] = {}


def tell(words: Mapping[str, tuple[object, str]]) -> None:
    """What verbs of the audit log mean: verb → (words, icon)."""
    _words.update(words)


def story_of(
    main: str, subjects: Mapping[str, Iterable[object]], longest: int = LONGEST
) -> list[Event]:
    """Events of some subjects (kind → keys), newest first. Those of the kind ``main`` need no
    name beside what was done."""
    wanted = Q(pk__in=())
    for kind, keys in subjects.items():
        wanted |= Q(subject_kind=kind, subject_id__in=[str(key) for key in keys])
    return [
        _event(entry, entry.subject_kind == main)
        for entry in AuditEntry.objects.filter(wanted).order_by("-number")[:longest]
    ]


def _event(entry: AuditEntry, known: bool) -> Event:
    what, icon = _words.get(entry.verb, (entry.verb, "point"))
    return Event(
        at=entry.at,
        what=what,
        who=entry.actor_name,
        note="" if known else entry.subject_title,
        icon=icon,
    )
