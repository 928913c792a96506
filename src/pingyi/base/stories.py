"""The history of a thing as a story, told from the audit log. Rooms tell what verbs mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from django.db.models import Q
from django.utils.translation import gettext as _

from pingyi.base.figures import moment
from pingyi.base.models import AuditEntry
from pingyi.base.parts import Event

MOST_NAMES = 4
LONGEST = 200
"""Events of a story that are shown; the audit log holds all."""

_words: dict[str, tuple[object, str]] = {}


def tell(words: Mapping[str, tuple[object, str]]) -> None:
    """What verbs of the audit log mean: verb → (words, icon)."""
    _words.update(words)


def words_of(verb: str) -> tuple[str, str]:
    """What a verb means and its icon; the verb itself where nobody told."""
    what, icon = _words.get(verb, (verb, "point"))
    return str(what), icon


def last_told(kind: str, key: object) -> str:
    """Who did the last thing to a subject, when and what, as a sentence; nothing where the log
    says nothing."""
    last = AuditEntry.objects.filter(subject_kind=kind, subject_id=str(key)).order_by("-number")
    for one in last[:1]:
        said = {"who": one.actor_name, "at": moment(one.at), "what": words_of(one.verb)[0]}
        return _("%(who)s已于%(at)s办理“%(what)s”。") % said
    return ""


def story_of(
    main: str, subjects: Mapping[str, Iterable[object]], longest: int = LONGEST
) -> list[Event]:
    """Events of some subjects (kind → keys), newest first. Those of the kind ``main`` need no
    name beside what was done."""
    wanted = Q(pk__in=())
    for kind, keys in subjects.items():
        wanted |= Q(subject_kind=kind, subject_id__in=[str(key) for key in keys])
    entries = AuditEntry.objects.filter(wanted).order_by("-number")[:longest]
    runs = groupby(entries, key=lambda entry: (entry.verb, entry.actor, entry.details.get("note")))
    return [_event(list(run), main) for _key, run in runs]


def _event(run: list[AuditEntry], main: str) -> Event:
    """What somebody did several times in a row is one event. Its note: to what, and why."""
    entry = run[0]
    what, icon = words_of(entry.verb)
    names = list(
        dict.fromkeys(one.subject_title for one in reversed(run) if one.subject_kind != main)
    )
    note = entry.details.get("note") or "、".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        note = _("%(names)s等 %(number)s 项") % {"names": note, "number": len(names)}
    reasons = (str(one.details.get("reason", "")) for one in reversed(run))
    parts = dict.fromkeys(part for part in (note, *reasons) if part)
    return Event(at=entry.at, what=what, who=entry.actor_name, note="；".join(parts), icon=icon)
