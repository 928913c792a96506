"""History as a story: what happened to a unit, to a person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingyi.apps.people.enums import UnitChangeKind
from pingyi.apps.people.models import Person, Tenure, Unit, UnitChange
from pingyi.apps.people.queries.persons import career_of, charges_of
from pingyi.base.parts import Event

_ICONS = {
    UnitChangeKind.FOUNDED: "flag",
    UnitChangeKind.RENAMED: "pencil",
    UnitChangeKind.MERGED: "arrow-merge",
    UnitChangeKind.SPLIT: "arrows-split",
    UnitChangeKind.MOVED: "arrow-right",
    UnitChangeKind.ABOLISHED: "circle-x",
}


def unit_story(unit: Unit) -> list[Event]:
    """Changes of the unit, its founding, and its heads, newest first."""
    events = [_change(change) for change in unit.changes.all()]
    if unit.founded_on is not None:
        events.append(Event(unit.founded_on, _("成立"), icon="flag"))
    for came in unit.precessions.select_related("predecessor", "change"):
        change, before = came.change, came.predecessor
        words = _("由%(before)s%(kind)s而来") % {
            "before": before.title_on(change.on),
            "kind": change.get_kind_display(),
        }
        events.append(Event(change.on, words, change.recorded_by, _ground(change), "arrow-merge"))
    heads = Tenure.objects.filter(post__unit=unit, post__kind="unit_head", since__isnull=False)
    for tenure in heads.select_related("person", "post"):
        if tenure.since is not None:
            words = _("%(name)s任%(post)s") % {
                "name": tenure.person.name,
                "post": tenure.post.title,
            }
            events.append(Event(tenure.since, words, icon="user-check"))
    return sorted(events, key=lambda event: event.at, reverse=True)


def _change(change: UnitChange) -> Event:
    before, after = change.title_before, change.title_after
    match change.kind:
        case UnitChangeKind.RENAMED:
            what = _("由“%(before)s”更名为“%(after)s”") % {"before": before, "after": after}
        case UnitChangeKind.MOVED:
            what = _("由%(before)s调整到%(after)s") % {
                "before": change.other_before or _("顶层"),
                "after": change.other_after or _("顶层"),
            }
        case UnitChangeKind.MERGED:
            what = _("并入%(after)s") % {"after": change.other_after}
        case UnitChangeKind.SPLIT:
            what = _("分设出%(after)s") % {"after": change.other_after}
        case _other:
            what = str(change.get_kind_display())
    icon = _ICONS[UnitChangeKind(change.kind)]
    return Event(change.on, what, change.recorded_by, _ground(change), icon)


def _ground(change: UnitChange) -> str:
    return _("依据：%(basis)s。%(reason)s") % {"basis": change.basis, "reason": change.reason}


def person_story(person: Person) -> list[Event]:
    """Posts and charges begun and ended, newest first."""
    events = []
    for tenure in career_of(person):
        title = tenure.post.unit.title_on(tenure.since) if tenure.since else tenure.post.unit.title
        if tenure.since is not None:
            words = _("任%(unit)s%(post)s") % {"unit": title, "post": tenure.post.title}
            events.append(Event(tenure.since, words, icon="user-check"))
        if tenure.until is not None:
            words = _("不再担任%(unit)s%(post)s") % {"unit": title, "post": tenure.post.title}
            events.append(Event(tenure.until, words, icon="user-x"))
    for charge in charges_of(person):
        if charge.since is not None:
            words = _("任%(unit)s%(kind)s") % {
                "unit": charge.unit.title_on(charge.since),
                "kind": charge.get_kind_display(),
            }
            events.append(Event(charge.since, words, icon="link"))
    return sorted(events, key=lambda event: event.at, reverse=True)
